//! What many lives under the same rules add up to.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, TimeDelta};

use super::life::Life;
use crate::domain::conclude::conclude;
use crate::domain::measure::percentile;
use crate::domain::policy::{Act, Rules};
use crate::domain::{PolicyName, RecipientName, Timestamp};

/// Figures of one history under one policy file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Approvals that a policy matches.
    pub promised: u64,
    pub breaches: u64,
    /// Who was told how often in which week; a week is named by its Monday, in UTC.
    pub notices: BTreeMap<(RecipientName, NaiveDate), Notices>,
    /// The waits that a person ended.
    pub waits: Waits,
    /// The same of those that a policy matches, each by its policy's calendar.
    pub working: Waits,
}

/// How often people were told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Notices {
    pub reminders: u64,
    pub escalations: u64,
}

/// How an approval stands to what was promised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    pub policy: Option<PolicyName>,
    pub deadline: Option<Timestamp>,
    pub breached: bool,
}

/// Lengths of waits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waits(Vec<TimeDelta>);

impl Figures {
    /// Counts one more life, and says how it is judged.
    pub(super) fn add(&mut self, life: &Life, rules: &Rules) -> Judged {
        let approval = &life.approval;
        let policy = approval.policy(rules);
        let end = conclude(approval, rules).or_else(|| approval.settlement.clone());
        let breached = end.as_ref().map_or(approval.breached.is_some(), |end| end.breached);
        self.promised += u64::from(policy.is_some());
        self.breaches += u64::from(breached);
        for told in &life.told {
            self.notices.entry((told.recipient.clone(), monday(told.at))).or_default().add(told.act);
        }
        if let Some((end, request)) = end.filter(|end| end.outcome.is_decision()).zip(approval.request) {
            self.waits.0.push((end.ended_at - request.at).max(TimeDelta::zero()));
            self.working.0.extend(policy.map(|policy| policy.calendar.between(request.at, end.ended_at)));
        }
        Judged { policy: policy.map(|policy| policy.name.clone()), deadline: approval.deadline(rules), breached }
    }

    pub(super) fn finish(&mut self) {
        self.waits.0.sort_unstable();
        self.working.0.sort_unstable();
    }

    /// Breaches as a share of what was promised; none where nothing was.
    pub fn breach_rate(&self) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "nobody has that many approvals")]
        (self.promised > 0).then(|| self.breaches as f64 / self.promised as f64)
    }

    /// All notices together.
    pub fn notices_in_all(&self) -> Notices {
        self.notices.values().fold(Notices::default(), |all, told| all.and(*told))
    }

    /// The notices that one recipient got.
    pub fn notices_to(&self, recipient: &RecipientName) -> Notices {
        let theirs = self.notices.iter().filter(|((name, _), _)| name == recipient);
        theirs.fold(Notices::default(), |all, (_, told)| all.and(*told))
    }
}

impl Notices {
    fn add(&mut self, act: Act) {
        match act {
            Act::Remind => self.reminders += 1,
            Act::Escalate => self.escalations += 1,
            // What is found is no matter of the ladder.
            Act::Report => {}
        }
    }

    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { reminders: self.reminders + other.reminders, escalations: self.escalations + other.escalations }
    }

    pub fn count(self) -> u64 {
        self.reminders + self.escalations
    }
}

impl Judged {
    /// Whether another policy holds, or the promise was kept under one and not under the other.
    pub fn differs_from(&self, other: &Self) -> bool {
        (&self.policy, self.breached) != (&other.policy, other.breached)
    }
}

impl Waits {
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The shortest wait that at least so many in a hundred do not exceed; none where there are no waits.
    pub fn percentile(&self, percent: usize) -> Option<TimeDelta> {
        percentile(&self.0, percent)
    }
}

fn monday(at: Timestamp) -> NaiveDate {
    let date = at.date_naive();
    date.checked_sub_days(Days::new(date.weekday().num_days_from_monday().into())).unwrap_or(date)
}
