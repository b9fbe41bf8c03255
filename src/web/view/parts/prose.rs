//! A sentence in which code stands between backticks.

use leptos::prelude::*;

use crate::web::words::{self, Piece};

/// Draws a sentence; what stands between backticks becomes code.
pub fn prose(text: &str) -> AnyView {
    let piece = |piece: Piece| match piece {
        Piece::Text(text) => text.into_any(),
        Piece::Code(code) => {
            let fitted = words::fitted(&code);
            let whole = (fitted != code).then_some(code);
            view! { <code title=whole>{fitted}</code> }.into_any()
        }
    };
    words::prose(text).into_iter().map(piece).collect::<Vec<_>>().into_any()
}
