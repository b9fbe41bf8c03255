// Work with a review: filters, groups, suppressions, long chains, keys, and what is said to those who don't see it.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { fakeEngine, fixture, longChain } from "./fake_engine.mjs";
import { assertClean, launch, serveUnder, tab, watch } from "./harness.mjs";

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

async function reviewed(t, { engine = {}, hash = "", width = 1440, height = 900, ...context } = {}) {
  const options = { viewport: { width, height }, ...context };
  const { page, record, close } = await watch(browser, { before: fakeEngine(engine), context: options });
  page.setDefaultTimeout(10_000);
  t.after(async () => {
    await close();
    assertClean({ ...record, workers: [] }, server.address);
  });
  await page.goto(server.address + hash);
  await page.waitForSelector("html[data-ready]", { state: "attached" });
  await page.getByTestId("paste").fill("SELECT 1;");
  await page.getByTestId("review").click();
  await page.getByTestId("verdict").waitFor();
  return page;
}

const headings = (page) => page.locator(".findings .group h2").allInnerTexts().then((all) => all.map((one) => one.split("\n").slice(0, 2).join(" ")));
const asked = (page) => page.evaluate(() => window.__engine.asked.filter(({ body }) => body.analyze));

describe("findings", () => {
  test("they are grouped as one likes, a shut group stays shut, and the address keeps it", async (t) => {
    const page = await reviewed(t);
    assert.deepEqual(await headings(page), ["Blocker 2", "Danger 1", "Warning 1", "History 1"]);
    await page.getByTestId("group").selectOption("rule");
    await page.waitForFunction(() => location.hash.includes("group:rule"));
    assert.equal((await headings(page))[0], "drop-table 2");
    await page.locator(".findings .group button").first().click();
    assert.equal(await page.getByTestId("finding").count(), 3);
    await page.getByTestId("group").selectOption("");
    assert.equal(await page.getByTestId("finding").count(), 5);
    await page.getByTestId("group").selectOption("rule");
    assert.equal(await page.getByTestId("finding").count(), 3, "drop-table is still shut");
    assert.equal(await page.getByTestId("finding").first().locator(".sev").count(), 1, "rows say how grave they are where the heading does not");
  });

  test("quick filters, completed tokens, and a token that nobody knows", async (t) => {
    const page = await reviewed(t);
    await page.getByTestId("is:pending").click();
    assert.equal(await page.getByTestId("finding").count(), 4);
    assert.equal(await page.getByTestId("is:pending").getAttribute("aria-pressed"), "true");
    assert.equal(await page.getByTestId("hits").innerText(), "4 of 5 findings");
    assert.equal(await page.getByTestId("spoken").innerText(), "4 of 5 findings");
    await page.getByTestId("has:fix").click();
    const fixes = await page.getByTestId("finding").count();
    assert(fixes > 0 && fixes < 4, `${fixes} have a fix`);
    await page.getByTestId("filter").fill("sev:b");
    assert.deepEqual(await page.locator("#tokens option").evaluateAll((all) => all.map((one) => one.value)), ["sev:blocker"]);
    await page.getByTestId("filter").fill("who:me");
    assert.equal(await page.getByTestId("hits").locator("u").innerText(), "who:me");
    const verdict = await page.getByTestId("headline").innerText();
    assert.match(verdict, /Don’t approve/, "a filter changes no verdict");
  });

  test("one is suppressed with a reason, by the keyboard alone, and the review is run again with it", async (t) => {
    const page = await reviewed(t);
    await page.getByTestId("filter").focus();
    await page.keyboard.type("sev:blocker");
    await page.getByTestId("finding").first().focus();
    await page.keyboard.press("s");
    const detail = page.getByTestId("detail");
    await detail.getByText("A reason of eight characters").waitFor();
    await detail.getByTestId("field").first().focus();
    await page.keyboard.type("the table is empty since March");
    await page.keyboard.press("Enter");
    await detail.getByText("[[suppress]]").first().waitFor();
    assert.match(page.url(), /ignore=f-drop-bookings/);
    await detail.getByTestId("give").focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => window.__engine.asked.filter(({ body }) => body.analyze).length === 2);
    const last = (await asked(page)).at(-1);
    assert.deepEqual(last.body.analyze.inputs.map(({ name }) => name), ["pasted text", "retort.toml"]);
    await page.getByTestId("notice").getByText("Before: Don’t approve this plan.").waitFor();
    // Undone by taking the file away again.
    await page.keyboard.press("Escape");
    await page.goBack();
    await page.getByTestId("panel-findings").waitFor();
  });

  test("letters act on the finding that has the focus, on any layout, until they are switched off", async (t) => {
    const page = await reviewed(t);
    await page.getByTestId("finding").nth(2).focus();
    await page.keyboard.press("r");
    await page.getByTestId("panel-chain").waitFor();
    assert.match(page.url(), /chain\?rev=9f02c1de7744/);
    await page.keyboard.press("1");
    await page.getByTestId("finding").first().focus();
    await page.evaluate(() => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "ы", code: "KeyS", bubbles: true })));
    await page.waitForFunction(() => location.hash.includes("ignore="));
    await page.getByTestId("keys").click();
    await page.getByTestId("letters").uncheck();
    await page.getByTestId("close").click();
    await page.keyboard.press("2");
    await page.waitForTimeout(100);
    assert.equal(await page.getByTestId("panel-findings").count(), 1, "2 does nothing any more");
    await page.reload();
    await page.waitForSelector("html[data-ready]", { state: "attached" });
    await page.keyboard.press("?");
    await page.waitForTimeout(100);
    assert.equal(await page.locator("dialog[open]").count(), 0, "and that is kept");
  });

  test("a clipboard that refuses leaves the text selected in a field", async (t) => {
    const page = await reviewed(t);
    await page.evaluate(() => {
      navigator.clipboard.writeText = () => Promise.reject(new Error("no"));
    });
    await page.getByTestId("detail").getByTestId("copy").first().click();
    const field = page.getByTestId("by-hand");
    await field.waitFor();
    await page.waitForFunction(() => document.activeElement.dataset.testid === "by-hand");
    const [all, selected] = await field.evaluate((it) => [it.value.length, it.selectionEnd - it.selectionStart]);
    assert(all > 0 && selected === all);
    assert.equal(await page.getByTestId("spoken").innerText(), "Copy it yourself");
  });
});

test("a pass says in its own line what was not checked", async (t) => {
  const report = fixture();
  Object.assign(report.verdict, { status: "pass", because: [], headline: "Looks safe to ship", reason: "Nothing dangerous found." });
  report.findings = [];
  report.not_evaluated = [{ rule: "a", why: "b" }, { rule: "c", why: "d" }];
  const page = await reviewed(t, { engine: { report } });
  assert.equal(await page.getByTestId("reason").innerText(), "Nothing dangerous found. Not checked: 2 rules.");
});

describe("the chain", () => {
  test("runs that say nothing are folded, unfold and fold again by key, and open for what is looked for", async (t) => {
    const page = await reviewed(t, { engine: { report: longChain(5000) } });
    await tab(page, "chain");
    const fold = page.getByTestId("folded");
    assert.match(await fold.first().innerText(), /^4,995 revisions · [0-9a-f]{8} … [0-9a-f]{8}$/);
    assert.equal(await fold.first().getAttribute("aria-expanded"), "false");
    const rows = Number(await page.getByRole("treegrid").getAttribute("aria-rowcount"));
    assert(rows < 12, `${rows} rows`);
    await page.locator("[role=row][tabindex='0']").focus();
    await page.keyboard.press("ArrowDown");
    await page.waitForFunction(() => document.activeElement.dataset.testid === "folded");
    await page.keyboard.press("ArrowRight");
    await page.waitForFunction(() => document.activeElement.dataset.testid === "revision");
    assert(Number(await page.getByRole("treegrid").getAttribute("aria-rowcount")) > 4990);
    await page.keyboard.press("ArrowLeft");
    await page.waitForFunction(() => document.activeElement.dataset.testid === "folded");
    await page.evaluate(() => (location.hash = "#/chain?rev=" + (0xa0000000 + 2500 * 7919).toString(16).padStart(12, "0")));
    await page.locator("[role=row][aria-selected=true]").waitFor();
    assert.equal(await page.locator("[role=row][aria-selected=true] .m").innerText(), "Step 2500: add a column");
  });

  test("matches are counted and stepped through, and what does not match is folded away", async (t) => {
    const page = await reviewed(t, { engine: { report: longChain(300, 1) } });
    await tab(page, "chain");
    await page.getByTestId("filter").fill("drop an index");
    assert.equal(await page.getByTestId("hits").innerText(), "75 revisions");
    assert((await page.getByTestId("folded").count()) > 5);
    await page.getByTestId("filter").press("Enter");
    await page.waitForFunction(() => document.querySelector("[data-testid=hits]").innerText.startsWith("1 of 75"));
    await page.getByTestId("filter").press("Enter");
    await page.getByTestId("filter").press("Enter");
    await page.getByTestId("filter").press("Shift+Enter");
    assert.equal(await page.getByTestId("spoken").innerText(), "2 of 75 revisions");
    assert.match(await page.locator("[role=row][aria-selected=true] .m").innerText(), /drop an index$/);
    assert.equal(await page.evaluate(() => document.activeElement.id), "filter", "the field keeps the focus");
  });

  test("one goes to a place by the menu, and Ctrl F in the chain is the filter", async (t) => {
    const page = await reviewed(t, { engine: { report: longChain(400, 3) } });
    await tab(page, "chain");
    await page.getByTestId("go-to").selectOption("base");
    await page.waitForFunction(() => document.activeElement.innerText?.includes("base"));
    await page.getByTestId("go-to").selectOption("dev");
    await page.waitForFunction(() => document.activeElement.querySelector?.(".badge.env"));
    assert.equal(await page.getByTestId("go-to").inputValue(), "", "the menu is ready for the next");
    await page.keyboard.press("Control+f");
    assert.equal(await page.evaluate(() => document.activeElement.id), "filter");
  });

  test("what a change did to revisions is marked, and so are the ends of a comparison", async (t) => {
    const report = fixture();
    const [chain] = report.chains;
    const [one, two, three] = chain.revisions;
    report.audits.prod.revisions = [two.id];
    chain.changed = [
      { revision: one.id, what: "code" },
      { revision: two.id, what: "upgrade" },
      { revision: three.id, what: "parent" },
      { revision: chain.heads[0], what: "added" },
      { revision: "dead0000beef", what: "deleted" },
    ];
    const page = await reviewed(t, { engine: { report } });
    await tab(page, "chain");
    const row = (id) => page.getByTestId("revision").filter({ has: page.locator(".id", { hasText: id.slice(0, 8) }) });
    assert.match(await row(chain.heads[0]).innerText(), /added/);
    assert.match(await row(two.id).innerText(), /edited after release/);
    assert.match(await row(three.id).innerText(), /re-parented/);
    assert.match(await row("dead0000beef").innerText(), /deleted/);
    assert.match(await row(chain.heads[0]).locator(".sr").textContent(), /Pending for prod/);
    await row(three.id).click();
    await page.getByTestId("detail").getByText("Compare from here").click();
    await tab(page, "chain");
    assert.match(await row(three.id).innerText(), /compared from/);
  });
});

describe("ways in and out, by the keyboard alone", () => {
  test("a folder by the button, stopped, and run again", async (t) => {
    const { page, record, close } = await watch(browser, { before: fakeEngine({ mode: "work" }) });
    page.setDefaultTimeout(10_000);
    t.after(async () => {
      await close();
      assertClean({ ...record, workers: [] }, server.address);
    });
    await page.addInitScript(() => {
      const file = (name) => ({ kind: "file", name, getFile: async () => new File([`revision = "${name}"`], name) });
      const folder = (name, all) => ({ kind: "directory", name, values: async function* () { yield* all; } });
      window.showDirectoryPicker = async () => folder("app", [folder("versions", [file("a.py"), file("b.py")]), folder(".git", [file("config")])]);
    });
    await page.goto(server.address);
    await page.waitForSelector("html[data-ready]", { state: "attached" });
    await page.getByTestId("choose-folder").focus();
    assert.match(await page.locator("#folder-hint").innerText(), /upload/);
    await page.keyboard.press("Enter");
    await page.getByTestId("progress").waitFor();
    assert.deepEqual((await asked(page))[0].body.analyze.inputs.map(({ name }) => name), ["app/versions/a.py", "app/versions/b.py"]);
    await page.getByTestId("cancel").focus();
    await page.keyboard.press("Enter");
    await page.getByTestId("notice").getByText("Stopped").waitFor();
    await page.evaluate(() => (window.__engine.mode = "answer"));
    await page.getByRole("button", { name: "Run again" }).focus();
    await page.keyboard.press("Enter");
    await page.getByTestId("verdict").waitFor();
    assert.match(await page.getByTestId("spoken").innerText(), /Don’t approve this plan\. .* 5 findings\./);
  });

  test("while it works the page says in words how far it is, and nothing spins", async (t) => {
    const { page, close } = await watch(browser, { before: fakeEngine({ mode: "work" }) });
    t.after(close);
    await page.goto(server.address);
    await page.waitForSelector("html[data-ready]", { state: "attached" });
    await page.getByTestId("paste").fill("x");
    await page.getByTestId("review").click();
    await page.getByTestId("progress").getByText("Reading 1,204 of 5,000").waitFor();
    const moving = await page.evaluate(() => document.getAnimations().filter((it) => it.effect?.getTiming().iterations === Infinity).length);
    assert.equal(moving, 0);
  });

  test("nothing goes away by itself but the word that something was copied", async (t) => {
    const page = await reviewed(t, { permissions: ["clipboard-write", "clipboard-read"] });
    await page.getByRole("button", { name: "Copy file:line" }).click();
    await page.getByTestId("detail").getByText("Copied", { exact: true }).waitFor();
    await page.getByTestId("detail").getByText("Copied", { exact: true }).waitFor({ state: "detached" });
    await page.evaluate(() => (location.hash = "#/tables?of=x"));
    await page.getByTestId("notice").waitFor();
    await page.waitForTimeout(4_000);
    assert.equal(await page.getByTestId("notice").count(), 1);
  });
});

describe("rows of the chain", () => {
  const rowOf = (page, id) => page.getByTestId("revision").filter({ has: page.locator(".id", { hasText: id }) });
  const faded = (page) => page.locator(".cr.faded code").allInnerTexts();

  test("the row that is pointed at, or has the focus, lights its line up to the next branch point", async (t) => {
    const page = await reviewed(t);
    await tab(page, "chain");
    assert.deepEqual(await faded(page), []);
    await rowOf(page, "7b44e2d8").hover();
    await page.waitForSelector(".cr.faded");
    const aside = await faded(page);
    assert(aside.includes("9f02c1de") && !aside.includes("3b7a1d2e") && !aside.includes("b7d9f0a3"), aside.join(" "));
    await page.getByTestId("verdict").hover();
    await page.waitForFunction(() => !document.querySelector(".cr.faded"));
    await rowOf(page, "9f02c1de").focus();
    await page.waitForFunction(() => [...document.querySelectorAll(".cr.faded code")].some((it) => it.innerText === "7b44e2d8"));
  });

  test("what can be done with a row is a button on it and a key", async (t) => {
    const page = await reviewed(t);
    await tab(page, "chain");
    const row = rowOf(page, "3b7a1d2e");
    await row.focus();
    await page.keyboard.press("Shift+F10");
    const menu = page.getByRole("dialog", { name: "Revision" });
    await menu.getByText("3b7a1d2e9f42").first().waitFor();
    for (const name of ["Copy id", "Copy link", "Open schema", "Compare to here"]) await menu.getByRole("button", { name }).waitFor();
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => document.activeElement.getAttribute("role") === "row");
    await row.getByTestId("row-menu").click();
    await menu.getByRole("button", { name: "Compare from here" }).click();
    await page.getByTestId("panel-schema").waitFor();
    assert.match(page.url(), /from=3b7a1d2e9f42/);
  });
});
