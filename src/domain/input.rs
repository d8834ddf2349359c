//! What can be heard from the world.

use std::collections::BTreeSet;

use super::context::{Context, Edit, Newer, Other};
use super::evidence::{Decision, End, Source};
use super::execution::{Execution, ExecutionKey, ExecutionNews};
use super::response::Response;
use super::{ApprovalId, ExecutionId, Gate, Timestamp};

/// One thing heard, and what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "few are at hand at a time: a box for each would cost more than the room"
)]
pub enum Heard {
    /// About one approval.
    Approval { named: Named, input: Input },
    /// About a whole pipeline execution, so about every approval of it.
    Execution { key: ExecutionKey, news: ExecutionNews, at: Option<Timestamp> },
    /// About a pipeline's definition, so about every approval that waits in it.
    Pipeline { key: PipelineKey, news: PipelineNews },
    /// Only that time has passed.
    Tick,
}

/// A pipeline, wherever it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PipelineKey {
    pub account: Option<String>,
    pub region: String,
    pub pipeline: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PipelineNews {
    Edited {
        /// Which gates it removes depends on the gate.
        edit: Edit,
        /// The gates that are there now, each by its stage and its action; none where the record does not say.
        gates: Option<BTreeSet<(String, String)>>,
    },
    /// With all of its gates.
    Deleted(Edit),
}

/// How an input names its approval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    ById(ApprovalId),
    /// An event from before 2023 carries no `action-execution-id`. Its last event has the token all the same, in
    /// `execution-result.external-execution-id`; its first has nothing.
    ByPlace {
        token: Option<ApprovalId>,
    },
}

/// What an approval is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The action started: the wait begins.
    Started(Started),
    /// The action ended.
    Ended(Ended),
    /// Somebody answered, or tried to.
    Decision(Decision),
    /// CodePipeline published its own notification: somebody was asked.
    Notified(Notified),
    /// What is known of the approval's pipeline execution.
    Execution(Execution),
    /// Its pipeline was edited.
    Edited(Edit),
    /// Another run brought a newer revision into its pipeline, or stands behind its gate with one.
    Newer(Newer),
    /// Who approved the other gates of its run.
    Others(Vec<Other>),
    /// Somebody sees to it.
    Acknowledge(Response),
    /// Somebody says that it may wait.
    Snooze { until: Timestamp, response: Response },
    /// Nothing but that time has passed.
    Tick,
}

impl Input {
    /// Where it happened, if it says so.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::Started(started) => Some(&started.place),
            Self::Ended(ended) => Some(&ended.place),
            Self::Decision(_)
            | Self::Notified(_)
            | Self::Execution(_)
            | Self::Edited(_)
            | Self::Newer(_)
            | Self::Others(_)
            | Self::Acknowledge(_)
            | Self::Snooze { .. }
            | Self::Tick => None,
        }
    }
}

/// The facts about the request that both the first and the last event of an action carry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub gate: Gate,
    pub execution: Option<ExecutionId>,
    /// 2 and more after a retry; old events carry none.
    pub attempt: Option<u32>,
}

impl Place {
    pub fn execution_key(&self) -> Option<ExecutionKey> {
        self.execution.clone().map(|id| self.gate.execution_key(id))
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started {
    pub place: Place,
    pub requested_at: Timestamp,
    pub context: Context,
    /// Who says so: its own event, or the API.
    pub source: Source,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    pub place: Place,
    /// `start-time`; old events carry none.
    pub requested_at: Option<Timestamp>,
    pub end: End,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notified {
    pub gate: Gate,
    /// When it was published; a bare body does not say.
    pub at: Option<Timestamp>,
    pub context: Context,
}
