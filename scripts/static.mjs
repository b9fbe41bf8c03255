// A bare static file server: no special headers, no compression, nothing cached. What the page must live with.
//
//   node scripts/static.mjs FOLDER [PORT] [BASE]
import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";

const TYPES = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
};

/** Serves `folder` under `base`; resolves once it listens. Port 0 takes a free one. */
export function serve({ folder, base = "/", port = 0 }) {
  const server = createServer((request, response) => {
    const file = resolve(folder, base, request.url);
    if (!file) return response.writeHead(404, { "content-type": "text/plain" }).end("Not found\n");
    response.writeHead(200, {
      "content-type": TYPES[path.extname(file)] ?? "application/octet-stream",
      "cache-control": "no-store",
    });
    createReadStream(file).pipe(response);
  });
  return new Promise((done, failed) => {
    server.once("error", failed);
    server.listen(port, "127.0.0.1", () => {
      const address = `http://127.0.0.1:${server.address().port}${base}`;
      const close = () => new Promise((closed) => (server.close(closed), server.closeAllConnections()));
      done({ address, close });
    });
  });
}

/** The file that an address means, if it is one and lies within the folder. */
function resolve(folder, base, url) {
  let name;
  try {
    name = decodeURIComponent(new URL(url, "http://localhost").pathname);
  } catch {
    return undefined;
  }
  if (!name.startsWith(base)) return undefined;
  const file = path.join(folder, name.endsWith("/") ? `${name.slice(base.length)}index.html` : name.slice(base.length));
  const isWithin = !path.relative(folder, file).startsWith("..");
  return isWithin && statSync(file, { throwIfNoEntry: false })?.isFile() ? file : undefined;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder, port = "0", base = "/"] = process.argv.slice(2);
  const { address } = await serve({ folder: path.resolve(folder), port: Number(port), base });
  console.log(`Retort is at ${address}\nStop it with Ctrl+C.`);
}
