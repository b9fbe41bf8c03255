// Pictures of every main state, light and dark, wide and narrow, into out/: for people to look at. At the end all
// pictures of a width stand on sheets, a dozen each.
//
//   node screenshots.mjs [part of a name] [--sheets]     --sheets: only the sheets, of the pictures that are there
import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { launch, serveUnder } from "./harness.mjs";
import { STATES, openIn } from "./states.mjs";

const out = new URL("./out/", import.meta.url);
mkdirSync(out, { recursive: true });
const given = process.argv.slice(2);
const only = given.find((word) => !word.startsWith("--")) ?? "";
const SIZES = [[1440, 900], [390, 844], [320, 640]];

const browser = await launch();
const picture = (name) => new URL(`${name}.png`, out).pathname;

if (!given.includes("--sheets")) {
  const server = await serveUnder("/");
  for (const name of Object.keys(STATES).filter((name) => name.includes(only))) {
    for (const [width, height] of SIZES) {
      for (const colorScheme of width === 320 ? ["light"] : ["light", "dark"]) {
        try {
          const { page, record, close } = await openIn(browser, server.address, name, { width, height, colorScheme });
          await page.screenshot({ path: picture(`${name}-${width}-${colorScheme}`) });
          for (const error of [...record.errors, ...record.violations]) console.error(`${name} ${width}: ${error}`);
          await close();
        } catch (error) {
          console.error(`${name} ${width} ${colorScheme}: ${error.message.split("\n")[0]}`);
        }
      }
    }
  }
  await server.close();
}

for (const [width, height] of SIZES) {
  const scale = width > 1000 ? 0.5 : 0.75;
  const columns = width > 1000 ? 2 : 6;
  const all = readdirSync(out).filter((name) => name.endsWith(".png") && !name.startsWith("sheet") && name.includes(only) && name.includes(`-${width}-`));
  for (let first = 0; first < all.length; first += 6) {
    const cells = all.slice(first, first + 6).map((name) => {
      const data = readFileSync(new URL(name, out)).toString("base64");
      return `<figure><figcaption>${name}</figcaption><img width="${width * scale}" src="data:image/png;base64,${data}"></figure>`;
    });
    const page = await browser.newPage({ viewport: { width: Math.ceil(columns * (width * scale + 12)), height: Math.ceil(height * scale) } });
    await page.setContent(`<style>body{margin:0;background:#888;display:flex;flex-wrap:wrap;gap:8px;font:11px sans-serif}figure{margin:0}</style>${cells.join("")}`);
    await page.screenshot({ path: picture(`sheet-${width}-${1 + first / 6}`), fullPage: true });
    await page.close();
  }
}
await browser.close();
