//! Working time. Ladders and deadlines ask a calendar and never add hours themselves.
//!
//! An instant is working time when the clock on the wall of the calendar's zone then shows a time inside a window of its
//! day. So a repeated hour counts twice, a skipped one not at all, and a day that a zone left out has no hours. A window
//! across midnight belongs whole to the day on which it starts, and so does what a day off takes away.

mod clock;
mod days;
mod holidays;
mod week;
mod zone;

use std::fmt;
use std::sync::Arc;

use chrono::{NaiveDate, NaiveTime, TimeDelta, Timelike};

pub use days::{Change, Day, Kind, Spans};
pub use holidays::{Exception, Exceptions, MonthDay, YEARLY};
pub use week::{Hours, HoursError, MAX_WINDOWS, WEEKDAYS, Week, WeekError, Window};
pub use zone::Zone;

use self::clock::Clock;
use self::holidays::hours_on;
use self::zone::{DAY, Instant};
use super::Timestamp;

/// Nothing is looked for further ahead, in days: what a calendar is asked for is there by then, or never.
pub const HORIZON: i64 = 36_525;

/// When a policy's clock runs. Cheap to clone.
///
/// Every answer is exact to the second, and what `from` has beside whole seconds stays. What is not found within
/// [`HORIZON`] is answered with the instant at its end.
#[derive(Clone)]
pub struct Calendar(Arc<Inner>);

struct Inner {
    name: String,
    zone: Zone,
    week: Week,
    exceptions: Exceptions,
    /// None where every hour of every day is working time.
    clock: Option<Clock>,
}

impl Calendar {
    pub fn new(name: &str, zone: Zone, week: Week, exceptions: Exceptions) -> Self {
        let never_closes = week.is_every_hour() && exceptions.is_empty();
        let clock = (!never_closes).then(|| Clock::new(&week, &exceptions));
        Self(Arc::new(Inner { name: name.to_owned(), zone, week, exceptions, clock }))
    }

    /// Every hour of every day.
    pub fn always() -> Self {
        Self::new("24x7", Zone::utc(), Week::every_hour(), Exceptions::default())
    }

    pub fn name(&self) -> &str {
        &self.0.name
    }

    pub fn zone(&self) -> &Zone {
        &self.0.zone
    }

    pub fn week(&self) -> &Week {
        &self.0.week
    }

    pub fn exceptions(&self) -> &Exceptions {
        &self.0.exceptions
    }

    /// Whether every hour of every day is working time, so that it is all the same as time.
    pub fn is_always(&self) -> bool {
        self.0.clock.is_none()
    }

    /// The earliest instant at which `working` time has passed since `from`: at a close, where it is used up there, and
    /// `from` itself, also outside the hours, where there is none to pass.
    pub fn add(&self, from: Timestamp, working: TimeDelta) -> Timestamp {
        if working <= TimeDelta::zero() {
            return from;
        }
        let Some(clock) = &self.0.clock else {
            return from.checked_add_signed(working).unwrap_or(Timestamp::MAX_UTC);
        };
        let (mut at, mut left) = (Instant::of(from), working);
        let horizon = at.later(HORIZON);
        while at < horizon {
            let stretch = self.0.zone.stretch(at.seconds);
            let until = stretch.until.min(horizon.seconds);
            let before = elapsed(clock, at, stretch.offset);
            let after = elapsed(clock, Instant::at(until), stretch.offset);
            if let Some(goal) = before.checked_add(&left).filter(|goal| *goal <= after) {
                let (seconds, nanos) = (goal.num_seconds(), goal.subsec_nanos().unsigned_abs());
                // A part of a second ends within the second by whose end all of it has passed.
                let local = if nanos == 0 { clock.reached(seconds) } else { clock.reached(seconds + 1) - 1 };
                return Instant { seconds: local - stretch.offset, nanos }.timestamp();
            }
            left -= after - before;
            at = Instant::at(until);
        }
        horizon.timestamp()
    }

    /// The working time from `from` to `to`; none when `to` is not after `from`.
    pub fn between(&self, from: Timestamp, to: Timestamp) -> TimeDelta {
        let Some(clock) = &self.0.clock else { return (to - from).max(TimeDelta::zero()) };
        let (mut at, to) = (Instant::of(from), Instant::of(to));
        let mut total = TimeDelta::zero();
        while at < to {
            let stretch = self.0.zone.stretch(at.seconds);
            let until = Instant::at(stretch.until).min(to);
            total += elapsed(clock, until, stretch.offset) - elapsed(clock, at, stretch.offset);
            at = until;
        }
        total
    }

    /// Whether `at` is working time.
    pub fn is_open(&self, at: Timestamp) -> bool {
        let local = || self.0.zone.local(Instant::of(at).seconds);
        self.0.clock.as_ref().is_none_or(|clock| clock.is_open(local()))
    }

    /// `at` if that is working time, or else when the next window opens.
    pub fn opens_at(&self, at: Timestamp) -> Timestamp {
        self.next_open(at).unwrap_or_else(|| Instant::of(at).later(HORIZON).timestamp())
    }

    /// The same; none where nothing opens up to the horizon.
    fn next_open(&self, from: Timestamp) -> Option<Timestamp> {
        let Some(clock) = &self.0.clock else { return Some(from) };
        let mut at = Instant::of(from);
        let horizon = at.later(HORIZON);
        while at < horizon {
            let stretch = self.0.zone.stretch(at.seconds);
            let local = at.seconds + stretch.offset;
            if clock.is_open(local) {
                return Some(at.timestamp());
            }
            let opens = clock.reached(clock.worked(local) + 1) - 1 - stretch.offset;
            if opens < stretch.until {
                return Some(Instant::at(opens).timestamp()).filter(|_| opens < horizon.seconds);
            }
            at = Instant::at(stretch.until);
        }
        None
    }

    /// When the working time that `from` is in ends, at the latest at `latest`.
    fn closes_at(&self, from: Timestamp, latest: Timestamp) -> Timestamp {
        let Some(clock) = &self.0.clock else { return latest };
        let (mut at, last) = (Instant::of(from).seconds, Instant::of(latest).seconds);
        loop {
            let stretch = self.0.zone.stretch(at);
            let until = stretch.until.min(last);
            let closes = clock.closes(at + stretch.offset, until + stretch.offset) - stretch.offset;
            if closes == at || closes < until {
                return Instant::at(closes).timestamp();
            }
            if until == last {
                // Whatever is open at a second is open for all of it.
                return latest;
            }
            at = until;
        }
    }

    /// Whether hours start on `date`, so that it counts as a working day.
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        self.hours_on(date).is_some() && self.0.zone.length_of(zone::day(date)) > 0
    }

    /// The hours that start on `date`, if it has any.
    pub fn hours_on(&self, date: NaiveDate) -> Option<&Hours> {
        hours_on(&self.0.week, &self.0.exceptions, date)
    }

    /// The same time on the wall as at `from`, on the `n`-th working day after the date that the wall shows then. A time
    /// that is skipped there moves to the end of the gap, and of one that is repeated it is the first. 0 is `from` itself.
    pub fn add_days(&self, from: Timestamp, n: u32) -> Timestamp {
        if n == 0 {
            return from;
        }
        let at = Instant::of(from);
        let local = self.0.zone.local(at.seconds);
        self.on_working_day(from, n, local.rem_euclid(DAY), at.nanos)
    }

    /// A time on the wall on the `n`-th working day after the date that the wall shows at `from`; 0 is that date itself,
    /// whether it is a working day or not. Skipped and repeated times are taken as by [`add_days`](Self::add_days).
    pub fn at_local(&self, from: Timestamp, n: u32, time: NaiveTime) -> Timestamp {
        self.on_working_day(from, n, i64::from(time.num_seconds_from_midnight()), 0)
    }

    fn on_working_day(&self, from: Timestamp, n: u32, time: i64, nanos: u32) -> Timestamp {
        let zone = &self.0.zone;
        let at = Instant::of(from);
        let today = zone.local(at.seconds).div_euclid(DAY);
        let mut working_days = (today + 1..=today + HORIZON).filter(|day| self.is_working_day(zone::date(*day)));
        let day = n.checked_sub(1).map_or(Some(today), |before| working_days.nth(before as usize));
        let Some(day) = day else { return at.later(HORIZON).timestamp() };
        let seconds = zone.first_at(day * DAY + time);
        let is_skipped = zone.local(seconds) != day * DAY + time;
        Instant { seconds, nanos: if is_skipped { 0 } else { nanos } }.timestamp()
    }
}

/// A calendar can have thousands of days, which nobody wants in a log.
impl fmt::Debug for Calendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Calendar({} in {})", self.0.name, self.0.zone.name())
    }
}

impl Default for Calendar {
    fn default() -> Self {
        Self::always()
    }
}

/// The working time on the wall before `at`, given the offset that holds there.
fn elapsed(clock: &Clock, at: Instant, offset: i64) -> TimeDelta {
    let local = at.seconds + offset;
    let nanos = if at.nanos > 0 && clock.is_open(local) { at.nanos } else { 0 };
    TimeDelta::seconds(clock.worked(local)) + TimeDelta::nanoseconds(nanos.into())
}
