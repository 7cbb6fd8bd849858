// Two records against each other: of each figure the later divided by the earlier, on a logarithmic axis around 1. Rows come
// from the page's data, or from a record that the reader chose.
const RATIO_STEPS = [[1.15, [0.9, 0.95, 1, 1.05, 1.1]], [1.6, [0.7, 0.8, 0.9, 1, 1.1, 1.25, 1.5]], [2.6, [0.4, 0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 2.5]], [15, [0.1, 0.25, 0.5, 1, 2, 4, 10]]];
/** Differences within this share do not matter. */
const WITHIN = 1.05;

/** Around 1, far enough for every interval but one that would squeeze all others. */
function ratioAxis(rows) {
  const ends = rows.flatMap((d) => [d.value, d.low, d.high]).filter((v) => v > 0 && isFinite(v)).map((v) => Math.abs(Math.log(v)));
  const far = Math.exp(Math.min(Math.max(...ends, Math.log(1.08)) * 1.08, Math.log(1e6)));
  const powers = d3.range(-6, 7).map((p) => 10 ** p);
  const steps = RATIO_STEPS.find(([most]) => far <= most)?.[1] ?? powers;
  return { domain: [1 / far, far], ticks: steps.filter((t) => t >= 1 / far && t <= far) };
}

/** Ticks outwards from 1, each with room for its label. */
function roomyAround(ticks, at, gap) {
  const outwards = (side) => side.reduce((kept, t) => (Math.abs(at(t) - at(kept[kept.length - 1])) >= gap ? [...kept, t] : kept), [1]);
  const above = outwards(ticks.filter((t) => t > 1)), below = outwards(ticks.filter((t) => t < 1).reverse());
  return [...below.slice(1).reverse(), ...above];
}

const whatOf = (d) => `${d.items === 1 ? "one call" : `n = ${d.items.toLocaleString("en")}`}, ${d.placement}`;
const times = (v) => `${+v.toPrecision(3)}×`;

const NOW = { left: "← takes less now", right: "takes longer now →", label: "The later record divided by the earlier, for each figure", what: whatOf };
function drawDifferences(figure, canvas, scene, width, says = NOW) {
  const rows = scene.ratios.map((d, at) => ({ ...d, row: at }));
  const narrow = width < 620, axis = ratioAxis(rows);
  // Where it is narrow the lane stands above its mark, and what the figure is in a line between.
  const [rowHeight, dy, up] = !narrow ? [28, 0, 0] : says.what ? [56, 16, -17] : [40, 9, -9], top = 40, bottom = 34;
  const marginLeft = narrow ? 14 : 24 + widest(rows, 22, 13) + (says.what ? 30 + d3.max(rows, (d) => widthOf(says.what(d), 12)) : 0), said = (d) => `${d.value >= 1000 ? Math.round(d.value).toLocaleString("en") : d.value.toPrecision(3)}× ${d.words}`;
  const marginRight = narrow ? 14 : Math.max(190, 28 + d3.max(rows, (d) => widthOf(said(d), 12)));
  const at = d3.scaleLog(axis.domain, [marginLeft, width - marginRight]);
  const y = (d) => d.row, inside = (v) => Math.min(axis.domain[1], Math.max(axis.domain[0], v));
  const bars = rows.filter((d) => d.low > 0).map((d) => ({ ...d, low: inside(d.low), high: inside(d.high) }));
  // A lane's name stands at the first of its rows.
  const name = (d) => (!narrow && rows[d.row - 1]?.lane === d.lane ? "" : shorten(laneOf(d).short, narrow ? 14 : 22));
  const svg = Plot.plot({
    width, height: rows.length * rowHeight + top + bottom, marginTop: top, marginBottom: bottom, marginLeft, marginRight,
    x: { type: "log", domain: axis.domain, label: null }, y: { type: "band", domain: rows.map(y), axis: null, padding: 0 },
    marks: [
      Plot.rect([1], { x1: inside(1 / WITHIN), x2: inside(WITHIN), fill: "var(--raised)" }),
      Plot.gridX(axis.ticks, { stroke: "var(--line)", strokeOpacity: 1 }),
      Plot.ruleX([1], { stroke: "var(--soft)" }),
      Plot.axisX(roomyAround(axis.ticks, at, 44), { text: times, fontSize: 12, tickSize: 0, anchor: "bottom", color: "var(--soft)" }),
      Plot.text([says.left], { frameAnchor: "top-left", dy: -30, fontSize: 12, fill: "var(--soft)", textAnchor: "start" }),
      Plot.text([says.right], { frameAnchor: "top-right", dy: -30, fontSize: 12, fill: "var(--soft)", textAnchor: "end" }),
      Plot.ruleY(bars, { y, x1: "low", x2: "high", stroke: literal(colourOf), strokeWidth: 3, strokeOpacity: 0.55, dy }),
      dots(rows.map((d) => ({ ...d, at: inside(d.value) })), "at", y, 5, dy),
      Plot.text(rows, { y, frameAnchor: "left", textAnchor: "start", dx: narrow ? 0 : 8 - marginLeft, dy: up, fontSize: 13, fontWeight: 600,
        fill: literal(colourOf), stroke: "var(--paper)", strokeWidth: 4, text: name }),
      !says.what ? null : Plot.text(rows, { y, frameAnchor: "left", textAnchor: narrow ? "start" : "end", dx: narrow ? 0 : -14, dy: narrow ? -1 : 0, fontSize: 12, fill: "var(--soft)", text: says.what }),
      Plot.text(rows, { y, frameAnchor: "right", textAnchor: narrow ? "end" : "start", dx: narrow ? 0 : 14, dy: up, fontSize: 12, fill: "currentColor", stroke: "var(--paper)", strokeWidth: 4, text: said }),
    ],
  });
  canvas.replaceChildren(finish(svg, says.label));
  const x = svg.scale("x"), band = svg.scale("y");
  walkable(figure, svg, rows.map((d) => [{ x: x.apply(inside(d.value)), y: band.apply(d.row) + band.bandwidth / 2 + dy, text: d.text }]));
}
