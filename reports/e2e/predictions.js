// The page's what-if model against the vectors that the Rust model wrote: in Node.js by itself, or inside a page.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runInNewContext } from "node:vm";

const read = (path) => readFileSync(new URL(path, import.meta.url), "utf8");
/** The model as it stands in every page. */
export const MODEL = read("../template/predict.js");
const VECTORS = JSON.parse(read("../tests/vectors/predictions.json"));
/** Share by which a number may differ. */
const TOLERANCE = 1e-9;

/** A program that gives what the model says of every case. */
export const PROGRAM = `(() => { "use strict";
${MODEL}
const { lanes, cores, cases } = ${JSON.stringify(VECTORS)};
return JSON.stringify(cases.map(({ lane, settings }) => {
  const outcome = predictions.predict(lanes[lane], settings, cores);
  return { ...outcome, at_least: outcome.atLeast, cells: predictions.cellsOf(lanes[lane], cores, outcome) };
})); })()`;

/** Where those outcomes are not the expected ones. */
export function misses(outcomes) {
  const close = (a, b) => a === b || (a != null && b != null && Math.abs(a - b) <= TOLERANCE * Math.abs(b));
  const alike = (a, b) => (a && b ? ["value", "low", "high"].every((key) => close(a[key], b[key])) : a === b);
  return VECTORS.cases.flatMap(({ expected }, number) => {
    const found = outcomes[number];
    const same = {
      time: alike(found.time, expected.time), cores: alike(found.cores, expected.cores), cells: `${found.cells}` === `${expected.cells}`,
      ...Object.fromEntries(["gap", "outside", "between", "at_least", "budget"].map((key) => [key, found[key] === expected[key]])),
    };
    return Object.entries(same).flatMap(([key, holds]) => (holds ? [] : [`case ${number}: ${key} ${JSON.stringify(found[key])}, expected ${JSON.stringify(expected[key])}`]));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const outcomes = JSON.parse(runInNewContext(PROGRAM, {}));
  const missed = misses(outcomes);
  console.log(missed.join("\n") || `${outcomes.length} cases agree`);
  process.exitCode = missed.length ? 1 : 0;
}
