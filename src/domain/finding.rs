//! What an auditor should know of a decision: a control that was not kept, or evidence that is not sound.

use super::policy::PolicyRef;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingKind {
    /// Decided by somebody whom the policy does not name.
    ApproverNotAllowed,
    /// Approved by whoever started the run, or wrote what it brings.
    SelfApproval,
    /// The same person approved every gate of the run so far.
    OnePerson,
    CommentMissing,
    DecidedLate,
    /// The pipeline was edited while somebody was asked.
    PipelineEdited,
    /// The edit took the gate away, or the pipeline was deleted.
    GateRemoved,
    /// Approved by what the policy calls a bot.
    ApprovedByBot,
    /// A newer revision waited behind what was approved.
    RevisionOutdated,
    /// Somebody decided, no evidence says who, and the policy asks for it.
    DeciderUnknown,
    /// Two pieces of evidence contradict each other.
    EvidenceDisagrees,
}

impl FindingKind {
    /// The word that stands for each, in files and ids.
    pub const WORDS: &'static [(Self, &'static str)] = &[
        (Self::ApproverNotAllowed, "approver_not_allowed"),
        (Self::SelfApproval, "self_approval"),
        (Self::OnePerson, "one_person"),
        (Self::CommentMissing, "comment_missing"),
        (Self::DecidedLate, "decided_late"),
        (Self::PipelineEdited, "pipeline_edited"),
        (Self::GateRemoved, "gate_removed"),
        (Self::ApprovedByBot, "approved_by_bot"),
        (Self::RevisionOutdated, "revision_outdated"),
        (Self::DeciderUnknown, "decider_unknown"),
        (Self::EvidenceDisagrees, "evidence_disagrees"),
    ];

    pub fn as_str(self) -> &'static str {
        Self::WORDS.iter().find(|(kind, _)| *kind == self).map_or("", |(_, word)| word)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub kind: FindingKind,
    /// What it rests on.
    pub evidence: Vec<Exhibit>,
    pub policy: Option<PolicyRef>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exhibit {
    pub what: What,
    pub is: String,
}

/// What an exhibit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// An ARN, or a name where there is none.
    DecidedBy,
    DecidedAt,
    /// Who says so: CloudTrail or the API.
    Witness,
    /// CloudTrail's id of the event.
    EventId,
    /// The person in whose name a bot says that it acts. Nobody has verified that.
    ClaimedBy,
    StartedBy,
    /// Of a commit.
    Author,
    Commit,
    Deadline,
    EditedBy,
    EditedAt,
    /// The other approval of the run, and its gate.
    OtherApproval,
    OtherGate,
    Revision,
    NewerRevision,
    /// The run that brought it.
    NewerExecution,
    /// What the one piece of evidence says, and what the other.
    Says,
    Contradicts,
}

impl Finding {
    /// The first exhibit of that kind.
    pub fn exhibit(&self, what: What) -> Option<&str> {
        self.evidence.iter().find(|exhibit| exhibit.what == what).map(|exhibit| exhibit.is.as_str())
    }
}
