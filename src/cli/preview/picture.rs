//! The days as a picture: a line for each, a column for each hour.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use chrono::{NaiveDate, NaiveTime, TimeDelta, Timelike};

use crate::cli::explain::clock;
use crate::cli::output::{DIM, styled};
use crate::domain::Timestamp;
use crate::domain::calendar::{Calendar, Day, Kind};
use crate::notice::{Wall, clean};

/// So many days from the first are shown whether something is marked on them or not.
const MAX_PLAIN: usize = 14;
/// How many letters can stand below one hour.
const MAX_MARKS: usize = 4;
/// Every zone's offset from UTC is a multiple of it, but for those of long ago.
const SAMPLE: TimeDelta = TimeDelta::minutes(15);
/// Where the hours begin.
const INDENT: usize = 14;
/// What is left beside the hours.
const NOTE: usize = 38;

/// Something that happens at a time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    pub(super) letter: char,
    pub(super) at: Timestamp,
}

pub(super) struct Picture<'a> {
    calendar: &'a Calendar,
    wall: &'a Wall,
    marks: Vec<Mark>,
}

impl<'a> Picture<'a> {
    /// There is at least one mark.
    pub(super) fn new(calendar: &'a Calendar, wall: &'a Wall, mut marks: Vec<Mark>) -> Self {
        marks.sort_by_key(|mark| mark.at);
        Self { calendar, wall, marks }
    }

    pub(super) fn show(&self, out: &mut impl Write) -> io::Result<()> {
        let (Some(first), Some(last)) = (self.marks.first(), self.marks.last()) else { return Ok(()) };
        let midnight = self.calendar.at_local(first.at, 0, NaiveTime::MIN);
        let days = self.calendar.days(midnight, last.at);
        let marked: BTreeSet<NaiveDate> = self.marks.iter().map(|mark| self.date(mark.at)).collect();
        let open = self.open(midnight, &marked);
        let zone = self.wall.zone().name();
        writeln!(out, "{:INDENT$}0  3  6  9  12 15 18 21    {}", "", styled(DIM, zone))?;
        let mut passed_over = 0;
        for (number, day) in days.enumerate() {
            if number >= MAX_PLAIN && !marked.contains(&day.date) {
                passed_over += 1;
                continue;
            }
            Self::gap(out, &mut passed_over)?;
            self.day(out, &day, &open)?;
        }
        Self::gap(out, &mut passed_over)?;
        writeln!(out, "  {}", styled(DIM, "█ working time  · none  / skipped by the clock"))?;
        writeln!(out, "  {}", styled(DIM, "R request  a-z steps  D deadline  X time-out  + more than fit"))
    }

    fn gap(out: &mut impl Write, days: &mut usize) -> io::Result<()> {
        match std::mem::take(days) {
            0 => Ok(()),
            1 => writeln!(out, "  … 1 day"),
            n => writeln!(out, "  … {n} days"),
        }
    }

    fn date(&self, at: Timestamp) -> NaiveDate {
        self.calendar.zone().date(at)
    }

    /// The half hours of each day that is drawn in which something is working time.
    fn open(&self, midnight: Timestamp, marked: &BTreeSet<NaiveDate>) -> BTreeMap<NaiveDate, [bool; 48]> {
        let mut open = BTreeMap::new();
        let first = self.date(midnight);
        let plain = (0..MAX_PLAIN).filter_map(|n| first.checked_add_days(chrono::Days::new(n as u64)));
        let drawn: BTreeSet<NaiveDate> = plain.chain(marked.iter().copied()).collect();
        for date in drawn {
            let noon = date.and_time(NaiveTime::MIN).and_utc() + TimeDelta::hours(12);
            // No zone is further from UTC than this, so that the day is within.
            let (from, to) = (noon - TimeDelta::hours(40), noon + TimeDelta::hours(40));
            let mut halves = [false; 48];
            for (from, to) in self.calendar.spans(from, to) {
                let mut at = from;
                while at < to {
                    let local = self.wall.local(at);
                    if local.date_naive() == date {
                        let half = local.hour() * 2 + local.minute() / 30;
                        if let Some(half) = halves.get_mut(half as usize) {
                            *half = true;
                        }
                    }
                    let into = at.timestamp().rem_euclid(SAMPLE.num_seconds());
                    at += SAMPLE - TimeDelta::seconds(into);
                }
            }
            open.insert(date, halves);
        }
        open
    }

    fn day(&self, out: &mut impl Write, day: &Day<'_>, open: &BTreeMap<NaiveDate, [bool; 48]>) -> io::Result<()> {
        let halves = open.get(&day.date).copied().unwrap_or([false; 48]);
        let skipped = self.skipped(day);
        let hours = (0..24).map(|hour: usize| match (halves.get(hour * 2), halves.get(hour * 2 + 1)) {
            _ if skipped.contains(&hour) => '/',
            (Some(true), Some(true)) => '█',
            (Some(true), _) => '▌',
            (_, Some(true)) => '▐',
            _ => '·',
        });
        let hours: String = hours.collect();
        let note = clean(&note(day), NOTE);
        let line = format!("  {:<12}{hours}  {note}", day.date.format("%a %-d %b").to_string());
        writeln!(out, "{}", line.trim_end())?;
        for row in self.rows(day.date) {
            writeln!(out, "{:INDENT$}{row}", "")?;
        }
        Ok(())
    }

    /// Hours that the wall does not show on that day.
    fn skipped(&self, day: &Day<'_>) -> Vec<usize> {
        let Some(change) = day.change.filter(|change| change.after > change.before) else {
            return if matches!(day.kind, Kind::Missing) { (0..24).collect() } else { Vec::new() };
        };
        let after = self.wall.local(change.at).naive_local();
        let before = after - TimeDelta::seconds(i64::from(change.after - change.before));
        let shows_none = |hour: &usize| {
            let begin = day.date.and_time(NaiveTime::MIN) + TimeDelta::hours(*hour as i64);
            before <= begin && begin + TimeDelta::hours(1) <= after
        };
        (0..24).filter(shows_none).collect()
    }

    /// The letters below the hours, in as many rows as it takes.
    fn rows(&self, date: NaiveDate) -> Vec<String> {
        let mut rows: Vec<[char; 24]> = Vec::new();
        for mark in self.marks.iter().filter(|mark| self.date(mark.at) == date) {
            let hour = self.wall.local(mark.at).hour() as usize;
            let free = rows.iter().position(|row| row.get(hour) == Some(&' ')).unwrap_or(rows.len());
            let (row, letter) = if free < MAX_MARKS { (free, mark.letter) } else { (MAX_MARKS - 1, '+') };
            if row == rows.len() {
                rows.push([' '; 24]);
            }
            if let Some(place) = rows.get_mut(row).and_then(|row| row.get_mut(hour)) {
                *place = letter;
            }
        }
        rows.iter().map(|row| row.iter().collect::<String>().trim_end().to_owned()).collect()
    }
}

/// What is special about a day.
fn note(day: &Day<'_>) -> String {
    let kind = match day.kind {
        Kind::Working(_) | Kind::Free => None,
        Kind::Extra(_) => Some("an extra working day".to_owned()),
        Kind::Off(Some(name)) => Some(name.to_owned()),
        Kind::Off(None) => Some("a day off".to_owned()),
        Kind::Missing => Some("left out by the zone".to_owned()),
    };
    let change = day.change.map(|change| clock(&change));
    kind.into_iter().chain(change).collect::<Vec<_>>().join("; ")
}
