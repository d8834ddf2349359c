//! Reminders, escalations and breaches come when they were promised.

use holdpoint::domain::evidence::{EndState, Verdict};
use holdpoint::domain::input::Input;

use crate::support::timeline::{tell, tell_without_ticks};
use crate::support::world::{decided, ended, minute, notified, rules, started};

#[test]
fn an_approval_in_time_bothers_nobody() {
    let told = tell(&rules(), &[(0, started(minute(0))), (90, decided(Verdict::Approved, minute(90)))]);
    insta::assert_snapshot!(told, @"
     0m requested at 0m (action_event)
    90m decision approved at 90m
    90m settled approved at 90m (cloudtrail)
          -> OutcomeApproved=1 ApprovalLatency=5400 Rejected=0 Breached=0
    ");
}

#[test]
fn a_long_wait_climbs_the_ladder_step_by_step() {
    let told = tell(&rules(), &[(0, started(minute(0))), (430, decided(Verdict::Rejected, minute(430)))]);
    insta::assert_snapshot!(told, @"
      0m requested at 0m (action_event)
    120m fired remind@50% 0 due 120m
           -> reminder to approvers
    240m breached 240m
    240m fired escalate@100% 0 due 240m
           -> escalation to leads
    300m fired escalate@100% 1 due 300m
           -> escalation to leads
    360m fired escalate@100% 2 due 360m
           -> escalation to leads
    420m fired escalate@100% 3 due 420m
           -> escalation to leads
    430m decision rejected at 430m
    430m settled rejected at 430m (cloudtrail) breached
           -> OutcomeRejected=1 ApprovalLatency=25800 Rejected=1 Breached=1
    ");
}

#[test]
fn a_wait_of_exactly_the_target_is_no_breach() {
    let told = tell(&rules(), &[(0, started(minute(0))), (240, decided(Verdict::Approved, minute(240)))]);
    insta::assert_snapshot!(told, @"
      0m requested at 0m (action_event)
    120m fired remind@50% 0 due 120m
           -> reminder to approvers
    240m decision approved at 240m
    240m settled approved at 240m (cloudtrail)
           -> OutcomeApproved=1 ApprovalLatency=14400 Rejected=0 Breached=0
    ");
}

#[test]
fn a_breach_that_news_of_a_decision_in_time_overtakes_is_not_counted() {
    let told = tell(&rules(), &[(0, started(minute(0))), (241, decided(Verdict::Approved, minute(239)))]);
    insta::assert_snapshot!(told, @"
      0m requested at 0m (action_event)
    120m fired remind@50% 0 due 120m
           -> reminder to approvers
    240m breached 240m
    240m fired escalate@100% 0 due 240m
           -> escalation to leads
    241m decision approved at 239m
    241m settled approved at 239m (cloudtrail)
           -> OutcomeApproved=1 ApprovalLatency=14340 Rejected=0 Breached=0
    ");
}

#[test]
fn an_outage_ends_in_one_notice_for_each_recipient_and_names_what_it_skipped() {
    let told = tell_without_ticks(&rules(), &[(0, started(minute(0))), (400, Input::Tick), (401, Input::Tick)]);
    insta::assert_snapshot!(told, @"
      0m requested at 0m (action_event)
    400m fired remind@50% 0 due 120m
           -> reminder to approvers
    400m breached 240m
    400m fired escalate@100% 2 due 360m, skipped escalate@100% 0..=1
           -> escalation to leads
    ");
}

#[test]
fn a_late_tick_does_not_shift_the_ladder() {
    let told = tell_without_ticks(
        &rules(),
        &[(0, started(minute(0))), (125, Input::Tick), (255, Input::Tick), (300, Input::Tick)],
    );
    insta::assert_snapshot!(told, @"
      0m requested at 0m (action_event)
    125m fired remind@50% 0 due 120m
           -> reminder to approvers
    255m breached 240m
    255m fired escalate@100% 0 due 240m
           -> escalation to leads
    300m fired escalate@100% 1 due 300m
           -> escalation to leads
    ");
}

#[test]
fn the_last_step_hangs_on_the_time_out_that_was_learnt() {
    let told =
        tell(&rules(), &[(0, started(minute(0))), (1, notified(minute(0), Some(minute(600)))), (599, Input::Tick)]);
    insta::assert_snapshot!(told, @"
      0m requested at 0m (action_event)
      1m context learnt
    120m fired remind@50% 0 due 120m
           -> reminder to approvers
    240m breached 240m
    240m fired escalate@100% 0 due 240m
           -> escalation to leads
    240m fired escalate@expiry-6h 0 due 240m
           -> escalation to on-call
    300m fired escalate@100% 1 due 300m
           -> escalation to leads
    360m fired escalate@100% 2 due 360m
           -> escalation to leads
    420m fired escalate@100% 3 due 420m
           -> escalation to leads
    480m fired escalate@100% 4 due 480m
           -> escalation to leads
    ");
}

#[test]
fn after_the_time_out_nobody_is_told_and_after_the_grace_it_is_taken_for_granted() {
    let told =
        tell(&rules(), &[(0, started(minute(0))), (1, notified(minute(0), Some(minute(30)))), (10_000, Input::Tick)]);
    insta::assert_snapshot!(told, @"
     0m requested at 0m (action_event)
     1m context learnt
     1m fired escalate@expiry-6h 0 due 0m
          -> escalation to on-call
          -> escalation to leads
    90m settled timed_out at 30m (inferred)
          -> OutcomeTimedOut=1
    ");
}

#[test]
fn an_approval_heard_of_after_its_time_out_reminds_nobody() {
    let eight_days = 8 * 24 * 60;
    let told = tell(
        &rules(),
        &[
            (eight_days, started(minute(0))),
            (eight_days + 1, ended(Some(minute(0)), EndState::Succeeded, minute(30))),
            (eight_days + 60, Input::Tick),
        ],
    );
    insta::assert_snapshot!(told, @"
    11520m requested at 0m (action_event)
    11520m breached 240m
    11521m end succeeded at 30m (action_event)
    11536m settled approved at 30m (action_event)
             -> OutcomeApproved=1 ApprovalLatency=1800 Rejected=0 Breached=0
    ");
}
