// Turns wasm as it travels (base64 of raw deflate) into a module. Nothing is fetched: the policy forbids it.
async function retortUnpack(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return WebAssembly.compile(await new Response(stream).arrayBuffer());
}
