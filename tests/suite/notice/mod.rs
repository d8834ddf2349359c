//! What people read: subjects and texts of reminders and escalations.

mod clean_text;
mod data;
pub(crate) mod hostile;
mod links;
mod local;
mod mail;
mod template;
mod words;

use std::collections::BTreeMap;

use chrono::TimeDelta;
use holdpoint::domain::context::{Context, Revision, Trigger};
use holdpoint::domain::effect::Notice;
use holdpoint::domain::evidence::Source;
use holdpoint::domain::fact::{Fact, FactKind, StepFired};
use holdpoint::domain::input::Place;
use holdpoint::domain::people::People;
use holdpoint::domain::policy::Rules;
use holdpoint::domain::{Approval, ApprovalId, ExecutionId, Gate, NoticeId, Timestamp};
use holdpoint::notice::{Written, write};
use holdpoint::policyfile;

const POLICY: &str = r#"
version: 1
recipients:
  approvers: { console: true }
  leads: { console: true }
  on-call: { console: true }
policies:
  - name: production
    target: 4h
    steps:
      - { at: 50%, remind: [approvers] }
      - { at: 100%, escalate: [leads, on-call], repeat: { every: 30m, until: 8h } }
      - { before_expiry: 6h, escalate: [on-call] }
"#;

pub(crate) fn rules() -> Rules {
    policyfile::read("policy.yaml", POLICY).unwrap_or_else(|errors| panic!("{errors}")).rules
}

/// Rules that promise nothing.
fn no_rules() -> Rules {
    Rules {
        version: "0".to_owned(),
        policies: Vec::new(),
        hours: BTreeMap::new(),
        dimensions: Vec::new(),
        people: People::default(),
        publishes_events: false,
    }
}

/// Tuesday, 6 October 2026, in UTC.
pub(crate) fn tuesday(time: &str) -> Timestamp {
    format!("2026-10-06T{time}Z").parse().expect("a time")
}

pub(crate) fn gate() -> Gate {
    Gate {
        account: Some("111122223333".to_owned()),
        region: "eu-west-1".to_owned(),
        pipeline: "payments-prod".to_owned(),
        stage: "Production".to_owned(),
        action: "Approve".to_owned(),
    }
}

pub(crate) fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// All that can be known of a release.
pub(crate) fn context() -> Context {
    let commit = "8c1f2a9be07d4653fa1029b8c7d6e5f4a3b2c1d0";
    Context {
        review_link: some(
            "https://console.aws.amazon.com/codesuite/codepipeline/pipelines/payments-prod/view?region=eu-west-1#/Production/Approve/approve/6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10",
        ),
        external_link: some("https://ci.example.com/payments/1841"),
        custom_data: some("Refunds are off until this is live. Check the refund dashboard first."),
        expires_at: Some("2026-10-13T09:12:00Z".parse().expect("a time")),
        trigger: Some(Trigger {
            kind: "WebhookV2".to_owned(),
            detail: some("arn:aws:codestar-connections:eu-west-1:111122223333:connection/5f1d7a3c"),
            author: some("Amara Okafor"),
            author_email: some("amara@example.com"),
            repository: some("example-org/payments"),
            reference: some("main"),
            commit: some(commit),
            message: some("Retry refunds that the acquirer answered late"),
        }),
        revisions: vec![Revision {
            action: "Code".to_owned(),
            id: commit.to_owned(),
            summary: some("Retry refunds that the acquirer answered late"),
            url: some("https://github.example.com/example-org/payments/commit/8c1f2a9"),
        }],
        ..Context::default()
    }
}

/// An approval that was asked for at 09:12, and what is known of it.
pub(crate) fn asked(gate: Gate, attempt: u32, context: Context) -> Approval {
    let at = tuesday("09:12:07.412");
    let execution = Some(ExecutionId::new("4c1f0f2e-6b1d-4f0a-9a57-0d5b8f6f2a11"));
    let place = Place { gate, execution, attempt: Some(attempt) };
    let facts = [
        FactKind::Requested { place, at, source: Source::ActionEvent, policy: None },
        FactKind::ContextLearnt(context),
    ];
    let facts = facts.map(|kind| Fact { recorded_at: at, kind });
    Approval::fold(ApprovalId::new("6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10"), &facts)
}

/// The notice of a step, and the approval as that step leaves it.
pub(crate) fn fired(approval: Approval, rules: &Rules, step: usize, repeat: u32, now: Timestamp) -> (Notice, Approval) {
    let policy = &rules.policies[0];
    let step = &policy.steps[step];
    let fired = StepFired {
        step: step.id.clone(),
        repeat,
        act: step.act,
        to: step.to.clone(),
        due_at: now - TimeDelta::seconds(1),
        skipped: Vec::new(),
        held: Vec::new(),
        policy: rules.reference(policy),
    };
    let recipient = step.to[0].clone();
    let notice = Notice {
        id: NoticeId::new(format!("{}/{}/{repeat}/{recipient}", approval.id, step.id)),
        act: step.act,
        step: step.id.clone(),
        repeat,
        recipient,
        due_at: fired.due_at,
        held_until: None,
        policy: fired.policy.clone(),
        finding: None,
    };
    (notice, approval.apply(&Fact { recorded_at: now, kind: FactKind::StepFired(fired) }))
}

/// The steps of the policy above.
pub(crate) const REMIND: usize = 0;
pub(crate) const ESCALATE: usize = 1;
const BEFORE_EXPIRY: usize = 2;

/// What is written at `now` because a step fires.
fn written(approval: Approval, step: usize, repeat: u32, now: Timestamp) -> Written {
    let rules = rules();
    let (notice, approval) = fired(approval, &rules, step, repeat, now);
    write(&notice, &approval, &rules, now)
}

/// The whole mail.
fn mail(written: &Written) -> String {
    format!("Subject: {}\n\n{}", written.subject, written.text)
}
