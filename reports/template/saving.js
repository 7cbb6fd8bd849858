// Downloads: the record, its figures as CSV, each chart as SVG or PNG. A saved chart stands alone: colours and type are written
// into it, with its title, and what limits every figure. Nothing leaves the page but into a file.
const SVG = "http://www.w3.org/2000/svg";
const LOOKS = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-linejoin", "stroke-linecap", "paint-order", "opacity", "visibility", "font-family", "font-size", "font-weight", "font-variant", "text-anchor", "white-space"];
/** Room around a saved chart, above it for its title and below it for its limits, pixels. */
const AROUND = { side: 24, top: 56, bottom: 40 };
/** A PNG has so many pixels for one of the page, and at most so many each way. */
const SHARPNESS = 2, MOST_PIXELS = 8_192;

function offer(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** A copy of a drawing that needs no style sheet. */
function standalone(svg, box) {
  const copy = svg.cloneNode(true), originals = [svg, ...svg.querySelectorAll("*")], copies = [copy, ...copy.querySelectorAll("*")];
  originals.forEach((original, i) => {
    // The ring around a point that was pointed at is no part of the chart.
    if (original.classList.contains("ring")) return copies[i].remove();
    const style = getComputedStyle(original), above = i ? getComputedStyle(original.parentNode) : null;
    if (style.display === "none") copies[i].setAttribute("display", "none");
    for (const look of LOOKS) {
      const value = style.getPropertyValue(look), inherited = look !== "opacity" && above?.getPropertyValue(look) === value;
      if (value && (!inherited || original.hasAttribute(look))) copies[i].setAttribute(look, value);
    }
    copies[i].removeAttribute("class");
  });
  copy.querySelectorAll("style").forEach((style) => style.remove());
  for (const [key, value] of Object.entries({ x: box.left, y: box.top, width: box.width, height: box.height, overflow: "visible" })) copy.setAttribute(key, value);
  return copy;
}

function svgText(text, x, y, size, { weight = 400, colour, family, width }) {
  const made = document.createElementNS(SVG, "text");
  const attributes = { x, y, "font-size": size, "font-weight": weight, "font-family": family, fill: colour };
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  // Longer than the chart is wide: cut, with a mark.
  const most = Math.max(8, Math.floor(width / (size * 0.52)));
  made.textContent = shorten(text, most);
  return made;
}

/** The figure as one SVG: its drawings where they stand in the page, its title above, what limits it below. */
function saved(figure) {
  const canvas = figure.querySelector(".canvas"), frame = canvas.getBoundingClientRect(), root = getComputedStyle(document.documentElement);
  const family = root.fontFamily, [ink, soft, paper] = ["--ink", "--soft", "--paper"].map((name) => root.getPropertyValue(name).trim());
  const width = frame.width + 2 * AROUND.side, height = frame.height + AROUND.top + AROUND.bottom;
  const whole = document.createElementNS(SVG, "svg"), ground = document.createElementNS(SVG, "rect");
  for (const [key, value] of Object.entries({ xmlns: SVG, width, height, viewBox: `0 0 ${width} ${height}` })) whole.setAttribute(key, value);
  for (const [key, value] of Object.entries({ width, height, fill: paper })) ground.setAttribute(key, value);
  const title = (figure.getAttribute("aria-label") ?? "").split(". Arrow keys")[0];
  whole.append(ground, svgText(title, AROUND.side, 34, 17, { weight: 600, colour: ink, family, width: frame.width }));
  const place = (part) => {
    const box = part.getBoundingClientRect();
    return { left: box.left - frame.left + AROUND.side, top: box.top - frame.top + AROUND.top, width: box.width, height: box.height };
  };
  for (const part of canvas.querySelectorAll("svg, .title")) {
    const box = place(part);
    if (!box.width) continue;
    if (part.localName === "svg") whole.append(standalone(part, box));
    else whole.append(svgText(part.textContent, box.left, box.top + 0.8 * box.height, 15, { weight: 600, colour: ink, family, width: box.width }));
  }
  const limits = [...document.querySelectorAll(".limits span")].map((span) => span.textContent).join(" · ");
  whole.append(svgText(`Tollgate · ${limits}`, AROUND.side, height - 14, 12, { colour: soft, family, width: frame.width }));
  return { text: new XMLSerializer().serializeToString(whole), width, height };
}

/** A browser draws an SVG into a picture only through an image: of a blob that the page made. */
async function png({ text, width, height }) {
  const image = new Image(), address = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  const zoom = Math.min(SHARPNESS, MOST_PIXELS / width, MOST_PIXELS / height);
  try {
    image.src = address;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(width * zoom), height: Math.round(height * zoom) });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((done) => canvas.toBlob(done, "image/png"));
  } finally {
    URL.revokeObjectURL(address);
  }
}

async function save(figure, form) {
  const chart = saved(figure), name = `tollgate-${figure.dataset.kind}-${+figure.dataset.scene + 1}.${form}`;
  offer(form === "svg" ? new Blob([chart.text], { type: "image/svg+xml" }) : await png(chart), name);
}

/** Two buttons below each chart. */
function savable(figure) {
  const place = document.createElement("p"), what = (figure.getAttribute("aria-label") ?? "").split(". Arrow keys")[0];
  place.className = "save";
  for (const form of ["svg", "png"]) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "quiet", textContent: `Save as ${form.toUpperCase()}` });
    button.setAttribute("aria-label", `Save as ${form.toUpperCase()}: ${what}`);
    button.addEventListener("click", () => save(figure, form));
    place.append(button);
  }
  // Beside how to read it and its numbers, where these follow.
  const under = figure.nextElementSibling;
  if (under?.classList.contains("under")) under.append(place);
  else figure.after(place);
}

function saving() {
  document.querySelectorAll("figure.chart").forEach(savable);
  const record = document.getElementById("tollgate-record");
  const downloads = {
    download: (json) => offer(new Blob([json], { type: "application/json" }), "tollgate-record.json"),
    "download-csv": (json) => offer(new Blob([csvOf(JSON.parse(json), data.withdrawn)], { type: "text/csv" }), "tollgate-figures.csv"),
  };
  for (const [id, give] of Object.entries(downloads)) {
    const button = document.getElementById(id);
    if (!button) continue;
    button.hidden = !record;
    button.addEventListener("click", async () => give(await unpacked(record).text()));
  }
}
