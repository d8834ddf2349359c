//! Windows, and which of them are hours together.

use chrono::Weekday::{Fri, Mon, Sat, Sun, Tue, Wed};
use holdpoint::domain::calendar::{Hours, HoursError, MAX_WINDOWS, Week, WeekError, Window, Zone};

use super::{ALL_DAYS, WORKDAYS, week, window};

#[test]
fn a_window_is_shown_as_it_is_written() {
    for text in ["09:00-17:30", "22:00-06:00", "00:00-24:00", "13:00-24:00", "18:00-00:00", "00:01-00:00"] {
        let shown = window(text).to_string();
        assert_eq!(shown, text.replace("-00:00", "-24:00"));
    }
}

#[test]
fn a_window_starts_and_ends_within_a_day_and_is_not_empty() {
    const DAY: u32 = 24 * 3600;
    for (start, end) in [(3600, 3600), (0, 0), (DAY, 3600), (0, DAY + 1), (DAY, DAY)] {
        assert_eq!(Window::new(start, end), None, "{start} {end}");
    }
    assert!(Window::new(0, DAY).is_some());
}

#[test]
fn windows_may_touch_and_stand_in_any_order() {
    let hours = Hours::new(&["13:00-17:00", "09:00-13:00", "22:00-06:00"].map(window)).expect("hours");
    assert_eq!(hours.windows(), ["09:00-13:00", "13:00-17:00", "22:00-06:00"].map(window));
    Week::new(&week(&ALL_DAYS, &["06:00-18:00", "18:00-06:00"])).expect("a week");
}

#[test]
fn windows_that_overlap_are_named() {
    let found = Hours::new(&["13:00-17:00", "08:00-09:00", "09:00-13:01"].map(window));
    assert_eq!(found, Err(HoursError::Overlap { first: 2, second: 0 }));
    let found = Week::new(&week(&WORKDAYS, &["09:00-12:00", "11:00-13:00"]));
    assert_eq!(found, Err(WeekError::Overlap { first: (Mon, 0), second: (Mon, 1) }));
}

#[test]
fn a_night_that_overlaps_the_next_morning_is_named_also_on_sunday() {
    let found = Week::new(&week(&[1, 2], &["05:00-12:00", "22:00-06:00"]));
    assert_eq!(found, Err(WeekError::Overlap { first: (Tue, 1), second: (Wed, 0) }));
    let mut nights = week(&[0], &["05:00-12:00"]);
    nights[6] = vec![window("22:00-05:01")];
    assert_eq!(Week::new(&nights), Err(WeekError::Overlap { first: (Sun, 0), second: (Mon, 0) }));
    nights[6] = vec![window("22:00-05:00")];
    assert!(Week::new(&nights).is_ok());
    // It may last until the time at which it started, but for what the next day starts with.
    let mut nights = week(&[4, 5], &["12:00-11:59"]);
    assert!(Week::new(&nights).is_ok());
    nights[5].push(window("11:00-11:01"));
    assert_eq!(Week::new(&nights), Err(WeekError::Overlap { first: (Fri, 0), second: (Sat, 1) }));
}

#[test]
fn a_week_has_some_hours_and_not_too_many() {
    assert_eq!(Week::new(&week(&[], &[])), Err(WeekError::Empty));
    let mut many: Vec<Window> = (0..=u32::try_from(MAX_WINDOWS).expect("few"))
        .map(|n| Window::new(n * 600, n * 600 + 300).expect("a window"))
        .collect();
    assert_eq!(Hours::new(&many), Err(HoursError::TooMany));
    many.pop();
    assert!(Hours::new(&many).is_ok());
}

#[test]
fn zones_are_known_by_their_names_in_any_case() {
    assert_eq!(Zone::named("europe/LONDON").expect("it is one").name(), "Europe/London");
    for name in ["Europe/Londno", "Etc/Unknown", "GMT+25", "", "+01:00", "../etc/localtime"] {
        assert_eq!(Zone::named(name), None, "{name}");
    }
    let names = Zone::names();
    assert!(names.len() > 400 && names.iter().any(|name| name == "Pacific/Apia"), "{}", names.len());
    for name in names {
        assert!(name == "Etc/Unknown" || Zone::named(&name).is_some(), "{name}");
    }
    assert_eq!(Zone::utc(), Zone::named("UTC").expect("it is one"));
}
