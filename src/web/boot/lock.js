// Links that only a passphrase opens, as `src/wire/share/locked.rs` lays them out, by the browser's own
// cryptography. What is locked can't be opened by anybody without the passphrase, Retort included.

// 4 bytes of rounds, 16 of salt, 12 of nonce.
const retortHead = 32;
const retortRounds = 600_000;
// More would keep the browser busy for whoever opens a hostile link.
const retortRoundsMax = 10_000_000;

const retortUtf8 = (text) => new TextEncoder().encode(text);
const retortSpell = (bytes) =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
const retortBytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

async function retortCipher(pass, head, kind, loc) {
  const iterations = new DataView(head.buffer).getUint32(0);
  if (!iterations || iterations > retortRoundsMax) throw new Error("rounds");
  const secret = await crypto.subtle.importKey("raw", retortUtf8(pass.normalize("NFKC")), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: head.slice(4, 20), iterations };
  const key = await crypto.subtle.deriveKey(how, secret, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  // What stands beside the payload can't be exchanged either.
  return [{ name: "AES-GCM", iv: head.slice(20), additionalData: retortUtf8(`r1.${kind}.e.${loc}`) }, key];
}

async function retortSeal(kind, codec, loc, bytes) {
  const payload = retortSpell(bytes);
  const length = payload.length.toString(36);
  const sum = await crypto.subtle.digest("SHA-256", retortUtf8(`r1.${kind}.${codec}.${length}.${loc}.${payload}E`));
  return `r1.${kind}.${codec}.${length}.${retortSpell(new Uint8Array(sum)).slice(0, 11)}.${loc}.${payload}E`;
}

const retortLink = /(?<=^|#)r1\.(.)\.(.)\.[^.]*\.[^.]*\.([^.]*)\.([\w-]*)E/;

// Resolves to the text with its link locked; undefined where that can't be done.
__retort.lock = async (text, pass) => {
  try {
    const [whole, kind, codec, loc, payload] = text.match(retortLink);
    const head = crypto.getRandomValues(new Uint8Array(retortHead));
    new DataView(head.buffer).setUint32(0, retortRounds);
    const [how, key] = await retortCipher(pass, head, kind, loc);
    const inner = [...retortUtf8(codec), ...retortBytes(payload)];
    const locked = new Uint8Array(await crypto.subtle.encrypt(how, key, Uint8Array.from(inner)));
    return text.replace(whole, await retortSeal(kind, "e", loc, [...head, ...locked]));
  } catch {
    return undefined;
  }
};

// Resolves to the fragment that was locked; undefined for another passphrase.
__retort.unlock = async (fragment, pass) => {
  try {
    const [, kind, , loc, payload] = fragment.match(retortLink);
    const bytes = retortBytes(payload);
    const [how, key] = await retortCipher(pass, bytes.slice(0, retortHead), kind, loc);
    const inner = new Uint8Array(await crypto.subtle.decrypt(how, key, bytes.slice(retortHead)));
    return await retortSeal(kind, String.fromCharCode(inner[0]), loc, inner.slice(1));
  } catch {
    return undefined;
  }
};
