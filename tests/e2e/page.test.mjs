// The page by itself, with an engine that does what the test wants: states, ways in, keyboard, links, axe.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import { fakeEngine, fixture, hostile, longChain, manyFindings } from "./fake_engine.mjs";
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

/** Opens the page with a fake engine; what went wrong on the way fails the test at its end. */
async function open(t, { engine = {}, hash = "", width = 1440, height = 900, colorScheme = "light" } = {}) {
  const context = { viewport: { width, height }, colorScheme };
  const { page, record, close } = await watch(browser, { before: fakeEngine(engine), context });
  page.setDefaultTimeout(10_000);
  t.after(async () => {
    await close();
    assertClean({ ...record, workers: [] }, server.address);
  });
  await page.goto(server.address + hash);
  await page.waitForSelector("html[data-ready]", { state: "attached" });
  return page;
}

const state = (page, name) => page.waitForSelector(`html[data-state=${name}]`, { state: "attached" });

async function paste(page, text = "SELECT 1;") {
  await page.getByTestId("paste").fill(text);
  await page.getByTestId("review").click();
}

async function reviewed(t, options) {
  const page = await open(t, options);
  await paste(page);
  await page.getByTestId("verdict").waitFor();
  return page;
}

async function assertAccessible(page, what) {
  // The policy allows no script from elsewhere, and a test is from elsewhere: evaluate is not bound by it.
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const { violations } = await window.axe.run(document, { runOnly: tags });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
  });
  assert.deepEqual(violations, [], what);
}

/** Drops a tree of files: { "folder": { "a.py": "text" } }, as entries that hand out a hundred at a time. */
const drop = (page, tree) =>
  page.evaluate((tree) => {
    const entry = (name, value) =>
      typeof value === "string"
        ? { name, isFile: true, file: (done) => done(new File([value], name)) }
        : {
            name,
            isDirectory: true,
            createReader() {
              const children = Object.entries(value).map(([name, value]) => entry(name, value));
              return { readEntries: (done) => setTimeout(done, 0, children.splice(0, 100)) };
            },
          };
    const items = Object.entries(tree).map(([name, value]) => ({ kind: "file", webkitGetAsEntry: () => entry(name, value) }));
    const dataTransfer = { items, files: [], getData: () => "" };
    for (const type of ["dragover", "drop"]) {
      const event = new Event(type, { bubbles: true, cancelable: true });
      Object.defineProperty(event, "dataTransfer", { value: dataTransfer });
      document.body.dispatchEvent(event);
    }
    // Entries are dead after the handler: whoever asks later gets nothing.
    dataTransfer.items = [];
  }, tree);

/** Waits for so many reviews to be asked for, and returns the last of them. */
const asked = (page, count = 1) =>
  page
    .waitForFunction((count) => {
      const reviews = window.__engine.asked.filter(({ body }) => body.analyze);
      return reviews.length >= count && reviews.at(-1).body.analyze;
    }, count)
    .then((handle) => handle.jsonValue());

describe("ways in", () => {
  test("pasting into the box", async (t) => {
    const page = await reviewed(t);
    assert.equal(await page.getByTestId("headline").innerText(), "Don’t approve this plan\nMISSING");
    assert.deepEqual((await asked(page)).inputs.map(({ name }) => name), ["pasted text"]);
    assert.match(await page.title(), /^Don’t approve this plan: 2 blockers, 1 danger — Retort$/);
  });

  test("pasting anywhere", async (t) => {
    const page = await open(t);
    await page.evaluate(() => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", "DROP TABLE users;");
      document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
    });
    await state(page, "blocked");
  });

  test("choosing files", async (t) => {
    const page = await open(t);
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.getByTestId("choose-files").click()]);
    await chooser.setFiles([
      { name: "a.py", mimeType: "text/x-python", buffer: Buffer.from("revision = 'a'") },
      { name: "b.py", mimeType: "text/x-python", buffer: Buffer.from("revision = 'b'") },
    ]);
    await state(page, "blocked");
    assert.deepEqual((await asked(page)).inputs.map(({ name }) => name), ["a.py", "b.py"]);
  });

  test("dropping a folder of 250 files, with folders nobody wants", async (t) => {
    const page = await open(t);
    const versions = Object.fromEntries(Array.from({ length: 250 }, (_, n) => [`${n}.py`, `revision = "${n}"`]));
    await drop(page, {
      app: { versions, ".git": { config: "x" }, node_modules: { a: { "b.js": "x" } }, __pycache__: { "a.pyc": "x" }, "logo.png": "x" },
    });
    await state(page, "blocked");
    const names = (await asked(page)).inputs.map(({ name }) => name);
    assert.equal(names.length, 250);
    assert(names.includes("app/versions/249.py"));
    await tab(page, "inputs");
    await page.keyboard.press("End");
    await page.getByTestId("filter").fill("nothing");
    await page.getByTestId("left-out").waitFor();
    assert.match(await page.getByTestId("left-out").innerText(), /4 files skipped/);
  });

  test("the drop overlay comes and goes", async (t) => {
    const page = await open(t);
    const fire = (type) =>
      page.evaluate((type) => {
        const event = new Event(type, { bubbles: true, cancelable: true });
        Object.defineProperty(event, "dataTransfer", { value: { items: [{ kind: "file" }, { kind: "file" }] } });
        Object.defineProperty(event, "relatedTarget", { value: null });
        document.body.dispatchEvent(event);
      }, type);
    await fire("dragover");
    assert.equal(await page.getByTestId("drop").innerText(), "Drop to add 2 items");
    await fire("dragleave");
    await page.getByTestId("drop").waitFor({ state: "detached" });
    // A drag that ends without a word is noticed as well.
    await fire("dragover");
    await page.getByTestId("drop").waitFor();
    await page.getByTestId("drop").waitFor({ state: "detached" });
  });

  test("a file that is too large is named and the rest goes on", async (t) => {
    const page = await open(t);
    await page.evaluate(() => {
      const large = new File(["x"], "dump.sql");
      Object.defineProperty(large, "size", { value: 65 * 1024 * 1024 });
      const event = new Event("drop", { bubbles: true, cancelable: true });
      const dataTransfer = { items: [], files: [large, new File(["SELECT 1"], "a.sql")], getData: () => "" };
      Object.defineProperty(event, "dataTransfer", { value: dataTransfer });
      document.body.dispatchEvent(event);
    });
    await state(page, "blocked");
    assert.match(await page.getByTestId("notice").innerText(), /Left out 1 file dump\.sql: over 64 MB/);
    assert.equal((await asked(page)).inputs.length, 1);
  });
});

describe("runs", () => {
  test("progress, cancel, and the last review stays", async (t) => {
    const page = await reviewed(t);
    await page.evaluate(() => (window.__engine.mode = "work"));
    await page.getByTestId("add-input").click();
    await paste(page);
    await page.getByTestId("progress").waitFor();
    assert.match(await page.getByTestId("progress").innerText(), /Reading 1,204 of 5,000/);
    await assertAccessible(page, "progress");
    await page.getByTestId("cancel").click();
    await state(page, "blocked");
    assert.match(await page.getByTestId("notice").innerText(), /Stopped Nothing changed\. The last review is still here\./);
    assert.equal(await page.evaluate(() => window.__engine.started), 2);
    await page.evaluate(() => (window.__engine.mode = "answer"));
    await page.getByRole("button", { name: "Run again" }).click();
    await asked(page, 3);
  });

  test("a crash keeps the inputs and can be tried again", async (t) => {
    const page = await open(t, { engine: { mode: "crash" } });
    await paste(page);
    await state(page, "crashed");
    assert.match(await page.getByTestId("crash").innerText(), /Something broke in the review/);
    await assertAccessible(page, "crash");
    await page.evaluate(() => (window.__engine.mode = "answer"));
    await page.getByTestId("try-again").click();
    await state(page, "blocked");
  });

  test("what the engine refuses is said", async (t) => {
    const page = await open(t, { engine: { mode: "refuse" } });
    await paste(page);
    await page.getByTestId("notice").waitFor();
    assert.match(await page.getByTestId("notice").innerText(), /couldn't be reviewed Nothing in it could be read\./);
  });

  test("a role that is changed travels with the next review", async (t) => {
    const page = await reviewed(t);
    await tab(page, "inputs");
    await page.getByTestId("input").nth(2).getByTestId("role").selectOption("prod");
    const { options } = await asked(page, 2);
    assert.deepEqual(options.overrides.map(({ path, role }) => [path, role]), [["plan.txt", "prod"]]);
  });
});

describe("with the keyboard alone", () => {
  test("from the verdict to the first problem, its steps, and on", async (t) => {
    const page = await reviewed(t);
    await page.getByTestId("first-problem").focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement.id === "detail");
    await page.keyboard.press("Shift+F6");
    await page.waitForFunction(() => document.activeElement.closest("#panel"));
    await page.keyboard.press("ArrowDown");
    await page.getByTestId("detail").getByText("accounts").first().waitFor();
    await page.keyboard.press("2");
    await page.getByTestId("panel-chain").waitFor();
    await page.keyboard.press("/");
    assert.equal(await page.evaluate(() => document.activeElement.id), "filter");
    await page.keyboard.type("loyalty");
    await page.keyboard.press("1");
    assert.equal(await page.getByTestId("filter").inputValue(), "loyalty1");
    await page.keyboard.press("Escape");
    assert.equal(await page.getByTestId("filter").inputValue(), "");
  });

  test("the chain is a tree of rows of which one takes the focus", async (t) => {
    const page = await reviewed(t, { engine: { report: longChain(5000) } });
    await tab(page, "chain");
    await page.getByTestId("fold").click();
    const grid = page.getByRole("treegrid");
    assert.equal(await grid.getAttribute("aria-rowcount"), "5001", "the revisions and where prod is");
    assert((await page.getByTestId("revision").count()) < 120, "only what is in sight is drawn");
    const drawn = await page.locator(".cr svg path").evaluateAll((all) => all.filter((it) => it.getBBox?.().height > 0).length);
    assert(drawn > 20, "lines and revisions are drawn");
    await page.locator("[role=row][tabindex='0']").focus();
    await page.keyboard.press("End");
    await page.waitForFunction(() => document.activeElement.getAttribute("aria-rowindex") === "5000");
    await page.keyboard.press("ArrowUp");
    await page.waitForFunction(() => document.activeElement.getAttribute("aria-rowindex") === "4999");
    await page.keyboard.press("Home");
    await page.waitForFunction(() => document.activeElement.getAttribute("aria-rowindex") === "1");
    await page.keyboard.press("PageDown");
    await page.waitForFunction(() => Number(document.activeElement.getAttribute("aria-rowindex")) > 8);
    assert.equal(await page.locator("[role=row][tabindex='0']").count(), 1);
  });

  test("a revision says what it changed, and its schema is a click away", async (t) => {
    const page = await reviewed(t);
    await tab(page, "chain");
    await page.getByTestId("revision").nth(2).focus();
    await page.keyboard.press("Enter");
    const detail = page.getByTestId("detail");
    await detail.getByText("+ nick text", { exact: true }).waitFor();
    assert.equal(await detail.locator(".d").first().innerText(), "− email character varying(80)");
    await detail.getByText("could affect anything").or(detail.getByText("affects")).first().waitFor();
    await page.waitForFunction(() => document.activeElement.id === "detail");
    await assertAccessible(page, "a revision");
    await detail.getByText("Compare from here").click();
    await page.getByTestId("panel-schema").waitFor();
    assert.match(page.url(), /#\/schema\?from=9f02c1de7744$/);
  });

  test("scrubbing along the chain takes the row and what is shown with it", async (t) => {
    const page = await reviewed(t, { engine: { report: longChain(5000) } });
    await tab(page, "chain");
    await page.getByTestId("fold").click();
    const detail = page.getByTestId("detail");
    const scrub = page.getByTestId("scrub");
    await scrub.focus();
    await page.keyboard.press("Home");
    const first = await page.evaluate(() => document.querySelector("[role=row][aria-selected=true] code")?.innerText);
    await page.waitForFunction(() => document.querySelector("[role=row][aria-selected=true]")?.getAttribute("aria-rowindex") === "5000");
    await page.keyboard.press("ArrowRight");
    await page.waitForFunction(() => document.querySelector("[role=row][aria-selected=true]")?.getAttribute("aria-rowindex") === "4999");
    assert.equal(await page.evaluate(() => document.activeElement.dataset.testid), "scrub", "the ruler keeps the focus");
    assert.notEqual(await detail.locator("h2").innerText(), first);
    // A key held down asks for the revision where it stops, not for all on the way.
    const asked = () => page.evaluate(() => window.__engine.asked.filter(({ body }) => body.view).length);
    const before = await asked();
    await page.evaluate(() => {
      const ruler = document.activeElement;
      for (let n = 0; n < 40; n += 1) {
        ruler.stepUp();
        ruler.dispatchEvent(new Event("input", { bubbles: true }));
      }
    });
    await page.waitForFunction(() => document.querySelector("[role=row][aria-selected=true]")?.getAttribute("aria-rowindex") === "4959");
    const id = await page.locator("[role=row][aria-selected=true] code").innerText();
    await page.waitForFunction((id) => document.querySelector("#detail h2")?.innerText.startsWith(id), id);
    assert((await asked()) - before < 10, "not every revision on the way was asked for");
  });

  test("the plan, the schemas and the fixes are read and walked through", async (t) => {
    const page = await reviewed(t);
    await page.keyboard.press("3");
    const plan = page.getByTestId("panel-plan");
    await plan.getByText("Do not approve.").waitFor();
    await assertAccessible(page, "the plan");
    await plan.getByTestId("go").filter({ hasText: "The plan drops bookings" }).first().focus();
    await page.keyboard.press("Enter");
    await page.getByTestId("detail").getByText("What hangs on it").waitFor();
    await page.getByTestId("panel-plan").waitFor();
    await assertAccessible(page, "a finding beside the plan");
    await page.keyboard.press("4");
    const schema = page.getByTestId("panel-schema");
    await schema.getByText("3 things differ").first().waitFor();
    await assertAccessible(page, "the schemas");
    await schema.getByTestId("menu").first().selectOption("dev");
    await page.waitForFunction(() => location.hash.includes("from=dev"));
    await page.keyboard.press("Escape");
    await page.keyboard.press("5");
    await page.getByTestId("panel-fixes").getByText("ways out").waitFor();
    await assertAccessible(page, "the fixes");
    await page.getByTestId("rules").click();
    await page.getByTestId("panel-rules").getByText("drop-table").click();
    await page.getByTestId("detail").getByText("Raises it", { exact: true }).waitFor();
    await assertAccessible(page, "a rule");
  });

  test("in the chain: search, go to a finding, compare with the head, read the difference", async (t) => {
    const page = await reviewed(t);
    await page.keyboard.press("2");
    await page.keyboard.press("/");
    await page.keyboard.type("9f02c1de");
    await page.keyboard.press("Escape");
    await page.locator("[role=row][tabindex='0']").focus();
    await page.keyboard.press("h");
    await page.waitForFunction(() => document.activeElement.getAttribute("aria-rowindex") === "1");
    await page.keyboard.press("]");
    await page.waitForFunction(() => document.activeElement.querySelector?.(".sev, .bad"));
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement.id === "detail");
    const compare = page.getByTestId("detail").getByText("Compare from here");
    await compare.waitFor();
    for (let step = 0; step < 40 && !(await compare.evaluate((it) => it === document.activeElement)); step += 1) {
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Enter");
    await page.getByTestId("panel-schema").getByText("3 things differ").first().waitFor();
  });

  test("the theme is changed", async (t) => {
    const page = await reviewed(t);
    await page.getByTestId("theme").focus();
    await page.keyboard.type("dark");
    await page.waitForSelector("html[data-theme=dark]", { state: "attached" });
    await assertAccessible(page, "dark");
  });

  test("dialogs take the focus and give it back", async (t) => {
    const page = await reviewed(t);
    await page.getByTestId("share").focus();
    await page.keyboard.press("Enter");
    await page.getByTestId("offer").getByRole("button", { name: "Copy link" }).waitFor();
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => document.activeElement.dataset.testid === "share");
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard" }).waitFor();
    await page.getByTestId("close").click();
    await page.waitForFunction(() => !document.querySelector("dialog").open);
  });
});

test("the text of an input is changed in place, and the field stays while it is reviewed", async (t) => {
  // The fake knows only its own inputs, so the file has the name of one.
  const page = await open(t);
  await drop(page, { "plan.txt": "SELECT 1;" });
  await page.getByTestId("verdict").waitFor();
  await tab(page, "inputs");
  await page.locator(".row.in .name", { hasText: "plan.txt" }).click();
  const editor = page.getByTestId("editor");
  await page.getByText("Edit the text").click();
  assert.equal(await editor.inputValue(), "SELECT 1;");
  // What the fake has of plan.txt is another text, and a field never shows another text than its own.
  assert.equal(await editor.evaluate((it) => it.classList.contains("clear")), false);
  await editor.focus();
  await page.keyboard.press("End");
  await page.keyboard.type(" DROP TABLE a;");
  const sizes = await page.waitForFunction(() => {
    const last = window.__engine.asked.filter(({ body }) => body.analyze).at(-1);
    return last.sizes[0] === "SELECT 1; DROP TABLE a;".length && last.sizes;
  });
  assert.equal((await sizes.jsonValue()).length, 1);
  assert.equal(await editor.evaluate((it) => it === document.activeElement && it.value), "SELECT 1; DROP TABLE a;");
});

describe("addresses", () => {
  test("Back and Forward move between tabs and selections", async (t) => {
    const page = await reviewed(t);
    await tab(page, "chain");
    await page.getByTestId("revision").nth(2).click();
    assert.match(page.url(), /#\/chain\?rev=9f02c1de7744$/);
    await tab(page, "inputs");
    await page.goBack();
    await page.getByTestId("panel-chain").waitFor();
    await page.goBack();
    await page.goBack();
    await page.getByTestId("panel-findings").waitFor();
    await page.goForward();
    await page.getByTestId("panel-chain").waitFor();
  });

  test("an address opens its place once there is a report", async (t) => {
    const page = await open(t, { hash: "#/chain?rev=9f02c1de7744" });
    await paste(page);
    await page.getByTestId("panel-chain").waitFor();
    await page.getByTestId("detail").getByText("orders.status not null").waitFor();
  });

  test("an address that means nothing is named", async (t) => {
    const page = await reviewed(t);
    await page.evaluate(() => (location.hash = "#/tables?of=x"));
    await page.getByTestId("notice").getByText("Ignored: tables, of.").waitFor();
  });

  for (const [what, hash, title] of [
    ["cut", "#r1.f.d.9z.abcdefghijk.v.abc", "This link is cut off"],
    ["changed", "#r1.f.d.3.abcdefghijk.v.abcE", "This link was changed"],
    ["newer", "#r7.f.d.3.abcdefghijk.v.abcE", "This link needs Retort 7 or later"],
    ["somebody else's", "#hello", "Not a Retort link"],
  ]) {
    test(`a link that is ${what} says so and shows no report`, async (t) => {
      const page = await open(t, { hash });
      await state(page, "link-error");
      assert.equal(await page.getByTestId("link-error").getByRole("heading").innerText(), title);
      assert.equal(await page.getByTestId("verdict").count(), 0);
      assert.equal(await page.evaluate(() => window.__engine.started), 0);
      await assertAccessible(page, what);
      await page.getByTestId("start-fresh").click();
      await state(page, "empty");
    });
  }
});

test("text from outside is text everywhere", async (t) => {
  const page = await reviewed(t, { engine: { report: hostile() } });
  for (const name of ["findings", "chain", "plan", "schema", "fixes", "inputs"]) {
    await tab(page, name);
    await page.getByTestId(`panel-${name}`).waitFor();
    assert.equal(await page.locator("#app img, #app script").count(), 0);
    const sideways = await page.evaluate(() => {
      const main = document.querySelector("main");
      return Math.max(document.documentElement.scrollWidth - innerWidth, main.scrollWidth - main.clientWidth);
    });
    assert(sideways <= 0, `${name} doesn't scroll sideways`);
  }
  assert.match(await page.getByTestId("headline").innerText(), /<img src=x onerror=alert\(1\)>/);
  assert.match(await page.getByTestId("reason").innerText(), /safe\\u\{202e\}txt\.exe\\u\{0\}/);
});

test("2,000 findings and 1,000 inputs draw only what is in sight", async (t) => {
  const report = { ...manyFindings(2000), inputs: longChain(1000).inputs };
  const page = await reviewed(t, { engine: { report } });
  assert.equal(await page.getByTestId("tab-findings").locator("b").innerText(), "2,000");
  assert((await page.getByTestId("finding").count()) < 80);
  await tab(page, "inputs");
  assert((await page.getByTestId("input").count()) < 80);
  await page.getByTestId("panel-inputs").evaluate((list) => (list.scrollTop = list.scrollHeight));
  await page.getByTestId("input").getByText("step.py").last().waitFor();
});

test("the theme is kept", async (t) => {
  const page = await open(t, { colorScheme: "dark" });
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
  assert.equal(await theme(), "dark");
  await page.getByTestId("theme").selectOption("light");
  assert.equal(await theme(), "light");
  await page.reload();
  await page.waitForSelector("html[data-ready]", { state: "attached" });
  assert.equal(await theme(), "light");
  assert.equal(await page.getByTestId("theme").inputValue(), "light");
});

for (const width of [1440, 390, 320]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`nothing for axe to object to at ${width} px, ${colorScheme}`, async (t) => {
      const page = await open(t, { width, height: 844, colorScheme });
      await assertAccessible(page, "empty");
      await paste(page);
      await page.getByTestId("verdict").waitFor();
      await page.getByTestId("why").click();
      for (const [name, row] of [["findings", "finding"], ["chain", "revision"], ["inputs", "input"], ["plan", null], ["schema", null], ["fixes", null]]) {
        await tab(page, name);
        await page.getByTestId(`panel-${name}`).waitFor();
        await assertAccessible(page, name);
        if (!row) {
          await page.locator("#panel .composed h2, #panel .composed b").first().waitFor();
          await assertAccessible(page, `${name} as the engine composed it`);
          continue;
        }
        const first = page.getByTestId(row).first();
        await (name === "inputs" ? first.locator(".name") : first).click();
        await page.getByTestId("detail").getByRole("heading", { level: 2 }).first().waitFor();
        await assertAccessible(page, `${name} with details`);
        if (await page.getByTestId("back").isVisible()) await page.getByTestId("back").click();
        const sideways = await page.evaluate(() => {
      const main = document.querySelector("main");
      return Math.max(document.documentElement.scrollWidth - innerWidth, main.scrollWidth - main.clientWidth);
    });
        assert(sideways <= 0, `${name} doesn't scroll sideways`);
      }
      for (const layer of ["share", "add-input"]) {
        await page.getByTestId(layer).click();
        await page.getByRole("dialog").waitFor();
        await assertAccessible(page, layer);
        await page.getByTestId("close").click();
      }
    });
  }
}
