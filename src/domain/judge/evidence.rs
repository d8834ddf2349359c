//! Whether the pieces of evidence say the same.

use super::{Found, text};
use crate::domain::Approval;
use crate::domain::evidence::{Decision, End, EndState, Outcome, Source, Verdict, Witness};
use crate::domain::fact::Settlement;
use crate::domain::finding::{FindingKind, What};

pub(super) fn disagrees(approval: &Approval, settlement: &Settlement, found: &mut Found) {
    let Some(believed) = approval.decision() else { return };
    // Whoever the API names at a time-out has decided nothing; that is known, and no contradiction.
    if settlement.outcome == Outcome::TimedOut {
        return;
    }
    let other = approval.decisions.iter().find(|other| contradicts(believed, other));
    let contradiction = match other {
        Some(other) => Some(statement(other)),
        None => approval
            .ends
            .iter()
            .find(|end| matches!(end.source, Source::ActionEvent | Source::Api) && !fits(end.state, believed.verdict))
            .map(ending),
    };
    if let Some(contradiction) = contradiction {
        let event = believed.event_id.as_ref().map(|id| text(What::EventId, id));
        let said = [text(What::Says, &statement(believed)), text(What::Contradicts, &contradiction)];
        found.add(FindingKind::EvidenceDisagrees, said.into_iter().chain(event).collect());
    }
}

fn contradicts(believed: &Decision, other: &Decision) -> bool {
    let is_another = match (&believed.by.arn, &other.by.arn) {
        (Some(believed), Some(other)) => believed != other,
        _ => false,
    };
    believed.verdict != other.verdict || is_another
}

/// How an action ends after such an answer.
fn fits(state: EndState, verdict: Verdict) -> bool {
    match (state, verdict) {
        (EndState::Succeeded, Verdict::Approved) | (EndState::Failed, Verdict::Rejected) => true,
        (EndState::Succeeded, Verdict::Rejected) | (EndState::Failed, Verdict::Approved) => false,
        // A run can be stopped, or its pipeline edited, right after an answer.
        (EndState::Abandoned | EndState::Canceled | EndState::Superseded, _) => true,
    }
}

fn ending(end: &End) -> String {
    let source = if end.source == Source::Api { Witness::Api.name() } else { "event" };
    let state = if end.state == EndState::Succeeded { "approved" } else { "not approved" };
    format!("{source}: {state}")
}

fn statement(decision: &Decision) -> String {
    let by = decision.by.arn.as_deref().or(decision.by.name.as_deref()).unwrap_or("somebody");
    let verdict = match decision.verdict {
        Verdict::Approved => "approved",
        Verdict::Rejected => "rejected",
    };
    format!("{}: {verdict} by {by}", decision.witness.name())
}
