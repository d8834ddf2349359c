//! What the time makes true: a passed deadline, the steps that are due, the end of patience.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::Facts;
use crate::domain::conclude::{conclude, settlement};
use crate::domain::fact::{Settlement, Skipped, StepFired};
use crate::domain::ladder::{Ladder, Rung};
use crate::domain::policy::{Rules, Step};
use crate::domain::{FactKind, Phase, StepId};

/// CloudTrail states a time to the second and the API to the millisecond. Less than this apart, they say the same.
const SAME_TIME: TimeDelta = TimeDelta::seconds(1);

pub(super) fn overdue(facts: &mut Facts<'_>, rules: &Rules) {
    if facts.after.phase() == Phase::Settled {
        correct(facts, rules);
        return;
    }
    if let Some(settled) = settlement(&facts.after, rules, facts.now) {
        settle(facts, rules, settled);
        return;
    }
    if facts.after.phase() == Phase::Waiting
        && let Some(ladder) = facts.after.ladder(rules)
    {
        climb(facts, rules, &ladder);
    }
}

fn settle(facts: &mut Facts<'_>, rules: &Rules, settled: Settlement) {
    if settled.breached {
        breach(facts, rules);
    }
    facts.add(FactKind::Settled(settled));
}

/// Late evidence adds a fact where it changes the conclusion.
fn correct(facts: &mut Facts<'_>, rules: &Rules) {
    if facts.new.is_empty() {
        return;
    }
    let (Some(now_known), Some(settled)) = (conclude(&facts.after, rules), facts.after.settlement.as_ref()) else {
        return;
    };
    let essence = |s: &Settlement| (s.outcome, s.breached);
    let moved = (now_known.ended_at - settled.ended_at).abs();
    if essence(&now_known) != essence(settled) || moved >= SAME_TIME {
        facts.add(FactKind::Corrected(now_known));
    }
}

fn breach(facts: &mut Facts<'_>, rules: &Rules) {
    let Some(ladder) = facts.after.ladder(rules) else { return };
    if facts.after.breached.is_none() {
        facts.add(FactKind::Breached { deadline: ladder.deadline(), policy: rules.reference(ladder.policy) });
    }
}

/// Fires what is due. After an outage many rungs can be: only the highest fires, with the others of the same instant;
/// the fact names those that were passed over.
fn climb(facts: &mut Facts<'_>, rules: &Rules, ladder: &Ladder<'_>) {
    let fired = |step: &StepId| facts.after.fired.get(step).copied();
    let overdue = ladder.overdue(fired, facts.now);
    let highest = overdue.last().map(|(_, rung)| rung.due_at);
    let deadline = ladder.deadline();
    let is_breached = deadline <= facts.now;

    if is_breached && highest.is_none_or(|at| at >= deadline) {
        breach(facts, rules);
    }
    if let Some(highest) = highest {
        let (missed, due): (Vec<_>, Vec<_>) = overdue.into_iter().partition(|(_, rung)| rung.due_at < highest);
        let mut skipped = collapse(&missed);
        for (step, rung) in due {
            facts.add(FactKind::StepFired(StepFired {
                step: rung.step,
                repeat: rung.repeat,
                act: step.act,
                to: step.to.clone(),
                due_at: rung.due_at,
                skipped: std::mem::take(&mut skipped),
                policy: rules.reference(ladder.policy),
            }));
        }
    }
    if is_breached {
        breach(facts, rules);
    }
}

fn collapse(missed: &[(&Step, Rung)]) -> Vec<Skipped> {
    let mut by_step: BTreeMap<&StepId, (u32, u32)> = BTreeMap::new();
    for (_, rung) in missed {
        let range = by_step.entry(&rung.step).or_insert((rung.repeat, rung.repeat));
        range.1 = range.1.max(rung.repeat);
    }
    by_step.into_iter().map(|(step, (first, last))| Skipped { step: step.clone(), first, last }).collect()
}
