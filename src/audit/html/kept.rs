//! The approvals whose story the report tells: not more than a reader, or a browser, can take.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::audit::entry::Entry;
use crate::domain::evidence::Outcome;
use crate::domain::projection::Projection;
use crate::domain::{Approval, Fact};

pub(super) const MOST_STORIES: usize = 2_000;
/// Of one approval's facts, so many of the first and of the last are told.
const FIRST_FACTS: usize = 150;
const LAST_FACTS: usize = 50;

/// Why an approval is told of before others, the strongest reason first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reason {
    Finding,
    Breach,
    Rejection,
    Recent,
}

impl Reason {
    pub(super) const ALL: [Self; 4] = [Self::Finding, Self::Breach, Self::Rejection, Self::Recent];
}

pub(super) struct Story {
    pub(super) projection: Projection,
    pub(super) approval: Approval,
    pub(super) facts: Vec<Fact>,
    /// How many facts are left out, before which of those that are told.
    pub(super) left_out: Option<(usize, usize)>,
}

/// The stories by their reason, and then the latest first.
#[derive(Default)]
pub(super) struct Kept {
    stories: BTreeMap<(Reason, Reverse<u64>), Story>,
    heard_of: u64,
}

impl Kept {
    pub(super) fn add(&mut self, entry: &Entry<'_>) {
        self.heard_of += 1;
        let place = (reason(entry), Reverse(self.heard_of));
        let is_full = self.stories.len() >= MOST_STORIES;
        if is_full && self.stories.last_key_value().is_some_and(|(last, _)| *last < place) {
            return;
        }
        self.stories.insert(place, Story::of(entry));
        if is_full {
            self.stories.pop_last();
        }
    }

    pub(super) fn left_out(&self) -> u64 {
        self.heard_of - self.stories.len() as u64
    }

    pub(super) fn of(&self, reason: Reason) -> impl Iterator<Item = &Story> {
        self.stories.iter().filter(move |((why, _), _)| *why == reason).map(|(_, story)| story)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Story> {
        self.stories.values()
    }
}

impl Story {
    fn of(entry: &Entry<'_>) -> Self {
        let facts = entry.facts;
        let left_out = facts.len().saturating_sub(FIRST_FACTS + LAST_FACTS);
        let told = match facts.split_at_checked(FIRST_FACTS).filter(|_| left_out > 0) {
            Some((first, rest)) => first.iter().chain(&rest[left_out..]).cloned().collect(),
            None => facts.to_vec(),
        };
        Self {
            projection: entry.projection.clone(),
            approval: entry.approval.clone(),
            facts: told,
            left_out: (left_out > 0).then_some((left_out, FIRST_FACTS)),
        }
    }
}

fn reason(entry: &Entry<'_>) -> Reason {
    let projection = entry.projection;
    if !entry.approval.findings.is_empty() {
        Reason::Finding
    } else if projection.breached {
        Reason::Breach
    } else if projection.outcome == Some(Outcome::Rejected) {
        Reason::Rejection
    } else {
        Reason::Recent
    }
}
