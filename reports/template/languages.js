// The lanes of one language alone, in tables and charts of lanes.
const languages = (() => {
const bar = document.getElementById("of-language"), select = bar?.querySelector("select"), said = bar?.querySelector("output");
const KINDS = ["cost", "batching", "tail"];
const isChosen = (names) => !select?.value || names.includes(select.value);

function within(scene) {
  if (!select?.value) return scene;
  const chosen = KINDS.map((kind) => [kind, scene[kind].filter((drawn) => isChosen(laneOf(drawn).languages))]);
  return { ...scene, ...Object.fromEntries(chosen) };
}

function choose() {
  const rows = [...document.querySelectorAll("table.lanes tbody tr")];
  rows.forEach((row) => (row.hidden = !isChosen(row.dataset.languages.split(" "))));
  const shown = rows.filter((row) => !row.hidden).length, { text } = select.selectedOptions[0];
  said.textContent = select.value ? `${shown} of ${rows.length} lanes: ${text} calls or answers. The tables of lanes and the charts of single calls, batches and tails show these alone.` : "";
  if (select.value) document.querySelectorAll("details:has(> table.lanes)").forEach((fold) => (fold.open = true));
  bar.classList.toggle("chosen", select.value !== "");
  document.querySelectorAll("figure.chart").forEach((figure) => KINDS.includes(figure.dataset.kind) && redraw(figure));
}

return { within, start: () => select?.addEventListener("change", choose) };
})();
