// What the worker does; its text travels with retortEngine's. The first message brings the wasm, the others
// are requests.
function retortWorker() {
  const post = (said) => postMessage(said);
  onmessage = async ({ data: { wasm } }) => {
    try {
      const engine = await retortEngine(wasm, post);
      onmessage = ({ data: { json, buffers } }) => engine.answer(json, buffers);
      post({ module: engine.module });
      engine.announce();
    } catch (error) {
      post({ panic: String(error) });
    }
  };
}
