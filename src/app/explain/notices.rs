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
    /// A later one stands for it, because it is held as well or overtook it: this step's, and so many repeats.
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

/// All that a notice's fate can hang on.
pub(super) struct Known<'a> {
    pub(super) approval: &'a Approval,
    /// The steps that fired or will, in order.
    pub(super) fired: Vec<(&'a Fact, &'a StepFired)>,
    /// What became of each notice that is no longer open.
    pub(super) ends: HashMap<&'a NoticeId, &'a Fact>,
    pub(super) rules: &'a Rules,
    pub(super) now: Timestamp,
}

/// The notices of a step that fired, or will.
pub(super) fn notices(known: &Known<'_>, fact: &Fact, fired: &StepFired, has_fired: bool) -> Vec<NoticeStory> {
    let story = |recipient: &RecipientName| {
        let id = notice_id(&known.approval.id, fired, recipient);
        let held_until = held_until(fired, recipient);
        let end = known.ends.get(&id).map(|end| ended(known, end, fact, fired, recipient));
        let fate = end.unwrap_or_else(|| {
            let open = Open { known, fact, fired, recipient, id: &id, held_until };
            open.fate(has_fired)
        });
        NoticeStory { id, recipient: recipient.clone(), held_until, fate }
    };
    fired.to.iter().map(story).collect()
}

fn held_until(fired: &StepFired, recipient: &RecipientName) -> Option<Timestamp> {
    fired.held.iter().find(|held| held.recipient == *recipient).map(|held| held.until)
}

/// The step by `by` that stands for this one, which was held for the recipient: the first that overtakes it, or else the
/// last that is held as well.
fn merged_into(
    known: &Known<'_>,
    fact: &Fact,
    recipient: &RecipientName,
    held_until: Timestamp,
    by: Timestamp,
) -> Option<NoticeFate> {
    let own = known.fired.iter().position(|(other, _)| std::ptr::eq(*other, fact))?;
    let later = known.fired.iter().skip(own + 1);
    let later = later.filter(|(other, fired)| other.recorded_at <= by && fired.to.contains(recipient));
    // What fires when the hours begin joins those that are held until then.
    let (held, urgent): (Vec<_>, Vec<_>) = later
        .partition(|(other, fired)| self::held_until(fired, recipient).is_some() || other.recorded_at >= held_until);
    let overtakes = |(other, fired): &&&(&Fact, &StepFired)| known.gets_through(other, fired, recipient);
    let (_, into) = urgent.iter().find(overtakes).or(held.last())?;
    Some(NoticeFate::Merged { step: into.step.clone(), repeat: into.repeat })
}

impl Known<'_> {
    /// Whether the recipient has got this, or will as far as can be foreseen.
    fn gets_through(&self, fact: &Fact, fired: &StepFired, recipient: &RecipientName) -> bool {
        match self.ends.get(&notice_id(&self.approval.id, fired, recipient)).map(|end| &end.kind) {
            Some(FactKind::NoticeDelivered { .. }) => true,
            Some(_) => false,
            None => fact.recorded_at > self.now,
        }
    }
}

fn ended(known: &Known<'_>, end: &Fact, fact: &Fact, fired: &StepFired, recipient: &RecipientName) -> NoticeFate {
    let recorded_at = end.recorded_at;
    match &end.kind {
        FactKind::NoticeDelivered { at, receipt, .. } => NoticeFate::Delivered { at: *at, receipt: receipt.clone() },
        FactKind::NoticeGivenUp { attempts, reason, .. } => {
            NoticeFate::GivenUp { at: recorded_at, attempts: *attempts, reason: reason.clone() }
        }
        FactKind::NoticeWithdrawn { why, .. } => {
            let merged = held_until(fired, recipient)
                .filter(|_| *why == Unwanted::Merged)
                .and_then(|held_until| merged_into(known, fact, recipient, held_until, recorded_at));
            merged.unwrap_or(NoticeFate::Withdrawn { at: recorded_at, why: *why })
        }
        _ => NoticeFate::Pending,
    }
}

/// A notice of which nothing was heard yet.
struct Open<'a> {
    known: &'a Known<'a>,
    fact: &'a Fact,
    fired: &'a StepFired,
    recipient: &'a RecipientName,
    id: &'a NoticeId,
    held_until: Option<Timestamp>,
}

impl Open<'_> {
    fn fate(&self, has_fired: bool) -> NoticeFate {
        let Known { approval, rules, now, .. } = *self.known;
        let notice = self.notice();
        if has_fired && let Err(why) = still_wanted(&notice, approval, rules) {
            let merged = self.merged().filter(|_| why == Unwanted::Merged);
            return merged.unwrap_or(NoticeFate::Unwanted { why });
        }
        if let Some(merged) = self.merged() {
            return merged;
        }
        let earliest = if has_fired { now } else { self.fact.recorded_at };
        let at = may_go_at(&notice, approval, rules, earliest);
        if has_fired && at <= now { NoticeFate::Pending } else { NoticeFate::Expected { at } }
    }

    fn merged(&self) -> Option<NoticeFate> {
        let until = self.held_until?;
        merged_into(self.known, self.fact, self.recipient, until, until)
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
