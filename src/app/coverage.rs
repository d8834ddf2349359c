//! Which gates of a history have a policy, and which policies have a gate.

use std::collections::BTreeMap;

use super::pages::Pages;
use crate::domain::policy::Rules;
use crate::domain::{Gate, PolicyName, Timestamp};
use crate::ports::store::{Query, Store, StoreError};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    pub approvals: u64,
    pub gates: usize,
    /// Gates that no policy matches, those with the most approvals first.
    pub unmatched: Vec<Seen>,
    /// In the order of the policy file.
    pub policies: Vec<Covered>,
}

/// A gate at which somebody was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub gate: Gate,
    pub approvals: u64,
    pub last_requested_at: Option<Timestamp>,
}

/// A policy, and what it is the first to match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covered {
    pub policy: PolicyName,
    pub gates: u64,
    pub approvals: u64,
    /// Gates that it matches as well, but that a policy before it has.
    pub taken_before: u64,
}

/// Looks at every approval in the store. Remembers gates, not approvals.
pub async fn coverage<S: Store>(store: &S, rules: &Rules) -> Result<Coverage, StoreError> {
    let (mut pages, mut gates) =
        (Pages::new(store, Query::default()), BTreeMap::<Gate, (u64, Option<Timestamp>)>::new());
    while let Some(page) = pages.next().await? {
        for known in page {
            let Some(gate) = known.gate else { continue };
            let (approvals, last) = gates.entry(gate).or_default();
            *approvals += 1;
            *last = (*last).max(known.requested_at);
        }
    }
    Ok(judge(gates, rules))
}

fn judge(gates: BTreeMap<Gate, (u64, Option<Timestamp>)>, rules: &Rules) -> Coverage {
    let none = |name: &PolicyName| Covered { policy: name.clone(), gates: 0, approvals: 0, taken_before: 0 };
    let mut coverage = Coverage {
        approvals: gates.values().map(|(approvals, _)| approvals).sum(),
        gates: gates.len(),
        unmatched: Vec::new(),
        policies: rules.policies.iter().map(|policy| none(&policy.name)).collect(),
    };
    for (gate, (approvals, last_requested_at)) in gates {
        let matching =
            rules.policies.iter().zip(&mut coverage.policies).filter(|(policy, _)| policy.gates.matches(&gate));
        let mut is_taken = false;
        for (_, covered) in matching {
            if is_taken {
                covered.taken_before += 1;
            } else {
                covered.gates += 1;
                covered.approvals += approvals;
            }
            is_taken = true;
        }
        if !is_taken {
            coverage.unmatched.push(Seen { gate, approvals, last_requested_at });
        }
    }
    // A stable sort: what is asked equally often stays in the order of the gates.
    coverage.unmatched.sort_by_key(|seen| std::cmp::Reverse(seen.approvals));
    coverage
}
