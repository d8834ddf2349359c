//! JSON Lines appended to a file: notices, and metric data.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::domain::Timestamp;
use crate::ports::EntryError;
use crate::ports::channel::{Letter, SendError};
use crate::ports::metrics::{Datum, Metrics};
use crate::record::line;

/// Appends the letter's data as one line, and waits until the disk has it.
pub fn send(path: &Path, letter: &Letter) -> Result<Option<String>, SendError> {
    append(path, std::iter::once(&letter.data)).map_err(|error| {
        let cause = format!("cannot append to `{}`: {error}", path.display());
        SendError::Retry { after: None, cause: cause.into() }
    })?;
    Ok(None)
}

/// Metric data to a file, or to nobody.
#[derive(Clone, Debug, Default)]
pub struct FileMetrics {
    pub path: Option<PathBuf>,
    pub namespace: String,
}

impl Metrics for FileMetrics {
    async fn record(&self, groups: &[Vec<Datum>], _now: Timestamp) -> Vec<Result<(), EntryError>> {
        let Some(path) = &self.path else { return groups.iter().map(|_| Ok(())).collect() };
        let of_datum = |d: &Datum| line::metric(&self.namespace, d.name, d.value, d.at, &d.dimensions);
        let lines: Vec<Value> = groups.iter().flatten().map(of_datum).collect();
        let written = append(path, &lines).map_err(|error| format!("cannot append to `{}`: {error}", path.display()));
        groups.iter().map(|_| written.clone().map_err(|cause| EntryError::Retry(cause.into()))).collect()
    }
}

/// All lines in one write, so that they are not mixed with another process's.
fn append<'a>(path: &Path, lines: impl IntoIterator<Item = &'a Value>) -> io::Result<()> {
    let mut text = String::new();
    for line in lines {
        text.push_str(&line.to_string());
        text.push('\n');
    }
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_data()
}
