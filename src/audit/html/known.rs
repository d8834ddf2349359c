//! What the report shows of an approval that takes some looking for.

use chrono::TimeDelta;

use crate::audit::Entry;
use crate::domain::{FactKind, Timestamp};

/// Something an auditor should know of, in people's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingLine {
    /// The same words for all findings of one kind.
    pub kind: String,
    pub at: Timestamp,
    pub says: String,
    /// Each with its label.
    pub evidence: Vec<(String, String)>,
}

/// What else is known of an approval beside its facts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    pub findings: Vec<FindingLine>,
    /// The wait by its policy's calendar.
    pub working_wait: Option<TimeDelta>,
}

impl Known {
    pub(super) fn of(entry: &Entry<'_>) -> Self {
        Self { findings: findings(entry), working_wait: None }
    }
}

fn findings(entry: &Entry<'_>) -> Vec<FindingLine> {
    let given_up = entry.facts.iter().filter_map(|fact| match &fact.kind {
        FactKind::NoticeGivenUp { notice, recipient, attempts, reason } => Some(FindingLine {
            kind: "notice not delivered".to_owned(),
            at: fact.recorded_at,
            says: format!("{recipient} could not be told that somebody was waiting for a decision."),
            evidence: vec![
                ("Notice".to_owned(), notice.to_string()),
                ("Attempts".to_owned(), attempts.to_string()),
                ("Reason".to_owned(), reason.clone()),
            ],
        }),
        _ => None,
    });
    given_up.collect()
}
