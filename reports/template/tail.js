// Section 7: latency against the number of nines, closed loop. A line ends where the sample ends.
function drawTail(figure, canvas, scene, width) {
  const tails = scene.tail;
  if (!tails.length) return canvas.replaceChildren("No lane has an observable tail.");
  const names = [[0.30103, "p50"], [1, "p90"], [2, "p99"], [3, "p99.9"], [4, "p99.99"], [5, "p99.999"]];
  const path = tails.flatMap((t) => t.line.filter(([x]) => x >= names[0][0]).map(([x, value]) => ({ x, value, lane: t.lane })));
  const points = tails.flatMap((t) => t.points.map((p) => ({ ...p, lane: t.lane })));
  const most = Math.max(1, d3.max(path, (p) => p.x));
  const axis = timeAxis([...path.map((p) => p.value), ...bounds(points)]);
  const narrow = width < 480, letters = narrow ? 11 : 18;
  const longest = d3.max(tails, (t) => Math.min(laneOf(t).short.length, letters));
  const height = Math.round(Math.max(320, tails.length * 18 + 100, Math.min(520, width * 0.48))), stroke = literal(colourOf);
  const svg = Plot.plot({
    width, height, marginLeft: narrow ? 52 : 58, marginRight: 22 + longest * 8.2, marginTop: 34, marginBottom: 44,
    x: { domain: [names[0][0], most], label: null },
    y: { type: "log", domain: axis.domain, label: null },
    marks: [
      Plot.gridY(axis.ticks, { stroke: "var(--line)", strokeOpacity: 1 }),
      Plot.axisY(axis.ticks, { text: timeTick, fontSize: 12, tickSize: 0, color: "var(--soft)" }),
      Plot.axisX(names.filter((n) => n[0] <= most && !(narrow && n[1] === "p90")).map((n) => n[0]), { text: (n) => names.find((m) => m[0] === n)[1], fontSize: 12, tickSize: 3, color: "var(--soft)" }),
      Plot.text(["one call, closed loop"], { frameAnchor: "top-left", dy: -24, dx: -48, textAnchor: "start", fontSize: 12, fill: "var(--soft)" }),
      Plot.text(["rarer calls →"], { frameAnchor: "bottom-right", dy: 36, textAnchor: "end", fontSize: 12, fill: "var(--soft)" }),
      Plot.line(path, { x: "x", y: "value", z: "lane", stroke, strokeWidth: 2 }),
      Plot.ruleX(points.filter((p) => p.low != null), { x: "x", y1: "low", y2: "high", stroke, strokeWidth: 4, strokeOpacity: 0.4 }),
      dots(points, "x", "value", 4.5),
    ],
  });
  const x = svg.scale("x"), y = svg.scale("y");
  const labels = tails.map((t) => {
    const [nines, value] = t.line[t.line.length - 1];
    return { x: x.apply(nines), y: y.apply(value), to: x.range[1] + 12, colour: colourOf(t), text: shorten(laneOf(t).short, letters) };
  });
  endLabels(svg, labels, { top: 34, bottom: height - 44 });
  canvas.replaceChildren(finish(svg, "Latency of a single call against the number of nines"));
  walkable(figure, svg, tails.map((t) => t.points.map((p) => ({ x: x.apply(p.x), y: y.apply(p.value), text: p.text }))).filter((l) => l.length));
}
