//! A calendar as it is shown: its working time as spans, and its days with what is special about each.

use chrono::{NaiveDate, TimeDelta};

use super::holidays::Exception;
use super::zone::{DAY, Instant, date};
use super::{Calendar, Hours};
use crate::domain::Timestamp;

/// The working time of a calendar, as the longest spans from one instant up to another, without it.
#[derive(Clone, Debug)]
pub struct Spans<'a> {
    calendar: &'a Calendar,
    at: Timestamp,
    to: Timestamp,
}

/// A date on the wall.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day<'a> {
    pub date: NaiveDate,
    pub kind: Kind<'a>,
    /// The working time while the wall shows this date, also that of a window which started the day before.
    pub working: TimeDelta,
    /// Where the clock on the wall jumps, on the date that it then shows.
    pub change: Option<Change>,
}

/// Why a date has hours, or why it has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind<'a> {
    Working(&'a Hours),
    /// An extra working day.
    Extra(&'a Hours),
    /// Its weekday has no hours.
    Free,
    /// A day off, and what it is called, where that is known.
    Off(Option<&'a str>),
    /// The zone left this date out.
    Missing,
}

/// A jump of the clock on the wall. Offsets are in seconds east of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    pub at: Timestamp,
    pub before: i32,
    pub after: i32,
}

impl Calendar {
    /// The working time from `from` up to `to`, in order.
    pub fn spans(&self, from: Timestamp, to: Timestamp) -> Spans<'_> {
        Spans { calendar: self, at: from, to }
    }

    /// The dates that the wall shows from `from` to `to`, in order, those too that the zone left out.
    pub fn days(&self, from: Timestamp, to: Timestamp) -> impl Iterator<Item = Day<'_>> {
        let zone = self.zone();
        let [first, last] = [from, to].map(|at| zone.local(Instant::of(at).seconds).div_euclid(DAY));
        (first..=last).map(|day| self.day(day))
    }

    fn day(&self, day: i64) -> Day<'_> {
        let date = date(day);
        let (mut working, mut length, mut change) = (0, 0, None);
        let mut offset = None;
        for (from, stretch) in self.zone().stretches_of(day) {
            let (begin, end) = stretch.part_of(from, day);
            length += end - begin;
            working += self.0.clock.as_ref().map_or(end - begin, |clock| clock.worked(end) - clock.worked(begin));
            let shows_day = (from + stretch.offset).div_euclid(DAY) == day;
            if let Some(before) = offset.filter(|before| *before != stretch.offset && shows_day) {
                let [before, after] = [before, stretch.offset].map(|offset| i32::try_from(offset).unwrap_or_default());
                change = Some(Change { at: Instant::at(from).timestamp(), before, after });
            }
            offset = Some(stretch.offset);
        }
        let kind = match (self.exceptions().on(date), self.hours_on(date)) {
            _ if length == 0 => Kind::Missing,
            (Some(Exception::Off(name)), _) => Kind::Off(name),
            (Some(Exception::Extra(_)), Some(hours)) => Kind::Extra(hours),
            (None, Some(hours)) => Kind::Working(hours),
            (_, None) => Kind::Free,
        };
        Day { date, kind, working: TimeDelta::seconds(working), change }
    }
}

impl Iterator for Spans<'_> {
    type Item = (Timestamp, Timestamp);

    fn next(&mut self) -> Option<Self::Item> {
        let from = self.calendar.next_open(self.at).filter(|from| *from < self.to)?;
        let to = self.calendar.closes_at(from, self.to);
        self.at = to;
        Some((from, to))
    }
}
