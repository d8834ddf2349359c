//! Calendars that cannot be meant.

use holdpoint::policyfile::read_beside;

use super::calendars::{with_calendar, with_holidays};
use super::{FILE, complaint, good, in_policy};

fn complaint_about(lines: &str) -> String {
    complaint(&with_calendar(lines))
}

fn complaint_about_hours(hours: &str) -> String {
    complaint_about(&format!("timezone: Europe/London\nhours: {hours}"))
}

fn complaint_about_holidays(holidays: &str) -> String {
    complaint(&with_holidays(holidays))
}

#[test]
fn a_zone_is_one_of_those_there_are() {
    let with = |zone: &str| complaint_about(&format!("timezone: {zone}\nhours: 24x7"));
    insta::assert_snapshot!(with("Europe/Londno"), @"
    policy.yaml:4:15: calendars.office.timezone: there is no time zone `Europe/Londno`: did you mean `Europe/London`?
        4 |     timezone: Europe/Londno
          |               ^
    ");
    insta::assert_snapshot!(with("new york"), @"
    policy.yaml:4:15: calendars.office.timezone: there is no time zone `new york`: did you mean `America/New_York`?
        4 |     timezone: new york
          |               ^
    ");
    insta::assert_snapshot!(with("BST"), @"
    policy.yaml:4:15: calendars.office.timezone: there is no time zone `BST`: write one of the IANA database, for example `Europe/London`
        4 |     timezone: BST
          |               ^
    ");
    insta::assert_snapshot!(with("+01:00"), @"
    policy.yaml:4:15: calendars.office.timezone: there is no time zone `+01:00`: write one of the IANA database, for example `Europe/London`
        4 |     timezone: +01:00
          |               ^
    ");
}

#[test]
fn a_calendar_has_a_zone_and_hours() {
    insta::assert_snapshot!(complaint_about("hours: 24x7"), @"
    policy.yaml:4:5: calendars.office: `timezone` is missing, or not in line with the keys beside it: write `timezone: Europe/London`
        4 |     hours: 24x7
          |     ^
    ");
    insta::assert_snapshot!(complaint_about("timezone: UTC"), @r#"
    policy.yaml:4:5: calendars.office: `hours` is missing, or not in line with the keys beside it: write `hours: { mon-fri: ["09:00-17:30"] }`
        4 |     timezone: UTC
          |     ^
    "#);
    insta::assert_snapshot!(complaint_about_hours("{}"), @r#"
    policy.yaml:5:12: calendars.office.hours: there are no hours at all: write `24x7`, or for example `{ mon-fri: ["09:00-17:30"] }`
        5 |     hours: {}
          |            ^
    "#);
    insta::assert_snapshot!(complaint_about_hours("{ mon-fri: [] }"), @r#"
    policy.yaml:5:12: calendars.office.hours: there are no hours at all: write `24x7`, or for example `{ mon-fri: ["09:00-17:30"] }`
        5 |     hours: { mon-fri: [] }
          |            ^
    "#);
    insta::assert_snapshot!(complaint_about_hours("weekdays"), @r#"
    policy.yaml:5:12: calendars.office.hours: `weekdays` is no week: write `24x7`, or for example `{ mon-fri: ["09:00-17:30"] }`
        5 |     hours: weekdays
          |            ^
    "#);
    insta::assert_snapshot!(complaint_about_hours("[\"09:00-17:30\"]"), @r#"
    policy.yaml:5:5: calendars.office.hours: no list is wanted here: write for example `hours: { mon-fri: ["09:00-17:30"] }`
        5 |     hours: ["09:00-17:30"]
          |     ^
    "#);
    insta::assert_snapshot!(complaint_about_hours("{ mon: { from: \"09:00\" } }"), @r#"
    policy.yaml:5:19: calendars.office.hours.mon: no keys and values are wanted here: write a text
        5 |     hours: { mon: { from: "09:00" } }
          |                   ^
    "#);
    insta::assert_snapshot!(complaint_about_holidays("[[gb]]"), @"
    policy.yaml:6:16: calendars.office.holidays[0]: no list is wanted here: write for example `holidays: [gb-eng, 2026-12-24]`
        6 |     holidays: [[gb]]
          |                ^
    ");
    insta::assert_snapshot!(complaint_about("timezone: UTC\nhours: 24x7\nholiday: [gb]"), @"
    policy.yaml:6:5: calendars.office.holiday: there is no key `holiday` here: there are timezone, hours, holidays, working_days
        6 |     holiday: [gb]
          |     ^
    ");
    insta::assert_snapshot!(complaint_about("timezone: UTC\nhours: 24x7\nholidays: gb"), @"
    policy.yaml:6:15: calendars.office.holidays: a list is wanted here: write for example `holidays: [gb-eng, 2026-12-24]`
        6 |     holidays: gb
          |               ^
    ");
    insta::assert_snapshot!(complaint_about("timezone: UTC\nhours:"), @"
    policy.yaml:5:10: calendars.office.hours: nothing stands here: write something, or leave out the key
        5 |     hours:
          |          ^
    ");
}

#[test]
fn a_weekday_is_one_and_stands_in_one_place() {
    insta::assert_snapshot!(complaint_about_hours("{ monday: [\"09:00-17:30\"] }"), @r#"
    policy.yaml:5:22: calendars.office.hours.monday: `monday` is no weekday: there are mon, tue, wed, thu, fri, sat, sun, and ranges such as mon-fri
        5 |     hours: { monday: ["09:00-17:30"] }
          |                      ^
    "#);
    insta::assert_snapshot!(complaint_about_hours("{ mon-fry: [\"09:00-17:30\"] }"), @r#"
    policy.yaml:5:23: calendars.office.hours.mon-fry: `fry` is no weekday: there are mon, tue, wed, thu, fri, sat, sun, and ranges such as mon-fri
        5 |     hours: { mon-fry: ["09:00-17:30"] }
          |                       ^
    "#);
    insta::assert_snapshot!(complaint_about_hours("{ mon-fri: [\"09:00-17:30\"], wed: [\"09:00-12:00\"] }"), @r#"
    policy.yaml:5:45: calendars.office.hours.wed: `wed` stands in `mon-fri` and in `wed`: leave it out of one
        5 |     hours: { mon-fri: ["09:00-17:30"], wed: ["09:00-12:00"] }
          |                                             ^
    "#);
}

#[test]
fn a_window_is_one() {
    insta::assert_snapshot!(complaint_about_hours("{ mon: [\"9-17\"] }"), @r#"
    policy.yaml:5:20: calendars.office.hours.mon[0]: `9-17` is no window: write for example `09:00-17:30`
        5 |     hours: { mon: ["9-17"] }
          |                    ^
    "#);
    insta::assert_snapshot!(complaint_about_hours("{ mon: \"09:00-25:00\" }"), @r#"
    policy.yaml:5:19: calendars.office.hours.mon: `09:00-25:00` is no window: write for example `09:00-17:30`
        5 |     hours: { mon: "09:00-25:00" }
          |                   ^
    "#);
    insta::assert_snapshot!(complaint_about_hours("{ mon-fri: [\"09:00-12:00\", \"13:00-17:60\"] }"), @r#"
    policy.yaml:5:39: calendars.office.hours.mon-fri[1]: `13:00-17:60` is no window: write for example `09:00-17:30`
        5 |     hours: { mon-fri: ["09:00-12:00", "13:00-17:60"] }
          |                                       ^
    "#);
    insta::assert_snapshot!(complaint_about_hours("{ mon: [\"09:00-09:00\"] }"), @r#"
    policy.yaml:5:20: calendars.office.hours.mon[0]: `09:00-09:00` ends when it starts: for the whole day, write `00:00-24:00`
        5 |     hours: { mon: ["09:00-09:00"] }
          |                    ^
    "#);
    insta::assert_snapshot!(complaint_about_hours("{ mon: [\"24:00-09:00\"] }"), @r#"
    policy.yaml:5:20: calendars.office.hours.mon[0]: `24:00-09:00` starts when the day is over: write `00:00`, on the next day
        5 |     hours: { mon: ["24:00-09:00"] }
          |                    ^
    "#);
    insta::assert_snapshot!(complaint_about_hours("{ mon: [\"09:00\", \"17:30\"] }"), @r#"
    policy.yaml:5:20: calendars.office.hours.mon[0]: `09:00` is no window: write for example `09:00-17:30`
        5 |     hours: { mon: ["09:00", "17:30"] }
          |                    ^
    policy.yaml:5:29: calendars.office.hours.mon[1]: `17:30` is no window: write for example `09:00-17:30`
        5 |     hours: { mon: ["09:00", "17:30"] }
          |                             ^
    "#);
    insta::assert_snapshot!(complaint_about_hours("{ mon: [[\"09:00\"]] }"), @r#"
    policy.yaml:5:20: calendars.office.hours.mon[0]: a window has a start and an end: write for example `"09:00-17:30"`
        5 |     hours: { mon: [["09:00"]] }
          |                    ^
    "#);
    insta::assert_snapshot!(complaint_about_hours("{ mon: 9 }"), @"
    policy.yaml:5:19: calendars.office.hours.mon: `9` is no window: write for example `09:00-17:30`
        5 |     hours: { mon: 9 }
          |                   ^
    ");
}

#[test]
fn windows_do_not_overlap_also_across_midnight_and_the_weeks_end() {
    insta::assert_snapshot!(complaint_about_hours("{ mon-fri: [\"09:00-12:00\", \"11:59-17:30\"] }"), @r#"
    policy.yaml:5:39: calendars.office.hours.mon-fri[1]: `11:59-17:30` overlaps `09:00-12:00`: let one end before the other begins
        5 |     hours: { mon-fri: ["09:00-12:00", "11:59-17:30"] }
          |                                       ^
    "#);
    insta::assert_snapshot!(complaint_about_hours("{ mon: [\"22:00-06:00\"], tue: [\"05:00-12:00\"] }"), @r#"
    policy.yaml:5:42: calendars.office.hours.tue[0]: `05:00-12:00` of tue begins while `22:00-06:00` of mon still holds: let one end before the other begins
        5 |     hours: { mon: ["22:00-06:00"], tue: ["05:00-12:00"] }
          |                                          ^
    "#);
    insta::assert_snapshot!(complaint_about_hours("{ mon: [\"05:00-12:00\"], sun: [\"22:00-06:00\"] }"), @r#"
    policy.yaml:5:20: calendars.office.hours.mon[0]: `05:00-12:00` of mon begins while `22:00-06:00` of sun still holds: let one end before the other begins
        5 |     hours: { mon: ["05:00-12:00"], sun: ["22:00-06:00"] }
          |                    ^
    "#);
    good(&with_calendar("timezone: UTC\nhours: { mon: [\"06:00-12:00\"], sun: [\"22:00-06:00\"] }"));
}

#[test]
fn a_day_off_is_one_that_there_is() {
    insta::assert_snapshot!(complaint_about_holidays("[uk]"), @"
    policy.yaml:6:16: calendars.office.holidays[0]: there are no holidays of `uk`: the United Kingdom is `gb`; with this initial there are ua, ug, um, us, uy, uz
        6 |     holidays: [uk]
          |                ^
    ");
    insta::assert_snapshot!(complaint_about_holidays("[gb-lnd]"), @"
    policy.yaml:6:16: calendars.office.holidays[0]: `gb` has no region `gb-lnd`: there are gb-eng, gb-nir, gb-sct, gb-wls
        6 |     holidays: [gb-lnd]
          |                ^
    ");
    insta::assert_snapshot!(complaint_about_holidays("[se-k]"), @"
    policy.yaml:6:16: calendars.office.holidays[0]: `se` has no regions here: write `se` in place of `se-k`
        6 |     holidays: [se-k]
          |                ^
    ");
    insta::assert_snapshot!(complaint_about_holidays("[christmas]"), @"
    policy.yaml:6:16: calendars.office.holidays[0]: there are no holidays of `christmas`: write a country's code by ISO 3166; with this initial there are ca, cc, cd, cf, cg, ch, ci, ck, cl, cm, cn, co, cr, cu, cv, cw, cx, cy, cz
        6 |     holidays: [christmas]
          |                ^
    ");
    insta::assert_snapshot!(complaint_about_holidays("[no]"), @"
    policy.yaml:6:16: calendars.office.holidays[0]: this word means true or false to YAML: put it in quotes
        6 |     holidays: [no]
          |                ^
    ");
    insta::assert_snapshot!(complaint_about_holidays("[2026-02-29]"), @"
    policy.yaml:6:16: calendars.office.holidays[0]: there is no `2026-02-29`: that month has no such day, or that year no such month
        6 |     holidays: [2026-02-29]
          |                ^
    ");
    insta::assert_snapshot!(complaint_about_holidays("[24.12.2026]"), @"
    policy.yaml:6:16: calendars.office.holidays[0]: `24.12.2026` is no date: write for example `2026-12-24`
        6 |     holidays: [24.12.2026]
          |                ^
    ");
    insta::assert_snapshot!(complaint_about_holidays("[2026]"), @"
    policy.yaml:6:16: calendars.office.holidays[0]: `2026` is no date: write for example `2026-12-24`
        6 |     holidays: [2026]
          |                ^
    ");
    insta::assert_snapshot!(complaint_about_holidays("[25-12]"), @"
    policy.yaml:6:16: calendars.office.holidays[0]: no year has a `25-12`: write the month first, as in `12-25`
        6 |     holidays: [25-12]
          |                ^
    ");
    insta::assert_snapshot!(complaint_about_holidays("[02-30]"), @"
    policy.yaml:6:16: calendars.office.holidays[0]: no year has a `02-30`: write the month first, as in `12-25`
        6 |     holidays: [02-30]
          |                ^
    ");
    insta::assert_snapshot!(complaint_about_holidays("[2026-12-31..2026-12-27]"), @"
    policy.yaml:6:16: calendars.office.holidays[0]: `2026-12-31..2026-12-27` ends before it begins: write `2026-12-27..2026-12-31`
        6 |     holidays: [2026-12-31..2026-12-27]
          |                ^
    ");
    insta::assert_snapshot!(complaint_about_holidays("[2026-12-27..31]"), @"
    policy.yaml:6:16: calendars.office.holidays[0]: `31` is no date: write for example `2026-12-24`
        6 |     holidays: [2026-12-27..31]
          |                ^
    ");
    insta::assert_snapshot!(complaint_about_holidays("[2026-01-01..2040-01-01]"), @"
    policy.yaml:6:16: calendars.office.holidays[0]: `2026-01-01..2040-01-01` is longer than 5000 days: write a shorter range
        6 |     holidays: [2026-01-01..2040-01-01]
          |                ^
    ");
    insta::assert_snapshot!(complaint_about_holidays("[\"?\"]"), @r#"
    policy.yaml:6:16: calendars.office.holidays[0]: `?` is no day off: write a country (`gb`), a region (`gb-eng`), a date (`2026-12-24`), a range (`2026-12-27..2026-12-31`), a day of each year (`12-25`) or `{ ical: FILE }`
        6 |     holidays: ["?"]
          |                ^
    "#);
    insta::assert_snapshot!(complaint_about_holidays("[{ ics: company.ics }]"), @"
    policy.yaml:6:18: calendars.office.holidays[0].ics: there is no key `ics` here: there are ical
        6 |     holidays: [{ ics: company.ics }]
          |                  ^
    ");
}

#[test]
fn nothing_stands_twice() {
    insta::assert_snapshot!(complaint_about_holidays("[gb, 2026-12-24, 12-25, --12-25, GB, 2026-12-24]"), @"
    policy.yaml:6:39: calendars.office.holidays[3]: this stands above already: leave one out
        6 |     holidays: [gb, 2026-12-24, 12-25, --12-25, GB, 2026-12-24]
          |                                       ^
    policy.yaml:6:48: calendars.office.holidays[4]: this stands above already: leave one out
        6 |     holidays: [gb, 2026-12-24, 12-25, --12-25, GB, 2026-12-24]
          |                                                ^
    policy.yaml:6:52: calendars.office.holidays[5]: this stands above already: leave one out
        6 |     holidays: [gb, 2026-12-24, 12-25, --12-25, GB, 2026-12-24]
          |                                                    ^
    ");
    let twice = "timezone: UTC\nhours: 24x7\nworking_days: [2026-12-05, { date: 2026-12-05 }]";
    insta::assert_snapshot!(complaint_about(twice), @"
    policy.yaml:6:32: calendars.office.working_days[1]: `2026-12-05` stands above already: leave one out
        6 |     working_days: [2026-12-05, { date: 2026-12-05 }]
          |                                ^
    ");
    let twice = with_holidays("[]").replace("policies:", "  office: { timezone: UTC, hours: 24x7 }\npolicies:");
    insta::assert_snapshot!(complaint(&twice), @"
    policy.yaml:7:3: calendars: `office` stands here twice: leave one out
        7 |   office: { timezone: UTC, hours: 24x7 }
          |   ^
    ");
}

#[test]
fn an_extra_working_day_is_a_date_with_hours() {
    let with = |days: &str| complaint_about(&format!("timezone: UTC\nhours: 24x7\nworking_days: {days}"));
    insta::assert_snapshot!(with("[2026-02-29]"), @"
    policy.yaml:6:20: calendars.office.working_days[0]: there is no `2026-02-29`: that month has no such day, or that year no such month
        6 |     working_days: [2026-02-29]
          |                    ^
    ");
    insta::assert_snapshot!(with("[{ date: 12-05 }]"), @"
    policy.yaml:6:28: calendars.office.working_days[0].date: `12-05` is no date: write for example `2026-12-24`
        6 |     working_days: [{ date: 12-05 }]
          |                            ^
    ");
    insta::assert_snapshot!(with("[{ hours: \"09:00-13:00\" }]"), @r#"
    policy.yaml:6:22: calendars.office.working_days[0]: `date` is missing, or not in line with the keys beside it: write `date: 2026-12-05`
        6 |     working_days: [{ hours: "09:00-13:00" }]
          |                      ^
    "#);
    insta::assert_snapshot!(with("[{ date: 2026-12-05, hours: [] }]"), @r#"
    policy.yaml:6:47: calendars.office.working_days[0].hours: there are no hours here: write for example `["09:00-13:00"]`, or leave this out
        6 |     working_days: [{ date: 2026-12-05, hours: [] }]
          |                                               ^
    "#);
    insta::assert_snapshot!(with("[{ date: 2026-12-05, hours: [\"09:00-13:00\", \"12:00-14:00\"] }]"), @r#"
    policy.yaml:6:63: calendars.office.working_days[0].hours[1]: `12:00-14:00` overlaps `09:00-13:00`: let one end before the other begins
        6 |     working_days: [{ date: 2026-12-05, hours: ["09:00-13:00", "12:00-14:00"] }]
          |                                                               ^
    "#);
}

#[test]
fn a_policy_names_a_calendar_that_there_is() {
    insta::assert_snapshot!(complaint(&in_policy("target: 4h\ncalendar: london")), @"
    policy.yaml:8:15: policies[0].calendar: there is no calendar `london`: name one under `calendars`
        8 |     calendar: london
          |               ^
    ");
    insta::assert_snapshot!(complaint(&with_holidays("[]").replace("calendar: office", "calendar: offce")), @"
    policy.yaml:9:15: policies[0].calendar: there is no calendar `offce`: there are `office`
        9 |     calendar: offce
          |               ^
    ");
    insta::assert_snapshot!(complaint(&with_holidays("[]").replace("  office:", "  \"the office\":")), @"
    policy.yaml:4:5: calendars.the office: `the office` is not a name: write letters, digits and `-_.`, at most 64 of them
        4 |     timezone: Europe/London
          |     ^
    policy.yaml:9:15: policies[0].calendar: there is no calendar `office`: there are `the office`
        9 |     calendar: office
          |               ^
    ");
}

#[test]
fn there_are_bounds() {
    let first_line = |text: &str| complaint(text).lines().next().unwrap_or_default().to_owned();
    let calendars: String = (0..51).map(|n| format!("  c{n}: {{ timezone: UTC, hours: 24x7 }}\n")).collect();
    let many = format!("version: 1\ncalendars:\n{calendars}policies: [{{ name: all, target: 4h }}]\n");
    insta::assert_snapshot!(first_line(&many), @"policy.yaml:53:8: calendars: more than 50 calendars end here: let policies share one");
    let windows = |n: u32| {
        let all: Vec<String> =
            (0..n).map(|n| format!("\"{:02}:{:02}-{:02}:{:02}\"", n / 2, n % 2 * 30, n / 2, n % 2 * 30 + 20)).collect();
        with_calendar(&format!("timezone: UTC\nhours: {{ mon: [{}] }}", all.join(", ")))
    };
    good(&windows(24));
    insta::assert_snapshot!(first_line(&windows(25)), @"policy.yaml:5:12: calendars.office.hours: mon has more than 24 windows: let one stand for several");
    good(&with_holidays("[2026-01-01..2039-09-09]"));
    insta::assert_snapshot!(first_line(&with_holidays("[2026-01-01..2039-09-09, 2020-01-01]")), @"policy.yaml:6:40: calendars.office.holidays[1]: with this there are more than 5000 days: leave out those long gone");
}

/// What is said of a policy beside which this file stands.
fn complaint_about_ical(text: &str) -> String {
    let read = |name: &str| if name == "company.ics" { Ok(text.to_owned()) } else { Err("it is not there".to_owned()) };
    let errors =
        read_beside(FILE, &with_holidays("[{ ical: company.ics }]"), &read).expect_err("it is wrong").to_string();
    errors.lines().next().unwrap_or_default().to_owned()
}

fn complaint_about_event(lines: &str) -> String {
    complaint_about_ical(&format!(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Works outing\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n"
    ))
}

#[test]
fn an_icalendar_file_is_one_and_is_there() {
    insta::assert_snapshot!(complaint(&with_holidays("[{ ical: company.ics }]")), @"
    policy.yaml:6:16: calendars.office.holidays[0]: `company.ics` cannot be read: only a policy in a file or in S3 can name others; write the dates here
        6 |     holidays: [{ ical: company.ics }]
          |                ^
    ");
    let missing = |_: &str| Err("it is not there".to_owned());
    let errors = read_beside(FILE, &with_holidays("[{ ical: company.ics }]"), &missing).expect_err("it is wrong");
    insta::assert_snapshot!(errors.to_string(), @"
    policy.yaml:6:16: calendars.office.holidays[0]: `company.ics` cannot be read: it is not there
        6 |     holidays: [{ ical: company.ics }]
          |                ^
    ");
    insta::assert_snapshot!(complaint_about_ical("<html>"), @"policy.yaml:6:16: calendars.office.holidays[0]: `company.ics`, line 1: `<html>` is no line of iCalendar");
    insta::assert_snapshot!(complaint_about_ical("SUMMARY:x\n"), @"policy.yaml:6:16: calendars.office.holidays[0]: `company.ics`, line 1: iCalendar begins with `BEGIN:VCALENDAR`, and this does not");
    insta::assert_snapshot!(complaint_about_ical(""), @"policy.yaml:6:16: calendars.office.holidays[0]: `company.ics`, in which there is no event: write one, or leave the file out");
    insta::assert_snapshot!(complaint_about_ical("BEGIN:VCALENDAR\nEND:VCALENDAR\n"), @"policy.yaml:6:16: calendars.office.holidays[0]: `company.ics`, in which there is no event: write one, or leave the file out");
    insta::assert_snapshot!(complaint_about_ical("BEGIN:VCALENDAR\nBEGIN:VEVENT\n"), @"policy.yaml:6:16: calendars.office.holidays[0]: `company.ics`, in which `BEGIN:VEVENT` has no end");
    insta::assert_snapshot!(complaint_about_ical("BEGIN:VCALENDAR\nEND:VEVENT\n"), @"policy.yaml:6:16: calendars.office.holidays[0]: `company.ics`, line 2: `END:VEVENT` ends what does not begin");
    insta::assert_snapshot!(complaint_about_ical(&format!("BEGIN:VCALENDAR\n{}", "X".repeat(1024 * 1024))), @"policy.yaml:6:16: calendars.office.holidays[0]: `company.ics`, which has more than 1048576 bytes: this is no list of holidays");
    // Deep nesting is no more than a long list.
    insta::assert_snapshot!(complaint_about_ical(&"BEGIN:VCALENDAR\n".repeat(60_000)), @"policy.yaml:6:16: calendars.office.holidays[0]: `company.ics`, in which `BEGIN:VCALENDAR` has no end");
}

#[test]
fn an_event_that_is_not_understood_is_named_and_not_passed_over() {
    insta::assert_snapshot!(complaint_about_event("UID:1"), @"policy.yaml:6:16: calendars.office.holidays[0]: `company.ics`, event `Works outing` on line 2: it does not say when it starts, with `DTSTART;VALUE=DATE:20261224`");
    insta::assert_snapshot!(complaint_about_event("DTSTART:20261224T090000Z"), @"policy.yaml:6:16: calendars.office.holidays[0]: `company.ics`, event `Works outing` on line 2: `20261224T090000Z` is a time of a day, and only whole days can be off: write `VALUE=DATE`");
    insta::assert_snapshot!(complaint_about_event("DTSTART;VALUE=DATE:20261324"), @"policy.yaml:6:16: calendars.office.holidays[0]: `company.ics`, event `Works outing` on line 2: `20261324` is no date: write for example `20261224`");
    insta::assert_snapshot!(complaint_about_event("DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261224"), @"policy.yaml:6:16: calendars.office.holidays[0]: `company.ics`, event `Works outing` on line 2: it lasts 0 days: its `DTEND` is the day after its last, at most a year later");
    insta::assert_snapshot!(complaint_about_event("DTSTART;VALUE=DATE:20261224\nDURATION:PT8H"), @"policy.yaml:6:16: calendars.office.holidays[0]: `company.ics`, event `Works outing` on line 2: its duration `PT8H` is not one in days, such as `P1D`");
    insta::assert_snapshot!(complaint_about_event("DTSTART;VALUE=DATE:20261224\nRRULE:FREQ=WEEKLY"), @"policy.yaml:6:16: calendars.office.holidays[0]: `company.ics`, event `Works outing` on line 2: its rule `FREQ=WEEKLY` is more than `FREQ=YEARLY`: write its dates in the policy");
    insta::assert_snapshot!(complaint_about_event("DTSTART;VALUE=DATE:20261126\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"), @"policy.yaml:6:16: calendars.office.holidays[0]: `company.ics`, event `Works outing` on line 2: its rule `FREQ=YEARLY;BYMONTH=11;BYDAY=4TH` is more than `FREQ=YEARLY`: write its dates in the policy");
    insta::assert_snapshot!(complaint_about_event("DTSTART;VALUE=DATE:20280229\nRRULE:FREQ=YEARLY;COUNT=3"), @"policy.yaml:6:16: calendars.office.holidays[0]: `company.ics`, event `Works outing` on line 2: its rule `FREQ=YEARLY;COUNT=3` is more than `FREQ=YEARLY`: write its dates in the policy");
    insta::assert_snapshot!(complaint_about_event("DTSTART;VALUE=DATE:20260228\nDTEND;VALUE=DATE:20260302\nRRULE:FREQ=YEARLY"), @"policy.yaml:6:16: calendars.office.holidays[0]: `company.ics`, event `Works outing` on line 2: it comes back each year and goes over the end of February: write its dates");
    insta::assert_snapshot!(complaint_about_event("DTSTART;VALUE=DATE:20261224\nEXDATE;VALUE=DATE:20271224"), @"policy.yaml:6:16: calendars.office.holidays[0]: `company.ics`, event `Works outing` on line 2: it has `EXDATE`, which is not understood here: write its dates in the policy");
    insta::assert_snapshot!(complaint_about_event("DTSTART;VALUE=DATE:20261224\nRRULE:FREQ=YEARLY;UNTIL=20251224"), @"policy.yaml:6:16: calendars.office.holidays[0]: `company.ics`, event `Works outing` on line 2: its rule `FREQ=YEARLY;UNTIL=20251224` is more than `FREQ=YEARLY`: write its dates in the policy");
    insta::assert_snapshot!(complaint_about_event("no line at all"), @"policy.yaml:6:16: calendars.office.holidays[0]: `company.ics`, line 4: `no line at all` is no line of iCalendar");
}
