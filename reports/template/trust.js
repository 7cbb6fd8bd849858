// Section 10: lanes against themselves, and the single calls of each lane by restart, around the lane's own mean.
const ITSELF = { left: "← second takes less", right: "takes longer →", label: "Each lane divided by itself", what: null };
const drawSelves = (figure, canvas, scene, width) => drawDifferences(figure, canvas, { ratios: data.trust.selves }, width, ITSELF);

/** Ratios farther from 1 end at the edge of their row. */
const FARTHEST = 4;
const GUIDES = [1.01, 1.02, 1.05, 1.1, 1.25, 1.5, 2, 3];

function drawRestarts(figure, canvas, scene, width) {
  const lanes = data.trust.restarts.map((d, row) => ({ ...d, row }));
  const points = lanes.flatMap((d) => d.points.map((p) => ({ ...p, lane: d.lane, row: d.row })));
  const far = Math.min(Math.log(FARTHEST), 1.15 * Math.max(Math.log(1.01), ...points.map((p) => Math.abs(Math.log(p.value)))));
  const guide = d3.max(GUIDES.filter((g) => Math.log(g) <= far));
  const narrow = width < 620, high = narrow ? 68 : 48, top = 34, bottom = 46;
  // Where 1 lies in a row, and how far its edges are from there, both as shares of the row's height.
  const [middle, reach] = narrow ? [0.64, 0.28] : [0.5, 0.4];
  const y = (row, ratio) => row + middle - reach * Math.max(-1, Math.min(1, Math.log(ratio) / far));
  const marginLeft = narrow ? 18 : 24 + widest(lanes, 22, 13), marginRight = narrow ? 18 : 24 + d3.max(lanes, (d) => widthOf(d.label, 12));
  const last = d3.max(points, (p) => p.x), domain = [0.6, last + 0.4];
  const across = d3.scaleLinear(domain, [marginLeft, width - marginRight]);
  const rows = d3.range(lanes.length), at = (p) => y(p.row, p.value);
  const aside = { stroke: "var(--paper)", strokeWidth: 4, dy: narrow ? -0.4 * high : 0 };
  const svg = Plot.plot({
    width, height: rows.length * high + top + bottom, marginTop: top, marginBottom: bottom, marginLeft, marginRight,
    x: { domain, label: null }, y: { domain: [rows.length, 0], axis: null },
    marks: [
      Plot.ruleY(d3.range(rows.length + 1), { stroke: "var(--line)" }),
      Plot.ruleY(rows, { y: (row) => y(row, 1), stroke: "var(--soft)", strokeWidth: 0.75 }),
      ...[guide, 1 / guide].map((g) => Plot.ruleY(rows, { y: (row) => y(row, g), stroke: "var(--soft)", strokeWidth: 0.75, strokeDasharray: "2 4" })),
      Plot.axisX(roomy(d3.range(1, last + 1), across, 26), { text: String, fontSize: 12, tickSize: 0, color: "var(--soft)" }),
      Plot.text(["restart"], { frameAnchor: "bottom-left", dy: 38, fontSize: 12, fill: "var(--soft)", textAnchor: "start" }),
      Plot.text([`solid 1×, dashed ${times(1 / guide)} and ${times(guide)}`], { frameAnchor: "top-left", dy: -26, fontSize: 12, fill: "var(--soft)", textAnchor: "start" }),
      Plot.line(points, { x: "x", y: at, z: "lane", stroke: literal(colourOf), strokeWidth: 1.6 }),
      dots(points, "x", at, 4),
      Plot.text(lanes, { y: (d) => d.row + middle, frameAnchor: "left", textAnchor: "start", dx: narrow ? 0 : 8 - marginLeft, fontSize: 13, fontWeight: 600, fill: literal(colourOf), ...aside, text: (d) => shorten(laneOf(d).short, narrow ? 16 : 22) }),
      Plot.text(lanes, { y: (d) => d.row + middle, frameAnchor: "right", textAnchor: narrow ? "end" : "start", dx: narrow ? 0 : 12, fontSize: 12, fill: "currentColor", ...aside, text: "label" }),
    ],
  });
  canvas.replaceChildren(finish(svg, "Median of a single call in each restart divided by the lane's mean"));
  const [x, down] = [svg.scale("x"), svg.scale("y")];
  walkable(figure, svg, lanes.map((d) => d.points.map((p) => ({ x: x.apply(p.x), y: down.apply(at({ ...p, row: d.row })), text: `${laneOf(d).full}, restart ${p.x}: ${p.text}` }))));
}
