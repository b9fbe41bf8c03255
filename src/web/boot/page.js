// Starts the page, and tells it how to come by the engine (src/web/browser/engine_link.rs).
// The pack step leaves in __retort: pageWasm, and either engineScript or, in the single file, engineWasm.
__retort.workerText = () => `${retortUnpack}\n${retortEngine}\n(${retortWorker})();`;

// The engine's script is inserted only when the page asks for it, which is after it became usable.
__retort.loadEngine = () =>
  new Promise((resolve, reject) => {
    if (__retort.engineWasm) return resolve(__retort.engineWasm);
    const script = Object.assign(document.createElement("script"), __retort.engineScript, { async: true });
    script.onload = () => resolve(__retort.engineWasm);
    script.onerror = () => {
      script.remove();
      reject(new Error("The engine's file could not be loaded."));
    };
    document.head.append(script);
  });

if (document.documentElement.dataset.state !== "wasm-blocked") {
  retortUnpack(__retort.pageWasm).then(
    (module) => {
      delete __retort.pageWasm;
      wasm_bindgen.initSync({ module });
      document.documentElement.dataset.ready = "";
    },
    (error) => {
      // WebAssembly exists but a setting or a policy forbids it.
      document.documentElement.dataset.state = "wasm-blocked";
      console.warn(error);
    },
  );
}
