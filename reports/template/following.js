// A page of a run that goes on loads itself again when the next one is due, and keeps what its reader opened, typed and scrolled to:
// in the state of its entry in the browser's history, which a reload leaves there. It cannot see whether its file was replaced. While
// it finds the same page it waits longer each time, until three times the time is over: then the run was stopped.
const following = (() => {
const AFTER_MS = 1_500, BUSY_MS = 4_000, MOST_TIMES = 3, MOST_TRIES = 8;
const place = document.getElementById("following"), kept = history.state?.following;
/** True once this page loads itself again. */
let isAgain = false;
const run = place && told();

/** When this page was written, how long until the next one, how often this one was found, and whether to go on looking. */
function told() {
  const { started, elapsed, next } = place.dataset, every = 1000 * Math.max(1, Number(next)), written = Date.parse(started) + 1000 * Number(elapsed);
  const tries = kept?.written === written ? kept.tries + 1 : 0;
  return { written, every, tries, ended: !(Date.now() < written + MOST_TIMES * every) || tries > MOST_TRIES };
}

/** Elements by what holds them: sections come and go between two pages. */
function named(selector) {
  const seen = new Map(), all = new Map();
  for (const element of document.querySelectorAll(selector)) {
    const name = `${element.closest("[id]")?.id} ${element.className}`, nth = (seen.get(name) ?? 0) + 1;
    seen.set(name, nth);
    all.set(`${name} ${nth}`, element);
  }
  return all;
}
const folds = () => named("details"), choices = () => named(".choice select"), fields = () => named('.own input[type="text"]');

/** Puts values back into fields or choices, as far as these are there now. */
function take(values, now, ...kinds) {
  for (const [name, value] of values) {
    const control = now.get(name);
    if (!control || control.value === value) continue;
    control.value = value;
    kinds.forEach((kind) => control.dispatchEvent(new Event(kind)));
  }
}

/** Where the reader is: the section at the top of the window, and how far above it begins. */
function whereScrolled() {
  const tops = [...document.querySelectorAll("main section[id]")].map((section) => ({ id: section.id, top: section.getBoundingClientRect().top }));
  return tops.filter(({ top }) => top <= 0).at(-1) ?? { y: scrollY };
}

function again() {
  const { written, tries } = run;
  const open = [...folds()].filter(([, fold]) => fold.open).map(([name]) => name);
  const typed = [...fields()].filter(([, field]) => field.value !== field.defaultValue).map(([name, { value }]) => [name, value]);
  const chosen = [...choices()].map(([name, { value }]) => [name, value]), focus = document.activeElement?.id, { theme } = document.documentElement.dataset;
  const otherTheme = theme && (theme === "dark") !== matchMedia("(prefers-color-scheme: dark)").matches;
  isAgain = true;
  // Else the browser scrolls too, to where the page before was.
  history.scrollRestoration = "manual";
  history.replaceState({ following: { open, typed, chosen, focus, otherTheme, written, tries, whatif: whatif.kept(), scrolled: whereScrolled() } }, "");
  location.reload();
}

/** Puts back what was kept, before charts are drawn; what is said has its height too. */
function restore() {
  if (run) document.getElementById("following-said").textContent = run.ended
    ? "No new page came when it was due: the run was stopped, or it takes longer. This page no longer reloads itself." : "This page reloads itself.";
  if (!kept) return;
  // A reload by the reader is one like any other.
  history.replaceState(null, "");
  addEventListener("pagehide", () => isAgain || (history.scrollRestoration = "auto"));
  if (kept.otherTheme) document.getElementById("theme").click();
  for (const [name, fold] of folds()) fold.open = kept.open.includes(name);
  take(kept.typed, fields(), "input", "change");
  if (kept.whatif) whatif.keep(kept.whatif);
}

/** The same for what is there only behind the charts; false where nothing was kept. */
function scrollBack() {
  if (!kept) return false;
  take(kept.chosen, choices(), "change");
  if (kept.focus) document.getElementById(kept.focus)?.focus({ preventScroll: true });
  const { id, top, y } = kept.scrolled, section = id && document.getElementById(id);
  // Of parts of a pixel a browser takes less, and so the page would creep.
  scrollTo({ top: Math.round(section ? scrollY + section.getBoundingClientRect().top - top : (y ?? 0)), behavior: "instant" });
  return true;
}

function start() {
  if (!run || run.ended) return;
  const { written, every, tries } = run;
  let typed_ms = -Infinity;
  addEventListener("input", () => (typed_ms = performance.now()));
  const busy = () => performance.now() - typed_ms < BUSY_MS || document.getElementById("compared")?.hasChildNodes();
  const reload = () => (busy() ? setTimeout(reload, BUSY_MS) : again());
  const wait = tries ? (every / 8) * 2 ** tries : written + every - Date.now() + AFTER_MS;
  setTimeout(reload, Math.max(1_000, Math.min(wait, every + AFTER_MS)));
}

return { restore, scrollBack, start };
})();
