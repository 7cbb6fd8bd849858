// One headless Chromium for the suite, and pages that keep account of whatever a report must not do.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
/** Longest wait for one thing to happen on a page, ms. */
const PATIENCE_MS = 20_000;

export async function launch() {
  const executablePath = process.env.CHROMIUM ?? PLACES.find((place) => existsSync(place));
  if (!executablePath) throw new Error("no Chromium: apt-get install chromium, or set CHROMIUM to its path");
  // A container's root has no sandbox; the pages are files of this suite's own making.
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

/** Opens a page, at a place of it if one is named, that counts complaints: errors, broken policy, requests beyond the file itself, dialogs. */
export async function open(browser, url, { width = 1280, height = 900, theme = "light", js = true, place = "" } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, javaScriptEnabled: js, reducedMotion: "reduce" });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  page.complaints = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && page.complaints.push(message.text()));
  page.on("pageerror", (error) => page.complaints.push(String(error)));
  page.on("dialog", (dialog) => (page.complaints.push(`dialog: ${dialog.message()}`), dialog.dismiss()));
  // A blob is what the page made itself: it asks nobody for it.
  const foreign = (address) => address.split("#")[0] !== url && !address.startsWith("blob:");
  page.on("request", (request) => foreign(request.url()) && page.complaints.push(`request: ${request.url()}`));
  if (js) await page.addInitScript(watch);
  await page.goto(url + place);
  if (js) await page.waitForFunction(() => document.documentElement.classList.contains("js") && [...document.querySelectorAll("figure.chart")].every((f) => !f.clientWidth || f.querySelector(".canvas").hasChildNodes()));
  return page;
}

/** Runs before the page: notes violations of the policy, and when the first chart stood. */
function watch() {
  window.violations = [];
  document.addEventListener("securitypolicyviolation", (event) => window.violations.push(`${event.violatedDirective}: ${event.blockedURI}`));
  new MutationObserver((_, observer) => {
    if (!document.querySelector("figure.chart svg")) return;
    window.firstChart_ms = performance.now();
    observer.disconnect();
  }).observe(document, { childList: true, subtree: true });
}

/** What the page did that it must not do. */
export async function complaints(page) {
  return [...page.complaints, ...(await page.evaluate(() => window.violations ?? []))];
}

/** Opens every fold and waits until what was folded is drawn. */
export async function unfold(page) {
  await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
  await page.waitForFunction(() => [...document.querySelectorAll("figure.chart .canvas")].every((c) => c.hasChildNodes()));
}

/** Opens a page, does what is to be done there, and closes it; nothing may have been complained of. */
export async function opened(browser, url, options, use) {
  const page = await open(browser, url, options);
  try {
    await use(page);
    assert.deepEqual(await complaints(page), []);
  } finally {
    await page.context().close();
  }
}
