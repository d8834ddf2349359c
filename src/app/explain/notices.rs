//! What became of the notices of a step that fired, or what will.

use std::collections::HashMap;

use crate::domain::effect::{Notice, is_allowed_at, notices as notices_of};
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
    /// A later one stands for it: this step's, and so many repeats.
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
    let story = |notice: Notice| {
        let fate = match known.ends.get(&notice.id) {
            Some(end) => ended(known, end, fact, &notice),
            None => open(known, fact, &notice, has_fired),
        };
        NoticeStory { id: notice.id, recipient: notice.recipient, held_until: notice.held_until, fate }
    };
    notices_of(&known.approval.id, fired).map(story).collect()
}

/// The later step that stands for this notice of `fact`: the first that is out by `by`, as far as can be foreseen, and of those
/// that go out together the last.
fn stands_for_it(known: &Known<'_>, fact: &Fact, notice: &Notice, by: Timestamp) -> Option<NoticeFate> {
    let own = known.fired.iter().position(|(other, _)| std::ptr::eq(*other, fact))?;
    let later = known.fired.iter().skip(own + 1).filter_map(|(other, fired)| {
        let other_notice = notices_of(&known.approval.id, fired).find(|other| other.recipient == notice.recipient)?;
        Some((known.out_at(other, &other_notice)?, fired))
    });
    let (_, into) =
        later.filter(|(at, _)| *at <= by).reduce(|first, next| if next.0 <= first.0 { next } else { first })?;
    Some(NoticeFate::Merged { step: into.step.clone(), repeat: into.repeat })
}

impl Known<'_> {
    /// When the recipient has got this notice of `fact`, or will as far as can be foreseen.
    fn out_at(&self, fact: &Fact, notice: &Notice) -> Option<Timestamp> {
        match self.ends.get(&notice.id).map(|end| &end.kind) {
            Some(FactKind::NoticeDelivered { at, .. }) => Some(*at),
            Some(_) => None,
            None => {
                let is_wanted = still_wanted(notice, self.approval, self.rules).is_ok();
                let from = fact.recorded_at.max(self.now);
                is_wanted.then(|| is_allowed_at(notice, self.approval, self.rules, from))
            }
        }
    }
}

fn ended(known: &Known<'_>, end: &Fact, fact: &Fact, notice: &Notice) -> NoticeFate {
    let recorded_at = end.recorded_at;
    match &end.kind {
        FactKind::NoticeDelivered { at, receipt, .. } => NoticeFate::Delivered { at: *at, receipt: receipt.clone() },
        FactKind::NoticeGivenUp { attempts, reason, .. } => {
            NoticeFate::GivenUp { at: recorded_at, attempts: *attempts, reason: reason.clone() }
        }
        FactKind::NoticeWithdrawn { why, .. } => {
            let is_merged = *why == Unwanted::Merged;
            let merged = is_merged.then(|| stands_for_it(known, fact, notice, recorded_at)).flatten();
            merged.unwrap_or(NoticeFate::Withdrawn { at: recorded_at, why: *why })
        }
        _ => NoticeFate::Pending,
    }
}

/// The fate of a notice of which nothing was heard yet.
fn open(known: &Known<'_>, fact: &Fact, notice: &Notice, has_fired: bool) -> NoticeFate {
    let Known { approval, rules, now, .. } = *known;
    let unwanted = if has_fired { still_wanted(notice, approval, rules).err() } else { None };
    if let Some(why) = unwanted.filter(|why| *why != Unwanted::Merged) {
        return NoticeFate::Unwanted { why };
    }
    let at = is_allowed_at(notice, approval, rules, if has_fired { now } else { fact.recorded_at });
    match (stands_for_it(known, fact, notice, at), unwanted) {
        (Some(merged), _) => merged,
        (None, Some(why)) => NoticeFate::Unwanted { why },
        (None, None) if has_fired && at <= now => NoticeFate::Pending,
        (None, None) => NoticeFate::Expected { at },
    }
}
