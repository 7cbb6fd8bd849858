// What everyone sees: looks at every width, themes, no JavaScript, keyboard, assistive technology, paper.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { complaints, launch, open, unfold, opened as openedAt } from "../browser.js";
import { rendered, sample } from "../inputs.js";
import { SHEET, objections, onPaper } from "../looks.js";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const NOTHING = [];
let browser, report;
before(async () => {
  report = await rendered("sample", sample());
  browser = await launch();
});
after(() => browser?.close());

const opened = (options, use) => openedAt(browser, report.url, options, use);

for (const width of [320, 360, 1280, 3840]) {
  test(`every figure is drawn, named and legible at ${width} px, and nothing scrolls sideways`, () =>
    opened({ width }, async (page) => {
      await unfold(page);
      assert.deepEqual(await objections(page), NOTHING);
    }));
}

for (const theme of ["light", "dark"]) {
  const width = theme === "light" ? 1280 : 360;
  test(`axe finds nothing in the ${theme} theme at ${width} px, with every fold open`, () =>
    opened({ width, theme }, async (page) => {
      await unfold(page);
      // Evaluated through the debugger, not as a script of the page: its policy stays as it is.
      await page.evaluate(AXE);
      const { violations, passes } = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
      assert.ok(passes.length > 10, "axe looked at the page");
      assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(" | ").slice(0, 300)}`), NOTHING);
    }));

  test(`the ${theme} theme is what the system asks for, and the button changes it`, () =>
    opened({ theme }, async (page) => {
      const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
      const asked = await paper();
      await page.click("#theme");
      assert.notEqual(await paper(), asked);
      const dark = (await page.textContent("#theme")) === "Light";
      assert.equal(dark, theme === "light");
    }));

  test(`without JavaScript the findings and every table are there, ${theme}`, () =>
    opened({ theme, js: false, width: 360 }, async (page) => {
      assert.ok(await page.locator("noscript").first().isVisible());
      assert.ok((await page.locator(".findings li").count()) >= 3);
      assert.equal(await page.locator("figure.chart:visible").count(), 0);
      assert.ok((await page.locator("table.lanes tbody tr").count()) > 5);
      await page.locator("details.data > summary").first().click();
      assert.ok(await page.locator("details.data table").first().isVisible());
    }));
}

test("the keyboard reaches each figure with one stop, walks its points, and the status line speaks", () =>
  opened({}, async (page) => {
    await unfold(page);
    const figures = await page.locator("figure.chart").count();
    const at = () => page.evaluate(() => [...document.querySelectorAll("figure.chart")].findIndex((f) => f.contains(document.activeElement)));
    const stops = Array(figures).fill(0);
    for (let press = 0; press < 600; press++) {
      await page.keyboard.press("Tab");
      if (await page.evaluate(() => document.activeElement === document.body)) break;
      const figure = await at();
      if (figure < 0) continue;
      stops[figure] += 1;
      const spoken = [];
      for (const key of ["ArrowRight", "ArrowRight", "ArrowDown", "End", "Home"]) {
        await page.keyboard.press(key);
        spoken.push(await page.locator("figure.chart").nth(figure).locator("[role=status]").textContent());
      }
      assert.ok(spoken.every((words) => /\d/.test(words)), spoken.join(" / "));
      assert.ok(new Set(spoken).size >= 3, `the arrows do not walk: ${spoken.join(" / ")}`);
      assert.equal(spoken[0], spoken[4], "Home goes back to the first point");
    }
    assert.deepEqual(stops, Array(figures).fill(1));
  }));

test("lanes stand in one order with one colour and shape in every chart", () =>
  opened({}, async (page) => {
    await unfold(page);
    // Names at the ends of lines and in front of rows bear the colour of their lane.
    const colours = await page.evaluate(() => {
      const data = JSON.parse(document.getElementById("tollgate-figures").textContent);
      const names = new Set(data.lanes.map((lane) => lane.short));
      return [...document.querySelectorAll("figure.chart svg text")].filter((t) => names.has(t.textContent)).map((t) => [t.textContent, getComputedStyle(t).fill]);
    });
    const seen = new Map();
    for (const [lane, colour] of colours) {
      assert.equal(seen.get(lane) ?? colour, colour, `${lane} changes its colour`);
      seen.set(lane, colour);
    }
    assert.ok(seen.size > 5, "the charts name lanes");
  }));

test("a link to a chart opens the folds around it and shows it", () =>
  opened({ place: "#tail-3" }, async (page) => {
    await page.waitForFunction(() => {
      const { top } = document.getElementById("tail-3").getBoundingClientRect();
      return document.querySelector("#tail-3 figure.chart svg") && top > -50 && top < innerHeight - 50;
    });
  }));

for (const [width, height] of [[1280, 800], [390, 844]]) {
  test(`the first screen of ${width} x ${height} holds what a call costs, without scrolling`, () =>
    opened({ width, height }, async (page) => {
      const costs = await page.$$eval(".kinds tbody tr", (rows) => rows.map((row) => ({ says: row.cells[1].textContent, below: row.getBoundingClientRect().bottom })));
      assert.ok(costs.length >= 3, `${costs.length} kinds of boundary`);
      for (const { says, below } of costs) {
        assert.match(says, /^[\d.,]+ (ns|µs|ms)( \d+ %, |$)/);
        assert.ok(below <= height, `${says} ends at ${below} px`);
      }
    }));
}

test("at 1280 x 800 the chart of single calls begins on the first screen", () =>
  opened({ width: 1280, height: 800 }, async (page) => {
    const top = await page.locator("figure.chart[data-kind=cost]").first().evaluate((figure) => figure.getBoundingClientRect().top);
    assert.ok(top < 700, `it begins at ${top} px`);
  }));

test("with its folds closed the page is at most 7,000 px high at 1280 px", () =>
  opened({ width: 1280 }, async (page) => {
    const high = await page.evaluate(() => document.documentElement.scrollHeight);
    console.log(`sample report: ${high} px high`);
    assert.ok(high <= 7_000, `${high} px`);
  }));

test("a chart in a closed fold is drawn when its fold is opened by the keyboard", () =>
  opened({}, async (page) => {
    const fold = page.locator("#tail > details"), chart = page.locator("#tail-1 figure.chart svg");
    assert.equal(await chart.first().isVisible(), false);
    await fold.locator(":scope > summary").focus();
    await page.keyboard.press("Enter");
    await chart.first().waitFor({ state: "visible" });
  }));

test("one's own service is typed, and its shares follow", () =>
  opened({}, async (page) => {
    const shares = () => page.$$eval("[data-call-ns]", (list) => list.map((cell) => cell.textContent));
    const expected = (work) => page.$$eval("[data-call-ns]", (list, work) => list.map(({ dataset: { callNs } }) => (100 * callNs) / (+callNs + work)), work);
    const first = await shares();
    for (const [text, ns] of [["250 us", 250e3], ["1", 1e3], ["20 ms", 20e6]]) {
      await page.fill("#own-service", text);
      await page.press("#own-service", "Enter");
      const [found, wanted] = [await shares(), await expected(ns)];
      found.forEach((share, at) => assert.ok(share === "< 0.1 %" ? wanted[at] < 0.05 : Math.abs(parseFloat(share) - wanted[at]) <= 0.51, `${text}: ${share}, not ${wanted[at]}`));
    }
    assert.notDeepEqual(await shares(), first);
    await page.fill("#own-service", "long");
    await page.press("#own-service", "Enter");
    assert.equal(await page.getAttribute("#own-service", "aria-invalid"), "true");
    assert.match(await page.textContent("#own-said"), /Give a time/);
  }));

test("the answer about one's own service is the terminal's, and follows what is typed", () =>
  opened({}, async (page) => {
    const answer = () => page.textContent("#own-answer");
    const service = async (text) => {
      await page.fill("#own-service", text);
      await page.press("#own-service", "Enter");
      return answer();
    };
    let bare;
    await opened({ js: false }, async (page) => (bare = await page.textContent("#own-answer")));
    assert.equal(await answer(), bare, "the script says what the report said");
    assert.match(bare, /^5 ms service\?the choice does not matter: the mean call takes .* % longer over grpc than over uds/);
    assert.match(await service("100 us"), /^100 µs service\?the choice matters: the mean call takes .* longer over grpc/);
    assert.equal(await service("5 ms"), bare);
  }));

test("a batch size is typed: a measured one is said to be, another is predicted with the command that measures it", () =>
  opened({}, async (page) => {
    const type = async (text) => {
      await page.fill("#batch-size", text);
      const shown = await page.isVisible("#batch-command");
      return [await page.textContent("#batch-said"), shown && (await page.textContent("#batch-command"))];
    };
    const [said, command] = await type("48");
    assert.match(said, /^is not measured\. Predicted for an item on one core: .*\d (ns|µs), .*grpc .*±\d+ to ±\d+ %/);
    assert.equal(command, "tollgate run --batch +48");
    assert.deepEqual(await type("64"), ["is measured: its figures stand in the chart and its table.", false]);
    assert.deepEqual(await type("many"), ["Give a whole number, 1 to 1,024.", false]);
    assert.equal(await page.getAttribute("#batch-size", "aria-invalid"), "true");
    const [again] = await type("1,000");
    assert.match(again, /^is not measured/);
  }));

test("the suite sees what it looks for: a request, a label on another, a wide part, an empty figure", async () => {
  const page = await open(browser, report.url);
  await page.evaluate(() => {
    const label = document.querySelector("figure.chart svg text");
    label.parentNode.append(label.cloneNode(true));
    const wide = document.createElement("pre");
    wide.textContent = "x".repeat(2_000);
    const figure = document.createElement("figure");
    figure.className = "chart";
    document.querySelector("main").append(wide, figure, Object.assign(new Image(), { src: "https://example.invalid/x.png" }));
  });
  await page.waitForFunction(() => window.violations.length);
  const found = (await objections(page)).join("\n");
  for (const expected of [/overlap by/, /^\d+ px in 1280/m, /nothing in/]) assert.match(found, expected);
  assert.match((await complaints(page)).join("\n"), /img-src/);
  await page.context().close();
});

test("the findings lead to places that are there", () =>
  opened({}, async (page) => {
    const lost = await page.evaluate(() => [...document.querySelectorAll("a[href^='#']")].map((a) => a.getAttribute("href")).filter((h) => !document.getElementById(h.slice(1))));
    assert.deepEqual(lost, NOTHING);
  }));

test("on paper no figure is clipped, and every fold is open", () =>
  opened({ ...SHEET, theme: "dark" }, async (page) => {
    const pdf = await page.pdf({ format: "A4", margin: { top: "1cm", bottom: "1cm", left: "1cm", right: "1cm" } });
    assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
    assert.equal(await page.locator("details:not([open])").count() > 0, true, "the folds are closed again");
    assert.deepEqual(await onPaper(page, SHEET), NOTHING);
  }));

test("the report of a default run has at most 900 KB", () => {
  console.log(`sample report: ${report.bytes} bytes`);
  assert.ok(report.bytes <= 900_000, `${report.bytes} bytes`);
});
