// The hosted page keeps itself, takes a new version when asked, and can be withdrawn.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { serve } from "../../scripts/static.mjs";
import { assertClean, dist, engineReady, launch, serveUnder, singleFile, watch } from "./harness.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const sha = (algorithm, bytes) => createHash(algorithm).update(bytes);
const kept = (page) => page.evaluate(() => navigator.serviceWorker.ready.then(({ active }) => active.state));
const caches = (page) => page.evaluate(() => window.caches.keys());

/** Opens the page and waits until it has kept itself. */
async function visit(t, server) {
  const visitor = await watch(browser);
  t.after(visitor.close);
  await visitor.page.goto(server.address);
  await engineReady(visitor.page);
  assert.match(await kept(visitor.page), /activ/);
  return visitor;
}

async function reviews(page) {
  await engineReady(page);
  await page.getByTestId("paste").fill("DROP TABLE accounts;");
  await page.getByTestId("review").click();
  await page.getByTestId("verdict").waitFor();
}

for (const base of ["/", "/retort/", "/a/b/"]) {
  test(`under ${base}, everything works when the server is gone, in this tab and in a new one`, async (t) => {
    const server = await serveUnder(base);
    const { page, record } = await visit(t, server);
    await server.close();
    await page.reload();
    await reviews(page);
    const tab = await page.context().newPage();
    await tab.goto(server.address);
    await reviews(tab);
    // What stands behind # is the page's business and no other address.
    const linked = await page.context().newPage();
    await linked.goto(`${server.address}#?a=b`);
    await linked.waitForSelector("html[data-ready]", { state: "attached" });
    assertClean(record, server.address);
  });
}

describe("a copy of the build", () => {
  let folder;
  let server;
  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "retort-build-"));
    cpSync(dist, folder, { recursive: true });
    server = await serve({ folder });
  });
  after(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });
  const file = (name) => path.join(folder, name);

  /** Publishes the same app with another page. */
  function publish(mark) {
    const old = sha("sha384", readFileSync(file("index.html"))).digest("base64");
    const html = readFileSync(file("index.html"), "utf8");
    writeFileSync(file("index.html"), html.replace("</title>", `</title><meta name="mark" content="${mark}">`));
    const renewed = sha("sha384", readFileSync(file("index.html"))).digest("base64");
    const worker = readFileSync(file("sw.js"), "utf8");
    assert(worker.includes(old));
    writeFileSync(file("sw.js"), worker.replace(old, renewed).replace(/"version": "\w+"/, `"version": "${mark}"`));
  }

  const isMarked = (page, mark) => page.locator(`meta[name=mark][content=${mark}]`).count();

  test("a new version waits until it is asked for", async (t) => {
    const { page } = await visit(t, server);
    await page.reload();
    const [before] = await caches(page);
    publish("second");
    await page.evaluate(() => navigator.serviceWorker.ready.then((registration) => registration.update()));
    await page.getByTestId("update").waitFor();
    assert.equal(await isMarked(page, "second"), 0, "the old page stays");
    await page.getByTestId("update").getByRole("button", { name: "Later" }).click();
    assert.equal(await page.getByTestId("update").count(), 0);
    await page.reload();
    assert.equal(await isMarked(page, "second"), 0, "a reload alone changes nothing");
    await page.getByTestId("update").getByRole("button", { name: "Reload" }).click();
    await page.locator("meta[name=mark][content=second]").waitFor({ state: "attached" });
    await reviews(page);
    assert.deepEqual(await caches(page), ["retort-second"], `${before} is gone`);
  });

  test("a file of another build is never kept", async (t) => {
    const { page } = await visit(t, server);
    const before = await caches(page);
    const worker = readFileSync(file("sw.js"), "utf8");
    t.after(() => writeFileSync(file("sw.js"), worker));
    // The server has the new worker and still the old page.
    const page_ = sha("sha384", readFileSync(file("index.html"))).digest("base64");
    writeFileSync(file("sw.js"), worker.replace(page_, sha("sha384", "another").digest("base64")).replace("second", "third"));
    const outcome = await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      await registration.update().catch(() => {});
      const next = registration.installing ?? registration.waiting;
      if (!next) return "none";
      return new Promise((resolve) => {
        if (next.state === "redundant") resolve(next.state);
        next.addEventListener("statechange", () => resolve(next.state));
      });
    });
    assert.match(outcome, /redundant|none/);
    assert((await caches(page)).includes(before[0]));
    await page.reload();
    await reviews(page);
  });

  test("withdrawn, it leaves nothing behind", async (t) => {
    const { page } = await visit(t, server);
    cpSync(file("sw-off.js"), file("sw.js"));
    await page.evaluate(() => navigator.serviceWorker.ready.then((registration) => registration.update()));
    await page.waitForFunction(async () => {
      const [left, names] = await Promise.all([navigator.serviceWorker.getRegistrations(), window.caches.keys()]);
      return left.length === 0 && names.length === 0;
    });
  });
});

test("the page names the single file and its hash; the single file keeps nothing", async (t) => {
  const server = await serveUnder("/");
  t.after(server.close);
  const { page } = await visit(t, server);
  await page.getByTestId("privacy").click();
  // What the page forbids itself, how to check it, and what that can't hold.
  const all = await page.getByTestId("dialog").textContent();
  for (const part of ["connect-src 'none'", "developer tools", "browser extensions can read pages"]) assert(all.includes(part), part);
  const said = await page.getByTestId("single-file").textContent();
  assert(said.includes(sha("sha256", readFileSync(path.join(dist, "retort.html"))).digest("hex")));
  await page.goto(singleFile);
  await engineReady(page);
  await page.getByTestId("privacy").click();
  assert.equal(await page.getByTestId("single-file").textContent(), "");
  assert.equal(await page.getByTestId("memory").textContent(), "");
});

test("inputs are there again after a reload where somebody asked for it, and gone when they are to be forgotten", async (t) => {
  const server = await serveUnder("/");
  t.after(server.close);
  const { page, record } = await visit(t, server);
  const remember = page.getByLabel("Remember inputs in this browser");
  const inPrivacy = async (act) => {
    await page.getByTestId("privacy").click();
    await act();
    await page.getByTestId("close").click();
  };
  const comesBackWith = async (verdict) => {
    await page.reload();
    await engineReady(page);
    if (verdict) await page.getByTestId("verdict").waitFor();
    else assert.equal(await page.getByTestId("verdict").count(), 0);
  };
  await reviews(page);
  await comesBackWith(false);

  await reviews(page);
  await inPrivacy(async () => {
    assert(!(await remember.isChecked()), "off until it is asked for");
    await remember.check();
  });
  await comesBackWith(true);
  // A link shows what its sender saw, whatever is remembered here.
  await page.goto(`${server.address}#r1.f.d.1.x.v.xE`);
  await page.reload();
  await page.getByText("This link").first().waitFor();
  assert.equal(await page.getByTestId("verdict").count(), 0);

  await page.goto(server.address);
  await comesBackWith(true);
  await inPrivacy(async () => {
    assert(await remember.isChecked());
    await page.getByRole("button", { name: "Forget everything" }).click();
    assert(!(await remember.isChecked()));
  });
  await comesBackWith(false);
  assert.deepEqual(await page.evaluate(async () => [Object.keys(localStorage), await indexedDB.databases()]), [[], []]);
  assertClean(record, server.address);
});

test("a browser that refuses to remember says so, and the review goes on", async (t) => {
  const server = await serveUnder("/");
  t.after(server.close);
  const { page } = await visit(t, server);
  await page.evaluate(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
  });
  await page.getByTestId("privacy").click();
  await page.getByLabel("Remember inputs in this browser").check();
  await page.getByTestId("close").click();
  await reviews(page);
  await page.getByTestId("not-kept").first().waitFor();
});

test("the browser finds everything it needs to install the page", async (t) => {
  const server = await serveUnder("/retort/");
  t.after(server.close);
  const { page } = await visit(t, server);
  const session = await page.context().newCDPSession(page);
  const { url, data, errors } = await session.send("Page.getAppManifest");
  assert.equal(url, `${server.address}retort.webmanifest`);
  assert.deepEqual(errors, []);
  const manifest = JSON.parse(data);
  assert.deepEqual([manifest.start_url, manifest.scope, manifest.display], ["./", "./", "standalone"]);
  assert(manifest.icons.some(({ purpose }) => purpose === "maskable"));
  const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
  // A browser without a window or in private mode installs nothing; the page cannot change that.
  const ours = installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito");
  assert.deepEqual(ours, []);
});

test("every file is what SHA256SUMS says", () => {
  const lines = readFileSync(path.join(dist, "SHA256SUMS"), "utf8").trim().split("\n");
  assert(lines.length > 8);
  for (const line of lines) {
    const [hash, name] = line.split("  ");
    assert.equal(sha("sha256", readFileSync(path.join(dist, name))).digest("hex"), hash, name);
  }
});
