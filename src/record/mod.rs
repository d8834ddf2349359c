//! The forms in which facts, effects and executions are stored and exported.
//!
//! A stored form is a promise to files that exist already, so these are types of their own: the domain changes freely,
//! these only by a new version, and golden files in `tests/data/golden` hold every version ever written.

use serde::Deserialize;
use serde::de::DeserializeOwned;

pub mod detail;
pub mod effect;
mod event;
pub mod execution;
pub mod fact;
mod finding;
pub mod line;
pub mod names;
pub mod parts;
pub mod projection;
mod span;
pub mod time;

/// Reads a text of the version that is known here. What a later one looks like is not known, but it says which it is.
fn read<T: DeserializeOwned>(text: &str, known: u32, version: impl Fn(&T) -> u32) -> Result<T, RecordError> {
    #[derive(Deserialize)]
    struct Version {
        v: u32,
    }
    let record = serde_json::from_str::<T>(text);
    let found = match &record {
        Ok(record) => version(record),
        Err(_) => serde_json::from_str::<Version>(text).map_or(known, |version| version.v),
    };
    if found == known { Ok(record?) } else { Err(RecordError::Version { found, known }) }
}

/// A stored text that cannot be read back.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    #[error("not a record of a known form: {0}")]
    Form(#[from] serde_json::Error),
    #[error("it is of version {found}, and this holdpoint knows only version {known}: update holdpoint")]
    Version { found: u32, known: u32 },
    #[error("`{value}` is not a {what}")]
    Name { what: &'static str, value: String },
}
