// Turns wasm as it travels (base64 of raw deflate) into its bytes. Nothing is fetched: the policy forbids it.
async function retortInflate(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
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
  const view = new DataView(patch.buffer, patch.byteOffset);
  let from = 0;
  for (let ix = 0; ix < patch.length; ) {
    const [at, drop, length] = [0, 4, 8].map((place) => view.getUint32(ix + place, true));
    pieces.push(main.subarray(from, at), patch.subarray(ix + 12, ix + 12 + length));
    from = at + drop;
    ix += 12 + length;
  }
  return new Blob([...pieces, main.subarray(from)]).arrayBuffer();
}
