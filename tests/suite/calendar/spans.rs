//! Working time as spans.

use holdpoint::domain::calendar::Calendar;

use super::{ALL_DAYS, WORKDAYS, at, calendar};

#[track_caller]
fn spans(calendar: &Calendar, from: &str, to: &str, expected: &[(&str, &str)]) {
    let found: Vec<_> = calendar.spans(at(from), at(to)).collect();
    let expected: Vec<_> = expected.iter().map(|(from, to)| (at(from), at(to))).collect();
    assert_eq!(found, expected);
}

#[test]
fn spans_begin_and_end_with_the_hours_or_with_what_was_asked_for() {
    let office = calendar("UTC", &WORKDAYS, &["09:00-12:00", "13:00-17:00"], &[]);
    spans(
        &office,
        "2026-11-06T16:00:00.25Z",
        "2026-11-09T13:30:00.75Z",
        &[
            ("2026-11-06T16:00:00.25Z", "2026-11-06T17:00:00Z"),
            ("2026-11-09T09:00:00Z", "2026-11-09T12:00:00Z"),
            ("2026-11-09T13:00:00Z", "2026-11-09T13:30:00.75Z"),
        ],
    );
    spans(&office, "2026-11-07T00:00:00Z", "2026-11-09T09:00:00Z", &[]);
    spans(&office, "2026-11-09T12:00:00Z", "2026-11-09T10:00:00Z", &[]);
}

#[test]
fn windows_that_touch_are_one_span_also_across_midnight() {
    let all = calendar("UTC", &ALL_DAYS, &["00:00-12:00", "12:00-13:00", "20:00-24:00"], &[]);
    spans(
        &all,
        "2026-11-06T18:00:00Z",
        "2026-11-07T23:00:00Z",
        &[("2026-11-06T20:00:00Z", "2026-11-07T13:00:00Z"), ("2026-11-07T20:00:00Z", "2026-11-07T23:00:00Z")],
    );
    let but_one_day = calendar("Europe/London", &ALL_DAYS, &["00:00-24:00"], &["2026-10-28"]);
    spans(
        &but_one_day,
        "2026-10-01T00:00:00Z",
        "2026-11-30T00:00:00Z",
        &[("2026-10-01T00:00:00Z", "2026-10-28T00:00:00Z"), ("2026-10-29T00:00:00Z", "2026-11-30T00:00:00Z")],
    );
    spans(
        &Calendar::always(),
        "2026-10-01T00:00:00Z",
        "2026-11-30T00:00:00Z",
        &[("2026-10-01T00:00:00Z", "2026-11-30T00:00:00Z")],
    );
}

#[test]
fn what_is_repeated_is_two_spans_and_what_is_skipped_is_none() {
    let repeated = calendar("Europe/London", &ALL_DAYS, &["01:15-01:45"], &[]);
    spans(
        &repeated,
        "2026-10-25T00:00:00Z",
        "2026-10-25T12:00:00Z",
        &[("2026-10-25T00:15:00Z", "2026-10-25T00:45:00Z"), ("2026-10-25T01:15:00Z", "2026-10-25T01:45:00Z")],
    );
    spans(&repeated, "2026-03-29T00:00:00Z", "2026-03-29T12:00:00Z", &[]);
    // What is open on both sides of a jump is one span.
    let night = calendar("Europe/London", &ALL_DAYS, &["00:00-03:00"], &[]);
    spans(&night, "2026-10-24T23:30:00Z", "2026-10-25T12:00:00Z", &[("2026-10-24T23:30:00Z", "2026-10-25T03:00:00Z")]);
    spans(&night, "2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z", &[("2026-03-29T00:00:00Z", "2026-03-29T02:00:00Z")]);
    // What opens within the gap opens at its end.
    let late = calendar("Europe/London", &ALL_DAYS, &["01:30-03:00"], &[]);
    spans(&late, "2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z", &[("2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z")]);
    assert_eq!(late.opens_at(at("2026-03-29T00:00:00Z")), at("2026-03-29T01:00:00Z"));
}
