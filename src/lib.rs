//! holdpoint watches every manual approval of AWS CodePipeline: who is being waited for, since when, how much of the
//! promised time is gone. It tells the right people in time and keeps evidence of who decided.
//!
//! The modules stand in the order of their dependencies; each may use those above it that `ARCHITECTURE.md` names.

#![forbid(unsafe_code)]

pub mod adapters;
pub mod app;
pub mod audit;
#[cfg(feature = "cli")]
pub mod cli;
pub mod domain;
#[cfg(feature = "lambda")]
pub mod lambda;
pub mod links;
pub mod notice;
pub mod policyfile;
pub mod ports;
pub mod record;
pub mod wire;
