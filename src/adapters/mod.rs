//! The world, as the ports see it. Each adapter is named after its technology.

#[cfg(feature = "aws")]
pub mod aws;
pub mod beside;
#[cfg(any(feature = "aws", feature = "webhook"))]
mod causes;
pub mod clock;
#[cfg(feature = "aws")]
pub mod cloudwatch;
#[cfg(feature = "aws")]
pub mod codepipeline;
pub mod console;
#[cfg(feature = "aws")]
pub mod dynamodb;
#[cfg(feature = "aws")]
mod entries;
#[cfg(feature = "aws")]
pub mod eventbridge;
pub mod file;
#[cfg(feature = "aws")]
pub mod kmskey;
#[cfg(feature = "cli")]
pub mod localkey;
pub mod localpolicy;
pub mod memory;
#[cfg(feature = "aws")]
pub mod policysource;
pub mod recipients;
#[cfg(feature = "aws")]
pub mod s3;
#[cfg(feature = "aws")]
pub mod sns;
#[cfg(feature = "sqlite")]
pub mod sqlite;
#[cfg(feature = "aws")]
pub mod sqs;
#[cfg(feature = "webhook")]
pub mod webhook;
