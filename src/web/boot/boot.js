// Runs before anything is painted and before any other script.
(() => {
  const root = document.documentElement;

  // The page's policy has no word for these two ways out, so they are taken away.
  for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "WebTransport"]) delete window[name];

  // The theme, so that the first paint already has it. Storage may be refused, and on file:// it may be
  // shared with other files, so it is not asked there.
  let theme = null;
  try {
    if (location.protocol !== "file:") theme = localStorage.getItem("retort.theme");
  } catch {}
  if (theme !== "light" && theme !== "dark") {
    theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }
  root.dataset.theme = theme;

  // index.html has the words; style/ shows them in this state.
  const can = typeof WebAssembly === "object" && typeof DecompressionStream === "function";
  root.dataset.state = can ? "starting" : "wasm-blocked";

  // What a person hands over before the app is there: {text}, {files} or {entries}. A drop's entries must
  // be taken while the event lasts, hence here and not in the app.
  const early = [];
  const listening = new AbortController();
  const on = (name, hear) => addEventListener(name, hear, { signal: listening.signal });
  const isField = (target) => target instanceof Element && target.matches("textarea, input, [contenteditable]");

  on("paste", (event) => {
    if (isField(event.target)) return;
    const { files } = event.clipboardData;
    const text = event.clipboardData.getData("text/plain");
    if (files.length) early.push({ files: [...files] });
    else if (text) early.push({ text });
  });
  on("dragover", (event) => event.preventDefault());
  on("drop", (event) => {
    event.preventDefault();
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    if (entries.length) early.push({ entries });
    else if (event.dataTransfer.files.length) early.push({ files: [...event.dataTransfer.files] });
  });
  on("change", ({ target }) => {
    if (target.type === "file" && target.files.length) early.push({ files: [...target.files] });
  });

  // The app calls this once, when its own listeners are in place.
  window.__retortEarly = {
    get length() {
      return early.length;
    },
    take() {
      listening.abort();
      return early.splice(0);
    },
  };
})();
