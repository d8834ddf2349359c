//! A small world to test in: rules, approvals, and times told as minutes after nine.

use chrono::{DateTime, TimeDelta, Utc};
use holdpoint::domain::context::Context;
use holdpoint::domain::evidence::{Decision, End, EndState, Source, Verdict, Witness};
use holdpoint::domain::input::{Ended, Input, Notified, Place, Started};
use holdpoint::domain::policy::Rules;
use holdpoint::domain::principal::Principal;
use holdpoint::domain::{ApprovalId, ExecutionId, Gate, Timestamp};
use holdpoint::policyfile;

/// Target 4 hours: a reminder at half of it, an escalation at the deadline repeated every hour until the eighth, and one
/// six hours before CodePipeline's time-out.
pub(crate) const POLICY: &str = "
version: 1
recipients:
  approvers: { console: true }
  leads: { console: true }
  on-call: { console: true }
policies:
  - name: production
    match: { pipeline: '*-prod' }
    target: 4h
    steps:
      - { at: 50%, remind: [approvers] }
      - { at: 100%, escalate: [leads], repeat: { every: 1h, until: 8h } }
      - { before_expiry: 6h, escalate: [on-call, leads] }
";

pub(crate) fn rules() -> Rules {
    policyfile::read("policy.yaml", POLICY).expect("the policy is in order").rules
}

/// Minutes after Monday, 5 October 2026, 09:00 UTC.
pub(crate) fn minute(minutes: i64) -> Timestamp {
    nine() + TimeDelta::minutes(minutes)
}

pub(crate) fn nine() -> DateTime<Utc> {
    DateTime::parse_from_rfc3339("2026-10-05T09:00:00Z").expect("a time").to_utc()
}

pub(crate) fn id() -> ApprovalId {
    ApprovalId::new("f7b79e76-dda3-475a-8ae2-19e86b32bb97")
}

pub(crate) fn place() -> Place {
    let text = str::to_owned;
    Place {
        gate: Gate {
            account: Some(text("111122223333")),
            region: text("eu-west-1"),
            pipeline: text("payments-prod"),
            stage: text("Release"),
            action: text("Approve"),
        },
        execution: Some(ExecutionId::new("7f5094f0-aa1c-42e0-afe5-af7d0ae9885d")),
        attempt: Some(1),
    }
}

pub(crate) fn started(at: Timestamp) -> Input {
    Input::Started(Started {
        place: place(),
        requested_at: at,
        context: Context::default(),
        source: Source::ActionEvent,
    })
}

/// The same as the API states it, which knows of no attempts.
pub(crate) fn started_by_api(at: Timestamp) -> Input {
    let place = Place { attempt: None, ..place() };
    Input::Started(Started { place, requested_at: at, context: Context::default(), source: Source::Api })
}

pub(crate) fn notified(at: Timestamp, expires_at: Option<Timestamp>) -> Input {
    let context = Context { expires_at, ..Context::default() };
    Input::Notified(Notified { gate: place().gate, at: Some(at), context })
}

/// The approval's own last event.
pub(crate) fn ended(requested_at: Option<Timestamp>, state: EndState, at: Timestamp) -> Input {
    failed_with(requested_at, state, at, None, None)
}

pub(crate) fn failed_with(
    requested_at: Option<Timestamp>,
    state: EndState,
    at: Timestamp,
    error_code: Option<&str>,
    summary: Option<&str>,
) -> Input {
    let end = End {
        state,
        at,
        source: Source::ActionEvent,
        error_code: error_code.map(str::to_owned),
        summary: summary.map(str::to_owned),
        event_id: None,
    };
    Input::Ended(Ended { place: place(), requested_at, end })
}

pub(crate) fn decided(verdict: Verdict, at: Timestamp) -> Input {
    Input::Decision(Decision {
        witness: Witness::CloudTrail,
        gate: place().gate,
        verdict,
        at,
        by: Principal {
            arn: Some("arn:aws:iam::111122223333:user/jane".to_owned()),
            kind: "IAMUser".to_owned(),
            name: Some("jane".to_owned()),
            ..Principal::default()
        },
        comment: Some("checked".to_owned()),
        source_ip: None,
        event_id: Some("c0ffee".to_owned()),
        error: None,
    })
}

/// What the API says of the same: as early as it was, to the millisecond, and no event id.
pub(crate) fn decided_by_api(verdict: Verdict, at: Timestamp) -> Input {
    match decided(verdict, at) {
        Input::Decision(decision) => Input::Decision(Decision { witness: Witness::Api, event_id: None, ..decision }),
        other => other,
    }
}

/// An end as the API states it.
pub(crate) fn ended_by_api(state: EndState, at: Timestamp, summary: Option<&str>) -> Input {
    match failed_with(None, state, at, None, summary) {
        Input::Ended(ended) => Input::Ended(Ended { end: End { source: Source::Api, ..ended.end }, ..ended }),
        other => other,
    }
}

pub(crate) fn refused(at: Timestamp) -> Input {
    match decided(Verdict::Approved, at) {
        Input::Decision(decision) => Input::Decision(Decision {
            error: Some("AccessDenied".to_owned()),
            event_id: Some("no".to_owned()),
            ..decision
        }),
        other => other,
    }
}
