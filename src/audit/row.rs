//! An approval as one row: what every form shows of it, typed.

use super::entry::Entry;
use super::shown::{self, FindingLine, Told, Undelivered};
use crate::domain::policy::Act;
use crate::domain::{ExecutionId, PolicyName, Timestamp};
use crate::record::names::Named;

/// Texts are as they came: each form makes those harmless that would not be in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row<'a> {
    pub(super) account: Option<&'a str>,
    pub(super) region: Option<&'a str>,
    pub(super) pipeline: Option<&'a str>,
    pub(super) stage: Option<&'a str>,
    pub(super) action: Option<&'a str>,
    pub(super) execution: Option<&'a str>,
    pub(super) approval: &'a str,
    pub(super) attempt: Option<u32>,
    pub(super) revision: Option<&'a str>,
    pub(super) revision_message: Option<&'a str>,
    pub(super) requester: Option<&'a str>,
    pub(super) requester_email: Option<&'a str>,
    pub(super) commit: Option<&'a str>,
    pub(super) repository: Option<&'a str>,
    pub(super) requested_at: Option<Timestamp>,
    pub(super) decided_at: Option<Timestamp>,
    pub(super) ended_at: Option<Timestamp>,
    pub(super) phase: &'static str,
    pub(super) outcome: Option<&'static str>,
    pub(super) basis: Option<&'static str>,
    pub(super) decided_by: Option<&'a str>,
    pub(super) decided_by_type: Option<&'a str>,
    pub(super) decided_by_name: Option<&'a str>,
    pub(super) permission_set: Option<&'a str>,
    pub(super) claimed_by: Option<&'a str>,
    pub(super) evidence_source: Option<&'static str>,
    pub(super) cloudtrail_event_id: Option<&'a str>,
    pub(super) source_ip: Option<&'a str>,
    pub(super) comment: Option<&'a str>,
    pub(super) wait_seconds: Option<i64>,
    pub(super) working_wait_seconds: Option<i64>,
    pub(super) target: Option<String>,
    pub(super) deadline: Option<Timestamp>,
    pub(super) breached: bool,
    pub(super) reminders: Vec<Told<'a>>,
    pub(super) escalations: Vec<Told<'a>>,
    pub(super) undelivered: Vec<Undelivered<'a>>,
    pub(super) policy: Option<&'a str>,
    pub(super) policy_version: Option<&'a str>,
    pub(super) findings: Vec<FindingLine<'a>>,
}

impl<'a> Row<'a> {
    pub(super) fn of(entry: &Entry<'a>) -> Self {
        let Entry { projection, approval, facts } = *entry;
        let gate = projection.gate.as_ref();
        let revision = approval.context.revisions.first();
        let trigger = approval.context.trigger.as_ref();
        let answer = shown::answer(approval);
        let policy = shown::policy(approval);
        Self {
            account: gate.and_then(|gate| gate.account.as_deref()),
            region: gate.map(|gate| gate.region.as_str()),
            pipeline: gate.map(|gate| gate.pipeline.as_str()),
            stage: gate.map(|gate| gate.stage.as_str()),
            action: gate.map(|gate| gate.action.as_str()),
            execution: projection.execution.as_ref().map(ExecutionId::as_str),
            approval: projection.id.as_str(),
            attempt: projection.attempt,
            revision: revision.map(|revision| revision.id.as_str()),
            revision_message: revision.and_then(|revision| revision.summary.as_deref()),
            requester: shown::requester(approval),
            requester_email: trigger.and_then(|trigger| trigger.author_email.as_deref()),
            commit: trigger.and_then(|trigger| trigger.commit.as_deref()),
            repository: trigger.and_then(|trigger| trigger.repository.as_deref()),
            requested_at: projection.requested_at,
            decided_at: shown::decided_at(projection, approval),
            ended_at: projection.ended_at,
            phase: projection.phase.word(),
            outcome: projection.outcome.map(Named::word),
            basis: projection.basis.map(Named::word),
            decided_by: projection.decided_by.as_deref(),
            decided_by_type: answer.map(|answer| answer.by.kind.as_str()),
            decided_by_name: answer.and_then(|answer| answer.by.name.as_deref()),
            permission_set: answer.and_then(|answer| answer.by.permission_set()),
            claimed_by: shown::claimed_by(approval),
            evidence_source: shown::evidence_source(approval),
            cloudtrail_event_id: answer.and_then(shown::cloudtrail_event),
            source_ip: answer.and_then(|answer| answer.source_ip.as_deref()),
            comment: projection.comment.as_deref(),
            wait_seconds: projection.wait().map(|wait| wait.num_seconds()),
            working_wait_seconds: shown::working_wait_seconds(approval),
            target: shown::target(approval),
            deadline: shown::deadline(projection, approval),
            breached: projection.breached,
            reminders: shown::told(facts, Act::Remind),
            escalations: shown::told(facts, Act::Escalate),
            undelivered: shown::undelivered(facts),
            policy: policy.map(|policy| &policy.name).or(projection.policy.as_ref()).map(PolicyName::as_str),
            policy_version: policy.map(|policy| policy.version.as_str()),
            findings: shown::findings(approval, facts),
        }
    }
}
