//! The checks, one file each.

pub(super) mod bus;
pub(super) mod credentials;
pub(super) mod gates;
mod metric;
pub(super) mod policy;
pub(super) mod queue;
pub(super) mod rules;
mod samples;
pub(super) mod sweep;
pub(super) mod table;
pub(super) mod topics;
pub(super) mod trail;
pub(super) mod waiting;
