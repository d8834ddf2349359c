//! The built program, as a user runs it.

mod run;
mod timeline;
