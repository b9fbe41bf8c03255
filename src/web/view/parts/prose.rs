//! A sentence in which code stands between backticks.

use crate::renderers::sentence::{Piece, fitted, pieces};
use crate::web::view::dom::{View, el};
use crate::web::words;

/// Draws a sentence; what stands between backticks becomes code.
pub fn prose(text: &str) -> View {
    let piece = |piece: Piece<'_>| match piece {
        Piece::Text(text) => View::none().with(words::visible(text)),
        Piece::Code(code) => {
            let whole = words::visible(code);
            match fitted(&whole) {
                Some(shown) => el("code").with(shown).attr("title", &whole),
                None => el("code").with(whole),
            }
        }
    };
    pieces(text).into_iter().map(piece).collect::<View>()
}
