//! Cases worked out by hand.

use chrono::TimeDelta;
use holdpoint::domain::Timestamp;
use holdpoint::domain::calendar::{Calendar, HORIZON};

use super::{ALL_DAYS, WORKDAYS, at, calendar, hours, minutes};

/// A start, a number of working minutes, and when they are over.
type Case = (&'static str, i64, &'static str);

#[track_caller]
fn holds(calendar: &Calendar, cases: &[Case]) {
    for (from, working, due) in cases {
        let (start, working) = (at(from), minutes(*working));
        let found = calendar.add(start, working);
        assert_eq!(found, at(due), "{working} from {from} is {found}, not {due}");
        if working > TimeDelta::zero() {
            assert_eq!(calendar.between(start, found), working, "between {from} and {due}");
        }
    }
}

#[test]
fn nights_and_weekends_do_not_count() {
    let office = calendar("UTC", &WORKDAYS, &["09:00-17:00"], &[]);
    holds(
        &office,
        &[
            // Monday to Friday, within a day and over the night.
            ("2026-11-02T09:00:00Z", 60, "2026-11-02T10:00:00Z"),
            ("2026-11-02T16:30:00Z", 60, "2026-11-03T09:30:00Z"),
            ("2026-11-02T10:15:00Z", 8 * 60, "2026-11-03T10:15:00Z"),
            // From outside the hours it begins with the next ones.
            ("2026-11-02T03:00:00Z", 60, "2026-11-02T10:00:00Z"),
            ("2026-11-02T20:00:00Z", 60, "2026-11-03T10:00:00Z"),
            ("2026-11-06T18:00:00Z", 60, "2026-11-09T10:00:00Z"),
            ("2026-11-07T12:00:00Z", 60, "2026-11-09T10:00:00Z"),
            // Friday afternoon.
            ("2026-11-06T16:00:00Z", 120, "2026-11-09T10:00:00Z"),
            // A working week, five of eight hours.
            ("2026-11-04T12:00:00Z", 40 * 60, "2026-11-11T12:00:00Z"),
            // A working year of 52 weeks.
            ("2026-01-05T09:00:00Z", 52 * 40 * 60, "2027-01-01T17:00:00Z"),
        ],
    );
}

#[test]
fn what_is_used_up_at_a_close_is_due_at_the_close() {
    let office = calendar("UTC", &WORKDAYS, &["09:00-12:00", "13:00-17:00"], &[]);
    holds(
        &office,
        &[
            ("2026-11-02T09:00:00Z", 3 * 60, "2026-11-02T12:00:00Z"),
            ("2026-11-02T09:00:00Z", 3 * 60 + 1, "2026-11-02T13:01:00Z"),
            ("2026-11-02T12:00:00Z", 4 * 60, "2026-11-02T17:00:00Z"),
            ("2026-11-06T13:00:00Z", 4 * 60, "2026-11-06T17:00:00Z"),
            ("2026-11-07T00:00:00Z", 7 * 60, "2026-11-09T17:00:00Z"),
        ],
    );
}

#[test]
fn no_time_is_over_at_once_even_outside_the_hours() {
    let office = calendar("Europe/London", &WORKDAYS, &["09:00-17:00"], &[]);
    let sunday = at("2026-11-08T03:00:00.123Z");
    assert_eq!(office.add(sunday, TimeDelta::zero()), sunday);
    assert_eq!(office.add(sunday, hours(-1)), sunday);
    assert_eq!(office.between(sunday, sunday), TimeDelta::zero());
    assert_eq!(office.between(at("2026-11-09T12:00:00Z"), at("2026-11-09T10:00:00Z")), TimeDelta::zero());
}

#[test]
fn parts_of_seconds_are_kept() {
    let office = calendar("Europe/London", &WORKDAYS, &["09:00-17:00"], &[]);
    let from = at("2026-11-06T16:59:59.250Z");
    assert_eq!(office.add(from, TimeDelta::seconds(1)), at("2026-11-09T09:00:00.250Z"));
    assert_eq!(office.add(from, TimeDelta::milliseconds(750)), at("2026-11-06T17:00:00Z"));
    assert_eq!(office.add(from, TimeDelta::milliseconds(751)), at("2026-11-09T09:00:00.001Z"));
    assert_eq!(office.between(from, at("2026-11-09T09:00:00.250Z")), TimeDelta::seconds(1));
    // Where nothing counts yet, parts of seconds do not either.
    assert_eq!(office.add(at("2026-11-07T12:00:00.9Z"), TimeDelta::seconds(1)), at("2026-11-09T09:00:01Z"));
}

#[test]
fn holidays_do_not_count_and_extra_working_days_beat_them() {
    let office = calendar(
        "Europe/London",
        &WORKDAYS,
        &["09:00-17:30"],
        &[
            "2026-12-24",
            "12-25",
            "12-26",
            "2026-12-28",
            "01-01",
            "+2026-12-05",
            "+2026-12-19 09:00-13:00",
            "+2026-12-28",
        ],
    );
    holds(
        &office,
        &[
            // Wednesday before Christmas: Thursday and Friday are off, Saturday too, and Monday the 28th is worked on.
            ("2026-12-23T17:00:00Z", 60, "2026-12-28T09:30:00Z"),
            // The year ends on a Thursday, and Friday is off.
            ("2026-12-31T17:00:00Z", 60, "2027-01-04T09:30:00Z"),
            // A Saturday that is worked on as Monday is, for want of hours of its own.
            ("2026-12-04T17:00:00Z", 60, "2026-12-05T09:30:00Z"),
            ("2026-12-05T09:00:00Z", 8 * 60 + 30, "2026-12-05T17:30:00Z"),
            // And one with hours of its own.
            ("2026-12-18T17:00:00Z", 60, "2026-12-19T09:30:00Z"),
            ("2026-12-19T12:00:00Z", 120, "2026-12-21T10:00:00Z"),
            // It comes back each year.
            ("2030-12-24T17:00:00Z", 60, "2030-12-27T09:30:00Z"),
        ],
    );
}

#[test]
fn the_day_of_a_leap_year_counts() {
    let office = calendar("UTC", &ALL_DAYS, &["09:00-17:00"], &["02-29"]);
    holds(
        &office,
        &[
            ("2027-02-28T16:00:00Z", 120, "2027-03-01T10:00:00Z"),
            // It is off in 2028, when there is one.
            ("2028-02-28T16:00:00Z", 120, "2028-03-01T10:00:00Z"),
        ],
    );
    let office = calendar("UTC", &WORKDAYS, &["09:00-17:00"], &[]);
    holds(&office, &[("2028-02-28T16:00:00Z", 120, "2028-02-29T10:00:00Z")]);
}

#[test]
fn a_night_belongs_to_the_day_on_which_it_starts() {
    let nights = calendar("Europe/London", &WORKDAYS, &["22:00-06:00"], &["2026-11-04", "+2026-11-08"]);
    holds(
        &nights,
        &[
            ("2026-11-02T23:00:00Z", 120, "2026-11-03T01:00:00Z"),
            ("2026-11-03T05:00:00Z", 120, "2026-11-03T23:00:00Z"),
            // Wednesday the 4th is off: the night to it still counts, and the night after does not, also not on Thursday.
            ("2026-11-03T23:00:00Z", 7 * 60, "2026-11-04T06:00:00Z"),
            ("2026-11-04T05:00:00Z", 120, "2026-11-05T23:00:00Z"),
            // Friday's night reaches into Saturday, and Sunday the 8th is worked on.
            ("2026-11-07T05:00:00Z", 120, "2026-11-08T23:00:00Z"),
            ("2026-11-08T23:00:00Z", 7 * 60, "2026-11-09T06:00:00Z"),
        ],
    );
    assert!(!nights.is_open(at("2026-11-05T01:00:00Z")));
    assert!(nights.is_open(at("2026-11-04T05:59:59Z")));
}

#[test]
fn in_spring_a_skipped_hour_does_not_count() {
    let always = calendar("Europe/London", &ALL_DAYS, &["00:00-06:00"], &[]);
    holds(
        &always,
        &[
            // 29 March 2026: 00:59:59 GMT is followed by 02:00:00 BST.
            ("2026-03-29T00:00:00Z", 60, "2026-03-29T01:00:00Z"),
            ("2026-03-29T00:00:00Z", 5 * 60, "2026-03-29T05:00:00Z"),
            ("2026-03-29T00:00:00Z", 5 * 60 + 1, "2026-03-29T23:01:00Z"),
        ],
    );
    let skipped = calendar("Europe/London", &ALL_DAYS, &["01:00-02:00"], &[]);
    holds(&skipped, &[("2026-03-28T00:00:00Z", 90, "2026-03-30T00:30:00Z")]);
    // The office has no part in it, but for its being an hour earlier by UTC.
    let office = calendar("Europe/London", &WORKDAYS, &["09:00-17:30"], &[]);
    holds(
        &office,
        &[
            ("2026-03-27T17:00:00Z", 60, "2026-03-30T08:30:00Z"),
            ("2026-10-23T17:00:00+01:00", 60, "2026-10-26T09:30:00Z"),
        ],
    );
    let new_york = calendar("America/New_York", &ALL_DAYS, &["01:30-03:30"], &[]);
    holds(&new_york, &[("2026-03-08T06:30:00Z", 60, "2026-03-08T07:30:00Z")]);
    // 4 October 2026 on Lord Howe Island: half an hour, from 02:00 to 02:30.
    let lord_howe = calendar("Australia/Lord_Howe", &ALL_DAYS, &["01:00-03:00"], &[]);
    holds(&lord_howe, &[("2026-10-04T01:00:00+10:30", 90, "2026-10-04T03:00:00+11:00")]);
}

#[test]
fn in_autumn_a_repeated_hour_counts_twice() {
    let nights = calendar("Europe/London", &ALL_DAYS, &["01:15-01:45"], &[]);
    holds(
        &nights,
        &[
            // 25 October 2026: 01:15 to 01:45 BST, and again in GMT.
            ("2026-10-25T00:00:00Z", 30, "2026-10-25T00:45:00Z"),
            ("2026-10-25T00:00:00Z", 40, "2026-10-25T01:25:00Z"),
            ("2026-10-25T00:00:00Z", 60, "2026-10-25T01:45:00Z"),
        ],
    );
    let new_york = calendar("America/New_York", &ALL_DAYS, &["00:00-04:00"], &[]);
    holds(&new_york, &[("2026-11-01T00:00:00-04:00", 5 * 60, "2026-11-01T04:00:00-05:00")]);
    // 5 April 2026 on Lord Howe Island: half an hour, from 01:30 to 02:00.
    let lord_howe = calendar("Australia/Lord_Howe", &ALL_DAYS, &["01:00-02:00"], &[]);
    holds(&lord_howe, &[("2026-04-05T01:00:00+11:00", 90, "2026-04-05T02:00:00+10:30")]);
}

#[test]
fn a_day_that_was_left_out_has_no_hours() {
    // Samoa went from Thursday 29 December 2011 to Saturday the 31st.
    let apia = calendar("Pacific/Apia", &WORKDAYS, &["09:00-17:00"], &[]);
    holds(&apia, &[("2011-12-29T16:00:00-10:00", 120, "2012-01-02T10:00:00+14:00")]);
    let all_day = calendar("Pacific/Apia", &ALL_DAYS, &["00:00-24:00"], &["2011-12-31"]);
    holds(&all_day, &[("2011-12-29T23:00:00-10:00", 120, "2012-01-01T01:00:00+14:00")]);
}

#[test]
fn the_whole_day_every_day_is_time_itself() {
    let always = Calendar::always();
    let also = calendar("Europe/London", &ALL_DAYS, &["00:00-24:00"], &[]);
    let cut = calendar("Europe/London", &ALL_DAYS, &["06:00-18:00", "18:00-06:00"], &[]);
    let from = at("2026-10-24T12:34:56.789Z");
    for calendar in [&always, &also, &cut] {
        assert!(calendar.is_always());
        assert_eq!(calendar.add(from, hours(1000)), from + hours(1000));
        assert_eq!(calendar.between(from, from + hours(1000)), hours(1000));
        assert!(calendar.is_open(from));
        assert_eq!(calendar.opens_at(from), from);
    }
    assert_eq!(always.add(from, TimeDelta::MAX), Timestamp::MAX_UTC);
}

#[test]
fn what_never_comes_is_answered_with_the_end_of_a_hundred_years() {
    let minute = calendar("Europe/London", &[0], &["09:00-09:01"], &[]);
    let from = at("2026-11-02T09:00:00Z");
    let horizon = from + TimeDelta::days(HORIZON);
    assert_eq!(minute.add(from, TimeDelta::days(3650)), horizon);
    assert_eq!(minute.add(from, TimeDelta::MAX), horizon);
    assert_eq!(minute.add_days(from, u32::MAX), horizon);
    let every_day: Vec<String> = (1..=12)
        .flat_map(|month| (1..=31).map(move |day| format!("{month:02}-{day:02}")))
        .filter(|day| format!("2000-{day}").parse::<chrono::NaiveDate>().is_ok())
        .collect();
    let every_day: Vec<&str> = every_day.iter().map(String::as_str).collect();
    let never = calendar("Europe/London", &WORKDAYS, &["09:00-17:00"], &every_day);
    assert_eq!(never.opens_at(from), horizon);
    assert_eq!(never.add(from, minutes(1)), horizon);
    assert_eq!(never.spans(from, horizon).count(), 0);
}

#[test]
fn the_ends_of_time_are_no_trouble() {
    let office = calendar("Europe/London", &WORKDAYS, &["09:00-17:00"], &["12-25"]);
    for from in [Timestamp::MIN_UTC, Timestamp::UNIX_EPOCH, Timestamp::MAX_UTC, at("9999-12-30T00:00:00Z")] {
        assert!(office.add(from, hours(8)) >= from.min(at("9999-12-28T00:00:00Z")));
        assert!(office.opens_at(from) >= from.min(at("9999-12-28T00:00:00Z")));
        office.is_open(from);
        office.add_days(from, 3);
        assert!(office.spans(from, Timestamp::MAX_UTC).take(3).all(|(from, to)| from < to));
        assert_eq!(office.days(from, from).count(), 1);
    }
    assert!(office.between(Timestamp::MIN_UTC, Timestamp::MAX_UTC) > hours(9998 * 250 * 8));
    // A leap second is written as the 60th.
    assert_eq!(office.add(at("2026-11-02T09:00:60.5Z"), hours(1)), at("2026-11-02T10:01:00.5Z"));
}
