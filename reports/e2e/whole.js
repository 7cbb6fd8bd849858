// The sample with everything that the page can draw: parts of calls are invented, and where it has no use of processes or no loads,
// these too, in the shape of the record, so that every chart is looked at. It measures nothing, and no figure of it is a result.
import { sample } from "./inputs.js";

/** Shares of a lane's capacity that are asked for, and the batch whose times stand for the latency there. */
const LOADS = [[0.1, 1], [0.25, 1], [0.5, 1], [0.75, 4], [0.9, 16], [0.95, 64]];

export function whole(record = sample()) {
  const [{ name: workload, sizes: [size] }] = record.plan.workloads, [placement] = record.plan.placements, asked = { engine: "stub", workload, size, placement };
  const planned = record.lanes.filter((lane) => lane.planned && lane.answers);
  const cell = (lane, items) => record.cells.find((c) => c.lane === lane.name && Object.entries(asked).every(([key, value]) => c[key] === value) && c.items === items && ["single", "batched"].includes(c.mode));
  const lanes = planned.filter((lane) => cell(lane, 1)?.starts.length);
  // A run need not have an overlap and a part that is not known.
  record.ladders = lanes.map((lane, at) => ladder(lane, cell(lane, 1), at));
  if (!record.floors?.length) record.floors = [{ name: "loopback", starts: lanes[0] ? cell(lanes[0], 1).starts.map(({ start }) => ({ start, mean_ns: 5e3 })) : [], reason: null }];
  if (!record.resources?.length) record.resources = lanes.map((lane) => resources(lane, cell(lane, 1)));
  record.loads ??= loads(lanes, cell, asked);
  if (!record.lanes.some((lane) => lane.server)) throughServer(record, lanes.find((lane) => !lane.in_process));
  return record;
}

/** The lane goes through a server, which uses half of what its callee does. */
function throughServer(record, lane) {
  lane.server = "broker";
  lane.fairness.push({ what: "server", value: "broker 7.0.15", side: "server", read_back: false });
  const half = (used) => used && Object.fromEntries(Object.entries(used).map(([name, count]) => [name, name === "tick_ms" ? count : Math.ceil(count / 2)]));
  const between = (parts, of) => parts.push({ ...parts.find((one) => one.part === "callee"), part: "server", ...of });
  for (const cell of record.cells.filter((cell) => cell.lane === lane.name)) {
    for (const { parts } of cell.starts) between(parts, { cpu_ns: Math.ceil((parts.find((one) => one.part === "callee").cpu_ns ?? 0) / 2), bytes_out: null, bytes_back: null });
  }
  for (const { starts } of record.resources.filter((one) => one.lane === lane.name)) {
    for (const { parts } of starts) between(parts, { memory_bytes: 12 << 20, used: half(parts.find((one) => one.part === "callee").used) });
  }
}

/** One lane has an overlap, one a part that is not known; those that leave the process have a floor. */
function ladder(lane, cell, at) {
  const carried = lane.carrier != null, framed = carried && lane.carrier !== lane.transport, coded = lane.codec != null;
  const start = ({ start, mean_ns }) => {
    const rung = (there, share) => (there ? { calls: 500, mean_ns: mean_ns * share * (1 + 0.01 * (start % 3)) } : null);
    return { start, compute: rung(true, carried ? 0.02 : 0.8), codec: rung(coded && at !== 4, 0.12), carrier: rung(carried, framed ? 0.35 : 0.7 + 0.3 * (at === 3)), framework: rung(framed, 0.75) };
  };
  const missing = at === 4 ? [{ rung: "codec", reason: "the callee is written in another language" }] : [];
  const carrier = carried ? lane.name.replace(`/${lane.transport}/`, `/${lane.carrier}/`) : null;
  return { lane: lane.name, engine: cell.engine, workload: cell.workload, size: cell.size, placement: cell.placement, carrier, floor: carried && !lane.in_process ? "loopback" : null, starts: cell.starts.map(start), missing };
}

function resources(lane, cell) {
  const used = (share, items) => ({ user_ms: 1000 * (1 - share), kernel_ms: 1000 * share, tick_ms: 10, switches_voluntary: Math.round(items * 2 * share), switches_involuntary: 12 });
  const start = ({ start, cpu_items }) => ({ start, items: cpu_items, parts: [part("caller", lane.in_process ? 0 : 0.6, cpu_items), ...(lane.in_process ? [] : [part("callee", 0.45, cpu_items)])] });
  const part = (name, share, items) => ({ part: name, seats: [], memory_bytes: null, used: used(share, items) });
  return { lane: lane.name, placement: cell.placement, starts: cell.starts.map(start) };
}

function loads(lanes, cell, asked) {
  const capacity = (lane) => 2e9 / cell(lane, 1).starts[0].mean_ns;
  const open = lanes.filter((lane) => cell(lane, 1).starts[0].group === 1);
  const slowest = open.reduce((one, other) => (capacity(one) < capacity(other) ? one : other));
  const common = [0.5, 2].map((times) => Math.round(times * capacity(slowest)));
  const point = (lane, start, [share, items], rate) => {
    const unstable = share === 0.95 && lane.transport !== slowest.transport;
    const latency = cell(lane, items)?.starts[start]?.histogram ?? cell(lane, 1).starts[start].histogram;
    return { share, rate_per_s: rate, in_flight: 4, connections: 4, offered_per_s: rate, achieved_per_s: rate * (unstable ? 0.9 : 1), sent: 1000, answered: 1000, dropped: 0, errors: 0, wrong: 0,
      in_flight_most: 4, verdict: unstable ? "unstable" : "stable", reasons: unstable ? ["achieved 90.0 % of what was offered"] : [], latency: unstable ? null : latency, parts: [] };
  };
  const step = (lane, start, [in_flight, share]) => ({ in_flight, connections: in_flight, achieved_per_s: share * capacity(lane) * (1 + 0.01 * start), verdict: "stable", reasons: [], parts: [] });
  const starts = (lane) => [0, 1].map((start) => ({
    start,
    search: [[1, 0.5], [2, 0.85], [4, 1], [8, 0.97]].slice(0, lane.short.length % 2 ? 4 : 3).map((of) => step(lane, start, of)),
    points: [...LOADS.map((of) => point(lane, start, of, of[0] * capacity(lane))), ...common.filter((rate) => rate < capacity(lane)).map((rate) => point(lane, start, [null, 1], rate))],
  }));
  const inside = lanes.filter((lane) => !open.includes(lane)).map((lane) => ({ lane: lane.name, starts: [], reason: "its calls are too short for a schedule" }));
  return { ...asked, arrivals: "poisson", point_s: 1, step_s: 0.3, starts: 2, common_per_s: common, slowest: slowest.name,
    lanes: [...open.map((lane) => ({ lane: lane.name, starts: starts(lane), reason: null })), ...inside] };
}
