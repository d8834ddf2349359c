//! The policy file: YAML text in, rules and recipients out.
//!
//! What is wrong is named with line, column, the path inside the file and what would be right, all of it at once.

mod duration;
mod error;
mod form;
mod plain;
mod read;
#[cfg(feature = "cli")]
mod schema;

use std::collections::BTreeMap;
use std::path::PathBuf;

pub use duration::parse as parse_duration;
pub use error::{PolicyError, PolicyErrors};
pub use read::read;
#[cfg(feature = "cli")]
pub use schema::schema;

use crate::domain::RecipientName;
use crate::domain::policy::Rules;

/// The policy that holds where none is given.
pub const DEFAULT: &str = include_str!("../../rules/policies/default.yaml");

/// A policy file that is in order.
#[derive(Clone, Debug)]
pub struct PolicyFile {
    pub rules: Rules,
    pub recipients: BTreeMap<RecipientName, Recipient>,
    /// Where metric data go, one JSON object a line; nowhere when missing.
    pub metrics_file: Option<PathBuf>,
    pub namespace: String,
    /// What is allowed but hardly meant.
    pub warnings: Vec<String>,
}

/// How a recipient is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// Readable lines on standard output.
    Console,
    /// JSON Lines, appended to a file.
    File(PathBuf),
    /// An HTTP POST of the notice as JSON.
    Webhook {
        url: String,
        /// The environment variable that holds the bearer token.
        token_env: Option<String>,
    },
}
