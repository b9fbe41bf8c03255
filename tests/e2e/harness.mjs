// What every browser test needs: the built page on a server, a browser, and a record of what went wrong.
import assert from "node:assert/strict";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { serve } from "../../scripts/static.mjs";
import { findChromium } from "./browser.mjs";

/** The folder of the built page. */
export const dist = fileURLToPath(new URL("../../dist/", import.meta.url));

/** The single file's address. */
export const singleFile = pathToFileURL(path.join(dist, "retort.html")).href;

/** Serves the built page under a path, like "/retort/", on a free port. */
export const serveUnder = (base) => serve({ folder: dist, base });

export function launch() {
  return chromium.launch({
    executablePath: findChromium(),
    // The sandbox needs rights that containers and root don't have. The rest keeps the browser's own
    // errands out of the request log.
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/**
 * Opens a fresh page and watches it. `before` runs in the page ahead of every script. The record grows as
 * things happen: console errors and uncaught exceptions, policy violations, request addresses, workers.
 */
export async function watch(browser, { before, context: options } = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const record = { errors: [], violations: [], requests: [], workers: [] };
  page.on("console", (message) => message.type() === "error" && record.errors.push(message.text()));
  page.on("pageerror", (error) => record.errors.push(String(error)));
  page.on("worker", (worker) => record.workers.push(worker.url()));
  context.on("request", (request) => record.requests.push(request.url()));
  await page.exposeFunction("__violation", (violation) => record.violations.push(violation));
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sample }) =>
      window.__violation(`${effectiveDirective} ${blockedURI} ${sample}`),
    );
  });
  if (before) await page.addInitScript(before);
  return { page, record, close: () => context.close() };
}

/** Opens a panel, by its tab or on a slim page by the menu. */
export async function tab(page, name) {
  const menu = page.getByTestId("tabs-menu");
  await page.locator("[data-testid=tabs-menu], [role=tablist]").waitFor();
  if (await menu.count()) await menu.selectOption(name);
  else await page.getByTestId(`tab-${name}`).click();
}

/** Waits until the engine takes requests, and says where it runs: "worker" or "page". */
export async function engineReady(page) {
  await page.waitForSelector("html[data-engine]", { state: "attached", timeout: 20_000 });
  return page.evaluate(() => document.documentElement.dataset.engine);
}

/** Fails if the page said, tried or asked for anything it must not. */
export function assertClean(record, address) {
  assert.deepEqual(record.errors, [], "no console errors");
  assert.deepEqual(record.violations, [], "no policy violations");
  const strangers = record.requests.filter((url) => !staysHome(url, address));
  assert.deepEqual(strangers, [], "no request leaves the page's own origin");
  assert.deepEqual(record.workers.filter((url) => !url.startsWith("blob:")), [], "workers come from blobs only");
}

function staysHome(url, address) {
  const { protocol, origin } = new URL(url);
  if (protocol === "data:" || protocol === "blob:") return true;
  return protocol === "file:" ? url === address : origin === new URL(address).origin;
}
