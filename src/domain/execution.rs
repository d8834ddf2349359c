//! What is known of a pipeline execution: the run that an approval holds up.
//!
//! Events about a run come before, between and after those about its approvals, in any order. So they are gathered as
//! pieces of news, and each approval of the run looks at their fold. Folding is idempotent and does not depend on order.

use super::context::{Context, Revision, Trigger};
use super::evidence::{EndState, Source};
use super::{ExecutionId, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExecutionKey {
    pub account: Option<String>,
    pub region: String,
    pub pipeline: String,
    pub id: ExecutionId,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Execution {
    pub trigger: Option<Trigger>,
    pub revisions: Vec<Revision>,
    pub stop_reason: Option<String>,
    /// When the run or one of its stages ended, oldest first. A retried stage ends more than once.
    pub ends: Vec<ExecutionEnd>,
}

/// The whole execution ended (`stage` is none), or one of its stages.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExecutionEnd {
    pub at: Timestamp,
    pub stage: Option<String>,
    pub state: EndState,
    pub event_id: Option<String>,
}

/// A piece of news about an execution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExecutionNews {
    Triggered(Trigger),
    RevisionLearnt(Revision),
    Stopping { reason: Option<String> },
    Ended(ExecutionEnd),
}

/// A run that is retried more often than this loses its oldest ends; they closed what they had to close long before.
const MAX_ENDS: usize = 100;

impl Execution {
    /// What all the news together say.
    pub fn fold<'a>(news: impl IntoIterator<Item = &'a ExecutionNews>) -> Self {
        let mut execution = Self::default();
        news.into_iter().for_each(|news| execution.learn(news));
        execution
    }

    /// Takes the news in; what is known already changes nothing.
    pub fn learn(&mut self, news: &ExecutionNews) {
        match news {
            ExecutionNews::Triggered(trigger) => {
                self.trigger.get_or_insert_with(|| trigger.clone());
            }
            ExecutionNews::RevisionLearnt(revision) => {
                let mut context = Context { revisions: std::mem::take(&mut self.revisions), ..Context::default() };
                context.merge(&Context { revisions: vec![revision.clone()], ..Context::default() });
                self.revisions = context.revisions;
            }
            ExecutionNews::Stopping { reason } => {
                if self.stop_reason.is_none() {
                    self.stop_reason.clone_from(reason);
                }
            }
            ExecutionNews::Ended(end) => self.learn_end(end),
        }
    }

    fn learn_end(&mut self, end: &ExecutionEnd) {
        let same = |e: &ExecutionEnd| (e.at, &e.stage, e.state) == (end.at, &end.stage, end.state);
        if self.ends.iter().any(same) {
            return;
        }
        self.ends.push(end.clone());
        self.ends.sort();
        let excess = self.ends.len().saturating_sub(MAX_ENDS);
        self.ends.drain(..excess);
    }

    /// What an approver should know of it.
    pub fn context(&self) -> Context {
        Context {
            trigger: self.trigger.clone(),
            revisions: self.revisions.clone(),
            stop_reason: self.stop_reason.clone(),
            ..Context::default()
        }
    }

    /// The end that closed a wait in `stage` which began at `requested_at`: the stage's own, or else the whole run's.
    /// Ends from before the wait began belong to an earlier attempt.
    pub fn end_of_wait(&self, stage: &str, requested_at: Timestamp) -> Option<(&ExecutionEnd, Source)> {
        let mut later = self.ends.iter().filter(|e| e.at >= requested_at);
        let of_stage = later.clone().find(|e| e.stage.as_deref() == Some(stage));
        of_stage
            .map(|e| (e, Source::StageEvent))
            .or_else(|| later.find(|e| e.stage.is_none()).map(|e| (e, Source::PipelineEvent)))
    }
}
