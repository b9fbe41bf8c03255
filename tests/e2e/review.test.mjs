// Whole reviews, with the engine that is shipped: samples, archives, links, and inputs that are broken.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { assertClean, launch, serveUnder, singleFile, tab, watch } from "./harness.mjs";
import { zip } from "./zip.mjs";

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

async function open(t, { address = server.address, context } = {}) {
  const { page, record, close } = await watch(browser, { context });
  page.setDefaultTimeout(30_000);
  t.after(async () => {
    await close();
    assertClean(record, address.split("#")[0]);
  });
  await page.goto(address);
  await page.waitForSelector("html[data-ready]", { state: "attached" });
  return page;
}

const choose = async (page, ...files) => {
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.getByTestId("choose-files").click()]);
  await chooser.setFiles(files.map(([name, text]) => ({ name, mimeType: "text/plain", buffer: Buffer.from(text) })));
};

const headline = async (page) => {
  await page.getByTestId("verdict").waitFor();
  return page.locator("#headline > span").first().innerText();
};

for (const [id, status, says] of [
  ["never-stamped", "fail", /Don.t approve this plan/],
  ["two-heads", "fail", /Don.t ship this yet/],
  ["deleted-revision", "fail", /Don.t ship this yet/],
  ["clean-publish", "pass", /This plan can be approved/],
]) {
  test(`the sample ${id}`, async (t) => {
    const page = await open(t);
    await page.getByTestId(`sample-${id}`).click();
    assert.match(await headline(page), says);
    assert.equal(await page.getByTestId("verdict").getAttribute("data-status"), status);
    await page.getByTestId("sample-tag").waitFor();
    if (id === "never-stamped") {
      assert.match(await page.getByTestId("next-steps").innerText(), /alembic stamp c41e9a7b20dd/);
      assert.match(await page.getByTestId("estate").innerText(), /never stamped/);
      await tab(page, "plan");
      assert.equal(await page.getByTestId("tab-plan").locator("b").innerText(), "10");
    }
    if (id === "two-heads") {
      await tab(page, "chain");
      await page.getByText("file says 189b1231", { exact: true }).waitFor();
      await page.getByText("not in the input").first().waitFor();
    }
  });
}

test("a sample in the single file", async (t) => {
  const page = await open(t, { address: singleFile });
  await page.getByTestId("sample-clean-publish").click();
  assert.match(await headline(page), /This plan can be approved/);
});

test("a link opens elsewhere as it was, without an engine", async (t) => {
  const page = await open(t, { context: { permissions: ["clipboard-read", "clipboard-write"] } });
  await page.getByTestId("sample-never-stamped").click();
  const said = await headline(page);
  await page.getByTestId("share").click();
  await page.getByTestId("dialog").getByRole("button", { name: "Copy link" }).click();
  await page.getByTestId("dialog").getByText("Copied").waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const length = () => page.getByTestId("offer").locator("b").first().innerText();
  assert.equal(Number((await length()).replace(/\D/g, "")), link.length);
  assert.match(link, /#r1\.f\.m\.[0-9a-z]+\.[\w-]{11}\.v\.[\w-]+E$/);

  // Everything is shown before it is copied: what is in it, in words and exactly, and what is not.
  const dialog = page.getByTestId("dialog");
  const field = async (name) => {
    const shown = dialog.getByLabel(name);
    if (!(await shown.count())) await dialog.locator("summary", { hasText: name }).click();
    return shown.inputValue();
  };
  const before = await field("View contents");
  assert.ok(JSON.parse(before).verdict.headline && !before.includes("excerpt"));
  await dialog.getByText("Contents, excerpts and statements of your files").waitFor();
  assert.equal(await field("Show the link"), link);
  await dialog.getByRole("button", { name: "Copy as Markdown" }).click();
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^\[Don.{1,2}t approve this plan.*\]\(http.*E\)$/);

  // the dialog says what a link is, who can read it and where it stays
  for (const said of ["The link is the report.", "Anyone who can read the message can read it.", "keep the part after # in their history", "doesn't prove who made it"]) {
    await dialog.getByText(said).waitFor();
  }

  // Each switch tells at once what it does, and keeps the focus.
  await dialog.getByText("Choose what is in it").click();
  await dialog.getByTestId("names").check();
  await dialog.getByText("Tables, columns and files have pseudonyms").waitFor();
  assert.ok(!(await field("View contents")).includes("bookings") && before.includes("bookings"));
  await dialog.getByTestId("sources").check();
  await dialog.getByTestId("sources").uncheck();
  assert.equal(await page.evaluate(() => document.activeElement.dataset.testid), "sources");
  await dialog.getByTestId("counts").check();
  await dialog.locator("summary", { hasText: "QR code" }).click();
  await dialog.getByRole("img", { name: "QR code of the link" }).waitFor();
  const short = await field("Show the link");
  const trimmed = await open(t, { address: short });
  await trimmed.getByTestId("received").getByText("Trimmed report: counts only").waitFor();

  const other = await open(t, { address: link, context: { viewport: { width: 390, height: 844 } } });
  assert.equal(await headline(other), said);
  await other.getByTestId("received").waitFor();
  await tab(other, "chain");
  assert.match(await other.getByTestId("tabs-menu").locator("option:checked").innerText(), /^Chain 6$/);
  assert.equal(other.url(), link, "the report stays in the address bar");
  assert.equal(await other.evaluate(() => document.documentElement.dataset.engine), undefined);
  // Looking closely at something brings the engine up.
  await other.getByTestId("revision").first().click();
  await other.getByTestId("detail").getByText("A link holds no files").waitFor();
  assert.equal(other.url(), link);

  // Passed on, it is the same link.
  await other.keyboard.press("Escape");
  await other.getByTestId("share").click();
  await other.getByTestId("offer").locator("summary", { hasText: "Show the link" }).click();
  assert.equal(await other.getByLabel("Show the link").inputValue(), link);

  const cut = await open(t, { address: link.slice(0, -200) });
  await cut.getByTestId("link-error").getByText("This link is cut off").waitFor();
  const end = link.length - 100;
  const changed = await open(t, { address: link.slice(0, end) + (link[end] === "A" ? "B" : "A") + link.slice(end + 1) });
  await changed.getByTestId("link-error").getByText("This link was changed").waitFor();
});

test("a link that is locked opens with its passphrase only", async (t) => {
  const page = await open(t, { context: { permissions: ["clipboard-read", "clipboard-write"] } });
  await page.getByTestId("sample-never-stamped").click();
  const said = await headline(page);
  await page.getByTestId("share").click();
  const dialog = page.getByTestId("dialog");
  await dialog.getByTestId("passphrase").fill("correct horse");
  await dialog.getByTestId("passphrase").press("Tab");
  await dialog.getByText("Who reads it needs the passphrase").waitFor();
  assert.equal(await dialog.getByText("Show the link").count(), 0);
  await dialog.getByRole("button", { name: "Copy link" }).click();
  await dialog.getByText("Copied").waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(link, /#r1\.f\.e\.[0-9a-z]+\.[\w-]{11}\.v\.[\w-]+E$/);
  const length = await dialog.getByTestId("offer").locator("b").first().innerText();
  assert.equal(Number(length.replace(/\D/g, "")), link.length);

  const other = await open(t, { address: link });
  await other.getByTestId("link-error").getByText("This link needs its passphrase").waitFor();
  await other.getByTestId("passphrase").fill("Correct horse");
  await other.getByTestId("unlock").click();
  await other.getByTestId("link-error").getByText("That passphrase doesn't open it").waitFor();
  await other.getByTestId("passphrase").fill("correct horse");
  await other.getByTestId("passphrase").press("Enter");
  assert.equal(await headline(other), said);
  assert.equal(other.url(), link, "the address stays locked");
});

test("a link is compared with the files that are dropped on it; a saved report opens again", async (t) => {
  const page = await open(t);
  const revision = (id, down, body) =>
    [`${id}_step.py`, `revision = "${id}"\ndown_revision = ${down}\nimport sqlalchemy as sa\nfrom alembic import op\n\n\ndef upgrade():\n    ${body}\n\n\ndef downgrade():\n    pass\n`];
  const files = [revision("aa01", "None", 'op.create_table("t", sa.Column("id", sa.Integer()))'), revision("bb02", '"aa01"', 'op.drop_table("t")')];
  await choose(page, ...files);
  const said = await headline(page);
  await page.getByTestId("share").click();
  await page.getByTestId("offer").locator("summary", { hasText: "Show the link" }).click();
  const link = await page.getByLabel("Show the link").inputValue();
  const [saved] = await Promise.all([page.waitForEvent("download"), page.getByTestId("json").click()]);
  const json = await readFile(await saved.path(), "utf8");

  const add = async (other, ...more) => {
    await other.getByTestId("add-input").click();
    await choose(other, ...more);
  };
  const same = await open(t, { address: link });
  await add(same, ...files);
  await same.getByTestId("against").getByText("A review of these files now says the same as the link.").waitFor();
  const changed = await open(t, { address: link });
  await add(changed, files[0], [files[1][0], files[1][1].replace("drop_table", "execute")]);
  await changed.getByTestId("against").getByText("Something is different now.").waitFor();
  await changed.getByTestId("against").getByText("Revision changed: bb02").waitFor();

  const again = await open(t);
  await choose(again, ["report.json", json]);
  assert.equal(await headline(again), said);
  await again.getByTestId("received").getByText("This is a saved report: nothing was looked at again.").waitFor();
  await tab(again, "chain");
  await again.getByTestId("revision").nth(1).waitFor();
});

// RETORT_SHARE=off builds such a page; the mark is all that differs.
test("a page without links keeps reports as files", async (t) => {
  const { page, close } = await watch(browser);
  t.after(close);
  await page.route(server.address, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: (await answer.text()).replace("<html", "<html data-no-share") });
  });
  await page.goto(server.address);
  await page.getByTestId("sample-never-stamped").click();
  await headline(page);
  assert.equal(await page.getByTestId("share").innerText(), "Save");
  await page.getByTestId("share").click();
  const [saved] = await Promise.all([page.waitForEvent("download"), page.getByTestId("markdown").click()]);
  assert.match(saved.suggestedFilename(), /^retort-fail-\w+-\d{4}-\d\d-\d\d\.md$/);
  const dialog = page.getByRole("dialog");
  assert.equal(await dialog.getByTestId("offer").count(), 0);
  assert.doesNotMatch(await dialog.innerText(), /link/i);
});

test("the HTML report prints whole: every finding open, black on white, nothing cut off", async (t) => {
  const page = await open(t);
  await page.getByTestId("sample-never-stamped").click();
  await headline(page);
  await page.getByTestId("share").click();
  const [saved] = await Promise.all([page.waitForEvent("download"), page.getByTestId("html").click()]);
  const context = await browser.newContext({ colorScheme: "dark" });
  t.after(() => context.close());
  const paper = await context.newPage();
  await paper.setContent(await readFile(await saved.path(), "utf8"));
  await paper.setViewportSize({ width: 700, height: 1000 });
  const hidden = () => paper.evaluate(() => [...document.querySelectorAll("details > :not(summary)")].filter((it) => !it.checkVisibility()).length);
  assert.ok((await hidden()) > 0, "on a screen what decides nothing is folded");
  await paper.emulateMedia({ media: "print" });
  assert.equal(await hidden(), 0);
  const look = await paper.evaluate(() => {
    const style = getComputedStyle(document.body);
    const wide = [...document.querySelectorAll("body *")].filter((it) => it.getBoundingClientRect().right > innerWidth + 1);
    return [style.color, style.backgroundColor, wide.length];
  });
  assert.deepEqual(look, ["rgb(0, 0, 0)", "rgb(255, 255, 255)", 0]);
  const pdf = await paper.pdf({ format: "A4" });
  assert.ok(pdf.length > 20_000);
});

test("a zip is opened, its members are listed under it, and one can be left out and put back", async (t) => {
  const page = await open(t);
  const versions = {};
  for (let n = 0; n < 3; n += 1) {
    const down = n ? `"00000000000${n - 1}"` : "None";
    versions[`app/migrations/versions/00000000000${n}_step.py`] =
      `"""step ${n}"""\nfrom alembic import op\nrevision = "00000000000${n}"\ndown_revision = ${down}\n\ndef upgrade():\n    pass\n\ndef downgrade():\n    pass\n`;
  }
  await choose(page, ["all.zip", zip(versions)]);
  await page.getByTestId("verdict").waitFor();
  await tab(page, "chain");
  assert.equal(await page.getByTestId("tab-chain").locator("b").innerText(), "3");
  await tab(page, "inputs");
  await page.getByTestId("panel-inputs").getByText("all.zip").first().waitFor();
  assert.equal(await page.getByTestId("input").count(), 3);
  const run = await page.evaluate(() => document.documentElement.dataset.run);
  await page.getByTestId("remove").last().click();
  await page.waitForSelector(`html:not([data-run="${run}"])`, { state: "attached" });
  await page.getByTestId("restore").waitFor();
  assert.equal(await page.getByTestId("tab-chain").locator("b").innerText(), "2");
  await page.getByTestId("restore").click();
  await page.getByTestId("restore").waitFor({ state: "detached" });
});

test("any revision can be looked at: what it changed, and the schema there", async (t) => {
  const page = await open(t);
  const step = (id, down, body) =>
    `"""step ${id}"""\nfrom alembic import op\nimport sqlalchemy as sa\nrevision = "${id}"\ndown_revision = ${down}\n\ndef upgrade():\n    ${body}\n\ndef downgrade():\n    pass\n`;
  await choose(
    page,
    ["versions/a1_step.py", step("a1", "None", 'op.create_table("users", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("email", sa.String(80)))')],
    ["versions/b2_step.py", step("b2", '"a1"', 'op.alter_column("users", "email", nullable=False, type_=sa.Text())')],
    ["versions/c3_step.py", step("c3", '"b2"', "op.execute(made_elsewhere())")],
  );
  await page.getByTestId("verdict").waitFor();
  await tab(page, "chain");
  const look = async (id) => {
    await page.locator(".cr", { hasText: `step ${id}` }).click();
    await page.getByTestId("detail").getByRole("heading", { name: `step ${id}` }).waitFor();
    await page.getByTestId("detail").getByText("Open schema").waitFor();
    return page.getByTestId("detail").innerText();
  };
  assert.match(await look("a1"), /\+ table users a1 a1_step\.py:8\s+\+ id integer not null/);
  assert.match(await look("b2"), /− email character varying\(80\)\s+\+ email text not null/);
  assert.match(await look("c3"), /Not understood[^]*c3_step\.py:8/);
  // The schema there, and along the chain.
  await page.getByTestId("go").filter({ hasText: "Open schema" }).click();
  const schema = page.getByTestId("panel-schema");
  await schema.getByTestId("part").first().locator("summary").click();
  await schema.getByText(/^email text not null\s*b2 b2_step\.py:8$/).waitFor();
  // Two revisions side by side.
  await page.evaluate(() => (location.hash = "#/schema?from=a1&to=b2"));
  await schema.getByText("− column email nullable: yes").or(schema.getByText("1 thing differs")).or(schema.getByText("2 things differ")).first().waitFor();
  // A rule's page, with its example reviewed by the engine.
  await page.evaluate(() => (location.hash = "#/rules?q=drop-table&rule=drop-table"));
  await page.getByTestId("detail").getByText("Raises it", { exact: true }).waitFor();
  await page.getByTestId("detail").locator(".hit").first().waitFor();
  await page.getByTestId("detail").locator(".sev.blocker").nth(1).waitFor();
  // The source, with its words told apart.
  await page.evaluate(() => (location.hash = "#/inputs?source=versions/b2_step.py:8"));
  await page.getByTestId("detail").locator(".hit", { hasText: "op.alter_column" }).waitFor();
  // A file to keep takes the whole engine, which is told of the review before it is asked.
  const rest = page.locator("script[src*=rest]");
  assert.equal(await rest.count(), 0, "nothing so far takes more than the engine that came first");
  await page.getByTestId("share").click();
  const [saved] = await Promise.all([page.waitForEvent("download"), page.getByTestId("html").click()]);
  assert.match(await readFile(await saved.path(), "utf8"), /step c3/);
  assert.equal(await rest.count(), 1);
  await page.keyboard.press("Escape");
  await tab(page, "chain");
  assert.match(await look("b2"), /− email character varying\(80\)\s+\+ email text not null/);
  assert.equal(await page.getByTestId("crash").count(), 0);
});

test("what was reviewed can still be looked at when a later review is stopped", async (t) => {
  const page = await open(t);
  await choose(page, ["plan.sql", "DROP TABLE a CASCADE;\nTRUNCATE b;\nDROP TABLE c;"]);
  await page.getByTestId("verdict").waitFor();
  await page.getByTestId("detail").getByText("What Retort knows about it").waitFor();
  // Something that takes long enough to be stopped.
  const rows = Array.from({ length: 400_000 }, (_, n) => `ALTER TABLE t${n} ADD COLUMN c${n} integer;`).join("\n");
  await page.getByTestId("add-input").click();
  await choose(page, ["long.sql", rows]);
  await page.getByTestId("cancel").click();
  await page.getByTestId("notice").getByText("Stopped").waitFor();
  await page.getByTestId("finding").last().click();
  await page.getByTestId("detail").getByText("What Retort knows about it").waitFor();
});

describe("broken input is told apart from good input", () => {
  const noise = (bytes) => {
    const out = Buffer.alloc(bytes);
    for (let at = 0, seed = 7; at < bytes; at += 1) {
      seed = (seed * 1103515245 + 12345) & 0x7fffffff;
      out[at] = seed >> 16;
    }
    return out;
  };
  const bomb = () => zip({ "zeros.sql": Buffer.alloc(40 * 1024 * 1024) });
  for (const [what, name, text] of [
    ["nothing at all", "empty.sql", () => ""],
    ["20 MB of noise", "noise.sql", () => noise(20 * 1024 * 1024)],
    ["a truncated zip", "cut.zip", () => zip({ "a.sql": "SELECT 1;" }).subarray(0, 40)],
    ["a zip bomb", "bomb.zip", bomb],
    ["paths that climb out", "climb.zip", () => zip({ "../../etc/passwd.sql": "DROP TABLE a;" })],
    ["one line of 2 MB", "line.sql", () => `INSERT INTO a VALUES ('${"x".repeat(2 * 1024 * 1024)}');`],
    ["NUL bytes", "nul.sql", () => "DROP\0TABLE a;\0"],
    ["broken Python", "5a9d6371e18c_x.py", () => 'revision = "5a9d6371e18c"\ndown_revision = None\ndef upgrade(:\n    op.drop_table("a"\n'],
  ]) {
    test(what, async (t) => {
      const page = await open(t);
      await choose(page, [name, text()]);
      await page.waitForSelector("[data-testid=verdict], [data-testid=notice]");
      if (!(await page.getByTestId("verdict").count())) return;
      const status = await page.getByTestId("verdict").getAttribute("data-status");
      assert.notEqual(status, "pass", "what isn't understood never passes");
      await tab(page, "inputs");
      await page.getByTestId("input").first().waitFor();
      // Names are shown, and nothing that can't be seen is in them.
      assert.doesNotMatch(await page.getByTestId("panel-inputs").innerText(), /[\0\u202e]/);
    });
  }
});
