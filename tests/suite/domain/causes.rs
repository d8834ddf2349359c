//! Each way in which a wait ends is told from the others by its evidence.

use holdpoint::domain::context::Edit;
use holdpoint::domain::evidence::{CANCELED_SUMMARY, EndState, Verdict};
use holdpoint::domain::execution::{Execution, ExecutionEnd};
use holdpoint::domain::input::Input;

use crate::support::timeline::tell;
use crate::support::world::{decided, ended, ended_by_api, failed_with, minute, refused, rules, started};

/// What is settled in the end.
fn outcome(inputs: &[(i64, Input)]) -> String {
    let mut all = inputs.to_vec();
    all.push((20_000, Input::Tick));
    let told = tell(&rules(), &all);
    let settled: Vec<&str> =
        told.lines().filter(|l| l.contains("settled") || l.contains("corrected")).map(str::trim).collect();
    settled.join("; ")
}

fn run_ended(stage: Option<&str>, state: EndState, at: i64) -> Input {
    let end = ExecutionEnd { at: minute(at), stage: stage.map(str::to_owned), state, event_id: None };
    Input::Execution(Execution { ends: vec![end], ..Execution::default() })
}

#[test]
fn a_rejection_is_proven_by_cloudtrail_and_dated_by_it() {
    let failed = failed_with(Some(minute(0)), EndState::Failed, minute(11), Some("JobFailed"), Some("not now"));
    let told = outcome(&[(0, started(minute(0))), (11, failed), (13, decided(Verdict::Rejected, minute(10)))]);
    assert_eq!(told, "13m settled rejected at 10m (cloudtrail)");
}

#[test]
fn a_failure_with_a_comment_before_the_time_out_is_a_rejection_by_somebody_unknown() {
    let failed = failed_with(Some(minute(0)), EndState::Failed, minute(11), Some("JobFailed"), Some("not now"));
    assert_eq!(outcome(&[(0, started(minute(0))), (11, failed)]), "26m settled rejected at 11m (action_event)");
}

#[test]
fn a_failure_without_a_comment_is_not_called_a_rejection() {
    let failed = failed_with(Some(minute(0)), EndState::Failed, minute(11), Some("JobFailed"), None);
    assert_eq!(outcome(&[(0, started(minute(0))), (11, failed)]), "26m settled failed at 11m (action_event)");
}

#[test]
fn a_failure_at_the_time_out_is_a_time_out_whatever_its_text() {
    let week = 7 * 24 * 60;
    let failed = failed_with(Some(minute(0)), EndState::Failed, minute(week), Some("JobFailed"), Some("expired"));
    let told = outcome(&[(0, started(minute(0))), (week + 1, failed)]);
    assert_eq!(told, "10096m settled timed_out at 10080m (action_event) breached");
}

#[test]
fn a_rejection_in_the_last_minute_is_a_rejection_when_cloudtrail_says_so() {
    let week = 7 * 24 * 60;
    let failed = failed_with(Some(minute(0)), EndState::Failed, minute(week), Some("JobFailed"), Some("no"));
    let said = decided(Verdict::Rejected, minute(week - 1));
    let told = outcome(&[(0, started(minute(0))), (week + 1, failed), (week + 3, said)]);
    assert_eq!(told, "10083m settled rejected at 10079m (cloudtrail) breached");
}

#[test]
fn an_approval_whose_notification_could_not_be_published_was_never_asked() {
    for code in ["PermissionError", "ConfigurationError"] {
        let failed = failed_with(Some(minute(0)), EndState::Failed, minute(0), Some(code), None);
        assert_eq!(outcome(&[(0, failed)]), "0m settled never_asked at 0m (action_event)");
    }
}

#[test]
fn stopped_and_edited_runs_end_a_wait_without_a_decision() {
    let stopped = ended(Some(minute(0)), EndState::Abandoned, minute(5));
    assert_eq!(outcome(&[(0, started(minute(0))), (5, stopped)]), "5m settled abandoned at 5m (action_event)");
    let edited = ended(Some(minute(0)), EndState::Canceled, minute(5));
    assert_eq!(outcome(&[(0, started(minute(0))), (5, edited)]), "5m settled cancelled at 5m (action_event)");
}

#[test]
fn the_end_of_the_stage_or_the_run_closes_an_approval_whose_own_event_was_lost() {
    let closed = |stage, state| outcome(&[(0, started(minute(0))), (9, run_ended(stage, state, 8))]);
    assert_eq!(closed(Some("Release"), EndState::Succeeded), "24m settled approved at 8m (execution_event)");
    assert_eq!(closed(Some("Release"), EndState::Failed), "24m settled failed at 8m (execution_event)");
    assert_eq!(closed(None, EndState::Abandoned), "24m settled abandoned at 8m (execution_event)");
    assert_eq!(closed(None, EndState::Canceled), "24m settled cancelled at 8m (execution_event)");
    assert_eq!(closed(None, EndState::Superseded), "24m settled cancelled at 8m (execution_event)");
}

#[test]
fn the_end_of_another_stage_or_of_an_earlier_attempt_closes_nothing() {
    let other_stage = outcome(&[(0, started(minute(0))), (9, run_ended(Some("Build"), EndState::Failed, 8))]);
    assert_eq!(other_stage, "10140m settled timed_out at 10080m (inferred) breached");
    let earlier = outcome(&[(10, started(minute(10))), (11, run_ended(Some("Release"), EndState::Failed, 8))]);
    assert_eq!(earlier, "10150m settled timed_out at 10090m (inferred) breached");
}

#[test]
fn its_own_event_says_more_than_that_of_its_stage() {
    let own = failed_with(Some(minute(0)), EndState::Failed, minute(8), Some("JobFailed"), Some("no"));
    let stage = run_ended(Some("Release"), EndState::Failed, 8);
    let told = outcome(&[(0, started(minute(0))), (9, stage), (10, own)]);
    assert_eq!(told, "24m settled rejected at 8m (action_event)");
}

#[test]
fn an_answer_after_an_inferred_time_out_corrects_it() {
    let fortnight = 14 * 24 * 60;
    let told = outcome(&[(0, started(minute(0))), (fortnight, decided(Verdict::Approved, minute(fortnight)))]);
    let (inferred, corrected) = told.split_once("; ").expect("two statements");
    assert_eq!(inferred, "10140m settled timed_out at 10080m (inferred) breached");
    assert_eq!(corrected, "20160m corrected approved at 20160m (cloudtrail) breached");
}

#[test]
fn a_refused_attempt_decides_nothing() {
    let told = tell(&rules(), &[(0, started(minute(0))), (5, refused(minute(5))), (6, refused(minute(5)))]);
    assert_eq!(told.lines().collect::<Vec<_>>(), ["    0m requested at 0m (action_event)", "    5m attempt"]);
}

#[test]
fn a_wait_that_an_edit_cut_short_is_cancelled_whatever_its_event_says_later() {
    let told = outcome(&[
        (0, started(minute(0))),
        (6, ended_by_api(EndState::Canceled, minute(5), Some(CANCELED_SUMMARY))),
        (7, failed_with(Some(minute(0)), EndState::Failed, minute(7), Some("JobFailed"), Some(CANCELED_SUMMARY))),
    ]);
    assert_eq!(told, "21m settled cancelled at 5m (api)");
    // The API was not asked.
    let event = failed_with(Some(minute(0)), EndState::Failed, minute(7), Some("JobFailed"), Some(CANCELED_SUMMARY));
    assert_eq!(outcome(&[(0, started(minute(0))), (7, event)]), "22m settled cancelled at 7m (action_event)");
}

#[test]
fn an_edit_is_noted_only_of_what_waited_by_then() {
    let edited = |at| Input::Edited(Edit { at: minute(at), by: None, event_id: None, removes_gate: false });
    let told = tell(&rules(), &[(10, started(minute(10))), (11, edited(5)), (12, edited(12)), (13, edited(13))]);
    assert_eq!(told.lines().collect::<Vec<_>>(), ["   10m requested at 10m (action_event)", "   12m context learnt"]);
}
