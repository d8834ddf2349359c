//! What waits behind an approval: a run that began later and brings another revision, whether it came while somebody was
//! asked, as its event tells as well, or stood there already.

use crate::domain::context::{Newer, Revision};
use crate::domain::{Approval, ExecutionId, Phase};
use crate::ports::pipelines::Begun;
use crate::wire::commit_message;

/// Whether something newer than what the approval is about can be learnt from those that wait.
pub(super) fn may_be_news(known: &Approval, inbound: &[&ExecutionId]) -> bool {
    let is_asked = known.phase() == Phase::Waiting && known.context.overtaken_by().is_none();
    is_asked && inbound.iter().any(|execution| known.execution.as_ref() != Some(*execution))
}

/// The first of those that wait that began after the approval's own run and brings what that one does not. What a source
/// brought into the own run is taken from the same list, so that both are written alike, or else from what is known.
pub(super) fn newer(known: &Approval, inbound: &[&ExecutionId], runs: &[Begun]) -> Option<Newer> {
    let request = known.request?;
    let own = runs.iter().find(|run| known.execution.as_ref() == Some(&run.execution))?;
    let brings = |revision: &&Revision| {
        let of_source = |of: &&Revision| of.action == revision.action;
        let known = own.revisions.iter().find(of_source).or_else(|| known.context.revisions.iter().find(of_source));
        known.is_none_or(|known| known.id != revision.id)
    };
    let later = runs.iter().filter(|run| inbound.contains(&&run.execution) && run.started_at > own.started_at);
    let first = later.filter_map(|run| Some((run, run.revisions.iter().find(brings)?))).min_by_key(|(run, _)| {
        // Of two at the same instant it must not matter which is listed first.
        (run.started_at, &run.execution)
    });
    let (run, revision) = first?;
    let revision = Revision { summary: revision.summary.clone().map(commit_message), ..revision.clone() };
    Some(Newer { execution: run.execution.clone(), revision, at: run.started_at.max(request.at) })
}
