// The sample measured in two placements, and in the second alone: what crossing cores costs is invented. It measures nothing, and
// no figure of it is a result.
import { file, printed } from "./commands.js";
import { sample } from "./inputs.js";

/** How many times as long a call between processes takes on two cores. */
const TIMES = 3;

/** The sample as the program writes it today, on one core, with the single calls and batches of lanes between processes on two. */
export async function inTwoPlacements() {
  const record = JSON.parse(await printed("report", file("for-placements.json", sample()), "--format", "json"));
  if (record.plan.placements.length > 1) return record;
  for (const list of [record.cells, record.contrasts, record.ladders, record.resources, record.cold]) for (const one of list) one.placement = "one";
  const [{ name: workload, sizes: [size] }] = record.plan.workloads, between = new Set(record.lanes.filter((lane) => !lane.in_process).map((lane) => lane.name));
  const asked = (cell) => cell.engine === "stub" && cell.workload === workload && cell.size === size && ["single", "batched"].includes(cell.mode);
  const moved = record.cells.filter((cell) => asked(cell) && between.has(cell.lane)).map((cell) => ({ ...cell, placement: "two", starts: cell.starts.map(slowed) }));
  record.contrasts = record.contrasts.filter((pair) => pair.kind !== "placement");
  record.cells.push(...moved);
  record.plan.placements = ["one", "two"];
  return record;
}

const slowed = (start) => ({ ...start, mean_ns: start.mean_ns * TIMES, p50_ns: start.p50_ns * TIMES });

/** Its second placement alone, with lanes within one process as that run would have measured them. */
export function onTwoCoresAlone(record) {
  const inside = new Set(record.lanes.filter((lane) => lane.in_process).map((lane) => lane.name));
  const [{ sizes: [size] }] = record.plan.workloads;
  const cells = record.cells.filter((cell) => cell.placement === "two" || (inside.has(cell.lane) && cell.size === size && cell.engine === "stub"));
  const alone = { ...record, cells: cells.map((cell) => ({ ...cell, placement: "two" })), contrasts: [], ladders: [], visits: [] };
  return { ...alone, plan: { ...record.plan, placements: ["two"] } };
}
