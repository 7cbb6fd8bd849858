// Section 2: one row for each lane. Left, medians on a logarithmic axis; beside it, each lane magnified around its own
// median, because an interval of 1 % is invisible on an axis of six powers of ten.
function drawCost(figure, canvas, scene, width) {
  const rows = scene.cost;
  const narrow = width < 620;
  const rowHeight = narrow ? 56 : 46;
  const closeWidth = narrow ? Math.round(width * 0.36) : Math.min(320, Math.round(width * 0.3));
  const frame = { marginTop: 44, marginBottom: 34, height: rows.length * rowHeight + 78 };
  const wide = costAxis(rows, width - closeWidth, narrow, frame);
  const close = spreadAxis(rows, closeWidth, narrow, frame);
  canvas.className = "canvas split";
  // Both shrink alike where paper is narrower than the screen, so that their rows stay level.
  canvas.style.gridTemplateColumns = `minmax(0, ${width - closeWidth}fr) minmax(0, ${closeWidth}fr)`;
  canvas.replaceChildren(finish(wide, "Median of a single call for each lane"), finish(close, "The same, magnified"));
  const x = wide.scale("x"), y = wide.scale("y");
  walkable(figure, wide, rows.map((d) => [{ x: x.apply(d.value), y: y.apply(d.lane) + y.bandwidth / 2 + (narrow ? 9 : 0), text: d.text }]));
}

function costAxis(rows, width, narrow, frame) {
  const floors = rows.filter((d) => d.floor), hasRoom = (floor) => across(floor.value) - 8 > widthOf(floor.name, 11);
  const axis = timeAxis(rows.flatMap((d) => [...bounds([d]), ...d.starts, ...(d.floor ? [d.floor.value] : [])]));
  const marginLeft = narrow ? 20 : 22 + widest(rows, 22, 14);
  const ticks = roomy(axis.ticks, d3.scaleLog(axis.domain, [0, width - marginLeft - 26]), 52);
  const marginRight = narrow ? 18 : 26, y = (d) => d.lane, aside = 14;
  const across = d3.scaleLog(axis.domain, [marginLeft, width - marginRight]), words = (d) => widthOf(d.label, 13);
  // Right of the interval's end where there is room, else left of its beginning; above the mark where it fills the row.
  const right = (d) => across(d.high ?? d.value) + aside + words(d) < width;
  const left = (d) => !right(d) && across(d.low ?? d.value) - aside - words(d) > marginLeft - (narrow ? marginLeft : 0);
  /** Where a text of this width is centred, right of the frame's edge, so that it stays inside. */
  const inside = (at, wide) => Math.max(wide / 2, Math.min(width - wide / 2, at)) - marginLeft;
  const figureAt = (points, x, anchor, dx, up = 0) => Plot.text(points, { ...(x ? { x } : { frameAnchor: "left" }), y, text: "label", textAnchor: anchor, dx, fontSize: 13,
    fontWeight: 600, fill: "currentColor", stroke: "var(--paper)", strokeWidth: 4, dy: (narrow ? 9 : 0) - up });
  return Plot.plot({
    ...frame, width, marginLeft, marginRight,
    x: { type: "log", domain: axis.domain, label: null },
    y: { type: "band", domain: rows.map(y), axis: null, padding: 0 },
    marks: [
      Plot.gridX(axis.ticks, { stroke: "var(--line)", strokeOpacity: 1 }),
      Plot.axisX(ticks, { text: timeTick, fontSize: 12, tickSize: 0, anchor: "bottom", color: "var(--soft)" }),
      Plot.text(["p50 of a single call"], { frameAnchor: "top-left", dy: -34, dx: narrow ? -marginLeft : 4, fontSize: 12, fill: "var(--soft)", textAnchor: "start" }),
      Plot.ruleY(rows.filter((d) => d.low != null), { y, x1: "low", x2: "high", stroke: literal(colourOf), strokeWidth: 3, dy: narrow ? 9 : 0 }),
      Plot.tickX(floors, { x: (d) => d.floor.value, y, stroke: "var(--harness)", strokeWidth: 2.5, insetTop: narrow ? 46 : 32, insetBottom: 1 }),
      ...[["end", -5], ["start", 5]].map(([textAnchor, dx]) => Plot.text(floors.filter((d) => hasRoom(d.floor) === (dx < 0)), {
        x: (d) => d.floor.value, y, textAnchor, dx, dy: narrow ? 24 : 15, text: (d) => d.floor.name, fontSize: 11, fill: "var(--soft)" })),
      dots(rows, "value", y, 6.5, narrow ? 9 : 0),
      figureAt(rows.filter(right), (d) => d.high ?? d.value, "start", aside),
      figureAt(rows.filter(left), (d) => d.low ?? d.value, "end", -aside),
      ...rows.filter((d) => !right(d) && !left(d)).map((d) => figureAt([d], null, "middle", inside(across(d.value), words(d)), 15)),
      Plot.text(rows, { y, frameAnchor: "left", textAnchor: "start", dx: narrow ? -marginLeft : 10 - marginLeft, dy: narrow ? -14 : 0, fontSize: 14,
        fontWeight: 600, fill: literal(colourOf), stroke: "var(--paper)", strokeWidth: 4, text: (d) => shorten(laneOf(d).short, narrow ? 18 : 22) }),
    ],
  });
}

function spreadAxis(rows, width, narrow, frame) {
  const percent = (d, v) => (v / d.value - 1) * 100, y = (d) => d.lane;
  const ticks = rows.flatMap((d) => d.starts.map((v) => ({ lane: d.lane, x: percent(d, v) })));
  const bars = rows.filter((d) => d.low != null).map((d) => ({ lane: d.lane, low: percent(d, d.low), high: percent(d, d.high) }));
  const far = d3.max([...ticks.map((t) => Math.abs(t.x)), ...bars.flatMap((b) => [Math.abs(b.low), Math.abs(b.high)])]) ?? 1;
  const most = Math.min(60, Math.max(1, far * 1.12));
  const dy = narrow ? 9 : 0;
  const signed = (v) => (v > 0 ? `+${v}%` : v < 0 ? `−${-v}%` : "0");
  // What goes beyond the frame ends at its edge, and says how far it goes.
  const farthest = (d) => d3.max([...d.starts, d.high ?? d.value], (v) => percent(d, v));
  const beyond = rows.filter((d) => farthest(d) > most).map((d) => ({ lane: d.lane, text: `to ${signed(Math.round(farthest(d)))} →` }));
  return Plot.plot({
    ...frame, width, marginLeft: narrow ? 18 : 22, marginRight: narrow ? 18 : 22,
    x: { domain: [-most, most], label: null, clamp: true },
    y: { type: "band", domain: rows.map(y), axis: null, padding: 0 },
    marks: [
      Plot.axisX({ ticks: width < 280 ? 2 : 4, tickFormat: signed, fontSize: 12, tickSize: 0, anchor: "bottom", color: "var(--soft)" }),
      Plot.text([narrow ? "magnified" : "magnified: each lane around its p50"], { frameAnchor: "top", dy: -34, fontSize: 12, fill: "var(--soft)" }),
      Plot.ruleX([0], { stroke: "var(--line)" }),
      Plot.ruleY(bars, { y, x1: "low", x2: "high", stroke: literal(colourOf), strokeWidth: 7, strokeOpacity: 0.32, dy }),
      Plot.tickX(ticks, { x: "x", y, stroke: literal(colourOf), strokeWidth: 1.5, insetTop: narrow ? 28 : 15, insetBottom: narrow ? 12 : 15 }),
      Plot.text(beyond, { y, frameAnchor: "right", textAnchor: "end", dx: 16, dy: dy - 16, text: "text", fontSize: 11, fill: "var(--soft)" }),
    ],
  });
}
