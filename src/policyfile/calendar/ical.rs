//! Days off from a file of iCalendar (RFC 5545): events of whole days, once or each year. What else an event can say is
//! refused and not passed over, because a day off that is missed is a deadline that is wrong.

use std::ops::RangeInclusive;

use chrono::{Datelike, Days, NaiveDate};

use crate::domain::calendar::{Exceptions, MonthDay, YEARLY};
use crate::notice::clean;

/// No file of holidays is as large as this.
const MAX_BYTES: usize = 1024 * 1024;
/// No event of whole days is as long as this.
const MAX_LENGTH: i64 = 366;

/// A line as it is meant, and the number of the line on which it begins.
struct Line {
    number: usize,
    text: String,
}

struct Property<'a> {
    name: String,
    value: &'a str,
}

/// What is said of an event so far.
#[derive(Default)]
struct Event {
    line: usize,
    name: Option<String>,
    start: Option<String>,
    end: Option<String>,
    duration: Option<String>,
    rule: Option<String>,
    is_cancelled: bool,
    /// A property that would have to be understood and is not.
    beyond: Option<String>,
}

/// Takes the days of all events off. The error names the line or the event.
pub(super) fn take_off(text: &str, exceptions: &mut Exceptions) -> Result<(), String> {
    if text.len() > MAX_BYTES {
        return Err(format!("which has more than {MAX_BYTES} bytes: this is no list of holidays"));
    }
    let (mut open, mut event, mut count): (Vec<String>, Option<Event>, usize) = (Vec::new(), None, 0);
    for Line { number, text } in unfold(text) {
        let property =
            property(&text).ok_or_else(|| format!("line {number}: `{}` is no line of iCalendar", clean(&text, 60)))?;
        match property.name.as_str() {
            _ if open.is_empty() && !property.opens("VCALENDAR") => {
                return Err(format!("line {number}: iCalendar begins with `BEGIN:VCALENDAR`, and this does not"));
            }
            "BEGIN" => {
                open.push(property.value.to_ascii_uppercase());
                if property.opens("VEVENT") && event.is_none() {
                    event = Some(Event { line: number, ..Event::default() });
                }
            }
            "END" => {
                let ended = open.pop().filter(|opened| opened.eq_ignore_ascii_case(property.value));
                let ended = ended.ok_or_else(|| {
                    format!("line {number}: `END:{}` ends what does not begin", clean(property.value, 60))
                })?;
                if ended == "VEVENT"
                    && let Some(event) = event.take()
                {
                    count += 1;
                    let days = event.days().map_err(|error| format!("event {}: {error}", event.shown()))?;
                    days.take_off(event.name.as_deref(), exceptions);
                }
            }
            _ => {
                if let Some(event) = event.as_mut().filter(|_| open.last().is_some_and(|last| last == "VEVENT")) {
                    event.learn(&property);
                }
            }
        }
    }
    match (open.last(), count) {
        (Some(open), _) => Err(format!("in which `BEGIN:{}` has no end", clean(open, 60))),
        (None, 0) => Err("in which there is no event: write one, or leave the file out".to_owned()),
        (None, _) => Ok(()),
    }
}

/// Long lines are folded: what begins with white space goes on with the line before.
fn unfold(text: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for (n, line) in text.trim_start_matches('\u{FEFF}').lines().enumerate() {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some(last)) => last.text.push_str(rest),
            _ => lines.push(Line { number: n + 1, text: line.to_owned() }),
        }
    }
    lines.retain(|line| !line.text.trim().is_empty());
    lines
}

/// `NAME;PARAM=x;PARAM="a:b":value`.
fn property(line: &str) -> Option<Property<'_>> {
    let mut in_quotes = false;
    let colon = line.bytes().position(|byte| {
        in_quotes ^= byte == b'"';
        byte == b':' && !in_quotes
    })?;
    let (head, value) = (line.get(..colon)?, line.get(colon + 1..)?.trim_end());
    let name = head.split(';').next().unwrap_or_default();
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    is_name.then(|| Property { name: name.to_ascii_uppercase(), value })
}

impl Property<'_> {
    fn opens(&self, component: &str) -> bool {
        self.name == "BEGIN" && self.value.eq_ignore_ascii_case(component)
    }
}

impl Event {
    fn learn(&mut self, property: &Property<'_>) {
        let value = || Some(property.value.to_owned());
        match property.name.as_str() {
            "SUMMARY" => {
                let text = property.value.replace("\\n", " ").replace("\\N", " ").replace('\\', "");
                self.name = Some(clean(&text, 100)).filter(|name| !name.is_empty());
            }
            "DTSTART" => self.start = value(),
            "DTEND" => self.end = value(),
            "DURATION" => self.duration = value(),
            "RRULE" if self.rule.is_none() => self.rule = value(),
            "STATUS" => self.is_cancelled = property.value.eq_ignore_ascii_case("CANCELLED"),
            "RRULE" | "RDATE" | "EXDATE" | "EXRULE" | "RECURRENCE-ID" => self.beyond = Some(property.name.clone()),
            _ => {}
        }
    }

    fn shown(&self) -> String {
        match &self.name {
            Some(name) => format!("`{name}` on line {}", self.line),
            None => format!("on line {}", self.line),
        }
    }

    fn days(&self) -> Result<EventDays, String> {
        if let Some(beyond) = &self.beyond {
            return Err(format!("it has `{beyond}`, which is not understood here: write its dates in the policy"));
        }
        let start =
            self.start.as_deref().ok_or("it does not say when it starts, with `DTSTART;VALUE=DATE:20261224`")?;
        let first = whole_day(start)?;
        let length = match (&self.end, &self.duration) {
            (Some(end), _) => (whole_day(end)? - first).num_days(),
            (None, Some(duration)) => days_of(duration)
                .ok_or_else(|| format!("its duration `{}` is not one in days, such as `P1D`", clean(duration, 40)))?,
            (None, None) => 1,
        };
        if !(1..=MAX_LENGTH).contains(&length) {
            return Err(format!("it lasts {length} days: its `DTEND` is the day after its last, at most a year later"));
        }
        let years = self.rule.as_deref().map(|rule| years(rule, first)).transpose()?;
        let days = EventDays { first, length: length.unsigned_abs(), years, is_cancelled: self.is_cancelled };
        if days.years.is_some() && days.moves_in_leap_years() {
            return Err("it comes back each year and goes over the end of February: write its dates".to_owned());
        }
        Ok(days)
    }
}

/// The days of an event: once, or in each of these years by that in which it starts.
struct EventDays {
    first: NaiveDate,
    length: u64,
    years: Option<RangeInclusive<i32>>,
    is_cancelled: bool,
}

impl EventDays {
    fn dates(&self) -> impl Iterator<Item = NaiveDate> {
        (0..self.length).filter_map(|n| self.first.checked_add_days(Days::new(n)))
    }

    fn moves_in_leap_years(&self) -> bool {
        self.dates()
            .skip(1)
            .any(|date| MonthDay::new(2, 29) == Some(MonthDay::of(date)) || (date.month(), date.day()) == (3, 1))
    }

    fn take_off(&self, name: Option<&str>, exceptions: &mut Exceptions) {
        for date in self.dates().filter(|_| !self.is_cancelled) {
            match &self.years {
                None => exceptions.take_off(date, name),
                Some(years) => {
                    let later = date.year() - self.first.year();
                    let years = years.start() + later..=years.end().saturating_add(later);
                    exceptions.take_off_yearly(MonthDay::of(date), years, name);
                }
            }
        }
    }
}

/// `20261224`.
fn whole_day(text: &str) -> Result<NaiveDate, String> {
    let shown = clean(text, 40);
    if text.contains('T') {
        return Err(format!("`{shown}` is a time of a day, and only whole days can be off: write `VALUE=DATE`"));
    }
    let is_formed = text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit());
    let date = if is_formed { NaiveDate::parse_from_str(text, "%Y%m%d").ok() } else { None };
    date.ok_or_else(|| format!("`{shown}` is no date: write for example `20261224`"))
}

/// `P1D` or `P2W`.
fn days_of(duration: &str) -> Option<i64> {
    let text = duration.strip_prefix('+').unwrap_or(duration).strip_prefix('P')?;
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number: i64 = number.parse::<u16>().ok()?.into();
    match unit {
        "D" => Some(number),
        "W" => Some(number * 7),
        _ => None,
    }
}

/// The years of a rule that says no more than that an event comes back on its date each year.
fn years(rule: &str, first: NaiveDate) -> Result<RangeInclusive<i32>, String> {
    let refused =
        || format!("its rule `{}` is more than `FREQ=YEARLY`: write its dates in the policy", clean(rule, 80));
    let mut last = *YEARLY.end();
    let mut is_yearly = false;
    for part in rule.to_ascii_uppercase().split(';').filter(|part| !part.is_empty()) {
        let (key, value) = part.split_once('=').ok_or_else(refused)?;
        let same = |number: u32| if value == number.to_string() { Ok(()) } else { Err(refused()) };
        match key {
            "FREQ" if value == "YEARLY" => is_yearly = true,
            "INTERVAL" => same(1)?,
            "BYMONTH" => same(first.month())?,
            "BYMONTHDAY" => same(first.day())?,
            "WKST" => {}
            // 29 February does not come back with each year that is counted.
            "COUNT" if (first.month(), first.day()) != (2, 29) => {
                let count: i32 = value.parse().ok().filter(|count| *count > 0).ok_or_else(refused)?;
                last = last.min(first.year().saturating_add(count - 1));
            }
            "UNTIL" => {
                let until = value.get(..8).and_then(|day| NaiveDate::parse_from_str(day, "%Y%m%d").ok());
                let until = until.ok_or_else(refused)?;
                let is_reached = (until.month(), until.day()) >= (first.month(), first.day());
                last = last.min(until.year() - i32::from(!is_reached));
            }
            _ => return Err(refused()),
        }
    }
    if is_yearly && first.year() <= last { Ok(first.year()..=last) } else { Err(refused()) }
}
