//! The world, as the ports see it. Each adapter is named after its technology.

#[cfg(feature = "aws")]
pub mod aws;
pub mod clock;
pub mod console;
pub mod file;
pub mod memory;
pub mod recipients;
#[cfg(feature = "aws")]
pub mod sns;
#[cfg(feature = "sqlite")]
pub mod sqlite;
#[cfg(feature = "webhook")]
pub mod webhook;
