//! A finding in people's words, and the notice of it.

use serde_json::{Value, json};

use super::clean::clean;
use super::facts::Standing;
use super::wall::Wall;
use super::{LABEL, MAX_SUBJECT, WIDTH, Written, chat, link, phrase};
use crate::domain::Timestamp;
use crate::domain::effect::Notice;
use crate::domain::finding::{Exhibit, Finding, FindingKind, What};

/// What it is called.
pub fn title(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::ApproverNotAllowed => "approver not allowed",
        FindingKind::SelfApproval => "self-approval",
        FindingKind::OnePerson => "one person at every gate",
        FindingKind::CommentMissing => "comment missing",
        FindingKind::DecidedLate => "decided late",
        FindingKind::PipelineEdited => "pipeline edited while waiting",
        FindingKind::GateRemoved => "gate removed while waiting",
        FindingKind::ApprovedByBot => "approved by a bot",
        FindingKind::RevisionOutdated => "revision outdated",
        FindingKind::DeciderUnknown => "decider unknown",
        FindingKind::EvidenceDisagrees => "evidence disagrees",
    }
}

/// What it says.
pub fn says(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::ApproverNotAllowed => "Somebody decided whom the policy does not name as an approver.",
        FindingKind::SelfApproval => "Somebody approved a run that they started, or a change that they wrote.",
        FindingKind::OnePerson => {
            "The same person approved every gate of this run so far; the policy asks for two people."
        }
        FindingKind::CommentMissing => "The decision came without a comment; the policy asks for one.",
        FindingKind::DecidedLate => "The decision came after its deadline.",
        FindingKind::PipelineEdited => "The pipeline was edited while this approval waited in it.",
        FindingKind::GateRemoved => "This approval's gate was taken out of the pipeline while it waited.",
        FindingKind::ApprovedByBot => {
            "A program approved this, not a person. Whom it did so for, if it says so, nobody has verified."
        }
        FindingKind::RevisionOutdated => "An older revision was approved while a newer one waited behind it.",
        FindingKind::DeciderUnknown => {
            "Somebody decided, but neither CloudTrail nor CodePipeline's API says who; the policy asks for it."
        }
        FindingKind::EvidenceDisagrees => "Two pieces of evidence about this decision contradict each other.",
    }
}

/// The label of an exhibit.
pub fn label(what: What) -> &'static str {
    match what {
        What::DecidedBy => "Decided by",
        What::DecidedAt => "Decided at",
        What::Witness => "Evidence",
        What::EventId => "Event id",
        What::ClaimedBy => "Claims",
        What::StartedBy => "Started by",
        What::Author => "Author",
        What::Commit => "Commit",
        What::Deadline => "Deadline",
        What::EditedBy => "Edited by",
        What::EditedAt => "Edited at",
        What::OtherApproval => "Other one",
        What::OtherGate => "Other gate",
        What::Revision => "Revision",
        What::NewerRevision => "Newer one",
        What::NewerExecution => "Newer run",
        What::Says => "Believed",
        What::Contradicts => "Contradicts",
    }
}

pub(super) fn write(notice: &Notice, finding: &Finding, standing: Standing) -> Written {
    let gate = &standing.gate;
    let (pipeline, stage) = (clean(&gate.pipeline, 100), clean(&gate.stage, 40));
    let call = format!("Finding, {}", title(finding.kind));
    let room = MAX_SUBJECT.saturating_sub(call.chars().count() + 2);
    let subject = format!("{call}: {}", clean(&format!("{pipeline} / {stage}"), room));
    let mut details = standing.place();
    details.extend(finding.evidence.iter().map(|exhibit| (label(exhibit.what), shown(exhibit, &standing.wall))));
    let mut lines = phrase::wrap(says(finding.kind), WIDTH);
    lines.push(String::new());
    for (label, value) in &details {
        lines.extend(phrase::detail(label, value, LABEL, WIDTH));
    }
    lines.push(String::new());
    lines.push("The pipeline in the console:".to_owned());
    lines.push(format!("  {}", link::view(gate)));
    lines.push(String::new());
    lines.push(format!("Policy {}, notice {}", notice.policy.name, notice.id));
    let text = lines.join("\n") + "\n";
    let markdown = chat::found(says(finding.kind), &details);
    let data = data(notice, finding, &standing, &subject, &text);
    Written { title: chat::title(&subject), gate: standing.gate, subject, text, markdown, data }
}

/// An exhibit as people read it: its times by the reader's clock.
fn shown(exhibit: &Exhibit, wall: &Wall) -> String {
    time(exhibit).map_or_else(|| clean(&exhibit.is, 300), |at| wall.moment_in_full(at))
}

/// The time that an exhibit is, if it is one.
pub fn time(exhibit: &Exhibit) -> Option<Timestamp> {
    let is_time = matches!(exhibit.what, What::DecidedAt | What::Deadline | What::EditedAt);
    is_time.then(|| exhibit.is.parse().ok()).flatten()
}

fn data(notice: &Notice, finding: &Finding, standing: &Standing, subject: &str, text: &str) -> Value {
    let gate = &standing.gate;
    let evidence: Vec<Value> =
        finding.evidence.iter().map(|exhibit| json!({ "label": label(exhibit.what), "value": exhibit.is })).collect();
    json!({
        "id": notice.id.as_str(),
        "kind": "finding",
        "finding": finding.kind.as_str(),
        "says": says(finding.kind),
        "evidence": evidence,
        "approval": standing.approval.as_str(),
        "gate": {
            "account": gate.account, "region": gate.region, "pipeline": gate.pipeline,
            "stage": gate.stage, "action": gate.action,
        },
        "policy": notice.policy.name.as_str(),
        "recipient": notice.recipient.as_str(),
        "due_at": phrase::rfc3339(notice.due_at),
        "sent_at": phrase::rfc3339(standing.now),
        "held": notice.held_until.map(|until| json!({ "until": phrase::rfc3339(until) })),
        "requested_at": standing.requested_at.map(phrase::rfc3339),
        "link": link::view(gate),
        "subject": subject,
        "text": text,
    })
}
