// A reader's numbers, and what an action takes with them. What follows from a number is in predict.js, how it is read in typed.js;
// here are sliders, fields, address, sentence, chart and table.
const whatif = (() => {
const panel = data.whatif;
const PLACE = "whatif";
const GAPS = { beyond: "too far from what was measured", no_model: "no linear model so far out", overloaded: "not reachable" };
const WHAT = panel?.axis === "bytes" ? "call" : "action";
const first = panel && { ...panel.settings, placement: panel.placements[0].key };
let numbers = { ...first };
/** What is known of the lanes in the placement that is chosen. */
const placed = () => panel.placements.find((known) => known.key === numbers.placement);
const placementChoice = () => document.getElementById(`${PLACE}-placement`);

const WRITE = {
  time: (ns) => (ns ? predictions.timeText(ns) : "none"),
  count: (n) => n.toLocaleString("en"),
  bytes: predictions.amountText,
  rate: (n) => `${Number.isInteger(n) ? n.toLocaleString("en") : predictions.numberText(n)} a second`,
};
const written = (control) => WRITE[control.unit](numbers[control.key]);
const slider = (control) => document.getElementById(`${PLACE}-${control.key}`);
const field = (control) => document.getElementById(`${PLACE}-${control.key}-value`);
const refused = () => document.getElementById(`${PLACE}-refused`);

/** What every lane makes of the numbers. */
const outcomes = () => placed().lanes.map(({ lane, basis }) => {
  const outcome = predictions.predict(basis, numbers, panel.cores);
  return { lane, ...outcome, cells: predictions.cellsOf(basis, panel.cores, outcome) };
});

function drawWhatif(figure, canvas, scene, width) {
  const rows = outcomes(), drawn = rows.filter((r) => r.time).map((r) => ({ ...r, ...r.time, label: r.cells[0] }));
  const narrow = width < 620, dy = narrow ? 9 : 0, y = (d) => d.lane;
  const frame = { width, marginTop: 52, marginBottom: 34, marginRight: narrow ? 18 : 26, height: rows.length * (narrow ? 52 : 34) + 86 };
  const marginLeft = narrow ? 20 : 22 + widest(rows, 22, 14);
  const axis = timeAxis([...within(drawn), numbers.budget_ns]);
  const scale = d3.scaleLog(axis.domain, [0, 1]), late = scale(numbers.budget_ns) > 0.5;
  const ticks = roomy(axis.ticks, d3.scaleLog(axis.domain, [0, width - marginLeft - frame.marginRight]), 52);
  const left = (d) => scale(d.value) > 0.62;
  const label = (points, x, anchor, dx) => Plot.text(points, { x, y, text: "label", textAnchor: anchor, dx, dy, fontSize: 13,
    fontWeight: 600, fill: "currentColor", stroke: "var(--paper)", strokeWidth: 4 });
  const svg = Plot.plot({
    ...frame, marginLeft,
    x: { type: "log", domain: axis.domain, clamp: true, label: null },
    y: { type: "band", domain: rows.map(y), axis: null, padding: 0 },
    marks: [
      Plot.barX(drawn.filter((d) => d.outside), { x1: axis.domain[0], x2: axis.domain[1], y, fill: `url(#${PLACE}-hatch)`, insetTop: narrow ? 24 : 5, insetBottom: 5 }),
      Plot.gridX(axis.ticks, { stroke: "var(--line)", strokeOpacity: 1 }),
      Plot.axisX(ticks, { text: timeTick, fontSize: 12, tickSize: 0, anchor: "bottom", color: "var(--soft)" }),
      Plot.text([`time of one ${WHAT}, ${placed().phrase}`], { frameAnchor: "top-left", dy: -42, dx: narrow ? -marginLeft : 4, fontSize: 12, fill: "var(--soft)", textAnchor: "start" }),
      Plot.ruleX([numbers.budget_ns], { stroke: "currentColor", strokeWidth: 1.4, strokeDasharray: "5 4" }),
      Plot.text([numbers.budget_ns], { x: (v) => v, frameAnchor: "top", dy: -20, text: (v) => `budget ${predictions.timeText(v)}`, textAnchor: late ? "end" : "start", fontSize: 12, fill: "currentColor" }),
      Plot.ruleY(drawn.filter((d) => d.low != null), { y, x1: "low", x2: "high", stroke: literal(colourOf), strokeWidth: 7, strokeOpacity: 0.4, dy }),
      dots(drawn, "value", y, 6, dy),
      label(drawn.filter((d) => !left(d)), (d) => d.high ?? d.value, "start", 13),
      label(drawn.filter(left), (d) => d.low ?? d.value, "end", -13),
      Plot.text(rows.filter((d) => d.gap), { y, frameAnchor: "left", textAnchor: "start", dx: narrow ? -marginLeft : 8, dy, fontSize: 13, fill: "var(--soft)", stroke: "var(--paper)", strokeWidth: 4, text: (d) => GAPS[d.gap] }),
      Plot.text(rows, { y, frameAnchor: "left", textAnchor: "start", dx: narrow ? -marginLeft : 10 - marginLeft, dy: narrow ? -14 : 0, fontSize: 14,
        fontWeight: 600, fill: literal(colourOf), stroke: "var(--paper)", strokeWidth: 4, text: (d) => shorten(laneOf(d).short, narrow ? 18 : 22) }),
    ],
  });
  hatch(svg);
  canvas.replaceChildren(finish(svg, `Time of one ${WHAT} over each lane, ${placed().phrase}`));
  const at = svg.scale("x"), band = svg.scale("y");
  const text = (d) => `${laneOf(d).short}, ${placed().phrase}: ${d.label} (${d.cells[1]}), share ${d.cells[2]}, budget: ${d.cells[3]}, cores ${d.cells[4]}${d.cells[5] && `; ${d.cells[5]}`}`;
  walkable(figure, svg, drawn.map((d) => [{ x: at.apply(d.value), y: band.apply(d.lane) + band.bandwidth / 2 + dy, text: text(d) }]));
}

/** The pattern behind what lies outside the measured sizes. */
function hatch(svg) {
  const pattern = d3.select(svg).insert("defs", ":first-child").append("pattern").attr("id", `${PLACE}-hatch`).attr("patternUnits", "userSpaceOnUse")
    .attr("width", 8).attr("height", 8).attr("patternTransform", "rotate(45)");
  pattern.append("line").attr("y2", 8).attr("stroke", "var(--context)").attr("stroke-width", 3);
}

function tabulate() {
  const table = document.getElementById(`${PLACE}-table`);
  const rows = outcomes().map(({ lane, cells }) => {
    const row = document.createElement("tr"), head = document.createElement("th");
    head.scope = "row";
    head.textContent = data.lanes[lane].short;
    row.append(head, ...cells.map((cell) => Object.assign(document.createElement("td"), { textContent: cell })));
    return row;
  });
  table.tBodies[0].replaceChildren(...rows);
  document.getElementById(`${PLACE}-numbers`).textContent = `Your numbers in this table: ${[placed().phrase, ...panel.controls.map((c) => `${c.label} ${written(c)}`)].join(", ")}.`;
}

/** From the quickest lane to the slowest, as reports/src/render/html/page/what_if.rs says it. */
function sentence(rows) {
  const told = rows.filter((r) => r.time).sort((a, b) => a.time.value - b.time.value), without = rows.length - told.length;
  const what = panel.axis === "bytes" ? `call with ${predictions.amountText(numbers.items)} each way` : `action of ${numbers.items.toLocaleString("en")} ${numbers.items === 1 ? "item" : "items"}`;
  const none = without ? ` Nothing is predicted for ${without} more: the table says why.` : "";
  const took = (r) => `${r.atLeast ? "at least " : ""}${predictions.timeText(r.time.value)} over ${laneOf(r).short}`;
  if (told.length < 2) return `One ${what}: too few lanes can be predicted.${none}`;
  return `With these numbers, one ${what} takes ${took(told[0])} and ${took(told.at(-1))}, ${placed().phrase}.${none}`;
}

/** Shows the numbers as they are now: sliders, sentence, chart, table. */
function showNumbers() {
  for (const control of panel.controls) {
    const input = slider(control), at = control.stops.indexOf(numbers[control.key]);
    if (+input.max !== control.stops.length - 1) input.max = control.stops.length - 1;
    if (+input.value !== at) input.value = at;
    input.setAttribute("aria-valuetext", written(control));
    const typed = field(control);
    if (typed !== document.activeElement || typed.getAttribute("aria-invalid") !== "true") typed.value = written(control);
  }
  if (placementChoice()) placementChoice().value = numbers.placement;
  tabulate();
  document.getElementById(`${PLACE}-finding`).textContent = sentence(outcomes());
  redraw(document.querySelector(`#${PLACE} figure.chart`));
}

/** Takes a number where it makes sense; one between two stops becomes a stop of its own. */
function take({ key, stops, unit }, value) {
  if (!(value >= stops[0] && value <= stops.at(-1)) || (["count", "bytes"].includes(unit) && !Number.isInteger(value))) return false;
  if (!stops.includes(value)) stops.splice(stops.findIndex((stop) => stop > value), 0, value);
  numbers[key] = value;
  return true;
}

/** What was typed into a field: a number with its unit, or in the unit that stood there. */
function takeTyped(control) {
  const typed = field(control), taken = take(control, readTyped(typed.value, control.unit, written(control)));
  if (taken) typed.removeAttribute("aria-invalid");
  else typed.setAttribute("aria-invalid", "true");
  const range = [control.stops[0], control.stops.at(-1)].map((v) => WRITE[control.unit](v)).join(" to ");
  refused().textContent = taken ? "" : `${control.label}: give a ${control.unit === "count" ? "whole number" : "number with its unit"}, ${range}.`;
  if (!taken) return;
  typed.value = written(control);
  showNumbers();
  toAddress();
}

/** The numbers in the address, as far as they make sense. */
function fromAddress() {
  const [place, query] = location.hash.slice(1).split("?");
  return place === PLACE && query ? fromQuery(query) : false;
}

function fromQuery(query) {
  const asked = new URLSearchParams(query);
  for (const { key, stops, unit } of panel.controls) {
    take({ key, stops, unit }, asked.has(key) && asked.get(key) !== "" ? Number(asked.get(key)) : NaN);
  }
  if (panel.placements.some((known) => known.key === asked.get("placement"))) numbers.placement = asked.get("placement");
  return true;
}

const toAddress = () => history.replaceState(null, "", `#${PLACE}?${new URLSearchParams(numbers)}`);

function start() {
  if (!panel) return;
  for (const control of panel.controls) {
    slider(control).addEventListener("input", ({ target }) => {
      numbers[control.key] = control.stops[+target.value];
      showNumbers();
    });
    // Browsers limit how often an address may change: once a number is chosen, not while it slides.
    slider(control).addEventListener("change", toAddress);
    field(control).addEventListener("change", () => takeTyped(control));
  }
  placementChoice()?.addEventListener("change", ({ target }) => {
    numbers.placement = target.value;
    showNumbers();
    toAddress();
  });
  document.getElementById(`${PLACE}-reset`).addEventListener("click", () => {
    numbers = { ...first };
    refused().textContent = "";
    panel.controls.forEach((control) => field(control).removeAttribute("aria-invalid"));
    showNumbers();
    toAddress();
  });
  addEventListener("hashchange", () => fromAddress() && showNumbers());
  if (fromAddress()) showNumbers();
}

/** The reader's numbers as an address has them, and taken from there; none where they are the first ones. */
const kept = () => panel && Object.keys(first).some((key) => first[key] !== numbers[key]) && String(new URLSearchParams(numbers));
const keep = (query) => panel && fromQuery(query) && showNumbers();

return { draw: drawWhatif, start, kept, keep };
})();
