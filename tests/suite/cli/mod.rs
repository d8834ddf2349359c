//! The built program, as a user runs it.

mod audit;
mod calendar;
mod exits;
mod explain;
mod hostile;
mod lines;
mod policy;
mod preview;
mod respond;
pub(crate) mod run;
mod simulate;
mod status;
mod timeline;
mod week;
