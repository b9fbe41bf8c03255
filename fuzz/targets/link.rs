//! Any text as what follows `#` in a link.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = retort::wire::share::decode(text);
    let _ = retort::wire::share::decode(&format!("r1.{text}"));
    // No noise has the right digest: what comes behind it is tried by itself.
    for codec in ["m", "d"] {
        let _ = retort::wire::share::opened(codec, text.as_bytes(), str::to_lowercase);
    }
});
