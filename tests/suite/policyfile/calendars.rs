//! Calendars that are in order, and what they come to.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use holdpoint::domain::calendar::{Calendar, Exception};
use holdpoint::policyfile::{PolicyFile, read_beside, read_calendar};
use serde_json::json;

use super::{FILE, good};

/// A file with one policy, by its one calendar of these lines.
pub(super) fn with_calendar(lines: &str) -> String {
    let lines: String = lines.lines().map(|line| format!("    {line}\n")).collect();
    format!(
        "version: 1\ncalendars:\n  office:\n{lines}policies:\n  - name: production\n    calendar: office\n    target: 4h\n"
    )
}

/// The same with these days off.
pub(super) fn with_holidays(holidays: &str) -> String {
    with_calendar(&format!("timezone: Europe/London\nhours: {{ mon-fri: [\"09:00-17:30\"] }}\nholidays: {holidays}"))
}

fn calendar(lines: &str) -> Calendar {
    good(&with_calendar(lines)).rules.policies[0].calendar.clone()
}

fn holidays(list: &str) -> Calendar {
    good(&with_holidays(list)).rules.policies[0].calendar.clone()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn is_off(calendar: &Calendar, day: &str) -> bool {
    matches!(calendar.exceptions().on(date(day)), Some(Exception::Off(_)))
}

#[test]
fn every_word_of_a_calendar_counts() {
    let office = calendar(
        r#"timezone: europe/london
hours: { mon-thu: ["09:00-12:00", "13:00-17:30"], fri: 9:00-15:00, sat: [["10:00", "12:00"]] }
holidays: [gb-eng, 2026-12-24, 2026-12-29..2026-12-31, 11-05, --11-06]
working_days: [2026-12-06, { date: 2026-12-25, hours: "10:00-11:00" }, { date: 2026-12-26 }]"#,
    );
    assert_eq!((office.name(), office.zone().name()), ("office", "Europe/London"));
    let shown = |day: &str| {
        let hours =
            office.hours_on(date(day)).map(|hours| hours.windows().iter().map(ToString::to_string).collect::<Vec<_>>());
        hours.unwrap_or_default().join(" ")
    };
    assert_eq!(shown("2026-11-02"), "09:00-12:00 13:00-17:30");
    assert_eq!(shown("2026-11-27"), "09:00-15:00");
    assert_eq!(shown("2026-11-28"), "10:00-12:00");
    for off in
        ["2026-11-05", "2026-11-06", "2028-11-06", "2026-12-24", "2026-12-28", "2026-12-29", "2026-12-31", "2027-01-01"]
    {
        assert_eq!(shown(off), "", "{off}");
    }
    // A Sunday for want of other hours is as Monday; a Saturday and a holiday that are worked on.
    assert_eq!(shown("2026-12-06"), "09:00-12:00 13:00-17:30");
    assert_eq!(shown("2026-12-25"), "10:00-11:00");
    assert_eq!(shown("2026-12-26"), "10:00-12:00");
    assert_eq!(office.add(at("2026-12-23T17:00:00Z"), TimeDelta::hours(1)), at("2026-12-25T10:30:00Z"));
}

#[test]
fn weekdays_go_by_ranges_also_over_sunday() {
    let weekend = calendar("timezone: UTC\nhours: { FRI-mon: [\"09:00-10:00\"] }");
    let open = |day: &str| weekend.hours_on(date(day)).is_some();
    let week: Vec<bool> = (2..9).map(|day| open(&format!("2026-11-{day:02}"))).collect();
    assert_eq!(week, [true, false, false, false, true, true, true]);
}

#[test]
fn hours_can_be_all_there_are() {
    let always = calendar("timezone: Europe/London\nhours: 24x7");
    assert!(always.is_always());
    let but_christmas = calendar("timezone: Europe/London\nhours: 24x7\nholidays: [12-25]");
    assert_eq!(but_christmas.add(at("2026-12-24T23:00:00Z"), TimeDelta::hours(2)), at("2026-12-26T01:00:00Z"));
    assert!(good("version: 1\npolicies: [{ name: all, target: 4h }]\n").rules.policies[0].calendar.is_always());
}

#[test]
fn a_window_that_ends_before_it_starts_is_a_night() {
    let nights = calendar("timezone: UTC\nhours: { mon-fri: \"17:00-09:00\" }");
    assert!(nights.is_open(at("2026-11-07T08:59:59Z")));
    assert!(!nights.is_open(at("2026-11-07T17:00:00Z")));
    let evening = calendar("timezone: UTC\nhours: { mon: [\"18:00-24:00\"], tue: [\"00:00-06:00\"] }");
    assert_eq!(evening.add(at("2026-11-02T23:00:00Z"), TimeDelta::hours(2)), at("2026-11-03T01:00:00Z"));
}

#[test]
fn a_country_is_less_than_one_of_its_regions() {
    let (country, england, scotland) = (holidays("[gb]"), holidays("[GB-ENG]"), holidays("[gb-sct]"));
    for day in ["2026-01-01", "2026-04-03", "2026-05-04", "2026-05-25", "2026-12-25", "2026-12-28", "2027-12-27"] {
        assert!(is_off(&country, day) && is_off(&england, day), "{day}");
    }
    // Easter Monday and the bank holiday of August, of England alone, and what Scotland has in their place.
    for (day, expected) in [
        ("2026-04-06", (false, true, false)),
        ("2026-08-31", (false, true, false)),
        ("2026-08-03", (false, false, true)),
        ("2026-11-30", (false, false, true)),
        ("2027-01-04", (false, false, true)),
        ("2026-04-07", (false, false, false)),
    ] {
        assert_eq!((is_off(&country, day), is_off(&england, day), is_off(&scotland, day)), expected, "{day}");
    }
    assert_eq!(england.exceptions().on(date("2026-04-06")), Some(Exception::Off(Some("Easter Monday"))));
    // A region can also have less than its country.
    assert!(is_off(&holidays("[us]"), "2026-10-12") && !is_off(&holidays("[us-ca]"), "2026-10-12"));
}

#[test]
fn some_holidays_of_many_countries_are_as_they_are_known_to_be() {
    let cases = [
        ("de", "2026-10-03"),
        ("de-by", "2026-06-04"),
        ("fr", "2026-07-14"),
        ("us", "2026-11-26"),
        ("us", "2026-07-03"),
        ("jp", "2026-11-23"),
        ("nl", "2026-04-27"),
        ("in", "2026-01-26"),
        ("br", "2026-09-07"),
        ("au-nsw", "2026-04-25"),
        ("ca-qc", "2026-06-24"),
        ("ch-zh", "2026-08-01"),
        ("pl", "2026-11-11"),
        ("\"no\"", "2026-05-17"),
        ("se", "2026-06-20"),
        ("fr", "2020-01-01"),
        ("fr", "2040-12-25"),
    ];
    for (place, day) in cases {
        assert!(is_off(&holidays(&format!("[{place}]")), day), "{place} {day}");
    }
}

#[test]
fn a_note_says_that_regions_have_more() {
    let notes = |list: &str| good(&with_holidays(list)).notes;
    assert_eq!(notes("[gb-eng, 2026-12-24]"), Vec::<String>::new());
    assert_eq!(notes("[se]"), Vec::<String>::new());
    insta::assert_snapshot!(notes("[gb]").join("\n"), @"calendar `office`: `gb` stands for the days that all of it has off; those of a region go by its code, such as `gb-nir`");
}

#[test]
fn a_calendar_that_nobody_uses_is_warned_of() {
    let text = with_holidays("[]").replace("    calendar: office\n", "");
    assert_eq!(good(&text).warnings, ["calendar `office` is used by no policy and no recipient"]);
    let file = good(&with_holidays("[]"));
    assert_eq!(file.warnings, Vec::<String>::new());
    assert_eq!(file.calendars.keys().collect::<Vec<_>>(), ["office"]);
}

/// A policy file with this file of iCalendar beside it.
fn beside(ical: &str) -> PolicyFile {
    let read = |name: &str| if name == "company.ics" { Ok(ical.to_owned()) } else { Err("it is not there".to_owned()) };
    read_beside(FILE, &with_holidays("[{ ical: company.ics }]"), &read).unwrap_or_else(|errors| panic!("{errors}"))
}

const ICAL: &str = "\u{FEFF}BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-CALNAME:Company\r\n\
    BEGIN:VTIMEZONE\r\nTZID:Europe/London\r\nBEGIN:STANDARD\r\nDTSTART:19701025T020000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n\
    BEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20261102\r\nDTEND;VALUE=DATE:20261104\r\nSUMMARY:Works\\, \r\n  outing\r\n\
    BEGIN:VALARM\r\nTRIGGER:-P1D\r\nDTSTART:20261109T100000\r\nEND:VALARM\r\nEND:VEVENT\r\n\
    begin:vevent\r\ndtstart;value=date:20261109\r\nend:vevent\r\n\
    BEGIN:VEVENT\r\nDTSTART;X-A=\"a:b;c\";VALUE=DATE:20261111\r\nDURATION:P2D\r\nEND:VEVENT\r\n\
    BEGIN:VEVENT\r\nSUMMARY:Called off\r\nSTATUS:CANCELLED\r\nDTSTART;VALUE=DATE:20261116\r\nEND:VEVENT\r\n\
    BEGIN:VEVENT\r\nSUMMARY:Founder's day\r\nDTSTART;VALUE=DATE:20251119\r\nRRULE:FREQ=YEARLY;INTERVAL=1;BYMONTH=11;BYMONTHDAY=19\r\nEND:VEVENT\r\n\
    BEGIN:VEVENT\r\nSUMMARY:Turn\r\nDTSTART;VALUE=DATE:20251231\r\nDTEND;VALUE=DATE:20260102\r\nRRULE:FREQ=YEARLY;COUNT=2\r\nEND:VEVENT\r\n\
    BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20241120\r\nRRULE:FREQ=YEARLY;UNTIL=20261119T000000Z\r\nEND:VEVENT\r\n\
    END:VCALENDAR\r\n";

#[test]
fn whole_day_events_of_an_icalendar_file_are_days_off() {
    let file = beside(ICAL);
    let office = &file.rules.policies[0].calendar;
    let off = [
        "2026-11-02",
        "2026-11-03",
        "2026-11-09",
        "2026-11-11",
        "2026-11-12",
        "2025-11-19",
        "2026-11-19",
        "2060-11-19",
        "2025-12-31",
        "2026-01-01",
        "2026-12-31",
        "2027-01-01",
        "2024-11-20",
        "2025-11-20",
    ];
    let on = [
        "2026-11-04",
        "2026-11-10",
        "2026-11-13",
        "2026-11-16",
        "2024-11-19",
        "2024-12-31",
        "2025-01-01",
        "2027-12-31",
        "2028-01-01",
        "2026-11-20",
    ];
    for day in off {
        assert!(is_off(office, day), "{day}");
    }
    for day in on {
        assert!(!is_off(office, day), "{day}");
    }
    assert_eq!(office.exceptions().on(date("2026-11-02")), Some(Exception::Off(Some("Works, outing"))));
}

#[test]
fn the_version_follows_the_files_that_are_named() {
    let version = |ical: &str| beside(ical).rules.version;
    assert_eq!(version(ICAL), version(ICAL));
    assert_ne!(version(ICAL), version(&ICAL.replace("20261109\r\n", "20261110\r\n")));
}

#[test]
fn a_calendar_by_itself_is_written_as_in_the_file() {
    let form = json!({
        "timezone": "Europe/London",
        "hours": { "mon": [["09:00", "17:00"]], "tue-fri": ["09:00-17:00"] },
        "holidays": ["2026-12-25", "gb-eng"],
    });
    let office = read_calendar(&form).expect("it is in order");
    assert_eq!(office.add(at("2026-12-24T16:00:00Z"), TimeDelta::hours(2)), at("2026-12-29T10:00:00Z"));
    let wrong = json!({ "timezone": "Europe/London", "hours": { "mon": [["09:00"]], "sun": 4 }, "holidays": [{ "ical": "a" }] });
    insta::assert_snapshot!(read_calendar(&wrong).expect_err("it is wrong").replace("; ", "\n"), @r#"
    hours.mon[0]: a window has a start and an end: write for example `"09:00-17:30"`
    hours.sun: `4` is no window: write for example `09:00-17:30`
    holidays[0]: `a` cannot be read: no file can be named here: write its dates
    "#);
    insta::assert_snapshot!(read_calendar(json!({ "hours": "24x7" })).expect_err("it is wrong"), @"missing field `timezone`");
    insta::assert_snapshot!(
        read_calendar(json!({ "timezone": "UTC", "hours": "24x7", "holidays": [true] })).expect_err("it is wrong"),
        @"holidays[0]: this word means true or false to YAML: put it in quotes"
    );
}
