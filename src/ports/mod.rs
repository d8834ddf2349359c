//! What holdpoint needs from the world, as traits. Each contract stands in prose on its trait; errors are named after the
//! reaction they ask for.

pub mod channel;
pub mod clock;
pub mod metrics;
pub mod pipelines;
pub mod store;

/// An error's cause, whatever technology it comes from.
pub type Source = Box<dyn std::error::Error + Send + Sync>;
