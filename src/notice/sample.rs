//! Made-up notices, to try wordings on and to show what a policy will say.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::{Written, write};
use crate::domain::calendar::Calendar;
use crate::domain::context::{Context, Revision, Trigger};
use crate::domain::control::Controls;
use crate::domain::effect::Notice;
use crate::domain::evidence::Source;
use crate::domain::fact::{Fact, FactKind, StepFired};
use crate::domain::input::Place;
use crate::domain::people::People;
use crate::domain::policy::{Acknowledging, Act, GateMatcher, Policy, Rules, Step, When};
use crate::domain::span::Span;
use crate::domain::{Approval, ApprovalId, ExecutionId, Gate, NoticeId, PolicyName, RecipientName, StepId, Timestamp};

const TARGET: TimeDelta = TimeDelta::hours(4);
const APPROVAL: &str = "6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10";
const COMMIT: &str = "8c1f2a9be07d4653fa1029b8c7d6e5f4a3b2c1d0";

/// A reminder and an escalation, each in time and late, and with all and with nothing known of the release.
pub fn notices() -> Vec<Written> {
    let step = |act, permille| Step {
        id: StepId::new("sample"),
        when: When::Share { permille },
        act,
        to: vec![RecipientName::new("sample")],
        repeat: None,
        is_urgent: false,
    };
    let mut notices = Vec::new();
    for act in [Act::Remind, Act::Escalate] {
        for share in [500, 1250] {
            let policy = Policy {
                name: PolicyName::new("sample"),
                gates: GateMatcher::default(),
                target: Span::Working(TARGET),
                calendar: Calendar::always(),
                expires_after: None,
                steps: vec![step(act, share), step(Act::Escalate, 2000)],
                retry_steps: None,
                acknowledging: Acknowledging::default(),
                longest_snooze: TimeDelta::zero(),
                controls: Controls::default(),
            };
            for context in [release(), Context::default()] {
                notices.extend(policy.steps.first().map(|step| of(&policy, step, &step.to[0], context).1));
            }
        }
    }
    notices
}

/// What `to` is told when the step fires.
pub fn notice(policy: &Policy, step: &Step, to: &RecipientName) -> (Notice, Written) {
    // The made-up gate is to be this policy's, whatever it is for.
    let policy = Policy { gates: GateMatcher::default(), ..policy.clone() };
    of(&policy, step, to, release())
}

fn of(policy: &Policy, step: &Step, to: &RecipientName, context: Context) -> (Notice, Written) {
    let rules = Rules {
        version: "sample".to_owned(),
        policies: vec![policy.clone()],
        hours: BTreeMap::new(),
        dimensions: Vec::new(),
        people: People::default(),
        publishes_events: false,
    };
    let asked = asked(context);
    let now = asked.ladder(&rules).map_or(requested_at(), |ladder| ladder.instant(step.when));
    let fired = StepFired {
        step: step.id.clone(),
        repeat: 0,
        act: step.act,
        to: step.to.clone(),
        due_at: now,
        skipped: Vec::new(),
        held: Vec::new(),
        policy: rules.reference(policy),
    };
    let notice = Notice {
        id: NoticeId::new(format!("{APPROVAL}/{}/0/{to}", step.id)),
        act: step.act,
        step: step.id.clone(),
        repeat: 0,
        recipient: to.clone(),
        due_at: now,
        held_until: None,
        policy: fired.policy.clone(),
        finding: None,
    };
    let approval = asked.apply(&Fact { recorded_at: now, kind: FactKind::StepFired(fired) });
    let written = write(&notice, &approval, &rules, now);
    (notice, written)
}

fn asked(context: Context) -> Approval {
    let gate = Gate {
        account: Some("111122223333".to_owned()),
        region: "eu-west-1".to_owned(),
        pipeline: "payments-prod".to_owned(),
        stage: "Production".to_owned(),
        action: "Approve".to_owned(),
    };
    let execution = Some(ExecutionId::new("4c1f0f2e-6b1d-4f0a-9a57-0d5b8f6f2a11"));
    let place = Place { gate, execution, attempt: Some(1) };
    let at = requested_at();
    let facts = [
        FactKind::Requested { place, at, source: Source::ActionEvent, policy: None },
        FactKind::ContextLearnt(context),
    ];
    Approval::fold(ApprovalId::new(APPROVAL), &facts.map(|kind| Fact { recorded_at: at, kind }))
}

/// A Tuesday morning.
fn requested_at() -> Timestamp {
    Timestamp::from_timestamp(1_791_277_920, 0).unwrap_or_default()
}

fn release() -> Context {
    let some = |text: &str| Some(text.to_owned());
    Context {
        external_link: some("https://ci.example.com/payments/1841"),
        custom_data: some("Refunds are off until this is live. Check the refund dashboard first."),
        trigger: Some(Trigger {
            kind: "WebhookV2".to_owned(),
            detail: None,
            author: some("Amara Okafor"),
            author_email: some("amara@example.com"),
            repository: some("example-org/payments"),
            reference: some("main"),
            commit: some(COMMIT),
            message: some("Retry refunds that the acquirer answered late"),
        }),
        revisions: vec![Revision {
            action: "Code".to_owned(),
            id: COMMIT.to_owned(),
            summary: some("Retry refunds that the acquirer answered late"),
            url: some("https://github.example.com/example-org/payments/commit/8c1f2a9"),
        }],
        ..Context::default()
    }
}
