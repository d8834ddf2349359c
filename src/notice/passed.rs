//! What a recipient would have been told before a notice, had it not been passed over.

use super::phrase::list;
use super::wall::Wall;
use crate::domain::approval::HeldNotice;
use crate::domain::effect::Notice;
use crate::domain::fact::Skipped;
use crate::domain::policy::{Act, Rules};
use crate::domain::{Approval, StepId, Timestamp};

/// A step and its repeats that were due, and that nobody was told of.
pub(super) struct PassedOver {
    pub(super) step: StepId,
    pub(super) act: Act,
    /// When the first of them was due.
    pub(super) due_at: Timestamp,
    pub(super) count: u32,
}

/// Of each step in one, the earliest first. What was due at the very instant of this notice, or of one for which it
/// stands, is told by that; and of a step that the policy of today has not, nobody can say whom it would have told.
pub(super) fn passed_over(
    notice: &Notice,
    stands_for: &[HeldNotice],
    approval: &Approval,
    rules: &Rules,
) -> Vec<PassedOver> {
    let Some(ladder) = approval.ladder(rules) else { return Vec::new() };
    let of = |skipped: &Skipped| {
        let step = ladder.steps.iter().find(|step| step.id == skipped.step && step.to.contains(&notice.recipient))?;
        let due_at = ladder.rung(step, skipped.first)?.due_at;
        let is_told = due_at >= notice.due_at || stands_for.iter().any(|held| held.due_at == due_at);
        let count = skipped.last.saturating_sub(skipped.first).saturating_add(1);
        (!is_told).then(|| PassedOver { step: step.id.clone(), act: step.act, due_at, count })
    };
    let mut found: Vec<PassedOver> = Vec::new();
    for more in approval.untold(&notice.recipient).filter_map(of) {
        match found.iter_mut().find(|known| known.step == more.step) {
            Some(known) => known.count = known.count.saturating_add(more.count),
            None => found.push(more),
        }
    }
    found.sort_by_key(|passed| passed.due_at);
    found
}

/// Says what, and not why: an outage is one reason, and that somebody put it off is another.
pub(super) fn remark(passed_over: &[PassedOver], wall: &Wall) -> Option<String> {
    let named: Vec<String> = passed_over
        .iter()
        .map(|passed| {
            let repeats = match passed.count.saturating_sub(1) {
                0 => String::new(),
                1 => " with 1 repeat".to_owned(),
                repeats => format!(" with {repeats} repeats"),
            };
            format!("{} of {}{repeats}", a(passed.act), wall.moment(passed.due_at))
        })
        .collect();
    let verb = if named.len() == 1 { "was" } else { "were" };
    (!named.is_empty()).then(|| format!("{} {verb} passed over.", list(&named).replacen('a', "A", 1)))
}

pub(super) fn a(act: Act) -> &'static str {
    if act == Act::Escalate { "an escalation" } else { "a reminder" }
}
