//! What AWS sends, read.

mod batches;
pub(crate) mod fixtures;
mod identity;
mod mutated;
mod numbers;
mod shapes;
mod shown;
mod table;
