//! Which policy holds for a gate, and why none of those before it does.

use crate::domain::policy::Rules;
use crate::domain::{Gate, PolicyName};

/// A policy that was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    pub policy: PolicyName,
    /// None for the one that holds.
    pub misfits: Vec<Misfit>,
}

/// A part of the gate that the policy does not want so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// `account`, `region`, `pipeline`, `stage` or `action`.
    pub part: &'static str,
    /// None where it is not known.
    pub is: Option<String>,
    pub wanted: String,
}

/// The policies up to the one that holds, or all where none does.
pub(super) fn tried(rules: &Rules, gate: &Gate) -> Vec<Tried> {
    let mut tried: Vec<Tried> = Vec::new();
    for policy in &rules.policies {
        let misfits = policy.gates.misfits(gate).map(|misfit| Misfit {
            part: misfit.part,
            is: misfit.is.filter(|is| !is.is_empty()).map(str::to_owned),
            wanted: misfit.wanted.to_owned(),
        });
        tried.push(Tried { policy: policy.name.clone(), misfits: misfits.collect() });
        if tried.last().is_some_and(|last| last.misfits.is_empty()) {
            break;
        }
    }
    tried
}
