// Musts that go across the page: the last two keyboard scripts, places in links, the focus on the way back, rows that
// stay where they are, and marks without colours.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import { fakeEngine, fixture, longChain } from "./fake_engine.mjs";
import { assertClean, launch, serveUnder, tab, watch } from "./harness.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

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

/** Opens the page, with the engine that is shipped unless `engine` says what a made-up one does. */
async function open(t, { engine, address = server.address, width = 1360, height = 768, ...context } = {}) {
  const options = { viewport: { width, height }, ...context };
  const { page, record, close } = await watch(browser, { before: engine && fakeEngine(engine), context: options });
  page.setDefaultTimeout(30_000);
  t.after(async () => {
    await close();
    assertClean(engine ? { ...record, workers: [] } : record, server.address);
  });
  await page.goto(address);
  await page.waitForSelector("html[data-ready]", { state: "attached" });
  if (engine) {
    await page.getByTestId("paste").fill("SELECT 1;");
    await page.getByTestId("review").click();
    await page.getByTestId("verdict").waitFor();
  }
  return page;
}

async function assertAccessible(page, what) {
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const { violations } = await window.axe.run(document, { runOnly: tags });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
  });
  assert.deepEqual(violations, [], what);
}

/** Presses Tab until the focus is on the element with this id for tests, which is seen there. */
async function reach(page, name) {
  for (let press = 0; press < 150; press += 1) {
    await page.keyboard.press("Tab");
    const [id, seen] = await page.evaluate(() => {
      const at = document.activeElement;
      const { width, height } = at.getBoundingClientRect();
      return [at.dataset.testid, width * height > 0 && getComputedStyle(at).outlineStyle !== "none"];
    });
    if (id !== name) continue;
    assert(seen, `${name} shows that it has the focus`);
    return;
  }
  assert.fail(`${name} can't be reached by Tab`);
}

const revision = (id, down, body) => ({
  name: `${id}_step.py`,
  mimeType: "text/plain",
  buffer: Buffer.from(`revision = "${id}"\ndown_revision = ${down}\nimport sqlalchemy as sa\nfrom alembic import op\n\n\ndef upgrade():\n    ${body}\n\n\ndef downgrade():\n    pass\n`),
});
const FILES = [revision("aa01", "None", 'op.create_table("t", sa.Column("id", sa.Integer()))'), revision("bb02", '"aa01"', 'op.drop_table("t")')];

/** Chooses files by keys alone. */
async function choose(page) {
  // Asked for early: a key may be faster than the browser's word that choosers are watched.
  const asked = page.waitForEvent("filechooser");
  await reach(page, "choose-files");
  await page.keyboard.press("Enter");
  await (await asked).setFiles(FILES);
}

for (const [width, height, colorScheme] of [[1360, 768, "light"], [360, 740, "dark"]]) {
  describe(`by keyboard alone, ${width} px, ${colorScheme}`, () => {
    const context = { width, height, colorScheme, permissions: ["clipboard-read", "clipboard-write"] };

    test("a link without excerpts is made, opened elsewhere and checked against files", async (t) => {
      const page = await open(t, context);
      await choose(page);
      await page.getByTestId("verdict").waitFor();
      await reach(page, "share");
      await page.keyboard.press("Enter");
      const dialog = page.getByTestId("dialog");
      await dialog.getByText("Contents, excerpts and statements of your files").waitFor();
      await assertAccessible(page, "the dialog");
      await reach(page, "copy");
      await page.keyboard.press("Enter");
      await dialog.getByText("Copied").waitFor();
      const link = await page.evaluate(() => navigator.clipboard.readText());
      await page.keyboard.press("Escape");
      assert.equal(await page.evaluate(() => document.activeElement.dataset.testid), "share", "the focus is where it was");

      const other = await open(t, { ...context, address: link });
      await other.getByTestId("received").waitFor();
      await assertAccessible(other, "the report that came");
      await reach(other, "add-input");
      await other.keyboard.press("Enter");
      await choose(other);
      await other.getByTestId("against").getByText("A review of these files now says the same as the link.").waitFor();
      await assertAccessible(other, "the comparison");
    });

    test("the report is kept as SARIF and as HTML", async (t) => {
      const page = await open(t, context);
      await choose(page);
      await page.getByTestId("verdict").waitFor();
      await reach(page, "share");
      await page.keyboard.press("Enter");
      await page.getByTestId("offer").locator("button").first().waitFor();
      for (const [name, says] of [["sarif", '"2.1.0"'], ["html", "</html>"]]) {
        await reach(page, name);
        const [saved] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
        assert.match(saved.suggestedFilename(), new RegExp(`^retort-[a-z]+-bb02.*\\.${name}`));
        assert((await readFile(await saved.path(), "utf8")).includes(says), name);
      }
    });
  });
}

test("a link to a revision or a finding opens there, also elsewhere", async (t) => {
  const page = await open(t, { permissions: ["clipboard-read", "clipboard-write"] });
  await page.getByTestId("sample-two-heads").click();
  await page.getByTestId("verdict").waitFor();
  const copied = async () => {
    const dialog = page.getByTestId("dialog");
    await dialog.getByText("It opens at").waitFor();
    await dialog.getByTestId("copy").first().click();
    await dialog.getByText("Copied").waitFor();
    await page.keyboard.press("Escape");
    return page.evaluate(() => navigator.clipboard.readText());
  };
  const detail = () => page.getByTestId("detail").locator("h2").first().innerText();

  await page.getByTestId("finding").last().click();
  await page.getByTestId("detail").getByText("Copy link…").click();
  const [finding, found] = [await copied(), await detail()];
  await tab(page, "chain");
  await page.getByTestId("revision").first().click();
  await page.getByTestId("revision").first().press("Shift+F10");
  await page.getByTestId("dialog").getByText("Copy link…").click();
  const [row, message] = [await copied(), await detail()];
  for (const [link, panel, said] of [[finding, "findings", found], [row, "chain", message]]) {
    assert(link.startsWith(`${server.address}#r1.`), link);
    const other = await open(t, { address: link });
    await other.getByTestId(`panel-${panel}`).waitFor();
    await other.getByTestId("detail").getByRole("heading", { name: said }).first().waitFor();
  }
  // The button above is for the whole of it again.
  await page.getByTestId("share").click();
  await page.getByTestId("offer").getByTestId("copy").first().waitFor();
  assert.equal(await page.getByTestId("dialog").getByText("It opens at").count(), 0);
});

test("Back gives the focus to the row that is returned to", async (t) => {
  const page = await open(t, { engine: { report: longChain(300) } });
  await tab(page, "chain");
  await page.getByTestId("fold").click();
  await page.getByTestId("revision").nth(4).click();
  const address = page.url();
  await page.keyboard.press("End");
  await tab(page, "inputs");
  await page.goBack();
  if (page.url() !== address) await page.evaluate((to) => (location.href = to), address);
  await page.waitForFunction(() => document.activeElement.matches("[data-testid=revision][aria-selected=true]"));
  const held = await page.evaluate(() => {
    const { top, bottom } = document.activeElement.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
  });
  assert(held, "and it is in sight");
});

test("a row that is in sight stays where it is when it is selected or pointed at", async (t) => {
  const page = await open(t, { engine: { report: longChain(300, 3) } });
  await tab(page, "chain");
  await page.getByTestId("fold").click();
  await page.evaluate(() => {
    window.__shift = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((it) => (window.__shift += it.value))).observe({ type: "layout-shift" });
  });
  const rows = page.getByTestId("revision");
  const places = () => rows.evaluateAll((all) => all.slice(0, 12).map((row) => [row.id, row.getBoundingClientRect().top]));
  const before = await places();
  for (const at of [3, 9, 1]) {
    await rows.nth(at).hover();
    await rows.nth(at).click();
    await page.getByTestId("detail").locator("h2").first().waitFor();
    assert.deepEqual(await places(), before, `row ${at}`);
  }
  assert.equal(await page.evaluate(() => window.__shift), 0);
});

test("marks of the chain are told apart without colours", async (t) => {
  const report = fixture();
  const [chain] = report.chains;
  const [plain, added, edited] = ["2a3f4c9d", "3b7a1d2e", "9f02c1de"].map((id) => chain.revisions.find((one) => one.id.startsWith(id)).id);
  chain.changed = [{ revision: added, what: "added" }, { revision: edited, what: "content" }, { revision: "dead00000001", what: "deleted", file: "gone.py" }];
  const page = await open(t, { engine: { report } });
  await tab(page, "chain");
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(":root{filter:grayscale(1)} .g path{stroke:#333!important} .g path.full,.g path.bad{fill:#333!important}");
    document.adoptedStyleSheets = [sheet];
    // Lines alone would tell some of them apart.
    document.querySelectorAll(".g svg").forEach((svg) => [...svg.children].slice(0, -1).forEach((line) => line.remove()));
  });
  const seen = new Map();
  const marks = { plain, added, edited, head: chain.heads[0], base: chain.bases[0], merge: chain.revisions.find((one) => one.down.length > 1).id, deleted: "dead0000", missing: "189b1231" };
  for (const [mark, id] of Object.entries(marks)) {
    const row = page.getByTestId("revision").filter({ has: page.locator(".id", { hasText: id.slice(0, 8) }) });
    const box = await row.locator(".g svg > :last-child").boundingBox();
    const clip = { x: box.x + box.width / 2 - 12, y: box.y + box.height / 2 - 12, width: 24, height: 24 };
    const picture = (await page.screenshot({ clip })).toString("base64");
    assert(!seen.has(picture), `${mark} looks like ${seen.get(picture)}`);
    seen.set(picture, mark);
    if (mark !== "plain") assert.match(await row.locator(".sr").textContent(), new RegExp(mark === "missing" ? "not in the input" : mark), mark);
  }
});
