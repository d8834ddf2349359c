//! The policy file: YAML text in, rules and recipients out.
//!
//! What is wrong is named with line, column, the path inside the file and what would be right, all of it at once.

mod calendar;
mod controls;
mod duration;
mod error;
mod form;
mod holidays;
mod name;
mod namespace;
mod place;
mod plain;
mod problems;
mod read;
mod recipient;
#[cfg(feature = "cli")]
mod schema;
mod steps;
mod topic;
mod wording;

use std::collections::BTreeMap;
use std::path::PathBuf;

pub use calendar::{read_calendar, zone};
pub use duration::parse as parse_duration;
pub use error::{PolicyError, PolicyErrors};
pub use read::{LONGEST_SNOOZE, MAX_BYTES, read, read_beside};
#[cfg(feature = "cli")]
pub use schema::schema;
pub use topic::{Format, Topic};

use crate::domain::RecipientName;
use crate::domain::calendar::Calendar;
use crate::domain::policy::Rules;
use crate::notice::{Style, Wordings};

/// The policy that holds where none is given.
pub const DEFAULT: &str = include_str!("../../rules/policies/default.yaml");

/// A policy file that is in order.
#[derive(Clone, Debug)]
pub struct PolicyFile {
    pub rules: Rules,
    /// The calendars that the file names, whether a policy uses them or not.
    pub calendars: BTreeMap<String, Calendar>,
    pub recipients: BTreeMap<RecipientName, Recipient>,
    /// What notices say, where the file says it in words of its own.
    pub wordings: Wordings,
    /// Where metric data go, one JSON object a line; nowhere when missing.
    pub metrics_file: Option<PathBuf>,
    pub namespace: String,
    /// What is allowed but hardly meant.
    pub warnings: Vec<String>,
    /// What is worth knowing of what is meant.
    pub notes: Vec<String>,
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
    /// A message to a topic of Amazon SNS.
    Sns { topic: Topic, format: Format },
}

impl Recipient {
    /// How what they read is written.
    pub fn style(&self) -> Style {
        match self {
            Self::Sns { format: Format::Chat, .. } => Style::Markdown,
            _ => Style::Plain,
        }
    }
}
