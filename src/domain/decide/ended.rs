//! The wait is over, says the approval's own event, the API, or an event about its run.

use super::{Facts, requested};
use crate::domain::FactKind;
use crate::domain::approval::SETTLE_TIME;
use crate::domain::evidence::End;
use crate::domain::execution::Execution;
use crate::domain::input::{Ended, Place};
use crate::domain::span::later;

pub(super) fn ended(facts: &mut Facts<'_>, ended: &Ended) {
    if let Some(at) = ended.requested_at {
        requested::requested(facts, &ended.place, at, ended.end.source);
    }
    end_seen(facts, Some(&ended.place), &ended.end);
}

/// Closes the approval whose own event was lost, or is late, when its run or stage is over.
pub(super) fn with_its_run(facts: &mut Facts<'_>, execution: &Execution) {
    let (Some(gate), Some(request)) = (&facts.after.gate, facts.after.request) else { return };
    let Some((end, source)) = execution.end_of_wait(&gate.stage, request.at) else { return };
    let end =
        End { state: end.state, at: end.at, source, error_code: None, summary: None, event_id: end.event_id.clone() };
    end_seen(facts, None, &end);
}

/// Adds the end unless one at least as strong is known. Of two from the same source the earlier counts, so that their
/// order of arrival does not.
fn end_seen(facts: &mut Facts<'_>, place: Option<&Place>, end: &End) {
    let is_stronger = facts
        .after
        .end()
        .is_none_or(|known| known.source < end.source || (known.source == end.source && end.at < known.at));
    if is_stronger {
        let settle_by = facts.after.settle_by.unwrap_or_else(|| later(facts.now, SETTLE_TIME));
        // Where the request is known, so is the place.
        let place = place.filter(|_| facts.after.request.is_none()).cloned();
        facts.add(FactKind::EndSeen { place, end: end.clone(), settle_by });
    }
}
