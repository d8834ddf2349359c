//! Against an oracle that looks at the wall's clock, minute by minute, and second by second where a zone's offset has some.

use chrono::{Datelike, NaiveDate, TimeDelta};
use holdpoint::domain::Timestamp;
use holdpoint::domain::calendar::{Calendar, Exceptions, HORIZON, Hours, Kind, Week, Window, Zone};
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::at;

const DAY: u32 = 1440;

/// Days on which the clocks of a zone jump, or that are remarkable otherwise.
const PLACES: [(&str, &str); 12] = [
    ("Europe/London", "2026-03-29T00:00:00Z"),
    ("Europe/London", "2026-10-25T00:00:00Z"),
    ("America/New_York", "2026-03-08T00:00:00Z"),
    ("America/New_York", "2026-11-01T00:00:00Z"),
    ("Australia/Lord_Howe", "2026-04-05T00:00:00Z"),
    ("Australia/Lord_Howe", "2026-10-04T00:00:00Z"),
    ("Pacific/Apia", "2011-12-30T00:00:00Z"),
    ("UTC", "2028-02-29T00:00:00Z"),
    ("Asia/Kathmandu", "1986-01-01T00:00:00Z"),
    ("Africa/Casablanca", "2026-02-15T00:00:00Z"),
    ("Africa/Casablanca", "2026-03-22T00:00:00Z"),
    ("America/Havana", "2026-03-08T00:00:00Z"),
];

/// Windows in minutes, as they are written.
type Windows = Vec<(u32, u32)>;

#[derive(Clone, Debug)]
struct Plan {
    zone: &'static str,
    /// Two days before what is remarkable.
    begin: Timestamp,
    week: [Windows; 7],
    /// Of the days around it.
    exceptions: Vec<(NaiveDate, Option<Option<Windows>>)>,
}

impl Plan {
    fn calendar(&self) -> Calendar {
        let windows = |windows: &Windows| -> Vec<Window> {
            windows.iter().map(|(start, end)| Window::new(start * 60, end * 60).expect("a window")).collect()
        };
        let mut exceptions = Exceptions::default();
        for (date, extra) in &self.exceptions {
            match extra {
                None => exceptions.take_off(*date, None),
                Some(hours) => {
                    exceptions.work_on(*date, hours.as_ref().map(|own| Hours::new(&windows(own)).expect("hours")));
                }
            }
        }
        let zone = Zone::named(self.zone).expect("a zone");
        Calendar::new("test", zone, Week::new(&self.week.each_ref().map(windows)).expect("a week"), exceptions)
    }

    fn hours(&self, date: NaiveDate) -> &[(u32, u32)] {
        let of_week = |n: usize| self.week[n].as_slice();
        let usual = of_week(date.weekday().num_days_from_monday() as usize);
        let of =
            |wanted: bool| self.exceptions.iter().rev().find(|(day, extra)| *day == date && extra.is_some() == wanted);
        match (of(true), of(false)) {
            (Some((_, Some(Some(own)))), _) => own,
            (Some(_), _) if usual.is_empty() => {
                (0..7).map(of_week).find(|hours| !hours.is_empty()).expect("some hours")
            }
            (Some(_), _) => usual,
            (None, Some(_)) => &[],
            (None, None) => usual,
        }
    }

    /// For each minute of the eight days from `begin`, whether it is working time.
    fn minutes(&self) -> Vec<bool> {
        let zone = TimeZone::get(self.zone).expect("a zone");
        (0..8 * i64::from(DAY)).map(|minute| self.is_open(&zone, minute * 60)).collect()
    }

    /// The same for each second of the first days.
    fn seconds(&self, days: i64) -> Vec<bool> {
        let zone = TimeZone::get(self.zone).expect("a zone");
        (0..days * 86_400).map(|second| self.is_open(&zone, second)).collect()
    }

    /// Whether it is working time in that second from `begin`, by the wall's clock alone.
    fn is_open(&self, zone: &TimeZone, second: i64) -> bool {
        let at = jiff::Timestamp::from_second(self.begin.timestamp() + second).expect("in range");
        let wall = zone.to_datetime(at);
        let (year, month, day) = (wall.year(), wall.month().cast_unsigned(), wall.day().cast_unsigned());
        let date = NaiveDate::from_ymd_opt(year.into(), month.into(), day.into()).expect("a date");
        // A minute is open from its first second to its last.
        let time = u32::from(wall.hour().cast_unsigned()) * 60 + u32::from(wall.minute().cast_unsigned());
        let today = self.hours(date).iter().any(|(start, end)| *start <= time && (time < *end || end < start));
        let night = self.hours(date.pred_opt().expect("a day before"));
        today || night.iter().any(|(start, end)| end < start && time < *end)
    }

    fn at(&self, seconds: i64) -> Timestamp {
        self.begin + TimeDelta::seconds(seconds)
    }
}

/// The working seconds from one second up to another, both counted from the plan's beginning.
fn between(minutes: &[bool], from: i64, to: i64) -> i64 {
    let overlap = |minute: i64| ((minute + 1) * 60).min(to) - (minute * 60).max(from);
    let open = (0..).zip(minutes).filter(|(_, open)| **open);
    open.map(|(minute, _)| overlap(minute).max(0)).sum()
}

/// The earliest second by which so much is worked; none in these minutes.
fn add(minutes: &[bool], from: i64, working: i64) -> Option<i64> {
    let mut left = working;
    for (minute, _) in (0..).zip(minutes).filter(|(_, open)| **open) {
        let start = from.max(minute * 60);
        let length = (minute + 1) * 60 - start;
        if length > 0 {
            if left <= length {
                return Some(start + left);
            }
            left -= length;
        }
    }
    None
}

/// A week cut at up to sixteen of its minutes, every other piece of which is a window, but for what is longer than a day.
fn weeks() -> impl Strategy<Value = [Windows; 7]> {
    let round = prop_oneof![Just(1_u32), Just(15), Just(60), Just(720)];
    let cuts = (prop::collection::btree_set(0..7 * DAY, 2..16), round, 0..7 * DAY);
    cuts.prop_map(|(cuts, round, shift)| {
        let mut cuts: Vec<u32> = cuts.into_iter().map(|cut| cut / round * round).collect();
        cuts.dedup();
        let mut week: [Windows; 7] = Default::default();
        for two in cuts.chunks_exact(2) {
            let length = (two[1] - two[0]).min(DAY);
            let start = (two[0] + shift / round * round) % (7 * DAY);
            let (day, start) = (start / DAY, start % DAY);
            let end = start + length;
            if length > 0 && (length < DAY || start == 0) {
                week[day as usize].push((start, if end > DAY { end - DAY } else { end }));
            }
        }
        week
    })
    .prop_filter("no hours", |week| week.iter().any(|hours| !hours.is_empty()))
}

/// Where an offset has seconds until its clocks jump by them, beside the places above.
const TO_THE_SECOND: [(&str, &str); 4] = [
    ("Africa/Monrovia", "1972-01-07T00:00:00Z"),
    ("Europe/Dublin", "1916-10-01T00:00:00Z"),
    ("Europe/London", "2026-10-25T00:00:00Z"),
    ("Australia/Lord_Howe", "2026-04-05T00:00:00Z"),
];

fn plans() -> impl Strategy<Value = Plan> {
    plans_in(&PLACES)
}

fn plans_in(places: &'static [(&'static str, &'static str)]) -> impl Strategy<Value = Plan> {
    let own = prop_oneof![
        Just(None),
        Just(Some(vec![(540, 780)])),
        Just(Some(vec![(1320, 360)])),
        Just(Some(vec![(0, 60), (90, 1440)])),
    ];
    let extra = prop_oneof![2 => Just(None), 1 => own.prop_map(Some)];
    let exceptions = prop::collection::btree_map(0..6_u64, extra, 0..4);
    (prop::sample::select(places), weeks(), exceptions).prop_map(|((zone, place), week, exceptions)| {
        let begin = at(place) - TimeDelta::days(2);
        let date = |n| begin.date_naive() + chrono::Days::new(n);
        let exceptions = exceptions.into_iter().map(|(n, extra)| (date(n), extra)).collect();
        Plan { zone, begin, week, exceptions }
    })
}

/// Three instants of the first five days, in order, in seconds from the beginning.
fn instants() -> impl Strategy<Value = [i64; 3]> {
    let end = 5 * 86_400_i64;
    let one = prop_oneof![0..end, (0..end / 60).prop_map(|minute| minute * 60), (0..end / 3600).prop_map(|n| n * 3600)];
    [one.clone(), one.clone(), one].prop_map(|mut all| {
        all.sort_unstable();
        all
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn between_counts_what_the_wall_shows(plan in plans(), [a, b, c] in instants()) {
        let (calendar, minutes) = (plan.calendar(), plan.minutes());
        let seconds = |from, to| calendar.between(plan.at(from), plan.at(to)).num_seconds();
        for (from, to) in [(a, b), (b, c), (a, c)] {
            prop_assert_eq!(seconds(from, to), between(&minutes, from, to));
        }
        prop_assert_eq!(seconds(a, b) + seconds(b, c), seconds(a, c));
        prop_assert_eq!(seconds(c, a), 0);
    }

    #[test]
    fn add_ends_as_early_as_the_time_is_worked(plan in plans(), [from, later, _] in instants(), working in 1..200_000_i64) {
        let (calendar, minutes) = (plan.calendar(), plan.minutes());
        let due = calendar.add(plan.at(from), TimeDelta::seconds(working));
        match add(&minutes, from, working) {
            Some(expected) => prop_assert_eq!(due, plan.at(expected)),
            None => prop_assert!(due > plan.at(8 * 86_400)),
        }
        prop_assert_eq!(calendar.between(plan.at(from), due), TimeDelta::seconds(working));
        prop_assert!(calendar.between(plan.at(from), due - TimeDelta::nanoseconds(1)) < TimeDelta::seconds(working));
        prop_assert!(calendar.add(plan.at(later), TimeDelta::seconds(working)) >= due);
        prop_assert!(calendar.add(plan.at(from), TimeDelta::seconds(working + 1)) > due);
    }

    #[test]
    fn spans_are_what_is_open_and_no_more(plan in plans(), [from, to, _] in instants()) {
        let (calendar, minutes) = (plan.calendar(), plan.minutes());
        let open = |at: i64| minutes[usize::try_from(at / 60).expect("not before the beginning")];
        let (mut sum, mut last) = (TimeDelta::zero(), None);
        for (begin, end) in calendar.spans(plan.at(from), plan.at(to)) {
            prop_assert!(begin < end && last.is_none_or(|last| last < begin));
            let [first, past] = [begin, end].map(|at| (at - plan.begin).num_seconds());
            prop_assert!(open(first) && open(past - 1));
            prop_assert!(past == to || !open(past));
            sum += end - begin;
            last = Some(end);
        }
        prop_assert_eq!(sum, calendar.between(plan.at(from), plan.at(to)));
        prop_assert_eq!(calendar.is_open(plan.at(from)), open(from));
        let next = (from / 60 + 1..8 * 24 * 60).map(|minute| minute * 60).find(|at| open(*at));
        let opens = if open(from) { Some(from) } else { next };
        match opens {
            Some(opens) => prop_assert_eq!(calendar.opens_at(plan.at(from)), plan.at(opens)),
            None => prop_assert!(calendar.opens_at(plan.at(from)) >= plan.at(8 * 86_400)),
        }
    }

    #[test]
    fn days_hold_all_working_time(plan in plans(), [from, to, _] in instants()) {
        let calendar = plan.calendar();
        let days: Vec<_> = calendar.days(plan.at(from), plan.at(to)).collect();
        let zone = calendar.zone();
        prop_assert_eq!(days.first().map(|day| day.date), Some(zone.date(plan.at(from))));
        prop_assert_eq!(days.last().map(|day| day.date), Some(zone.date(plan.at(to))));
        let sum: TimeDelta = days.iter().map(|day| day.working).sum();
        prop_assert!(sum >= calendar.between(plan.at(from), plan.at(to)));
        for day in &days {
            prop_assert_eq!(calendar.is_working_day(day.date), matches!(day.kind, Kind::Working(_) | Kind::Extra(_)));
        }
    }

    #[test]
    fn far_ahead_it_is_the_same_sum(plan in plans(), years in 1..60_i64, working in 1..50_000_000_i64) {
        let calendar = plan.calendar();
        let far = plan.begin + TimeDelta::days(365 * years);
        let middle = plan.begin + TimeDelta::days(170 * years);
        let sum = calendar.between(plan.begin, middle) + calendar.between(middle, far);
        prop_assert_eq!(sum, calendar.between(plan.begin, far));
        let due = calendar.add(plan.begin, TimeDelta::seconds(working));
        if due < plan.begin + TimeDelta::days(HORIZON) {
            prop_assert_eq!(calendar.between(plan.begin, due), TimeDelta::seconds(working));
        }
    }
}

/// How many days are looked at second by second: up to a day and a half after the clocks jump.
const DAYS: i64 = 3;

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn every_second_is_counted_once(
        plan in plans_in(&TO_THE_SECOND),
        mut ends in proptest::array::uniform2(0..DAYS * 86_400),
        working in 1..80_000_i64,
    ) {
        ends.sort_unstable();
        let [from, to] = ends;
        let (calendar, seconds) = (plan.calendar(), plan.seconds(DAYS));
        let worked = |from: i64, to: i64| {
            (0_i64..).zip(&seconds).filter(|(second, open)| **open && (from..to).contains(second)).count() as i64
        };
        prop_assert_eq!(calendar.between(plan.at(from), plan.at(to)).num_seconds(), worked(from, to));
        // The end of the second in which the last of it is worked.
        let mut open = (0_i64..).zip(&seconds).filter(|(second, open)| **open && *second >= from);
        let expected = open.nth(usize::try_from(working - 1).expect("some")).map(|(second, _)| second + 1);
        let due = calendar.add(plan.at(from), TimeDelta::seconds(working));
        match expected {
            Some(expected) => prop_assert_eq!(due, plan.at(expected)),
            None => prop_assert!(due > plan.at(DAYS * 86_400)),
        }
    }
}
