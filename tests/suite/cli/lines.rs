//! The output for machines: one JSON object a line, of the types and with the fields that are promised.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::run::{WEEK, holdpoint, holdpoint_fed, of_type, week};

/// The fields of each type of line. Whoever reads the output relies on them.
const FIELDS: &[(&str, &str)] = &[
    (
        "settled",
        "type approval gate execution attempt outcome requested_at ended_at wait_seconds decided_by comment basis \
         evidence breached policy",
    ),
    (
        "notice",
        "type id kind approval gate policy step repeat recipient due_at sent_at timezone held stands_for passed_over \
         requested_at waited_seconds working_waited_seconds acknowledged snoozed_until deadline breached expires_at review_link \
         external_link custom_data trigger revisions next_step subject text",
    ),
    ("metric", "type namespace name unit value at dimensions"),
    ("skipped", "type reason source line"),
    ("malformed", "type reason source line"),
    ("summary", "type inputs skipped malformed approvals waiting unsettled outcomes notices breaches ended_at"),
];

/// The week, with one line in it that nobody can read.
fn replayed() -> Vec<Value> {
    let broken = week().replacen('\n', "\n{\"detail-type\": \n", 1);
    holdpoint_fed(&["replay", "-", "--format", "json"], &broken).lines()
}

#[test]
fn every_line_has_the_fields_of_its_type() {
    let promised: BTreeMap<&str, BTreeSet<&str>> =
        FIELDS.iter().map(|(kind, fields)| (*kind, fields.split(' ').collect())).collect();
    let mut seen = BTreeSet::new();
    for line in replayed() {
        let kind = line["type"].as_str().expect("every line has a type").to_owned();
        let fields: BTreeSet<&str> = line.as_object().expect("an object").keys().map(String::as_str).collect();
        assert_eq!(promised.get(kind.as_str()), Some(&fields), "{line}");
        seen.insert(kind);
    }
    assert_eq!(seen.len(), FIELDS.len(), "the week has every type of line: {seen:?}");
}

#[test]
fn an_approval_settles_once() {
    let lines = replayed();
    let settled = of_type(&lines, "settled");
    let distinct: BTreeSet<&str> = settled.iter().filter_map(|line| line["approval"].as_str()).collect();
    assert_eq!(distinct.len(), settled.len());
}

#[test]
fn a_notice_goes_out_once() {
    let lines = replayed();
    let notices = of_type(&lines, "notice");
    let distinct: BTreeSet<&str> = notices.iter().filter_map(|line| line["id"].as_str()).collect();
    assert_eq!(distinct.len(), notices.len());
}

#[test]
fn the_summary_is_last_and_adds_up() {
    let lines = replayed();
    let summary = lines.last().expect("there is output");
    assert_eq!(summary["type"], "summary");
    let count = |kind: &str| of_type(&lines, kind).len();
    let notices = |kind: &str| of_type(&lines, "notice").into_iter().filter(|line| line["kind"] == kind).count();
    let settled_as = |outcome: &str| of_type(&lines, "settled").into_iter().filter(|l| l["outcome"] == outcome).count();

    assert_eq!(summary["inputs"], week().lines().count() + 1);
    assert_eq!(summary["skipped"], count("skipped"));
    assert_eq!(summary["malformed"], count("malformed"));
    assert_eq!(summary["notices"]["reminder"], notices("reminder"));
    assert_eq!(summary["notices"]["escalation"], notices("escalation"));
    for (outcome, number) in summary["outcomes"].as_object().expect("an object") {
        assert_eq!(*number, settled_as(outcome), "{outcome}");
    }
    let waiting = summary["waiting"].as_u64().expect("a number");
    assert_eq!(summary["approvals"], count("settled") as u64 + waiting);
    assert_eq!(summary["unsettled"], 0);
    let late = of_type(&lines, "settled").into_iter().filter(|line| line["breached"] == true).count();
    assert_eq!(summary["breaches"], late);
}

#[test]
fn the_metrics_say_the_same_as_the_lines() {
    let lines = replayed();
    let totals: Vec<&Value> =
        of_type(&lines, "metric").into_iter().filter(|line| line["dimensions"] == serde_json::json!({})).collect();
    let values = |name: &str| -> Vec<f64> {
        totals.iter().filter(|m| m["name"] == name).filter_map(|m| m["value"].as_f64()).collect()
    };
    let settled = of_type(&lines, "settled");
    let decided = || settled.iter().filter(|l| ["approved", "rejected"].iter().any(|o| l["outcome"] == *o));

    assert_eq!(values("OutcomeTimedOut"), [1.0]);
    assert_eq!(values("Rejected").len(), decided().count());
    assert_eq!(values("Rejected").iter().sum::<f64>(), 2.0);
    assert_eq!(values("Breached").iter().sum::<f64>(), 2.0, "the time-out was nobody's decision");
    let whole_seconds: Vec<u64> = values("ApprovalLatency").iter().map(|seconds| *seconds as u64).collect();
    let waits: Vec<u64> = decided().filter_map(|line| line["wait_seconds"].as_u64()).collect();
    assert_eq!(whole_seconds, waits);
    assert_eq!(values("Waiting"), [1.0]);
}

#[test]
fn a_settled_line_carries_the_evidence() {
    let lines = holdpoint(&["replay", WEEK, "--format", "json"]).lines();
    let mut rejected = of_type(&lines, "settled")[5].clone();
    // The order of the keys depends on what else is compiled in.
    rejected.sort_all_objects();
    insta::assert_snapshot!(serde_json::to_string_pretty(&rejected).expect("JSON"), @r#"
    {
      "approval": "888077fc-7b9d-42ee-a912-e7586025cc01",
      "attempt": 1,
      "basis": "cloudtrail",
      "breached": false,
      "comment": "Fee is missing on the receipt: stale cache. Purged it, trying again",
      "decided_by": "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_ReleaseManager_0123456789abcdef/noor@example.com",
      "ended_at": "2026-10-06T10:41:27Z",
      "evidence": [
        {
          "at": "2026-10-06T10:41:27Z",
          "by": "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_ReleaseManager_0123456789abcdef/noor@example.com",
          "by_name": "noor@example.com",
          "by_type": "AssumedRole",
          "error": null,
          "event_id": "d1901f4e-a642-4b78-b579-41443afae020",
          "kind": "decision",
          "source": "cloudtrail",
          "source_ip": "198.51.100.7",
          "verdict": "rejected"
        },
        {
          "at": "2026-10-06T10:41:58Z",
          "error_code": "JobFailed",
          "event_id": "2c09ed2f-619c-4fff-a6f0-8d2592c2f104",
          "kind": "end",
          "source": "action_event",
          "state": "failed",
          "summary": "Fee is missing on the receipt: stale cache. Purged it, trying again"
        },
        {
          "at": "2026-10-06T10:41:59Z",
          "error_code": null,
          "event_id": "9332eeda-bcb9-4f4e-8149-e45ee98042f7",
          "kind": "end",
          "source": "stage_event",
          "state": "failed",
          "summary": null
        }
      ],
      "execution": "46a036b4-c3cc-4acf-85c1-43eb5357bd36",
      "gate": {
        "account": "111122223333",
        "action": "Approve",
        "pipeline": "payments-prod",
        "region": "eu-west-1",
        "stage": "Production"
      },
      "outcome": "rejected",
      "policy": "default",
      "requested_at": "2026-10-06T10:02:26.676Z",
      "type": "settled",
      "wait_seconds": 2340
    }
    "#);
}
