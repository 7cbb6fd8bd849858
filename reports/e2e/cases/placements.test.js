// A run in two placements: both in the chart of single calls, a choice of charts that show one of them, and of the what-if panel.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { launch, opened as openedAt, unfold } from "../browser.js";
import { file, printed } from "../commands.js";
import { rendered } from "../inputs.js";
import { objections } from "../looks.js";
import { inTwoPlacements, onTwoCoresAlone } from "../placements.js";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const NOTHING = [], BOTH = ["one core", "two cores"];
let browser, report, alone;
before(async () => {
  const record = await inTwoPlacements();
  report = await rendered("placements", record);
  alone = await rendered("two-cores-alone", onTwoCoresAlone(record));
  browser = await launch();
});
after(() => browser?.close());

const opened = (options, use) => openedAt(browser, report.url, options, async (page) => {
  await unfold(page);
  await use(page);
});
const chart = (kind) => `#${kind}-1 figure.chart[data-kind=${kind}]`;
const choiceOf = (page, kind) => page.locator(`#${kind}-1 .choice select`);
const predicted = (page) => page.$$eval("#whatif-table tbody tr", (rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent)));

test("single calls have a mark in each placement, told apart by a ring and by words", () =>
  opened({}, async (page) => {
    const drawn = await page.textContent(`${chart("cost")} svg`);
    for (const title of BOTH) assert.ok(drawn.includes(`, ${title}`), title);
    assert.ok(drawn.includes("plain: one core; ring: two cores"));
    const rings = await page.locator(`${chart("cost")} svg circle`).count();
    assert.ok(rings > 3, `${rings} circles`);
    await page.focus(chart("cost"));
    const spoken = [];
    for (const key of ["ArrowRight", "ArrowRight"]) {
      await page.keyboard.press(key);
      spoken.push(await page.textContent(`${chart("cost")} [role=status]`));
    }
    const [lane] = spoken[0].split(", one core: ");
    assert.ok(spoken[0].includes(", one core: ") && spoken[1].startsWith(`${lane}, two cores: `), spoken.join(" / "));
  }));

test("the numbers below a chart name the placement first", () =>
  opened({}, async (page) => {
    for (const kind of ["cost", "batching", "tail"]) {
      const table = `#${kind}-1 table.numbers`;
      assert.equal(await page.textContent(`${table} thead th`), "placement", kind);
      const first = await page.$$eval(`${table} tbody tr`, (rows) => rows.map((row) => row.cells[0].textContent));
      assert.deepEqual([...new Set(first)], BOTH, kind);
    }
  }));

test("batches and tails are drawn for the placement that is chosen, and never mixed", () =>
  opened({}, async (page) => {
    for (const kind of ["batching", "tail"]) {
      const says = () => page.textContent(`${chart(kind)} svg`);
      assert.deepEqual(await choiceOf(page, kind).locator("option").allTextContents(), BOTH);
      assert.ok((await says()).includes(BOTH[0]) && !(await says()).includes(BOTH[1]), kind);
      await choiceOf(page, kind).selectOption({ label: BOTH[1] });
      assert.ok((await says()).includes(BOTH[1]) && !(await says()).includes(BOTH[0]), kind);
    }
  }));

test("lanes are set against each other within a placement, and the map of the quickest names its own", () =>
  opened({}, async (page) => {
    for (const kind of ["ratios", "quickest"]) {
      const options = await choiceOf(page, kind).locator("option").allTextContents();
      for (const title of BOTH) assert.ok(options.some((option) => option.endsWith(`on ${title}`)), `${kind}: ${options}`);
      const at = options.findLastIndex((option) => option.endsWith("on two cores"));
      await choiceOf(page, kind).selectOption({ index: at });
      assert.match(await page.getAttribute(`${chart(kind)} svg`, "aria-label"), /on two cores$/);
    }
  }));

test("the what-if panel predicts for the placement that is chosen what the program predicts for it", async () => {
  let expected;
  await openedAt(browser, alone.url, { js: false }, async (page) => {
    expected = await predicted(page);
  });
  assert.ok(expected.length > 2);
  await opened({}, async (page) => {
    const onOneCore = await predicted(page);
    await page.selectOption("#whatif-placement", { label: BOTH[1] });
    assert.deepEqual(await predicted(page), expected);
    assert.notDeepEqual(onOneCore, expected);
    assert.match(await page.textContent("#whatif-numbers"), /^Your numbers in this table: on two cores, /);
    assert.match(page.url(), /placement=two/);
    await page.reload();
    await page.waitForSelector("#whatif figure.chart svg");
    assert.equal(await page.inputValue("#whatif-placement"), "two");
    assert.deepEqual(await predicted(page), expected);
    await page.click("#whatif-reset");
    assert.deepEqual(await predicted(page), onOneCore);
  });
});

/** Chooses a second record in the page and gives what the page says of it. */
async function choose(page, path) {
  await page.setInputFiles("#other", path);
  await page.waitForFunction(() => !/^(Reading|$)/.test(document.getElementById("compared-said").textContent));
  return page.textContent("#compared-said");
}

test("two runs are compared placement by placement, as the program compares them", async () => {
  const own = await inTwoPlacements(), later = structuredClone(own);
  later.started_at = "2030-01-01T00:00:00Z";
  for (const cell of later.cells.filter((one) => one.placement === "two")) for (const start of cell.starts) Object.assign(start, { p50_ns: start.p50_ns * 1.5, mean_ns: start.mean_ns * 1.5 });
  const [before, after] = [file("both-before.json", own), file("both-after.json", later)];
  const expected = JSON.parse(await printed("compare", before, after, "--force", "--format", "json")).changes;
  await openedAt(browser, report.url, {}, async (page) => {
    assert.equal(await choose(page, after), "Compared with both-after.json.");
    await unfold(page);
    const found = await page.$$eval("#compared details.data table tbody tr", (rows) => rows.map((row) => [0, 1, 5].map((at) => row.cells[at].textContent)));
    assert.deepEqual(found, expected.map(({ lane, what, verdict }) => [lane, what, verdict]));
    for (const title of BOTH) assert.ok(found.some(([, what]) => what.endsWith(`, ${title}`)), title);
    const slower = found.filter(([, , verdict]) => verdict === "slower");
    assert.ok(slower.length > 0 && slower.every(([, what]) => what.endsWith("two cores")), `${slower}`);
  });
});

test("a run with another placement is refused with the cure, as the program refuses it", async () => {
  const own = await inTwoPlacements(), elsewhere = { ...own, cells: own.cells.filter((cell) => cell.placement === "one").map((cell) => ({ ...cell, placement: "free" })) };
  elsewhere.plan = { ...own.plan, placements: ["free"] };
  await openedAt(browser, report.url, {}, async (page) => {
    const said = await choose(page, file("free.json", elsewhere));
    assert.match(said, /different placements \(.*free placement.*\).*measure both with the same --placement/);
  });
});

for (const [width, theme] of [[360, "dark"], [1280, "light"]]) {
  test(`every chart is legible at ${width} px, ${theme}, whichever placement is chosen, and axe finds nothing`, () =>
    opened({ width, theme }, async (page) => {
      assert.deepEqual(await objections(page), NOTHING);
      for (const kind of ["batching", "tail"]) await choiceOf(page, kind).selectOption({ label: BOTH[1] });
      await page.selectOption("#whatif-placement", { label: BOTH[1] });
      assert.deepEqual(await objections(page), NOTHING);
      await page.evaluate(AXE);
      const { violations } = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
      assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(" | ").slice(0, 300)}`), NOTHING);
    }));
}
