//! What the clock on the wall shows where a calendar holds. Nowhere else do chrono's times meet jiff's.
//!
//! All arithmetic counts whole seconds since the beginning of the year 1, of UTC or on the wall, so that nothing is
//! negative and day 0 is a Monday.

use std::fmt;

use chrono::{Datelike, NaiveDate, TimeDelta};
use jiff::tz::{TimeZone, TimeZoneDatabase};

use crate::domain::Timestamp;

pub(super) const DAY: i64 = 86_400;

/// From the year 1 to 1970, when Unix begins to count.
const UNIX: i64 = 719_162 * DAY;

/// No clock on a wall is further from UTC than this.
const FURTHEST: i64 = 26 * 3600;

/// The seconds that are counted with: two days after the year 1 begins, and three before the year 9999 ends, so that no
/// offset leads out of what chrono and jiff know.
const FIRST: i64 = 2 * DAY;
const LAST: i64 = 3_652_056 * DAY;

/// A time zone of the IANA database, which is compiled in: the system's own is never looked at.
#[derive(Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

/// A stretch of time in which the clock on the wall neither jumps forward nor back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stretch {
    /// Seconds east of UTC.
    pub(super) offset: i64,
    /// Its end, in seconds of UTC.
    pub(super) until: i64,
}

/// An instant as whole seconds of UTC, and the nanoseconds that are left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Instant {
    pub(super) seconds: i64,
    pub(super) nanos: u32,
}

impl Zone {
    pub fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// The zone of this name, in whatever case it is written.
    pub fn named(name: &str) -> Option<Self> {
        TimeZoneDatabase::bundled().get(name).ok().filter(|zone| !zone.is_unknown()).map(Self)
    }

    /// The names of all zones there are.
    pub fn names() -> Vec<String> {
        TimeZoneDatabase::bundled().available().map(|name| name.as_str().to_owned()).collect()
    }

    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// The stretch that begins at `seconds` or holds them.
    pub(super) fn stretch(&self, seconds: i64) -> Stretch {
        let at = jiff_at(seconds);
        let until = self.0.following(at).next().map_or(LAST, |change| change.timestamp().as_second() + UNIX);
        Stretch { offset: i64::from(self.0.to_offset(at).seconds()), until: until.min(LAST) }
    }

    /// The first instant at which the clock on the wall shows `local`, or the first that is past it where it is skipped.
    pub(super) fn first_at(&self, local: i64) -> i64 {
        let mut at = (local - FURTHEST).clamp(FIRST, LAST);
        loop {
            let stretch = self.stretch(at);
            if local < stretch.until + stretch.offset || stretch.until >= LAST {
                return at.max(local - stretch.offset);
            }
            at = stretch.until;
        }
    }

    /// The stretches in which the clock on the wall can show `day`, each with its beginning.
    pub(super) fn stretches_of(&self, day: i64) -> impl Iterator<Item = (i64, Stretch)> {
        let (mut at, end) = ((day * DAY - FURTHEST).clamp(FIRST, LAST), (day + 1) * DAY + FURTHEST);
        std::iter::from_fn(move || {
            (at < end.min(LAST)).then(|| {
                let stretch = self.stretch(at);
                (std::mem::replace(&mut at, stretch.until), stretch)
            })
        })
    }

    /// For how many seconds the clock on the wall shows `day`; none for a day that a zone has left out.
    pub(super) fn length_of(&self, day: i64) -> i64 {
        self.stretches_of(day).map(|(from, stretch)| stretch.part_of(from, day)).map(|(from, to)| to - from).sum()
    }

    /// The date on the wall.
    pub fn date(&self, at: Timestamp) -> NaiveDate {
        let at = Instant::of(at).seconds;
        date(self.local(at).div_euclid(DAY))
    }

    /// When the clock on the wall first shows this date, or what comes behind it where it is left out.
    pub fn beginning_of(&self, date: NaiveDate) -> Timestamp {
        Instant::at(self.first_at(day(date) * DAY)).timestamp()
    }

    /// The seconds on the wall.
    pub(super) fn local(&self, seconds: i64) -> i64 {
        seconds + i64::from(self.0.to_offset(jiff_at(seconds)).seconds())
    }

    /// What people call the time that holds there then, such as `CET`; none where they have no letters for it.
    pub fn abbreviation(&self, at: Timestamp) -> Option<String> {
        let info = self.0.to_offset_info(jiff_at(Instant::of(at).seconds));
        let name = info.abbreviation();
        name.bytes().all(|b| b.is_ascii_alphabetic()).then(|| name.to_owned())
    }

    /// Seconds east of UTC.
    pub fn offset(&self, at: Timestamp) -> i32 {
        self.0.to_offset(jiff_at(Instant::of(at).seconds)).seconds()
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Stretch {
    /// What the clock on the wall shows of `day` in this stretch, if it begins at `from`; nothing is an empty part.
    pub(super) fn part_of(self, from: i64, day: i64) -> (i64, i64) {
        let begin = (from + self.offset).clamp(day * DAY, (day + 1) * DAY);
        (begin, (self.until + self.offset).clamp(begin, (day + 1) * DAY))
    }
}

impl Instant {
    /// The instant, or the first or last one that is counted with.
    pub(super) fn of(at: Timestamp) -> Self {
        let nanos = at.timestamp_subsec_nanos();
        // Chrono writes a leap second as more than a second's nanoseconds.
        let (carry, nanos) = if nanos < 1_000_000_000 { (0, nanos) } else { (1, nanos - 1_000_000_000) };
        let seconds = at.timestamp() + UNIX + carry;
        match seconds {
            ..FIRST => Self { seconds: FIRST, nanos: 0 },
            LAST.. => Self { seconds: LAST, nanos: 0 },
            _ => Self { seconds, nanos },
        }
    }

    pub(super) fn at(seconds: i64) -> Self {
        Self { seconds, nanos: 0 }
    }

    /// So much later, at the last instant that is counted with at the latest.
    pub(super) fn later(self, days: i64) -> Self {
        let seconds = self.seconds + days * DAY;
        if seconds < LAST { Self { seconds, ..self } } else { Self::at(LAST) }
    }

    pub(super) fn timestamp(self) -> Timestamp {
        let unix = TimeDelta::new(self.seconds - UNIX, self.nanos);
        unix.and_then(|time| Timestamp::UNIX_EPOCH.checked_add_signed(time)).unwrap_or(Timestamp::MAX_UTC)
    }
}

/// The day's number, from 0 for the first of the year 1, a Monday.
pub(super) fn day(date: NaiveDate) -> i64 {
    i64::from(date.num_days_from_ce()) - 1
}

pub(super) fn date(day: i64) -> NaiveDate {
    let date = i32::try_from(day + 1).ok().and_then(NaiveDate::from_num_days_from_ce_opt);
    date.unwrap_or(NaiveDate::MAX)
}

fn jiff_at(seconds: i64) -> jiff::Timestamp {
    jiff::Timestamp::from_second(seconds - UNIX).unwrap_or(jiff::Timestamp::MAX)
}
