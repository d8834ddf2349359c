//! Time, for those who wait for it. Decisions never ask a clock; they are told `now`.

use crate::domain::Timestamp;

pub trait Clock: Send + Sync {
    /// The time, to the millisecond: what is stored reads back the same.
    fn now(&self) -> Timestamp;

    /// How long to wait, by the wall, until this clock shows `at`.
    fn wall_time_until(&self, at: Timestamp) -> std::time::Duration;
}
