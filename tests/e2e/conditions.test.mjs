// The page where things are missing or different: narrow, zoomed, forced colours, less motion, no scripts; and in
// every state nothing for axe to object to.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import { assertClean, launch, serveUnder, tab, watch } from "./harness.mjs";
import { STATES, openIn } from "./states.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const PANELS = ["findings", "chain", "plan", "schema", "fixes", "inputs"];

let browser;
let server;
before(async () => {
  browser = await launch();
  server = await serveUnder("/");
});
after(async () => {
  await browser.close();
  await server.close();
});

const sideways = (page) =>
  page.evaluate(() => {
    const main = document.querySelector("main");
    return Math.max(document.documentElement.scrollWidth - innerWidth, main.scrollWidth - main.clientWidth);
  });

describe("nothing for axe to object to", () => {
  for (const name of Object.keys(STATES)) {
    test(name, async () => {
      for (const [width, colorScheme] of [[1440, "light"], [390, "dark"]]) {
        const { page, record, close } = await openIn(browser, server.address, name, { width, height: 860, colorScheme });
        await page.evaluate(axe);
        const violations = await page.evaluate(async () => {
          const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
          const { violations } = await window.axe.run(document, { runOnly: tags });
          return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
        });
        await close();
        assert.deepEqual(violations, [], `${name} at ${width} px, ${colorScheme}`);
        assertClean({ ...record, workers: [] }, server.address);
      }
    });
  }
});

for (const [what, width, height] of [["320 px wide", 320, 640], ["zoomed to 400 %", 320, 256], ["600 px wide", 600, 800], ["900 px wide", 900, 800]]) {
  test(`${what}, every panel is reached and nothing scrolls sideways`, async (t) => {
    const { page, close } = await openIn(browser, server.address, "findings", { width, height });
    t.after(close);
    for (const name of PANELS) {
      await tab(page, name);
      await page.getByTestId(`panel-${name}`).waitFor();
      await page.waitForTimeout(150);
      assert((await sideways(page)) <= 0, `${name} at ${width} px`);
    }
  });
}

test("with forced colours, what is selected, focused and graded can be told apart", async (t) => {
  const { page, close } = await openIn(browser, server.address, "findings-detail", { width: 1440, height: 900, forcedColors: "active" });
  t.after(close);
  const seen = await page.evaluate(() => {
    const style = (selector) => getComputedStyle(document.querySelector(selector));
    return { row: style(".row[aria-current=true]").outlineStyle, badge: style(".sev").borderTopStyle, shape: document.querySelectorAll(".sev svg").length };
  });
  assert.equal(seen.row, "solid");
  assert.equal(seen.badge, "solid");
  assert(seen.shape > 0);
});

test("on paper there are the words and nothing to press, dark on light in either theme", async (t) => {
  const { page, close } = await openIn(browser, server.address, "findings", { width: 1440, height: 900, colorScheme: "dark" });
  t.after(close);
  await page.emulateMedia({ media: "print" });
  for (const name of ["verdict", "panel-findings"]) assert(await page.getByTestId(name).isVisible(), name);
  for (const name of ["add-input", "share"]) assert(!(await page.getByTestId(name).isVisible()), `${name} is on paper`);
  const light = (property) =>
    page.evaluate((property) => {
      const [red, green, blue] = getComputedStyle(document.body)[property].match(/[\d.]+/g).map(Number);
      return (red + green + blue) / 3;
    }, property);
  assert((await light("color")) < 64);
  assert((await light("backgroundColor")) > 192);
});

test("with reduced motion nothing moves by itself", async (t) => {
  const { page, close } = await openIn(browser, server.address, "findings", { width: 1440, height: 900, reducedMotion: "reduce" });
  t.after(close);
  const moving = await page.evaluate(() =>
    [...document.querySelectorAll("*")].filter((it) => {
      const { transitionDuration, animationName } = getComputedStyle(it);
      return animationName !== "none" || transitionDuration.split(",").some((one) => parseFloat(one) > 0);
    }).length,
  );
  assert.equal(moving, 0);
});

test("with scripting off the page says what is missing and what does the same job", async (t) => {
  const { page, close } = await watch(browser, { context: { javaScriptEnabled: false } });
  t.after(close);
  await page.goto(server.address);
  const said = await page.locator("noscript").innerText();
  assert.match(said, /can't run Retort/);
  assert.match(said, /command line/);
});

test("the focus is seen wherever it goes, and no sticky part covers it", async (t) => {
  const { page, close } = await openIn(browser, server.address, "findings", { width: 390, height: 700 });
  t.after(close);
  for (let step = 0; step < 30; step += 1) {
    await page.keyboard.press("Tab");
    const seen = await page.evaluate(() => {
      const it = document.activeElement;
      if (it === document.body) return { fine: true };
      const { outlineStyle, outlineWidth } = getComputedStyle(it);
      const box = it.getBoundingClientRect();
      const bar = document.querySelector(".tabbar").getBoundingClientRect();
      const within = it.closest(".tabbar, .top, .status");
      const covered = !within && box.bottom > bar.top && box.top < bar.bottom && getComputedStyle(document.querySelector(".tabbar")).position === "sticky" && box.top >= bar.top && box.bottom <= bar.bottom;
      return { fine: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 && !covered, what: it.outerHTML.slice(0, 120) };
    });
    assert(seen.fine, seen.what);
  }
});
