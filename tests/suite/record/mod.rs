//! The stored forms: files that exist already stay readable, byte for byte, and whatever the domain can make comes back as
//! it was.

mod any;
mod golden;
mod known;
mod survives;
