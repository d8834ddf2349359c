//! What a policy promises in a calendar's working time.

use holdpoint::domain::Timestamp;
use holdpoint::domain::ladder::Ladder;
use holdpoint::domain::policy::{Policy, When};
use holdpoint::policyfile::read;

use super::{at, hours};

const POLICY: &str = r#"
version: 1
calendars:
  london: { timezone: Europe/London, hours: { mon-fri: ["09:00-17:00"] }, holidays: [gb-eng] }
recipients: { approvers: { console: true } }
policies:
  - name: production
    calendar: london
    target: 4h
    steps:
      - { at: 50%, remind: [approvers] }
      - { at: 6h, remind: [approvers], repeat: { every: 4h, until: 16h } }
      - { before_expiry: 12h, escalate: [approvers] }
"#;

fn policy() -> Policy {
    let mut file = read("policy.yaml", POLICY).unwrap_or_else(|errors| panic!("{errors}"));
    file.rules.policies.remove(0)
}

fn ladder(policy: &Policy, requested_at: Timestamp) -> Ladder<'_> {
    Ladder {
        policy,
        requested_at,
        expires_at: requested_at + hours(7 * 24),
        was_heard_in_time: true,
        steps: &policy.steps,
        is_acknowledged: false,
        snoozed_until: None,
    }
}

#[test]
fn times_after_the_request_are_working_time_and_times_before_the_time_out_are_not() {
    let policy = policy();
    // Friday afternoon in summer.
    let requested_at = at("2026-07-03T16:00:00+01:00");
    let ladder = ladder(&policy, requested_at);
    assert_eq!(ladder.deadline(), at("2026-07-06T12:00:00+01:00"));
    assert_eq!(ladder.instant(When::Share { permille: 500 }), at("2026-07-06T10:00:00+01:00"));
    assert_eq!(ladder.instant(When::Share { permille: 250 }), at("2026-07-03T17:00:00+01:00"));
    assert_eq!(ladder.instant(When::BeforeExpiry(hours(12))), at("2026-07-10T04:00:00+01:00"));
    let due = |repeat| ladder.rung(&policy.steps[1], repeat).map(|rung| rung.due_at);
    assert_eq!(due(0), Some(at("2026-07-06T14:00:00+01:00")));
    assert_eq!(due(1), Some(at("2026-07-07T10:00:00+01:00")));
    assert_eq!(due(2), Some(at("2026-07-07T14:00:00+01:00")));
    assert_eq!(due(3), None);
}

#[test]
fn over_christmas_a_deadline_waits() {
    let policy = policy();
    let requested_at = at("2026-12-24T15:00:00Z");
    let ladder = ladder(&policy, requested_at);
    assert_eq!(ladder.deadline(), at("2026-12-29T11:00:00Z"));
}
