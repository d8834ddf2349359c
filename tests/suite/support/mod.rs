//! What tests share.

pub(crate) mod faulty;
pub(crate) mod history;
pub(crate) mod timeline;
pub(crate) mod world;
