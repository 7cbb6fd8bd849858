// A second record in the page: chosen with a file input or dropped anywhere. What is compared is in between.js; here it is shown.
// Nothing of a record becomes markup: every text is set as text.
const MOST_ROWS = 60;
const UNITS = [[1e9, "s"], [1e6, "ms"], [1e3, "µs"], [1, "ns"]];
const decimalsOf = (v) => (!isFinite(v) || v === 0 || Math.abs(v) >= 99.95 ? 0 : Math.abs(v) >= 9.995 ? 1 : Math.abs(v) >= 0.9995 ? 2 : 3);
/** Both ends; those that would be written alike are rounded away from each other, as the program does. */
function ends(low, high, decimals) {
  const written = [low, high].map((end) => fixed(end, decimals)), scale = 10 ** decimals;
  return written[0] !== written[1] ? written : [fixed(Math.floor(low * scale) / scale, decimals), fixed(Math.ceil(high * scale) / scale, decimals)];
}
const exponential = (v) => v.toExponential(2).replace("e+", "e");
const fixed = (v, decimals) => (Math.abs(v) >= 1e12 ? exponential(v) : v.toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals }));

/** As reports/src/stats/units/mod.rs writes them. */
function timeText(ns) {
  const [factor, unit] = UNITS.find(([f]) => Math.abs(ns) >= 0.9995 * f) ?? UNITS[3];
  if (!isFinite(ns)) return "–";
  const value = ns / factor;
  return `${Math.abs(value) >= 1e6 ? exponential(value) : fixed(value, decimalsOf(value))} ${unit}`;
}
function ratioText({ value, low, high, noisy }) {
  const decimals = decimalsOf(value);
  if (low == null) return `${fixed(value, decimals)} times${noisy ? ` (${TOO_NOISY})` : ""}`;
  return `${fixed(value, decimals)} times (${ends(low, high, decimals).join(" to ")})`;
}
/** How much a cell asks for, as `10 ids` or `64 KiB`. */
const amountOf = ({ workload, size }) => (workload === "bytes" ? predictions.amountText(size) : `${size.toLocaleString("en")} ids`);
/** A figure of two records in words; `placed` is what its placement is called. */
const describe = ({ cell, placed }) => [cell.mode, `n = ${cell.items.toLocaleString("en")}`, amountOf(cell), ...(cell.engine === "none" ? [] : [cell.engine]), placed].join(", ");

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  if (text != null) made.textContent = text;
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  return made;
}

function tableOf(changes, caption) {
  const table = element("table", null, { class: "numbers" }), head = element("tr"), body = element("tbody");
  for (const title of ["lane", "what", "earlier", "later", "later : earlier (99 % interval)", "verdict"]) head.append(element("th", title, { scope: "col" }));
  for (const c of changes) {
    // Rounded for a reader; here as they are.
    const row = element("tr", null, { "data-ratio": c.value, "data-low": c.low ?? "", "data-high": c.high ?? "" });
    row.append(element("th", c.lane.short, { scope: "row" }), ...[describe(c), timeText(c.old_ns), timeText(c.new_ns), ratioText(c), c.words].map((t) => element("td", t)));
    body.append(row);
  }
  const thead = element("thead");
  thead.append(head);
  table.append(element("caption", caption, { class: "unseen" }), thead, body);
  const wide = element("div", null, { class: "wide", tabindex: "0", role: "region", "aria-label": caption });
  wide.append(table);
  return wide;
}

/** How many figures became what, as the page of `tollgate report --against` says it. */
function countOf(changes) {
  const of = (words) => changes.filter((c) => c.words === words).length;
  const told = ["slower", `slower${PERHAPS}`, "slightly slower", "slightly quicker", `quicker${PERHAPS}`, "quicker", SAME];
  const counted = told.filter(of).map((words) => `${of(words)} ${words}`);
  const untold = changes.filter((c) => c.words === TOO_FEW || c.words.startsWith(CANNOT_TELL)).length, open = untold ? ` Of ${untold} these two runs cannot tell.` : "";
  return `Of ${changes.length} figures that both runs have: ${counted.join(", ") || "nothing is certain"}.${open}`;
}

function show(old, later, which) {
  const { changes, gone } = changesBetween(old, later), place = document.getElementById("compared");
  const asked = (record) => new Set(record.cells.map((cell) => cell.workload)), both = [...asked(old)].filter((workload) => asked(later).has(workload));
  if (!changes.length && !both.length && later.cells.length) throw new Error("the records asked different workloads, so that no figure is in both: measure both with the same --workload");
  const placements = (record) => new Set(record.cells.map((cell) => cell.placement)), shared = [...placements(old)].filter((placement) => placements(later).has(placement));
  if (!changes.length && !shared.length && later.cells.length) throw new Error(`the records were measured in different placements (${placementTitles(old)}; ${placementTitles(later)}), so that no figure is in both: measure both with the same --placement`);
  if (!changes.length) throw new Error("no figure has two whole restarts in both records: measure the same lanes with more restarts (--starts)");
  const chosen = changes.filter((c) => c.main || c.detected), untrusted = forbids(old) || forbids(later);
  const ratios = chosen.filter((c) => c.main).slice(0, MOST_ROWS).map((c) => ({ ...c, lane: laneIndex(c.lane), placement: c.placed, items: c.cell.items, text: `${c.lane.short}, ${describe(c)}: ${timeText(c.old_ns)} earlier, ${timeText(c.new_ns)} later, ${ratioText(c)}: ${c.words}` }));
  const parts = document.getElementById("compared-figure").content.cloneNode(true), figure = parts.querySelector("figure");
  figure.dataset.scene = data.scenes.push({ cost: [], batching: [], tail: [], ratios }) - 1;
  const warnings = element("ul", null, { class: "reasons" }), all = element("details", null, { class: "data" });
  warnings.append(...caveatsOf(old, later).map((text) => element("li", text)));
  all.append(element("summary", `All ${changes.length} figures that both runs have`), tableOf(changes, "All figures that both records have"));
  place.replaceChildren(element("h3", which), warnings, element("p", untrusted ? "A record must not be used, so nothing is said of what changed." : countOf(changes), { class: "finding" }), parts, tableOf(chosen, "Single calls, largest batches, and what changed"), all);
  if (gone.length) {
    const list = element("ul", null, { class: "notes" });
    list.append(...gone.map((g) => element("li", `${g.lane} (${describe(g)}): ${g.why}`)));
    const fold = element("details", null, { class: "data" });
    fold.append(element("summary", `${gone.length} figures of the earlier run were not compared`), list);
    place.append(fold);
  }
  savable(figure);
  draw(figure);
}

/** A lane of the other record under its own name; one that this page does not know is drawn after all others. */
function laneIndex(lane) {
  const known = data.lanes.findIndex((mark) => mark.short === lane.short);
  return known >= 0 ? known : data.lanes.push({ short: String(lane.short), mechanism: data.lanes.length, filled: true }) - 1;
}

async function compareWith(file) {
  const said = document.getElementById("compared-said"), place = document.getElementById("compared");
  place.replaceChildren();
  said.textContent = `Reading ${file.name} …`;
  try {
    if (file.size > MOST_RECORD_BYTES) throw new Error("the file is larger than this page takes: use tollgate compare");
    const [own, other] = [await recordFrom(await unpacked(document.getElementById("tollgate-record")).text()), await recordFrom(await file.text())];
    const otherFirst = other.started_at < own.started_at, [old, later] = otherFirst ? [other, own] : [own, other];
    const named = (record) => (record === own ? `this page (${own.started_at})` : `${file.name} (${other.started_at})`);
    show(old, later, `${named(later)} divided by ${named(old)}`);
    said.textContent = `Compared with ${file.name}.`;
  } catch (error) {
    place.replaceChildren();
    said.textContent = `${file.name}: ${error.message}`;
  }
  document.querySelector("#comparing > details").open = true;
  document.getElementById("comparing").scrollIntoView({ behavior: "instant" });
}

function comparing() {
  const input = document.getElementById("other"), root = document.documentElement;
  if (!input) return;
  input.addEventListener("change", () => input.files[0] && compareWith(input.files[0]));
  const files = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  addEventListener("dragover", (event) => {
    if (!files(event)) return;
    event.preventDefault();
    root.classList.add("dropping");
  });
  addEventListener("dragleave", (event) => event.relatedTarget || root.classList.remove("dropping"));
  addEventListener("drop", (event) => {
    root.classList.remove("dropping");
    if (!files(event)) return;
    event.preventDefault();
    compareWith(event.dataTransfer.files[0]);
  });
}
