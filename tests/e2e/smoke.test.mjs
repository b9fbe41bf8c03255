// The page comes up and its engine answers, wherever it is opened from and whatever the browser lacks.
import assert from "node:assert/strict";
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

async function ask(page) {
  await page.getByTestId("ask").click();
  await page.waitForFunction(() => document.querySelector("[data-testid=answer]").textContent !== "");
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

const atRest = (page) => page.evaluate(() => document.querySelector("[data-testid=state]").textContent);

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
  await page.waitForFunction(() => document.querySelector("[data-testid=state]").textContent.startsWith("Ready"));
  await ask(page);
  assert.match(await atRest(page), /^Ready/);
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
