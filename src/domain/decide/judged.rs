//! What is to be found by all that is known, and what no longer is.

use super::Facts;
use crate::domain::finding::FindingKind;
use crate::domain::judge::{claim, findings};
use crate::domain::policy::Rules;
use crate::domain::{Approval, FactKind};

pub(super) fn judged(facts: &mut Facts<'_>) {
    // Nothing new leads to no other judgement, also not where a policy has changed since.
    if facts.new.is_empty() {
        return;
    }
    let name = claimed(&facts.after, facts.rules);
    if name != facts.after.claimed_by {
        facts.add(FactKind::ClaimSeen { name });
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

/// In whose name a bot approved or rejected, whether or not anything is found of that.
fn claimed(approval: &Approval, rules: &Rules) -> Option<String> {
    approval.settlement.as_ref().filter(|settlement| settlement.outcome.is_decision())?;
    let controls = &approval.policy(rules)?.controls;
    claim(approval.decision()?, controls, &rules.people).map(|claim| claim.name)
}
