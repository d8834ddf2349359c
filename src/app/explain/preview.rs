//! What would happen to an approval that is asked for at a time of one's choice.

use super::{Explanation, explained};
use crate::domain::evidence::Source;
use crate::domain::input::Place;
use crate::domain::policy::Rules;
use crate::domain::{ApprovalId, Fact, FactKind, Gate, Timestamp};

/// Somebody is asked at this gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub gate: Gate,
    /// 2 and more after a retry.
    pub attempt: Option<u32>,
    pub at: Timestamp,
}

/// Explains an approval of which nothing is known but that it was asked for, and heard of at once.
pub fn preview(rules: &Rules, asked: Asked) -> Explanation {
    let Asked { gate, attempt, at } = asked;
    let policy = rules.policy_for(&gate).map(|policy| rules.reference(policy));
    let place = Place { gate, execution: None, attempt };
    let kind = FactKind::Requested { place, at, source: Source::ActionEvent, policy };
    explained(ApprovalId::new("preview"), vec![Fact { recorded_at: at, kind }], rules, at)
}
