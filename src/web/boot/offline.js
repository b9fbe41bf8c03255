// What the hosted page has beyond the single file: it keeps itself for later, and says when a newer version is
// there. Storage on file:// may be shared with other files, so the single file keeps nothing.

// Says in `place` where the single file is, and how to know it.
__retort.tellSingleFile = (place) => {
  if (!__retort.single) return;
  const { name, sha256 } = __retort.single;
  const link = Object.assign(document.createElement("a"), { href: name, download: name, textContent: name });
  const hash = Object.assign(document.createElement("code"), { textContent: sha256 });
  place.append("The same app as one file, for a computer without a network: ", link, ". Its SHA-256 is ", hash, ".");
};

// Shows a bar beside the app's own: what there is to say, and a button for each thing to do, which takes it away.
const retortBar = (name, title, text, ...ways) => {
  const bar = Object.assign(document.createElement("section"), { className: "bar", ariaLabel: title });
  bar.dataset.testid = name;
  const said = document.createElement("p");
  said.role = "status";
  const words = document.createElement("b");
  said.append(words, ` ${text}`);
  bar.append(said);
  for (const [label, act] of ways) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: label });
    button.addEventListener("click", () => {
      bar.remove();
      act?.();
    });
    bar.append(button);
  }
  document.querySelector(".bars")?.append(bar);
  // What changes in a status is read out; what was in it from the start is not.
  words.textContent = `${title}.`;
};

// Offers the new version once; nothing reloads by itself.
const retortOffer = (waiting) => {
  const reload = () => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    waiting.postMessage("take over");
  };
  const lost = retortRemembers() ? "" : "Reloading forgets what you added.";
  retortBar("update", "New version ready", lost, ["Reload", reload], ["Later"]);
};

const retortKeep = async () => {
  if (!__retort.scripts || location.protocol === "file:" || !navigator.serviceWorker) return;
  try {
    const registration = await navigator.serviceWorker.register("sw.js", { scope: "./", updateViaCache: "none" });
    const look = (worker) =>
      worker?.addEventListener("statechange", () => {
        // The first one of all has nothing to take over from.
        if (worker.state === "installed" && navigator.serviceWorker.controller) retortOffer(worker);
      });
    if (registration.waiting && navigator.serviceWorker.controller) retortOffer(registration.waiting);
    look(registration.installing);
    registration.addEventListener("updatefound", () => look(registration.installing));
  } catch {
    // Storage is refused or full: the page works, and asks its server again next time.
  }
};
