// A record of several languages: the lanes of one of them alone.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { launch, opened as openedAt, unfold } from "../browser.js";
import { rendered, sample } from "../inputs.js";
import { objections } from "../looks.js";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const OWN = "rust/grpc/rust", FOREIGN = "go/grpc/rust";
let browser, report;
before(async () => {
  report = await rendered("languages", calledFromGo());
  browser = await launch();
});
after(() => browser?.close());

/** The sample with one lane under a name of another language. */
function calledFromGo() {
  const record = JSON.parse(JSON.stringify(sample()).replaceAll(OWN, FOREIGN));
  const lane = record.lanes.find((lane) => lane.name === FOREIGN);
  Object.assign(lane, { caller: "go", short: FOREIGN });
  return record;
}

const opened = (options, use) => openedAt(browser, report.url, options, use);
const shown = (page) => page.$$eval("table.lanes tbody tr", (rows) => rows.filter((row) => !row.hidden).map((row) => row.querySelector(".name").textContent));
const drawn = (page) => page.textContent("#cost-1 figure.chart svg");

test("a language's lanes alone are shown and drawn, and all again", () =>
  opened({}, async (page) => {
    const all = await shown(page);
    await page.selectOption("#of-language select", "go");
    assert.deepEqual(await shown(page), [FOREIGN]);
    assert.equal(await page.textContent("#of-language output"), `1 of ${all.length} lanes: Go calls or answers. The tables of lanes and the charts of single calls, batches and tails show these alone.`);
    assert.ok((await drawn(page)).includes(FOREIGN));
    assert.ok(!(await drawn(page)).includes("uds"));
    await page.selectOption("#of-language select", "");
    assert.deepEqual(await shown(page), all);
    assert.equal(await page.textContent("#of-language output"), "");
    assert.ok((await drawn(page)).includes("uds"));
  }));

for (const [width, theme] of [[1280, "light"], [390, "dark"]])
  test(`nothing is to be objected to at ${width} px, ${theme}, with one language chosen`, () =>
    opened({ width, theme }, async (page) => {
      await page.selectOption("#of-language select", "go");
      await unfold(page);
      assert.deepEqual(await objections(page), []);
      await page.evaluate(AXE);
      const { violations } = await page.evaluate(() => axe.run());
      assert.deepEqual(violations.map((violation) => `${violation.id}: ${violation.nodes[0]?.html}`), []);
    }));
