//! Somebody answered, or tried to.

use super::Facts;
use crate::domain::FactKind;
use crate::domain::approval::{MAX_ATTEMPTS, SETTLE_TIME};
use crate::domain::evidence::Decision;
use crate::domain::span::later;

pub(super) fn answered(facts: &mut Facts<'_>, decision: &Decision) {
    if decision.error.is_some() {
        let known = &facts.after.attempts;
        if !known.contains(decision) && known.len() < MAX_ATTEMPTS {
            facts.add(FactKind::AttemptSeen(decision.clone()));
        }
        return;
    }
    // Of two statements of one witness the earlier counts, so that their order of arrival does not: the API's list of
    // actions dates a decision later than its state does. What the other witness says is kept beside it.
    let mut of_witness = facts.after.decisions.iter().filter(|known| known.witness == decision.witness);
    if of_witness.all(|known| decision.at < known.at) {
        let settle_by = facts.after.settle_by.unwrap_or_else(|| later(facts.now, SETTLE_TIME));
        facts.add(FactKind::DecisionSeen { decision: decision.clone(), settle_by });
    }
}
