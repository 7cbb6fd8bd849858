// The pages that the suite opens: the sample record as it is, turned hostile, and multiplied to many cells, each
// rendered by the program under test (TOLLGATE names it). It measures nothing, and no figure of it is a result.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const SAMPLE = fileURLToPath(new URL("../sample/record.json", import.meta.url));
export const MARKUP = "</script><img src=x onerror=alert(1)>";
export const LONG = "x".repeat(200);
/** Largest page that a rendering may print, bytes: far above any bound that is checked. */
const MOST_BYTES = 1 << 28;

const folder = mkdtempSync(join(tmpdir(), "tollgate-e2e-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

/** A record whose cells a case has left out: what remains of its visits is that of cells that are there. */
export function withVisitsOfItsCells(record) {
  if (record.visits) record.visits = record.visits.filter((visit) => visit.cell < record.cells.length);
  return record;
}

export const sample = () => JSON.parse(readFileSync(SAMPLE, "utf8"));

/** Writes and renders a record: where the page is, how large, and how long the rendering took. */
export async function rendered(name, record) {
  const program = process.env.TOLLGATE;
  if (!program) throw new Error("TOLLGATE is not set: give it the path of the tollgate program");
  const json = join(folder, `${name}.json`), html = join(folder, `${name}.html`);
  writeFileSync(json, JSON.stringify(withVisitsOfItsCells(record)));
  const from = performance.now();
  const page = await new Promise((done, failed) => {
    execFile(program, ["report", json, "--format", "html"], { maxBuffer: MOST_BYTES, timeout: 50_000 },
      (error, stdout) => (error ? failed(error) : done(stdout)));
  });
  const render_ms = performance.now() - from;
  writeFileSync(html, page);
  return { url: pathToFileURL(html).href, bytes: statSync(html).size, render_ms };
}

/** The sample with more lanes and more reply sizes: `lanes` times `sizes` times its cells. */
export function multiplied(lanes, sizes) {
  const record = sample();
  const renamed = (name, copy) => (copy ? `${name}-${copy}` : name);
  const copies = [...Array(lanes).keys()];
  const planned = new Set(record.cells.map((cell) => cell.lane));
  const [asked] = record.plan.workloads, [first] = asked.sizes;
  const cells = record.cells.filter((cell) => cell.size === first);
  record.lanes = copies.flatMap((copy) => record.lanes.filter((lane) => !copy || planned.has(lane.name)).map((lane) => ({
    ...lane, name: renamed(lane.name, copy), short: renamed(lane.short, copy), transport: renamed(lane.transport, copy),
  })));
  asked.sizes = [...Array(sizes).keys()].map((size) => first + size);
  record.cells = asked.sizes.flatMap((size) => copies.flatMap((copy) =>
    cells.map((cell) => ({ ...cell, lane: renamed(cell.lane, copy), size }))));
  return record;
}

/** Markup and endless names wherever the record holds a text that is shown, and figures that are none. */
export function hostile(record = sample()) {
  const lanes = [...new Set(record.cells.map((cell) => cell.lane))];
  // One lane is called by the markup alone; others are as long as a name may get.
  const name = (lane) => (lane === lanes[1] ? MARKUP : lane === lanes[2] ? LONG : `${lane} ${MARKUP}`);
  for (const lane of record.lanes) {
    lane.name = name(lane.name);
    lane.short = lane.name;
    for (const field of ["implementation", "summary", "transport", "reason"]) if (lane[field] != null) lane[field] = `${MARKUP}${LONG}`;
    for (const setting of lane.fairness) setting.value = MARKUP;
  }
  for (const cell of record.cells) {
    const at = lanes.indexOf(cell.lane);
    cell.lane = name(cell.lane);
    if (at === 3) cell.starts.forEach((start) => Object.assign(start, { mean_ns: null, p50_ns: null, samples: 0, histogram: "" }));
    if (at === 4) cell.starts.forEach((start) => Object.assign(start, { mean_ns: 0, p50_ns: 0, histogram: "" }));
    if (at === 5) cell.starts.splice(0);
    if (at === 6 && cell.items > 1) Object.assign(cell, { status: "missing", reason: MARKUP + LONG });
    if (at === 7) cell.starts.forEach((start) => Object.assign(start, { mean_ns: 1e17, p50_ns: 1e17 }));
  }
  for (const part of [record.ladders, record.resources, record.loads?.lanes].flatMap((list) => list ?? [])) part.lane = name(part.lane);
  for (const ladder of record.ladders ?? []) ladder.missing.push({ rung: MARKUP, reason: `${MARKUP}${LONG}` });
  for (const lane of record.loads?.lanes ?? []) lane.reason = `${MARKUP}${LONG}`;
  record.command = MARKUP;
  record.notes.push({ start: 0, lane: MARKUP, text: `${MARKUP}${LONG}` });
  record.environment.cpu_model = `${MARKUP}${LONG}`;
  record.environment.label = `${MARKUP}${LONG}`;
  record.contrasts.forEach((contrast) => ([contrast.first, contrast.second] = [name(contrast.first), name(contrast.second)]));
  return record;
}
