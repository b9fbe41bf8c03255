// Splits a wasm module in two: one in which functions that are hardly ever called end at once, and the patch
// that puts their bodies back. Names decide which functions those are, so the module must still have its
// names; neither part has them.
//
// The patch is a list of [keep, drop, length] as LEB128 numbers, as wasm has them, each followed by `length`
// bytes: after `keep` more bytes of the first part, `drop` bytes give way to them. src/web/boot/unpack.js
// applies it.
import assert from "node:assert/strict";

const IMPORTS = 2;
const CODE = 10;
const FUNCTION_NAMES = 1;
// A body of fewer bytes stays: it saves little and costs the patch a line, and functions that compile to the same
// few bytes are folded into one, under the name of either.
const SMALL = 450;
// No locals, `unreachable`, `end`; the length comes first.
const ENDS_AT_ONCE = Buffer.from([3, 0x00, 0x00, 0x0b]);

/** Reads numbers and names of a module, one after the other. */
export class Reader {
  constructor(bytes, at = 0, end = bytes.length) {
    Object.assign(this, { bytes, at, end });
  }
  number() {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = this.bytes[this.at++];
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  }
  /** Bytes that come after their length. */
  slice() {
    const length = this.number();
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
  name() {
    return this.slice().toString("utf8");
  }
}

/** A number as wasm has it. */
export function number(value) {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return Buffer.from([...bytes, value]);
}

/** A text after its length. */
export function named(text) {
  const bytes = Buffer.from(text);
  return Buffer.concat([number(bytes.length), bytes]);
}

/** The sections of a module: number, where they start (with their head) and where their content does. */
export function sections(wasm) {
  const found = [];
  const reader = new Reader(wasm, 8);
  while (reader.at < wasm.length) {
    const start = reader.at;
    const id = wasm[reader.at++];
    const content = reader.slice();
    found.push({ id, content, whole: wasm.subarray(start, reader.at) });
  }
  return found;
}

const isNames = ({ id, content }) => id === 0 && new Reader(content).name() === "name";

/** The names of functions, by index. */
function functionNames(all) {
  const section = all.find(isNames);
  assert(section, "the module has the names of its functions");
  const reader = new Reader(section.content);
  reader.name();
  const names = new Map();
  while (reader.at < reader.end) {
    const kind = reader.bytes[reader.at++];
    const content = new Reader(reader.slice());
    if (kind !== FUNCTION_NAMES) continue;
    for (let left = content.number(); left > 0; left--) {
      const index = content.number();
      names.set(index, content.name());
    }
  }
  return names;
}

/** How many functions come before the first with a body. */
function importedFunctions(all) {
  const section = all.find(({ id }) => id === IMPORTS);
  if (!section) return 0;
  const reader = new Reader(section.content);
  const count = reader.number();
  for (let left = count; left > 0; left--) {
    reader.name();
    const what = reader.name();
    assert.equal(reader.bytes[reader.at++], 0, `${what} is a function: nothing else is imported`);
    reader.number();
  }
  return count;
}

/** Returns the module without the bodies of functions whose names `isRare` says so of, and the patch. */
export function split(wasm, isRare) {
  const all = sections(wasm);
  const names = functionNames(all);
  const code = all.find(({ id }) => id === CODE);
  const reader = new Reader(code.content);
  const count = reader.number();
  const first = importedFunctions(all);
  const bodies = [];
  for (let index = 0; index < count; index++) {
    const start = reader.at;
    reader.slice();
    bodies.push({ whole: code.content.subarray(start, reader.at), rare: isRare(names.get(first + index) ?? "") });
  }
  const body = ({ whole, rare }) => (rare && whole.length > SMALL ? ENDS_AT_ONCE : whole);
  const kept = Buffer.concat(bodies.map(body));
  const head = (size) => Buffer.concat([Buffer.from([CODE]), number(number(count).length + size), number(count)]);
  const before = Buffer.concat([wasm.subarray(0, 8), ...all.slice(0, all.indexOf(code)).map(({ whole }) => whole)]);
  const after = all.slice(all.indexOf(code) + 1).filter((section) => !isNames(section)).map(({ whole }) => whole);
  const fullSize = bodies.reduce((sum, { whole }) => sum + whole.length, 0);
  const main = Buffer.concat([before, head(kept.length), kept, ...after]);
  const full = Buffer.concat([before, head(fullSize), ...bodies.map(({ whole }) => whole), ...after]);

  const newHead = head(kept.length);
  const entries = [[before.length, newHead.length, head(fullSize)]];
  let keep = 0;
  for (const one of bodies) {
    const now = body(one);
    if (now === one.whole) {
      keep += now.length;
      continue;
    }
    entries.push([keep, now.length, one.whole]);
    keep = 0;
  }
  const entry = ([kept, drop, bytes]) => [number(kept), number(drop), number(bytes.length), bytes];
  const rest = Buffer.concat(entries.flatMap(entry));
  return { main, rest, full };
}
