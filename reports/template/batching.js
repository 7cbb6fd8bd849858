// Section 4: time per item against items per call, and in a drawing of the same kind single calls against their bytes. One chart for all lanes (batched solid, chatty dashed), then one small
// chart for each lane with all its modes, so that no chart holds more lines than can be named on it.
const BY_ITEMS = { sizes: [1, 4, 16, 64, 256, 1024, 4096, 16384], text: (n) => n.toLocaleString("en"), across: "items per action, n", up: "time per item (mean)" };
const BY_BYTES = { across: "bytes each way", up: "time of a call (mean)" };

function drawBatching(figure, canvas, scene, width) {
  const lines = scene.batching.filter((l) => l.points.length > 1);
  if (!lines.length) return canvas.replaceChildren("No lane was measured at more than one size.");
  const batched = lines.filter((l) => l.mode === "batched"), chatty = lines.filter((l) => l.mode === "chatty");
  const values = lines.flatMap((l) => bounds(l.points));
  const axes = { x: d3.extent(lines.flatMap((l) => l.points.map((p) => p.x))), y: timeAxis(values) };
  const narrow = width < 480, most = narrow ? 11 : 18;
  const height = Math.round(Math.max(340, batched.length * 18 + 100, Math.min(430, width * 0.55)));
  const svg = batchPlot(narrow ? batched : [...batched, ...chatty], axes,
    { width, height, marginRight: 20 + widest(batched, most, 13), marginTop: 34, marginBottom: 44 }, narrow ? 3.2 : 4.5, [], BY_ITEMS, scene.placed);
  endLabels(svg, ends(svg, batched, (l) => shorten(laneOf(l).short, most)), { top: 34, bottom: height - 44 });
  // A narrow chart has no room to name the dashed lines; the small charts below have them.
  if (!narrow) nameChatty(svg, chatty, batched);
  const panels = document.createElement("div");
  panels.className = "panels";
  canvas.className = "canvas";
  // What is read out stands below the chart that is walked, not below the small ones.
  canvas.replaceChildren(finish(svg, "Time per item against items per call, all lanes"), figure.querySelector(".readout"), panels);
  drawPanels(panels, lines, axes);
  const x = svg.scale("x"), y = svg.scale("y");
  walkable(figure, svg, lines.map((l) => l.points.map((p) => ({ x: x.apply(p.x), y: y.apply(p.value), text: p.text }))));
}

/** Single calls against the bytes that they carry. One that carries none has no place on a logarithmic axis: it stands apart, left of the lines. */
function drawSizes(figure, canvas, scene, width) {
  const all = data.sizes.lines, carried = all.flatMap((l) => l.points.map((p) => p.x)).filter((x) => x > 0);
  if (!carried.length) return canvas.replaceChildren("No call of more than 0 B was measured.");
  const [from, to] = d3.extent(carried), none = all.some((l) => l.points.some((p) => !p.x)), apart = from / Math.max(4, (to / from) ** 0.12);
  const lines = all.map((l) => ({ ...l, points: l.points.map((p) => (p.x ? p : { ...p, x: apart, alone: true })) }));
  const axes = { x: [none ? apart : from, to], y: timeAxis(within(lines.flatMap((l) => l.points))) };
  const narrow = width < 480, most = narrow ? 11 : 18, height = Math.round(Math.max(320, lines.length * 18 + 100, Math.min(520, width * 0.5)));
  // Nothing and the largest size are named first, the others where they have room.
  const measured = [...new Set(carried)].sort(d3.descending), sizes = [...(none ? [apart] : []), ...measured];
  const by = { ...BY_BYTES, sizes, text: (n) => (none && n === apart ? "0 B" : predictions.amountText(n)) };
  const svg = batchPlot(lines, axes, { width, height, marginRight: 20 + widest(lines, most, 13), marginTop: 34, marginBottom: 44 }, narrow ? 3.2 : 4.5, [], by);
  endLabels(svg, ends(svg, lines, (l) => shorten(laneOf(l).short, most)), { top: 34, bottom: height - 44 });
  canvas.replaceChildren(finish(svg, "Time of a single call against the bytes that it carries, all lanes"));
  const x = svg.scale("x"), y = svg.scale("y");
  walkable(figure, svg, lines.map((l) => l.points.map((p) => ({ x: x.apply(p.x), y: y.apply(p.value), text: p.text }))));
}

function batchPlot(lines, axes, frame, r, context = [], by = BY_ITEMS, placed = "") {
  const small = frame.height < 300;
  const rows = timeRows(axes.y, frame, small ? 40 : 18, small ? 46 : 52);
  const points = lines.flatMap((l) => l.points.map((p) => ({ ...p, lane: l.lane, mode: l.mode })));
  const own = (mode) => points.filter((p) => p.mode === mode && !p.alone), solid = (p) => !DASHES[p.mode] && !p.alone;
  const sizes = by.sizes.filter((n) => n >= axes.x[0] && n <= axes.x[1]);
  const across = d3.scaleLog(axes.x, [rows.marginLeft, frame.width - frame.marginRight]);
  const labelled = by === BY_ITEMS ? (frame.width < 420 ? sizes.filter((n, i) => i % 2 === 0) : sizes) : sizes.reduce((kept, n) => (kept.every((k) => Math.abs(across(k) - across(n)) >= 58) ? [...kept, n] : kept), []);
  const stroke = literal(colourOf), path = { x: "x", y: "value", z: "lane" };
  return Plot.plot({
    ...frame, marginLeft: rows.marginLeft,
    x: { type: "log", domain: axes.x, label: null },
    y: { type: "log", domain: axes.y.domain, clamp: by !== BY_ITEMS, label: null },
    marks: [
      Plot.gridY(axes.y.ticks, { stroke: "var(--line)", strokeOpacity: 1 }),
      Plot.axisY(rows.ticks, { text: timeTick, fontSize: 12, tickSize: 0, color: "var(--soft)" }),
      Plot.axisX(labelled, { text: by.text, fontSize: 12, tickSize: 3, color: "var(--soft)" }),
      small ? null : Plot.text([placed ? `${by.up}, ${placed}` : by.up], { frameAnchor: "top-left", dy: -24, dx: -48, textAnchor: "start", fontSize: 12, fill: "var(--soft)" }),
      small ? null : Plot.text([by.across], { frameAnchor: "bottom-right", dy: 36, textAnchor: "end", fontSize: 12, fill: "var(--soft)" }),
      Plot.line(context.flatMap((l) => l.points.map((p) => ({ ...p, lane: l.lane }))), { ...path, stroke: "var(--context)", strokeWidth: 1 }),
      Plot.areaY(points.filter((p) => solid(p) && p.low != null), { x: "x", y1: "low", y2: "high", z: "lane", fill: stroke, fillOpacity: 0.22 }),
      ...Object.entries(DASHES).map(([mode, dash]) => Plot.line(own(mode), { ...path, stroke, strokeWidth: dash ? 1.6 : 2.2, strokeDasharray: dash })),
      Plot.ruleX(points.filter((p) => p.low != null), { x: "x", y1: "low", y2: "high", stroke, strokeWidth: 1.4 }),
      ghostDots(points.filter((p) => p.before != null), "x", "before", 0.8 * r),
      dots(points, "x", "value", r),
      ...(small ? kneeMarks(lines, axes, rows.marginLeft, frame) : []),
    ],
  });
}

/** Where the call is half of a batch, inside the measured sizes: at the end of the panel where its line is not. */
function kneeMarks(lines, { x: [from, to], y: { domain } }, marginLeft, { width, marginRight }) {
  const marked = lines.filter((l) => l.knee && l.knee.at[0] >= from && l.knee.at[0] <= to);
  const across = d3.scaleLog([from, to], [marginLeft, width - marginRight]);
  return marked.flatMap((l) => {
    const [at, low, high] = l.knee.at, isHigh = d3.min(l.points, (p) => p.value) > Math.sqrt(domain[0] * domain[1]);
    const foot = domain[isHigh ? 0 : 1], dx = across(at) - marginLeft, left = across(at) + 5 + widthOf(l.knee.label, 11) > width;
    return [
      Plot.ruleX([at], { stroke: "var(--soft)", strokeDasharray: "2 3" }),
      ...(low == null ? [] : [Plot.ruleY([foot], { x1: Math.max(from, low), x2: Math.min(to, high), stroke: "var(--soft)", strokeWidth: 4, strokeOpacity: 0.6 })]),
      Plot.text([l.knee.label], { frameAnchor: isHigh ? "bottom-left" : "top-left", textAnchor: left ? "end" : "start", dx: dx + (left ? -5 : 5), dy: isHigh ? -8 : 8, fontSize: 11, fill: "var(--soft)", stroke: "var(--paper)", strokeWidth: 4 }),
    ];
  });
}

/** Where lines end; `beside` puts the name there and not into the margin. */
function ends(svg, lines, text, beside = false) {
  const x = svg.scale("x"), y = svg.scale("y"), right = x.range[1];
  return lines.map((l) => {
    const last = l.points[l.points.length - 1];
    const at = x.apply(last.x);
    return { x: at, y: y.apply(last.value), to: beside ? at + 9 : right + 12, colour: colourOf(l), text: text(l) };
  });
}

/** Height of a line at n, in pixels; NaN beyond its ends. */
function along(svg, line, n) {
  const after = line.points.findIndex((p) => p.x > n);
  if (after < 1) return NaN;
  const a = line.points[after - 1], b = line.points[after];
  return svg.scale("y").apply(a.value * (b.value / a.value) ** (Math.log(n / a.x) / Math.log(b.x / a.x)));
}

/** Names the dashed lines where their ends lie free; the small charts name all of them. */
function nameChatty(svg, chatty, batched) {
  const x = svg.scale("x"), taken = [];
  const free = (end) => [0, 6, 12].every((part) => batched.every((l) => !(Math.abs(along(svg, l, x.invert(end.x + 5 * part)) - end.y) < 13)));
  for (const end of ends(svg, chatty, (l) => `${shorten(laneOf(l).short, 12)}, chatty`, true)) {
    if (end.x > x.range[1] - 90 || !free(end) || taken.some((t) => Math.abs(t - end.y) < 13)) continue;
    taken.push(end.y);
    endLabels(svg, [end], { top: 0, bottom: 1e4, className: "label minor" });
  }
}

function drawPanels(panels, lines, axes) {
  const lanes = [...new Set(lines.map((l) => l.lane))].filter((lane) => data.lanes[lane].mechanism != null);
  const others = lines.filter((l) => l.mode === "batched");
  for (const lane of lanes) {
    const own = lines.filter((l) => l.lane === lane);
    const panel = document.createElement("div"), title = document.createElement("p");
    panel.className = "panel";
    title.className = "title";
    title.textContent = data.lanes[lane].short;
    panel.append(title);
    panels.append(panel);
    const width = Math.floor(panel.clientWidth / scale()), height = 160;
    const svg = batchPlot(own, axes, { width, height, marginRight: 72, marginTop: 10, marginBottom: 30 }, 3.2, others.filter((l) => l.lane !== lane));
    const labels = ends(svg, own, (l) => l.mode, true);
    const batched = own.find((l) => l.mode === "batched");
    labels.forEach((label, i) => {
      // A name that would lie on the solid line stands above it.
      const end = own[i].points[own[i].points.length - 1];
      if (batched && own[i] !== batched && Math.abs(along(svg, batched, end.x) - label.y) < 9) label.y -= 12;
    });
    endLabels(svg, labels, { gap: 13, top: 10, bottom: height - 32, className: "label minor" });
    panel.append(finish(svg, `Modes of ${data.lanes[lane].short}`));
  }
}
