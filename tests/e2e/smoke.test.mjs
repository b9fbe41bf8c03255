// The page comes up and its engine answers, wherever it is opened from and whatever the browser lacks.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { assertClean, engineReady, launch, serveUnder, singleFile, watch } from "./harness.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** Opens a page, waits for the engine, gets one answer, and checks that nothing went wrong on the way. */
async function visit(address, { before, where }) {
  const { page, record, close } = await watch(browser, { before });
  await page.goto(address);
  assert.equal(await engineReady(page), where);
  await ask(page);
  assert.equal(await page.evaluate(() => typeof RTCPeerConnection), "undefined");
  assert.equal(await page.evaluate(() => typeof webkitRTCPeerConnection), "undefined");
  assert.equal(await page.evaluate(() => typeof WebTransport), "undefined");
  assert.equal(record.workers.length, where === "worker" ? 1 : 0);
  assertClean(record, address);
  await close();
}

/** Hands something over and waits for whatever the engine says of it. */
async function ask(page) {
  const before = Number(await page.evaluate(() => document.documentElement.dataset.run));
  const more = page.getByTestId("add-input");
  if (await more.isVisible()) await more.click();
  await page.getByTestId("paste").fill("SELECT 1;");
  await page.getByTestId("review").click();
  await page.waitForFunction(
    (before) =>
      Number(document.documentElement.dataset.run) > before &&
      document.querySelector("[data-testid=verdict], [data-testid=notice]"),
    before,
  );
}

/** Opens the hosted page for a test that looks closer. */
async function open(t, before) {
  const server = await serveUnder("/");
  const visitor = await watch(browser, { before });
  t.after(async () => {
    await visitor.close();
    await server.close();
  });
  return { ...visitor, address: server.address };
}

const noWorkers = () => delete window.Worker;

/** Keeps a hand on the workers that the page starts. */
const tapWorkers = () => {
  window.__workers = [];
  window.Worker = class extends Worker {
    constructor(...given) {
      super(...given);
      window.__workers.push(this);
    }
  };
};

const engineIsReady = (page) => page.waitForSelector("html[data-engine-ready=true]", { state: "attached" });

for (const base of ["/", "/retort/", "/a/b/"]) {
  describe(`hosted under ${base}`, () => {
    let server;
    before(async () => (server = await serveUnder(base)));
    after(() => server.close());
    test("with a worker", () => visit(server.address, { where: "worker" }));
    test("without workers", () => visit(server.address, { before: noWorkers, where: "page" }));
  });
}

describe("the single file", () => {
  test("with a worker", () => visit(singleFile, { where: "worker" }));
  test("without workers", () => visit(singleFile, { before: noWorkers, where: "page" }));
});

test("a worker that can't start leaves the engine to the page", async (t) => {
  const { page, address } = await open(t, () => {
    window.Worker = function () {
      throw new Error("no");
    };
  });
  await page.goto(address);
  assert.equal(await engineReady(page), "page");
  await ask(page);
});

test("a panic is told in its own words, and the next engine answers", async (t) => {
  const { page, address } = await open(t, tapWorkers);
  await page.goto(address);
  await engineReady(page);
  // A head without its bytes: the page never sends this, and the engine insists on it.
  await page.evaluate(() => {
    window.__said = [];
    window.__workers[0].addEventListener("message", ({ data }) => window.__said.push(data.panic ?? ""));
    const analyze = { inputs: [{ name: "x.sql" }], options: {} };
    window.__workers[0].postMessage({ json: JSON.stringify({ ticket: 9, body: { analyze } }), buffers: [] });
  });
  await page.waitForFunction(() => window.__workers.length === 2);
  assert.match(await page.evaluate(() => window.__said.join()), /one buffer per head/);
  await engineIsReady(page);
  await ask(page);
});

// The pack step takes out of the engine what is hardly ever called (scripts/split.mjs).
test("what only the whole engine has brings it in, and the review is done", async (t) => {
  const { page, record, address } = await open(t, () => {
    window.__given = [];
    window.Worker = class extends Worker {
      postMessage(message) {
        if (message.wasm) window.__given.push(message.wasm instanceof WebAssembly.Module);
        const isFirst = window.__given.length === 1;
        if (message.wasm || !isFirst) return super.postMessage(message);
        const data = { trap: "RuntimeError: unreachable" };
        setTimeout(() => this.onmessage(new MessageEvent("message", { data })));
      }
    };
  });
  await page.goto(address);
  await engineReady(page);
  assert.equal(await page.locator("script[src*=rest]").count(), 0);
  await ask(page);
  assert.deepEqual(await page.evaluate(() => window.__given), [false, true]);
  assert.equal(await page.getByTestId("crash").count(), 0);
  assertClean(record, address);
});

test("the page works before the engine is there, and asks it later", async (t) => {
  const { page, address } = await open(t);
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await page.route("**/engine-*.js", async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(address);
  await page.waitForSelector("html[data-ready]", { state: "attached" });
  await page.getByTestId("paste").fill("SELECT 1;");
  await page.getByTestId("review").click();
  await page.waitForSelector("html[data-state=starting]", { state: "attached" });
  assert.equal(await page.evaluate(() => document.documentElement.dataset.engine), undefined);
  release();
  await page.waitForSelector("[data-testid=verdict], [data-testid=notice]");
});

test("an engine that can't be loaded is told, and tried again with the next request", async (t) => {
  const { page, address } = await open(t);
  await page.route("**/engine-*.js", (route) => route.abort());
  await page.goto(address);
  await page.getByTestId("unavailable").waitFor();
  await page.unroute("**/engine-*.js");
  await ask(page);
});

test("samples come without a request of their own kind", async (t) => {
  const { page, record, address } = await open(t);
  const texts = async (url) => {
    await page.goto(url);
    await engineReady(page);
    return JSON.parse(await page.evaluate(() => __retort.loadSamples()));
  };
  const hosted = await texts(address);
  assertClean(record, address);
  assert.deepEqual(await texts(singleFile), hosted);
});

test("neither page nor worker can send anything out, and the record shows who tried", async (t) => {
  const { page, record, address } = await open(t);
  // Judged by the receiving side: what the browser says about a request proves little.
  const arrived = [];
  const stranger = createServer((request, response) => response.end(arrived.push(request.url)));
  await new Promise((listening) => stranger.listen(0, "127.0.0.1", listening));
  t.after(() => stranger.close());
  await page.goto(address);
  await engineReady(page);
  const attempt = async (url) => {
    const sent = fetch(url, { method: "POST", body: "rows", mode: "no-cors" });
    return sent.then(() => "sent", () => "refused");
  };
  const url = `http://127.0.0.1:${stranger.address().port}/`;
  assert.equal(await page.evaluate(attempt, url), "refused");
  assert.equal(await page.workers()[0].evaluate(attempt, url), "refused");
  assert.deepEqual(arrived, []);
  assert.match(record.violations.join(), /^connect-src/);
});

test("wasm switched off: the page says so", async (t) => {
  const { page, address } = await open(t, () => delete window.WebAssembly);
  await page.goto(address);
  await page.getByRole("alert").getByText("WebAssembly is switched off.").waitFor();
});

test("what is pasted before the app is there waits for it", async (t) => {
  const { page, address } = await open(t);
  // Holds the app's script back, so that only the boot script runs.
  await page.route("**/app-*.js", () => {});
  await page.goto(address, { waitUntil: "commit" });
  await page.waitForFunction(() => window.__retortEarly);
  const early = await page.evaluate(() => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", "DROP TABLE users;");
    document.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
    return [window.__retortEarly.take(), window.__retortEarly.take()];
  });
  assert.deepEqual(early, [[{ text: "DROP TABLE users;" }], []]);
});
