//! Input that is broken or means harm, and terminals.

use super::run::{WEEK, holdpoint, holdpoint_fed, of_type, program, ran, week};
use crate::wire::fixtures::text;

#[test]
fn output_that_goes_to_no_terminal_has_no_colour() {
    for format in ["text", "json"] {
        let plain = holdpoint(&["replay", WEEK, "--format", format]).done();
        assert!(plain.chars().all(|c| c == '\n' || !c.is_control()), "{format}");
    }
}

#[test]
fn colour_is_there_for_who_wants_it_and_gone_for_who_does_not() {
    let coloured = ran(program(&["replay", WEEK]).env("CLICOLOR_FORCE", "1").output().expect("it runs")).done();
    assert!(coloured.contains("\u{1b}["));
    let refused = ran(program(&["replay", WEEK]).env("NO_COLOR", "1").output().expect("it runs")).done();
    assert!(!refused.contains('\u{1b}'));
}

#[test]
fn broken_lines_cost_themselves_alone() {
    let week = week();
    let broken: String = week.lines().map(|line| format!("{line}\nnot JSON at all\n{{\"cut\": \"off\n")).collect();
    let before = |out: String| out.split("\nAs of").next().unwrap_or_default().to_owned();
    let told = holdpoint_fed(&["replay", "-"], &broken).done();
    let without: Vec<&str> = {
        let mut lines = Vec::new();
        let mut rest = told.lines().peekable();
        while let Some(line) = rest.next() {
            if line.contains("  malformed    ") {
                rest.next();
            } else {
                lines.push(line);
            }
        }
        lines
    };
    let clean = before(holdpoint_fed(&["replay", "-"], &week).done());
    assert_eq!(before(without.join("\n")).trim(), clean.trim());
    assert!(told.contains(&format!("{} malformed\n", 2 * week.lines().count())), "every one is counted");
}

#[test]
fn a_broken_line_is_named_by_its_file_and_number() {
    let input = format!("{}\n\n{{\"cut\": \"off\n", text("scheduled").trim_end());
    let lines = holdpoint_fed(&["replay", "-", "--format", "json"], &input).lines();
    let malformed = of_type(&lines, "malformed")[0];
    let number = input.lines().count();
    assert_eq!((&malformed["source"], &malformed["line"]), (&"-".into(), &number.into()));
    assert_eq!(malformed["reason"], "a line ends inside a text");
    let out = holdpoint_fed(&["replay", "-"], &input).done();
    assert!(out.contains(&format!("malformed    -:{number}\n")), "{out}");
}

#[test]
fn names_and_comments_cannot_reach_for_the_terminal() {
    let escape = r"\u001b]0;owned\u0007\u001b[2J\u202e\n";
    let hostile: String =
        ["approval-started", "approval-rejected", "cloudtrail-rejected-iam-user-wrapped", "malformed"]
            .map(text)
            .concat()
            .replace("\"Production\"", &format!("\"Prod{escape}uction\""))
            .replace("Smoke tests", &format!("{escape}Smoke tests"))
            .replace("user/grace", &format!("user/{escape}grace"))
            .replace("yesterday", &format!("{escape}yesterday"));
    let out = holdpoint_fed(&["replay", "-"], &hostile).done();
    assert!(out.contains("rejected     payments-prod / Prod ]0;owned"), "{out}");
    assert!(out.contains("malformed"), "{out}");
    assert!(out.chars().all(|c| c == '\n' || !c.is_control()), "{out:?}");
    assert!(!out.contains('\u{202e}'), "{out:?}");
    let json = holdpoint_fed(&["replay", "-", "--format", "json"], &hostile).done();
    assert!(json.chars().all(|c| c == '\n' || !c.is_control()), "{json:?}");
}

#[test]
fn times_at_the_ends_of_the_calendar_are_survived() {
    let event = text("approval-started");
    let moved = |year: &str| event.replace("2026-10-06T", &format!("{year}-01-01T"));
    for years in [["0000", "9999"], ["9999", "0000"], ["0001", "2026"]] {
        let input = years.map(moved).concat();
        let ran = holdpoint_fed(&["replay", "-"], &input);
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{years:?}");
    }
    // An offset leads out of the years that RFC 3339 knows; what was stored has to be read again all the same.
    for time in ["0000-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"] {
        let input = event.replace("2026-10-06T09:12:07.412Z", time).repeat(2);
        let ran = holdpoint_fed(&["replay", "-"], &input);
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{time}");
    }
    let notified = text("sns-body-full").replace("2026-10-13T09:12Z", "0000-01-01T00:00Z");
    assert_eq!(holdpoint_fed(&["replay", "-"], &notified).code, Some(0));
}
