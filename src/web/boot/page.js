// Starts the page, and tells it how to come by the engine (src/web/browser/engine_link.rs).
// The pack step leaves in __retort: pageWasm; and engineWasm, engineRest and samples, which are in the single
// file from the start, while the hosted page has scripts for them.
__retort.workerText = () => `${retortInflate}\n${retortUnpack}\n${retortEngine}\n(${retortWorker})();`;

// Brings a part into the page by inserting its script, since nothing may be fetched.
__retort.load = (part) =>
  new Promise((resolve, reject) => {
    if (part in __retort) return resolve(__retort[part]);
    const script = Object.assign(document.createElement("script"), __retort.scripts[part], { async: true });
    script.onload = () => resolve(__retort[part]);
    script.onerror = () => {
      script.remove();
      reject(new Error(`${script.getAttribute("src")} could not be loaded.`));
    };
    document.head.append(script);
  });

// The page asks for the engine when it has become usable itself. Resolves to the wasm as it travels; of the
// whole engine, with what is hardly ever called, to the module.
__retort.loadEngine = async (whole) => {
  if (!whole) return __retort.load("engineWasm");
  const texts = await Promise.all(["engineWasm", "engineRest"].map(__retort.load));
  return WebAssembly.compile(await retortWhole(...(await Promise.all(texts.map(retortInflate)))));
};

// Resolves to the samples as JSON: {"folder/file": "text"}.
__retort.loadSamples = () => __retort.load("samples");

if (document.documentElement.dataset.state !== "wasm-blocked") {
  retortUnpack(__retort.pageWasm).then(
    (module) => {
      delete __retort.pageWasm;
      wasm_bindgen.initSync({ module });
      document.documentElement.dataset.ready = "";
      void retortKeep();
    },
    (error) => {
      // WebAssembly exists but a setting or a policy forbids it.
      document.documentElement.dataset.state = "wasm-blocked";
      console.warn(error);
    },
  );
}
