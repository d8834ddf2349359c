//! What the time makes true: a passed deadline, the steps that are due, the end of patience.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::Facts;
use crate::domain::conclude::{conclude, settlement};
use crate::domain::fact::{Held, Settlement, Skipped, StepFired};
use crate::domain::ladder::{Ladder, Rung};
use crate::domain::policy::Step;
use crate::domain::{FactKind, Phase, RecipientName, StepId};

/// CloudTrail states a time to the second and the API to the millisecond. Less than this apart, they say the same.
const SAME_TIME: TimeDelta = TimeDelta::seconds(1);

pub(super) fn overdue(facts: &mut Facts<'_>) {
    let rules = facts.rules;
    if facts.after.phase() == Phase::Settled {
        correct(facts);
        return;
    }
    if let Some(settled) = settlement(&facts.after, rules, facts.now) {
        settle(facts, settled);
        return;
    }
    if facts.after.phase() == Phase::Waiting {
        apply_policy(facts);
        if let Some(ladder) = facts.after.ladder(rules) {
            climb(facts, &ladder);
        }
    }
}

/// What waits is held to the policy of today.
fn apply_policy(facts: &mut Facts<'_>) {
    let policy = facts.after.policy(facts.rules).map(|policy| facts.rules.reference(policy));
    if facts.after.applied != policy {
        let deadline = facts.after.deadline(facts.rules);
        facts.add(FactKind::PolicyChanged { policy, deadline });
    }
}

fn settle(facts: &mut Facts<'_>, settled: Settlement) {
    if settled.breached {
        breach(facts);
    }
    facts.add(FactKind::Settled(settled));
}

/// Late evidence adds a fact where it changes the conclusion.
fn correct(facts: &mut Facts<'_>) {
    if facts.new.is_empty() {
        return;
    }
    let (Some(now_known), Some(settled)) = (conclude(&facts.after, facts.rules), facts.after.settlement.as_ref())
    else {
        return;
    };
    let essence = |s: &Settlement| (s.outcome, s.breached);
    let moved = (now_known.ended_at - settled.ended_at).abs();
    if essence(&now_known) != essence(settled) || moved >= SAME_TIME {
        facts.add(FactKind::Corrected(now_known));
    }
}

fn breach(facts: &mut Facts<'_>) {
    let Some(ladder) = facts.after.ladder(facts.rules) else { return };
    if facts.after.breached.is_none() {
        facts.add(FactKind::Breached { deadline: ladder.deadline(), policy: facts.rules.reference(ladder.policy) });
    }
}

/// Fires what is due. After an outage many rungs can be: for each recipient only the highest fires, and the last fact
/// names those that nobody is told of.
fn climb(facts: &mut Facts<'_>, ladder: &Ladder<'_>) {
    let fired = |step: &StepId| facts.after.fired.get(step).copied();
    let overdue = ladder.overdue(fired, facts.now);
    let deadline = ladder.deadline();
    let is_breached = deadline <= facts.now;

    let told = told_once(&overdue);
    let (due, missed): (Vec<_>, Vec<_>) = overdue.into_iter().zip(told).partition(|(_, to)| !to.is_empty());
    let mut skipped = collapse(&missed);
    let last = due.len();
    for (number, ((step, rung), to)) in (1..).zip(due) {
        if is_breached && rung.due_at >= deadline {
            breach(facts);
        }
        let held = if step.is_urgent { Vec::new() } else { held(facts, &to) };
        facts.add(FactKind::StepFired(StepFired {
            step: rung.step,
            repeat: rung.repeat,
            act: step.act,
            to,
            due_at: rung.due_at,
            skipped: if number == last { std::mem::take(&mut skipped) } else { Vec::new() },
            held,
            policy: facts.rules.reference(ladder.policy),
        }));
    }
    if is_breached {
        breach(facts);
    }
}

/// Whom each of the rungs tells. Somebody whom several tell hears of it once: by the last, and of those at the same instant
/// by an escalation if one is among them.
fn told_once(due: &[(&Step, Rung)]) -> Vec<Vec<RecipientName>> {
    let hears_by = |recipient: &RecipientName| {
        let those = due.iter().enumerate().filter(|(_, (step, _))| step.to.contains(recipient));
        let order = |number: usize, step: &Step, rung: &Rung| (rung.due_at, step.act, step.is_urgent, Reverse(number));
        those.max_by_key(|(number, (step, rung))| order(*number, step, rung)).map(|(number, _)| number)
    };
    let told = |number: usize, step: &Step| {
        step.to.iter().filter(|recipient| hears_by(recipient) == Some(number)).cloned().collect()
    };
    due.iter().enumerate().map(|(number, (step, _))| told(number, step)).collect()
}

/// Those whose hours it is not.
fn held(facts: &Facts<'_>, to: &[RecipientName]) -> Vec<Held> {
    let until = |recipient: &RecipientName| {
        let opens_at = facts.rules.hours.get(recipient)?.opens_at(facts.now);
        (opens_at > facts.now).then(|| Held { recipient: recipient.clone(), until: opens_at })
    };
    to.iter().filter_map(until).collect()
}

fn collapse(missed: &[((&Step, Rung), Vec<RecipientName>)]) -> Vec<Skipped> {
    let mut by_step: BTreeMap<&StepId, (u32, u32)> = BTreeMap::new();
    for ((_, rung), _) in missed {
        let range = by_step.entry(&rung.step).or_insert((rung.repeat, rung.repeat));
        range.1 = range.1.max(rung.repeat);
    }
    by_step.into_iter().map(|(step, (first, last))| Skipped { step: step.clone(), first, last }).collect()
}
