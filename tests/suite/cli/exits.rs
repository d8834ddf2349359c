//! Exit codes: 0 done, 1 failed, 2 wrong usage or invalid policy.

use std::fs;
use std::process::Stdio;

use super::run::{WEEK, holdpoint, holdpoint_fed, program, ran};
use crate::wire::fixtures::{folder, texts};

const BROKEN: &str = "{\"detail-type\": ";

#[test]
fn wrong_usage_is_2_and_says_what_is_wrong() {
    let empty = tempfile::tempdir().expect("a temporary folder");
    let empty = empty.path().to_str().expect("a plain path");
    let cases: &[(&[&str], &str)] = &[
        (&[], "Usage: holdpoint"),
        (&["nonsense"], "unrecognized subcommand 'nonsense'"),
        (&["replay"], "<INPUT>..."),
        (&["replay", "nowhere.jsonl"], "there is no input `nowhere.jsonl`"),
        (&["replay", WEEK, "--format", "xml"], "[possible values: text, json]"),
        (&["replay", WEEK, "--until", "tomorrow"], "write for example 2026-09-28T17:00:00Z or 2026-09-28"),
        (&["replay", WEEK, "--policy", "nowhere.yaml"], "cannot read the policy file `nowhere.yaml`"),
        (&["replay", empty], "holds no file that ends in .json, .jsonl or .ndjson"),
    ];
    for (args, expected) in cases {
        let ran = holdpoint(args);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{args:?}");
        assert!(ran.err.contains(expected), "{args:?}: {}", ran.err);
    }
}

#[test]
fn a_bad_policy_is_2_and_says_where() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let policy = folder.path().join("policy.yaml");
    fs::write(&policy, "version: 1\npolicies:\n  - { name: all, taget: 4h }\n").expect("it can be written");
    let policy = policy.to_str().expect("a plain path");
    let ran = holdpoint(&["replay", WEEK, "--policy", policy]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert!(ran.err.starts_with(&format!("holdpoint: {policy}:3:")), "{}", ran.err);
    assert!(ran.err.contains("taget"), "{}", ran.err);
}

#[test]
fn malformed_input_is_1_only_where_it_was_said_to_be() {
    assert_eq!(holdpoint_fed(&["replay", "-"], BROKEN).code, Some(0));
    let strict = holdpoint_fed(&["replay", "-", "--strict"], BROKEN);
    assert_eq!(strict.code, Some(1));
    assert_eq!(strict.err, "holdpoint: 1 malformed inputs, and --strict allows none\n");
    assert_eq!(holdpoint(&["replay", WEEK, "--strict"]).code, Some(0));
}

#[test]
fn help_and_version_are_0() {
    for args in [["--help"].as_slice(), &["replay", "--help"], &["--version"]] {
        assert!(!holdpoint(args).done().is_empty());
    }
}

#[test]
fn no_input_at_all_is_no_failure() {
    let out = holdpoint_fed(&["replay", "-"], "").done();
    assert!(out.contains("0 approvals: 0 waiting"), "{out}");
}

#[test]
fn a_reader_that_has_enough_is_no_failure() {
    let mut command = program(&["replay", WEEK, "--format", "json"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program can be run");
    drop(child.stdout.take());
    let ran = ran(child.wait_with_output().expect("it ends"));
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
}

#[test]
fn every_shape_of_message_can_be_replayed_alone_and_together() {
    for (name, text) in texts(&folder()) {
        for format in ["text", "json"] {
            let ran = holdpoint_fed(&["replay", "-", "--format", format], &text);
            assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{name}");
        }
    }
    let all = holdpoint(&["replay", "tests/data/events"]).done();
    assert!(all.contains(" 1 malformed\n"), "{all}");
}
