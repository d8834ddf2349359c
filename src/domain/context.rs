//! What an approver needs to know besides the place: who or what started the run, which revision, which links.

use super::{ApprovalId, ExecutionId, Timestamp};

/// Pieces learnt from different events in any order. A piece once known is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// CodePipeline's own link to the review dialog.
    pub review_link: Option<String>,
    /// `ExternalEntityLink` of the action.
    pub external_link: Option<String>,
    /// `CustomData` of the action.
    pub custom_data: Option<String>,
    /// CodePipeline's own time-out of this approval.
    pub expires_at: Option<Timestamp>,
    pub trigger: Option<Trigger>,
    pub revisions: Vec<Revision>,
    /// The reason given to `StopPipelineExecution`.
    pub stop_reason: Option<String>,
    /// The first edit of the pipeline during the wait. CodePipeline then takes no answer to this approval any more.
    pub edit: Option<Edit>,
    /// The first that took the gate away.
    pub removal: Option<Edit>,
    /// The first newer revision that came into the pipeline meanwhile, or stood behind the gate already.
    pub newer: Option<Newer>,
    /// Who approved the other gates of the run.
    pub others: Vec<Other>,
}

/// A revision of another run that came while this one waited, or was there when it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Newer {
    pub execution: ExecutionId,
    pub revision: Revision,
    /// When it came; of one that was there, when this one was asked.
    pub at: Timestamp,
}

/// Another gate of the same run, approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Other {
    pub approval: ApprovalId,
    pub stage: String,
    pub action: String,
    pub at: Timestamp,
    /// The names of whoever approved it.
    pub by: Vec<String>,
}

/// A change of a pipeline's definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub at: Timestamp,
    /// An ARN.
    pub by: Option<String>,
    /// CloudTrail's `eventID`.
    pub event_id: Option<String>,
    /// Whether the gate is not there any more.
    pub removes_gate: bool,
}

/// Why the run started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trigger {
    /// CodePipeline's trigger type: `StartPipelineExecution`, `WebhookV2`, ...
    pub kind: String,
    /// An ARN for a start by a user or a rule.
    pub detail: Option<String>,
    pub author: Option<String>,
    pub author_email: Option<String>,
    pub repository: Option<String>,
    /// Branch or tag.
    pub reference: Option<String>,
    pub commit: Option<String>,
    pub message: Option<String>,
}

/// What a source action brought in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// The source action's name.
    pub action: String,
    pub id: String,
    pub summary: Option<String>,
    pub url: Option<String>,
}

/// More revisions than this on one execution are not kept: a pipeline has at most a handful of source actions.
const MAX_REVISIONS: usize = 10;
/// Nor more gates of one run.
const MAX_OTHERS: usize = 50;

impl Context {
    /// Takes over every piece that is not known yet.
    pub fn merge(&mut self, other: &Self) {
        fill(&mut self.review_link, &other.review_link);
        fill(&mut self.external_link, &other.external_link);
        fill(&mut self.custom_data, &other.custom_data);
        fill(&mut self.expires_at, &other.expires_at);
        fill(&mut self.trigger, &other.trigger);
        fill(&mut self.stop_reason, &other.stop_reason);
        first(&mut self.edit, &other.edit);
        first(&mut self.removal, &other.removal);
        for revision in &other.revisions {
            let known = self.revisions.iter().any(|r| r.action == revision.action);
            if !known && self.revisions.len() < MAX_REVISIONS {
                self.revisions.push(revision.clone());
            }
        }
        self.revisions.sort_by(|a, b| a.action.cmp(&b.action));
        // What brings the same once more must not hide the first that brings another.
        let order = |newer: &Newer| (self.brings(&newer.revision), newer.at, newer.execution.clone());
        if let Some(newer) = &other.newer
            && self.newer.as_ref().is_none_or(|known| order(newer) < order(known))
        {
            self.newer = Some(newer.clone());
        }
        for gate in &other.others {
            match self.others.iter_mut().find(|known| known.approval == gate.approval) {
                // What is known of it can have been corrected.
                Some(known) => known.clone_from(gate),
                None => self.others.push(gate.clone()),
            }
        }
        self.others.sort_by(|a, b| a.approval.cmp(&b.approval));
        self.others.truncate(MAX_OTHERS);
    }

    /// What is newer than its own revision. Released again by hand, or by another trigger, the same is not newer.
    pub fn overtaken_by(&self) -> Option<&Newer> {
        self.newer.as_ref().filter(|newer| !self.brings(&newer.revision))
    }

    fn brings(&self, revision: &Revision) -> bool {
        self.revisions.iter().any(|own| own.action == revision.action && own.id == revision.id)
    }

    /// The pieces of `other` that are not known here.
    pub fn missing_from(&self, other: &Self) -> Option<Self> {
        let mut merged = self.clone();
        merged.merge(other);
        if merged == *self {
            return None;
        }
        let news = |known: bool| !known;
        Some(Self {
            review_link: merged.review_link.filter(|_| news(self.review_link.is_some())),
            external_link: merged.external_link.filter(|_| news(self.external_link.is_some())),
            custom_data: merged.custom_data.filter(|_| news(self.custom_data.is_some())),
            expires_at: merged.expires_at.filter(|_| news(self.expires_at.is_some())),
            trigger: merged.trigger.filter(|_| news(self.trigger.is_some())),
            stop_reason: merged.stop_reason.filter(|_| news(self.stop_reason.is_some())),
            edit: merged.edit.filter(|edit| self.edit.as_ref() != Some(edit)),
            removal: merged.removal.filter(|removal| self.removal.as_ref() != Some(removal)),
            revisions: merged.revisions.into_iter().filter(|r| !self.revisions.contains(r)).collect(),
            newer: merged.newer.filter(|newer| self.newer.as_ref() != Some(newer)),
            others: merged.others.into_iter().filter(|other| !self.others.contains(other)).collect(),
        })
    }
}

/// Takes over what happened earlier.
fn first(known: &mut Option<Edit>, heard: &Option<Edit>) {
    if let Some(edit) = heard
        && known.as_ref().is_none_or(|known| edit.at < known.at)
    {
        *known = Some(edit.clone());
    }
}

fn fill<T: Clone>(known: &mut Option<T>, heard: &Option<T>) {
    if known.is_none() {
        known.clone_from(heard);
    }
}
