//! A length of time and its clock: `{"working_seconds":14400}`, `{"wall_seconds":...}` or `{"working_days":2}`.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::domain::span::Span;

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum SpanRecord {
    WorkingSeconds(i64),
    WallSeconds(i64),
    WorkingDays(u32),
}

impl From<Span> for SpanRecord {
    fn from(span: Span) -> Self {
        match span {
            Span::Working(time) => Self::WorkingSeconds(time.num_seconds()),
            Span::Wall(time) => Self::WallSeconds(time.num_seconds()),
            Span::WorkingDays(days) => Self::WorkingDays(days),
        }
    }
}

impl From<SpanRecord> for Span {
    fn from(record: SpanRecord) -> Self {
        let time = |seconds| TimeDelta::try_seconds(seconds).unwrap_or(TimeDelta::MAX);
        match record {
            SpanRecord::WorkingSeconds(seconds) => Self::Working(time(seconds)),
            SpanRecord::WallSeconds(seconds) => Self::Wall(time(seconds)),
            SpanRecord::WorkingDays(days) => Self::WorkingDays(days),
        }
    }
}
