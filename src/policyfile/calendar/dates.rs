//! Days off and extra working days.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde_saphyr::Spanned;

use super::form::{CalendarForm, Either, IcalForm, WorkingDayForm};
use super::{Beside, hours, ical};
use crate::domain::calendar::{Exceptions, Hours, MonthDay, YEARLY};
use crate::policyfile::holidays::{example_region, holidays};
use crate::policyfile::problems::Problems;

/// All days of a calendar that are not as their weekday is; a day of each year counts once.
pub(super) const MAX_DAYS: usize = 5000;

const WANTED: &str = "a country (`gb`), a region (`gb-eng`), a date (`2026-12-24`), a range (`2026-12-27..2026-12-31`), a day of each year (`12-25`) or `{ ical: FILE }`";

/// What one entry of `holidays` says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Entry {
    Place(String),
    Dates(NaiveDate, NaiveDate),
    Yearly(MonthDay),
    File(String),
}

/// The days of a calendar, and what is worth knowing of them.
pub(super) fn exceptions(
    form: &CalendarForm,
    path: &str,
    beside: &mut Beside<'_>,
    notes: &mut Vec<String>,
    problems: &mut Problems,
) -> Exceptions {
    let mut exceptions = Exceptions::default();
    let mut known = BTreeSet::new();
    for (n, one) in form.holidays.iter().enumerate() {
        let path = format!("{path}.holidays[{n}]");
        let Some(entry) = problems.take(one, &path, entry(&one.value)) else { continue };
        if !known.insert(entry.clone()) {
            problems.add(one, &path, "this stands above already: leave one out");
        }
        notes.extend(note(&entry));
        problems.take(one, &path, take_off(&mut exceptions, &entry, beside));
        if is_too_many(one, &path, &exceptions, problems) {
            return exceptions;
        }
    }
    let mut dates = BTreeSet::new();
    for (n, one) in form.working_days.iter().enumerate() {
        let path = format!("{path}.working_days[{n}]");
        let Some((date, hours)) = working_day(one, &path, problems) else { continue };
        if !dates.insert(date) {
            problems.add(one, &path, format!("`{date}` stands above already: leave one out"));
        }
        exceptions.work_on(date, hours);
        if is_too_many(one, &path, &exceptions, problems) {
            return exceptions;
        }
    }
    exceptions
}

fn is_too_many<T>(at: &Spanned<T>, path: &str, exceptions: &Exceptions, problems: &mut Problems) -> bool {
    let is_too_many = exceptions.len() > MAX_DAYS;
    if is_too_many {
        problems.add(at, path, format!("with this there are more than {MAX_DAYS} days: leave out those long gone"));
    }
    is_too_many
}

fn entry(form: &Either<IcalForm>) -> Result<Entry, String> {
    let text = match form {
        Either::More(file) => return Ok(Entry::File(file.ical.value.clone())),
        Either::Text(text) => text.trim(),
    };
    if let Some((first, last)) = text.split_once("..") {
        let (first, last) = (date(first.trim())?, date(last.trim())?);
        if first > last {
            return Err(format!("`{text}` ends before it begins: write `{last}..{first}`"));
        }
        if (last - first).num_days() >= i64::try_from(MAX_DAYS).unwrap_or(i64::MAX) {
            return Err(format!("`{text}` is longer than {MAX_DAYS} days: write a shorter range"));
        }
        return Ok(Entry::Dates(first, last));
    }
    let is_word = text.bytes().next().is_some_and(|b| b.is_ascii_alphabetic());
    if is_word && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        return Ok(Entry::Place(text.to_ascii_lowercase()));
    }
    // ISO 8601 once had two dashes in place of the year.
    let of_year = text.strip_prefix("--").unwrap_or(text);
    if of_year.len() <= 5 && of_year.bytes().all(|b| b.is_ascii_digit() || b == b'-') && of_year.contains('-') {
        return month_day(of_year).map(Entry::Yearly);
    }
    if text.bytes().any(|b| b.is_ascii_digit()) {
        return date(text).map(|date| Entry::Dates(date, date));
    }
    Err(format!("`{text}` is no day off: write {WANTED}"))
}

fn date(text: &str) -> Result<NaiveDate, String> {
    let parts: Vec<&str> = text.split('-').collect();
    let is_formed = parts.iter().map(|part| part.len()).eq([4, 2, 2])
        && parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()));
    if !is_formed {
        return Err(format!("`{text}` is no date: write for example `2026-12-24`"));
    }
    text.parse().map_err(|_| format!("there is no `{text}`: that month has no such day, or that year no such month"))
}

fn month_day(text: &str) -> Result<MonthDay, String> {
    let numbers = text.split_once('-').and_then(|(month, day)| month.parse().ok().zip(day.parse().ok()));
    let found = numbers.and_then(|(month, day)| MonthDay::new(month, day));
    found.ok_or_else(|| format!("no year has a `{text}`: write the month first, as in `12-25`"))
}

fn take_off(exceptions: &mut Exceptions, entry: &Entry, beside: &mut Beside<'_>) -> Result<(), String> {
    match entry {
        Entry::Place(place) => {
            for (date, name) in holidays(place)? {
                exceptions.take_off(date, Some(name));
            }
        }
        Entry::Dates(first, last) => {
            for date in first.iter_days().take_while(|date| date <= last) {
                exceptions.take_off(date, None);
            }
        }
        Entry::Yearly(day) => exceptions.take_off_yearly(*day, YEARLY, None),
        Entry::File(name) => {
            let text = beside.fetch(name)?;
            ical::take_off(&text, exceptions).map_err(|error| format!("`{name}`, {error}"))?;
        }
    }
    Ok(())
}

/// Whoever names a country may take its list for more than it is.
fn note(entry: &Entry) -> Option<String> {
    let Entry::Place(place) = entry else { return None };
    let example = example_region(place)?;
    Some(format!(
        "`{place}` stands for the days that all of it has off; those of a region go by its code, such as `{example}`"
    ))
}

fn working_day(
    form: &Spanned<Either<WorkingDayForm>>,
    path: &str,
    problems: &mut Problems,
) -> Option<(NaiveDate, Option<Hours>)> {
    match &form.value {
        Either::Text(text) => Some((problems.take(form, path, date(text.trim()))?, None)),
        Either::More(WorkingDayForm { date: day, hours }) => {
            let date = problems.take(day, &format!("{path}.date"), date(day.value.trim()));
            let hours = match hours {
                Some(hours) => Some(hours::hours(hours, &format!("{path}.hours"), problems)?),
                None => None,
            };
            Some((date?, hours))
        }
    }
}
