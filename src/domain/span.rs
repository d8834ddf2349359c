//! A length of time, and by which clock it passes.

use chrono::TimeDelta;

use super::Timestamp;
use super::calendar::Calendar;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Span {
    /// By the policy's calendar.
    Working(TimeDelta),
    /// Whether anybody works or not.
    Wall(TimeDelta),
    /// Until the same time on the wall, so many working days later.
    WorkingDays(u32),
}

impl Span {
    /// When it has passed since `from`.
    pub fn after(self, from: Timestamp, calendar: &Calendar) -> Timestamp {
        match self {
            Self::Working(time) => calendar.add(from, time),
            Self::Wall(time) => later(from, time),
            Self::WorkingDays(days) => calendar.add_days(from, days),
        }
    }

    /// `n` times as long.
    pub(super) fn times(self, n: u32) -> Self {
        let times = |time: TimeDelta| time.checked_mul(i32::try_from(n).unwrap_or(i32::MAX)).unwrap_or(TimeDelta::MAX);
        match self {
            Self::Working(time) => Self::Working(times(time)),
            Self::Wall(time) => Self::Wall(times(time)),
            Self::WorkingDays(days) => Self::WorkingDays(days.saturating_mul(n)),
        }
    }
}

/// `at` plus `time`, at the end of the calendar at the latest.
pub(crate) fn later(at: Timestamp, time: TimeDelta) -> Timestamp {
    at.checked_add_signed(time).unwrap_or(Timestamp::MAX_UTC)
}
