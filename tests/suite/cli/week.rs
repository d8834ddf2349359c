//! A week of an estate, replayed.

use serde_json::Value;

use super::run::{WEEK, holdpoint, holdpoint_fed, of_type, week};

#[test]
fn the_week_reads_as_a_timeline() {
    insta::assert_snapshot!("week", holdpoint(&["replay", WEEK]).done());
}

/// Pipeline, outcome, what it rests on, seconds of wait, whether past the deadline, and who decided.
type Ended = (&'static str, &'static str, &'static str, u64, bool, &'static str);

/// What happened in that week, as it was made up; in the order of the settlements.
const ENDED: &[Ended] = &[
    ("payments-prod", "approved", "cloudtrail", 2900, false, "noor@example.com"),
    // Its notification could not be published.
    ("web-staging", "never_asked", "action_event", 1, false, ""),
    // Decided before anything else was heard of it.
    ("web-staging", "approved", "cloudtrail", 147, false, "tomas@example.com"),
    ("web-prod", "approved", "cloudtrail", 18_927, true, "amara@example.com"),
    ("data-platform-prod", "approved", "cloudtrail", 1098, false, "grace"),
    // Rejected and retried at once: the retry was heard of before the rejection.
    ("payments-prod", "rejected", "cloudtrail", 2340, false, "noor@example.com"),
    ("payments-prod", "approved", "cloudtrail", 4010, false, "noor@example.com"),
    // Two waited at one gate; the later one was decided first.
    ("data-platform-prod", "approved", "cloudtrail", 1560, false, "grace"),
    ("data-platform-prod", "approved", "cloudtrail", 8934, false, "grace"),
    ("ledger-prod", "abandoned", "action_event", 5109, false, ""),
    ("ledger-prod", "approved", "cloudtrail", 1931, false, "grace"),
    // Its own event was lost, so its stage had to tell.
    ("search-prod", "approved", "execution_event", 2663, false, ""),
    ("identity-prod", "approved", "cloudtrail", 33_257, true, "amara@example.com"),
    // CodePipeline waited for two days, as its notification said.
    ("mobile-release", "timed_out", "action_event", 172_801, true, ""),
    // With a blank comment.
    ("payments-prod", "approved", "cloudtrail", 1842, false, "noor@example.com"),
    // The pipeline was edited.
    ("web-prod", "cancelled", "action_event", 1892, false, ""),
    ("web-prod", "rejected", "cloudtrail", 1702, false, "amara@example.com"),
    ("web-prod", "approved", "cloudtrail", 1102, false, "amara@example.com"),
];

#[test]
fn every_approval_of_the_week_ends_as_it_did() {
    let lines = replayed();
    let name = |arn: &Value| arn.as_str().and_then(|arn| arn.rsplit('/').next()).unwrap_or_default().to_owned();
    let ended: Vec<_> = of_type(&lines, "settled")
        .into_iter()
        .map(|line| {
            let text = |value: &Value| value.as_str().expect("a text").to_owned();
            let wait = line["wait_seconds"].as_u64().expect("a wait");
            let is_late = line["breached"].as_bool().expect("yes or no");
            let (pipeline, outcome, basis) = (&line["gate"]["pipeline"], &line["outcome"], &line["basis"]);
            (text(pipeline), text(outcome), text(basis), wait, is_late, name(&line["decided_by"]))
        })
        .collect();
    let expected: Vec<_> = ENDED
        .iter()
        .map(|(p, o, b, wait, late, by)| (p.to_string(), o.to_string(), b.to_string(), *wait, *late, by.to_string()))
        .collect();
    assert_eq!(ended, expected);
    assert_eq!(of_type(&lines, "corrected"), Vec::<&Value>::new(), "no evidence came so late that it surprised");
}

#[test]
fn a_retry_is_an_approval_of_its_own_in_the_same_run() {
    let lines = replayed();
    let settled = of_type(&lines, "settled");
    let [first, retry] = [settled[5], settled[6]];
    assert_eq!(first["execution"], retry["execution"]);
    assert_ne!(first["approval"], retry["approval"]);
    assert_eq!((&first["attempt"], &retry["attempt"]), (&1.into(), &2.into()));
}

#[test]
fn who_was_late_was_reminded_and_escalated_before() {
    let lines = replayed();
    for late in of_type(&lines, "settled").into_iter().filter(|line| line["breached"] == true) {
        let kinds: Vec<&str> = of_type(&lines, "notice")
            .into_iter()
            .filter(|notice| notice["approval"] == late["approval"])
            .filter_map(|notice| notice["kind"].as_str())
            .collect();
        assert_eq!(kinds.first(), Some(&"reminder"), "{late}");
        assert!(kinds[1..].contains(&"escalation"), "{late}");
    }
}

#[test]
fn a_refused_attempt_is_kept_as_evidence_and_decides_nothing() {
    let out = holdpoint(&["replay", WEEK]).done();
    assert!(out.contains("by arn:aws:iam::111122223333:user/lin\n"), "{out}");
    assert!(out.contains("refused: ApprovalAlreadyCompletedException"), "{out}");
    let lines = replayed();
    let is_lin = |line: &&Value| line["decided_by"].as_str().is_some_and(|by| by.ends_with("/lin"));
    assert_eq!(of_type(&lines, "settled").into_iter().find(is_lin), None);
}

#[test]
fn two_runs_give_the_same_bytes() {
    for format in ["text", "json"] {
        let args = ["replay", WEEK, "--format", format];
        assert_eq!(holdpoint(&args), holdpoint(&args));
    }
}

#[test]
fn standard_input_reads_like_the_file() {
    assert_eq!(holdpoint_fed(&["replay", "-"], &week()), holdpoint(&["replay", WEEK]));
    let fed = holdpoint_fed(&["replay", "-", "--format", "json"], &week()).done();
    let read = holdpoint(&["replay", WEEK, "--format", "json"]).done();
    // Only the name of the source differs.
    assert_eq!(fed.replace(r#""source":"-""#, &format!(r#""source":"{WEEK}""#)), read);
}

#[test]
fn one_long_array_reads_like_lines() {
    let array = format!("[{}]", week().trim_end().replace('\n', ",\n"));
    assert_eq!(holdpoint_fed(&["replay", "-"], &array), holdpoint(&["replay", WEEK]));
}

#[test]
fn the_same_events_once_more_change_nothing_but_the_count_of_inputs() {
    let once = holdpoint(&["replay", WEEK]).done();
    let twice = holdpoint(&["replay", WEEK, WEEK]).done();
    let before_summary = |out: &str| out.split("\nAs of").next().unwrap_or_default().to_owned();
    assert_eq!(before_summary(&once), before_summary(&twice));
}

#[test]
fn a_replay_until_a_time_stops_there() {
    let lines = holdpoint(&["replay", WEEK, "--until", "2026-10-07T14:00:00Z", "--format", "json"]).lines();
    let summary = of_type(&lines, "summary")[0];
    assert_eq!(summary["ended_at"], "2026-10-07T14:00:00Z");
    let waiting_then = ["mobile-release", "ledger-prod"];
    assert_eq!(summary["waiting"], waiting_then.len());
    let too_late = of_type(&lines, "skipped").into_iter().filter(|l| l["reason"] == "later than the end of the replay");
    assert!(too_late.count() > 0);
}

#[test]
fn a_store_that_is_kept_is_taken_up_again() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = folder.path().join("store.sqlite");
    let store = store.to_str().expect("a plain path");
    let text = week();
    // Some approvals are open at the cut.
    let cut = text.lines().take(80).map(|line| line.len() + 1).sum::<usize>();
    let (first, second) = text.split_at(cut);
    let counted = |lines: Vec<Value>| {
        let summary = of_type(&lines, "summary")[0].clone();
        (of_type(&lines, "settled").len(), summary["approvals"].clone(), summary["outcomes"].clone())
    };
    let before = counted(holdpoint_fed(&["replay", "-", "--format", "json", "--store", store], first).lines());
    let after = counted(holdpoint_fed(&["replay", "-", "--format", "json", "--store", store], second).lines());
    let whole = counted(replayed());
    assert_eq!(before.0 + after.0, whole.0, "each approval settles in one of the two runs");
    assert_eq!((after.1, after.2), (whole.1, whole.2));
}

fn replayed() -> Vec<Value> {
    holdpoint(&["replay", WEEK, "--format", "json"]).lines()
}
