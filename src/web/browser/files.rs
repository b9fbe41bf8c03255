//! Files and texts that people hand over.

use js_sys::{Array, Object, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::hands::{self, Found, Handed, Source};
use crate::web::intake::{self, Intake};
use crate::web::model::{LeftOut, Msg, Offer, Reason, SampleId};
use crate::web::samples;
use crate::web::view::Desk;

/// Files read at a time.
const BATCH: usize = 256;

/// Listens for what is pasted and dropped, and takes what came before the page was ready.
pub fn listen(desk: Desk) {
    let give = giver(desk);
    let over =
        Closure::<dyn Fn(i32)>::new(move |count| desk.send(Msg::DragOver(count))).into_js_value();
    hands::listen(&give, &over);
}

/// Lets the person choose files.
pub fn choose_files(desk: Desk) {
    hands::choose(false, &giver(desk));
}

/// Lets the person choose a folder.
pub fn choose_folder(desk: Desk) {
    hands::choose(true, &giver(desk));
}

/// Hands over a text.
pub fn offer_text(desk: Desk, text: String) {
    let bytes = Uint8Array::from(text.as_bytes());
    offer(desk, vec![(String::new(), bytes)], Vec::new());
}

/// Hands over the files of a sample.
pub async fn load_sample(desk: Desk, sample: SampleId) {
    let json = hands::load_samples().await.ok().and_then(|json| json.as_string());
    let parsed = json.and_then(|json| js_sys::JSON::parse(&json).ok());
    let folder = samples::folder(sample);
    let mut files = Vec::new();
    let entries = parsed.map(|parsed| Object::entries(parsed.unchecked_ref())).unwrap_or_default();
    for entry in entries.iter() {
        let entry: Array = entry.unchecked_into();
        let (path, text) = (entry.get(0).as_string(), entry.get(1).as_string());
        let path = path.as_deref().and_then(|path| path.strip_prefix(folder)?.strip_prefix('/'));
        if let (Some(path), Some(text)) = (path, text) {
            files.push((path.to_owned(), Uint8Array::from(text.as_bytes())));
        }
    }
    let left_out = match files.is_empty() {
        true => vec![LeftOut { path: folder.to_owned(), why: Reason::Unreadable }],
        false => Vec::new(),
    };
    offer(desk, files, left_out);
}

fn giver(desk: Desk) -> JsValue {
    Closure::<dyn Fn(JsValue)>::new(move |source: JsValue| {
        match source.unchecked_ref::<Source>().text() {
            Some(text) => offer_text(desk, text),
            None => spawn_local(take(desk, source)),
        }
    })
    .into_js_value()
}

/// Finds the files of a source, leaves out what is not wanted, reads the rest.
async fn take(desk: Desk, source: JsValue) {
    let is_machinery =
        Closure::<dyn Fn(String) -> bool>::new(|name: String| intake::is_machinery(&name));
    let found: Found = hands::gather(&source, is_machinery.as_ref()).await.unchecked_into();
    let because = |list: &Array, why| {
        let item = move |path: JsValue| LeftOut { path: path.as_string().unwrap_or_default(), why };
        list.iter().map(item).collect::<Vec<_>>()
    };
    let mut left_out = because(&found.skipped(), Reason::Machinery);
    left_out.extend(because(&found.unreadable(), Reason::Unreadable));

    let (documents, bytes) = desk.peek(|model| {
        let bytes = model.uploads.iter().map(|upload| upload.bytes).sum();
        (model.uploads.len(), bytes)
    });
    let mut intake = Intake::new(documents, bytes);
    let mut wanted = Vec::new();
    for (path, file) in found.paths().iter().zip(found.files().iter()) {
        let path = path.as_string().unwrap_or_default();
        let size = file.unchecked_ref::<Handed>().size() as usize;
        if let Some(why) = intake::skip(&path) {
            left_out.push(LeftOut { path, why });
        } else {
            match intake.admit(&path, size) {
                Ok(()) => wanted.push((path, file)),
                Err(refused) => left_out.push(refused),
            }
        }
    }
    let mut files = Vec::with_capacity(wanted.len());
    for batch in wanted.chunks(BATCH) {
        let handed: Array = batch.iter().map(|(_, file)| file).collect();
        let read: Array = hands::read(&handed).await.unchecked_into();
        for ((path, _), bytes) in batch.iter().zip(read.iter()) {
            match bytes.dyn_into::<Uint8Array>() {
                Ok(bytes) => files.push((path.clone(), bytes)),
                Err(_) => left_out.push(LeftOut { path: path.clone(), why: Reason::Unreadable }),
            }
        }
    }
    offer(desk, files, left_out);
}

fn offer(desk: Desk, files: Vec<(String, Uint8Array)>, left_out: Vec<LeftOut>) {
    let keep = |(path, bytes): (String, Uint8Array)| Offer {
        path,
        bytes: bytes.length() as usize,
        id: desk.keep(bytes),
    };
    let offers = files.into_iter().map(keep).collect();
    desk.send(Msg::Offered { offers, left_out });
}
