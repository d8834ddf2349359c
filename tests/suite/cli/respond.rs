//! `holdpoint acknowledge` and `holdpoint snooze`.

use chrono::TimeDelta;
use serde_json::json;

use super::run::Kept;
use crate::support::history::{Fate, Run};
use crate::support::waiting::{asked, now, waiting};

const OTHER: &str = "
version: 1
recipients: { approvers: { console: true } }
policies:
  - { name: other, target: 1h, steps: [{ at: 50%, remind: [approvers] }] }
";

/// An approval that has waited for a quarter of an hour, under the built-in policy.
fn kept() -> (Kept, Run) {
    let run = waiting(1, TimeDelta::minutes(15));
    (Kept::of(&asked(&run), &[]), run)
}

/// The output without what goes on with the time.
fn steady(out: &str) -> String {
    out.lines().filter(|line| !line.ends_with(" left")).collect::<Vec<_>>().join("\n")
}

#[test]
fn an_approval_is_acknowledged_once_by_each() {
    let (kept, run) = kept();
    let id = run.approval();
    let said = kept.ask(&["acknowledge", &id, "--by", "Jane Doe", "--note", "on my way\u{1b}[31m"]).done();
    insta::assert_snapshot!(steady(&said));
    let again = kept.ask(&["acknowledge", &id, "--by", "Jane Doe"]);
    assert_eq!((again.code, again.out.as_str()), (Some(1), ""));
    assert_eq!(again.err, "holdpoint: nothing has changed: the same person has said so already\n");
    assert_eq!(kept.ask(&["acknowledge", &id, "--by", "Joe"]).code, Some(0));
    let explained = kept.ask(&["explain", &id]).done();
    for told in ["acknowledged by Jane Doe", "on my way [31m", "acknowledged by Joe"] {
        assert!(explained.contains(told), "{explained}");
    }
}

#[test]
fn an_approval_is_snoozed_until_a_time_or_for_a_while() {
    let (kept, run) = kept();
    let id = run.approval();
    let until = (now() + TimeDelta::hours(1)).format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let state = kept.ask(&["snooze", &id, "--until", &until, "--by", "jane", "--format", "json"]).lines().remove(0);
    assert_eq!((&state["approval"], &state["snoozed_until"]), (&json!(id), &json!(until)));
    assert_eq!(state["acknowledged"], json!([]));
    let said = kept.ask(&["snooze", &id, "--for", "2h", "--by", "jane"]).done();
    assert!(said.contains("jane says that it may wait. Nothing is sent about it until "), "{said}");
    let long = kept.ask(&["snooze", &id, "--for", "5h", "--by", "jane"]);
    assert_eq!(long.code, Some(1));
    assert!(long.err.contains("it can be snoozed until "), "{}", long.err);
}

#[test]
fn what_is_over_or_unknown_is_not_answered() {
    let run = Run { wait: TimeDelta::minutes(10), fate: Fate::Approved, ..waiting(1, TimeDelta::minutes(15)) };
    let kept = Kept::of(&run.events().join("\n"), &[]);
    let over = kept.ask(&["acknowledge", &run.approval(), "--by", "jane"]);
    let said = "holdpoint: nothing has changed: nobody is being waited for any more\n";
    assert_eq!((over.code, over.err.as_str()), (Some(1), said));
    let unknown = kept.ask(&["acknowledge", "nobody\u{7}", "--by", "jane"]);
    let said = "holdpoint: nothing is known of an approval `nobody`: `holdpoint status` lists those that wait\n";
    assert_eq!((unknown.code, unknown.err.as_str()), (Some(1), said));
}

#[test]
fn another_policy_than_the_monitors_is_refused_before_its_steps_fire() {
    let (kept, run) = kept();
    let policy = kept.path("other.yaml");
    std::fs::write(&policy, OTHER).expect("it can be written");
    let facts = || kept.ask(&["explain", &run.approval(), "--at", "2100-01-01", "--format", "json"]).done();
    let before = facts();
    let refused = kept.ask(&["acknowledge", &run.approval(), "--by", "jane", "--policy", &policy]);
    assert_eq!(refused.code, Some(2));
    let said = "holdpoint: the monitor goes by another policy than this one: name the one that it uses with --policy\n";
    assert_eq!(refused.err, said);
    assert_eq!(facts(), before);
}

#[test]
fn a_call_that_says_too_little_or_too_much_is_wrong_usage() {
    let (kept, run) = kept();
    let id = run.approval();
    let (name, note) = ("x".repeat(257), "x".repeat(1001));
    let cases: &[(&[&str], &str)] = &[
        (&["acknowledge", &id], "--by <NAME>"),
        (&["acknowledge", &id, "--by", " "], "it does not say who says so"),
        (&["acknowledge", &id, "--by", &name], "longer than 256 characters"),
        (&["acknowledge", &id, "--by", "jane", "--note", &note], "longer than 1000 characters"),
        (&["snooze", &id, "--by", "jane"], "--until <TIME>|--for <DURATION>"),
        (&["snooze", &id, "--by", "jane", "--for", "1h", "--until", "2026-09-28"], "cannot be used with"),
        (&["snooze", &id, "--by", "jane", "--for", "2"], "has no unit"),
        (&["snooze", &id, "--by", "jane", "--until", "tomorrow"], "write for example 2026-09-28T17:00:00Z"),
    ];
    for (args, told) in cases {
        let ran = kept.ask(args);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{args:?}");
        assert!(ran.err.contains(told), "{args:?}: {}", ran.err);
    }
}
