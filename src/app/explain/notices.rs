//! What became of the notices of a step that fired, or what will.

use std::collections::HashMap;

use crate::domain::effect::{Notice, may_go_at, notice_id};
use crate::domain::fact::{StepFired, Unwanted};
use crate::domain::policy::Rules;
use crate::domain::{Approval, Fact, FactKind, NoticeId, RecipientName, StepId, Timestamp, still_wanted};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeStory {
    pub id: NoticeId,
    pub recipient: RecipientName,
    /// Until when it was held, or will be, because it is not its recipient's hours.
    pub held_until: Option<Timestamp>,
    pub fate: NoticeFate,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoticeFate {
    Delivered {
        at: Timestamp,
        receipt: Option<String>,
    },
    Withdrawn {
        at: Timestamp,
        why: Unwanted,
    },
    GivenUp {
        at: Timestamp,
        attempts: u32,
        reason: String,
    },
    /// A later one that is held as well stands for it: this step's, and so many repeats.
    Merged {
        step: StepId,
        repeat: u32,
    },
    /// It is no longer wanted, and will not go out.
    Unwanted {
        why: Unwanted,
    },
    /// It will go out then.
    Expected {
        at: Timestamp,
    },
    /// It should be out by now: the monitor does not run, or it could not be delivered yet and is tried again.
    Pending,
}

/// `ends` where the step has fired. `all` are the steps that fired or will, in order.
pub(super) fn notices(
    approval: &Approval,
    fact: &Fact,
    fired: &StepFired,
    ends: Option<&HashMap<&NoticeId, &Fact>>,
    all: &[(&Fact, &StepFired)],
    rules: &Rules,
    now: Timestamp,
) -> Vec<NoticeStory> {
    let story = |recipient: &RecipientName| {
        let id = notice_id(&approval.id, fired, recipient);
        let held_until = held_until(fired, recipient);
        let end = ends.and_then(|ends| ends.get(&id)).map(|end| ended(end, fact, fired, recipient, all));
        let fate = end.unwrap_or_else(|| {
            let open = Open { approval, fact, fired, recipient, id: &id, held_until };
            open.fate(all, rules, ends.is_some(), now)
        });
        NoticeStory { id, recipient: recipient.clone(), held_until, fate }
    };
    fired.to.iter().map(story).collect()
}

fn held_until(fired: &StepFired, recipient: &RecipientName) -> Option<Timestamp> {
    fired.held.iter().find(|held| held.recipient == *recipient).map(|held| held.until)
}

/// The last step by `by` that stands for this one, which was held for the recipient.
fn merged_into(
    fact: &Fact,
    recipient: &RecipientName,
    held_until: Timestamp,
    all: &[(&Fact, &StepFired)],
    by: Timestamp,
) -> Option<NoticeFate> {
    let own = all.iter().position(|(other, _)| std::ptr::eq(*other, fact))?;
    // What fires when the hours begin joins those that are held until then.
    let stands_for_it = |(other, fired): &&(&Fact, &StepFired)| {
        let is_held = self::held_until(fired, recipient).is_some() || other.recorded_at >= held_until;
        other.recorded_at <= by && is_held && fired.to.contains(recipient)
    };
    let (_, last) = all.iter().skip(own + 1).rev().find(stands_for_it)?;
    Some(NoticeFate::Merged { step: last.step.clone(), repeat: last.repeat })
}

fn ended(
    end: &Fact,
    fact: &Fact,
    fired: &StepFired,
    recipient: &RecipientName,
    all: &[(&Fact, &StepFired)],
) -> NoticeFate {
    let recorded_at = end.recorded_at;
    match &end.kind {
        FactKind::NoticeDelivered { at, receipt, .. } => NoticeFate::Delivered { at: *at, receipt: receipt.clone() },
        FactKind::NoticeGivenUp { attempts, reason, .. } => {
            NoticeFate::GivenUp { at: recorded_at, attempts: *attempts, reason: reason.clone() }
        }
        FactKind::NoticeWithdrawn { why, .. } => {
            let merged = held_until(fired, recipient)
                .filter(|_| *why == Unwanted::Merged)
                .and_then(|held_until| merged_into(fact, recipient, held_until, all, recorded_at));
            merged.unwrap_or(NoticeFate::Withdrawn { at: recorded_at, why: *why })
        }
        _ => NoticeFate::Pending,
    }
}

/// A notice of which nothing was heard yet.
struct Open<'a> {
    approval: &'a Approval,
    fact: &'a Fact,
    fired: &'a StepFired,
    recipient: &'a RecipientName,
    id: &'a NoticeId,
    held_until: Option<Timestamp>,
}

impl Open<'_> {
    fn fate(&self, all: &[(&Fact, &StepFired)], rules: &Rules, has_fired: bool, now: Timestamp) -> NoticeFate {
        let notice = self.notice();
        if has_fired && let Err(why) = still_wanted(&notice, self.approval, rules) {
            let merged = self.merged(all).filter(|_| why == Unwanted::Merged);
            return merged.unwrap_or(NoticeFate::Unwanted { why });
        }
        if let Some(merged) = self.merged(all) {
            return merged;
        }
        let earliest = if has_fired { now } else { self.fact.recorded_at };
        let at = may_go_at(&notice, self.approval, rules, earliest);
        if has_fired && at <= now { NoticeFate::Pending } else { NoticeFate::Expected { at } }
    }

    fn merged(&self, all: &[(&Fact, &StepFired)]) -> Option<NoticeFate> {
        let until = self.held_until?;
        merged_into(self.fact, self.recipient, until, all, until)
    }

    fn notice(&self) -> Notice {
        Notice {
            id: self.id.clone(),
            act: self.fired.act,
            step: self.fired.step.clone(),
            repeat: self.fired.repeat,
            recipient: self.recipient.clone(),
            due_at: self.fired.due_at,
            held_until: self.held_until,
            policy: self.fired.policy.clone(),
            finding: None,
        }
    }
}
