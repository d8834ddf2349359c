//! `holdpoint status`: what waits, at a glance.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use serde_json::Value;

use super::run::{Kept, assert_fits, holdpoint};
use crate::support::waiting::{asked, waiting};
use crate::wire::fixtures::text;

/// The one approval of the week that still waits.
pub(super) const WAITING: &str = "448349b2-3a53-4612-9cb9-e84061a77a8c";

/// The fields of a line of JSON. Whoever reads the output relies on them.
const FIELDS: &str = "approval gate execution attempt phase policy requested_at waited_seconds deadline expires_at breached \
                      due_at outcome basis ended_at decided_by comment";

#[test]
fn only_what_waits_is_shown_unless_all_is_asked_for() {
    let kept = Kept::week();
    let out = kept.ask(&["status"]).done();
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines.len(), 4, "{out}");
    assert!(lines[0].ends_with("  payments-prod / Production / Approve"), "{out}");
    assert_eq!(lines[2].trim(), format!("policy default, {WAITING}"));
    assert!(lines[3].starts_with("1 in all, as of "), "{out}");
    assert_fits(&out);
}

#[test]
fn what_waits_is_told_by_how_much_of_the_promise_is_left() {
    let waits = [(1, 30), (2, 150), (3, 600), (4, 8 * 24 * 60)];
    let events: String = waits.map(|(n, minutes)| asked(&waiting(n, TimeDelta::minutes(minutes))) + "\n").concat();
    let out = Kept::of(&events, &[]).ask(&["status"]).done();
    let shown: Vec<&str> = out.lines().filter(|line| !line.contains("policy default")).collect();
    assert_eq!(
        shown[..8],
        [
            "      8d  service-004-prod / Release / Approve",
            "          past CodePipeline's time-out by 1d, nothing heard",
            "     10h  service-003-prod / Release / Approve",
            "          6h past the deadline",
            "  2h 30m  service-002-prod / Release / Approve",
            "          1h 29m left",
            "     30m  service-001-prod / Release / Approve",
            "          3h 29m left",
        ]
    );
    assert!(shown[8].starts_with("4 in all, as of "), "{out}");
}

#[test]
fn the_whole_week_reads_at_a_glance() {
    let out = Kept::week().ask(&["status", "--all"]).done();
    assert_fits(&out);
    assert!(out.lines().last().is_some_and(|line| line.starts_with("19 in all, as of ")), "{out}");
    // What is settled is said the same at any time; the rest depends on the clock.
    let lines: Vec<&str> = out.lines().collect();
    let waiting = lines.iter().position(|line| line.ends_with(WAITING)).expect("it is there");
    let settled = lines.iter().enumerate().filter(|(n, _)| !(waiting - 2..=waiting).contains(n) && n + 1 < lines.len());
    insta::assert_snapshot!("status", settled.map(|(_, line)| *line).collect::<Vec<_>>().join("\n"));
}

#[test]
fn machines_get_one_object_a_line_oldest_first() {
    let kept = Kept::week();
    let waiting = kept.ask(&["status", "--format", "json"]).lines();
    let ids: Vec<_> = waiting.iter().filter_map(|line| line["approval"].as_str()).collect();
    assert_eq!(ids, [WAITING]);

    let all = kept.ask(&["status", "--all", "--format", "json"]).lines();
    assert_eq!(all.len(), 19);
    let fields: BTreeSet<&str> = FIELDS.split_whitespace().collect();
    for line in &all {
        let object = line.as_object().expect("an object");
        assert_eq!(object.keys().map(String::as_str).collect::<BTreeSet<_>>(), fields);
    }
    let times: Vec<_> = all.iter().filter_map(|line| line["requested_at"].as_str()).collect();
    assert_eq!(times.len(), all.len());
    assert!(times.is_sorted(), "{times:?}");
    let late: Vec<_> = all.iter().filter(|line| line["breached"] == true).map(|line| &line["outcome"]).collect();
    assert_eq!(late, ["approved", "timed_out", "approved"]);
}

#[test]
fn a_store_in_which_nothing_waits_says_so() {
    let decided: String = ["approval-started", "approval-rejected"].map(text).concat();
    assert_eq!(Kept::of(&decided, &[]).ask(&["status"]).done(), "Nothing waits.\n");
    let empty = Kept::of(&text("scheduled"), &[]);
    assert_eq!(empty.ask(&["status"]).done(), "Nothing waits.\n");
    assert_eq!(empty.ask(&["status", "--all"]).done(), "Nothing was heard of yet.\n");
    assert_eq!(empty.ask(&["status", "--all", "--format", "json"]).lines(), Vec::<Value>::new());
}

#[test]
fn a_retry_is_told_from_the_request_before_it() {
    let out = Kept::of(&text("approval-started-after-retry"), &[]).ask(&["status"]).done();
    assert!(
        out.lines().next().is_some_and(|line| line.ends_with("payments-prod / Production / Approve, attempt 2")),
        "{out}"
    );
}

#[test]
fn a_store_that_is_not_there_is_not_made() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("store.sqlite");
    let name = path.to_str().expect("a plain path");
    let ran = holdpoint(&["status", "--store", name]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""));
    assert_eq!(
        ran.err,
        format!("holdpoint: there is no store `{name}`: `holdpoint serve` makes one; name another with --store\n")
    );
    assert!(!path.exists());
}

#[test]
fn a_file_that_is_no_store_is_left_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("notes.txt");
    std::fs::write(&path, "not a database, and quite long enough to be read as one by mistake")
        .expect("it can be written");
    let ran = holdpoint(&["status", "--store", path.to_str().expect("a plain path")]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""));
    assert!(ran.err.contains("notes.txt"), "{}", ran.err);
    assert!(std::fs::read_to_string(&path).is_ok_and(|text| text.starts_with("not a database")));
}
