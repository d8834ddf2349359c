//! A series: the exports of one folder, each a folder of its own, in their order.

mod covered;
pub(super) mod listing;
pub(super) mod name;

pub use covered::Covered;
pub use listing::{CHAINS, CHECKPOINT, SIGNATURE, Series};
pub use name::Name;
