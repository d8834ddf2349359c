//! What several commands are told, and what they make of it.

use std::path::Path;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};

use super::Failure;
use crate::adapters::beside::beside;
use crate::domain::Timestamp;
use crate::domain::calendar::Zone;
use crate::policyfile::{self, PolicyFile};

/// Reads the policy file, or the one that is built in.
pub(super) fn policy(path: Option<&Path>) -> Result<PolicyFile, Failure> {
    let Some(path) = path else {
        return Ok(policyfile::read("(the built-in policy)", policyfile::DEFAULT)?);
    };
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::Usage(format!("cannot read the policy file `{name}`: {error}")))?;
    Ok(policyfile::read_beside(&name, &text, &beside(path))?)
}

/// A time on the command line: RFC 3339, or a date, which is its beginning in UTC.
pub(super) fn time(text: &str) -> Result<Timestamp, String> {
    text.parse::<When>().map(|when| when.in_zone(&Zone::utc()))
}

/// An instant, or a day, of which only a zone says when it begins.
#[derive(Clone, Copy, Debug)]
pub(super) enum When {
    At(Timestamp),
    Day(NaiveDate),
}

impl When {
    pub(super) fn in_zone(self, zone: &Zone) -> Timestamp {
        match self {
            Self::At(at) => at,
            Self::Day(date) => zone.beginning_of(date),
        }
    }
}

impl FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let at = DateTime::parse_from_rfc3339(text).map(|at| Self::At(at.with_timezone(&Utc)));
        let day = |_| text.parse().map(Self::Day);
        at.or_else(day)
            .map_err(|_: chrono::ParseError| "write for example 2026-09-28T17:00:00Z or 2026-09-28".to_owned())
    }
}

/// An environment variable that the policy file names.
#[expect(clippy::disallowed_methods, reason = "settings are read here, and only here")]
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Region and credentials, from where every AWS tool takes them.
#[cfg(feature = "aws")]
pub(super) async fn aws() -> Result<aws_config::SdkConfig, Failure> {
    let settings = crate::adapters::aws::settings().await;
    match settings.region() {
        Some(_) => Ok(settings),
        None => Err(Failure::Usage("no region of AWS is set: say which with the variable AWS_REGION".to_owned())),
    }
}

/// Text for people, or JSON for machines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    #[default]
    Text,
    Json,
}

/// Runs what a command has to wait for.
pub(super) fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::failed)?.block_on(work)
}
