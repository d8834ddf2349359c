//! What people said, and the hours in which they want to be told.

use holdpoint::app::simulate::live;
use holdpoint::domain::evidence::Verdict;
use holdpoint::domain::input::Input;
use holdpoint::domain::policy::Rules;
use holdpoint::domain::response::Response;
use holdpoint::domain::{Approval, Fact, decide};
use holdpoint::record::names::Named;

use super::world::{PEOPLE, read};
use crate::support::world::{POLICY, decided, id, minute, started};

/// What was written down of these inputs, without a tick in between.
fn facts(inputs: &[(i64, Input)], rules: &Rules) -> Vec<Fact> {
    let mut facts = Vec::new();
    for (at, input) in inputs {
        let approval = Approval::fold(id(), &facts);
        facts.extend(decide(&approval, input, rules, minute(*at)));
    }
    facts
}

/// Who is told when, in minutes after the request, up to ten hours later.
fn told(facts: &[Fact], rules: &Rules) -> Vec<String> {
    told_until(facts, rules, 600)
}

fn told_until(facts: &[Fact], rules: &Rules, until: i64) -> Vec<String> {
    let told = live(id(), facts, rules, minute(until)).told;
    told.iter()
        .map(|told| format!("{} {} to {}", (told.at - minute(0)).num_minutes(), told.act.word(), told.recipient))
        .collect()
}

fn response() -> Response {
    Response { by: "noor".to_owned(), note: None, link: None }
}

#[test]
fn what_was_acknowledged_stays_so_and_the_policy_says_what_that_stops() {
    let rules = read(POLICY);
    let facts = facts(&[(0, started(minute(0))), (60, Input::Acknowledge(response()))], &rules);
    let escalations = [240, 300, 360, 420, 480].map(|at| format!("{at} escalation to leads"));
    assert_eq!(told(&facts, &rules), escalations);
    let stops_all = read(&POLICY.replace("target: 4h", "target: 4h\n    acknowledging: stops-all"));
    assert_eq!(told(&facts, &stops_all), Vec::<String>::new());
}

#[test]
fn a_snooze_counts_only_where_the_policy_allows_it() {
    let rules = read(POLICY);
    let snooze = Input::Snooze { until: minute(230), response: response() };
    let facts = facts(&[(0, started(minute(0))), (60, snooze), (235, decided(Verdict::Approved, minute(235)))], &rules);
    assert_eq!(told(&facts, &rules), ["230 reminder to approvers"]);
    let without = read(&POLICY.replace("target: 4h", "target: 4h\n    snooze: none"));
    assert_eq!(told(&facts, &without), ["120 reminder to approvers"]);
}

#[test]
fn notices_that_are_held_and_merged_count_as_the_one_that_people_get() {
    // At 18:00 and 20:00 on the wall in Berlin, when the office is closed.
    let steps = "
policies:
  - name: all
    target: 9h
    steps:
      - { at: 7h, remind: [approvers] }
      - { at: 9h, escalate: [approvers, on-call] }
";
    let rules = read(&format!("{PEOPLE}{steps}"));
    let facts = facts(&[(0, started(minute(0)))], &rules);
    assert_eq!(
        told_until(&facts, &rules, 23 * 60),
        ["540 escalation to on-call".to_owned(), format!("{} escalation to approvers", 22 * 60)]
    );
}

#[test]
fn what_was_decided_late_is_judged_by_the_time_of_the_decision() {
    // CloudTrail's record comes after the deadline, and the wait ended before it.
    let rules = read(POLICY);
    let facts = facts(&[(0, started(minute(0))), (245, decided(Verdict::Approved, minute(239)))], &rules);
    let life = live(id(), &facts, &rules, minute(600));
    assert!(life.approval.breached.is_some(), "nobody knew better at the deadline");
    assert_eq!(life.approval.settlement.map(|settlement| settlement.breached), Some(false));
}

#[test]
fn nothing_after_the_end_of_the_history_counts() {
    let rules = read(POLICY);
    let facts = facts(&[(0, started(minute(0))), (100, decided(Verdict::Approved, minute(100)))], &rules);
    assert_eq!(told_until(&facts, &rules, 99), Vec::<String>::new());
    let life = live(id(), &facts, &rules, minute(99));
    assert_eq!(life.approval.decision(), None);
}
