//! Any text as what follows `#` in a link.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = retort::wire::share::decode(text);
    let _ = retort::wire::share::decode(&format!("r1.{text}"));
});
