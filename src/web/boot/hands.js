// What the page asks of the browser and what people hand over, in the browser's own words: a source is
// {text}, {files}, {entries} (of a drop), {folder} (a directory handle) or {kept} ([path, bytes] of an earlier visit).

// Calls give(source) for whatever is pasted outside a field or dropped, and over(count) while something is
// dragged across the window: -1 when it left, 0 when nobody knows how many.
__retort.listen = (give, over) => {
  const isField = (target) => target instanceof Element && target.matches("textarea, input, [contenteditable]");
  addEventListener("paste", (event) => {
    if (isField(event.target)) return;
    const text = event.clipboardData.getData("text/plain");
    const files = [...event.clipboardData.files];
    if (files.length) give({ files });
    else if (text.trim()) give({ text });
  });
  let last = 0;
  const away = () => {
    clearInterval(last);
    last = 0;
    over(-1);
  };
  let seen = 0;
  addEventListener("dragover", (event) => {
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    seen = Date.now();
    if (last) return;
    over([...event.dataTransfer.items].filter((item) => item.kind === "file").length);
    // A drag that ends outside says nothing; one that goes on says so many times a second.
    last = setInterval(() => Date.now() - seen > 900 && away(), 300);
  });
  addEventListener("dragleave", (event) => event.relatedTarget || away());
  addEventListener("dragend", away);
  addEventListener("drop", (event) => {
    event.preventDefault();
    away();
    // Entries are gone when this handler returns.
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    const text = event.dataTransfer.getData("text/plain");
    if (entries.length) give({ entries });
    else if (event.dataTransfer.files.length) give({ files: [...event.dataTransfer.files] });
    else if (text.trim()) give({ text });
  });
  const early = window.__retortEarly?.take() ?? [];
  for (const source of early) give(source);
  if (!early.length) void __retort.recall(give);
};

// Lets the person pick files, or a folder.
__retort.choose = async (wantsFolder, give) => {
  if (wantsFolder && window.showDirectoryPicker) {
    try {
      return give({ folder: await showDirectoryPicker() });
    } catch (error) {
      if (error.name === "AbortError") return;
      // Forbidden here (another site's frame, a setting): the older way may still work.
    }
  }
  const input = Object.assign(document.createElement("input"), { type: "file", multiple: true });
  input.webkitdirectory = wantsFolder;
  input.addEventListener("change", () => input.files.length && give({ files: [...input.files] }));
  input.click();
};

// Resolves to {paths, files, skipped, unreadable}. Folders that isMachinery names are not walked.
__retort.gather = async ({ entries = [], files = [], kept = [], folder }, isMachinery) => {
  const found = { paths: [], files: [], skipped: [], unreadable: [] };
  const take = (path, file) => {
    found.paths.push(path);
    found.files.push(file);
  };
  // Chromium hands out a hundred entries at a time; an empty batch is the end.
  const batch = (reader) => new Promise((resolve, reject) => reader.readEntries(resolve, reject));
  const fileOf = (entry) => new Promise((resolve, reject) => entry.file(resolve, reject));
  const walkEntry = async (entry, path) => {
    try {
      if (entry.isFile) return take(path, await fileOf(entry));
      if (isMachinery(entry.name)) return found.skipped.push(path);
      const reader = entry.createReader();
      for (let some = await batch(reader); some.length; some = await batch(reader)) {
        for (const child of some) await walkEntry(child, `${path}/${child.name}`);
      }
    } catch {
      found.unreadable.push(path);
    }
  };
  const walkHandle = async (handle, path) => {
    try {
      if (handle.kind === "file") return take(path, await handle.getFile());
      if (isMachinery(handle.name)) return found.skipped.push(path);
      for await (const child of handle.values()) await walkHandle(child, `${path}/${child.name}`);
    } catch {
      found.unreadable.push(path);
    }
  };
  for (const entry of entries) await walkEntry(entry, entry.name);
  if (folder) await walkHandle(folder, folder.name);
  for (const file of files) take(file.webkitRelativePath || file.name, file);
  for (const [path, bytes] of kept) take(path, new Blob([bytes]));
  return found;
};

// Resolves to the bytes of each file; null for one that can't be read any more. Small files are read as one: a
// reading costs the page more than a file's bytes do.
__retort.read = async (files) => {
  const ends = [];
  files.reduce((at, { size }) => (ends.push(at + size), at + size), 0);
  if (ends.at(-1) < 1e7) {
    const all = await new Blob(files).arrayBuffer().catch(() => null);
    if (all?.byteLength === ends.at(-1)) return files.map(({ size }, ix) => new Uint8Array(all.slice(ends[ix] - size, ends[ix])));
  }
  return Promise.all(files.map((file) => file.arrayBuffer().then((bytes) => new Uint8Array(bytes), () => null)));
};

// The bytes as text, or undefined where they are none.
__retort.textOf = (bytes) => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

__retort.rem = () => parseFloat(getComputedStyle(document.documentElement).fontSize);

__retort.copy = (text) => Promise.resolve().then(() => navigator.clipboard.writeText(text)).then(() => true, () => false);

__retort.save = (name, text) => {
  const href = URL.createObjectURL(new Blob([text], { type: "application/octet-stream" }));
  Object.assign(document.createElement("a"), { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
};

// Storage may be refused, and on file:// it may be shared with other files, so it is not used there.
const retortStorage = () => (location.protocol === "file:" ? null : localStorage);
__retort.kept = (key) => {
  try {
    return retortStorage()?.getItem(`retort.${key}`) ?? "";
  } catch {
    return "";
  }
};
__retort.keep = (key, value) => {
  try {
    if (value) retortStorage()?.setItem(`retort.${key}`, value);
    else retortStorage()?.removeItem(`retort.${key}`);
  } catch {}
};
__retort.keptTheme = () => __retort.kept("theme") || "system";
const retortDark = matchMedia("(prefers-color-scheme: dark)");
__retort.setTheme = (theme) => {
  __retort.keep("theme", theme === "system" ? "" : theme);
  const show = () => {
    document.documentElement.dataset.theme = theme !== "system" ? theme : retortDark.matches ? "dark" : "light";
  };
  retortDark.onchange = theme === "system" ? show : null;
  show();
};

__retort.writeAddress = (fragment, push) => {
  const url = location.href.split("#")[0] + (fragment && `#${fragment}`);
  try {
    if (url !== location.href) history[push ? "pushState" : "replaceState"](null, "", url);
  } catch {
    // A browser that was asked too often refuses; the address is a convenience.
  }
};
