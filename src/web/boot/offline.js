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

// Offers the new version once, beside the app's other bars; nothing reloads by itself.
const retortOffer = (waiting) => {
  const button = (label, act) => {
    const made = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: label });
    made.addEventListener("click", act);
    return made;
  };
  const bar = Object.assign(document.createElement("section"), { className: "bar", ariaLabel: "New version ready" });
  bar.dataset.testid = "update";
  const said = document.createElement("p");
  said.role = "status";
  const words = document.createElement("b");
  said.append(words, " Reloading forgets what you added.");
  const reload = () => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    waiting.postMessage("take over");
  };
  bar.append(said, button("Reload", reload), button("Later", () => bar.remove()));
  document.querySelector(".bars")?.append(bar);
  words.textContent = "New version ready.";
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
