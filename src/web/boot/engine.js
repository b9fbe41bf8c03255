// Starts an engine, in a worker or on the page's thread. The text of this very function becomes the worker's,
// so it must not lean on anything around it but retortUnpack.
//
// `wasm` is the engine as it travels, or a module that an earlier start has compiled. `post` takes {json}, a
// message; {panic}, the last words; {trap}, where it ended without any; or {module}, for the next start.
async function retortEngine(wasm, post) {
  /* glue */
  const module = wasm instanceof WebAssembly.Module ? wasm : await retortUnpack(wasm);
  // Not initSync: on the page's thread browsers refuse to instantiate a large module in one go.
  await wasm_bindgen({ module_or_path: module });
  let spoke = false;
  const engine = new wasm_bindgen.Engine(
    (json) => post({ json }),
    (panic) => {
      spoke = true;
      post({ panic });
    },
  );
  const answer = (json, buffers) => {
    try {
      engine.answer(json, buffers);
    } catch (error) {
      // There was no memory or stack left to speak with, or this was something that only the whole engine has.
      if (!spoke) post({ trap: String(error) });
    }
  };
  const onPage = typeof document === "object";
  return {
    module,
    announce: () => engine.announce(),
    // On its own thread the page must get to paint "Working…" before it is busy.
    answer: onPage ? (json, buffers) => setTimeout(answer, 30, json, buffers) : answer,
  };
}
