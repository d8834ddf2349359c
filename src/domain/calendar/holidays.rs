//! The days on which the week's hours do not hold.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};

use super::week::{Hours, Week};

/// The years in which days that come back each year are days off.
pub const YEARLY: RangeInclusive<i32> = 1970..=2199;

/// Days off, and working days that the week does not have. An extra working day beats a day off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exceptions {
    off: BTreeMap<NaiveDate, Name>,
    yearly: BTreeMap<MonthDay, Name>,
    extra: BTreeMap<NaiveDate, Option<Hours>>,
}

/// What a day off is called, where that is known.
type Name = Option<Arc<str>>;

/// A day that comes back each year; 29 February does so every four.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MonthDay {
    month: u32,
    day: u32,
}

/// What holds on a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exception<'a> {
    Off(Option<&'a str>),
    /// An extra working day, and its hours where they are not its weekday's.
    Extra(Option<&'a Hours>),
}

impl MonthDay {
    /// None where no year has such a day.
    pub fn new(month: u32, day: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(2000, month, day).map(|_| Self { month, day })
    }

    fn of(date: NaiveDate) -> Self {
        Self { month: date.month(), day: date.day() }
    }
}

impl Exceptions {
    /// Takes a day off. The first name of a day stays.
    pub fn take_off(&mut self, date: NaiveDate, name: Option<&str>) {
        put(self.off.entry(date).or_default(), name);
    }

    /// Takes a day of every year off, in the years [`YEARLY`].
    pub fn take_off_yearly(&mut self, day: MonthDay, name: Option<&str>) {
        put(self.yearly.entry(day).or_default(), name);
    }

    /// Makes a date a working day; without hours of its own, it has those of its weekday, or else those of the first
    /// weekday that has some.
    pub fn work_on(&mut self, date: NaiveDate, hours: Option<Hours>) {
        self.extra.insert(date, hours);
    }

    /// How many days are named: those that come back count once.
    pub fn len(&self) -> usize {
        self.off.len() + self.yearly.len() + self.extra.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many days are taken off, those that come back once, and how many are worked on.
    pub fn count(&self) -> (usize, usize) {
        (self.off.len() + self.yearly.len(), self.extra.len())
    }

    /// What holds on a date in place of its weekday's hours.
    pub fn on(&self, date: NaiveDate) -> Option<Exception<'_>> {
        if let Some(hours) = self.extra.get(&date) {
            return Some(Exception::Extra(hours.as_ref()));
        }
        let yearly = || self.yearly.get(&MonthDay::of(date)).filter(|_| YEARLY.contains(&date.year()));
        self.off.get(&date).or_else(yearly).map(|name| Exception::Off(name.as_deref()))
    }

    /// Every date for which something holds, in their order.
    pub(super) fn dates(&self) -> Vec<NaiveDate> {
        let in_year = |year| {
            self.yearly.keys().filter_map(move |MonthDay { month, day }| NaiveDate::from_ymd_opt(year, *month, *day))
        };
        let mut dates: Vec<NaiveDate> = YEARLY.flat_map(in_year).collect();
        dates.extend(self.off.keys().chain(self.extra.keys()));
        dates.sort_unstable();
        dates.dedup();
        dates
    }
}

/// The hours that start on a date.
pub(super) fn hours_on<'a>(week: &'a Week, exceptions: &'a Exceptions, date: NaiveDate) -> Option<&'a Hours> {
    let usual = week.on(date.weekday());
    let hours = match exceptions.on(date) {
        None => usual,
        Some(Exception::Off(_)) => return None,
        Some(Exception::Extra(Some(hours))) => hours,
        Some(Exception::Extra(None)) if usual.is_empty() => week.first(),
        Some(Exception::Extra(None)) => usual,
    };
    (!hours.is_empty()).then_some(hours)
}

fn put(place: &mut Name, name: Option<&str>) {
    if place.is_none() {
        *place = name.map(Arc::from);
    }
}
