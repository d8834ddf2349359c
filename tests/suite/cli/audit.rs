//! `holdpoint audit export`: evidence for auditors.

use std::fs;

use serde_json::Value;

use super::run::{Kept, Ran};
use crate::wire::fixtures::text;

const HEADER: &str = "account,region,pipeline,stage,action,execution,approval,attempt,revision,revision_message,requester,\
                      requester_email,commit,repository,requested_at,decided_at,ended_at,phase,outcome,basis,decided_by,\
                      decided_by_type,decided_by_name,permission_set,claimed_by,evidence_source,cloudtrail_event_id,source_ip,\
                      comment,wait_seconds,working_wait_seconds,target,deadline,breached,reminders,escalations,\
                      undelivered,policy,policy_version,findings";

fn export(kept: &Kept, args: &[&str]) -> Ran {
    kept.ask(&[&["audit", "export"], args].concat())
}

fn csv(kept: &Kept, args: &[&str]) -> String {
    export(kept, &[&["--format", "csv"], args].concat()).done()
}

/// The cells of a column, as a program reads them that knows RFC 4180.
fn column(csv: &str, name: &str) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let n = reader.headers().expect("a header").iter().position(|header| header == name).expect("the column is there");
    reader.records().map(|row| row.expect("every row is as long as the header")[n].to_owned()).collect()
}

/// Whom a list in a cell says were told.
fn told(cell: &str) -> Vec<String> {
    let list: Vec<Value> = serde_json::from_str(cell).expect("a list is JSON");
    list.iter().map(|told| told["recipient"].as_str().expect("somebody was told").to_owned()).collect()
}

/// One decided approval for each comment.
fn commented(comments: &[&str]) -> Kept {
    let mut events = String::new();
    for (n, comment) in comments.iter().enumerate() {
        let id = format!("a0000000-0000-4000-8000-{n:012}");
        for fixture in ["approval-started", "approval-rejected"] {
            let mut event: Value = serde_json::from_str(&text(fixture)).expect("a fixture is JSON");
            event["detail"]["action-execution-id"] = id.as_str().into();
            if fixture == "approval-rejected" {
                event["detail"]["execution-result"]["external-execution-summary"] = (*comment).into();
            }
            events += &format!("{event}\n");
        }
    }
    Kept::of(&events, &[])
}

#[test]
fn every_approval_is_a_row_in_the_order_of_the_requests() {
    let kept = Kept::week();
    let csv = csv(&kept, &[]);
    assert_eq!(csv.lines().next(), Some(HEADER));
    assert_eq!(column(&csv, "approval").len(), 19);
    assert!(column(&csv, "requested_at").is_sorted());
    // Nobody decided there, though it was escalated seven times.
    let gates = column(&csv, "pipeline");
    let row = gates.iter().position(|pipeline| pipeline == "mobile-release").expect("it is there");
    let cell = |name: &str| column(&csv, name)[row].clone();
    assert_eq!(
        (cell("outcome"), cell("breached"), cell("basis")),
        ("timed_out".into(), "true".into(), "action_event".into())
    );
    assert_eq!(
        (told(&cell("reminders")), told(&cell("escalations"))),
        (vec!["approvers".into()], vec!["leads".into(); 7])
    );
    assert_eq!((cell("decided_by"), cell("wait_seconds")), (String::new(), "172801".into()));
    assert_eq!((cell("decided_at"), cell("ended_at").is_empty()), (String::new(), false));
}

#[test]
fn csv_is_as_rfc_4180_says() {
    let comments =
        ["plain", "one, two", "she said \"no\"", "first line\nsecond line", "a\r\nb", "  kept  ", "zażółć 🧾"];
    let csv = csv(&commented(&comments), &[]);
    assert_eq!(column(&csv, "comment"), comments);
    assert!(csv.ends_with("\r\n"));
    assert_eq!(csv.matches("\r\n").count(), 1 + comments.len() + 1, "one ends each row, one is in a comment");
    assert!(
        csv.contains(",\"one, two\",") && csv.contains(",\"she said \"\"no\"\"\",") && csv.contains(",plain,"),
        "{csv}"
    );
}

#[test]
fn no_comment_is_a_formula() {
    let formulas = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\tx",
        "\rx",
        "=HYPERLINK(\"https://evil.example.com\")",
        "  =1",
        "\u{a0}+1",
        "＝1",
        "'=1",
    ];
    let harmless = ["a=1", "1-1", "'t was fine", "x@example.com"];
    let csv = csv(&commented(&[formulas.as_slice(), &harmless].concat()), &[]);
    let mut expected: Vec<String> = formulas.iter().map(|formula| format!("'{formula}")).collect();
    expected.extend(harmless.map(str::to_owned));
    assert_eq!(column(&csv, "comment"), expected);
}

#[test]
fn the_same_store_gives_the_same_bytes() {
    let (kept, again) = (Kept::week(), Kept::week());
    for format in ["csv", "jsonl", "ocsf"] {
        let first = export(&kept, &["--format", format]).done();
        assert_eq!(first, export(&kept, &["--format", format]).done());
        assert_eq!(first, export(&again, &["--format", format]).done(), "also of another store with the same history");
    }
}

#[test]
fn an_approval_is_of_each_period_in_which_it_waited() {
    let kept = Kept::week();
    let all = csv(&kept, &[]);
    let (asked, ended) = (column(&all, "requested_at"), column(&all, "ended_at"));
    let between = |from: &str, to: &str| column(&csv(&kept, &["--from", from, "--to", to]), "requested_at");
    let waited = |from: &str, to: &str| -> Vec<String> {
        let is_of =
            |(asked, ended): &(&String, &String)| asked.as_str() < to && (ended.is_empty() || ended.as_str() >= from);
        asked.iter().zip(&ended).filter(is_of).map(|(asked, _)| asked.clone()).collect()
    };
    let tuesday = between("2026-10-06", "2026-10-07");
    assert_eq!(tuesday, waited("2026-10-06T00:00:00Z", "2026-10-07T00:00:00Z"));
    assert_eq!(tuesday.iter().filter(|at| at.starts_with("2026-10-06T")).count(), 4);
    // Two halves are the whole; what waited where they meet is in both. A period has its first moment and not its last.
    for middle in ["2026-10-08T07:00:00Z", &asked[7], ended.iter().find(|at| !at.is_empty()).expect("one ended")] {
        let (first, second) = (between("2026-10-01", middle), between(middle, "2026-11-01"));
        assert_eq!((&first, &second), (&waited("2026-10-01", middle), &waited(middle, "2026-11-01")), "{middle}");
        let mut halves = [first, second].concat();
        halves.sort();
        halves.dedup();
        assert_eq!(halves, asked, "{middle}");
    }
    // What nobody has answered by then waits on.
    assert_eq!(between("2026-11-01", "2026-12-01"), waited("2026-11-01", "2026-12-01"));
    assert_eq!(between("2026-09-01", "2026-10-01"), Vec::<String>::new());
    let wrong = export(&kept, &["--format", "csv", "--from", "yesterday"]);
    assert_eq!((wrong.code, wrong.out.as_str()), (Some(2), ""));
    assert!(wrong.err.contains("write for example 2026-09-28T17:00:00Z or 2026-09-28"), "{}", wrong.err);
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let kept = Kept::week();
    let file = kept.path("file");
    fs::write(&file, "").expect("it can be written");
    let ran = export(&kept, &["--format", "csv", "--out", &file]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.starts_with(&format!("holdpoint: cannot write `{file}`: ")), "{}", ran.err);
}

#[test]
fn json_lines_carry_every_fact() {
    let kept = Kept::week();
    let lines = export(&kept, &["--format", "jsonl"]).lines();
    assert_eq!(lines.len(), 19);
    for line in &lines {
        let id = line["approval"].as_str().expect("an id");
        let explained = kept.ask(&["explain", id, "--format", "json"]).lines().remove(0);
        assert_eq!(line["facts"], explained["facts"], "{id}");
        assert_eq!(line["evidence"], explained["evidence"], "{id}");
        assert!(line["facts"].as_array().is_some_and(|facts| !facts.is_empty()));
    }
    let csv = csv(&kept, &[]);
    let told: Vec<_> = lines.iter().map(|line| line["outcome"].as_str().unwrap_or_default()).collect();
    assert_eq!(told, column(&csv, "outcome"), "both formats tell the same");
    let comments: Vec<_> = lines.iter().map(|line| line["comment"].as_str().unwrap_or_default()).collect();
    assert_eq!(comments, column(&csv, "comment"));
}

#[test]
fn a_zone_is_one_that_there_is_and_is_for_a_report() {
    let kept = Kept::week();
    let refused = |args: &[&str]| {
        let ran = export(&kept, args);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{args:?}");
        ran.err
    };
    insta::assert_snapshot!(refused(&["--format", "html", "--timezone", "London"]), @"
    error: invalid value 'London' for '--timezone <ZONE>': there is no time zone `London`: did you mean `Europe/London`?

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(refused(&["--format", "html", "--timezone", "Mars/Olympus_Mons"]), @"
    error: invalid value 'Mars/Olympus_Mons' for '--timezone <ZONE>': there is no time zone `Mars/Olympus_Mons`: write one of the IANA database, for example `Europe/London`

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(refused(&["--format", "csv", "--timezone", "Europe/London"]), @"holdpoint: only a report has times of a zone, the other forms have them in UTC: leave --timezone out, or ask for --format html");
    for format in ["jsonl", "ocsf", "parquet"] {
        assert!(refused(&["--format", format, "--timezone", "UTC"]).contains("leave --timezone out"));
    }
    let utc = export(&kept, &["--format", "html", "--timezone", "utc"]).done();
    assert_eq!(utc, export(&kept, &["--format", "html"]).done(), "it is what holds anyway");
}
