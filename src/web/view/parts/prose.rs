//! A sentence in which code stands between backticks.

use crate::web::view::dom::{View, el};

use crate::web::words::{self, Piece};

/// Draws a sentence; what stands between backticks becomes code.
pub fn prose(text: &str) -> View {
    let piece = |piece: Piece| match piece {
        Piece::Text(text) => View::none().with(text),
        Piece::Code(code) => {
            let fitted = words::fitted(&code);
            let shown = el("code").with(fitted.as_str());
            if fitted == code { shown } else { shown.attr("title", &code) }
        }
    };
    words::prose(text).into_iter().map(piece).collect::<View>()
}
