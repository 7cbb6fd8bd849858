// Two records against each other: in a report, where a reader chose the second one, and as a page of its own. What the page computes
// is held to what the program prints.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { complaints, launch, open, unfold } from "../browser.js";
import { earlier, file, later, page as printedPage, printed } from "../commands.js";
import { hostile, MARKUP, rendered, sample } from "../inputs.js";
import { SHEET, objections, onPaper } from "../looks.js";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const NOTHING = [], EXACT = 1e-9;
let browser, report, own;
before(async () => {
  own = file("own.json", earlier());
  report = await rendered("own", earlier());
  browser = await launch();
});
after(() => browser?.close());

/** Chooses a record in the page and waits until it says something of it. */
async function choose(page, path) {
  await page.setInputFiles("#other", path);
  await page.waitForFunction(() => !/^(Reading|$)/.test(document.getElementById("compared-said").textContent));
  return page.textContent("#compared-said");
}

/** The rows of a table: its texts, and the figures behind them. */
const rows = (page, table) => page.locator(`${table} tbody tr`).evaluateAll((list) =>
  list.map((row) => ({ cells: [...row.cells].map((cell) => cell.textContent), ...row.dataset })));

test("every ratio, interval and verdict in the page is that of `tollgate compare`, to 1e-9", async () => {
  const page = await open(browser, report.url), seen = new Set();
  for (const seed of [1, 2, 3, 4]) {
    const record = later(seed), path = file(`later-${seed}.json`, record);
    const expected = JSON.parse(await printed("compare", own, path, "--force", "--format", "json")).changes;
    assert.equal(await choose(page, path), `Compared with later-${seed}.json.`);
    await unfold(page);
    const found = await rows(page, "#compared details.data table");
    assert.equal(found.length, expected.length);
    for (const [i, row] of found.entries()) {
      const { lane, what, verdict } = expected[i];
      assert.deepEqual([row.cells[0], row.cells[1], row.cells[5]], [lane, what, verdict]);
      for (const key of ["ratio", "low", "high"]) {
        if (expected[i][key] == null) assert.equal(row[key] ?? "", "", `${seed}: ${lane}, ${what}: ${key}, which the program does not tell`);
        else assert.ok(Math.abs(Number(row[key]) / expected[i][key] - 1) < EXACT, `${seed}: ${lane}, ${what}: ${key} ${row[key]} against ${expected[i][key]}`);
      }
      seen.add(verdict);
    }
    const chosen = await rows(page, "#compared > .wide table");
    assert.deepEqual(chosen.map((row) => row.cells.slice(0, 2)), expected.filter((c) => c.main || c.detected).map((c) => [c.lane, c.what]));
  }
  assert.ok(seen.size >= 5, `verdicts that occurred: ${[...seen]}`);
  assert.deepEqual(await complaints(page), NOTHING);
  await page.context().close();
});

test("the page says the same words of two records as the page that the program makes", async () => {
  const path = file("words.json", later(5)), inside = await open(browser, report.url);
  const beside = await open(browser, await printedPage("words.html", "report", path, "--against", own, "--force", "--format", "html"));
  await choose(inside, path);
  const [found, expected] = [await rows(inside, "#compared details.data table"), await rows(beside, "#changes details.data table")];
  assert.deepEqual(found.map((row) => row.cells), expected.map((row) => row.cells));
  const finding = await beside.textContent("#changes .finding");
  assert.equal(await inside.textContent("#compared .finding"), finding);
  for (const page of [inside, beside]) await page.context().close();
});

for (const [width, theme] of [[360, "dark"], [1280, "light"]]) {
  test(`a chosen record is drawn and legible at ${width} px, and axe finds nothing, ${theme}`, async () => {
    const page = await open(browser, report.url, { width, theme });
    await choose(page, file("look.json", later(6)));
    await unfold(page);
    assert.ok((await page.locator("#compared figure.chart svg circle, #compared figure.chart svg path").count()) > 5);
    assert.deepEqual(await objections(page), NOTHING);
    await page.evaluate(AXE);
    const { violations } = await page.evaluate(() => axe.run("#comparing", { resultTypes: ["violations"] }));
    assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(" | ").slice(0, 300)}`), NOTHING);
    assert.deepEqual(await complaints(page), NOTHING);
    await page.context().close();
  });

  test(`the page of two records is legible at ${width} px, and axe finds nothing, ${theme}`, async () => {
    const path = file("two.json", later(7));
    const page = await open(browser, await printedPage(`two-${width}.html`, "report", path, "--against", own, "--force", "--format", "html"), { width, theme });
    await unfold(page);
    assert.deepEqual(await objections(page), NOTHING);
    await page.evaluate(AXE);
    const { violations } = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
    assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(" | ").slice(0, 300)}`), NOTHING);
    assert.deepEqual(await complaints(page), NOTHING);
    await page.context().close();
  });
}

test("a report that carries its record can be dropped on the page, the earlier run counts as the earlier, and the keyboard walks", async () => {
  const before = await rendered("earlier", later(8, { started_at: "2020-01-01T00:00:00Z" }));
  const page = await open(browser, report.url);
  await page.evaluate((text) => {
    const dropped = new DataTransfer();
    dropped.items.add(new File([text], "earlier.html"));
    document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: dropped }));
  }, readFileSync(new URL(before.url), "utf8"));
  await page.waitForSelector("#compared table");
  assert.match(await page.textContent("#compared h3"), /^this page \(.*\) divided by earlier\.html \(2020-01-01/);
  await page.focus("#compared figure.chart");
  const spoken = [];
  for (const key of ["ArrowRight", "ArrowDown", "End"]) {
    await page.keyboard.press(key);
    spoken.push(await page.textContent("#compared figure.chart [role=status]"));
  }
  assert.ok(new Set(spoken).size === 3 && spoken.every((words) => / times( \(|: needs )/.test(words)), spoken.join(" / "));
  assert.deepEqual(await complaints(page), NOTHING);
  await page.context().close();
});

test("a record of version 1 is compared as the program compares it", async () => {
  const old = JSON.parse(readFileSync(new URL("../../tests/records/contrasts.json", import.meta.url), "utf8"));
  assert.equal(old.version, 1);
  const slower = structuredClone(old);
  slower.started_at = "2030-01-01T00:00:00Z";
  for (const start of slower.cells.flatMap((cell) => cell.starts)) Object.assign(start, { p50_ns: start.p50_ns * 1.5, mean_ns: start.mean_ns * 1.5 });
  const before = file("version-1.json", old), after = file("slower.json", slower);
  const expected = JSON.parse(await printed("compare", before, after, "--force", "--format", "json")).changes;
  const made = await rendered("version-1", old), page = await open(browser, made.url);
  assert.equal(await choose(page, after), "Compared with slower.json.");
  await unfold(page);
  const found = await rows(page, "#compared details.data table");
  assert.ok(expected.length > 0 && found.length === expected.length);
  found.forEach((row, i) => {
    assert.deepEqual([row.cells[0], row.cells[1]], [expected[i].lane, expected[i].what]);
    assert.ok(Math.abs(Number(row.ratio) / expected[i].ratio - 1) < EXACT, `${row.cells}`);
  });
  await page.context().close();
});

test("what is no record is refused with the cure, and a hostile one stays text", async () => {
  const page = await open(browser, report.url);
  const refused = [
    ["text.json", "hello", /this is no record/],
    ["other.json", "{}", /no Tollgate record/],
    ["empty.html", "<!doctype html><p>nothing", /carries no record: choose the \.json file beside it/],
    ["newer.json", { ...sample(), version: 3 }, /format version 3.*use a newer tollgate/],
    ["hollow.json", { format: "tollgate-record", version: 1 }, /hollow\.json: /],
    ["none.json", { ...sample(), cells: [] }, /more restarts \(--starts\)/],
  ];
  for (const [name, content, words] of refused) {
    assert.match(await choose(page, file(name, content)), words);
    assert.equal(await page.locator("#compared *").count(), 0);
  }
  // The names of lanes are taken from the earlier record.
  const evil = { ...sample(), started_at: "2020-01-01T00:00:00Z" };
  for (const lane of evil.lanes) lane.short = `${lane.short} ${MARKUP}${"x".repeat(200)}`;
  await choose(page, file("evil.json", evil));
  await unfold(page);
  assert.ok((await page.textContent("#compared table")).includes(MARKUP));
  assert.equal(await page.locator("img").count(), 0);
  assert.deepEqual(await objections(page), NOTHING);
  await choose(page, file("hostile.json", hostile()));
  assert.deepEqual(await complaints(page), NOTHING);
  await page.context().close();
});

test("the page of two records holds without JavaScript and on paper", async () => {
  const url = await printedPage("plain.html", "compare", own, file("plain.json", later(9)), "--force", "--format", "html");
  const plain = await open(browser, url, { js: false, width: 360 });
  assert.ok(await plain.locator("noscript").first().isVisible());
  assert.ok((await plain.locator("#changes > .wide tbody tr").count()) > 5);
  assert.ok((await plain.locator("#runs tbody tr").count()) > 10);
  await plain.context().close();
  const paper = await open(browser, url, { ...SHEET });
  await paper.pdf({ format: "A4" });
  assert.deepEqual(await onPaper(paper, SHEET), NOTHING);
  await paper.context().close();
});
