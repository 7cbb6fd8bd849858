// A page with twenty runs before it: marks of the last one in the charts, the column of changes, the list, and how high and large
// the page may be. It is rendered where the program finds its history: beside the record.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { launch, opened as openedAt, unfold } from "../browser.js";
import { printed } from "../commands.js";
import { sample } from "../inputs.js";
import { objections } from "../looks.js";

const RUNS = 20, NOTHING = [];
let browser, url, bytes, folder;

/** The sample as a run of an earlier day, its times multiplied. */
function run(day, factor) {
  const record = sample();
  record.started_at = `2026-01-${String(day).padStart(2, "0")}T03:04:05Z`;
  for (const start of record.cells.flatMap((cell) => cell.starts)) {
    for (const key of ["p50_ns", "mean_ns"]) if (start[key] != null) start[key] *= factor;
  }
  return record;
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "tollgate-e2e-"));
  mkdirSync(join(folder, "history"));
  const put = (name, record) => writeFileSync(join(folder, name), JSON.stringify(record));
  for (let day = 1; day <= RUNS; day++) put(`history/2026-01-${String(day).padStart(2, "0")}T03-04-05Z.json`, run(day, 1 + day / 50));
  put("record.json", sample());
  const page = join(folder, "report.html");
  writeFileSync(page, await printed("report", join(folder, "record.json"), "--format", "html"));
  [url, bytes] = [pathToFileURL(page).href, statSync(page).size];
  browser = await launch();
});
after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

const opened = (options, use) => openedAt(browser, url, options, use);

test("with twenty runs before it the page is at most 900 kB large and 7,000 px high at 1280 px", () =>
  opened({ width: 1280 }, async (page) => {
    const high = await page.evaluate(() => document.documentElement.scrollHeight);
    console.log(`sample report with ${RUNS} earlier runs: ${bytes} bytes, ${high} px high`);
    assert.ok(bytes <= 900_000, `${bytes} bytes`);
    assert.ok(high <= 7_000, `${high} px`);
  }));

for (const width of [320, 1280]) {
  test(`marks of the last run are drawn and nothing is objected to at ${width} px`, () =>
    opened({ width }, async (page) => {
      await unfold(page);
      assert.deepEqual(await objections(page), NOTHING);
      for (const kind of ["cost", "batching"]) {
        const marks = await page.locator(`figure.chart[data-kind=${kind}]`).first().locator("svg g[stroke-opacity='0.6'] path").count();
        assert.ok(marks > 5, `${kind}: ${marks} marks of the last run`);
      }
    }));
}

test("a mark says what it was in the last run, and the table how it changed", () =>
  opened({}, async (page) => {
    await page.locator("figure.chart[data-kind=cost]").first().focus();
    await page.keyboard.press("ArrowRight");
    assert.match(await page.textContent("figure.chart[data-kind=cost] .readout"), /; last run [\d.,]+ (ns|µs|ms) \([\d.]+×, /);
    // Times of the last of twenty days were multiplied by 1.4: this run takes 0.714 times as long.
    const changes = await page.$$eval("#table table.lanes td[data-label^=change]", (cells) => cells.map((cell) => cell.textContent).filter((text) => text !== "–"));
    assert.ok(changes.length > 5, `${changes.length} changes`);
    for (const change of changes) assert.match(change, /^0\.71[45]×/);
    assert.match(await page.textContent("#since"), /^The last run: 2026-01-20 03:04 UTC; \d+ cells are in both\./);
  }));

test("every earlier run is reached from the page, newest first", () =>
  opened({}, async (page) => {
    await page.click("#since a");
    const links = await page.$$eval("#earlier a[href^=history]", (list) => list.map((link) => link.getAttribute("href")));
    assert.equal(links.length, RUNS);
    assert.deepEqual(links, links.toSorted().reverse());
    assert.ok(await page.locator("#earlier a").first().isVisible());
    for (const link of links) assert.ok(statSync(join(folder, link)).isFile());
  }));
