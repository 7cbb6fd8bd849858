// Section 7: latency against the number of nines. A line ends where the sample ends.
/** Percentiles whose names have room below the axis; the ones that people ask for come first. */
function named(names, across) {
  const kept = [];
  for (const asked of ["p99", "p50", "p99.9", "p90", "p99.99", "p99.999"]) {
    const name = names.find((n) => n[1] === asked);
    const apart = (other) => Math.abs(across(name[0]) - across(other[0])) >= 3.8 * (name[1].length + other[1].length) + 8;
    if (name && kept.every(apart)) kept.push(name);
  }
  return kept.map((n) => n[0]).sort(d3.ascending);
}

function drawTail(figure, canvas, scene, width, how = `one call, closed loop, ${scene.placed}`) {
  const tails = scene.tail;
  if (!tails.length) return canvas.replaceChildren("No lane has an observable tail.");
  const names = [[0.30103, "p50"], [1, "p90"], [2, "p99"], [3, "p99.9"], [4, "p99.99"], [5, "p99.999"]];
  const path = tails.flatMap((t) => t.line.filter(([x]) => x >= names[0][0]).map(([x, value]) => ({ x, value, lane: t.lane })));
  const points = tails.flatMap((t) => t.points.map((p) => ({ ...p, lane: t.lane })));
  const most = Math.max(1, d3.max(path, (p) => p.x));
  const axis = timeAxis([...path.map((p) => p.value), ...within(points)]);
  const narrow = width < 480, letters = narrow ? 11 : 18;
  const height = Math.round(Math.max(320, tails.length * 18 + 100, Math.min(520, width * 0.48))), stroke = literal(colourOf);
  const frame = { width, height, marginRight: 20 + widest(tails, letters, 13), marginTop: 34, marginBottom: 44 };
  const rows = timeRows(axis, frame, 18, 52);
  const across = d3.scaleLinear([names[0][0], most], [rows.marginLeft, width - frame.marginRight]);
  const svg = Plot.plot({
    ...frame, marginLeft: rows.marginLeft,
    x: { domain: [names[0][0], most], label: null },
    y: { type: "log", domain: axis.domain, clamp: true, label: null },
    marks: [
      Plot.gridY(axis.ticks, { stroke: "var(--line)", strokeOpacity: 1 }),
      Plot.axisY(rows.ticks, { text: timeTick, fontSize: 12, tickSize: 0, color: "var(--soft)" }),
      Plot.axisX(named(names.filter((n) => n[0] <= most), across), { text: (n) => names.find((m) => m[0] === n)[1], fontSize: 12, tickSize: 3, color: "var(--soft)" }),
      Plot.text([how], { frameAnchor: "top-left", dy: -24, dx: -48, textAnchor: "start", fontSize: 12, fill: "var(--soft)" }),
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
  canvas.replaceChildren(finish(svg, `Latency against the number of nines, ${how}`));
  walkable(figure, svg, tails.map((t) => t.points.map((p) => ({ x: x.apply(p.x), y: y.apply(p.value), text: p.text }))).filter((l) => l.length));
}
