// Gives what a wasm module and its glue know each other by short names: imports and exports of wasm-bindgen are
// called by sentences with hashes in them, which no compression takes away.
import assert from "node:assert/strict";
import { Reader, named, number, sections } from "./split.mjs";

const IMPORTS = 2;
const EXPORTS = 7;
// By these the page's own scripts or the glue's text could mean something else.
const KEPT = /^(memory|main)$/;

/** Returns the module and the text of its glue with the names in both replaced. */
export function shortened(wasm, glue) {
  const short = new Map();
  const shorten = (name) => {
    if (KEPT.test(name)) return name;
    if (!short.has(name)) short.set(name, `$${short.size.toString(36)}`);
    return short.get(name);
  };
  const rewritten = sections(wasm).map(({ id, content, whole }) => {
    if (id !== IMPORTS && id !== EXPORTS) return whole;
    const reader = new Reader(content);
    const count = reader.number();
    const entries = [number(count)];
    for (let entry = 0; entry < count; entry += 1) {
      // Of an import first the module that it comes from.
      if (id === IMPORTS) entries.push(named(shorten(reader.name())));
      entries.push(named(shorten(reader.name())));
      const from = reader.at;
      describe(reader, id === IMPORTS);
      entries.push(content.subarray(from, reader.at));
    }
    assert.equal(reader.at, content.length, "the whole section was read");
    const body = Buffer.concat(entries);
    return Buffer.concat([Buffer.from([id]), number(body.length), body]);
  });
  const module = Buffer.concat([wasm.subarray(0, 8), ...rewritten]);
  assert(WebAssembly.validate(module), "a module that was renamed is one");
  assert(!glue.includes("$0"), "a name that is free");
  const text = glue.replace(/"\.\/[\w-]+_bg\.js"|[\w$]+/g, (word) => {
    const quoted = word.startsWith('"');
    const to = short.get(quoted ? word.slice(1, -1) : word);
    return to === undefined ? word : quoted ? `"${to}"` : to;
  });
  return { module, text };
}

/** Reads what is imported or exported: a kind, and what belongs to it. */
function describe(reader, imports) {
  const kind = reader.number();
  if (!imports) return void reader.number();
  const limits = () => {
    const flags = reader.number();
    reader.number();
    if (flags & 1) reader.number();
  };
  const kinds = [
    () => reader.number(),
    () => (reader.number(), limits()),
    limits,
    () => (reader.number(), reader.number()),
    () => (reader.number(), reader.number()),
  ];
  assert(kind in kinds, `a kind of import that is known: ${kind}`);
  kinds[kind]();
}
