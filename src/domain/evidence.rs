//! What proves that a wait ended, and who ended it.

use super::principal::Principal;
use super::{Gate, Timestamp};

/// Where a piece of evidence comes from, weakest first. The order decides which of two statements is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// CodePipeline's own SNS notification: says that somebody was asked, not exactly when.
    Notification,
    /// The pipeline is not there any more, so nobody can answer. What CodePipeline makes of the wait is not known.
    PipelineGone,
    /// A pipeline execution event: the run is over, so the wait is.
    PipelineEvent,
    /// A stage execution event: the stage is over, so the wait is.
    StageEvent,
    /// The approval's own action execution event.
    ActionEvent,
    /// CodePipeline's API on this very action execution. It dates an end to the millisecond, where the event comes half a
    /// minute late, and it tells a wait that an edit of the pipeline cut short from one that failed.
    Api,
}

/// What CodePipeline itself writes as the summary of a wait that was cut short, by a stop or by an edit of the pipeline.
pub const CANCELED_SUMMARY: &str = "The approval action has been canceled.";

/// How CodePipeline says that something ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EndState {
    Succeeded,
    /// Rejected, timed out, never asked or broken: the state alone does not tell.
    Failed,
    /// Stopped and abandoned.
    Abandoned,
    /// The pipeline was edited meanwhile.
    Canceled,
    /// A newer execution took its place.
    Superseded,
}

/// The end of a wait as an event or the API states it. It never says who decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    pub state: EndState,
    pub at: Timestamp,
    pub source: Source,
    /// `execution-result.error-code`: `JobFailed`, `PermissionError`, ...
    pub error_code: Option<String>,
    /// `execution-result.external-execution-summary`: the approver's comment. Free text, so never an identity, not even
    /// when it reads `Approved by arn:...`.
    pub summary: Option<String>,
    /// The event's id, for whoever looks it up.
    pub event_id: Option<String>,
}

/// An answer to an approval, or the attempt at one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub witness: Witness,
    pub gate: Gate,
    pub verdict: Verdict,
    pub at: Timestamp,
    pub by: Principal,
    pub comment: Option<String>,
    pub source_ip: Option<String>,
    /// CloudTrail's `eventID`.
    pub event_id: Option<String>,
    /// Set when the call was refused: then nobody decided anything by it.
    pub error: Option<String>,
}

/// Who can tell who answered, weakest first. Where both speak, the stronger is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Witness {
    /// CodePipeline's API: `lastUpdatedBy` and `lastStatusChange`, known at once, but nothing more than these.
    Api,
    /// CloudTrail's record of the `PutApprovalResult` call, minutes later.
    CloudTrail,
}

impl Witness {
    pub fn name(self) -> &'static str {
        match self {
            Self::Api => "API",
            Self::CloudTrail => "CloudTrail",
        }
    }

    pub fn basis(self) -> Basis {
        match self {
            Self::Api => Basis::Api,
            Self::CloudTrail => Basis::CloudTrail,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    Approved,
    Rejected,
}

/// How a wait ended, for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    Approved,
    Rejected,
    /// Nobody answered before CodePipeline's own time-out.
    TimedOut,
    /// The execution was stopped and abandoned.
    Abandoned,
    /// The pipeline was edited, or a newer execution took over, while it waited.
    Cancelled,
    /// Its notification could not be published, so nobody was asked.
    NeverAsked,
    /// It failed, and the evidence does not say why.
    Failed,
}

impl Outcome {
    pub const ALL: [Self; 7] = [
        Self::Approved,
        Self::Rejected,
        Self::TimedOut,
        Self::Abandoned,
        Self::Cancelled,
        Self::NeverAsked,
        Self::Failed,
    ];

    /// A person answered.
    pub fn is_decision(self) -> bool {
        matches!(self, Self::Approved | Self::Rejected)
    }
}

/// What an outcome rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// CodePipeline's time-out passed and nothing was heard.
    Inferred,
    /// An event about the whole run or stage: the approval's own event was not heard.
    ExecutionEvent,
    /// The approval's own event.
    ActionEvent,
    /// What CodePipeline's API says of the end or of the answer.
    Api,
    /// CloudTrail's record of the answer.
    CloudTrail,
}
