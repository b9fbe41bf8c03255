// Pictures of every main state, light and dark, wide and narrow, into out/: for people to look at.
//
//   node screenshots.mjs [part of a name]
import { mkdirSync } from "node:fs";
import { launch, serveUnder } from "./harness.mjs";
import { STATES, openIn } from "./states.mjs";

const out = new URL("./out/", import.meta.url);
mkdirSync(out, { recursive: true });
const only = process.argv[2] ?? "";

const browser = await launch();
const server = await serveUnder("/");
for (const name of Object.keys(STATES).filter((name) => name.includes(only))) {
  for (const [width, height] of [[1440, 900], [390, 844]]) {
    for (const colorScheme of ["light", "dark"]) {
      try {
        const { page, record, close } = await openIn(browser, server.address, name, { width, height, colorScheme });
        await page.screenshot({ path: new URL(`${name}-${width}-${colorScheme}.png`, out).pathname });
        for (const error of [...record.errors, ...record.violations]) console.error(`${name} ${width}: ${error}`);
        await close();
      } catch (error) {
        console.error(`${name} ${width} ${colorScheme}: ${error.message.split("\n")[0]}`);
      }
    }
  }
}
await server.close();
await browser.close();
