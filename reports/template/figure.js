// What all charts share: the lanes' marks, axes of time, labels that keep apart, and one tab stop for each figure.
// It computes no figure: values and sentences come from the page's data.
const data = JSON.parse(document.getElementById("tollgate-figures").textContent);
const SHAPES = ["circle", "square", "triangle", "diamond", "star", "wye", "cross"];
const HUES = 8;
const DASHES = { batched: null, single: null, chatty: "6 5", pipelined: "9 4 2 4", streamed: "2 4" };

const laneOf = (d) => data.lanes[d.lane];
const colourOf = (d) => {
  const at = laneOf(d).mechanism;
  return at == null ? "var(--harness)" : `var(--hue-${at % HUES})`;
};
const shapeOf = (d) => SHAPES[(laneOf(d).mechanism ?? 0) % SHAPES.length];
const fillOf = (d) => (laneOf(d).filled && !d.added ? colourOf(d) : "var(--paper)");
const literal = (value) => ({ value, scale: null });
const shorten = (name, most) => (name.length > most ? `${name.slice(0, most - 1)}…` : name);

const pen = document.createElement("canvas").getContext("2d");
/** Pixels that a bold text takes in the page's typeface. */
function widthOf(text, size) {
  pen.font = `600 ${size}px ${getComputedStyle(document.documentElement).fontFamily}`;
  return pen.measureText(text).width;
}
/** Pixels that the longest of these lanes' names takes. */
const widest = (lanes, letters, size) => d3.max(lanes, (l) => widthOf(shorten(laneOf(l).short, letters), size)) ?? 0;

function timeTick(ns) {
  const [factor, unit] = ns >= 1e9 ? [1e9, "s"] : ns >= 1e6 ? [1e6, "ms"] : ns >= 1e3 ? [1e3, "µs"] : [1, "ns"];
  return `${+(ns / factor).toPrecision(3)} ${unit}`;
}

/** Whole powers of ten; 1, 2, 5 where the values span little. */
function timeAxis(values) {
  const low = d3.min(values), high = d3.max(values);
  const narrow = high / low < 60;
  const steps = narrow ? [1, 2, 5] : [1];
  const grid = d3.range(-3, 13).flatMap((p) => steps.map((s) => s * 10 ** p));
  const from = d3.max(grid.filter((t) => t <= low)) ?? low, to = d3.min(grid.filter((t) => t >= high)) ?? high;
  const domain = narrow ? [Math.max(from, low / 1.25), Math.min(to, high * 1.25)] : [low / 1.8, high * 1.8];
  return { domain, ticks: grid.filter((t) => t >= domain[0] && t <= domain[1]) };
}

/** Those ticks whose labels have room: all, or whole steps of ns, µs, ms, s, or one after another with a gap. `at` is in pixels. */
function roomy(ticks, at, gap) {
  const fits = (list) => list.every((t, i) => !i || Math.abs(at(t) - at(list[i - 1])) >= gap);
  const whole = ticks.filter((t) => Math.round(Math.log10(t)) % 3 === 0 && Math.abs(Math.log10(t) % 1) < 1e-9);
  if (fits(ticks)) return ticks;
  if (whole.length > 1 && fits(whole)) return whole;
  return ticks.reduce((kept, t) => (!kept.length || Math.abs(at(t) - at(kept[kept.length - 1])) >= gap ? [...kept, t] : kept), []);
}

/** Ticks of a vertical axis of time and the margin that their labels need. */
function timeRows(axis, { height, marginTop, marginBottom }, gap, least) {
  const ticks = roomy(axis.ticks, d3.scaleLog(axis.domain, [height - marginBottom, marginTop]), gap);
  return { ticks, marginLeft: Math.max(least, 10 + 7.2 * (d3.max(ticks, (t) => timeTick(t).length) ?? 0)) };
}

/** Values and what of their intervals an axis has to show: two restarts make intervals of many powers of ten, which end at the frame. */
const within = (points, times = 6) => points.flatMap((p) => [p.value, Math.max(p.low ?? p.value, p.value / times), Math.min(p.high ?? p.value, p.value * times)]).filter((v) => v > 0);
const bounds = (points) => points.flatMap((p) => [p.value, p.low, p.high, p.before]).filter((v) => v > 0);

function dots(points, x, y, r, dy = 0) {
  return Plot.dot(points, { x, y, r, dy, symbol: shapeOf, fill: literal(fillOf), stroke: literal(colourOf), strokeWidth: 1.8 });
}

/** What the last run had in the place of these marks: of the lane's shape and hue, hollow and pale. */
function ghostDots(points, x, y, r, dy = 0) {
  return Plot.dot(points, { x, y, r, dy, symbol: shapeOf, fill: "none", stroke: literal(colourOf), strokeWidth: 1.4, strokeOpacity: 0.6 });
}

/** Labels right of where lines end, moved apart, with a leader where one had to move. */
function endLabels(svg, labels, { gap = 16, top, bottom, className = "label" }) {
  const sorted = labels.slice().sort((a, b) => a.y - b.y);
  sorted.forEach((l) => (l.at = Math.max(l.y, top)));
  for (let i = 1; i < sorted.length; i++) sorted[i].at = Math.max(sorted[i].at, sorted[i - 1].at + gap);
  for (let i = sorted.length - 1, floor = bottom; i >= 0; i--, floor -= gap) {
    sorted[i].at = Math.min(sorted[i].at, floor);
    floor = sorted[i].at;
  }
  const group = d3.select(svg).append("g").attr("text-anchor", "start").attr("aria-hidden", "true");
  for (const l of sorted) {
    if (Math.abs(l.at - l.y) > 3 || l.to - l.x > 12) {
      group.append("path").attr("class", "leader").attr("d", `M${l.x + 5},${l.y}L${l.to - 3},${l.at}`);
    }
    group.append("text").attr("class", className).attr("x", l.to).attr("y", l.at).attr("dy", "0.35em")
      .attr("fill", l.colour).text(l.text);
  }
}

function finish(svg, label) {
  // Plot names each group of marks; a group without a role may carry no name, and the figure speaks for all of them.
  svg.querySelectorAll("[aria-label]").forEach((group) => group.removeAttribute("aria-label"));
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  return svg;
}

const chosen = new WeakMap();
/** A choice in front of a figure, which is drawn again when another option is taken. Answers the place of the one that is taken. */
function choice(figure, label, options, first) {
  if (!chosen.has(figure)) {
    chosen.set(figure, first);
    const select = document.createElement("select"), line = document.createElement("label");
    options.forEach((text, at) => select.add(new Option(text, at, at === first, at === first)));
    select.addEventListener("change", () => {
      chosen.set(figure, +select.value);
      redraw(figure);
    });
    line.className = "choice";
    line.append(label, select);
    if (options.length > 1) figure.before(line);
  }
  return chosen.get(figure);
}

let stripeIds = 0;
const stripeId = () => `stripes-${(stripeIds += 1)}`;
/** Stripes in the colour of the paper, which lie on whatever is below them: a second sign beside a colour. */
function stripes(svg, id) {
  const pattern = d3.select(svg).insert("defs", ":first-child").append("pattern").attr("id", id).attr("width", 6).attr("height", 6)
    .attr("patternUnits", "userSpaceOnUse").attr("patternTransform", "rotate(45)");
  pattern.append("rect").attr("width", 2.6).attr("height", 6).attr("fill", "var(--paper)");
}

/** Arrow keys and pointer choose a point; the status line speaks it. `lines` are lists of {x, y, text} in pixels of `svg`, or of
 * the drawing that a point names as its own. */
function walkable(figure, svg, lines) {
  const readout = figure.querySelector(".readout");
  const drawings = [...new Set([svg, ...lines.flat().map((p) => p.svg ?? svg)])];
  const rings = new Map(drawings.map((own) => [own, d3.select(own).append("circle").attr("class", "ring").attr("r", 10).attr("visibility", "hidden")]));
  let line = -1, at = 0;
  const show = (l, a) => {
    [line, at] = [l, a];
    const point = lines[l][a];
    rings.forEach((ring) => ring.attr("visibility", "hidden"));
    rings.get(point.svg ?? svg).attr("visibility", "visible").attr("cx", point.x).attr("cy", point.y);
    if (readout.textContent !== point.text) readout.textContent = point.text;
  };
  const step = (dl, da) => {
    if (line < 0) return show(0, 0);
    if (da && lines[line][at + da]) return show(line, at + da);
    const next = line + (dl || da);
    if (lines[next]) show(next, da < 0 ? lines[next].length - 1 : da > 0 ? 0 : Math.min(at, lines[next].length - 1));
  };
  const last = lines.length - 1;
  const keys = {
    ArrowRight: () => step(0, 1), ArrowLeft: () => step(0, -1), ArrowDown: () => step(1, 0), ArrowUp: () => step(-1, 0),
    Home: () => show(0, 0), End: () => show(last, lines[last].length - 1),
  };
  figure.onkeydown = (event) => {
    if (!lines.length || !keys[event.key] || event.target !== figure) return;
    event.preventDefault();
    keys[event.key]();
  };
  drawings.forEach((own) => own.addEventListener("pointermove", (event) => {
    const [x, y] = d3.pointer(event, own);
    let best = null;
    lines.forEach((points, l) => points.forEach((p, a) => {
      const distance = (p.svg ?? svg) === own ? Math.hypot(p.x - x, p.y - y) : Infinity;
      if (distance < 36 && (!best || distance < best.distance)) best = { l, a, distance };
    }));
    if (best) show(best.l, best.a);
  }));
}
