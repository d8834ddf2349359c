//! The hours of a week, as windows on the wall.

use std::fmt;

use chrono::Weekday;

use super::zone::DAY;

/// More windows a day are a mistake.
pub const MAX_WINDOWS: usize = 24;

pub const WEEKDAYS: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

/// From a time on the wall up to another, without it. One that ends before it starts goes on after midnight, and belongs
/// whole to the day on which it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window {
    /// Seconds since midnight.
    pub(super) start: i64,
    /// More than a day's seconds where it goes on after midnight.
    pub(super) end: i64,
}

/// A day's windows in their order, which do not overlap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hours(Vec<Window>);

/// The hours of each day from Monday; there is at least one window, and none overlap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Week([Hours; 7]);

/// What windows cannot be hours together, each by its place in the list that was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeekError {
    Empty,
    TooMany { day: Weekday },
    Overlap { first: (Weekday, usize), second: (Weekday, usize) },
}

impl Window {
    /// Times in seconds since midnight: the start before 24:00, the end up to 24:00. None where they are the same, or not
    /// times of a day.
    pub fn new(start: u32, end: u32) -> Option<Self> {
        let (start, end) = (i64::from(start), i64::from(end));
        let is_window = start < DAY && end <= DAY && start != end;
        is_window.then_some(Self { start, end: if end > start { end } else { end + DAY } })
    }

    /// How far it reaches into the next day.
    fn spill(self) -> i64 {
        (self.end - DAY).max(0)
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = if self.end > DAY { self.end - DAY } else { self.end };
        let [from, to] = [self.start, end].map(|time| (time / 3600, time / 60 % 60));
        write!(f, "{:02}:{:02}-{:02}:{:02}", from.0, from.1, to.0, to.1)
    }
}

impl Hours {
    /// The windows of one day, in any order.
    pub fn new(windows: &[Window]) -> Result<Self, HoursError> {
        if windows.len() > MAX_WINDOWS {
            return Err(HoursError::TooMany);
        }
        let mut order: Vec<usize> = (0..windows.len()).collect();
        order.sort_by_key(|n| windows[*n]);
        match order.windows(2).find(|two| windows[two[0]].end > windows[two[1]].start) {
            Some(two) => Err(HoursError::Overlap { first: two[0], second: two[1] }),
            None => Ok(Self(order.into_iter().map(|n| windows[n]).collect())),
        }
    }

    pub fn windows(&self) -> &[Window] {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How far the last window reaches into the next day.
    pub(super) fn spill(&self) -> i64 {
        self.0.last().map_or(0, |window| window.spill())
    }
}

/// What windows cannot be the hours of one day together, each by its place in the list that was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoursError {
    TooMany,
    Overlap { first: usize, second: usize },
}

impl Week {
    /// The windows of each day from Monday, in any order.
    pub fn new(windows: &[Vec<Window>; 7]) -> Result<Self, WeekError> {
        let mut week = Self::every_hour();
        for ((hours, windows), day) in week.0.iter_mut().zip(windows).zip(WEEKDAYS) {
            *hours = Hours::new(windows).map_err(|error| match error {
                HoursError::TooMany => WeekError::TooMany { day },
                HoursError::Overlap { first, second } => {
                    WeekError::Overlap { first: (day, first), second: (day, second) }
                }
            })?;
        }
        for day in WEEKDAYS {
            let next = day.succ();
            let place = |day: Weekday, window: &Window| {
                windows[index(day)].iter().position(|one| one == window).map(|n| (day, n))
            };
            if let (Some(last), Some(first)) = (week.on(day).0.last(), week.on(next).0.first())
                && last.spill() > first.start
                && let (Some(first), Some(second)) = (place(day, last), place(next, first))
            {
                return Err(WeekError::Overlap { first, second });
            }
        }
        if week.0.iter().all(Hours::is_empty) { Err(WeekError::Empty) } else { Ok(week) }
    }

    /// All hours of all days.
    pub fn every_hour() -> Self {
        Self(std::array::from_fn(|_| Hours(vec![Window { start: 0, end: DAY }])))
    }

    pub fn on(&self, day: Weekday) -> &Hours {
        &self.0[index(day)]
    }

    /// The hours of the first day that has some.
    pub(super) fn first(&self) -> &Hours {
        self.0.iter().find(|hours| !hours.is_empty()).unwrap_or(&self.0[0])
    }

    /// Whether no second of the week is left out, however its windows are cut.
    pub(super) fn is_every_hour(&self) -> bool {
        let windows = self.0.iter().flat_map(|hours| &hours.0);
        windows.map(|window| window.end - window.start).sum::<i64>() == 7 * DAY
    }
}

fn index(day: Weekday) -> usize {
    day.num_days_from_monday() as usize
}
