//! `holdpoint explain`: the story of one approval, and what comes.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::run::{Kept, assert_fits};
use super::status::WAITING;
use crate::support::history::{Fate, Run};
use crate::support::waiting::{asked, waiting};
use crate::wire::fixtures::text;

/// The approval of the fixtures.
const STORY: &str = "6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10";

const OVERDUE: &str = "  the first of these is overdue: does the monitor run on this store?";

/// A decision within an hour, which the fixtures' approval does not get.
const QUICK: &str = "
version: 1
recipients: { approvers: { console: true }, leads: { console: true } }
policies:
  - name: quick
    target: 1h
    steps:
      - { at: 50%, remind: [approvers] }
      - { at: 100%, escalate: [leads] }
";

/// Asked for, reminded of, escalated past its deadline, tried in vain by somebody, and rejected. With its policy file.
fn story() -> (Kept, String) {
    let events: String = [
        text("pipeline-started-by-push"),
        text("source-succeeded-connection"),
        text("sns-envelope"),
        text("approval-started"),
        text("cloudtrail-refused-wrapped").replace("10:58:03", "10:20:03"),
        text("cloudtrail-rejected-iam-user-wrapped"),
        text("approval-rejected"),
    ]
    .concat();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("policy.yaml");
    std::fs::write(&path, QUICK).expect("it can be written");
    let kept = Kept::of(&events, &["--policy", path.to_str().expect("a plain path")]);
    let own = kept.path("policy.yaml");
    std::fs::copy(path, &own).expect("it can be copied");
    (kept, own)
}

#[test]
fn the_story_of_an_approval_can_be_read() {
    let (kept, policy) = story();
    let out = kept.ask(&["explain", STORY, "--policy", &policy]).done();
    assert_fits(&out);
    insta::assert_snapshot!("explain", out);
}

/// Asked for on Christmas Eve, when the leads have gone home; approved between the years.
const CHRISTMAS: &str = "
version: 1
calendars:
  london: { timezone: Europe/London, hours: { mon-fri: ['09:00-12:30', '13:30-17:30'] }, holidays: [gb-eng] }
  mornings: { timezone: Europe/London, hours: { mon-fri: '10:00-12:00' }, holidays: [gb-eng] }
recipients:
  approvers: { console: true }
  leads: { console: true, hours: mornings }
policies:
  - { name: staging, match: { pipeline: '*-staging' }, target: 1h }
  - name: production
    match: { pipeline: '*-prod' }
    target: 4h
    calendar: london
    steps:
      - { at: 25%, remind: [approvers, leads] }
      - { at: 50%, remind: [leads] }
      - { at: 75%, escalate: [leads], repeat: { every: 1h, at_most: 2 } }
";

#[test]
fn the_story_is_told_by_the_calendars_clock_as_of_any_time() {
    let at = |text: &str| text.parse().expect("a time");
    let asked_at = at("2026-12-24T15:10:00Z");
    let wait = TimeDelta::hours(5 * 24 - 4);
    let run = Run { number: 1, pipeline: 1, asked_at, wait, fate: Fate::Approved };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let policy = folder.path().join("policy.yaml");
    std::fs::write(&policy, CHRISTMAS).expect("it can be written");
    let policy = policy.to_str().expect("a plain path");
    let kept = Kept::of(&run.events().join("\n"), &["--policy", policy]);
    let explain = |more: &[&str]| {
        let out = kept.ask(&[&["explain", &run.approval(), "--policy", policy], more].concat()).done();
        assert_fits(&out);
        out
    };
    insta::assert_snapshot!("explain_christmas", explain(&[]));
    insta::assert_snapshot!("explain_christmas_eve", explain(&["--at", "2026-12-24T17:00:00Z"]));
    let ran = kept.ask(&["explain", &run.approval(), "--policy", policy, "--at", "2026-12-24"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains(" by then: "), "{}", ran.err);
}

#[test]
fn a_policy_that_has_changed_since_is_named() {
    let (kept, policy) = story();
    let same = kept.ask(&["explain", STORY, "--policy", &policy]).done();
    std::fs::write(&policy, QUICK.replace("target: 1h", "target: 2h")).expect("it can be written");
    let changed = kept.ask(&["explain", STORY, "--policy", &policy]).done();
    let line = "  the monitor last held it to quick of version ";
    assert!(!same.contains(line) && changed.contains(line), "{changed}");
    assert!(changed.contains("deadline     Tue 6 Oct 2026 11:12 UTC"), "{changed}");
}

#[test]
fn every_approval_of_the_week_fits_on_a_screen() {
    let kept = Kept::week();
    let all = kept.ask(&["status", "--all", "--format", "json"]).lines();
    for id in all.iter().filter_map(|line| line["approval"].as_str()) {
        let out = kept.ask(&["explain", id]).done();
        assert_fits(&out);
        assert!(out.contains(id) && out.contains("\nWhat is known\n"), "{out}");
    }
}

#[test]
fn what_comes_is_listed_while_it_waits() {
    let kept = Kept::week();
    let out = kept.ask(&["explain", WAITING]).done();
    let (_, coming) = out.split_once("What comes, if nothing is heard\n").expect("it has that part");
    // Whether it is overdue depends on the day.
    let coming: Vec<&str> = coming.lines().filter(|line| *line != OVERDUE).collect();
    insta::assert_snapshot!(coming.join("\n"), @"
    Mon 12 Oct 2026, UTC
      09:58:53  the deadline: a breach is noted
      09:58:53  escalation to leads (escalate@100%)
      13:58:53  escalation to leads (escalate@100%, repeat 1)
      17:58:53  escalation to leads (escalate@100%, repeat 2)
      21:58:53  escalation to leads (escalate@100%, repeat 3)
    Tue 13 Oct 2026, UTC
      01:58:53  escalation to leads (escalate@100%, repeat 4)
      05:58:53  escalation to leads (escalate@100%, repeat 5)
    Sun 18 Oct 2026, UTC
      05:58:00  escalation to leads (escalate@expiry-1day)
    Mon 19 Oct 2026, UTC
      05:58:00  CodePipeline's own time-out
      06:58:00  taken as timed out
    ");
    let object = kept.ask(&["explain", WAITING, "--format", "json"]).lines().remove(0);
    let whats: Vec<_> = object["coming"].as_array().expect("a list").iter().map(|c| c["what"].clone()).collect();
    let mut expected = vec![json!("deadline")];
    expected.extend(std::iter::repeat_n(json!("escalation"), 7));
    expected.extend([json!("expiry"), json!("taken_as_timed_out")]);
    assert_eq!(whats, expected);
    assert_eq!(
        object["coming"][2],
        json!({
            "at": "2026-10-12T13:58:53.844Z", "what": "escalation", "step": "escalate@100%", "repeat": 1, "to": ["leads"]
        })
    );
}

#[test]
fn what_should_have_happened_by_now_raises_the_question_whether_anybody_watches() {
    let explained = |wait: TimeDelta| {
        let run = waiting(1, wait);
        let out = Kept::of(&asked(&run), &[]).ask(&["explain", &run.approval()]).done();
        (out.lines().nth(2).unwrap_or_default().to_owned(), out.lines().any(|line| line == OVERDUE))
    };
    // The built-in policy reminds after two hours.
    assert_eq!(explained(TimeDelta::minutes(90)), ("waiting 1h 30m: 2h 29m left".to_owned(), false));
    assert_eq!(explained(TimeDelta::minutes(150)), ("waiting 2h 30m: 1h 29m left".to_owned(), true));
}

#[test]
fn machines_get_the_facts_and_the_evidence() {
    let (kept, policy) = story();
    let object = kept.ask(&["explain", STORY, "--policy", &policy, "--format", "json"]).lines().remove(0);
    let fields: BTreeSet<&str> = object.as_object().expect("an object").keys().map(String::as_str).collect();
    let promised = "approval at gate attempt phase requested_at policy policy_version applied timezone tried deadline \
                    deadline_local expires_at counted ladder earlier_rungs acknowledged snoozed_until evidence facts \
                    coming has_more";
    assert_eq!(fields, promised.split(' ').collect());
    assert_eq!((&object["phase"], &object["policy"]), (&json!("settled"), &json!("quick")));
    assert_eq!((&object["coming"], &object["has_more"]), (&json!([]), &json!(false)));
    let evidence: Vec<_> = object["evidence"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|e| ["kind", "source", "event_id"].map(|field| e[field].as_str().unwrap_or_default().to_owned()))
        .collect();
    let kinds: Vec<_> = evidence.iter().map(|[kind, source, _]| (kind.as_str(), source.as_str())).collect();
    assert_eq!(kinds, [("decision", "cloudtrail"), ("end", "action_event"), ("attempt", "cloudtrail")]);
    assert!(evidence.iter().all(|[.., event_id]| !event_id.is_empty()), "each can be looked up: {evidence:?}");
    let kinds: Vec<String> = object["facts"].as_array().expect("a list").iter().map(kind).collect();
    assert_eq!(
        kinds.join(" "),
        "requested context_learnt requested context_learnt step_fired notice_delivered breached step_fired \
         notice_delivered attempt_seen decision_seen settled end_seen"
    );
}

fn kind(fact: &Value) -> String {
    fact["fact"].as_object().and_then(|fact| fact.keys().next().cloned()).expect("a fact has a kind")
}

#[test]
fn an_id_that_is_not_known_is_1_with_a_hint() {
    let ran = Kept::week().ask(&["explain", "no\u{1b}[2Jsuch"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""));
    assert_eq!(
        ran.err,
        "holdpoint: nothing is known of an approval `no [2Jsuch`: `holdpoint status --all` lists those that are\n"
    );
}

#[test]
fn an_attempt_at_what_was_never_asked_for_is_not_taken_for_a_settlement() {
    let kept = Kept::of(&text("cloudtrail-refused-wrapped"), &[]);
    let out = kept.ask(&["explain", STORY]).done();
    assert!(out.contains("\nno request for a decision was heard of\n"), "{out}");
    assert!(out.ends_with("  nothing: no request for a decision was heard of\n"), "{out}");
}
