//! Days: those that are counted, and what is special about each.

use chrono::{NaiveTime, TimeDelta};
use holdpoint::domain::calendar::{Calendar, Day, Exceptions, Kind, MonthDay, Week, Zone};

use super::{ALL_DAYS, WORKDAYS, at, calendar, date, hours, week};

fn time(text: &str) -> NaiveTime {
    text.parse().expect("a time")
}

#[test]
fn a_working_day_later_is_the_same_time_on_the_wall() {
    let office = calendar("Europe/London", &WORKDAYS, &["09:00-17:30"], &["2026-12-25", "2026-12-28", "+2026-12-26"]);
    let cases = [
        ("2026-11-02T10:00:00.5Z", 1, "2026-11-03T10:00:00.5Z"),
        ("2026-11-06T10:00:00Z", 1, "2026-11-09T10:00:00Z"),
        // From a weekend, and at a time at which nobody works.
        ("2026-11-07T23:00:00Z", 1, "2026-11-09T23:00:00Z"),
        ("2026-11-07T23:00:00Z", 5, "2026-11-13T23:00:00Z"),
        // Over both ends of summer time.
        ("2026-03-27T10:00:00Z", 1, "2026-03-30T09:00:00Z"),
        ("2026-10-23T09:00:00Z", 1, "2026-10-26T10:00:00Z"),
        // Over days off and a Saturday that is worked on.
        ("2026-12-24T12:00:00Z", 1, "2026-12-26T12:00:00Z"),
        ("2026-12-24T12:00:00Z", 2, "2026-12-29T12:00:00Z"),
        ("2026-12-26T12:00:00Z", 0, "2026-12-26T12:00:00Z"),
    ];
    for (from, n, due) in cases {
        assert_eq!(office.add_days(at(from), n), at(due), "{n} from {from}");
    }
}

#[test]
fn a_time_that_is_skipped_moves_to_the_end_of_the_gap_and_a_repeated_one_is_the_first() {
    let all = calendar("Europe/London", &ALL_DAYS, &["09:00-17:30"], &[]);
    assert_eq!(all.add_days(at("2026-03-28T01:30:00.5Z"), 1), at("2026-03-29T01:00:00Z"));
    assert_eq!(all.add_days(at("2026-10-24T00:30:00Z"), 1), at("2026-10-25T00:30:00Z"));
    assert_eq!(all.at_local(at("2026-03-28T12:00:00Z"), 1, time("01:59:59")), at("2026-03-29T01:00:00Z"));
    assert_eq!(all.at_local(at("2026-03-28T12:00:00Z"), 1, time("02:00:00")), at("2026-03-29T01:00:00Z"));
    assert_eq!(all.at_local(at("2026-10-24T12:00:00Z"), 1, time("01:00:00")), at("2026-10-25T00:00:00Z"));
    assert_eq!(all.at_local(at("2026-10-24T12:00:00Z"), 1, time("02:00:00")), at("2026-10-25T02:00:00Z"));
}

#[test]
fn a_local_time_is_found_on_a_working_day_after() {
    let office = calendar("America/New_York", &WORKDAYS, &["09:00-17:00"], &[]);
    let friday = at("2026-11-06T23:30:00-05:00");
    assert_eq!(office.at_local(friday, 0, time("17:00")), at("2026-11-06T17:00:00-05:00"));
    assert_eq!(office.at_local(friday, 1, time("12:00")), at("2026-11-09T12:00:00-05:00"));
    // The date is the one on the wall: by UTC it is Saturday already.
    assert_eq!(office.zone().date(friday), date("2026-11-06"));
    assert_eq!(Calendar::always().at_local(friday, 1, time("12:00")), at("2026-11-08T12:00:00Z"));
}

#[test]
fn a_day_that_was_left_out_is_no_working_day() {
    let apia = calendar("Pacific/Apia", &WORKDAYS, &["09:00-17:00"], &[]);
    assert!(!apia.is_working_day(date("2011-12-30")));
    assert_eq!(apia.add_days(at("2011-12-29T12:00:00-10:00"), 1), at("2012-01-02T12:00:00+14:00"));
    let days: Vec<Day<'_>> = apia.days(at("2011-12-29T12:00:00-10:00"), at("2011-12-31T12:00:00+14:00")).collect();
    assert_eq!(days.len(), 3);
    assert_eq!((days[0].working, days[0].change), (hours(8), None));
    assert_eq!((days[1].kind, days[1].working), (Kind::Missing, TimeDelta::zero()));
    let change = days[2].change.expect("the clock jumped");
    assert_eq!(change.at, at("2011-12-31T00:00:00+14:00"));
    assert_eq!((change.before, change.after), (-10 * 3600, 14 * 3600));
}

#[test]
fn each_date_says_why_it_is_off_and_where_the_clock_jumps() {
    let mut exceptions = Exceptions::default();
    exceptions.take_off(date("2026-10-26"), Some("Works outing"));
    exceptions.take_off(date("2026-10-27"), None);
    exceptions.take_off(date("2026-10-28"), Some("Late"));
    exceptions.take_off(date("2026-10-28"), Some("Later"));
    exceptions.take_off_yearly(MonthDay::new(10, 29).expect("a day"), 2026..=2027, Some("Founder's day"));
    exceptions.take_off(date("2026-10-24"), Some("Beaten"));
    exceptions.work_on(date("2026-10-24"), None);
    assert_eq!((exceptions.len(), exceptions.count()), (6, (5, 1)));
    let zone = Zone::named("Europe/London").expect("it is one");
    let office =
        Calendar::new("office", zone, Week::new(&week(&WORKDAYS, &["22:00-06:00"])).expect("a week"), exceptions);
    let days: Vec<Day<'_>> = office.days(at("2026-10-23T12:00:00Z"), at("2026-10-30T12:00:00Z")).collect();
    let shown: Vec<String> = days
        .iter()
        .map(|day| {
            let kind = match day.kind {
                Kind::Working(hours) => format!("works {}", hours.windows()[0]),
                Kind::Extra(hours) => format!("extra {}", hours.windows()[0]),
                Kind::Free => "free".to_owned(),
                Kind::Off(name) => format!("off {}", name.unwrap_or("?")),
                Kind::Missing => "missing".to_owned(),
            };
            let change = day.change.map(|change| format!(" {} {}->{}", change.at, change.before, change.after));
            format!("{} {kind} {}h{}", day.date, day.working.num_hours(), change.unwrap_or_default())
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"), @"
    2026-10-23 works 22:00-06:00 8h
    2026-10-24 extra 22:00-06:00 8h
    2026-10-25 free 7h 2026-10-25 01:00:00 UTC 3600->0
    2026-10-26 off Works outing 0h
    2026-10-27 off ? 0h
    2026-10-28 off Late 0h
    2026-10-29 off Founder's day 0h
    2026-10-30 works 22:00-06:00 2h
    ");
}
