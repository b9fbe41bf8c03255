//! Names of Python in the form NFKC, in which Python compares them.
//!
//! ruff's Python parser asks for it when a name is not plain ASCII. The real tables are 55 kB of the
//! engine's compressed WebAssembly, and every browser has them.

/// What can be brought into the form NFKC.
pub trait UnicodeNormalization {
    /// Returns the characters of that form.
    fn nfkc(self) -> std::vec::IntoIter<char>;
}

impl UnicodeNormalization for &str {
    fn nfkc(self) -> std::vec::IntoIter<char> {
        normalized(self).chars().collect::<Vec<_>>().into_iter()
    }
}

#[cfg(target_arch = "wasm32")]
fn normalized(text: &str) -> String {
    js_sys::JsString::from(text).normalize("NFKC").into()
}

#[cfg(not(target_arch = "wasm32"))]
fn normalized(text: &str) -> String {
    icu_normalizer::ComposingNormalizerBorrowed::new_nfkc().normalize(text).into_owned()
}
