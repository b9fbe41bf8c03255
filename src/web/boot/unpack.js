// Turns wasm as it travels (base64 of raw deflate) into its bytes. Nothing is fetched: the policy forbids it.
async function retortInflate(text) {
  // The newer way takes a tenth of the time, which slow machines feel.
  const bytes = Uint8Array.fromBase64?.(text) ?? Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// The same, as a module.
async function retortUnpack(text) {
  return WebAssembly.compile(await retortInflate(text));
}

// Puts back into a module's bytes what scripts/split.mjs took out of it; that file describes the patch.
function retortWhole(main, patch) {
  const pieces = [];
  let [from, ix] = [0, 0];
  const number = () => {
    let [value, shift] = [0, 0];
    do value |= (patch[ix] & 127) << shift;
    while (((shift += 7), patch[ix++] > 127));
    return value;
  };
  while (ix < patch.length) {
    const [keep, drop, length] = [number(), number(), number()];
    pieces.push(main.subarray(from, from + keep), patch.subarray(ix, ix + length));
    from += keep + drop;
    ix += length;
  }
  return new Blob([...pieces, main.subarray(from)]).arrayBuffer();
}
