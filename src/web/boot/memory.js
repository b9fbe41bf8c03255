// What was reviewed last, kept in this browser for the next visit: only where somebody asked for that, and never
// on file://, where other files may see it.
const retortInputs = (mode, act) =>
  new Promise((resolve, reject) => {
    const asked = indexedDB.open("retort", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("inputs");
    asked.onerror = () => reject(asked.error);
    asked.onsuccess = () => {
      const change = asked.result.transaction("inputs", mode);
      const answer = act(change.objectStore("inputs"));
      change.oncomplete = () => {
        asked.result.close();
        resolve(answer.result);
      };
      change.onabort = () => reject(change.error);
    };
  });
const retortShowsLink = () => location.hash.startsWith("#r1.");
const retortRemembers = () => __retort.kept("inputs") === "on";
let retortLast = [];

// Notes the inputs of a review, a request as JSON with the bytes of each; without them, that all were put away.
// They are kept in place of those before where somebody asked for it.
__retort.remember = async (review, buffers) => {
  // A link that is opened puts the inputs away, and is no word on what to remember.
  if (!review && retortShowsLink()) return;
  retortLast = [review, buffers];
  if (!retortRemembers()) return;
  const inputs = review && JSON.parse(review).body.analyze.inputs.map(({ name }, at) => [name, buffers[at]]);
  try {
    await retortInputs("readwrite", (store) => (inputs ? store.put(inputs, "last") : store.delete("last")));
  } catch {
    const text = "The browser's storage is full or refused. All else works.";
    retortBar("not-kept", "Your inputs are not remembered", text, ["Close"]);
  }
};

// Hands over what is kept, unless a link is opened.
__retort.recall = async (give) => {
  if (!retortRemembers() || retortShowsLink()) return;
  try {
    const kept = await retortInputs("readonly", (store) => store.get("last"));
    if (kept) give({ kept });
  } catch {}
};

// Puts the switch, and what undoes all that is kept, into `place`.
__retort.offerMemory = (place) => {
  if (location.protocol === "file:") return;
  const tick = Object.assign(document.createElement("input"), { type: "checkbox", checked: retortRemembers() });
  const forget = () => indexedDB.deleteDatabase("retort");
  tick.addEventListener("change", () => {
    __retort.keep("inputs", tick.checked ? "on" : "");
    if (tick.checked) __retort.remember(...retortLast);
    else forget();
  });
  const label = Object.assign(document.createElement("label"), { className: "theme" });
  label.append(tick, "Remember inputs in this browser");
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: "Forget everything" });
  const said = Object.assign(document.createElement("span"), { role: "status" });
  button.addEventListener("click", () => {
    for (const key of Object.keys(localStorage)) key.startsWith("retort.") && localStorage.removeItem(key);
    forget();
    tick.checked = false;
    said.textContent = "Nothing is kept now.";
  });
  place.append(label, button, said);
};
