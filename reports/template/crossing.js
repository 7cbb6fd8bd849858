// Section 5: every lane against one that the reader chooses, and the quickest lane for each batch size and payload.
function drawRatios(figure, canvas, scene, width) {
  const { bases, first } = data.crossing;
  const base = bases[choice(figure, "Against", bases.map((b) => `${laneOf(b).short}${b.placed}`), first)];
  const lines = base.lines.map((line) => ({ lane: line.lane, points: line.points.map(([x, [value, low, high], words]) => ({
    lane: line.lane, x, value, low, high, text: `${laneOf(line).full}, n = ${x.toLocaleString("en")}: ${words} as long as ${laneOf(base).full}${base.placed}` })) }));
  const points = lines.flatMap((line) => line.points), narrow = width < 480, letters = narrow ? 11 : 18;
  if (!points.length) return canvas.replaceChildren("No other lane has the same batch sizes.");
  const axis = ratioAxis([1, ...within(points)]), across = d3.extent(points, (p) => p.x);
  const height = Math.round(Math.max(320, lines.length * 18 + 120, Math.min(520, width * 0.48)));
  const frame = { width, height, marginTop: 34, marginBottom: 44, marginRight: 20 + widest([base, ...lines], letters, 13) };
  const rows = timeRows(axis, frame, 18, 52), sizes = itemTicks(across, width);
  const stroke = literal(colourOf), path = { x: "x", y: "value", z: "lane" };
  const svg = Plot.plot({
    ...frame, marginLeft: rows.marginLeft,
    x: { type: "log", domain: across, label: null }, y: { type: "log", domain: axis.domain, clamp: true, label: null },
    marks: [
      Plot.gridY(axis.ticks, { stroke: "var(--line)", strokeOpacity: 1 }),
      Plot.axisY(rows.ticks, { text: (v) => `× ${rateTick(v)}`, fontSize: 12, tickSize: 0, color: "var(--soft)" }),
      Plot.axisX(sizes, { text: (n) => n.toLocaleString("en"), fontSize: 12, tickSize: 3, color: "var(--soft)" }),
      Plot.text([`times as long as ${shorten(laneOf(base).short, width < 400 ? 13 : 18)}${base.placed}`], { frameAnchor: "top-left", dy: -24, dx: -48, textAnchor: "start", fontSize: 12, fill: "var(--soft)" }),
      Plot.text(["items per call, n"], { frameAnchor: "bottom-right", dy: 36, textAnchor: "end", fontSize: 12, fill: "var(--soft)" }),
      Plot.ruleY([base], { y: 1, stroke, strokeWidth: 2 }),
      Plot.areaY(points.filter((p) => p.low != null), { x: "x", y1: "low", y2: "high", z: "lane", fill: stroke, fillOpacity: 0.12 }),
      Plot.line(points, { ...path, stroke, strokeWidth: 2 }),
      dots(points, "x", "value", narrow ? 3.2 : 4.5),
      // Several on one line would hide each other.
      ...base.crossings.flatMap((c, i) => {
        const dy = 9 * (i - (base.crossings.length - 1) / 2);
        return [Plot.ruleY([c].filter((d) => d.low != null), { y: 1, x1: "low", x2: "high", stroke, strokeWidth: 7, strokeOpacity: 0.4, dy }),
          Plot.dot([c], { x: "at", y: 1, symbol: "times", stroke: "var(--paper)", strokeWidth: 5, r: 5, dy }),
          Plot.dot([c], { x: "at", y: 1, symbol: "times", stroke: "currentColor", strokeWidth: 2, r: 5, dy })];
      }),
    ],
  });
  const x = svg.scale("x"), y = svg.scale("y"), right = x.range[1];
  const names = ends(svg, lines, (l) => shorten(laneOf(l).short, letters));
  names.push({ x: right, y: y.apply(1), to: right + 12, colour: colourOf(base), text: shorten(laneOf(base).short, letters) });
  endLabels(svg, names, { top: 34, bottom: height - 44 });
  canvas.replaceChildren(finish(svg, `Time per item of each lane by that of ${laneOf(base).short}${base.placed}`));
  const walks = lines.map((l) => l.points.map((p) => ({ x: x.apply(p.x), y: y.apply(p.value), text: p.text })));
  const crossed = base.crossings.map((c) => ({ x: x.apply(c.at), y: y.apply(1), text: c.text }));
  walkable(figure, svg, [...walks, crossed].filter((walk) => walk.length));
}

/** Finer than an axis of times where ratios span little. */
function ratioAxis(values) {
  const axis = timeAxis(values), [low, high] = d3.extent(values);
  if (high / low > 30) return axis;
  const domain = [low / 1.15, high * 1.15], steps = high / low > 5 ? [1, 2, 3, 5] : [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8];
  const ticks = d3.range(-3, 4).flatMap((p) => steps.map((s) => +(s * 10 ** p).toPrecision(3)));
  return { domain, ticks: ticks.filter((t) => t >= domain[0] && t <= domain[1]) };
}

function drawQuickest(figure, canvas, scene, width) {
  const { contests } = data.crossing;
  const grid = contests[choice(figure, "Lanes", contests.map((c) => c.name), 0)];
  // A narrow page has room for few columns: mostly there are fewer payloads than batch sizes.
  const many = (key) => new Set(grid.cells.map((cell) => cell[key])).size, narrow = width < 620 && many("size") <= many("items");
  const [across, down] = narrow ? ["size", "items"] : ["items", "size"];
  const cells = grid.cells.map((cell) => ({ ...cell, lane: cell.lanes[0] })).filter((cell) => cell.lane != null);
  const all = (key) => [...new Set(cells.map((c) => c[key]))].sort(d3.ascending);
  const isBytes = data.crossing.unit === "bytes", titles = { items: "items per call, n", size: isBytes ? "size of an item" : `${data.crossing.unit} per item` };
  const written = (key) => (isBytes && key === "size" ? predictions.amountText : (n) => n.toLocaleString("en"));
  const high = 58, marginLeft = 16 + d3.max(all(down), (n) => widthOf(written(down)(n), 12)), marginTop = 48;
  const wide = (width - marginLeft) / all(across).length, id = stripeId();
  const tied = cells.filter((c) => c.lanes.length > 1), won = cells.filter((c) => c.lanes.length === 1);
  const at = { x: across, y: down }, stroke = literal(colourOf);
  const svg = Plot.plot({
    width, marginLeft, marginRight: 0, marginTop, marginBottom: 8, height: marginTop + 8 + all(down).length * high,
    x: { type: "band", domain: all(across), label: null, padding: 0 }, y: { type: "band", domain: all(down), label: null, padding: 0 },
    marks: [
      Plot.axisX({ anchor: "top", tickFormat: written(across), tickSize: 0, fontSize: 12, color: "var(--soft)" }),
      Plot.axisY({ tickFormat: written(down), tickSize: 0, fontSize: 12, color: "var(--soft)" }),
      Plot.text([`${titles[down]} ↓`], { frameAnchor: "top-left", textAnchor: "start", dy: -38, dx: -marginLeft, fontSize: 12, fill: "var(--soft)" }),
      Plot.text([`${titles[across]} →`], { frameAnchor: "top-right", textAnchor: "end", dy: -38, fontSize: 12, fill: "var(--soft)" }),
      Plot.cell(won, { ...at, fill: stroke, fillOpacity: 0.2, stroke, strokeWidth: 1.2, inset: 2 }),
      Plot.cell(tied, { ...at, fill: "var(--harness)", fillOpacity: 0.3, inset: 2 }),
      Plot.cell(tied, { ...at, fill: `url(#${id})`, stroke: "var(--harness)", inset: 2 }),
      Plot.dot(won, { ...at, dy: -11, r: 5, symbol: shapeOf, fill: literal(fillOf), stroke, strokeWidth: 1.8 }),
      Plot.text(won, { ...at, dy: 10, fontSize: 13, fontWeight: 600, fill: stroke, stroke: "var(--paper)", strokeWidth: 4, text: (c) => fitted(laneOf(c).short, wide - 12, 13) }),
      Plot.text(tied, { ...at, lineHeight: 1.25, fontSize: 12, fontWeight: 600, fill: "currentColor", stroke: "var(--paper)", strokeWidth: 4, text: (c) => tiedNames(c, wide - 12) }),
    ],
  });
  stripes(svg, id);
  canvas.replaceChildren(finish(svg, `Quickest lane for each batch size and payload, ${grid.name}`));
  const x = svg.scale("x"), y = svg.scale("y");
  walkable(figure, svg, all(down).map((row) => cells.filter((c) => c[down] === row).sort((a, b) => a[across] - b[across]).map((c) => ({
    x: x.apply(c[across]) + x.bandwidth / 2, y: y.apply(c[down]) + y.bandwidth / 2, text: c.text }))));
}

/** A name, shortened until it fits. */
function fitted(name, room, size) {
  let letters = name.length;
  while (letters > 2 && widthOf(shorten(name, letters), size) > room) letters -= 1;
  return shorten(name, letters);
}

/** Up to three lines of names that are not told apart. */
function tiedNames(cell, room) {
  const names = cell.lanes.map((lane) => fitted(data.lanes[lane].short, room, 12));
  return (names.length > 3 ? [...names.slice(0, 2), `+${names.length - 2}`] : names).join("\n");
}

/** Sizes that stand below an axis of items. */
function itemTicks([from, to], width) {
  const sizes = [1, 4, 16, 64, 256, 1024, 4096, 16384].filter((n) => n >= from && n <= to);
  return width < 420 ? sizes.filter((n, i) => i % 2 === 0) : sizes;
}
