//! What all approvals add up to. Of each, no more is kept than a few numbers.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, Timelike};

use crate::audit::entry::Entry;
use crate::audit::shown::{deadline, working_wait_seconds};
use crate::domain::evidence::{Basis, Outcome};
use crate::domain::finding::FindingKind;
use crate::domain::measure::percentile;
use crate::domain::{Gate, Timestamp};
use crate::notice::Wall;

pub(super) const PERCENTILES: [usize; 3] = [50, 90, 99];

/// How often something happened in each hour of each day of the week, from Monday on.
pub(super) type Hours = [[u64; 24]; 7];

#[derive(Default)]
pub(super) struct Figures {
    pub(super) approvals: u64,
    pub(super) waiting: u64,
    /// Over, but how is still open.
    pub(super) unsettled: u64,
    pub(super) outcomes: BTreeMap<Outcome, u64>,
    /// What decisions rest on, and other ends.
    pub(super) bases: BTreeMap<Basis, (u64, u64)>,
    /// Decisions for which no evidence names who decided.
    pub(super) nameless: u64,
    /// Of those with a deadline, how many kept it or passed it, and how many passed it.
    pub(super) promises: Promises,
    pub(super) findings: BTreeMap<FindingKind, u64>,
    /// The earliest and the latest request.
    pub(super) asked_between: Option<(Timestamp, Timestamp)>,
    pub(super) asked: Hours,
    pub(super) answered: Hours,
    /// By the day on which they were asked.
    pub(super) promises_by_day: BTreeMap<NaiveDate, Promises>,
    decisions: Vec<Decided>,
    gates: Names<Gate>,
    deciders: Names<Option<String>>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Promises {
    pub(super) made: u64,
    pub(super) broken: u64,
}

/// A decision, as small as it gets. Waits are in seconds.
struct Decided {
    /// The day of the request.
    day: NaiveDate,
    gate: u32,
    by: u32,
    is_approved: bool,
    wait: u32,
    working: Option<u32>,
}

/// The waits of some decisions.
pub(super) struct Group<T> {
    pub(super) of: T,
    pub(super) approved: u64,
    pub(super) rejected: u64,
    pub(super) waits: Waits,
}

/// In seconds, the shortest first.
#[derive(Default)]
pub(super) struct Waits(Vec<u32>);

/// Numbers for names, in the order in which they come.
struct Names<T>(BTreeMap<T, u32>);

impl Figures {
    pub(super) fn add(&mut self, entry: &Entry<'_>, wall: &Wall) {
        let projection = entry.projection;
        self.approvals += 1;
        for kind in entry.approval.findings.keys() {
            *self.findings.entry(*kind).or_default() += 1;
        }
        if let Some(at) = projection.requested_at {
            let (first, last) = self.asked_between.unwrap_or((at, at));
            self.asked_between = Some((first.min(at), last.max(at)));
            count(&mut self.asked, at, wall);
        }
        self.add_promise(entry, wall);
        let Some(outcome) = projection.outcome else {
            self.waiting += u64::from(projection.ended_at.is_none());
            self.unsettled += u64::from(projection.ended_at.is_some());
            return;
        };
        *self.outcomes.entry(outcome).or_default() += 1;
        if let Some(basis) = projection.basis {
            let (decisions, others) = self.bases.entry(basis).or_default();
            *(if outcome.is_decision() { decisions } else { others }) += 1;
        }
        if outcome.is_decision() {
            self.add_decision(entry, outcome, wall);
        }
    }

    /// A deadline that has not passed is neither kept nor broken.
    fn add_promise(&mut self, entry: &Entry<'_>, wall: &Wall) {
        let projection = entry.projection;
        let is_over = projection.outcome.is_some() || projection.breached;
        let is_promised = deadline(projection, entry.approval).is_some() || projection.breached;
        if !is_promised || !is_over {
            return;
        }
        self.promises.add(projection.breached);
        if let Some(at) = projection.requested_at {
            self.promises_by_day.entry(wall.local(at).date_naive()).or_default().add(projection.breached);
        }
    }

    fn add_decision(&mut self, entry: &Entry<'_>, outcome: Outcome, wall: &Wall) {
        let projection = entry.projection;
        self.nameless += u64::from(projection.decided_by.is_none());
        if let Some(at) = projection.ended_at {
            count(&mut self.answered, at, wall);
        }
        // Without the request there is no wait.
        let (Some(asked), Some(wait), Some(gate)) = (projection.requested_at, projection.wait(), &projection.gate)
        else {
            return;
        };
        self.decisions.push(Decided {
            day: wall.local(asked).date_naive(),
            gate: self.gates.number(gate),
            by: self.deciders.number(&projection.decided_by),
            is_approved: outcome == Outcome::Approved,
            wait: seconds(wait.num_seconds()),
            working: working_wait_seconds(entry.approval).map(seconds),
        });
    }

    pub(super) fn outcome(&self, outcome: Outcome) -> u64 {
        self.outcomes.get(&outcome).copied().unwrap_or_default()
    }

    pub(super) fn decided(&self) -> u64 {
        self.outcome(Outcome::Approved) + self.outcome(Outcome::Rejected)
    }

    pub(super) fn waits(&self) -> Waits {
        self.decisions.iter().map(|decided| decided.wait).collect()
    }

    /// The same by the calendars of their policies, those that are known.
    pub(super) fn working_waits(&self) -> Waits {
        self.decisions.iter().filter_map(|decided| decided.working).collect()
    }

    pub(super) fn waits_by_gate(&self) -> Vec<Group<Gate>> {
        self.groups(&self.gates, |decided| decided.gate)
    }

    /// None is who decided where no evidence names anybody.
    pub(super) fn waits_by_decider(&self) -> Vec<Group<Option<String>>> {
        self.groups(&self.deciders, |decided| decided.by)
    }

    /// By the days on which they were asked.
    pub(super) fn days(&self) -> impl Iterator<Item = (NaiveDate, u32)> + Clone {
        self.decisions.iter().map(|decided| (decided.day, decided.wait))
    }

    /// Those with the most decisions first.
    fn groups<T: Clone + Ord>(&self, names: &Names<T>, of: impl Fn(&Decided) -> u32) -> Vec<Group<T>> {
        let mut by_number: BTreeMap<u32, (u64, Vec<u32>)> = BTreeMap::new();
        for decided in &self.decisions {
            let (approved, waits) = by_number.entry(of(decided)).or_default();
            *approved += u64::from(decided.is_approved);
            waits.push(decided.wait);
        }
        let mut groups: Vec<Group<T>> = names
            .0
            .iter()
            .filter_map(|(name, number)| {
                let (approved, waits) = by_number.remove(number)?;
                let rejected = waits.len() as u64 - approved;
                Some(Group { of: name.clone(), approved, rejected, waits: waits.into_iter().collect() })
            })
            .collect();
        // The order of the names is kept among equals.
        groups.sort_by_key(|group| std::cmp::Reverse(group.waits.count()));
        groups
    }
}

impl Promises {
    fn add(&mut self, is_broken: bool) {
        self.made += 1;
        self.broken += u64::from(is_broken);
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self { made: self.made + other.made, broken: self.broken + other.broken }
    }
}

impl Waits {
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    pub(super) fn percentile(&self, percent: usize) -> Option<u32> {
        percentile(&self.0, percent)
    }
}

impl FromIterator<u32> for Waits {
    fn from_iter<I: IntoIterator<Item = u32>>(waits: I) -> Self {
        let mut waits: Vec<u32> = waits.into_iter().collect();
        waits.sort_unstable();
        Self(waits)
    }
}

impl<T: Clone + Ord> Names<T> {
    fn number(&mut self, name: &T) -> u32 {
        if let Some(number) = self.0.get(name) {
            return *number;
        }
        let number = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        self.0.insert(name.clone(), number);
        number
    }
}

impl<T> Default for Names<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

fn count(hours: &mut Hours, at: Timestamp, wall: &Wall) {
    let local = wall.local(at);
    let (day, hour) = (local.weekday().num_days_from_monday() as usize, local.hour() as usize);
    hours[day][hour] += 1;
}

/// A wait of more than a century is as good as one of a century.
fn seconds(wait: i64) -> u32 {
    u32::try_from(wait.max(0)).unwrap_or(u32::MAX)
}
