// Section 9: what a single call burns, a panel for each resource; in a row the caller (or what goes out) above, the callee below, and
// between them the server, where some lane has one: a cross, which is no lane's shape.
const AXES = {
  ns: { log: true, tick: timeTick },
  bytes: { log: true, tick: (n) => (n >= 1e6 ? `${n / 1e6} MB` : n >= 1e3 ? `${n / 1e3} kB` : `${n} B`) },
  share: { log: false, tick: (v) => `${Math.round(v * 100)} %` },
  count: { log: false, tick: (v) => `${+v.toPrecision(2)}` },
};

function drawBurn(figure, canvas, scene, width) {
  const { panels } = data.burn, rows = data.burn.rows.map((lane) => ({ lane }));
  const stack = width < 760, letters = width < 400 ? 10 : stack ? 14 : 20, names = 42 + widest(rows, letters, 14);
  // Side by side the first panel bears the names of the lanes; below each other all do.
  const parts = panels.map((p) => (p.unit === "ns" ? 1.3 : 1)), free = width - names;
  const widths = panels.map((p, i) => (stack ? width : Math.floor((free * parts[i]) / d3.sum(parts)) + (i ? 0 : names)));
  // Rows stand at one height in all panels.
  const most = d3.max(panels, (p) => p.sides.length);
  const plots = panels.map((panel, i) => burnPlot(panel, rows, widths[i], stack || !i ? names : 16, letters, stack, most));
  canvas.className = stack ? "canvas" : "canvas split";
  canvas.style.gridTemplateColumns = stack ? "" : widths.map((w) => `minmax(0, ${w}fr)`).join(" ");
  canvas.replaceChildren(...plots.map((plot) => plot.svg));
  // Right goes on to the next resource of the same lane.
  walkable(figure, plots[0].svg, rows.map(({ lane }) => plots.flatMap((plot) => plot.points.filter((p) => p.lane === lane))).filter((walk) => walk.length));
}

function burnPlot(panel, rows, width, marginLeft, letters, stack, most) {
  const axis = AXES[panel.unit], marks = panel.marks.filter((m) => m.value != null), none = panel.marks.filter((m) => m.value == null);
  const values = [...within(marks), ...(panel.rule ? [panel.rule[0]] : [])];
  const log = axis.log && values.length, scale = log ? timeAxis(values) : null;
  const domain = log ? [scale.domain[0], scale.domain[1] * 1.6] : panel.unit === "share" ? [0, 1] : [0, 1.3 * (d3.max(values) || 1)];
  const high = 16 * (most + 1), marginRight = 26, marginTop = 16 * (most + 1) + 2, marginBottom = panel.rule ? 50 : 30;
  const x = (log ? d3.scaleLog : d3.scaleLinear)(domain, [marginLeft, width - marginRight]);
  const ticks = log ? roomy(scale.ticks.filter((t) => t <= domain[1]), x, 46) : roomy(x.ticks(3), x, 40);
  const { sides } = panel, aside = sides.length > 2 ? 16 : 18, shift = (side) => aside * (sides.indexOf(side) - (sides.length - 1) / 2);
  const y = "lane", stroke = literal(colourOf), between = (side) => sides.length > 2 && side === sides[1];
  const left = (m) => x(m.high ?? m.value) + 12 + widthOf(m.label, 12) > width;
  const of = (list, side) => list.filter((m) => m.side === side);
  const figures = (list, anchor, dx, side) => Plot.text(list, { y, x: (m) => (anchor === "start" ? m.high ?? m.value : m.low ?? m.value), text: "label", textAnchor: anchor, dx, dy: shift(side),
    fontSize: 12, fill: "currentColor", stroke: "var(--paper)", strokeWidth: 4 });
  const svg = Plot.plot({
    width, marginLeft, marginRight, marginTop, marginBottom, height: marginTop + marginBottom + rows.length * high,
    x: { type: log ? "log" : "linear", domain, clamp: true, label: null }, y: { type: "band", domain: rows.map((r) => r.lane), axis: null, padding: 0 },
    marks: [
      Plot.ruleY(rows, { y, stroke: "var(--line)", dy: high / 2 }),
      Plot.gridX(ticks, { stroke: "var(--line)", strokeOpacity: 1 }),
      Plot.axisX(ticks, { text: axis.tick, fontSize: 12, tickSize: 0, color: "var(--soft)" }),
      Plot.text([panel.title], { frameAnchor: "top-left", dy: 6 - marginTop, dx: stack ? -marginLeft : 4, textAnchor: "start", fontSize: 13, fontWeight: 600, fill: "currentColor" }),
      ...burnLegend(panel).map((text, line) => Plot.text([text], { frameAnchor: "top-left", dy: 24 - marginTop + 16 * line, dx: stack ? -marginLeft : 4, textAnchor: "start", fontSize: 12, fill: "var(--soft)" })),
      ...(panel.rule ? [Plot.ruleX([panel.rule[0]], { stroke: "var(--harness)", strokeWidth: 1.5, strokeDasharray: "4 3" }),
        Plot.text([panel.rule[1]], { frameAnchor: "bottom-left", textAnchor: "start", dy: 40, dx: Math.max(-marginLeft, Math.min(x(panel.rule[0]), width - 6 - widthOf(panel.rule[1], 12)) - marginLeft), fontSize: 12, fill: "var(--soft)" })] : []),
      ...sides.flatMap((side) => [
        Plot.ruleY(of(marks, side).filter((m) => m.low != null), { y, x1: "low", x2: "high", stroke, strokeWidth: 4, strokeOpacity: 0.45, dy: shift(side) }),
        between(side) ? Plot.dot(of(marks, side), { x: "value", y, r: 4.5, dy: shift(side), symbol: "times", stroke, strokeWidth: 2.2 }) : dots(of(marks, side), "value", y, 4.5, shift(side)),
        figures(of(marks, side).filter((m) => !left(m)), "start", 10, side),
        figures(of(marks, side).filter(left), "end", -10, side),
        Plot.text(of(none, side), { y, frameAnchor: "left", textAnchor: "start", dx: 6, dy: shift(side), fontSize: 12, text: "label", fill: "var(--soft)" }),
      ]),
      ...(marginLeft > 20 ? [
        Plot.dot(rows, { y, frameAnchor: "left", dx: 12 - marginLeft, r: 5, symbol: shapeOf, fill: literal(fillOf), stroke, strokeWidth: 1.8 }),
        Plot.text(rows, { y, frameAnchor: "left", textAnchor: "start", dx: 26 - marginLeft, fontSize: 14, fontWeight: 600, fill: stroke, text: (r) => shorten(laneOf(r).short, letters) }),
      ] : []),
    ],
  });
  const rowsAt = svg.scale("y"), clamped = (v) => x(Math.min(domain[1], Math.max(domain[0], v)));
  const points = panel.marks.map((m) => ({ svg, lane: m.lane, x: m.value == null ? marginLeft + 6 : clamped(m.value), y: rowsAt.apply(m.lane) + high / 2 + shift(m.side), text: m.text }));
  return { svg: finish(svg, `${panel.title} of a call over each lane`), points };
}

/** What stands where in a row, a line for each of these texts. */
function burnLegend({ sides, marks }) {
  const ends = `${sides[0]} above, ${sides[sides.length - 1]} below`;
  return sides.length > 2 && marks.some((m) => m.side === sides[1]) ? [ends, `× between: ${sides[1]}`] : [ends];
}
