//! How the folder of an export is named: `0003-2026-09-01-2026-10-01-csv`.

use chrono::Timelike;

use crate::audit::checkpoint::Period;
use crate::audit::format::Format;
use crate::domain::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    pub number: u64,
    pub text: String,
}

impl Name {
    pub fn of(number: u64, period: &Period, format: Format) -> Self {
        let time = |at: Option<Timestamp>, open: &str| at.map_or(open.to_owned(), written);
        let (from, to) = (time(period.from, "begin"), time(period.to, "end"));
        Self { number, text: format!("{number:04}-{from}-{to}-{}", format.word()) }
    }

    /// The name of a folder, if it begins with a number as that of an export does.
    pub fn read(text: &str) -> Option<Self> {
        let (digits, _) = text.split_once('-')?;
        let is_number = digits.len() >= 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
        let number = digits.parse().ok().filter(|number| is_number && *number > 0)?;
        Some(Self { number, text: text.to_owned() })
    }
}

/// The date, and what is more than the date where there is more. No file system minds any of it.
fn written(at: Timestamp) -> String {
    let time = at.time();
    let pattern = match (time.num_seconds_from_midnight(), time.nanosecond()) {
        (0, 0) => "%Y-%m-%d",
        (_, 0) => "%Y-%m-%dT%H%M%SZ",
        _ => "%Y-%m-%dT%H%M%S%.fZ",
    };
    at.format(pattern).to_string()
}
