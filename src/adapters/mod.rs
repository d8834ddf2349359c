//! The world, as the ports see it. Each adapter is named after its technology.

pub mod memory;
#[cfg(feature = "sqlite")]
pub mod sqlite;
