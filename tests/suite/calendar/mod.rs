//! Working time: what a calendar counts, and when what was promised in it is used up.

mod days;
mod known;
mod ladder;
mod oracle;
mod published;
mod spans;
mod week;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use holdpoint::domain::Timestamp;
use holdpoint::domain::calendar::{Calendar, Exceptions, Hours, MonthDay, Week, Window, YEARLY, Zone};

/// A time as RFC 3339, in whatever offset.
fn at(text: &str) -> Timestamp {
    DateTime::parse_from_rfc3339(text).unwrap_or_else(|e| panic!("{text}: {e}")).with_timezone(&Utc)
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap_or_else(|e| panic!("{text}: {e}"))
}

/// `09:00-17:30`.
fn window(text: &str) -> Window {
    let time = |text: &str| {
        let (hours, minutes) = text.split_once(':').expect("hours and minutes");
        (hours.parse::<u32>().expect("hours") * 60 + minutes.parse::<u32>().expect("minutes")) * 60
    };
    let (start, end) = text.split_once('-').expect("a start and an end");
    Window::new(time(start), time(end)).expect("a window")
}

/// The same windows on each of these weekdays, counted from Monday.
fn week(days: &[usize], windows: &[&str]) -> [Vec<Window>; 7] {
    std::array::from_fn(|n| if days.contains(&n) { windows.iter().map(|text| window(text)).collect() } else { vec![] })
}

const WORKDAYS: [usize; 5] = [0, 1, 2, 3, 4];
const ALL_DAYS: [usize; 7] = [0, 1, 2, 3, 4, 5, 6];

/// A calendar with these windows from Monday to Friday, or on all days, and these exceptions: `2026-12-25` and `12-25` are
/// days off, `+2026-12-05` and `+2026-12-05 09:00-13:00` extra working days.
fn calendar(zone: &str, days: &[usize], windows: &[&str], exceptions: &[&str]) -> Calendar {
    let mut all = Exceptions::default();
    for text in exceptions {
        match (text.strip_prefix('+'), text.split_once('-')) {
            (Some(extra), _) => {
                let (day, hours) = extra.split_once(' ').map_or((extra, None), |(day, hours)| (day, Some(hours)));
                let hours = hours.map(|hours| Hours::new(&[window(hours)]).expect("hours"));
                all.work_on(date(day), hours);
            }
            (None, Some((month, day))) if month.len() == 2 => {
                let [month, day] = [month, day].map(|number| number.parse().expect("a number"));
                all.take_off_yearly(MonthDay::new(month, day).expect("a day"), YEARLY, None);
            }
            _ => all.take_off(date(text), None),
        }
    }
    let zone = Zone::named(zone).unwrap_or_else(|| panic!("no zone {zone}"));
    Calendar::new("test", zone, Week::new(&week(days, windows)).expect("a week"), all)
}

fn hours(n: i64) -> TimeDelta {
    TimeDelta::hours(n)
}

fn minutes(n: i64) -> TimeDelta {
    TimeDelta::minutes(n)
}
