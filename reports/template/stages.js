// Section 3: the parts of a call, stacked, each lane's in shades of its colour. What is below 0 (overlap) lies left of 0.
const SHADES = [1, 0.7, 0.46, 0.28, 0.46];
/** Of these the last, what no part explains, is striped, as is everything below 0. */
const isStriped = (p) => p.part === SHADES.length - 1 || p.value < 0;

function drawStages(figure, canvas, scene, width) {
  const { names, rows } = data.parts;
  const asShare = choice(figure, "Bars show", ["the share of the call", "time"], 0) === 0;
  const groups = asShare ? [rows] : byScale(rows);
  const plots = groups.map((group, at) => stackPlot(group, names, asShare, width, at === 0));
  canvas.className = "canvas";
  canvas.replaceChildren(...plots.map((plot) => plot.svg));
  walkable(figure, plots[0].svg, plots.flatMap((plot) => plot.lines));
}

/** Lanes whose calls take similar times share an axis: on one for all, most would be invisible. */
function byScale(rows) {
  const groups = [];
  for (const row of rows.slice().sort((a, b) => b.whole - a.whole)) {
    const last = groups[groups.length - 1];
    if (last && row.whole > last[0].whole / 8) last.push(row);
    else groups.push([row]);
  }
  return groups.map((group) => rows.filter((row) => group.includes(row)));
}

/** The parts of a row with where each begins and ends: those above 0 to the right, those below 0 to the left. */
function stacked(row, asShare) {
  const end = { right: 0, left: 0 };
  const parts = row.parts.map((p) => {
    const [value, low, high] = asShare ? p.share : p.ns, side = value < 0 ? "left" : "right", from = end[side];
    end[side] = from + value;
    return { ...p, lane: row.lane, value, from, to: from + value, low: low == null ? null : from + low, high: high == null ? null : from + high };
  });
  const whole = asShare ? 1 : row.whole;
  const gap = row.unknown.length && end.right < whole ? [{ lane: row.lane, from: end.right, to: whole }] : [];
  return { row, parts, gap };
}

function stackPlot(group, names, asShare, width, withKey) {
  const rows = group.map((row) => stacked(row, asShare)), narrow = width < 620;
  const marginLeft = narrow ? 14 : 42 + widest(group, 20, 14), marginRight = narrow ? 18 : 84;
  const key = withKey ? keyOf(names, width) : null;
  const all = rows.flatMap((r) => [...r.parts, ...r.gap].flatMap((p) => [p.from, p.to, p.low ?? p.to, p.high ?? p.to]));
  const whole = asShare ? 1 : d3.max(group, (row) => row.whole);
  const domain = [Math.max(-whole, Math.min(0, d3.min(all))), Math.min(2 * whole, Math.max(whole, d3.max(all)))];
  const high = narrow ? 66 : 48, marginTop = (key ? key.height : 0) + 12, top = narrow ? 20 : 9;
  const frame = { width, marginLeft, marginRight, marginTop, marginBottom: 32, height: marginTop + 32 + rows.length * high };
  const x = d3.scaleLinear(domain, [marginLeft, width - marginRight]);
  const ticks = asShare ? [-0.5, 0, 0.5, 1, 1.5].filter((t) => t >= domain[0] && t <= domain[1]) : d3.ticks(domain[0], domain[1], narrow ? 3 : 5);
  const y = (d) => (d.row ?? d).lane, id = stripeId();
  const parts = rows.flatMap((r) => r.parts), gaps = rows.flatMap((r) => r.gap), striped = parts.filter(isStriped);
  const bar = { y, x1: "from", x2: "to", insetTop: top, insetBottom: high - top - 20 };
  const fill = literal(colourOf), middle = (p) => (p.from + p.to) / 2;
  const svg = Plot.plot({
    ...frame, x: { domain, clamp: true, label: null }, y: { type: "band", domain: group.map((row) => row.lane), axis: null, padding: 0 },
    marks: [
      Plot.gridX(ticks, { stroke: "var(--line)", strokeOpacity: 1 }),
      Plot.axisX(ticks, { text: (t) => (asShare ? `${t * 100} %` : t ? timeTick(t) : "0"), fontSize: 12, tickSize: 0, color: "var(--soft)" }),
      Plot.barX(parts, { ...bar, fill: "var(--paper)" }),
      ...SHADES.map((shade, at) => Plot.barX(parts.filter((p) => p.part === at), { ...bar, fill, fillOpacity: shade, stroke: "var(--paper)" })),
      Plot.barX(striped, { ...bar, fill: `url(#${id})` }),
      Plot.barX(gaps, { ...bar, fill: "none", stroke: "var(--soft)", strokeDasharray: "3 3" }),
      Plot.ruleX([0], { stroke: "var(--soft)" }),
      // One below the other, so that no interval hides another one.
      ...SHADES.flatMap((shade, at) => [["var(--paper)", 3.6], ["currentColor", 1.6]].map(([stroke, strokeWidth]) => Plot.ruleY(
        parts.filter((p) => p.part === at && p.low != null), { y, x1: "low", x2: "high", stroke, strokeWidth, dy: top - high / 2 + 3 + at * 3.5 }))),
      Plot.text([...parts, ...gaps], { y, x: middle, text: (p) => partLabel(p, names, asShare, Math.abs(x(p.to) - x(p.from))), fontSize: 12,
        fill: "var(--soft)", dy: top - high / 2 + 31 }),
      Plot.dot(group, { y, frameAnchor: "left", dx: narrow ? -6 : 12 - marginLeft, dy: narrow ? 9 - high / 2 : top - high / 2 + 10, r: 5, symbol: shapeOf, fill: literal(fillOf), stroke: fill, strokeWidth: 1.8 }),
      Plot.text(group, { y, frameAnchor: "left", textAnchor: "start", dx: narrow ? 6 : 26 - marginLeft, dy: narrow ? 9 - high / 2 : top - high / 2 + 10, fontSize: 14,
        fontWeight: 600, fill, text: (row) => shorten(laneOf(row).short, 20) }),
      Plot.text(group, { y, frameAnchor: "right", textAnchor: "end", dx: narrow ? 6 : marginRight - 4, dy: narrow ? 9 - high / 2 : top - high / 2 + 10, fontSize: 13, fontWeight: 600, fill: "currentColor", text: "label" }),
    ],
  });
  stripes(svg, id);
  if (key) key.into(svg);
  const at = svg.scale("y");
  const lines = rows.map((r) => r.parts.map((p) => ({ svg, x: x(Math.min(domain[1], Math.max(domain[0], middle(p)))), y: at.apply(r.row.lane) + top + 10, text: p.text })));
  return { svg: finish(svg, asShare ? "Parts of a call as shares" : `Parts of a call as time: ${group.map((row) => laneOf(row).short).join(", ")}`), lines: lines.filter((l) => l.length) };
}

/** What fits below a part: its name and figure, its figure, or nothing. */
function partLabel(p, names, asShare, room) {
  if (p.part == null) return widthOf("not measured", 12) < room ? "not measured" : "";
  const figure = p.labels[asShare ? 0 : 1], name = p.value < 0 ? "overlap" : names[p.part];
  return [`${name} ${figure}`, figure].find((text) => widthOf(text, 12) + 6 < room) ?? "";
}

/** The parts by their shades, in the order in which they are stacked; as many lines as they need. */
function keyOf(names, width) {
  let x = 0, y = 0;
  const places = names.map((name) => {
    const wide = 40 + widthOf(name, 12);
    if (x + wide > width) [x, y] = [0, y + 20];
    const place = { name, x, y };
    x += wide;
    return place;
  });
  const into = (svg) => {
    const id = stripeId(), group = d3.select(svg).append("g").attr("fill", "currentColor").attr("text-anchor", "start");
    stripes(svg, id);
    places.forEach((p, at) => {
      const swatch = (fill, shade) => group.append("rect").attr("x", p.x).attr("y", p.y + 1).attr("width", 18).attr("height", 12).attr("fill", fill).attr("fill-opacity", shade);
      swatch("var(--harness)", SHADES[at]);
      if (at === SHADES.length - 1) swatch(`url(#${id})`, 1);
      group.append("text").attr("x", p.x + 24).attr("y", p.y + 11).attr("font-size", 12).text(p.name);
    });
  };
  return { height: y + 22, into };
}
