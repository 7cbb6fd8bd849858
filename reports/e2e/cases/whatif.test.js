// A reader's numbers: by keyboard, typed, in the address, in sentence and table, at every width; and its model against the one in Rust.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { launch, opened as openedAt } from "../browser.js";
import { rendered, sample } from "../inputs.js";
import { objections } from "../looks.js";
import { MODEL, PROGRAM, misses } from "../predictions.js";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const NOTHING = [];
const CHART = "#whatif figure.chart";
let browser, report;
before(async () => {
  report = await rendered("whatif", sample());
  browser = await launch();
});
after(() => browser?.close());

/** The report at its panel, which is drawn where there are scripts. */
const opened = (options, use) => openedAt(browser, report.url, { place: "#whatif", ...options }, async (page) => {
  if (options.js !== false) await page.waitForSelector(`${CHART} svg`);
  await use(page);
});

const cells = (page) => page.$$eval("#whatif-table tbody tr", (rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent)));
const value = (page, key) => page.inputValue(`#whatif-${key}-value`);
const sentence = (page) => page.textContent("#whatif-finding");

/** Moves a slider by these keys. */
async function press(page, key, ...keys) {
  await page.focus(`#whatif-${key}`);
  for (const one of keys) await page.keyboard.press(one);
}

test("the page's model says what the Rust model says, in the browser", () =>
  opened({}, async (page) => {
    assert.ok((await page.content()).includes(MODEL), "the page holds this model");
    assert.deepEqual(misses(JSON.parse(await page.evaluate(PROGRAM))), NOTHING);
  }));

test("the script's table is the one that stands there without it", async () => {
  let without;
  await opened({ js: false }, async (page) => {
    assert.equal(await page.locator("#whatif .sliders:visible").count(), 0, "sliders that do nothing are not shown");
    await page.locator("#whatif details.data > summary").click();
    assert.ok(await page.locator("#whatif-table").isVisible());
    without = [await cells(page), await page.textContent("#whatif-numbers"), await sentence(page)];
  });
  await opened({}, async (page) => {
    await press(page, "items", "ArrowLeft", "ArrowRight");
    assert.deepEqual([await cells(page), await page.textContent("#whatif-numbers"), await sentence(page)], without);
  });
  assert.ok(without[0].length > 3);
});

test("the keyboard changes a number, its text, the table and the chart", () =>
  opened({}, async (page) => {
    const drawn = () => page.innerHTML(`${CHART} .canvas`);
    const before = { table: await cells(page), value: await value(page, "round_trip_ns"), drawn: await drawn() };
    assert.equal(before.value, "none");
    await press(page, "round_trip_ns", "End");
    assert.equal(await value(page, "round_trip_ns"), "100 ms");
    assert.equal(await page.getAttribute("#whatif-round_trip_ns", "aria-valuetext"), "100 ms");
    assert.notDeepEqual(await cells(page), before.table);
    assert.notEqual(await drawn(), before.drawn);
    assert.ok((await cells(page)).some(([, , , , budget]) => budget === "over"), "100 ms are beyond the budget");
    await page.click("#whatif-reset");
    assert.deepEqual(await cells(page), before.table);
  }));

test("the address keeps the numbers: a reload and a link restore them", () =>
  opened({}, async (page) => {
    await press(page, "items", "End");
    await press(page, "items_per_call", "Home");
    await press(page, "service_ns", "ArrowRight", "ArrowRight");
    const [there, address] = [await cells(page), page.url()];
    const kept = new URLSearchParams(address.split("#whatif?")[1]);
    assert.deepEqual(["items", "items_per_call", "service_ns"].map((key) => kept.get(key)), ["4096", "1", "2000"]);
    await page.reload();
    await page.waitForSelector(`${CHART} svg`);
    assert.equal(await value(page, "items"), "4,096");
    assert.deepEqual(await cells(page), there);
    // Numbers between the stops are kept; nonsense is not taken.
    await page.evaluate(() => (location.hash = "#whatif?items=33&parallel=-4&service_ns=abc&budget_ns=1e99&round_trip_ns=30000"));
    await page.waitForFunction(() => document.getElementById("whatif-items-value").value === "33");
    const taken = ["parallel", "service_ns", "budget_ns", "round_trip_ns"].map((key) => value(page, key));
    assert.deepEqual(await Promise.all(taken), ["1", "2.00 µs", "10.0 ms", "30.0 µs"]);
  }));

/** Types into the field beside a slider and leaves it. */
async function type(page, key, text) {
  await page.fill(`#whatif-${key}-value`, text);
  await page.press(`#whatif-${key}-value`, "Enter");
}

test("a number can be typed beside its slider, and sentence, share, table and address follow it", () =>
  opened({}, async (page) => {
    const before = await sentence(page);
    for (const [key, text, shown, kept] of [["items", "33", "33", "33"], ["service_ns", "250us", "250 µs", "250000"], ["budget_ns", "25", "25.0 ms", "25000000"], ["actions_per_s", "1,500", "1,500 a second", "1500"], ["actions_per_s", "20 a second", "20 a second", "20"], ["round_trip_ns", "none", "none", "0"]]) {
      await type(page, key, text);
      assert.equal(await value(page, key), shown, `${key}: ${text}`);
      assert.equal(new URLSearchParams(page.url().split("#whatif?")[1]).get(key), kept);
    }
    assert.notEqual(await sentence(page), before);
    assert.match(await sentence(page), /^With these numbers, one action of 33 items takes [\d.]+ \S+ over \S+ and [\d.]+ \S+ over \S+, /);
    const head = await page.$$eval("#whatif-table thead th", (list) => list.map((th) => th.textContent)), at = head.indexOf("share of your action");
    assert.ok(at > 0, `${head}`);
    assert.ok((await cells(page)).every((row) => /^(< )?[\d.]+ %$/.test(row[at]) && row[at] !== "100 %"), "a part is the service");
  }));

test("what makes no sense is refused with what would, and the numbers stay", () =>
  opened({}, async (page) => {
    const before = await cells(page);
    for (const [key, text] of [["items", "many"], ["items", "0.5"], ["service_ns", "5 parsecs"], ["budget_ns", "-1 ms"]]) {
      await type(page, key, text);
      assert.equal(await page.getAttribute(`#whatif-${key}-value`, "aria-invalid"), "true", text);
      assert.match(await page.textContent("#whatif-refused"), /: give a .*, .* to /);
      assert.deepEqual(await cells(page), before);
    }
    await page.click("#whatif-reset");
    assert.equal(await page.textContent("#whatif-refused"), "");
    assert.equal(await page.locator("#whatif [aria-invalid]").count(), 0);
    assert.notEqual(await value(page, "items"), "0.5");
  }));

test("what lies outside the measured calls is hatched, and beyond twice them there is nothing", () =>
  opened({}, async (page) => {
    const hatched = () => page.locator(`${CHART} [fill="url(#whatif-hatch)"] rect, ${CHART} rect[fill="url(#whatif-hatch)"]`).count();
    assert.equal(await hatched(), 0);
    await page.evaluate(() => (location.hash = "#whatif?items=2048&items_per_call=2048"));
    await page.waitForFunction(() => document.querySelector("#whatif-table").textContent.includes("outside the measured sizes"));
    assert.ok((await hatched()) > 0);
    await page.evaluate(() => (location.hash = "#whatif?items=4096&items_per_call=4096"));
    await page.waitForFunction(() => document.querySelector("#whatif-table").textContent.includes("more than twice the largest measured call"));
    assert.equal(await hatched(), 0);
    assert.ok((await page.textContent(CHART)).includes("too far from what was measured"));
  }));

for (const [width, theme] of [[320, "light"], [360, "dark"], [360, "light"], [1280, "dark"], [1280, "light"], [3840, "light"]]) {
  test(`legible and accessible at ${width} px, ${theme}, wherever the sliders stand`, () =>
    opened({ width, theme }, async (page) => {
      for (const numbers of ["items=1&items_per_call=1", "items=4096&items_per_call=1&parallel=64", "items=2048&items_per_call=2048&service_ns=5000000", "items=64&items_per_call=64&round_trip_ns=1e8&budget_ns=1e4", "actions_per_s=1e6"]) {
        await page.evaluate((hash) => (location.hash = hash), `#whatif?${numbers}`);
        await page.waitForTimeout(50);
        assert.deepEqual((await objections(page)).filter((o) => !o.startsWith("nothing in")), NOTHING, numbers);
      }
      await page.evaluate(AXE);
      const { violations } = await page.evaluate(() => axe.run(document.getElementById("whatif"), { resultTypes: ["violations"] }));
      assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(" | ")}`), NOTHING);
    }));
}
