//! What keeps its order: [`Map`] and [`Set`] by key, and sorting. The standard library's are compiled
//! anew for each type they hold, some kilobytes each, which the browser's builds count; these are a tenth
//! of that.
//!
//! In: keys, values and items of any type.
//! Out: the same, in order.
//! Never: an order that hangs on a hash or an address.

mod iter;
mod map;
mod set;
mod sort;

pub use map::{Entry, Map};
pub use set::Set;
pub use sort::{sort, sort_by, sort_by_key};
