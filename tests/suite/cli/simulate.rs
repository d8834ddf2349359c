//! `holdpoint policy simulate` and `coverage`: a policy, tried on what happened.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::TimeDelta;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::run::{Kept, Ran, WEEK, assert_fits, holdpoint, program, ran, week};
use crate::support::history::{Fate, Run};
use crate::support::world::minute;
use crate::wire::fixtures::text;

fn doc() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/simulate.md")
}

/// The document's policies, beside the week's history.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let doc = fs::read_to_string(doc()).expect("the document is there");
    let policies: Vec<&str> = doc.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let [today, office] = policies[..] else { panic!("two policies: {policies:?}") };
    fs::write(folder.path().join("today.yaml"), today).expect("it can be written");
    fs::write(folder.path().join("office.yaml"), office).expect("it can be written");
    fs::write(folder.path().join("week.jsonl"), week()).expect("it can be written");
    folder
}

fn run_in(folder: &TempDir, args: &[&str]) -> Ran {
    ran(program(args).current_dir(folder.path()).output().expect("the program can be run"))
}

fn object(ran: Ran) -> Value {
    serde_json::from_str(&ran.done()).expect("a JSON object")
}

#[test]
fn the_document_shows_what_the_program_says() {
    let folder = folder();
    let doc = fs::read_to_string(doc()).expect("the document is there");
    let blocks: Vec<&str> = doc.split("```console\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(blocks.len(), 2);
    for block in blocks {
        let (command, shown) = block.split_once('\n').expect("a command and its output");
        let args: Vec<&str> = command.strip_prefix("$ holdpoint ").expect("a command").split(' ').collect();
        let out = run_in(&folder, &args).done();
        assert_fits(&out);
        assert_eq!(out, shown, "{command}");
    }
}

#[test]
fn old_is_what_a_replay_under_the_old_policy_says() {
    let replayed = holdpoint(&["replay", WEEK, "--format", "json"]).lines();
    let summary = replayed.iter().find(|line| line["type"] == "summary").expect("a summary");
    let simulated = object(run_in(
        &folder(),
        &["policy", "simulate", "office.yaml", "--history", "week.jsonl", "--format", "json"],
    ));
    let old = &simulated["old"];
    assert_eq!((&old["notices"], &old["breaches"]), (&summary["notices"], &summary["breaches"]));
    assert_eq!(simulated["history"]["approvals"], summary["approvals"]);
    assert_eq!(simulated["history"]["until"], summary["ended_at"]);
}

#[test]
fn new_less_old_is_the_difference() {
    let simulated = object(run_in(
        &folder(),
        &["policy", "simulate", "office.yaml", "--history", "week.jsonl", "--format", "json"],
    ));
    let number = |value: &Value| value.as_f64().unwrap_or_else(|| panic!("a number: {value}"));
    for place in
        ["/promised", "/breaches", "/breach_rate", "/notices/reminder", "/notices/escalation", "/working_wait/p90"]
    {
        let of = |side: &str| number(simulated[side].pointer(place).expect("it is there"));
        let difference = of("new") - of("old");
        assert!((of("difference") - difference).abs() < 1e-9, "{place}");
        assert!(difference.abs() > 0.0, "{place}: the two policies differ in it");
    }
    let sum = |list: &str| -> f64 {
        simulated[list].as_array().expect("a list").iter().map(|row| number(&row["new"]["escalation"])).sum()
    };
    assert_eq!((sum("recipients"), sum("weeks")), (sum("recipients"), sum("recipients")));
    assert!((sum("weeks") - number(&simulated["new"]["notices"]["escalation"])).abs() < 1e-9);
}

#[test]
fn a_store_gives_the_figures_of_the_events_that_it_was_kept_from() {
    // Under yet another policy, to which nothing of the simulation must hang.
    let kept = Kept::of(&week(), &["--policy", "rules/policies/production.yaml"]);
    let (folder, store) = (folder(), kept.path("store.sqlite"));
    let with = |history: &str| {
        let mut told =
            object(run_in(&folder, &["policy", "simulate", "office.yaml", "--history", history, "--format", "json"]));
        // A store ends with its latest fact and events with their last.
        told["history"]["until"].take();
        told
    };
    assert_eq!(with(&store), with("week.jsonl"));
    assert_eq!(with(&format!("sqlite:{store}")), with("week.jsonl"));
}

#[test]
fn a_simulation_leaves_the_store_as_it_is() {
    let kept = Kept::week();
    let before = fs::read(kept.path("store.sqlite")).expect("it is there");
    let store = kept.path("store.sqlite");
    run_in(&folder(), &["policy", "simulate", "office.yaml", "--history", &store]).done();
    run_in(&folder(), &["policy", "coverage", "office.yaml", "--history", &store]).done();
    assert_eq!(fs::read(store).expect("it is there"), before);
}

#[test]
fn a_policy_against_itself_judges_everything_as_before() {
    let args = ["policy", "simulate", "office.yaml", "--policy", "office.yaml", "--history", "week.jsonl"];
    let out = run_in(&folder(), &args).done();
    assert!(out.ends_with("\nEvery approval is judged as before\n"), "{out}");
}

#[test]
fn a_long_list_is_cut_for_people_and_whole_for_machines() {
    let runs = (0..25).map(|number| Run {
        number,
        pipeline: number,
        asked_at: minute(0),
        wait: TimeDelta::minutes(10),
        fate: Fate::Approved,
    });
    let (folder, events) = (folder(), runs.flat_map(|run| run.events()).collect::<Vec<_>>().join("\n"));
    fs::write(folder.path().join("week.jsonl"), events).expect("it can be written");
    let other = "version: 1\npolicies: [{ name: other, match: { pipeline: other }, target: 1h }]\n";
    fs::write(folder.path().join("other.yaml"), other).expect("it can be written");
    let simulate = ["policy", "simulate", "other.yaml", "--history", "week.jsonl"];
    let out = run_in(&folder, &simulate).done();
    assert!(out.contains("\n      25  default kept -> no policy\n"), "{out}");
    assert!(out.ends_with("\n  and 5 more: --format json names them all\n"), "{out}");
    let told = object(run_in(&folder, &[&simulate[..], &["--format", "json"]].concat()));
    assert_eq!(told["changes"].as_array().map(Vec::len), Some(25));
    let coverage = ["policy", "coverage", "other.yaml", "--history", "week.jsonl"];
    let out = run_in(&folder, &coverage).done();
    assert!(out.ends_with("\n  and 5 more: --format json names them all\n"), "{out}");
    let told = object(run_in(&folder, &[&coverage[..], &["--format", "json"]].concat()));
    assert_eq!(told["unmatched"].as_array().map(Vec::len), Some(25));
}

#[test]
fn coverage_counts_each_approval_once_and_names_what_is_left() {
    let args = ["policy", "coverage", "office.yaml", "--history", "week.jsonl", "--format", "json"];
    let told = object(run_in(&folder(), &args));
    let counts = |list: &str| -> u64 {
        told[list].as_array().expect("a list").iter().filter_map(|row| row["approvals"].as_u64()).sum()
    };
    assert_eq!(counts("policies") + counts("unmatched"), 19);
    assert_eq!(told["history"], json!({ "approvals": 19, "gates": 8, "malformed": 0 }));
    assert_eq!(told["unmatched"][0]["gate"]["pipeline"], "web-staging");
    let sandboxes = &told["policies"][2];
    assert_eq!((&sandboxes["policy"], &sandboxes["gates"]), (&json!("sandboxes"), &json!(0)));
}

#[test]
fn a_policy_that_comes_too_late_is_told_from_one_that_fits_nothing() {
    let folder = folder();
    let policy =
        "version: 1\npolicies: [{ name: all, target: 1h }, { name: late, match: { pipeline: 'web-*' }, target: 1h }]\n";
    fs::write(folder.path().join("late.yaml"), policy).expect("it can be written");
    let out = run_in(&folder, &["policy", "coverage", "late.yaml", "--history", "week.jsonl"]).done();
    insta::assert_snapshot!(out, @"
    19 approvals at 8 gates

    Policies
      all: 8 gates, 19 approvals
      late: nothing: a policy before it has the 2 gates that it matches

    Every gate that was seen has a policy
    ");
}

#[test]
fn a_gate_without_a_policy_fails_only_a_strict_look() {
    let folder = folder();
    let args = ["policy", "coverage", "office.yaml", "--history", "week.jsonl"];
    let shown = run_in(&folder, &args).done();
    let strict = run_in(&folder, &[&args[..], &["--strict"]].concat());
    assert_eq!((strict.code, strict.out), (Some(1), shown));
    assert_eq!(strict.err, "holdpoint: 1 gate without a policy, and --strict allows none\n");
    let built_in = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/policies/default.yaml");
    let built_in = built_in.to_str().expect("a plain path");
    run_in(&folder, &["policy", "coverage", built_in, "--history", "week.jsonl", "--strict"]).done();
}

#[test]
fn what_cannot_be_read_is_left_out_and_said() {
    let folder = folder();
    fs::write(folder.path().join("week.jsonl"), "{\"detail-type\": ").expect("it can be written");
    for command in ["simulate", "coverage"] {
        let ran = run_in(&folder, &["policy", command, "office.yaml", "--history", "week.jsonl"]);
        assert_eq!(ran.code, Some(0));
        assert_eq!(ran.err, "holdpoint: 1 malformed events are left out; `holdpoint replay` shows them\n");
    }
}

#[test]
fn wrong_usage_is_2_and_a_store_that_is_not_there_1() {
    let (folder, kept) = (folder(), Kept::week());
    let store = kept.path("store.sqlite");
    let cases: &[(&[&str], i32, &str)] = &[
        (&["office.yaml"], 2, "--history <FILE|STORE>"),
        (&["nowhere.yaml", "--history", "week.jsonl"], 2, "cannot read the policy file `nowhere.yaml`"),
        (&["office.yaml", "--history", "nowhere.jsonl"], 2, "there is no input `nowhere.jsonl`"),
        (&["office.yaml", "--history", "dynamodb:"], 2, "write the table's name: dynamodb:TABLE"),
        (&["office.yaml", "--history", "week.jsonl", "--history", &store], 2, "one store, or event files"),
        (&["office.yaml", "--history", "sqlite:nowhere"], 1, "there is no store `nowhere`"),
    ];
    for command in ["simulate", "coverage"] {
        for (args, code, expected) in cases {
            let ran = run_in(&folder, &[&["policy", command], *args].concat());
            assert_eq!((ran.code, ran.out.as_str()), (Some(*code), ""), "{args:?}");
            assert!(ran.err.contains(expected), "{args:?}: {}", ran.err);
        }
    }
}

#[test]
fn names_from_outside_cannot_reach_the_terminal_as_they_are() {
    let folder = folder();
    let hostile = text("approval-started").replace("payments-prod", "pay\\u001b[31m\\nments\\u202e");
    fs::write(folder.path().join("week.jsonl"), hostile).expect("it can be written");
    for command in ["simulate", "coverage"] {
        let out = run_in(&folder, &["policy", command, "office.yaml", "--history", "week.jsonl"]).done();
        assert!(out.contains("pay [31m ments / Production / Approve"), "{out}");
        assert!(!out.contains(['\u{1b}', '\u{202e}']), "{out}");
    }
}
