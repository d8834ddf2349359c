//! The stored forms: files that exist already stay readable, byte for byte, and whatever the domain can make comes back as
//! it was.

pub(crate) mod any;
mod golden;
pub(crate) mod known;
mod survives;
