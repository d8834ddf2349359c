//! The world, as the ports see it. Each adapter is named after its technology.

#[cfg(feature = "aws")]
pub mod aws;
pub mod clock;
#[cfg(feature = "aws")]
pub mod codepipeline;
#[cfg(feature = "cli")]
pub mod console;
pub mod file;
pub mod memory;
#[cfg(feature = "cli")]
pub mod recipients;
#[cfg(feature = "sqlite")]
pub mod sqlite;
#[cfg(feature = "webhook")]
pub mod webhook;
