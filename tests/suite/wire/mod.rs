//! What AWS sends, read.

mod batches;
pub(crate) mod fixtures;
mod shown;
