// Section 8: latency against offered calls per second, and calls per second against calls in flight. The open loop of section 7.
const rateTick = (rate) => (rate >= 1e8 ? rate.toExponential(0).replace("e+", "e") : rate >= 1e6 ? `${+(rate / 1e6).toPrecision(3)}M` : rate >= 1e3 ? `${+(rate / 1e3).toPrecision(3)}k` : `${+rate.toPrecision(3)}`);

const drawOpenTail = (figure, canvas, scene, width) => drawTail(figure, canvas, { tail: data.loads.tail }, width, `one call, open loop, ${data.loads.placed}`);

function drawLatency(figure, canvas, scene, width) {
  const { panels } = data.loads, wide = width >= 760, each = wide ? Math.floor((width - 24) / panels.length) : width;
  const points = panels.flatMap((panel) => panel.lines.flatMap((l) => l.points));
  if (!points.length) return canvas.replaceChildren("No lane kept up with any rate.");
  const rates = panels.flatMap((panel) => panel.lines.flatMap((l) => [...l.points, ...l.fell].map((p) => p.x)));
  const axes = { x: timeAxis(rates), y: timeAxis(within(points)) };
  const plots = panels.map((panel) => latencyPlot(panel, axes, each));
  canvas.className = wide ? "canvas split" : "canvas";
  canvas.style.gridTemplateColumns = wide ? `repeat(${panels.length}, minmax(0, 1fr))` : "";
  canvas.replaceChildren(...plots.map((plot) => plot.svg));
  walkable(figure, plots[0].svg, plots.flatMap((plot) => plot.lines));
}

function latencyPlot(panel, axes, width) {
  const lines = panel.lines.map((l) => ({ ...l, points: l.points.map((p) => ({ ...p, lane: l.lane })) }));
  const points = lines.flatMap((l) => l.points), letters = 14, stroke = literal(colourOf);
  const height = Math.round(Math.max(340, Math.min(460, width * 0.8)));
  const frame = { width, height, marginTop: 34, marginBottom: 44, marginRight: 20 + widest(lines, letters, 13) };
  const rows = timeRows(axes.y, frame, 18, 52);
  const x = d3.scaleLog(axes.x.domain, [rows.marginLeft, width - frame.marginRight]);
  const fell = dodged(lines.flatMap((l) => l.fell.map((p) => ({ ...p, lane: l.lane }))), x);
  // Above the frame stand what the axis shows, and the marks of rates that were too much below their heading.
  if (fell.length) frame.marginTop = 42 - d3.min(fell, (p) => p.dy);
  frame.height += frame.marginTop - 34;
  const svg = Plot.plot({
    ...frame, marginLeft: rows.marginLeft,
    x: { type: "log", domain: axes.x.domain, label: null }, y: { type: "log", domain: axes.y.domain, clamp: true, label: null },
    marks: [
      Plot.gridY(axes.y.ticks, { stroke: "var(--line)", strokeOpacity: 1 }),
      Plot.axisY(rows.ticks, { text: timeTick, fontSize: 12, tickSize: 0, color: "var(--soft)" }),
      Plot.axisX(roomy(axes.x.ticks, x, 44), { text: rateTick, fontSize: 12, tickSize: 3, color: "var(--soft)" }),
      Plot.text([`${panel.name} of latency, open loop`], { frameAnchor: "top-left", dy: 10 - frame.marginTop, dx: -48, textAnchor: "start", fontSize: 12, fill: "var(--soft)" }),
      Plot.text(fell.length ? ["did not keep up:"] : [], { frameAnchor: "top-left", dy: 26 - frame.marginTop, dx: -48, textAnchor: "start", fontSize: 12, fill: "var(--soft)" }),
      Plot.text(["offered calls/s"], { frameAnchor: "bottom-right", dy: 36, textAnchor: "end", fontSize: 12, fill: "var(--soft)" }),
      Plot.line(points, { x: "x", y: "value", z: "lane", stroke, strokeWidth: 2 }),
      Plot.ruleX(points.filter((p) => p.low != null), { x: "x", y1: "low", y2: "high", stroke, strokeWidth: 2.4, strokeOpacity: 0.4 }),
      dots(points, "x", "value", 4),
      ...fell.map((p) => Plot.dot([p], { x: "x", frameAnchor: "top", dy: p.dy, r: 4, symbol: shapeOf, fill: "var(--paper)", stroke, strokeWidth: 1.8 })),
    ],
  });
  const y = svg.scale("y"), drawn = lines.filter((l) => l.points.length);
  endLabels(svg, ends(svg, drawn, (l) => shorten(laneOf(l).short, letters)), { top: frame.marginTop, bottom: frame.height - 44 });
  const walks = lines.map((l) => [...l.points.map((p) => ({ svg, x: x(p.x), y: y.apply(p.value), text: p.text })),
    ...fell.filter((p) => p.lane === l.lane).map((p) => ({ svg, x: x(p.x), y: frame.marginTop + p.dy, text: p.text }))]);
  return { svg: finish(svg, `${panel.name} of latency against offered calls per second`), lines: walks.filter((walk) => walk.length) };
}

/** Marks above the frame, moved up where one lies on another. */
function dodged(points, x) {
  const placed = [];
  for (const p of points) {
    let dy = -12;
    while (placed.some((q) => Math.abs(x(q.x) - x(p.x)) < 10 && Math.abs(q.dy - dy) < 10) && dy > -40) dy -= 10;
    placed.push({ ...p, dy });
  }
  return placed;
}

function drawThroughput(figure, canvas, scene, width) {
  const lines = data.loads.throughput.map((l) => ({ ...l, points: l.points.map((p) => ({ ...p, lane: l.lane })) }));
  const points = lines.flatMap((l) => l.points), narrow = width < 480, letters = narrow ? 11 : 18;
  if (!points.length) return canvas.replaceChildren("No lane's capacity was found.");
  const curve = lines.flatMap((l) => l.curve.map(([x, value]) => ({ lane: l.lane, x, value })));
  const axis = timeAxis([...within(points, 2), ...curve.map((p) => p.value)]), most = Math.max(2, d3.max(points, (p) => p.x));
  const height = Math.round(Math.max(320, lines.length * 18 + 100, Math.min(520, width * 0.48))), stroke = literal(colourOf);
  const frame = { width, height, marginTop: 34, marginBottom: 44, marginRight: 20 + widest(lines, letters, 13), marginLeft: 52 };
  const ticks = roomy(axis.ticks, d3.scaleLog(axis.domain, [height - 44, 34]), 18);
  const svg = Plot.plot({
    ...frame, x: { type: "log", base: 2, domain: [1, most], label: null }, y: { type: "log", domain: axis.domain, clamp: true, label: null },
    marks: [
      Plot.gridY(axis.ticks, { stroke: "var(--line)", strokeOpacity: 1 }),
      Plot.axisY(ticks, { text: rateTick, fontSize: 12, tickSize: 0, color: "var(--soft)" }),
      Plot.axisX(d3.range(0, 14).map((p) => 2 ** p).filter((n, i) => n <= most && (!narrow || most <= 32 || i % 2 === 0)), { text: (n) => `${n}`, fontSize: 12, tickSize: 3, color: "var(--soft)" }),
      Plot.text(["calls/s, closed loop"], { frameAnchor: "top-left", dy: -24, dx: -48, textAnchor: "start", fontSize: 12, fill: "var(--soft)" }),
      Plot.text(["calls in flight, N"], { frameAnchor: "bottom-right", dy: 36, textAnchor: "end", fontSize: 12, fill: "var(--soft)" }),
      Plot.line(curve, { x: "x", y: "value", z: "lane", stroke, strokeWidth: 2 }),
      Plot.ruleX(points.filter((p) => p.low != null), { x: "x", y1: "low", y2: "high", stroke, strokeWidth: 4, strokeOpacity: 0.4 }),
      dots(points, "x", "value", narrow ? 3.6 : 4.5),
    ],
  });
  const x = svg.scale("x"), y = svg.scale("y");
  endLabels(svg, ends(svg, lines, (l) => shorten(laneOf(l).short, letters)), { top: 34, bottom: height - 44 });
  canvas.replaceChildren(finish(svg, "Calls per second against calls in flight"));
  walkable(figure, svg, lines.map((l) => l.points.map((p) => ({ x: x.apply(p.x), y: y.apply(p.value), text: p.text }))));
}
