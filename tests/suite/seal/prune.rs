//! What an export has can be taken out of the store, and nothing else.

use std::fs;

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::{Made, edit, numbered};
use crate::cli::run::Ran;
use crate::wire::fixtures::text;

fn prune(made: &Made, args: &[&str]) -> Ran {
    let (series, key) = (made.kept.path("series"), made.kept.path("key.pub"));
    made.kept.ask(&[&["audit", "prune", "--covered-by", &series, "--key", &key], args].concat())
}

fn count(made: &Made) -> usize {
    made.kept.ask(&["audit", "export", "--format", "jsonl"]).lines().len()
}

#[test]
fn what_a_verified_export_has_goes_and_one_fact_is_left() {
    let made = Made::series();
    let told = |ran: Ran| ran.done().replace(&made.kept.path(""), "…/");
    assert_snapshot!(told(prune(&made, &["--before", "2026-10-07"])), @"
    The facts of 9 approvals would be taken out; `…/series` has them.
    Nothing was done: --yes does it.
    ");
    assert_eq!(count(&made), 19, "nothing was done");
    assert_snapshot!(told(prune(&made, &["--before", "2026-10-07", "--yes"])), @"The facts of 9 approvals were taken out; `…/series` has them.");
    assert!(count(&made) < 19);
    assert_snapshot!(told(prune(&made, &["--before", "2026-10-07", "--yes"])), @"The facts of 0 approvals were taken out; `…/series` has them.");
    // The series is as well as it was, and goes on.
    made.export(&["--format", "jsonl", "--to", "2026-11-01"]).silent();
    assert!(made.verify(&made.folder()).is_well());
    let explained = made.kept.ask(&["explain", "264b5e5d-e3fc-4dfd-827b-9df7e27e2794", "--format", "json"]);
    let facts = explained.lines().remove(0)["facts"].clone();
    let pruned = &facts[0]["fact"]["pruned"];
    assert_eq!((facts.as_array().map(Vec::len), &pruned["facts"]), (Some(1), &7.into()));
    let checkpoint = fs::read(numbered(&made.folder(), 4).join("checkpoint.json")).expect("it is there");
    let sha256 = holdpoint::audit::hash::Hash::of(&checkpoint).to_string();
    assert_eq!(pruned["checkpoint"], sha256.as_str());
}

#[test]
fn what_no_export_has_stays() {
    let made = Made::new();
    made.export(&["--format", "jsonl", "--to", "2026-10-06"]).silent();
    let told = prune(&made, &["--before", "2026-11-01", "--yes"]).done();
    assert!(told.contains("No export has all facts of "), "{told}");
    assert!(count(&made) > 10, "{told}");
    // A table has hashes of the facts, but not the facts.
    let made = Made::new();
    made.export(&["--format", "csv"]).silent();
    let told = prune(&made, &["--before", "2026-11-01", "--yes"]).done();
    assert!(told.starts_with("The facts of 0 approvals were taken out"), "{told}");
    assert_eq!(count(&made), 19);
    // One that got another fact after its export stays as well.
    let made = Made::series();
    let store = rusqlite::Connection::open(made.kept.path("store.sqlite")).expect("the store is there");
    let more = "INSERT INTO facts SELECT approval, 99, fact FROM facts WHERE fact LIKE '%\"settled\"%' \
                ORDER BY approval LIMIT 1";
    assert_eq!(store.execute(more, []).expect("it can be changed"), 1);
    let told = prune(&made, &["--before", "2026-10-07", "--yes"]).done();
    assert!(told.contains("No export has all facts of 1 approval:\n  stays: 264b5e5d"), "{told}");
}

/// The first approval of the week has a fact that nobody can read.
fn with_one_that_cannot_be_read() -> Made {
    let made = Made::series();
    let store = rusqlite::Connection::open(made.kept.path("store.sqlite")).expect("the store is there");
    let spoil = "UPDATE facts SET fact = '{' WHERE seq = 0 AND approval = (SELECT n FROM approvals WHERE id = ?1)";
    assert_eq!(store.execute(spoil, ["264b5e5d-e3fc-4dfd-827b-9df7e27e2794"]).expect("it can be changed"), 1);
    made
}

#[test]
fn what_the_store_cannot_read_is_passed_over_by_name_and_the_others_go() {
    let made = with_one_that_cannot_be_read();
    let ran = prune(&made, &["--before", "2026-10-07", "--yes"]);
    assert_eq!(ran.code, Some(1));
    assert_snapshot!(ran.out.replace(&made.kept.path(""), "…/"), @"
    The facts of 8 approvals were taken out; `…/series` has them.
    The store cannot give up 1 approval:
      stays: 264b5e5d-e3fc-4dfd-827b-9df7e27e2794 at payments-prod / Production / Approve: the stored record `264b5e5d-e3fc-4dfd-827b-9df7e27e2794` cannot be read: not a record of a known form: EOF while parsing an object at line 1 column 1
    ");
    assert_snapshot!(ran.err, @"holdpoint: 1 approval was passed over: it stays as it is. If its record cannot be read, bring it back from a backup of the store; then run this command again");
    let told = prune(&made, &["--before", "2026-10-07", "--yes"]);
    assert!(told.out.starts_with("The facts of 0 approvals were taken out"), "the others have gone: {}", told.out);
}

#[test]
fn machines_are_told_the_fate_of_each_approval() {
    let made = with_one_that_cannot_be_read();
    let ran = prune(&made, &["--before", "2026-10-07", "--format", "json"]);
    assert_eq!(ran.code, Some(1));
    let lines: Vec<Value> = ran.out.lines().map(|line| serde_json::from_str(line).expect("it is JSON")).collect();
    let count = |fate: &str| lines.iter().filter(|line| line["fate"] == fate).count();
    assert_eq!((count("pruned"), count("passed_over"), lines.len()), (8, 1, 10));
    let passed_over = lines.iter().find(|line| line["fate"] == "passed_over").expect("it is there");
    assert_eq!(passed_over["approval"], "264b5e5d-e3fc-4dfd-827b-9df7e27e2794");
    assert_eq!(passed_over["gate"]["pipeline"], "payments-prod");
    assert!(passed_over["reason"].as_str().is_some_and(|reason| reason.contains("cannot be read")), "{passed_over}");
    assert!(passed_over["remedy"].as_str().is_some_and(|remedy| remedy.contains("backup")), "{passed_over}");
    let counts = json!({ "done": false, "pruned": 8, "not_covered": 0, "passed_over": 1 });
    assert_eq!(lines.last(), Some(&counts));
}

#[test]
fn a_series_that_is_not_well_covers_nothing() {
    let made = Made::series();
    edit(&numbered(&made.folder(), 1).join("approvals.csv"), |text| text.replacen("approved", "rejected", 1));
    let refused = prune(&made, &["--before", "2026-11-01", "--yes"]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("is not as it was written, so nothing is taken out"), "{}", refused.err);
    assert_eq!(count(&made), 19);
    // Neither does one that is not signed by the key.
    let made = Made::new();
    made.export_by("other.pem", &["--format", "jsonl"]).silent();
    assert_eq!(prune(&made, &["--before", "2026-11-01", "--yes"]).code, Some(1));
    assert_eq!(count(&made), 19);
}

#[test]
fn news_of_what_was_pruned_changes_nothing() {
    let made = Made::new();
    let (started, rejected) = (text("approval-started"), text("approval-rejected"));
    let store = made.kept.path("one.sqlite");
    let feed = |events: &str| {
        let args = ["replay", "-", "--format", "json", "--store", &store];
        crate::cli::run::holdpoint_fed(&args, events).done()
    };
    feed(&format!("{started}\n{rejected}\n"));
    let (out, key, public) = (made.kept.path("series"), made.kept.path("key.pem"), made.kept.path("key.pub"));
    let ask = |args: &[&str]| crate::cli::run::holdpoint(&[args, &["--store", &store]].concat());
    ask(&["audit", "export", "--format", "jsonl", "--out", &out, "--key", &key]).silent();
    let told =
        ask(&["audit", "prune", "--before", "2027-01-01", "--covered-by", &out, "--key", &public, "--yes"]).done();
    assert!(told.starts_with("The facts of 1 approval were taken out"), "{told}");
    feed(&format!("{rejected}\n{started}\n"));
    assert!(ask(&["audit", "export", "--format", "jsonl"]).lines().is_empty());
}
