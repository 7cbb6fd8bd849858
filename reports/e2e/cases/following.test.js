// A page of a run that goes on loads itself again, with what its reader opened, typed and scrolled to; one that has ended does not.
import assert from "node:assert/strict";
import { copyFileSync, renameSync } from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { complaints, launch, open } from "../browser.js";
import { rendered, sample } from "../inputs.js";

const NOTHING = [];
/** Seconds between two pages. */
const EVERY_S = 6;
let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

/** The sample after so many restarts, written so long ago; it has ended where all are done. */
function record(done, age_s = 0) {
  const whole = sample(), ended = done === whole.plan.starts;
  whole.started_at = new Date(Date.now() - 1000 * (whole.elapsed_s + age_s)).toISOString();
  whole.progress = { starts_done: done, interrupted: false, finished: ended };
  if (ended) return whole;
  whole.under_way = { left_s: 100, next_write_s: EVERY_S };
  for (const cell of whole.cells) {
    cell.starts = cell.starts.filter(({ start }) => start < Math.max(1, done));
    Object.assign(cell, { status: "partial", reason: `not yet (${done} of ${whole.plan.starts} restarts whole)` });
    if (!done) for (const start of cell.starts) start.visits_planned = start.visits_done + 1;
  }
  for (const contrast of whole.contrasts) contrast.starts = contrast.starts.filter(({ start }) => start < done);
  return whole;
}

/** Puts a page in the place of another, as a run does: whole, or not at all. */
async function written(url, name, done) {
  const page = fileURLToPath((await rendered(`${name}-${done}`, record(done))).url), place = fileURLToPath(url);
  copyFileSync(page, `${place}.new`);
  renameSync(`${place}.new`, place);
}

/** Ready when its charts are drawn and what was kept is back. */
const drawn = (page) => page.waitForFunction(() => document.documentElement.classList.contains("js") && document.querySelector("figure.chart svg") && (!document.getElementById("following") || document.getElementById("following-said").textContent));
const restart = (page, at) => page.waitForFunction((at) => document.getElementById("following")?.textContent.includes(`Restart ${at} of `), at);

test("an open page follows its run, keeps folds, typed numbers and place, and rests when it has ended", async () => {
  const all = sample().plan.starts, { url } = await rendered("followed", record(5));
  const page = await open(browser, url, { place: "#whatif?items=33" });
  await drawn(page);
  assert.match(await page.textContent("#following"), /^Restart 6 of \d+ is under way\. Intervals of single calls so far: ±[\d.]+ % \(median of \d+\)\. About 1 min 40 s left\. This page reloads itself\.$/);
  await page.locator("#tail > details > summary").click();
  await page.fill("#own-service", "250 us");
  await page.press("#own-service", "Enter");
  await page.fill("#batch-size", "48");
  await page.click("#theme");
  const looks = () => page.evaluate(() => ({
    folds: [...document.querySelectorAll("details[open]")].map((fold) => fold.closest("[id]").id),
    typed: ["own-service", "batch-size", "whatif-items-value"].map((id) => document.getElementById(id).value),
    theme: document.documentElement.dataset.theme,
    share: document.querySelector(".own-said").textContent,
    top: Math.round(document.getElementById("tail").getBoundingClientRect().top),
    address: location.hash.split("&")[0],
  }));
  await page.evaluate(() => scrollTo({ top: scrollY + document.getElementById("tail").getBoundingClientRect().top + 40, behavior: "instant" }));
  const before = await looks();
  assert.ok(before.folds.includes("tail") && before.top < 0, JSON.stringify(before));
  assert.deepEqual([before.typed, before.share], [["250 µs", "48", "33"], "250 µs"]);
  const same = async () => {
    await drawn(page);
    const stands = (top) => Math.abs(document.getElementById("tail").getBoundingClientRect().top - top) <= 2;
    await page.waitForFunction(stands, before.top);
    assert.deepEqual({ ...(await looks()), top: before.top }, before);
  };
  await written(url, "followed", 6);
  await restart(page, 7);
  await same();
  await written(url, "followed", all);
  await page.waitForFunction(() => !document.getElementById("following"));
  await page.waitForFunction(() => document.querySelector("#tail figure.chart svg"));
  await page.waitForTimeout(500);
  await same();
  await page.evaluate(() => (window.isTheSame = true));
  await page.waitForTimeout((EVERY_S + 3) * 1000);
  assert.equal(await page.evaluate(() => window.isTheSame), true, "a page of a run that has ended does not reload");
  assert.deepEqual(await complaints(page), NOTHING);
  await page.context().close();
});

test("the page of a run that was killed looks a few times and gives up, and says so", async () => {
  const { url } = await rendered("killed", record(4));
  const page = await open(browser, url);
  let loads = 0;
  page.on("load", () => (loads += 1));
  await page.waitForFunction(() => document.getElementById("following-said")?.textContent.includes("no longer reloads itself"), null, { timeout: 10 * EVERY_S * 1000 });
  assert.ok(loads >= 1 && loads <= 6, `${loads} loads`);
  await page.evaluate(() => (window.isTheSame = true));
  await page.waitForTimeout((EVERY_S + 3) * 1000);
  assert.equal(await page.evaluate(() => window.isTheSame), true);
  assert.deepEqual(await complaints(page), NOTHING);
  await page.context().close();
});

test("a page of long ago, or of no time at all, never reloads", async () => {
  for (const [name, change] of [["old", () => record(4, 3_600)], ["timeless", () => ({ ...record(4), started_at: "</script>" })]]) {
    const page = await open(browser, (await rendered(name, change())).url);
    await drawn(page);
    assert.match(await page.textContent("#following-said"), /no longer reloads itself/);
    await page.evaluate(() => (window.isTheSame = true));
    await page.waitForTimeout(3_000);
    assert.equal(await page.evaluate(() => window.isTheSame), true);
    assert.deepEqual(await complaints(page), NOTHING);
    await page.context().close();
  }
});

test("first figures have charts, and say that they have no intervals", async () => {
  const page = await open(browser, (await rendered("first-figures", record(0))).url);
  await drawn(page);
  assert.match(await page.textContent("#following"), /^Restart 1 of \d+ is under way\. These are its first figures: they have no intervals yet\./);
  assert.ok((await page.locator("figure.chart[data-kind=cost] svg circle").count()) > 3);
  assert.match(await page.textContent(".limits"), /trust caution/);
  assert.deepEqual(await complaints(page), NOTHING);
  await page.context().close();
});

test("while a reader types the page waits", async () => {
  const { url } = await rendered("typing", record(5));
  const page = await open(browser, url);
  await page.focus("#own-service");
  await page.evaluate(() => (window.isTheSame = true));
  for (let key = 0; key < EVERY_S + 3; key++) {
    await page.keyboard.press("1");
    await page.waitForTimeout(1_000);
  }
  assert.equal(await page.evaluate(() => window.isTheSame), true, "it was due, and a number was being typed");
  await page.waitForFunction(() => !window.isTheSame);
  await drawn(page);
  await page.waitForFunction(() => document.activeElement.id === "own-service");
  assert.deepEqual(await complaints(page), NOTHING);
  await page.context().close();
});
