//! What auditors get: one row an approval, in the form that they ask for; and what proves later that it was not changed.

pub mod canonical;
pub mod chain;
pub mod checkpoint;
mod columns;
mod csv;
pub mod draft;
mod entry;
mod format;
pub mod hash;
#[cfg(feature = "html")]
pub mod html;
mod jsonl;
mod line;
mod ocsf;
#[cfg(feature = "parquet")]
mod parquet;
mod row;
mod scope;
pub mod series;
mod shown;
pub mod verify;
mod writer;

pub use columns::{COLUMNS, Column, Kind, Part};
pub use entry::Entry;
pub use format::Format;
pub use scope::Scope;
pub use writer::Writer;
