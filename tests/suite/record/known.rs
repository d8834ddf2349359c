//! The values behind the golden files, in the order of their lines: each kind with every field set, and with every field
//! missing that can be.

use chrono::TimeDelta;
use holdpoint::domain::context::{Context, Edit, Newer, Other, Revision, Trigger};
use holdpoint::domain::effect::Notice;
use holdpoint::domain::event::{DomainEvent, Ending, Happening, Raised};
use holdpoint::domain::evidence::{Basis, Decision, End, EndState, Outcome, Source, Verdict, Witness};
use holdpoint::domain::execution::{ExecutionEnd, ExecutionNews};
use holdpoint::domain::fact::{Held, Pruned, Settlement, Skipped, StepFired, Unwanted};
use holdpoint::domain::finding::{Exhibit, Finding, FindingKind, What};
use holdpoint::domain::input::Place;
use holdpoint::domain::measure::{Labels, Measures, Name};
use holdpoint::domain::policy::{Act, PolicyRef};
use holdpoint::domain::principal::Principal;
use holdpoint::domain::projection::Projection;
use holdpoint::domain::response::Response;
use holdpoint::domain::span::Span;
use holdpoint::domain::{
    ApprovalId, Effect, ExecutionId, Fact, FactKind, Gate, NoticeId, Phase, PolicyName, RecipientName, StepId,
    Timestamp,
};
use holdpoint::record::names::Named;

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn gate(account: Option<&str>) -> Gate {
    Gate {
        account: account.map(str::to_owned),
        region: "eu-west-1".to_owned(),
        pipeline: "payments-prod".to_owned(),
        stage: "Production".to_owned(),
        action: "Approve".to_owned(),
    }
}

fn whole_place() -> Place {
    Place {
        gate: gate(Some("111122223333")),
        execution: Some(ExecutionId::new("4c1f0f2e-6b1d-4f0a-9a57-0d5b8f6f2a11")),
        attempt: Some(2),
    }
}

fn least_place() -> Place {
    Place { gate: gate(None), execution: None, attempt: None }
}

fn policy() -> PolicyRef {
    PolicyRef { name: PolicyName::new("production"), version: "5f1d7a3c9b2e".to_owned() }
}

fn trigger() -> Trigger {
    Trigger {
        kind: "WebhookV2".to_owned(),
        detail: some("arn:aws:codestar-connections:eu-west-1:111122223333:connection/5f1d7a3c"),
        author: some("Amara Okafor"),
        author_email: some("amara@example.com"),
        repository: some("example-org/payments"),
        reference: some("main"),
        commit: some("8c1f2a9d3e4b5c6d7e8f90a1b2c3d4e5f6071829"),
        message: some("Round \"refunds\"\nto the cent — zażółć 🧾"),
    }
}

fn revisions() -> Vec<Revision> {
    let whole = Revision {
        action: "Code".to_owned(),
        id: "8c1f2a9d3e4b5c6d7e8f90a1b2c3d4e5f6071829".to_owned(),
        summary: some("Round refunds to the cent"),
        url: some("https://github.example.com/example-org/payments/commit/8c1f2a9"),
    };
    vec![whole, Revision { action: "Templates".to_owned(), id: "v7".to_owned(), summary: None, url: None }]
}

fn decision(verdict: Verdict) -> Decision {
    Decision {
        witness: Witness::CloudTrail,
        gate: gate(Some("111122223333")),
        verdict,
        at: at("2026-10-06T10:41:58Z"),
        by: Principal {
            arn: some("arn:aws:sts::111122223333:assumed-role/ReleaseManager/noor@example.com"),
            kind: "AssumedRole".to_owned(),
            name: some("noor@example.com"),
            ..Principal::default()
        },
        comment: some("Smoke tests are red"),
        source_ip: some("192.0.2.10"),
        event_id: some("3f2b1c0d-9e8f-4a7b-8c6d-5e4f3a2b1c0d"),
        error: some("ApprovalAlreadyCompletedException"),
    }
}

fn least_decision() -> Decision {
    Decision {
        witness: Witness::CloudTrail,
        gate: gate(None),
        verdict: Verdict::Approved,
        at: at("2026-10-06T10:41:58Z"),
        by: Principal::default(),
        comment: None,
        source_ip: None,
        event_id: None,
        error: None,
    }
}

fn end(state: EndState, source: Source) -> End {
    End { state, at: at("2026-10-06T10:41:58.25Z"), source, error_code: None, summary: None, event_id: None }
}

fn settlement(outcome: Outcome, basis: Basis, policy: Option<PolicyRef>) -> Settlement {
    Settlement {
        outcome,
        ended_at: at("2026-10-06T10:41:58Z"),
        basis,
        breached: policy.is_some(),
        policy,
        target: None,
        deadline: None,
        working_wait: None,
    }
}

fn fired(act: Act, skipped: Vec<Skipped>) -> StepFired {
    StepFired {
        step: StepId::new("remind@50%"),
        repeat: 3,
        act,
        to: vec![RecipientName::new("approvers"), RecipientName::new("leads")],
        due_at: at("2026-10-06T11:12:07.412Z"),
        skipped,
        held: Vec::new(),
        policy: policy(),
    }
}

fn delivered(act: Act, receipt: Option<String>) -> FactKind {
    FactKind::NoticeDelivered {
        notice: NoticeId::new("6d3e1a52/remind@50%/0/approvers"),
        act,
        recipient: RecipientName::new("approvers"),
        at: at("2026-10-06T11:12:08Z"),
        receipt,
    }
}

fn withdrawn(why: Unwanted) -> FactKind {
    FactKind::NoticeWithdrawn {
        notice: NoticeId::new("6d3e1a52/remind@50%/0/approvers"),
        recipient: RecipientName::new("approvers"),
        why,
    }
}

fn session() -> Principal {
    Principal {
        arn: some("arn:aws:sts::111122223333:assumed-role/ReleaseManager/noor@example.com"),
        kind: "AssumedRole".to_owned(),
        name: some("noor@example.com"),
        role: some("arn:aws:iam::111122223333:role/teams/ReleaseManager"),
        source_identity: some("noor"),
        invoked_by: some("codepipeline.amazonaws.com"),
        on_behalf_of: some("94482488-3041-7009-9a3c-2b1f0e9d8c7b"),
    }
}

/// One of each kind, and among them one of each exhibit.
fn findings() -> Vec<Finding> {
    let exhibit =
        |(what, _): &(What, &str)| Exhibit { what: *what, is: "arn:aws:iam::111122223333:user/jane".to_owned() };
    let every = What::WORDS.iter().map(exhibit).collect::<Vec<_>>();
    let finding =
        |(kind, _): &(FindingKind, &str)| Finding { kind: *kind, evidence: Vec::new(), policy: Some(policy()) };
    let whole = Finding { kind: FindingKind::SelfApproval, evidence: every, policy: None };
    FindingKind::WORDS.iter().map(finding).chain([whole]).collect()
}

fn response(link: Option<String>) -> Response {
    let note = link.is_none().then(|| "On it, the dashboard first".to_owned());
    Response { by: "amara@example.com".to_owned(), note, link }
}

pub(crate) fn facts() -> Vec<Fact> {
    let held = Held { recipient: RecipientName::new("leads"), until: at("2026-10-07T07:00:00Z") };
    let (requested_at, settle_by) = (at("2026-10-06T09:12:07.412Z"), at("2026-10-06T10:56:59.003Z"));
    let requested = |place, source| FactKind::Requested { place, at: requested_at, source, policy: None };
    let context = Context {
        review_link: some("https://console.aws.amazon.com/codesuite/codepipeline/pipelines/payments-prod/view"),
        external_link: some("https://ci.example.com/payments/1841"),
        custom_data: some("Check the dashboard.\tThen decide."),
        expires_at: Some(at("2026-10-13T09:12:00Z")),
        trigger: Some(trigger()),
        revisions: revisions(),
        stop_reason: some("wrong branch"),
        edit: None,
        ..Context::default()
    };
    let little = Context {
        trigger: Some(Trigger { kind: "PollForSourceChanges".to_owned(), ..Trigger::default() }),
        ..Context::default()
    };
    let edited = |by| Context {
        edit: Some(Edit { at: requested_at, by, event_id: None, removes_gate: false }),
        ..Context::default()
    };
    let ended = |place, end| FactKind::EndSeen { place, end, settle_by };
    let whole_end = End {
        error_code: some("JobFailed"),
        summary: some("Approved by arn:aws:iam::111122223333:user/nobody"),
        event_id: some("1f0e9d8c-7b6a-4f5e-8d3c-2b1a0f9e8d7c"),
        ..end(EndState::Failed, Source::ActionEvent)
    };
    let skipped = vec![
        Skipped { step: StepId::new("remind@25%"), first: 0, last: 0 },
        Skipped { step: StepId::new("remind@50%"), first: 1, last: 2 },
    ];
    let settled = |outcome, basis| FactKind::Settled(settlement(outcome, basis, None));
    let kinds = vec![
        requested(whole_place(), Source::ActionEvent),
        requested(least_place(), Source::Notification),
        FactKind::ContextLearnt(context),
        FactKind::ContextLearnt(little),
        FactKind::ContextLearnt(Context::default()),
        FactKind::StepFired(fired(Act::Escalate, skipped)),
        FactKind::StepFired(fired(Act::Remind, Vec::new())),
        FactKind::Breached { deadline: at("2026-10-06T13:12:07.412Z"), policy: policy() },
        FactKind::DecisionSeen { decision: Decision { error: None, ..decision(Verdict::Rejected) }, settle_by },
        FactKind::DecisionSeen { decision: least_decision(), settle_by },
        FactKind::AttemptSeen(decision(Verdict::Approved)),
        FactKind::AttemptSeen(least_decision()),
        ended(Some(whole_place()), whole_end),
        ended(Some(least_place()), end(EndState::Succeeded, Source::ActionEvent)),
        ended(None, end(EndState::Abandoned, Source::StageEvent)),
        ended(None, end(EndState::Canceled, Source::PipelineEvent)),
        ended(None, end(EndState::Superseded, Source::PipelineEvent)),
        FactKind::Settled(settlement(Outcome::Rejected, Basis::CloudTrail, Some(policy()))),
        settled(Outcome::Approved, Basis::ExecutionEvent),
        settled(Outcome::TimedOut, Basis::Inferred),
        settled(Outcome::Abandoned, Basis::ActionEvent),
        settled(Outcome::Cancelled, Basis::ActionEvent),
        settled(Outcome::NeverAsked, Basis::ActionEvent),
        settled(Outcome::Failed, Basis::ActionEvent),
        FactKind::Corrected(settlement(Outcome::Rejected, Basis::CloudTrail, Some(policy()))),
        FactKind::Corrected(settlement(Outcome::Rejected, Basis::CloudTrail, None)),
        delivered(Act::Remind, some("msg-0b8e7f91")),
        delivered(Act::Escalate, None),
        withdrawn(Unwanted::Over),
        withdrawn(Unwanted::Replaced),
        FactKind::NoticeGivenUp {
            notice: NoticeId::new("6d3e1a52/remind@50%/0/approvers"),
            recipient: RecipientName::new("approvers"),
            attempts: 20,
            reason: "the server answered 503 Service Unavailable".to_owned(),
        },
        FactKind::Joined { into: ApprovalId::new("old-0f1e2d3c4b5a6978") },
        FactKind::DecisionSeen { decision: Decision { witness: Witness::Api, ..least_decision() }, settle_by },
        settled(Outcome::Approved, Basis::Api),
        requested(whole_place(), Source::Api),
        FactKind::ContextLearnt(edited(some("arn:aws:iam::111122223333:user/deployer"))),
        FactKind::ContextLearnt(edited(None)),
        ended(None, end(EndState::Canceled, Source::Api)),
        ended(None, end(EndState::Canceled, Source::PipelineGone)),
        FactKind::Requested {
            place: whole_place(),
            at: requested_at,
            source: Source::ActionEvent,
            policy: Some(policy()),
        },
        FactKind::PolicyChanged { policy: Some(policy()), deadline: Some(at("2026-10-06T13:12:07.412Z")) },
        FactKind::PolicyChanged { policy: None, deadline: None },
        FactKind::Acknowledged(response(None)),
        FactKind::Acknowledged(response(some("3f0a9c5d"))),
        FactKind::Snoozed { until: at("2026-10-06T12:00:00Z"), response: response(None) },
        FactKind::StepFired(StepFired { held: vec![held], ..fired(Act::Remind, Vec::new()) }),
        withdrawn(Unwanted::Merged),
        withdrawn(Unwanted::Acknowledged),
        FactKind::DecisionSeen {
            decision: Decision { by: session(), error: None, ..decision(Verdict::Approved) },
            settle_by,
        },
        FactKind::ContextLearnt(Context {
            edit: Some(Edit { at: requested_at, by: None, event_id: some("e7b2"), removes_gate: true }),
            ..Context::default()
        }),
        FactKind::ContextLearnt(Context {
            newer: Some(Newer {
                execution: ExecutionId::new("9a3c1d5e"),
                revision: revisions().remove(0),
                at: at("2026-10-06T09:40:00Z"),
            }),
            ..Context::default()
        }),
        FactKind::ContextLearnt(Context {
            others: vec![Other {
                approval: ApprovalId::new("0c4e8d52"),
                stage: "Staging".to_owned(),
                action: "Approve".to_owned(),
                at: at("2026-10-06T09:02:11Z"),
                by: vec!["arn:aws:iam::111122223333:user/jane".to_owned(), "jane".to_owned()],
            }],
            ..Context::default()
        }),
        FactKind::Settled(Settlement {
            target: Some(Span::Working(TimeDelta::hours(4))),
            deadline: Some(at("2026-10-06T13:12:07.412Z")),
            working_wait: Some(TimeDelta::seconds(5391)),
            ..settlement(Outcome::Approved, Basis::CloudTrail, Some(policy()))
        }),
        FactKind::Settled(Settlement {
            target: Some(Span::Wall(TimeDelta::hours(4))),
            ..settlement(Outcome::Approved, Basis::CloudTrail, Some(policy()))
        }),
        FactKind::Settled(Settlement {
            target: Some(Span::WorkingDays(2)),
            ..settlement(Outcome::Approved, Basis::CloudTrail, Some(policy()))
        }),
        delivered(Act::Report, None),
        withdrawn(Unwanted::Cleared),
        FactKind::Cleared(FindingKind::DeciderUnknown),
    ];
    let pruned = Pruned {
        facts: 7,
        head: "c59dbb95346d2fbcf9363402ed87ab305e0330145bd8da2661ab6736198506dc".to_owned(),
        checkpoint: "5b8772b4bb3f1601aa3f60806e09cdfe3dd07dfa7b76eeb1a51d0f44daaaaee5".to_owned(),
    };
    let removal = Edit { at: requested_at, by: None, event_id: None, removes_gate: true };
    let removed = FactKind::ContextLearnt(Context { removal: Some(removal), ..Context::default() });
    let claim = |name| FactKind::ClaimSeen { name };
    let later = [removed, FactKind::Pruned(pruned), claim(some("amara@example.com")), claim(None)];
    let kinds = kinds.into_iter().chain(findings().into_iter().map(FactKind::Found)).chain(later);
    let recorded_at = at("2026-10-06T10:41:59.003Z");
    kinds.into_iter().map(|kind| Fact { recorded_at, kind }).collect()
}

/// Every name that the first lines know. A test asks for a line with each there is.
const NAMES: [Name; 17] = [
    Name::ApprovalLatency,
    Name::Rejected,
    Name::Breached,
    Name::OutcomeApproved,
    Name::OutcomeRejected,
    Name::OutcomeTimedOut,
    Name::OutcomeAbandoned,
    Name::OutcomeCancelled,
    Name::OutcomeNeverAsked,
    Name::OutcomeFailed,
    Name::OutcomeCorrected,
    Name::RemindersSent,
    Name::EscalationsSent,
    Name::NoticesGivenUp,
    Name::Waiting,
    Name::OldestWait,
    Name::Overdue,
];

pub(super) fn effects() -> Vec<Effect> {
    let notice = |act| {
        Effect::Notice(Notice {
            id: NoticeId::new("6d3e1a52/remind@50%/0/approvers"),
            act,
            step: StepId::new("remind@50%"),
            repeat: 0,
            recipient: RecipientName::new("approvers"),
            due_at: at("2026-10-06T11:12:07.412Z"),
            held_until: None,
            policy: policy(),
            finding: None,
        })
    };
    let ended_at = at("2026-10-06T10:41:58Z");
    let seconds = |name: Name| if name.unit() == "Seconds" { 5389.588 } else { 1.0 };
    let every = Measures {
        labels: Labels { gate: gate(Some("111122223333")), policy: Some(PolicyName::new("production")) },
        at: ended_at,
        values: NAMES.into_iter().map(|name| (name, seconds(name))).collect(),
    };
    let least = Measures {
        labels: Labels { gate: gate(None), policy: None },
        at: ended_at,
        values: vec![(Name::OutcomeTimedOut, 1.0)],
    };
    let later = Measures { values: vec![(Name::PolicyInvalid, 0.0)], ..least.clone() };
    let latest = Measures { values: vec![(Name::FindingsRaised, 1.0)], ..least.clone() };
    let mut effects = vec![
        notice(Act::Remind),
        notice(Act::Escalate),
        Effect::Record(every),
        Effect::Record(least),
        Effect::Record(later),
    ];
    let held = Notice {
        id: NoticeId::new("6d3e1a52/escalate@100%/0/leads"),
        act: Act::Escalate,
        step: StepId::new("escalate@100%"),
        repeat: 0,
        recipient: RecipientName::new("leads"),
        due_at: at("2026-10-06T19:12:07Z"),
        held_until: Some(at("2026-10-07T07:00:00Z")),
        policy: policy(),
        finding: None,
    };
    effects.extend(events().into_iter().map(|event| Effect::Publish(Box::new(event))));
    let found = Notice {
        act: Act::Report,
        step: StepId::new("finding/self_approval"),
        finding: Some(FindingKind::SelfApproval),
        ..held.clone()
    };
    effects.push(Effect::Notice(held));
    effects.extend([Effect::Record(latest), Effect::Notice(found), Effect::Compare]);
    let control = DomainEvent {
        happening: Happening::FindingRaised(Raised::Control(findings().pop().expect("there are some"))),
        ..events().pop().expect("there are some")
    };
    effects.push(Effect::Publish(Box::new(control)));
    effects
}

/// Each kind of happening, with all that can be known of its approval; and one of which next to nothing is known.
pub(crate) fn events() -> Vec<DomainEvent> {
    let (notice, recipient) = (NoticeId::new("6d3e1a52/remind@50%/0/approvers"), RecipientName::new("approvers"));
    let ending = Ending {
        settlement: settlement(Outcome::Rejected, Basis::CloudTrail, Some(policy())),
        is_corrected: true,
        decided_by: some("arn:aws:sts::111122223333:assumed-role/ReleaseManager/noor@example.com"),
        comment: some("Smoke tests are \"red\"\n— zażółć 🧾"),
    };
    let least_ending = Ending {
        settlement: settlement(Outcome::TimedOut, Basis::Inferred, None),
        is_corrected: false,
        decided_by: None,
        comment: None,
    };
    let finding = Raised::NoticeGivenUp {
        notice: notice.clone(),
        recipient: recipient.clone(),
        attempts: 20,
        reason: "the server answered 503 Service Unavailable".to_owned(),
    };
    let happenings = [
        Happening::Requested,
        Happening::ReminderSent { notice: notice.clone(), recipient: recipient.clone() },
        Happening::Escalated { notice, recipient },
        Happening::Breached,
        Happening::Settled(ending),
        Happening::FindingRaised(finding),
    ];
    let Place { gate: whole_gate, execution, attempt } = whole_place();
    let whole = DomainEvent {
        at: at("2026-10-06T10:41:58Z"),
        approval: ApprovalId::new("6d3e1a52-8a0e-4f5b-9c1d-7e2f3a4b5c6d"),
        gate: whole_gate,
        execution,
        attempt,
        policy: Some(policy()),
        requested_at: Some(at("2026-10-06T09:12:07.412Z")),
        deadline: Some(at("2026-10-06T13:12:07.412Z")),
        expires_at: Some(at("2026-10-13T09:12:00Z")),
        happening: Happening::Requested,
    };
    let least = DomainEvent {
        gate: gate(None),
        execution: None,
        attempt: None,
        policy: None,
        requested_at: None,
        deadline: None,
        expires_at: None,
        happening: Happening::Settled(least_ending),
        ..whole.clone()
    };
    let mut events: Vec<_> =
        happenings.into_iter().map(|happening| DomainEvent { happening, ..whole.clone() }).collect();
    events.push(least);
    events
}

pub(super) fn news() -> Vec<ExecutionNews> {
    let ended = |state, stage: Option<&str>, event_id: Option<&str>| {
        ExecutionNews::Ended(ExecutionEnd {
            at: at("2026-10-06T10:41:58Z"),
            stage: stage.map(str::to_owned),
            state,
            event_id: event_id.map(str::to_owned),
        })
    };
    let least = Trigger { kind: "PollForSourceChanges".to_owned(), ..Trigger::default() };
    let mut news = vec![ExecutionNews::Triggered(trigger()), ExecutionNews::Triggered(least)];
    news.extend(revisions().into_iter().map(ExecutionNews::RevisionLearnt));
    news.extend([some("wrong branch"), None].map(|reason| ExecutionNews::Stopping { reason }));
    news.push(ended(EndState::Failed, Some("Production"), Some("1f0e9d8c-7b6a-4f5e-8d3c-2b1a0f9e8d7c")));
    news.push(ended(EndState::Superseded, None, None));
    news
}

pub(super) fn projections() -> Vec<Projection> {
    let least = Projection {
        id: ApprovalId::new("f7b79e76-dda3-475a-8ae2-19e86b32bb97"),
        phase: Phase::Unseen,
        gate: None,
        execution: None,
        attempt: None,
        policy: None,
        requested_at: None,
        deadline: None,
        expires_at: None,
        breached: false,
        due_at: None,
        outcome: None,
        basis: None,
        ended_at: None,
        decided_by: None,
        comment: None,
        changed_at: None,
    };
    let waiting = Projection {
        phase: Phase::Waiting,
        gate: Some(gate(Some("111122223333"))),
        execution: whole_place().execution,
        attempt: Some(2),
        policy: Some(PolicyName::new("production")),
        requested_at: Some(at("2026-10-06T09:12:07.412Z")),
        deadline: Some(at("2026-10-06T13:12:07.412Z")),
        expires_at: Some(at("2026-10-13T09:12:07.412Z")),
        due_at: Some(at("2026-10-06T11:12:07.412Z")),
        ..least.clone()
    };
    let ended = Projection {
        phase: Phase::Ended,
        gate: Some(gate(None)),
        breached: true,
        ended_at: Some(at("2026-10-06T10:41:58Z")),
        comment: some("looks good"),
        ..least.clone()
    };
    let settled = Projection {
        phase: Phase::Settled,
        outcome: Some(Outcome::Approved),
        basis: Some(Basis::CloudTrail),
        ended_at: Some(at("2026-10-06T10:41:58Z")),
        due_at: None,
        decided_by: some("arn:aws:iam::111122223333:user/jane"),
        comment: some("looks \"good\"\nto me — zażółć 🧾"),
        changed_at: Some(at("2026-10-06T10:44:02.031Z")),
        ..waiting.clone()
    };
    vec![least, waiting, ended, settled]
}
