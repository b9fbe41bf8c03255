//! Small views that panels share.
//!
//! In: wire values and strings.
//! Out: elements. Text from outside is always a text node.
//! Never: the model's rules; a part decides nothing.

pub mod badge;
pub mod copy;
pub mod gutter;
pub mod icons;
pub mod passphrase;
pub mod prose;
pub mod window;

pub use badge::{role_badge, severity_badge, tag};
pub use copy::{code_line, copy_button};
pub use gutter::gutter;
pub use passphrase::passphrase;
pub use prose::prose;
pub use window::{Keyed, Lines, Pane, row_id};
