//! What is to be found by all that is known, and what no longer is.

use super::Facts;
use crate::domain::FactKind;
use crate::domain::finding::FindingKind;
use crate::domain::judge::findings;

pub(super) fn judged(facts: &mut Facts<'_>) {
    // Nothing new leads to no other judgement, also not where a policy has changed since.
    if facts.new.is_empty() {
        return;
    }
    let found = findings(&facts.after, facts.rules);
    let known: Vec<FindingKind> = facts.after.findings.keys().copied().collect();
    for kind in known.iter().filter(|kind| !found.iter().any(|finding| finding.kind == **kind)) {
        facts.add(FactKind::Cleared(*kind));
    }
    for finding in found.into_iter().filter(|finding| !known.contains(&finding.kind)) {
        facts.add(FactKind::Found(finding));
    }
}
