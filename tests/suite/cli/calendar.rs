//! `holdpoint calendar`: working time on the command line, and for programs that ask line by line.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::run::{Ran, assert_fits, holdpoint, holdpoint_fed, program};

const POLICY: &str = r#"
version: 1
calendars:
  london:
    timezone: Europe/London
    hours: { mon-fri: ["09:00-17:30"], sat: "10:00-12:00" }
    holidays: [gb-eng, { ical: company.ics }]
    working_days: [2026-12-05]
  nights: { timezone: America/New_York, hours: { mon-fri: "22:00-06:00" }, holidays: [us] }
policies:
  - { name: production, target: 4h, calendar: london, steps: [] }
  - { name: other, target: 1d, match: { pipeline: other }, calendar: nights }
"#;

const ICAL: &str =
    "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Works outing\nDTSTART;VALUE=DATE:20261109\nEND:VEVENT\nEND:VCALENDAR\n";

/// A folder with the policy and the file beside it.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().expect("a temporary folder"));
        std::fs::write(folder.0.path().join("policy.yaml"), POLICY).expect("it can be written");
        std::fs::write(folder.0.path().join("company.ics"), ICAL).expect("it can be written");
        folder
    }

    fn policy(&self) -> String {
        self.0.path().join("policy.yaml").to_str().expect("a plain path").to_owned()
    }

    fn ask(&self, args: &[&str]) -> Ran {
        holdpoint(&[&["calendar"], args, &["--policy", &self.policy()]].concat())
    }
}

#[test]
fn a_due_time_is_told_on_the_wall_and_in_utc() {
    let folder = Folder::new();
    let add = ["add", "london", "2026-11-06T17:00:00Z", "1h 30m"];
    insta::assert_snapshot!(folder.ask(&add).done(), @"
    Sat 7 Nov 2026 11:00:00 +00:00 Europe/London
    Sat 7 Nov 2026 11:00:00 UTC
    ");
    let json = folder.ask(&[&add[..], &["--format", "json"]].concat()).lines();
    assert_eq!(json, [json!({ "due": "2026-11-07T11:00:00Z" })]);
    // In July the clock on the wall is ahead, and the start can be in any offset.
    let summer = folder.ask(&["add", "london", "2026-07-06T10:00:00+02:00", "4h"]).done();
    insta::assert_snapshot!(summer, @"
    Mon 6 Jul 2026 13:00:00 +01:00 Europe/London
    Mon 6 Jul 2026 12:00:00 UTC
    ");
}

#[test]
fn the_file_beside_the_policy_counts() {
    let add = ["add", "london", "2026-11-07T12:00:00Z", "1h", "--format", "json"];
    // Monday the 9th is off.
    assert_eq!(Folder::new().ask(&add).lines(), [json!({ "due": "2026-11-10T10:00:00Z" })]);
}

#[test]
fn working_time_is_told_in_hours() {
    let folder = Folder::new();
    let between = ["between", "london", "2026-11-06T17:00:00Z", "2026-11-11T09:00:30Z"];
    insta::assert_snapshot!(folder.ask(&between).done(), @"11h 30s");
    let json = |args: &[&str]| folder.ask(&[args, &["--format", "json"]].concat()).lines();
    assert_eq!(json(&between), [json!({ "working_seconds": 39_630 })]);
    let backwards = ["between", "london", "2026-11-11T09:00:30Z", "2026-11-06T17:00:00Z"];
    assert_eq!(json(&backwards), [json!({ "working_seconds": 0 })]);
    assert_eq!(folder.ask(&backwards).done(), "0s\n");
    let parts = ["between", "london", "2026-11-06T17:00:00Z", "2026-11-06T17:00:01.5Z"];
    assert_eq!(json(&parts), [json!({ "working_seconds": 1.5 })]);
}

#[test]
fn what_is_wrong_is_2_and_says_what_would_be_right() {
    let folder = Folder::new();
    let start = "2026-11-06T17:00:00Z";
    let cases: &[(&[&str], &str)] = &[
        (&["add", "paris", start, "4h"], "there is no calendar `paris`: there are `london`, `nights`"),
        (&["between", "paris", start, start], "there is no calendar `paris`: there are `london`, `nights`"),
        (&["add", "london", "yesterday", "4h"], "`yesterday` is no time: write for example 2026-11-09T10:00:00Z"),
        (&["add", "london", start, "4 lunches"], "`4 lunches` is not a duration"),
        (&["add", "london", start, "1M"], "counts months or years"),
        (&["add", "london", start], "<DURATION>"),
        (&["add"], "<CALENDAR>"),
        (&[], "Usage: holdpoint calendar"),
    ];
    for (args, expected) in cases {
        let ran = if args.is_empty() { holdpoint(&["calendar"]) } else { folder.ask(args) };
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{args:?}");
        assert!(ran.err.contains(expected), "{args:?}: {}", ran.err);
    }
    let without = holdpoint(&["calendar", "add", "london", start, "4h"]);
    assert_eq!(without.code, Some(2));
    assert!(without.err.contains("the policy names none, so say with --policy FILE which one does"), "{}", without.err);
    std::fs::remove_file(folder.0.path().join("company.ics")).expect("it can be removed");
    let ran = folder.ask(&["add", "london", start, "4h"]);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.err.contains("policy.yaml:7:24: calendars.london.holidays[1]: `company.ics` cannot be read: "),
        "{}",
        ran.err
    );
}

/// The answers to these lines, each as JSON.
fn answers(args: &[&str], lines: &str) -> Vec<Value> {
    holdpoint_fed(args, lines).lines()
}

#[test]
fn requests_are_answered_line_by_line() {
    let office = r#"{"timezone":"Europe/London","hours":{"mon":[["09:00","17:00"]],"tue":[["22:00","06:00"]],"fri":[["18:00","24:00"]]},"holidays":["2026-12-25"]}"#;
    let lines = [
        format!(r#"{{"id":1,"calendar":{office},"start":"2026-11-02T16:00:00Z","add_working_seconds":7200}}"#),
        format!(r#"{{"id":"two","calendar":{office},"start":"2026-11-02T16:00:00+00:00","add_working_seconds":0}}"#),
        format!(r#"{{"id":{{"n":3}},"calendar":{office},"from":"2026-11-02T16:00:00Z","to":"2026-11-09T09:00:00Z"}}"#),
        format!(r#"{{"calendar":{office},"from":"2026-11-02T16:00:00Z","to":"2026-11-02T16:00:00.25Z"}}"#),
        format!(r#"{{"id":5,"calendar":{office},"start":"2026-12-21T17:00:00.5Z","add_working_seconds":32400}}"#),
        r#"{"id":6,"calendar":{"timezone":"UTC","hours":"24x7"},"start":"2026-11-02T16:00:00Z","add_working_seconds":3600,"note":"passed over"}"#.to_owned(),
    ];
    let expected = [
        json!({ "id": 1, "due": "2026-11-03T23:00:00Z" }),
        json!({ "id": "two", "due": "2026-11-02T16:00:00Z" }),
        json!({ "id": { "n": 3 }, "working_seconds": 3600 + 8 * 3600 + 6 * 3600 }),
        json!({ "id": null, "working_seconds": 0.25 }),
        // Eight hours of the night, and an hour of the Monday after Christmas.
        json!({ "id": 5, "due": "2026-12-28T10:00:00Z" }),
        json!({ "id": 6, "due": "2026-11-02T17:00:00Z" }),
    ];
    assert_eq!(answers(&["calendar", "--stdin"], &lines.join("\n")), expected);
    assert_eq!(answers(&["calendar", "add", "--stdin"], &lines.join("\r\n")), expected);
    assert_eq!(answers(&["calendar", "between", "--stdin"], &(lines.join("\n") + "\n")), expected);
}

#[test]
fn a_request_can_name_a_calendar_of_the_policy() {
    let folder = Folder::new();
    let lines = r#"{"id":1,"calendar":"london","start":"2026-11-06T17:00:00Z","add_working_seconds":5400}
{"id":2,"calendar":"paris","start":"2026-11-06T17:00:00Z","add_working_seconds":5400}
"#;
    let policy = folder.policy();
    let found = answers(&["calendar", "--stdin", "--policy", &policy], lines);
    assert_eq!(found[0], json!({ "id": 1, "due": "2026-11-07T11:00:00Z" }));
    assert_eq!(found[1], json!({ "id": 2, "error": "there is no calendar `paris`: there are `london`, `nights`" }));
}

#[test]
fn what_is_wrong_with_a_line_costs_that_line_only() {
    let office = r#"{"timezone":"UTC","hours":"24x7"}"#;
    let rest = format!(r#""calendar":{office},"start":"2026-11-06T17:00:00Z""#);
    let lines = [
        "{".to_owned(),
        String::new(),
        "[1]".to_owned(),
        "\"add\u{1b}[2J\"".to_owned(),
        format!(r#"{{"id":1,{rest}}}"#),
        format!(r#"{{"id":2,{rest},"add_working_seconds":-1}}"#),
        format!(r#"{{"id":3,{rest},"add_working_seconds":1.5}}"#),
        format!(r#"{{"id":4,{rest},"add_working_seconds":9223372036854775807}}"#),
        format!(r#"{{"id":5,"calendar":{office},"start":"tomorrow","add_working_seconds":1}}"#),
        format!(r#"{{"id":6,"calendar":{office},"from":"2026-11-06T17:00:00Z","to":7}}"#),
        r#"{"id":7,"start":"2026-11-06T17:00:00Z","add_working_seconds":1}"#.to_owned(),
        r#"{"id":8,"calendar":{"timezone":"Europe/Londno","hours":{"mon":[["09:00","09:00"]]}},"start":"2026-11-06T17:00:00Z","add_working_seconds":1}"#.to_owned(),
        r#"{"id":9,"calendar":{"timezone":"UTC","hours":"24x7","holiday":[]},"start":"2026-11-06T17:00:00Z","add_working_seconds":1}"#.to_owned(),
        format!(r#"{{"id":10,"x":"{}"}}"#, "x".repeat(1024 * 1024)),
        format!(r#"{{"id":11,{rest},"add_working_seconds":1}}"#),
    ];
    let found = answers(&["calendar", "--stdin"], &lines.join("\n"));
    let shown: Vec<String> = found.iter().map(Value::to_string).collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"
    {"id":null,"error":"the line is no JSON: EOF while parsing an object at line 1 column 1"}
    {"id":null,"error":"the line is no JSON: EOF while parsing a value at line 1 column 0"}
    {"id":null,"error":"the line is no JSON object"}
    {"id":null,"error":"the line is no JSON: control character (\\u0000-\\u001F) found while parsing a string at line 1 column 5"}
    {"id":1,"error":"write either `start` and `add_working_seconds`, or `from` and `to`"}
    {"id":2,"error":"add_working_seconds: write a whole number, not below 0"}
    {"id":3,"error":"add_working_seconds: write a whole number, not below 0"}
    {"id":4,"error":"add_working_seconds: write a whole number, not below 0"}
    {"id":5,"error":"start: `tomorrow` is no time: write for example 2026-11-09T10:00:00Z or 2026-11-09T10:00:00+01:00"}
    {"id":6,"error":"`to` is missing: write a time in quotes"}
    {"id":7,"error":"`calendar` is missing: write the name of one in the policy, or one as it would stand there"}
    {"id":8,"error":"calendar: timezone: there is no time zone `Europe/Londno`: did you mean `Europe/London`?; hours.mon[0]: `09:00-09:00` ends when it starts: for the whole day, write `00:00-24:00`"}
    {"id":9,"error":"calendar: holiday: unknown field `holiday`, expected one of `timezone`, `hours`, `holidays`, `working_days`"}
    {"id":null,"error":"the line has more than 1048576 bytes"}
    {"id":11,"due":"2026-11-06T17:00:01Z"}
    "#);
}

#[test]
fn whoever_asks_can_wait_for_each_answer() {
    let mut command = program(&["calendar", "--stdin"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the program can be run");
    let mut stdin = child.stdin.take().expect("it was asked for");
    let mut answers = BufReader::new(child.stdout.take().expect("it was asked for"));
    for id in 0..3 {
        let calendar = r#"{"timezone":"UTC","hours":"24x7"}"#;
        writeln!(
            stdin,
            r#"{{"id":{id},"calendar":{calendar},"start":"2026-11-06T17:00:00Z","add_working_seconds":60}}"#
        )
        .expect("it is read");
        let mut answer = String::new();
        answers.read_line(&mut answer).expect("it is answered");
        let answer: Value = serde_json::from_str(&answer).expect("it is JSON");
        assert_eq!(answer, json!({ "id": id, "due": "2026-11-06T17:01:00Z" }));
    }
    drop(stdin);
    assert!(child.wait().expect("it ends").success());
}

#[test]
fn the_check_of_a_policy_shows_its_calendars() {
    let folder = Folder::new();
    let out = holdpoint(&["policy", "check", &folder.policy()]).done();
    assert_fits(&out);
    insta::assert_snapshot!(out, @"
    warning: policy `other` never counts: `production` above it matches every gate
    note: calendar `nights`: `us` stands for the days that all of it has off; those
          of a region go by its code, such as `us-ga`
    production: a decision within 4h of working time by london
      for every gate
      nobody is told of anything
    other: a decision within 1d of working time by nights
      for pipeline other
      nobody is told of anything
    calendar london: on the clock of Europe/London
      mon-fri  09:00-17:30
      sat      10:00-12:00
      days off: 193, extra working days: 1
    calendar nights: on the clock of America/New_York
      mon-fri  22:00-06:00
      days off: 264, extra working days: 0
    The policy is in order (version 2b9f1a345a3a)
    ");
}
