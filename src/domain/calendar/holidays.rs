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
    /// By the day and the first year of each.
    yearly: BTreeMap<(MonthDay, i32), Yearly>,
    extra: BTreeMap<NaiveDate, Option<Hours>>,
}

/// What a day off is called, where that is known.
type Name = Option<Arc<str>>;

#[derive(Clone, Debug, PartialEq, Eq)]
struct Yearly {
    last: i32,
    name: Name,
}

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

    pub fn of(date: NaiveDate) -> Self {
        Self { month: date.month(), day: date.day() }
    }
}

impl Exceptions {
    /// Takes a day off. The first name of a day stays.
    pub fn take_off(&mut self, date: NaiveDate, name: Option<&str>) {
        put(self.off.entry(date).or_default(), name);
    }

    /// Takes a day off in each of these years, of which those in [`YEARLY`] count.
    pub fn take_off_yearly(&mut self, day: MonthDay, years: RangeInclusive<i32>, name: Option<&str>) {
        let (first, last) = (*years.start().max(YEARLY.start()), *years.end().min(YEARLY.end()));
        let yearly = self.yearly.entry((day, first)).or_insert(Yearly { last, name: None });
        yearly.last = yearly.last.max(last);
        put(&mut yearly.name, name);
    }

    /// Makes a date a working day; without hours of its own, it has those of its weekday, or else those of the first
    /// weekday that has some. What it shares with the night before counts once.
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
        let (day, year) = (MonthDay::of(date), date.year());
        let yearly = || {
            let mut begun = self.yearly.range((day, i32::MIN)..=(day, year)).map(|(_, yearly)| yearly);
            begun.find(|yearly| year <= yearly.last).map(|yearly| &yearly.name)
        };
        self.off.get(&date).or_else(yearly).map(|name| Exception::Off(name.as_deref()))
    }

    /// Every date for which something holds, in their order.
    pub(super) fn dates(&self) -> Vec<NaiveDate> {
        let each =
            self.yearly.iter().flat_map(|((day, first), yearly)| (*first..=yearly.last).map(|year| (*day, year)));
        let mut dates: Vec<NaiveDate> =
            each.filter_map(|(MonthDay { month, day }, year)| NaiveDate::from_ymd_opt(year, month, day)).collect();
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
