//! The figures of cases that the test suites of working_hours and of business_time, two libraries for Ruby, publish.
//! Left out is what they count backwards, and the working days after a day off: there working_hours begins to count on the
//! next working day, and we on the day off itself.

use chrono::TimeDelta;
use holdpoint::domain::calendar::Calendar;

use super::{WORKDAYS, at, calendar, date};

fn office(exceptions: &[&str]) -> Calendar {
    calendar("UTC", &WORKDAYS, &["09:00-17:00"], exceptions)
}

/// A start, a number of working seconds, and when they are over.
#[track_caller]
fn adds(calendar: &Calendar, cases: &[(&str, i64, &str)]) {
    for (from, seconds, due) in cases {
        assert_eq!(calendar.add(at(from), TimeDelta::seconds(*seconds)), at(due), "{seconds} s from {from}");
    }
}

/// Two times and the working seconds between them.
#[track_caller]
fn lies_between(calendar: &Calendar, cases: &[(&str, &str, i64)]) {
    for (from, to, seconds) in cases {
        assert_eq!(calendar.between(at(from), at(to)), TimeDelta::seconds(*seconds), "between {from} and {to}");
    }
}

#[test]
fn working_hours_adds_the_same() {
    adds(
        &office(&[]),
        &[
            ("1991-11-15T14:00:42Z", 2 * 3600, "1991-11-15T16:00:42Z"),
            ("1991-11-15T16:30:42Z", 45 * 60, "1991-11-18T09:15:42Z"),
            ("1991-11-15T16:59:42Z", 120, "1991-11-18T09:01:42Z"),
        ],
    );
    let tokyo = calendar("Asia/Tokyo", &WORKDAYS, &["09:00-17:00"], &[]);
    adds(&tokyo, &[("1991-11-15T07:00:00Z", 3 * 3600, "1991-11-18T11:00:00+09:00")]);
    let mondays = calendar("UTC", &[0], &["07:00-12:00", "13:00-18:00"], &[]);
    adds(&mondays, &[("1991-11-11T05:00:00Z", 6 * 3600, "1991-11-11T14:00:00Z")]);
    let whole_mondays = calendar("UTC", &[0], &["00:00-24:00"], &[]);
    adds(&whole_mondays, &[("2014-04-07T23:59:30Z", 60, "2014-04-14T00:00:30Z")]);
}

#[test]
fn working_hours_counts_the_same_days() {
    let days = |calendar: &Calendar, from: &str, n: u32, to: &str| {
        assert_eq!(calendar.add_days(at(from), n), at(to), "{n} working days from {from}");
    };
    days(&office(&[]), "1991-11-15T00:00:00Z", 2, "1991-11-19T00:00:00Z");
    days(&office(&[]), "1991-11-15T14:00:42Z", 1, "1991-11-18T14:00:42Z");
    days(&office(&["2014-04-08"]), "2014-04-07T00:00:00Z", 1, "2014-04-09T00:00:00Z");
    let two_days = |off: &[&str]| calendar("UTC", &[0, 2], &["09:00-17:00"], off);
    days(&two_days(&[]), "2014-04-07T00:00:00Z", 1, "2014-04-09T00:00:00Z");
    days(&two_days(&["2014-04-09"]), "2014-04-07T00:00:00Z", 3, "2014-04-21T00:00:00Z");
    let tokyo = calendar("Asia/Tokyo", &WORKDAYS, &["09:00-17:00"], &[]);
    days(&tokyo, "1991-11-14T21:00:00Z", 1, "1991-11-18T06:00:00+09:00");
    assert!(office(&[]).is_working_day(date("2014-04-07")));
    assert!(!office(&[]).is_working_day(date("2014-04-06")));
    assert!(!office(&["2014-05-01"]).is_working_day(date("2014-05-01")));
}

#[test]
fn working_hours_opens_at_the_same_times() {
    let opens = |calendar: &Calendar, from: &str, to: &str| {
        assert_eq!(calendar.opens_at(at(from)), at(to), "it opens after {from}");
    };
    let closed_in_may = office(&["2014-05-01"]);
    for (from, to) in [
        ("2014-05-01T12:00:00Z", "2014-05-02T09:00:00Z"),
        ("2014-06-01T12:00:00Z", "2014-06-02T09:00:00Z"),
        ("2014-04-07T09:00:00Z", "2014-04-07T09:00:00Z"),
        ("2014-04-07T16:59:00Z", "2014-04-07T16:59:00Z"),
        ("2014-04-07T08:59:00Z", "2014-04-07T09:00:00Z"),
        ("2014-04-07T17:00:00Z", "2014-04-08T09:00:00Z"),
        ("2014-04-07T00:00:00-09:00", "2014-04-07T09:00:00Z"),
        ("2014-04-07T22:00:00+02:00", "2014-04-08T09:00:00Z"),
    ] {
        opens(&closed_in_may, from, to);
    }
    let two_windows = calendar("UTC", &[0], &["07:00-12:00", "13:00-18:00"], &[]);
    for (from, to) in [
        ("2014-04-07T11:59:00Z", "2014-04-07T11:59:00Z"),
        ("2014-04-07T12:00:00Z", "2014-04-07T13:00:00Z"),
        ("2014-04-07T12:59:00Z", "2014-04-07T13:00:00Z"),
        ("2014-04-07T13:00:00Z", "2014-04-07T13:00:00Z"),
    ] {
        opens(&two_windows, from, to);
        assert_eq!(two_windows.is_open(at(from)), from == to);
    }
    let tokyo = calendar("Asia/Tokyo", &WORKDAYS, &["09:00-17:00"], &[]);
    assert!(tokyo.is_open(at("2014-04-07T00:00:00Z")));
}

#[test]
fn working_hours_finds_the_same_between() {
    lies_between(
        &office(&[]),
        &[
            ("2014-04-07T08:00:00Z", "2014-04-07T08:00:00Z", 0),
            ("2014-04-11T20:00:00Z", "2014-04-14T05:00:00Z", 0),
            ("2014-04-13T09:10:24Z", "2014-04-14T09:10:24Z", 624),
            ("2014-04-07T10:00:00Z", "2014-04-07T15:00:00Z", 5 * 3600),
            ("2014-04-07T07:00:00Z", "2014-04-07T20:00:00Z", 8 * 3600),
            ("2014-04-07T01:00:00-09:00", "2014-04-07T15:00:00-04:00", 7 * 3600),
        ],
    );
    let whole_mondays = calendar("UTC", &[0], &["00:00-24:00"], &[]);
    lies_between(&whole_mondays, &[("2014-04-06T12:00:00Z", "2016-04-06T12:00:00Z", 105 * 24 * 3600)]);
    let two_windows = calendar("UTC", &[0], &["07:00-12:00", "13:00-18:00"], &[]);
    lies_between(
        &two_windows,
        &[
            ("2014-04-07T11:59:00Z", "2014-04-07T13:01:00Z", 120),
            ("2014-04-07T11:00:00Z", "2014-04-14T13:00:00Z", 11 * 3600),
        ],
    );
}

#[test]
fn business_time_agrees() {
    let eastern = calendar("America/New_York", &WORKDAYS, &["09:00-17:00"], &["2010-07-05"]);
    adds(
        &eastern,
        &[
            ("2010-08-04T09:35:00-04:00", 8 * 3600, "2010-08-05T09:35:00-04:00"),
            ("2010-04-09T16:50:00-04:00", 3600, "2010-04-12T09:50:00-04:00"),
            ("2010-07-02T16:50:00-04:00", 3600, "2010-07-06T09:50:00-04:00"),
            ("2010-04-12T09:50:00-04:00", 3 * 3600, "2010-04-12T12:50:00-04:00"),
        ],
    );
    assert_eq!(eastern.opens_at(at("2010-04-26T04:30:00-04:00")), at("2010-04-26T09:00:00-04:00"));
    assert_eq!(eastern.opens_at(at("2010-04-26T18:00:00-04:00")), at("2010-04-27T09:00:00-04:00"));
    lies_between(
        &eastern,
        &[
            ("2014-02-17T15:00:00-05:00", "2014-02-17T16:00:00-05:00", 3600),
            ("2012-02-01T10:00:00-05:00", "2012-02-01T14:20:00-05:00", 260 * 60),
            ("2012-02-01T10:00:00-05:00", "2012-02-01T17:24:00-05:00", 7 * 3600),
            ("2012-02-01T07:25:00-05:00", "2012-02-01T15:30:00-05:00", 390 * 60),
            ("2012-02-01T10:00:00-05:00", "2012-02-02T10:00:00-05:00", 8 * 3600),
            ("2012-02-01T10:00:00-05:00", "2012-02-09T11:00:00-05:00", (6 * 8 + 1) * 3600),
        ],
    );
}
