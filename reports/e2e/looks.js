// What an eye would object to, as geometry: functions that run inside the page and return a list of objections.

/** Labels that lie on each other, or stick out of their figure or their drawing's column. */
export function labels() {
  const SLACK_PX = 2, found = [];
  const shown = (text) => text.textContent.trim() && getComputedStyle(text).visibility === "visible";
  for (const figure of document.querySelectorAll("figure.chart")) {
    const frame = figure.getBoundingClientRect();
    if (!frame.width) continue;
    const name = (figure.getAttribute("aria-label") ?? "").slice(0, 60);
    const texts = [...figure.querySelectorAll("svg text")].filter(shown).flatMap((text) => {
      // A text of several lines or of an axis group is one box for each of its own texts.
      const box = text.getBoundingClientRect();
      return box.width ? [{ says: text.textContent, box }] : [];
    });
    for (const { says, box } of texts) {
      const out = Math.max(frame.left - box.left, box.right - frame.right, frame.top - box.top, box.bottom - frame.bottom);
      if (out > SLACK_PX) found.push(`${name}: "${says}" stands ${out.toFixed(1)} px outside`);
    }
    texts.sort((a, b) => a.box.top - b.box.top);
    texts.forEach((a, at) => {
      for (const b of texts.slice(at + 1)) {
        if (b.box.top >= a.box.bottom - SLACK_PX) break;
        const wide = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
        const high = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
        if (wide > SLACK_PX && high > SLACK_PX) found.push(`${name}: "${a.says}" and "${b.says}" overlap by ${wide.toFixed(1)} x ${high.toFixed(1)} px`);
      }
    });
  }
  return found;
}

/** The page scrolls sideways, or a part of it is wider than its window. */
export function sideways() {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const scrolls = (e) => e.closest(".wide");
  const out = [...document.querySelectorAll("body *")].filter((e) => !scrolls(e) && e.getBoundingClientRect().right > root.clientWidth + 1);
  return [`${root.scrollWidth} px in ${root.clientWidth}: ${out.slice(0, 3).map((e) => `${e.tagName}.${e.className.baseVal ?? e.className}`)}`];
}

/** Figures without a mark, or without a name. */
export function bare() {
  const marks = (figure) => figure.querySelectorAll("svg circle:not(.ring), svg path:not(.leader), svg rect, svg line").length;
  const figures = [...document.querySelectorAll("figure.chart")];
  const named = (figure) => figure.getAttribute("aria-label") && [...figure.querySelectorAll("svg")].every((s) => s.getAttribute("aria-label"));
  const empty = figures.filter((figure) => !figure.querySelector("svg") || marks(figure) < 3 || !named(figure));
  return [...(figures.length ? [] : ["no figure at all"]), ...empty.map((figure) => `nothing in: ${figure.getAttribute("aria-label")}`)];
}

/** What is printable on A4 with margins of 1 cm, CSS pixels. */
export const SHEET = { width: 718, height: 1047 };

/** Drawings that are cut by the edge of a sheet: wider or higher than what one takes. */
function cut({ width, height }) {
  const drawings = [...document.querySelectorAll("figure.chart svg")].map((svg) => ({ box: svg.getBoundingClientRect(), name: svg.getAttribute("aria-label") }));
  return drawings.filter(({ box }) => !box.width || box.right > width + 1 || box.height > height).map(({ box, name }) => `${name}: ${box.width.toFixed()} x ${box.height.toFixed()} px, right at ${box.right.toFixed()}`);
}

/** Everything above at once, so that one run tells all. */
export async function objections(page) {
  return [...(await page.evaluate(bare)), ...(await page.evaluate(sideways)), ...(await page.evaluate(labels))];
}

/** What would be lost on paper; the page's window must have the width of the sheet. */
export async function onPaper(page, sheet) {
  await page.emulateMedia({ media: "print" });
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  const folded = await page.locator("details:not([open])").count();
  return [...(folded ? [`${folded} folds are closed`] : []), ...(await page.evaluate(cut, sheet)), ...(await page.evaluate(sideways))];
}
