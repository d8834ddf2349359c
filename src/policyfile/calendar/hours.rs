//! Weekdays and windows.

use std::collections::BTreeMap;

use chrono::Weekday;
use serde_saphyr::Spanned;

use super::form::{Either, WindowsForm};
use crate::domain::calendar::{Hours, HoursError, MAX_WINDOWS, WEEKDAYS, Week, WeekError, Window};
use crate::policyfile::problems::{Problems, place};

const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const EVERY_HOUR: &str = "24x7";
const LEAST: &str = "write `24x7`, or for example `{ mon-fri: [\"09:00-17:30\"] }`";

type WeekForm = Either<BTreeMap<String, Spanned<WindowsForm>>>;

/// A window, and where in the file it stands.
#[derive(Clone)]
struct Placed {
    window: Window,
    place: (u64, u64),
    path: String,
}

pub(super) fn week(form: &Spanned<WeekForm>, path: &str, problems: &mut Problems) -> Option<Week> {
    let days = match &form.value {
        Either::Text(text) if text == EVERY_HOUR => return Some(Week::every_hour()),
        Either::Text(text) => {
            problems.add(form, path, format!("`{text}` is no week: {LEAST}"));
            return None;
        }
        Either::More(days) => days,
    };
    let wrong_before = problems.0.len();
    let mut week: [Vec<Placed>; 7] = Default::default();
    let mut named_in: [Option<&str>; 7] = [None; 7];
    for (key, windows) in days {
        let path = format!("{path}.{key}");
        let placed = self::windows(windows, &path, problems);
        for day in problems.take(windows, &path, weekdays(key)).into_iter().flatten() {
            if let Some(before) = named_in[day].replace(key.as_str()) {
                let message = format!("`{}` stands in `{before}` and in `{key}`: leave it out of one", NAMES[day]);
                problems.add(windows, &path, message);
            } else {
                week[day].extend(placed.iter().cloned());
            }
        }
    }
    if problems.0.len() > wrong_before {
        return None;
    }
    let plain = week.each_ref().map(|placed| placed.iter().map(|placed| placed.window).collect::<Vec<_>>());
    let at = |(day, n): (Weekday, usize)| &week[day.num_days_from_monday() as usize][n];
    match Week::new(&plain) {
        Ok(week) => return Some(week),
        Err(WeekError::Empty) => problems.add(form, path, format!("there are no hours at all: {LEAST}")),
        Err(WeekError::TooMany { day }) => problems.add(form, path, too_many(name(day))),
        Err(WeekError::Overlap { first, second }) => {
            let (before, after) = (at(first), at(second));
            let message = overlap(before.window, after.window, Some((first.0, second.0)));
            problems.add_at(after.place, &after.path, message);
        }
    }
    None
}

/// The windows of one day alone.
pub(super) fn hours(form: &Spanned<WindowsForm>, path: &str, problems: &mut Problems) -> Option<Hours> {
    let wrong_before = problems.0.len();
    let placed = windows(form, path, problems);
    if problems.0.len() > wrong_before {
        return None;
    }
    let plain: Vec<Window> = placed.iter().map(|placed| placed.window).collect();
    match Hours::new(&plain) {
        Ok(hours) if hours.is_empty() => {
            problems.add(
                form,
                path,
                "there are no hours here: write for example `[\"09:00-13:00\"]`, or leave this out",
            );
        }
        Ok(hours) => return Some(hours),
        Err(HoursError::TooMany) => problems.add(form, path, too_many("the day")),
        Err(HoursError::Overlap { first, second }) => {
            let message = overlap(placed[first].window, placed[second].window, None);
            problems.add_at(placed[second].place, &placed[second].path, message);
        }
    }
    None
}

fn windows(form: &Spanned<WindowsForm>, path: &str, problems: &mut Problems) -> Vec<Placed> {
    let mut placed = Vec::new();
    let mut put = |at: (u64, u64), path: String, window: Result<Window, String>, problems: &mut Problems| match window {
        Ok(window) => placed.push(Placed { window, place: at, path }),
        Err(message) => problems.add_at(at, &path, message),
    };
    match &form.value {
        Either::Text(text) => put(place(form), path.to_owned(), window(text), problems),
        Either::More(list) => {
            for (n, one) in list.iter().enumerate() {
                let read = match &one.value {
                    Either::Text(text) => window(text),
                    Either::More(pair) => match pair.as_slice() {
                        [start, end] => window(&format!("{start}-{end}")),
                        _ => Err("a window has a start and an end: write for example `\"09:00-17:30\"`".to_owned()),
                    },
                };
                put(place(one), format!("{path}[{n}]"), read, problems);
            }
        }
    }
    placed
}

/// `09:00-17:30`.
fn window(text: &str) -> Result<Window, String> {
    let is_none = || format!("`{text}` is no window: write for example `09:00-17:30`");
    let (start, end) = text.split_once('-').ok_or_else(is_none)?;
    let [start, end] = [start, end].map(|time| time_of_day(time.trim()));
    let (start, end) = start.zip(end).ok_or_else(is_none)?;
    if start == 24 * 60 {
        return Err(format!("`{text}` starts when the day is over: write `00:00`, on the next day"));
    }
    Window::new(start * 60, end * 60)
        .ok_or_else(|| format!("`{text}` ends when it starts: for the whole day, write `00:00-24:00`"))
}

/// Minutes since midnight, up to 24:00.
fn time_of_day(text: &str) -> Option<u32> {
    let (hours, minutes) = text.split_once(':')?;
    let number = |text: &str| text.parse::<u32>().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()));
    let (hours, minutes) = (number(hours)?, number(minutes).filter(|_| minutes.len() == 2)?);
    (hours <= 24 && minutes < 60 && hours * 60 + minutes <= 24 * 60).then_some(hours * 60 + minutes)
}

/// `mon`, or `mon-fri`, as numbers from Monday; `fri-mon` goes over Sunday.
fn weekdays(key: &str) -> Result<Vec<usize>, String> {
    let number = |text: &str| {
        let text = text.trim().to_ascii_lowercase();
        let found = NAMES.iter().position(|name| *name == text);
        found.ok_or_else(|| {
            format!("`{text}` is no weekday: there are {}, and ranges such as mon-fri", NAMES.join(", "))
        })
    };
    let (first, last) = key.split_once('-').unwrap_or((key, key));
    let (first, last) = (number(first)?, number(last)?);
    Ok((first..).take((last + 7 - first) % 7 + 1).map(|day| day % 7).collect())
}

pub(super) fn name(day: Weekday) -> &'static str {
    WEEKDAYS.iter().position(|one| *one == day).map_or("", |n| NAMES[n])
}

fn too_many(day: &str) -> String {
    format!("{day} has more than {MAX_WINDOWS} windows: let one stand for several")
}

fn overlap(first: Window, second: Window, days: Option<(Weekday, Weekday)>) -> String {
    match days {
        Some((before, after)) if before != after => format!(
            "`{second}` of {} begins while `{first}` of {} still holds: let one end before the other begins",
            name(after),
            name(before)
        ),
        _ => format!("`{second}` overlaps `{first}`: let one end before the other begins"),
    }
}
