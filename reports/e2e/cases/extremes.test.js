// Records that no run makes: built to break the page, or far larger than the default.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { complaints, launch, open, unfold } from "../browser.js";
import { MARKUP, hostile, multiplied, rendered } from "../inputs.js";
import { SHEET, objections, onPaper } from "../looks.js";
import { whole } from "../whole.js";

/** Bounds on times hold for an optimised program: `.ci/run` asks for them, a debug build only prints. */
const bounded = process.env.TOLLGATE_E2E_BOUNDS === "1";
const NOTHING = [];
let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

test("a hostile record stays text, and legible at every width", async () => {
  const report = await rendered("hostile", hostile(whole()));
  for (const [width, theme] of [[320, "light"], [360, "dark"], [1280, "light"]]) {
    const page = await open(browser, report.url, { width, theme });
    await unfold(page);
    assert.equal(await page.locator("img").count(), 0);
    assert.ok((await page.locator("table.lanes").textContent()).includes(MARKUP), "the name is shown as it is");
    assert.ok(!/NaN|Infinity|undefined|null ns/.test(await page.locator("body").innerText()), "no figure that is none");
    assert.deepEqual(await complaints(page), NOTHING);
    assert.deepEqual(await objections(page), NOTHING);
    await page.context().close();
  }
});

for (const [cells, lanes, sizes, most_ms] of [[2_000, 2, 8, { render: 2_000, chart: 1_000 }], [10_000, 5, 16, null]]) {
  test(`a record with ${cells} cells does not fall over${most_ms ? ", and is quick" : ""}`, async () => {
    const record = multiplied(lanes, sizes);
    assert.ok(record.cells.length >= cells, `${record.cells.length} cells`);
    const report = await rendered(`many-${cells}`, record);
    const page = await open(browser, report.url);
    const first_ms = await page.evaluate(() => window.firstChart_ms);
    console.log(`${record.cells.length} cells: rendered in ${report.render_ms.toFixed()} ms, ${report.bytes} bytes, first chart after ${first_ms.toFixed()} ms`);
    assert.deepEqual(await complaints(page), NOTHING);
    assert.ok(report.bytes <= 1_500_000, `${report.bytes} bytes: above 1.5 MB`);
    if (most_ms) {
      await unfold(page);
      assert.deepEqual(await objections(page), NOTHING);
      await page.setViewportSize(SHEET);
      assert.deepEqual(await onPaper(page, SHEET), NOTHING);
    }
    await page.context().close();
    if (!most_ms || !bounded) return;
    assert.ok(report.render_ms <= most_ms.render, `rendering took ${report.render_ms.toFixed()} ms`);
    assert.ok(first_ms <= most_ms.chart, `the first chart came after ${first_ms.toFixed()} ms`);
  });
}
