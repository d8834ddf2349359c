//! What is measured, as plain values. How a metric is broken down is a matter of whoever emits it.

use super::policy::Dimension;
use super::{Gate, PolicyName, Timestamp};

/// Values measured at the same time of the same thing.
#[derive(Clone, Debug, PartialEq)]
pub struct Measures {
    pub labels: Labels,
    pub at: Timestamp,
    pub values: Vec<(Name, f64)>,
}

/// What a measure is about. Neither ids nor people: each distinct combination is a metric of its own, and costs.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Labels {
    pub gate: Gate,
    pub policy: Option<PolicyName>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Name {
    /// Seconds from the request to the decision, one value a decision.
    ApprovalLatency,
    /// 1 for a rejection and 0 for an approval, so that the average is the rate.
    Rejected,
    /// 1 for a decision after the deadline and 0 for one in time, so that the average is the rate.
    Breached,
    OutcomeApproved,
    OutcomeRejected,
    OutcomeTimedOut,
    OutcomeAbandoned,
    OutcomeCancelled,
    OutcomeNeverAsked,
    OutcomeFailed,
    /// A settled outcome that late evidence changed.
    OutcomeCorrected,
    RemindersSent,
    EscalationsSent,
    NoticesGivenUp,
    FindingsRaised,
    /// Gauge: approvals that wait now.
    Waiting,
    /// Gauge: seconds that the oldest of them has waited.
    OldestWait,
    /// Gauge: how many of them are past their deadline.
    Overdue,
    /// Gauge: 1 while the newest policy cannot be used and an older one holds.
    PolicyInvalid,
}

impl Name {
    /// CloudWatch's word for the unit.
    pub fn unit(self) -> &'static str {
        match self {
            Self::ApprovalLatency | Self::OldestWait => "Seconds",
            _ => "Count",
        }
    }
}

impl Labels {
    /// The value of one dimension; none where it is not known or does not apply.
    pub fn value(&self, dimension: Dimension) -> Option<&str> {
        match dimension {
            Dimension::Account => self.gate.account.as_deref(),
            Dimension::Region => Some(&self.gate.region),
            Dimension::Pipeline => Some(&self.gate.pipeline),
            Dimension::Stage => Some(&self.gate.stage),
            Dimension::Action => Some(&self.gate.action),
            Dimension::Policy => self.policy.as_ref().map(PolicyName::as_str),
        }
    }

    /// The names and values of a dimension set; none when one of its values is missing, because a metric without it
    /// would be another metric.
    pub fn dimensions<'a>(&'a self, set: &[Dimension]) -> Option<Vec<(&'static str, &'a str)>> {
        set.iter().map(|d| self.value(*d).map(|value| (d.as_str(), value))).collect()
    }
}

/// The smallest of `sorted` values that at least so many in a hundred do not exceed; none where there are no values.
pub fn percentile<T: Copy>(sorted: &[T], percent: usize) -> Option<T> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied()
}
