// Keeps the files of one build, so that the page opens without its server.
//
// The pack step writes the list: each file with its integrity hash. With an empty list (sw-off.js) this worker
// takes away what earlier ones kept, and then itself.
const { version, files } = /* files */;
const own = `retort-${version}`;
const paths = Object.keys(files);
const stale = (name) => name.startsWith("retort-") && name !== own;
const forget = async (which) => Promise.all((await caches.keys()).filter(which).map((name) => caches.delete(name)));

// Every byte is checked: a server that is being updated could answer with another build's file.
async function keep() {
  const cache = await caches.open(own);
  await Promise.all(
    paths.map(async (path) => {
      const answer = await fetch(path, { integrity: files[path], cache: "no-cache" });
      if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
      await cache.put(path, answer);
    }),
  );
}

async function withdraw() {
  await forget((name) => name.startsWith("retort-"));
  await registration.unregister();
}

addEventListener("install", (event) => {
  event.waitUntil(paths.length ? keep() : skipWaiting());
});
addEventListener("activate", (event) => {
  event.waitUntil(paths.length ? forget(stale) : withdraw());
});
// A person asked for the new version; until then the old one stays whole.
addEventListener("message", ({ data }) => data === "take over" && skipWaiting());

// Only the files of the list are answered, by their path alone: in some browsers the address of a request
// has its fragment, and so the report of a share link.
addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  const [address] = url.split("#", 1);
  if (method !== "GET" || !address.startsWith(registration.scope)) return;
  const path = address.slice(registration.scope.length) || "index.html";
  if (!Object.hasOwn(files, path)) return;
  event.respondWith(
    caches
      .open(own)
      .then((cache) => cache.match(path))
      .then((kept) => kept ?? fetch(path, { integrity: files[path] })),
  );
});
