//! Which facts other programs are told of.

use holdpoint::domain::evidence::{EndState, Verdict};
use holdpoint::domain::input::Input;
use holdpoint::domain::policy::Rules;

use crate::support::timeline::tell;
use crate::support::world::{decided, ended, minute, notified, rules, started};

fn told(inputs: &[(i64, Input)]) -> Vec<String> {
    let rules = Rules { publishes_events: true, ..rules() };
    let kinds = ["Approval", "Reminder", "SLA", "Finding"];
    let told = tell(&rules, inputs);
    let told = told.lines().filter_map(|line| line.trim().strip_prefix("-> "));
    told.filter(|line| kinds.iter().any(|kind| line.starts_with(&format!("{kind} ")))).map(str::to_owned).collect()
}

#[test]
fn a_request_is_told_once_though_a_stronger_source_says_it_again() {
    let inputs = [(0, notified(minute(0), None)), (1, started(minute(0))), (2, started(minute(0)))];
    assert_eq!(told(&inputs), ["Approval Requested"]);
}

#[test]
fn an_end_that_late_evidence_changes_is_told_again() {
    let end = ended(Some(minute(0)), EndState::Succeeded, minute(60));
    let inputs = [(0, started(minute(0))), (61, end), (90, decided(Verdict::Rejected, minute(59)))];
    assert_eq!(told(&inputs), ["Approval Requested", "Approval Settled", "Approval Settled", "Finding Raised"]);
}

#[test]
fn a_deadline_that_passes_is_told() {
    assert_eq!(told(&[(0, started(minute(0))), (241, Input::Tick)]), ["Approval Requested", "SLA Breached"]);
}
