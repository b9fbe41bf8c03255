//! The door to `src/web/boot/hands.js`.

use js_sys::Array;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = __retort, js_name = listen)]
    pub fn listen(give: &JsValue, over: &JsValue);

    #[wasm_bindgen(js_namespace = __retort, js_name = choose)]
    pub fn choose(wants_folder: bool, give: &JsValue);

    #[wasm_bindgen(js_namespace = __retort, js_name = gather)]
    pub async fn gather(source: &JsValue, is_machinery: &JsValue) -> JsValue;

    /// What [`gather`] found.
    pub type Found;
    #[wasm_bindgen(method, getter)]
    pub fn paths(this: &Found) -> Array;
    #[wasm_bindgen(method, getter)]
    pub fn files(this: &Found) -> Array;
    #[wasm_bindgen(method, getter)]
    pub fn skipped(this: &Found) -> Array;
    #[wasm_bindgen(method, getter)]
    pub fn unreadable(this: &Found) -> Array;

    /// A source; only pasted or dropped text has a text.
    pub type Source;
    #[wasm_bindgen(method, getter)]
    pub fn text(this: &Source) -> Option<String>;

    /// A file that was not read yet.
    pub type Handed;
    #[wasm_bindgen(method, getter)]
    pub fn size(this: &Handed) -> f64;

    #[wasm_bindgen(js_namespace = __retort, js_name = read)]
    pub async fn read(files: &Array) -> JsValue;

    #[wasm_bindgen(catch, js_namespace = __retort, js_name = loadSamples)]
    pub async fn load_samples() -> Result<JsValue, JsValue>;

    /// The bytes as text; nothing where they are none.
    #[wasm_bindgen(js_namespace = __retort, js_name = textOf)]
    pub fn text_of(bytes: &js_sys::Uint8Array) -> Option<String>;

    #[wasm_bindgen(js_namespace = __retort, js_name = copy)]
    pub async fn copy(text: &str) -> JsValue;

    /// The text with its link locked; nothing where that can't be done (`lock.js`).
    #[wasm_bindgen(js_namespace = __retort, js_name = lock)]
    pub async fn lock(text: &str, passphrase: &str) -> JsValue;

    /// The fragment that was locked; nothing for another passphrase.
    #[wasm_bindgen(js_namespace = __retort, js_name = unlock)]
    pub async fn unlock(fragment: &str, passphrase: &str) -> JsValue;

    #[wasm_bindgen(js_namespace = __retort, js_name = save)]
    pub fn save(name: &str, text: &str);

    #[wasm_bindgen(js_namespace = __retort, js_name = keptTheme)]
    pub fn kept_theme() -> String;

    #[wasm_bindgen(js_namespace = __retort, js_name = setTheme)]
    pub fn set_theme(theme: &str);

    /// What was kept under a key; empty where nothing was.
    #[wasm_bindgen(js_namespace = __retort, js_name = kept)]
    pub fn kept(key: &str) -> String;

    #[wasm_bindgen(js_namespace = __retort, js_name = keep)]
    pub fn keep(key: &str, value: &str);

    /// How many pixels a rem has: people change it in their browser.
    #[wasm_bindgen(js_namespace = __retort, js_name = rem)]
    pub fn rem() -> f64;

    /// Says in an element where the single file is, if this page comes from a server (`offline.js`).
    #[wasm_bindgen(js_namespace = __retort, js_name = tellSingleFile)]
    pub fn tell_single_file(place: &JsValue);

    /// Notes what a review is of, for the next visit where somebody wants that (`memory.js`).
    #[wasm_bindgen(js_namespace = __retort, js_name = remember)]
    pub fn remember(review: &str, buffers: &Array);

    /// Puts the switch for that into an element.
    #[wasm_bindgen(js_namespace = __retort, js_name = offerMemory)]
    pub fn offer_memory(place: &JsValue);

    #[wasm_bindgen(js_namespace = __retort, js_name = writeAddress)]
    pub fn write_address(fragment: &str, push: bool);
}
