//! Rows of the tables, as the domain's types.

use chrono::DateTime;
use rusqlite::Row;

use super::corrupt;
use crate::domain::measure::Labels;
use crate::domain::projection::Projection;
use crate::domain::{ApprovalId, ExecutionId, Gate, PolicyName, Timestamp};
use crate::ports::store::{Gauge, StoreError};
use crate::record::RecordError;
use crate::record::names::Named;

/// A query for projections; the columns are those that [`read_projection`] reads.
macro_rules! projections {
    ($tail:literal) => {
        concat!(
            "SELECT a.id, a.phase, a.execution, a.attempt, a.requested_at, a.deadline, a.expires_at, a.breached,
                    a.due_at, a.outcome, a.basis, a.ended_at, a.decided_by, a.comment, a.changed_at,
                    g.account, g.region, g.pipeline, g.stage, g.action, g.policy
             FROM approvals a LEFT JOIN gates g ON g.n = a.gate ",
            $tail
        )
    };
}
pub(super) use projections;

pub(super) fn millis(at: Timestamp) -> i64 {
    at.timestamp_millis()
}

pub(super) fn time(millis: i64) -> Timestamp {
    DateTime::from_timestamp_millis(millis).unwrap_or(Timestamp::MAX_UTC)
}

pub(super) fn read_projection(row: &Row<'_>) -> Result<Projection, StoreError> {
    let id: String = row.get(0).map_err(super::unavailable)?;
    read(row, &id).map_err(|error| match error {
        ReadError::Sqlite(cause) => super::unavailable(cause),
        ReadError::Record(cause) => corrupt(&id, cause),
    })
}

enum ReadError {
    Sqlite(rusqlite::Error),
    Record(RecordError),
}

impl From<rusqlite::Error> for ReadError {
    fn from(cause: rusqlite::Error) -> Self {
        Self::Sqlite(cause)
    }
}

impl From<RecordError> for ReadError {
    fn from(cause: RecordError) -> Self {
        Self::Record(cause)
    }
}

fn read(row: &Row<'_>, id: &str) -> Result<Projection, ReadError> {
    let at = |column: usize| row.get::<_, Option<i64>>(column).map(|millis| millis.map(time));
    let labels = match row.get::<_, Option<String>>(17)? {
        Some(_) => Some(read_labels(row, 15)?),
        None => None,
    };
    Ok(Projection {
        id: ApprovalId::new(id),
        phase: named(row.get(1)?)?,
        policy: labels.as_ref().and_then(|labels| labels.policy.clone()),
        gate: labels.map(|labels| labels.gate),
        execution: row.get::<_, Option<String>>(2)?.map(ExecutionId::new),
        attempt: row.get(3)?,
        requested_at: at(4)?,
        deadline: at(5)?,
        expires_at: at(6)?,
        breached: row.get(7)?,
        due_at: at(8)?,
        outcome: row.get::<_, Option<String>>(9)?.map(named).transpose()?,
        basis: row.get::<_, Option<String>>(10)?.map(named).transpose()?,
        ended_at: at(11)?,
        decided_by: row.get(12)?,
        comment: row.get(13)?,
        changed_at: at(14)?,
    })
}

pub(super) fn read_gauge(row: &Row<'_>) -> rusqlite::Result<Gauge> {
    Ok(Gauge {
        labels: read_labels(row, 0)?,
        waiting: row.get(6)?,
        overdue: row.get(7)?,
        oldest_requested_at: row.get::<_, Option<i64>>(8)?.map(time),
    })
}

/// Account, region, pipeline, stage, action and policy, from column `first` on.
fn read_labels(row: &Row<'_>, first: usize) -> rusqlite::Result<Labels> {
    let known = |text: String| Some(text).filter(|t| !t.is_empty());
    Ok(Labels {
        gate: Gate {
            account: known(row.get(first)?),
            region: row.get(first + 1)?,
            pipeline: row.get(first + 2)?,
            stage: row.get(first + 3)?,
            action: row.get(first + 4)?,
        },
        policy: known(row.get(first + 5)?).map(PolicyName::new),
    })
}

fn named<T: Named>(word: String) -> Result<T, RecordError> {
    T::from_word(&word)
}
