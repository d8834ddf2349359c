//! The built program, as a user runs it.

mod exits;
mod hostile;
mod lines;
pub(crate) mod run;
mod timeline;
mod week;
