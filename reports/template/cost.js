// Section 2: one row for each lane. Left, medians on a logarithmic axis; beside it, each lane magnified around its own
// median, because an interval of 1 % is invisible on an axis of six powers of ten.
/** Pixels between the marks of one lane in two placements; where a chart is narrow, words stand between them. */
const APART = { narrow: 30, wide: 22 };

function drawCost(figure, canvas, scene, width) {
  const rows = scene.cost, titles = scene.placements.map((placement) => placement.title);
  const narrow = width < 620, base = narrow ? 9 : 0, apart = narrow ? APART.narrow : APART.wide;
  const rowHeight = (narrow ? (titles.length > 1 ? 70 : 56) : 44) + apart * Math.max(0, titles.length - 1);
  // The marks of a lane stand below each other; one that has no other stands in the middle.
  const marks = rows.flatMap((d) => {
    const all = [{ ...d, placement: 0 }, ...d.elsewhere.map((e) => ({ ...e, lane: d.lane }))];
    return all.map((mark, at) => ({ ...mark, dy: base + apart * (at - (all.length - 1) / 2), label: all.length > 1 ? `${mark.label}, ${titles[mark.placement]}` : mark.label }));
  });
  const closeWidth = narrow ? Math.round(width * 0.36) : Math.min(320, Math.round(width * 0.3));
  const frame = { marginTop: titles.length > 1 ? 62 : 44, marginBottom: 34, height: rows.length * rowHeight + (titles.length > 1 ? 96 : 78) };
  const wide = costAxis(rows, marks, titles, width - closeWidth, narrow, frame, rowHeight);
  const close = spreadAxis(rows, marks, closeWidth, narrow, frame, rowHeight);
  canvas.className = "canvas split";
  // Both shrink alike where paper is narrower than the screen, so that their rows stay level.
  canvas.style.gridTemplateColumns = `minmax(0, ${width - closeWidth}fr) minmax(0, ${closeWidth}fr)`;
  canvas.replaceChildren(finish(wide, "Median of a single call for each lane"), finish(close, "The same, magnified"));
  const x = wide.scale("x"), y = wide.scale("y");
  const ofLane = d3.group(marks, (d) => d.lane), at = (d) => ({ x: x.apply(d.value), y: y.apply(d.lane) + y.bandwidth / 2 + d.dy, text: d.text });
  walkable(figure, wide, rows.map((d) => ofLane.get(d.lane).map(at)));
}

/** Marks that stand equally far from the middle of their rows, drawn together: a drawing shifts all of its marks alike. */
const level = (marks, draw) => d3.groups(marks, (d) => d.dy).flatMap(([dy, list]) => draw(list, dy));
/** A placement after the first has rings around its marks, one for each place. */
const ringed = (marks, y) => [1, 2].flatMap((at) => level(marks.filter((d) => d.placement >= at), (list, dy) =>
  [Plot.dot(list, { x: "value", y, r: 7 + 3.5 * at, dy, stroke: literal(colourOf), strokeWidth: 1.6 })]));

/** The last run: small and hollow, below the marks of this one. */
const ghosts = (marks, x, y) => level(marks.filter((d) => d.before != null), (list, dy) => [ghostDots(list, x, y, 4.5, dy)]);

function costAxis(rows, marks, titles, width, narrow, frame, rowHeight) {
  const floors = rows.filter((d) => d.floor), hasRoom = (floor) => across(floor.value) - 8 > widthOf(floor.name, 11);
  const axis = timeAxis([...marks.flatMap((d) => [...bounds([d]), ...d.starts]), ...floors.map((d) => d.floor.value)]);
  const marginLeft = narrow ? 20 : 22 + widest(rows, 22, 14);
  const ticks = roomy(axis.ticks, d3.scaleLog(axis.domain, [0, width - marginLeft - 26]), 52);
  const marginRight = narrow ? 18 : 26, y = (d) => d.lane, aside = (d) => 14 + 4 * d.placement;
  const across = d3.scaleLog(axis.domain, [marginLeft, width - marginRight]), words = (d) => widthOf(d.label, 13);
  // Right of the interval's end where there is room, else left of its beginning; above the mark where it fills the row.
  const right = (d) => across(d.high ?? d.value) + aside(d) + words(d) < width;
  const left = (d) => !right(d) && across(d.low ?? d.value) - aside(d) - words(d) > marginLeft - (narrow ? marginLeft : 0);
  /** Where a text of this width is centred, right of the frame's edge, so that it stays inside. */
  const inside = (at, wide) => Math.max(wide / 2, Math.min(width - wide / 2, at)) - marginLeft;
  const figureAt = (points, x, anchor, dx, dy) => Plot.text(points, { ...(x ? { x } : { frameAnchor: "left" }), y, text: "label", textAnchor: anchor, dx, fontSize: 13,
    fontWeight: 600, fill: "currentColor", stroke: "var(--paper)", strokeWidth: 4, dy });
  const beside = (side, x, anchor, sign) => level(marks.filter(side), (list, dy) => d3.groups(list, aside).map(([off, some]) => figureAt(some, x, anchor, sign * off, dy)));
  const placements = titles.length > 1 ? [`plain: ${titles[0]}; ${titles.slice(1).map((title, at) => `${["ring", "two rings"][at] ?? "rings"}: ${title}`).join("; ")}`] : [];
  return Plot.plot({
    ...frame, width, marginLeft, marginRight,
    x: { type: "log", domain: axis.domain, label: null },
    y: { type: "band", domain: rows.map(y), axis: null, padding: 0 },
    marks: [
      Plot.gridX(axis.ticks, { stroke: "var(--line)", strokeOpacity: 1 }),
      Plot.axisX(ticks, { text: timeTick, fontSize: 12, tickSize: 0, anchor: "bottom", color: "var(--soft)" }),
      Plot.text(["p50 of a single call"], { frameAnchor: "top-left", dy: 10 - frame.marginTop, dx: narrow ? -marginLeft : 4, fontSize: 12, fill: "var(--soft)", textAnchor: "start" }),
      Plot.text(placements, { frameAnchor: "top-left", dy: 28 - frame.marginTop, dx: narrow ? -marginLeft : 4, fontSize: 12, fill: "var(--soft)", textAnchor: "start" }),
      ...ghosts(marks, "before", y),
      ...level(marks.filter((d) => d.low != null), (list, dy) => [Plot.ruleY(list, { y, x1: "low", x2: "high", stroke: literal(colourOf), strokeWidth: 3, dy })]),
      Plot.tickX(floors, { x: (d) => d.floor.value, y, stroke: "var(--harness)", strokeWidth: 2.5, insetTop: rowHeight - (narrow ? 10 : 14), insetBottom: 1 }),
      ...[["end", -5], ["start", 5]].map(([textAnchor, dx]) => Plot.text(floors.filter((d) => hasRoom(d.floor) === (dx < 0)), {
        x: (d) => d.floor.value, y, textAnchor, dx, dy: rowHeight / 2 - (narrow ? 4 : 8), text: (d) => d.floor.name, fontSize: 11, fill: "var(--soft)" })),
      ...level(marks, (list, dy) => [dots(list, "value", y, 6.5, dy)]),
      ...ringed(marks, y),
      ...beside(right, (d) => d.high ?? d.value, "start", 1),
      ...beside(left, (d) => d.low ?? d.value, "end", -1),
      ...marks.filter((d) => !right(d) && !left(d)).map((d) => figureAt([d], null, "middle", inside(across(d.value), words(d)), d.dy - 15)),
      Plot.text(rows, { y, frameAnchor: "left", textAnchor: "start", dx: narrow ? -marginLeft : 10 - marginLeft, dy: narrow ? 14 - rowHeight / 2 : 0, fontSize: 14,
        fontWeight: 600, fill: literal(colourOf), stroke: "var(--paper)", strokeWidth: 4, text: (d) => shorten(laneOf(d).short, narrow ? 18 : 22) }),
    ],
  });
}

function spreadAxis(rows, marks, width, narrow, frame, rowHeight) {
  const percent = (d, v) => (v / d.value - 1) * 100, y = (d) => d.lane;
  const ticks = marks.flatMap((d) => d.starts.map((v) => ({ lane: d.lane, dy: d.dy, x: percent(d, v) })));
  const bars = marks.filter((d) => d.low != null).map((d) => ({ lane: d.lane, dy: d.dy, low: percent(d, d.low), high: percent(d, d.high) }));
  const far = d3.max([...ticks.map((t) => Math.abs(t.x)), ...bars.flatMap((b) => [Math.abs(b.low), Math.abs(b.high)])]) ?? 1;
  const most = Math.min(60, Math.max(1, far * 1.12));
  const inset = (rowHeight - 16) / 2;
  const signed = (v) => (v > 0 ? `+${v}%` : v < 0 ? `−${-v}%` : "0");
  // What goes beyond the frame ends at its edge, and says how far it goes.
  const farthest = (d) => d3.max([...d.starts, d.high ?? d.value], (v) => percent(d, v));
  const beyond = marks.filter((d) => farthest(d) > most).map((d) => ({ lane: d.lane, dy: d.dy, text: `to ${signed(Math.round(farthest(d)))} →` }));
  return Plot.plot({
    ...frame, width, marginLeft: narrow ? 18 : 22, marginRight: narrow ? 18 : 22,
    x: { domain: [-most, most], label: null, clamp: true },
    y: { type: "band", domain: rows.map(y), axis: null, padding: 0 },
    marks: [
      Plot.axisX({ ticks: width < 280 ? 2 : 4, tickFormat: signed, fontSize: 12, tickSize: 0, anchor: "bottom", color: "var(--soft)" }),
      Plot.text([narrow ? "magnified" : "magnified: around the median"], { frameAnchor: "top", dy: 10 - frame.marginTop, fontSize: 12, fill: "var(--soft)" }),
      Plot.ruleX([0], { stroke: "var(--line)" }),
      ...level(bars, (list, dy) => [Plot.ruleY(list, { y, x1: "low", x2: "high", stroke: literal(colourOf), strokeWidth: 7, strokeOpacity: 0.32, dy })]),
      ...ghosts(marks, (d) => percent(d, d.before), y),
      ...level(ticks, (list, dy) => [Plot.tickX(list, { x: "x", y, stroke: literal(colourOf), strokeWidth: 1.5, insetTop: inset, insetBottom: inset, dy })]),
      ...level(beyond, (list, dy) => [Plot.text(list, { y, frameAnchor: "right", textAnchor: "end", dx: 16, dy: dy - 16, text: "text", fontSize: 11, fill: "var(--soft)" })]),
    ],
  });
}
