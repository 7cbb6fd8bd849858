// A record of workload bytes: its chart of calls by size at every width and in both themes, by keyboard, and a panel that asks for bytes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { launch, unfold, opened as openedAt } from "../browser.js";
import { rendered } from "../inputs.js";
import { SHEET, objections, onPaper } from "../looks.js";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RECORD = new URL("../bytes.json", import.meta.url);
const CHART = "figure.chart[data-kind=sizes]";
const NOTHING = [];
let browser, report;
before(async () => {
  report = await rendered("bytes", JSON.parse(readFileSync(RECORD, "utf8")));
  browser = await launch();
});
after(() => browser?.close());

/** The report of a run of bytes, with every fold open. */
const opened = (options, use) => openedAt(browser, report.url, options, async (page) => {
  await unfold(page);
  await use(page);
});

for (const [width, theme] of [[320, "light"], [360, "dark"], [768, "light"], [1280, "dark"], [3840, "light"]]) {
  test(`calls by size are drawn and legible at ${width} px in the ${theme} theme`, () =>
    opened({ width, theme }, async (page) => {
      assert.equal(await page.locator(`${CHART} svg`).count(), 1);
      const words = await page.locator(`${CHART} svg`).textContent();
      for (const text of ["bytes each way", "time of a call (mean)", "uds", "grpc", "rest", "0 B", "1 MiB"]) assert.ok(words.includes(text), `${text} in ${words}`);
      assert.deepEqual(await objections(page), NOTHING);
      assert.match(await page.locator("#sizes-1 > .finding").textContent(), /^Moving 1 MiB there and back takes /);
    }));
}

test("the arrows walk through every size of every lane, and each is said with its unit", () =>
  opened({}, async (page) => {
    const figure = page.locator(CHART), said = new Set();
    await figure.focus();
    for (let press = 0; press < 21; press++) {
      await page.keyboard.press("ArrowRight");
      said.add(await figure.locator("[role=status]").textContent());
    }
    assert.equal(said.size, 21, "three lanes, seven sizes");
    for (const text of said) assert.match(text, /^\w+ \(.+\), [\d,]+ (B|KiB|MiB) there and back: [\d.]+ (µs|ms) \(.+\) \(mean of a single call\)$/);
  }));

test("the quickest lanes are drawn by sizes with their units, and no text speaks of ids", () =>
  opened({}, async (page) => {
    const words = await page.locator("figure.chart[data-kind=quickest] svg").textContent();
    assert.ok(words.includes("size of an item") && words.includes("256 KiB"), words);
    assert.doesNotMatch(await page.locator("main").innerText(), /\bids\b|engine none/);
  }));

test("the panel asks for bytes, and says where a size was not measured", () =>
  opened({ place: "#whatif" }, async (page) => {
    const value = () => page.inputValue("#whatif-items-value"), row = () => page.textContent("#whatif-table tbody tr:last-child");
    assert.equal(await value(), "1 MiB");
    await page.focus("#whatif-items");
    await page.keyboard.press("ArrowLeft");
    assert.equal(await value(), "512 KiB");
    assert.doesNotMatch(await row(), /outside/);
    for (const key of ["ArrowRight", "ArrowRight"]) await page.keyboard.press(key);
    assert.equal(await value(), "2 MiB");
    assert.match(await row(), /outside the measured sizes, 0 B to 1 MiB/);
    await page.keyboard.press("End");
    assert.match(await row(), /more than twice the largest measured call, 1 MiB/);
    assert.match(await page.locator("#whatif figure svg").textContent(), /time of one call/);
    await page.keyboard.press("Home");
    assert.equal(await value(), "0 B");
    assert.doesNotMatch(await row(), /outside|NaN/);
  }));

test("axe finds nothing, and on paper no chart is clipped", async () => {
  await opened({ width: 360, theme: "dark" }, async (page) => {
    await page.evaluate(AXE);
    const { violations } = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
    assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(" | ").slice(0, 300)}`), NOTHING);
  });
  await opened({ ...SHEET }, async (page) => assert.deepEqual(await onPaper(page, SHEET), NOTHING));
});
