//! CodePipeline itself, where its events are not enough: what waits there now, and how a wait ended.

use std::future::Future;

use chrono::TimeDelta;

use super::Source;
use crate::domain::context::Revision;
use crate::domain::{ApprovalId, ExecutionId, Timestamp};

/// One account and region whose pipelines are looked at.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Site {
    /// Twelve digits.
    pub account: String,
    pub region: String,
}

impl std::fmt::Display for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.account, self.region)
    }
}

/// A pipeline as the list of all names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    pub name: String,
    /// Raised by each edit.
    pub version: u32,
}

/// A pipeline as it is declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// In PARALLEL mode many runs wait at one action, and the pipeline's state does not show them.
    pub is_parallel: bool,
    /// When this pipeline was edited last.
    pub updated_at: Option<Timestamp>,
    pub approvals: Vec<DeclaredApproval>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredApproval {
    pub stage: String,
    pub action: String,
    /// CodePipeline's own time-out, where it is not the default of seven days.
    pub time_out: Option<TimeDelta>,
}

/// What a pipeline's state shows: for each action its latest execution, and for each stage what waits to enter it, as they
/// stand this moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    pub version: u32,
    pub latest: Vec<Latest>,
    pub inbound: Vec<Inbound>,
}

/// A run that waits to enter a stage. One that rolls back is none: it brings what was there before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inbound {
    pub stage: String,
    pub execution: ExecutionId,
}

/// The latest execution of an action. Whether it is an approval, only the declaration tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Latest {
    pub id: ApprovalId,
    pub stage: String,
    pub action: String,
    /// The latest run in the stage. While the action is in progress it is the action's; later it can be the next one.
    pub in_stage: Option<ExecutionId>,
    pub standing: Standing,
}

/// How an action execution stands, by one of the two calls that tell of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub status: Status,
    /// When it came to stand so. The state shows none while it waits, nor after a stop.
    pub at: Option<Timestamp>,
    /// The ARN of whoever answered.
    pub by: Option<String>,
    /// The answer's comment, or CodePipeline's own text.
    pub summary: Option<String>,
    pub error_code: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    InProgress,
    Succeeded,
    /// Of many causes: see `domain::conclude`.
    Failed,
    Abandoned,
}

/// An action execution from the history of a run. It lags behind the state by half a minute, and stays for a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionRun {
    pub id: ApprovalId,
    pub execution: ExecutionId,
    pub stage: String,
    pub action: String,
    pub kind: ActionKind,
    /// Of the declaration that the run was made from.
    pub version: u32,
    pub started_at: Timestamp,
    pub standing: Standing,
    /// `ExternalEntityLink` with its variables resolved.
    pub external_link: Option<String>,
    /// `CustomData` with its variables resolved.
    pub custom_data: Option<String>,
    /// What a source action brought in: a commit, an object's version.
    pub external_id: Option<String>,
    pub external_url: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionKind {
    Approval,
    Source,
    Other,
}

/// Why a run was started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Start {
    /// CodePipeline's trigger type.
    pub kind: String,
    /// Mostly an ARN.
    pub detail: Option<String>,
}

/// A run as the list of all runs has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begun {
    pub execution: ExecutionId,
    pub started_at: Timestamp,
    /// What its source actions brought in, summed up as each of them does; nothing before they have.
    pub revisions: Vec<Revision>,
}

/// Looks at pipelines and never touches them. Calls may be repeated; they are slowed down where CodePipeline asks for it.
/// Lists are whole: paging is the adapter's business, within bounds that it states.
pub trait Pipelines: Send + Sync {
    fn sites(&self) -> &[Site];

    /// All pipelines of a site, by name.
    fn list(&self, site: &Site) -> impl Future<Output = Result<Vec<Listed>, LookError>> + Send;

    /// A pipeline as that version of it was declared. A version once read is not asked for again.
    fn declared(
        &self,
        site: &Site,
        pipeline: &str,
        version: u32,
    ) -> impl Future<Output = Result<Declared, LookError>> + Send;

    fn state(&self, site: &Site, pipeline: &str) -> impl Future<Output = Result<State, LookError>> + Send;

    /// The runs that are not over, newest first.
    fn under_way(
        &self,
        site: &Site,
        pipeline: &str,
    ) -> impl Future<Output = Result<Vec<ExecutionId>, LookError>> + Send;

    /// The run and those that were listed after it, newest first. [`LookError::NotFound`] for one that is not listed.
    fn since(
        &self,
        site: &Site,
        pipeline: &str,
        execution: &ExecutionId,
    ) -> impl Future<Output = Result<Vec<Begun>, LookError>> + Send;

    /// The approvals and the source actions of a run, newest first.
    fn actions(
        &self,
        site: &Site,
        pipeline: &str,
        execution: &ExecutionId,
    ) -> impl Future<Output = Result<Vec<ActionRun>, LookError>> + Send;

    fn start(
        &self,
        site: &Site,
        pipeline: &str,
        execution: &ExecutionId,
    ) -> impl Future<Output = Result<Option<Start>, LookError>> + Send;
}

#[derive(Debug, thiserror::Error)]
pub enum LookError {
    /// It is not there, or not any more.
    #[error("CodePipeline knows nothing of it")]
    NotFound,
    /// Try again later.
    #[error("CodePipeline does not answer: {0}")]
    Unavailable(Source),
    /// A person has to change something first, mostly a permission.
    #[error("CodePipeline refuses: {0}")]
    Refused(Source),
}
