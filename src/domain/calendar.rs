//! Working time. Ladders and deadlines ask a calendar and never add hours themselves, so that another kind of calendar
//! changes nothing outside this file.

use chrono::TimeDelta;

use super::Timestamp;

/// When a policy's clock runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Calendar {
    /// Every hour of every day.
    #[default]
    Always,
}

impl Calendar {
    /// The instant at which `working` time has passed since `from`.
    pub fn add(&self, from: Timestamp, working: TimeDelta) -> Timestamp {
        match self {
            Self::Always => from.checked_add_signed(working).unwrap_or(Timestamp::MAX_UTC),
        }
    }

    /// The working time from `from` to `to`; none when `to` is not after `from`.
    pub fn between(&self, from: Timestamp, to: Timestamp) -> TimeDelta {
        match self {
            Self::Always => (to - from).max(TimeDelta::zero()),
        }
    }
}
