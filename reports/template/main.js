// Draws what is visible, again when the width changes; theme, download and print.
const DRAW = {
  cost: drawCost, sizes: drawSizes, stages: drawStages, batching: drawBatching, ratios: drawRatios, quickest: drawQuickest, tail: drawTail,
  "open-tail": drawOpenTail, latency: drawLatency, throughput: drawThroughput, burn: drawBurn, whatif: whatif.draw,
  differences: drawDifferences, selves: drawSelves, restarts: drawRestarts,
};
const widths = new WeakMap();

function draw(figure) {
  const canvas = figure.querySelector(".canvas");
  const zoom = scale();
  const width = Math.floor(canvas.clientWidth / zoom);
  // A folded figure has no width; its details element draws it when opened.
  if (!width || widths.get(figure) === width) return;
  widths.set(figure, width);
  const main = data.scenes[+figure.dataset.scene], { kind } = figure.dataset;
  try {
    const scene = main && languages.within(inPlacement(figure, kind, main));
    if (scene && DRAW[kind]) DRAW[kind](figure, canvas, scene, width);
  } catch (error) {
    // The others can be drawn all the same.
    canvas.replaceChildren("This chart could not be drawn; its numbers are in the table below.");
    reportError(error);
  }
  for (const svg of canvas.querySelectorAll("svg")) {
    svg.setAttribute("width", svg.viewBox.baseVal.width * zoom);
    svg.setAttribute("height", svg.viewBox.baseVal.height * zoom);
  }
}
/** The scene itself, or the same in the placement that the reader chooses in front of a figure that shows one of them. */
function inPlacement(figure, kind, main) {
  const shown = (main.placements ?? []).filter((placement) => placement[kind]);
  if (shown.length < 2) return shown.length ? data.scenes[shown[0].scene] : main;
  return data.scenes[shown[choice(figure, "Where both processes run", shown.map((placement) => placement.title), 0)].scene];
}
/** After another option was taken: what was read out belongs to the drawing before. */
function redraw(figure) {
  widths.delete(figure);
  figure.querySelector(".readout").textContent = "";
  draw(figure);
}
/** Charts grow with the text of the page: at 4K both are larger. */
const scale = () => Math.max(1, parseFloat(getComputedStyle(document.documentElement).fontSize) / 18);
const drawAll = (within) => within.querySelectorAll("figure.chart").forEach(draw);

function themes() {
  const button = document.getElementById("theme"), root = document.documentElement;
  const dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);
  const name = () => (button.textContent = dark() ? "Light" : "Dark");
  button.hidden = false;
  button.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    name();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", name);
  name();
}

/** A link to what is folded opens it: the folds around it, and the section that it is. */
function reveal() {
  const target = document.getElementById(location.hash.slice(1).split("?")[0]);
  if (!target) return;
  for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  const own = target.querySelector(":scope > details.fold");
  if (own) own.open = true;
  target.scrollIntoView({ behavior: "instant" });
}

/** What lies packed in the page. */
function unpacked(element) {
  const bytes = Uint8Array.from(atob(element.textContent), (c) => c.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate")));
}

// Paper has no folds: open all of them, and close again what was closed.
function print() {
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    opened.forEach((d) => (d.open = true));
    drawAll(document);
  });
  addEventListener("afterprint", () => opened.forEach((d) => (d.open = false)));
}

async function start() {
  themes();
  document.documentElement.classList.add("js");
  saving();
  comparing();
  document.querySelectorAll("details").forEach((d) => d.addEventListener("toggle", () => drawAll(d)));
  print();
  addEventListener("hashchange", reveal);
  languages.start();
  whatif.start();
  ownService();
  typedBatchSize();
  following.restore();
  // One after the other, so that the first is seen before the last is drawn.
  for (const figure of document.querySelectorAll("figure.chart")) {
    draw(figure);
    await new Promise((next) => setTimeout(next));
  }
  // What stands above has its height only now.
  if (!following.scrollBack()) reveal();
  new ResizeObserver(() => drawAll(document)).observe(document.querySelector("main"));
  following.start();
}
start();
