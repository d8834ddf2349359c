//! What the report shows of an approval that takes some looking for.

use chrono::TimeDelta;

use crate::domain::finding::FindingKind;
use crate::domain::{Approval, Fact, FactKind, Timestamp};
use crate::notice::{Wall, found, visible};

/// A finding that no later evidence has cleared, in people's words.
pub(super) struct Found {
    pub(super) kind: &'static str,
    /// When it was found.
    pub(super) at: Timestamp,
    pub(super) says: &'static str,
    /// What it rests on, each with its label.
    pub(super) evidence: Vec<(&'static str, String)>,
}

/// By their kinds.
pub(super) fn findings(approval: &Approval, facts: &[Fact], wall: &Wall) -> Vec<Found> {
    let found_at = |kind: FindingKind| {
        let found = |fact: &&Fact| matches!(&fact.kind, FactKind::Found(finding) if finding.kind == kind);
        facts.iter().rfind(found).map(|fact| fact.recorded_at)
    };
    let line = |(kind, finding): (&FindingKind, &crate::domain::finding::Finding)| Found {
        kind: found::title(*kind),
        at: found_at(*kind).or(approval.changed_at).unwrap_or_default(),
        says: found::says(*kind),
        evidence: finding
            .evidence
            .iter()
            .map(|exhibit| {
                let time = found::time(exhibit).map(|at| wall.moment_in_full(at));
                (found::label(exhibit.what), time.unwrap_or_else(|| visible(&exhibit.is, 1000)))
            })
            .collect(),
    };
    approval.findings.iter().map(line).collect()
}

/// The wait by its policy's calendar; none where that was not written down.
pub(super) fn working_wait(approval: &Approval) -> Option<TimeDelta> {
    approval.settlement.as_ref()?.working_wait
}

/// What was promised when it ended, or is promised today.
pub(super) fn deadline(approval: &Approval, today: Option<Timestamp>) -> Option<Timestamp> {
    approval.settlement.as_ref().and_then(|settlement| settlement.deadline).or(today)
}
