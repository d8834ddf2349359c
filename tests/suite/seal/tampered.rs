//! What was done to the store between two exports, and to the end of a series.

use std::fs;

use insta::assert_snapshot;
use rusqlite::Connection;

use super::{Made, numbered, verify};

fn store(made: &Made, sql: &str) {
    let store = Connection::open(made.kept.path("store.sqlite")).expect("the store is there");
    assert!(store.execute(sql, []).expect("it can be changed") > 0);
}

const FIRST: &str = "(SELECT approval FROM facts WHERE fact LIKE '%\"settled\"%' ORDER BY approval LIMIT 1)";

#[test]
fn facts_that_were_changed_in_the_store_are_told_by_the_next_export_in_any_form() {
    let told = ["csv", "jsonl"].map(|format| {
        let made = Made::series();
        let change = "UPDATE facts SET fact = replace(fact, '2026-10-05', '2026-10-04') WHERE seq = 2 AND approval = ";
        store(&made, &format!("{change}{FIRST}"));
        made.export(&["--format", format, "--to", "2026-11-01"]).silent();
        made.verify(&made.folder()).lines()
    });
    assert_eq!(told[0], told[1]);
    assert_snapshot!(told[0], @"chain_broken 0005 chains.jsonl fact 3 number 4 264b5e5d-e3fc-4dfd-827b-9df7e27e2794 payments-prod / Production / Approve");
}

#[test]
fn facts_that_were_cut_off_in_the_store_are_told() {
    let made = Made::series();
    let last = format!("(SELECT max(seq) FROM facts WHERE approval = {FIRST})");
    store(&made, &format!("DELETE FROM facts WHERE approval = {FIRST} AND seq = {last}"));
    made.export(&["--format", "csv", "--to", "2026-11-01"]).silent();
    assert_snapshot!(made.verify(&made.folder()).lines(), @"chain_broken 0005 chains.jsonl number 4 264b5e5d-e3fc-4dfd-827b-9df7e27e2794 payments-prod / Production / Approve");
    let text = crate::cli::run::holdpoint(&["audit", "verify", &made.kept.path("series")]);
    assert_eq!(text.code, Some(1));
    assert_snapshot!(text.out, @"
    0001-begin-2026-10-07-csv
      checkpoint 1: 9 approvals, 61 facts, from the beginning to 2026-10-07T00:00:00Z; signed by the key that it names
    0002-2026-10-07-2026-10-09-jsonl
      checkpoint 2: 5 approvals, 55 facts, from 2026-10-07T00:00:00Z to 2026-10-09T00:00:00Z; signed by the key that it names
    0003-2026-10-09-2026-10-13-csv
      checkpoint 3: 6 approvals, 57 facts, from 2026-10-09T00:00:00Z to 2026-10-13T00:00:00Z; signed by the key that it names
    0004-begin-2026-11-01-jsonl
      checkpoint 4: 19 approvals, 150 facts, from the beginning to 2026-11-01T00:00:00Z; signed by the key that it names
    0005-begin-2026-11-01-csv
      checkpoint 5: 19 approvals, 149 facts, from the beginning to 2026-11-01T00:00:00Z; signed by the key that it names
      changed chains.jsonl: it has 6 facts, and had 7 in checkpoint 4
        approval 264b5e5d-e3fc-4dfd-827b-9df7e27e2794 at payments-prod / Production / Approve
    ");
}

#[test]
fn a_chain_that_goes_on_is_well() {
    let made = Made::series();
    let last = format!("(SELECT fact FROM facts WHERE approval = {FIRST} ORDER BY seq DESC LIMIT 1)");
    store(&made, &format!("INSERT INTO facts SELECT {FIRST}, 99, {last}"));
    made.export(&["--format", "jsonl", "--to", "2026-11-01"]).silent();
    let said = made.verify(&made.folder());
    assert!(said.is_well(), "{}", said.lines());
}

#[test]
fn after_a_restart_nothing_has_to_go_on() {
    let made = Made::series();
    store(&made, &format!("DELETE FROM facts WHERE approval = {FIRST} AND seq = 1"));
    made.export(&["--format", "csv", "--to", "2026-11-01", "--restart", "moved to another store"]).silent();
    let said = made.verify(&made.folder());
    assert!(said.is_well(), "{}", said.lines());
}

#[test]
fn behind_a_restart_everything_has_to_go_on_again() {
    let made = Made::series();
    made.export(&["--format", "csv", "--to", "2026-11-01", "--restart", "moved to another store"]).silent();
    store(&made, &format!("DELETE FROM facts WHERE approval = {FIRST} AND seq = 1"));
    made.export(&["--format", "csv", "--to", "2026-11-01"]).silent();
    assert_snapshot!(made.verify(&made.folder()).lines(), @"chain_broken 0006 chains.jsonl fact 2 number 5 264b5e5d-e3fc-4dfd-827b-9df7e27e2794 payments-prod / Production / Approve");
}

#[test]
fn a_series_without_its_end_is_told_only_to_who_knows_the_end() {
    let made = Made::series();
    let said = made.verify(&made.folder());
    let last = said.0["exports"][3]["sha256"].as_str().expect("a hash").to_owned();
    let expected = ["--key", &made.kept.path("key.pub"), "--expect", &last];
    assert!(verify(&made.folder(), &expected).is_well());
    fs::remove_dir_all(numbered(&made.folder(), 4)).expect("it is there");
    assert!(made.verify(&made.folder()).is_well(), "it looks as it once was");
    assert_eq!(verify(&made.folder(), &expected).problems(), ["checkpoint_absent"]);
}
