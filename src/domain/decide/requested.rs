//! Somebody was asked, and what the question is about.

use super::Facts;
use crate::domain::context::{Context, Edit, Newer, Other};
use crate::domain::evidence::Source;
use crate::domain::input::{Notified, Place, Started};
use crate::domain::{FactKind, Timestamp};

pub(super) fn started(facts: &mut Facts<'_>, started: &Started) {
    requested(facts, &started.place, started.requested_at, started.source);
    learn(facts, &started.context);
}

pub(super) fn notified(facts: &mut Facts<'_>, notified: &Notified) {
    let place = Place { gate: notified.gate.clone(), execution: None, attempt: None };
    // CodePipeline publishes when the wait begins; a body without a time is taken to have come at once, but not after
    // the time-out that it names.
    let at_once = notified.context.expires_at.map_or(facts.now, |expires_at| expires_at.min(facts.now));
    requested(facts, &place, notified.at.unwrap_or(at_once), Source::Notification);
    learn(facts, &notified.context);
}

/// Adds the request where it is not known, or not as exactly.
pub(super) fn requested(facts: &mut Facts<'_>, place: &Place, at: Timestamp, source: Source) {
    let known = &facts.after;
    // The event and the API state the same instant, so the later of them adds only what is missing of the place.
    let is_exact = source > Source::Notification;
    let is_better = known.request.is_none_or(|request| request.source == Source::Notification && is_exact);
    let fills_place = (known.execution.is_none() && place.execution.is_some())
        || (known.attempt.is_none() && place.attempt.is_some())
        || known.gate.as_ref().is_none_or(|gate| gate.account.is_none() && place.gate.account.is_some());
    if is_better || (fills_place && is_exact) {
        let policy = facts.rules.policy_for(&place.gate).map(|policy| facts.rules.reference(policy));
        facts.add(FactKind::Requested { place: place.clone(), at, source, policy });
    }
}

/// An edit from before the wait began is no news: what waits was made from the edited definition.
pub(super) fn edited(facts: &mut Facts<'_>, edit: &Edit) {
    if waited_at(facts, edit.at) {
        let removal = edit.removes_gate.then(|| edit.clone());
        learn(facts, &Context { edit: Some(edit.clone()), removal, ..Context::default() });
    }
}

/// What came before the request was there when it was asked.
pub(super) fn newer(facts: &mut Facts<'_>, newer: &Newer) {
    if waited_at(facts, newer.at) && facts.after.execution.as_ref() != Some(&newer.execution) {
        learn(facts, &Context { newer: Some(newer.clone()), ..Context::default() });
    }
}

/// Only what was approved before counts: whoever approves later answers for it themselves.
pub(super) fn others(facts: &mut Facts<'_>, others: &[Other]) {
    let Some(ended_at) = facts.after.settlement.as_ref().map(|settlement| settlement.ended_at) else { return };
    let others = others.iter().filter(|other| other.at <= ended_at && other.approval != facts.after.id);
    learn(facts, &Context { others: others.cloned().collect(), ..Context::default() });
}

fn waited_at(facts: &Facts<'_>, at: Timestamp) -> bool {
    let was_asked = facts.after.request.is_some_and(|request| request.at <= at);
    // An edit can itself be the end.
    was_asked && facts.after.ended_at().is_none_or(|ended_at| at <= ended_at)
}

pub(super) fn learn(facts: &mut Facts<'_>, context: &Context) {
    if let Some(news) = facts.after.context.missing_from(context) {
        facts.add(FactKind::ContextLearnt(news));
    }
}
