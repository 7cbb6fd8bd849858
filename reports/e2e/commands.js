// What the program prints of records that a case makes: two records that differ, pages of both, comparisons in JSON. It measures nothing.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { sample, withVisitsOfItsCells } from "./inputs.js";

const folder = mkdtempSync(join(tmpdir(), "tollgate-e2e-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

/** Writes a file for a case and says where it is. */
export function file(name, content) {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(withVisitsOfItsCells(content)));
  return path;
}

/** What the program prints. */
export function printed(...words) {
  return new Promise((done, failed) => {
    execFile(process.env.TOLLGATE, words, { maxBuffer: 1 << 28, timeout: 60_000 }, (error, stdout) => (error ? failed(error) : done(stdout)));
  });
}

/** A page that the program prints, as a file to open. */
export async function page(name, ...words) {
  return pathToFileURL(file(name, await printed(...words))).href;
}

/** Known sequence, so that every run of the suite sees the same records. */
function generator(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The sample with restarts that scatter by half a percent, so that a small difference can be told. */
export function earlier() {
  const record = sample();
  for (const { starts } of record.cells) {
    for (const key of ["p50_ns", "mean_ns"]) {
      const first = starts[0]?.[key];
      starts.forEach((start, i) => (start[key] = first == null ? null : first * (1 + 0.005 * Math.sin(7 * i + first))));
    }
  }
  return record;
}

/**
 * The same as a later run could have been: every lane a little or much slower or faster, restarts that scatter, some of them
 * missing or cut short, so that every number of restarts and every verdict occurs. Even seeds change few lanes: the luck of a run, which is
 * told from how much figures differ, is then small.
 */
export function later(seed, { started_at = "2027-01-02T03:04:05Z" } = {}) {
  const record = earlier(), random = generator(seed), shifts = seed % 2 ? [1, 1.001, 1.02, 0.97, 1.3, 0.6, 4] : [1, 1, 1, 1.001, 0.999, 1, 1.02, 1.3];
  const shift = new Map(record.lanes.map((lane) => [lane.name, shifts[Math.floor(random() * shifts.length)]]));
  record.started_at = started_at;
  for (const cell of record.cells) {
    const scatter = 0.05 * random() ** 2;
    for (const start of cell.starts) {
      const factor = shift.get(cell.lane) * Math.exp(scatter * (random() - 0.5));
      if (start.p50_ns != null) start.p50_ns *= factor;
      if (start.mean_ns != null) start.mean_ns *= factor;
    }
    const fate = random();
    if (fate < 0.2) cell.starts.splice(0, Math.floor(random() * cell.starts.length));
    else if (fate < 0.3 && cell.starts.length) cell.starts[0].visits_done = 0;
    else if (fate < 0.33) Object.assign(cell, { status: "missing", reason: "left out here", starts: [] });
    else if (fate < 0.35) cell.starts.forEach((start) => Object.assign(start, { p50_ns: 1_000, mean_ns: 1_000 * cell.items }));
  }
  const kept = record.cells.map(() => random() > 0.05), place = new Map();
  record.cells.forEach((_, at) => kept[at] && place.set(at, place.size));
  record.cells = record.cells.filter((_, at) => kept[at]);
  // Visits name their cell by its place.
  record.visits = record.visits.filter((visit) => kept[visit.cell]).map((visit) => ({ ...visit, cell: place.get(visit.cell) }));
  return record;
}
