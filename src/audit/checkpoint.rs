//! The checkpoint of an export: what it consists of, and which one came before.
//!
//! It holds no time of writing and no name of a machine, so that the same store and period give the same bytes.

use serde::{Deserialize, Serialize};

use super::hash::{Hash, Sum};
use crate::domain::Timestamp;
use crate::record::time::option as time;

pub const FORMAT: &str = "holdpoint-checkpoint/1";
pub const ALGORITHM: &str = "Ed25519";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    pub format: String,
    /// Counts the exports of a series, from 1.
    pub number: u64,
    pub period: Period,
    /// The pattern that the names of the pipelines fit.
    pub pipelines: Option<String>,
    pub approvals: u64,
    pub facts: u64,
    pub files: Vec<FileSum>,
    pub previous: Option<Previous>,
    /// Why the series begins anew here although it has earlier exports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restarted: Option<String>,
    pub signer: Option<SignedBy>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    #[serde(with = "time")]
    pub from: Option<Timestamp>,
    #[serde(with = "time")]
    pub to: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileSum {
    pub name: String,
    pub bytes: u64,
    pub sha256: Hash,
}

impl FileSum {
    pub fn new(name: &str, sum: Sum) -> Self {
        let Sum { bytes, sha256 } = sum;
        Self { name: name.to_owned(), bytes, sha256 }
    }

    pub fn sum(&self) -> Sum {
        Sum { bytes: self.bytes, sha256: self.sha256 }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Previous {
    pub number: u64,
    /// Of the bytes of its `checkpoint.json`.
    pub sha256: Hash,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedBy {
    pub algorithm: String,
    /// The 32 bytes of the key, in base64.
    pub public_key: String,
}

#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    #[error("it is no checkpoint: {0}")]
    Form(#[from] serde_json::Error),
    #[error("it is of the form `{0}`, and this holdpoint knows only `{FORMAT}`: update holdpoint")]
    Format(String),
}

impl Checkpoint {
    /// The bytes that are kept and signed.
    pub fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    pub fn read(bytes: &[u8]) -> Result<Self, CheckpointError> {
        #[derive(Deserialize)]
        struct Form {
            format: String,
        }
        let form: Form = serde_json::from_slice(bytes)?;
        if form.format != FORMAT {
            return Err(CheckpointError::Format(form.format.chars().take(80).collect()));
        }
        Ok(serde_json::from_slice(bytes)?)
    }
}

/// A line of `chains.jsonl`: an approval, in the order of the export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainLine {
    pub approval: String,
    /// For whoever has to name it when its row is gone.
    pub gate: Option<String>,
    /// The hash behind each of its facts; the last one is the head.
    pub chain: Vec<Hash>,
    /// Of the bytes of its row; none in a form whose rows have no bytes of their own.
    pub row: Option<Hash>,
}
