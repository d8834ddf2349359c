//! What tests share.

pub(crate) mod history;
pub(crate) mod recording;
