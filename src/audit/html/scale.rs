//! From values to lengths.

use chrono::TimeDelta;

use crate::notice::duration;

/// An axis from 0 to `top`, marked at each `step`.
#[derive(Clone, Copy)]
pub(super) struct Scale {
    pub(super) top: u64,
    pub(super) step: u64,
}

/// What people count time by, in seconds.
const TIMES: [u64; 24] = [
    1,
    2,
    5,
    15,
    30,
    60,
    120,
    300,
    900,
    1_800,
    3_600,
    7_200,
    14_400,
    21_600,
    43_200,
    86_400,
    172_800,
    604_800,
    1_209_600,
    2_592_000,
    7_776_000,
    31_536_000,
    157_680_000,
    315_360_000,
];
/// In percent.
const SHARES: [u64; 5] = [1, 5, 10, 20, 25];
const MOST_STEPS: u64 = 4;

impl Scale {
    /// Without marks.
    pub(super) fn up_to(most: u64) -> Self {
        Self { top: most.max(1), step: most.max(1) }
    }

    /// For times of up to so many seconds.
    pub(super) fn of_time(most: u32) -> Self {
        Self::of(u64::from(most).max(1), &TIMES)
    }

    /// For shares of up to so many percent.
    pub(super) fn of_share(most: u64) -> Self {
        Self::of(most.max(1), &SHARES)
    }

    fn of(most: u64, steps: &[u64]) -> Self {
        let fits = |step: &&u64| most.div_ceil(**step) <= MOST_STEPS;
        let step = steps.iter().find(fits).copied().unwrap_or(most.div_ceil(MOST_STEPS));
        Self { top: most.div_ceil(step) * step, step }
    }

    pub(super) fn marks(self) -> impl Iterator<Item = u64> {
        (0..=self.top / self.step).map(move |n| n * self.step)
    }

    /// How far along a line of `length` the value lies.
    pub(super) fn along(self, value: u64, length: u64) -> u64 {
        value.min(self.top) * length / self.top
    }
}

/// A wait in words.
pub(super) fn wait(seconds: impl Into<i64>) -> String {
    duration(TimeDelta::seconds(seconds.into()))
}

/// A share in percent. Only nothing is 0%, and only all is 100%.
pub(super) fn percent(part: u64, of: u64) -> String {
    match (part, of) {
        (_, 0) => "none".to_owned(),
        (0, _) => "0%".to_owned(),
        (part, of) if part == of => "100%".to_owned(),
        (part, of) => match (part * 200 + of) / (of * 2) {
            0 => "<1%".to_owned(),
            100.. => ">99%".to_owned(),
            share => format!("{share}%"),
        },
    }
}
