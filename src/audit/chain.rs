//! The hash chain of an approval's facts.
//!
//! Each hash is of the one before and of a fact, and the first of the approval's id: a fact that is changed, cut out, added
//! or moved changes every hash from there on, and the facts of one approval are not those of another.

use serde_json::Value;

use super::canonical;
use super::hash::Hash;
use crate::domain::{ApprovalId, Fact};
use crate::record::fact::FactRecord;

/// What stands before the id, so that the hash is of nothing else.
const BEGINNING: &[u8] = b"holdpoint approval 1\n";

/// The hash that the first fact follows.
pub fn beginning(approval: &str) -> Hash {
    Hash::of_all([BEGINNING, approval.as_bytes()])
}

/// The hash behind a fact, given in its canonical form.
pub fn link(before: &Hash, canonical: &[u8]) -> Hash {
    Hash::of_all([before.as_bytes(), canonical])
}

/// A fact in its canonical form; `None` if what is read there can be no fact.
pub fn canonical(fact: &Value) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    canonical::write(fact, &mut bytes)?;
    Some(bytes)
}

/// The hash behind each fact. The last one is the chain's head.
pub fn of(approval: &ApprovalId, facts: &[Fact]) -> Result<Vec<Hash>, serde_json::Error> {
    let mut head = beginning(approval.as_str());
    let mut chain = Vec::with_capacity(facts.len());
    for fact in facts {
        let value = serde_json::to_value(FactRecord::from(fact))?;
        let bytes = canonical(&value).ok_or_else(|| serde::ser::Error::custom("a fact holds a fraction"))?;
        head = link(&head, &bytes);
        chain.push(head);
    }
    Ok(chain)
}

/// The same of facts that were read; `None` if one of them can be no fact.
pub fn of_values(approval: &str, facts: &[Value]) -> Option<Vec<Hash>> {
    let step = |head: &mut Hash, fact: &Value| {
        *head = link(head, &canonical(fact)?);
        Some(*head)
    };
    let mut head = beginning(approval);
    facts.iter().map(|fact| step(&mut head, fact)).collect()
}
