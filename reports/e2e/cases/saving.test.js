// What a reader takes away: record, CSV, charts as SVG and PNG. Downloads come from the page itself; nothing is requested.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { complaints, launch, open, unfold } from "../browser.js";
import { file, printed } from "../commands.js";
import { hostile, rendered, sample } from "../inputs.js";

const NOTHING = [];
let browser, report;
before(async () => {
  report = await rendered("saved", sample());
  browser = await launch();
});
after(() => browser?.close());

/** The name and the bytes of what a click gives. */
async function taken(page, button) {
  const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

test("record and CSV are those that the program prints of the page", async () => {
  const page = await open(browser, report.url), path = fileURLToPath(report.url);
  const record = await taken(page, page.locator("#download")), csv = await taken(page, page.locator("#download-csv"));
  assert.deepEqual([record.name, csv.name], ["tollgate-record.json", "tollgate-figures.csv"]);
  assert.deepEqual(JSON.parse(record.bytes), JSON.parse(await printed("report", path, "--format", "json")));
  assert.equal(csv.bytes.toString(), await printed("report", path, "--format", "csv"));
  assert.deepEqual(await complaints(page), NOTHING);
  await page.context().close();
});

test("CSV stays that of the program where texts are formulas and numbers have exponents", async () => {
  const record = sample();
  Object.assign(record.cells[0], { lane: "=cmd|' /C calc'!A0", engine: "-1+1", mode: 'a "b", c' });
  Object.assign(record.cells[2].starts[0], { wrong: 1 });
  Object.assign(record.cells[1].starts[0], { p50_ns: 1e-9, mean_ns: 2.5e-7, cpu_caller_ns: null });
  Object.assign(record.cells[1].starts[1], { p50_ns: 1e-7, mean_ns: 1.25e16 });
  const odd = await rendered("odd", record), page = await open(browser, odd.url);
  const csv = await taken(page, page.locator("#download-csv"));
  assert.equal(csv.bytes.toString(), await printed("report", file("odd.json", record), "--format", "csv"));
  await page.context().close();
});

for (const theme of ["light", "dark"]) {
  test(`each chart is saved as an SVG that stands alone and as a PNG of twice its size, ${theme}`, async () => {
    const page = await open(browser, report.url, { theme });
    await unfold(page);
    const figures = await page.locator("figure.chart").count();
    assert.equal(await page.locator("button", { hasText: "Save as PNG" }).count(), figures);
    for (const [i, kind] of (await page.locator("figure.chart").evaluateAll((list) => list.map((f) => f.dataset.kind))).entries()) {
      const svg = await taken(page, page.locator("button", { hasText: "Save as SVG" }).nth(i));
      assert.match(svg.name, new RegExp(`^tollgate-${kind}-\\d+\\.svg$`));
      const text = svg.bytes.toString();
      assert.ok(!/var\(|currentColor|class=|<style|<script|NaN/.test(text), text.match(/.{60}(var\(|currentColor|class=|<style|<script|NaN).{60}/)?.[0]);
      const looks = await page.evaluate((text) => {
        const parsed = new DOMParser().parseFromString(text, "image/svg+xml"), root = parsed.documentElement;
        return { broken: parsed.querySelectorAll("parsererror").length, words: root.textContent, marks: root.querySelectorAll("circle, path, rect, line").length, width: +root.getAttribute("width"), height: +root.getAttribute("height") };
      }, text);
      assert.equal(looks.broken, 0);
      assert.ok(looks.marks > 5 && /loopback/.test(looks.words), `${kind}: ${looks.marks} marks: ${looks.words.slice(-200)}`);
      const png = (await taken(page, page.locator("button", { hasText: "Save as PNG" }).nth(i))).bytes;
      assert.equal(png.subarray(1, 4).toString(), "PNG");
      const zoom = Math.min(2, 8192 / looks.width, 8192 / looks.height), size = [png.readUInt32BE(16), png.readUInt32BE(20)];
      assert.deepEqual(size, [Math.round(looks.width * zoom), Math.round(looks.height * zoom)]);
      assert.ok(png.length > 5_000, `${kind}: ${png.length} bytes: an empty picture`);
    }
    assert.deepEqual(await complaints(page), NOTHING);
    await page.context().close();
  });
}

test("charts of a hostile record are saved with its names as text", async () => {
  const page = await open(browser, (await rendered("saved-hostile", hostile())).url);
  const svg = await taken(page, page.locator("button", { hasText: "Save as SVG" }).first());
  assert.ok(!/<img|<script/.test(svg.bytes.toString()));
  await taken(page, page.locator("button", { hasText: "Save as PNG" }).first());
  assert.deepEqual(await complaints(page), NOTHING);
  await page.context().close();
});
