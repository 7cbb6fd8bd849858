// Every chart that the page can draw, of a record that has everything: looks, themes, keyboard, choices, paper.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { complaints, launch, open, unfold, opened as openedAt } from "../browser.js";
import { rendered, sample } from "../inputs.js";
import { SHEET, objections, onPaper } from "../looks.js";
import { whole } from "../whole.js";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const KINDS = ["cost", "stages", "batching", "ratios", "quickest", "tail", "open-tail", "latency", "throughput", "burn", "selves", "restarts"];
const NOTHING = [];
let browser, report;
before(async () => {
  report = await rendered("whole", whole());
  browser = await launch();
});
after(() => browser?.close());

/** The report that has every chart, with every fold open. */
const opened = (options, use) => openedAt(browser, report.url, options, async (page) => {
  await unfold(page);
  await use(page);
});

/** Takes each option of each choice in turn, and looks at what is drawn then. */
async function eachOption(page, look) {
  for (const choice of await page.locator(".choice select").all()) {
    for (let at = 0; at < (await choice.locator("option").count()); at++) {
      await choice.selectOption({ index: at });
      await look(`${await choice.locator("..").textContent()}, option ${at + 1}`);
    }
  }
}

for (const [width, theme] of [[320, "light"], [360, "dark"], [768, "light"], [1280, "light"], [3840, "dark"]]) {
  test(`every chart is drawn, named and legible at ${width} px, whatever is chosen`, () =>
    opened({ width, theme }, async (page) => {
      const drawn = await page.evaluate(() => [...document.querySelectorAll("figure.chart")].filter((f) => f.querySelector("svg")).map((f) => f.dataset.kind));
      for (const kind of KINDS) assert.ok(drawn.includes(kind), `${kind} is drawn`);
      assert.deepEqual(await objections(page), NOTHING);
      await eachOption(page, async (name) => assert.deepEqual(await objections(page), NOTHING, name));
    }));
}

for (const [theme, width] of [["light", 360], ["dark", 1280]]) {
  test(`axe finds nothing in the ${theme} theme at ${width} px`, () =>
    opened({ width, theme }, async (page) => {
      await page.evaluate(AXE);
      const { violations } = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
      assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(" | ").slice(0, 300)}`), NOTHING);
    }));
}

test("a choice is reached and taken by the keyboard, and the chart follows it", () =>
  opened({}, async (page) => {
    for (const kind of ["stages", "ratios"]) {
      const figure = page.locator(`figure.chart[data-kind=${kind}]`), select = page.locator(`.choice:has(+ figure[data-kind=${kind}]) select`);
      const says = () => figure.locator("svg").first().evaluate((svg) => svg.getAttribute("aria-label") + svg.textContent);
      const [taken, before] = [await select.inputValue(), await says()];
      await select.focus();
      await page.keyboard.press(taken === "0" ? "ArrowDown" : "ArrowUp");
      assert.notEqual(await select.inputValue(), taken);
      assert.notEqual(await says(), before, `${kind} is drawn again`);
      await figure.focus();
      await page.keyboard.press("ArrowRight");
      assert.match(await figure.locator("[role=status]").textContent(), /\d/);
    }
  }));

test("each figure is one stop of the keyboard, and the arrows reach every drawing of it", () =>
  opened({ width: 1280 }, async (page) => {
    for (const kind of ["burn", "latency"]) {
      const figure = page.locator(`figure.chart[data-kind=${kind}]`), seen = new Set();
      await figure.focus();
      for (let press = 0; press < 60; press++) {
        await page.keyboard.press("ArrowRight");
        const at = await figure.evaluate((f) => [...f.querySelectorAll("svg")].findIndex((svg) => svg.querySelector(".ring[visibility=visible]")));
        seen.add(at);
      }
      assert.equal(seen.size, await figure.locator("svg").count(), kind);
      assert.equal(await figure.locator("[tabindex], a, button, select").count(), 0, "no stop inside");
    }
  }));

test("an overlap is drawn left of 0, and a part that is not known as a gap", () =>
  opened({}, async (page) => {
    const figure = page.locator("figure.chart[data-kind=stages]");
    assert.match(await figure.textContent(), /overlap/);
    assert.match(await figure.textContent(), /not measured/);
    assert.ok((await page.locator("#stages .notes").textContent()).includes("no codec: the callee is written in another language"));
  }));

test("a server that a lane goes through is marked between caller and callee, by its own sign, and spoken", () =>
  opened({}, async (page) => {
    const figure = page.locator("figure.chart[data-kind=burn]"), drawn = await figure.textContent();
    assert.match(drawn, /caller above, callee below/);
    const told = drawn.match(/× between: server/g)?.length;
    assert.ok(told === 2 || told === 3, `of each resource but bytes that is told of it, not of ${told}`);
    const spoken = new Set();
    await figure.focus();
    for (let press = 0; press < 200; press++) {
      await page.keyboard.press("ArrowRight");
      spoken.add(await figure.locator("[role=status]").textContent());
    }
    assert.ok([...spoken].some((text) => /, server: .* of CPU time for a call/.test(text)), [...spoken].join("\n"));
  }));

test("a report without a server says nothing of one in the chart of resources", async () => {
  const page = await open(browser, (await rendered("plain", sample())).url);
  await unfold(page);
  assert.doesNotMatch(await page.locator("figure.chart[data-kind=burn]").textContent(), /server|between:/);
  await page.context().close();
});

test("a record of single calls alone draws what it has", async () => {
  const record = whole();
  record.cells = record.cells.filter((cell) => cell.items === 1);
  const page = await open(browser, (await rendered("single", record)).url);
  await unfold(page);
  assert.equal(await page.locator("figure.chart[data-kind=ratios]").count(), 0);
  assert.deepEqual(await objections(page), NOTHING);
  assert.deepEqual(await complaints(page), NOTHING);
  await page.context().close();
});

test("on paper no chart is clipped", () =>
  opened({ ...SHEET }, async (page) => assert.deepEqual(await onPaper(page, SHEET), NOTHING)));
