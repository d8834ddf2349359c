//! What changes the tables. Each function is one step of a transaction that its caller holds.

use std::collections::HashMap;

use chrono::TimeDelta;
use rusqlite::{Connection, OptionalExtension, params};

use super::rows::{millis, time};
use super::{corrupt, unavailable};
use crate::domain::execution::{ExecutionKey, ExecutionNews};
use crate::domain::measure::Labels;
use crate::domain::projection::Projection;
use crate::domain::{ApprovalId, Timestamp};
use crate::ports::store::{Claim, Claimed, Commit, PutBack, StoreError};
use crate::record::names::Named;
use crate::record::{self, RecordError};

/// Why a step fails: the database's fault, the record's, or the contract's.
#[derive(Debug)]
pub(super) enum WriteError {
    Sqlite(rusqlite::Error),
    Record(RecordError),
    Store(StoreError),
}

impl From<rusqlite::Error> for WriteError {
    fn from(cause: rusqlite::Error) -> Self {
        Self::Sqlite(cause)
    }
}

impl From<RecordError> for WriteError {
    fn from(cause: RecordError) -> Self {
        Self::Record(cause)
    }
}

impl From<WriteError> for StoreError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Sqlite(cause) => unavailable(cause),
            WriteError::Record(cause) => corrupt("(being written)", cause),
            WriteError::Store(error) => error,
        }
    }
}

/// The approval's row before.
#[derive(Default)]
struct Before {
    n: Option<i64>,
    version: u64,
    counted: Counted,
}

/// What the gauges of a gate count an approval as.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Counted {
    gate: Option<i64>,
    waiting: bool,
    overdue: bool,
}

pub(super) fn commit(
    connection: &Connection,
    gates: &mut HashMap<Labels, i64>,
    commit: &Commit,
) -> Result<(), WriteError> {
    let before = expected(connection, commit)?;
    if let Some(claim) = &commit.finishes {
        finish(connection, claim)?;
    }
    let projection = &commit.projection;
    let gate = match &projection.gate {
        Some(gate) => {
            let labels = Labels { gate: gate.clone(), policy: projection.policy.clone() };
            Some(gate_row(connection, gates, labels)?)
        }
        None => None,
    };
    let version = before.version + commit.facts.len() as u64;
    let n = save_projection(connection, &before, projection, version, gate)?;
    let mut insert = connection.prepare_cached("INSERT INTO facts (approval, seq, fact) VALUES (?1, ?2, ?3)")?;
    for (seq, fact) in (before.version..).zip(&commit.facts) {
        insert.execute(params![n, seq, record::fact::to_text(fact)?])?;
    }
    let mut insert = connection.prepare_cached(
        "INSERT INTO outbox (id, approval, effect, not_before, since) VALUES (?1, ?2, ?3, ?4, ?4)
         ON CONFLICT (id) DO NOTHING",
    )?;
    for row in &commit.outbox {
        let effect = record::effect::to_text(&row.effect)?;
        insert.execute(params![row.id, commit.id.as_str(), effect, millis(row.not_before)])?;
    }
    let after =
        Counted { gate, waiting: projection.is_waiting(), overdue: projection.is_waiting() && projection.breached };
    Ok(count(connection, before.counted, after)?)
}

/// Takes all facts away, and then commits as if there had been none.
pub(super) fn prune(
    connection: &Connection,
    gates: &mut HashMap<Labels, i64>,
    commit: &Commit,
) -> Result<(), WriteError> {
    let before = expected(connection, commit)?;
    connection.prepare_cached("DELETE FROM facts WHERE approval = ?1")?.execute(params![before.n])?;
    connection.prepare_cached("UPDATE approvals SET version = 0 WHERE n = ?1")?.execute(params![before.n])?;
    self::commit(connection, gates, &Commit { expected: 0, ..commit.clone() })
}

/// What is there, if nobody was faster.
fn expected(connection: &Connection, commit: &Commit) -> Result<Before, WriteError> {
    let before = before(connection, &commit.id)?;
    if before.version == commit.expected { Ok(before) } else { Err(WriteError::Store(StoreError::Conflict)) }
}

fn before(connection: &Connection, id: &ApprovalId) -> rusqlite::Result<Before> {
    let found = connection
        .prepare_cached("SELECT n, version, gate, phase = 'waiting', breached FROM approvals WHERE id = ?1")?
        .query_row([id.as_str()], |row| {
            let waiting: bool = row.get(3)?;
            let breached: bool = row.get(4)?;
            let counted = Counted { gate: row.get(2)?, waiting, overdue: waiting && breached };
            Ok(Before { n: row.get(0)?, version: row.get(1)?, counted })
        })
        .optional()?;
    Ok(found.unwrap_or_default())
}

fn gate_row(connection: &Connection, gates: &mut HashMap<Labels, i64>, labels: Labels) -> rusqlite::Result<i64> {
    if let Some(n) = gates.get(&labels) {
        return Ok(*n);
    }
    let gate = &labels.gate;
    let n = connection
        .prepare_cached(
            "INSERT INTO gates (account, region, pipeline, stage, action, policy) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT DO UPDATE SET waiting = waiting RETURNING n",
        )?
        .query_row(
            params![
                gate.account.as_deref().unwrap_or_default(),
                gate.region,
                gate.pipeline,
                gate.stage,
                gate.action,
                labels.policy.as_ref().map(ToString::to_string).unwrap_or_default(),
            ],
            |row| row.get(0),
        )?;
    gates.insert(labels, n);
    Ok(n)
}

fn save_projection(
    connection: &Connection,
    before: &Before,
    projection: &Projection,
    version: u64,
    gate: Option<i64>,
) -> rusqlite::Result<i64> {
    let p = projection;
    let sql = if before.n.is_some() {
        "UPDATE approvals SET version = ?2, phase = ?3, gate = ?4, execution = ?5, attempt = ?6, requested_at = ?7,
             deadline = ?8, expires_at = ?9, breached = ?10, due_at = ?11, outcome = ?12, basis = ?13, ended_at = ?14,
             listed_at = ?15, decided_by = ?16, comment = ?17, changed_at = ?18
         WHERE id = ?1"
    } else {
        "INSERT INTO approvals (id, version, phase, gate, execution, attempt, requested_at, deadline, expires_at,
             breached, due_at, outcome, basis, ended_at, listed_at, decided_by, comment, changed_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)"
    };
    connection.prepare_cached(sql)?.execute(params![
        p.id.as_str(),
        version,
        p.phase.word(),
        gate,
        p.execution.as_ref().map(crate::domain::ExecutionId::as_str),
        p.attempt,
        p.requested_at.map(millis),
        p.deadline.map(millis),
        p.expires_at.map(millis),
        p.breached,
        p.due_at.map(millis),
        p.outcome.map(Named::word),
        p.basis.map(Named::word),
        p.ended_at.map(millis),
        p.listed_at().map(millis),
        p.decided_by,
        p.comment,
        p.changed_at.map(millis),
    ])?;
    Ok(before.n.unwrap_or_else(|| connection.last_insert_rowid()))
}

/// Moves the gauges by what the commit changed.
fn count(connection: &Connection, before: Counted, after: Counted) -> rusqlite::Result<()> {
    if before == after {
        return Ok(());
    }
    let mut add =
        connection.prepare_cached("UPDATE gates SET waiting = waiting + ?2, overdue = overdue + ?3 WHERE n = ?1")?;
    for (counted, sign) in [(before, -1), (after, 1)] {
        let (waiting, overdue) = (sign * i64::from(counted.waiting), sign * i64::from(counted.overdue));
        if counted.gate.is_some() && (waiting, overdue) != (0, 0) {
            add.execute(params![counted.gate, waiting, overdue])?;
        }
    }
    Ok(())
}

pub(super) fn claim(
    connection: &Connection,
    now: Timestamp,
    lease: TimeDelta,
    limit: usize,
) -> Result<Vec<Claimed>, WriteError> {
    let mut statement = connection.prepare_cached(
        "UPDATE outbox SET token = token + 1, not_before = ?2
         WHERE n IN (SELECT n FROM outbox WHERE not_before <= ?1 ORDER BY not_before, n LIMIT ?3)
         RETURNING n, id, token, approval, effect, attempts, since",
    )?;
    let mut rows = statement.query(params![millis(now), millis(now + lease), limit])?;
    let mut claimed = Vec::new();
    while let Some(row) = rows.next()? {
        let effect: String = row.get(4)?;
        let claim = Claim { row: row.get(1)?, token: row.get(2)? };
        claimed.push((
            row.get::<_, i64>(0)?,
            Claimed {
                claim,
                approval: ApprovalId::new(row.get::<_, String>(3)?),
                effect: record::effect::from_text(&effect)?,
                attempts: row.get(5)?,
                since: time(row.get(6)?),
            },
        ));
    }
    // RETURNING promises no order.
    claimed.sort_by_key(|(n, _)| *n);
    Ok(claimed.into_iter().map(|(_, claimed)| claimed).collect())
}

pub(super) fn finish(connection: &Connection, claim: &Claim) -> Result<(), WriteError> {
    let mut delete = connection.prepare_cached("DELETE FROM outbox WHERE id = ?1 AND token = ?2")?;
    one_row(delete.execute(params![claim.row, claim.token])?)
}

pub(super) fn put_back(
    connection: &Connection,
    claim: &Claim,
    not_before: Timestamp,
    why: PutBack,
) -> Result<(), WriteError> {
    let mut update = connection.prepare_cached(
        "UPDATE outbox SET not_before = ?3, attempts = attempts + ?4, token = token + 1 WHERE id = ?1 AND token = ?2",
    )?;
    one_row(update.execute(params![claim.row, claim.token, millis(not_before), why.attempts()])?)
}

fn one_row(changed: usize) -> Result<(), WriteError> {
    if changed == 1 { Ok(()) } else { Err(WriteError::Store(StoreError::LeaseLost)) }
}

pub(super) fn hear(
    connection: &Connection,
    key: &ExecutionKey,
    news: &ExecutionNews,
    now: Timestamp,
) -> Result<(), WriteError> {
    let text = record::execution::to_text(news)?;
    let account = key.account.as_deref().unwrap_or_default();
    connection
        .prepare_cached(
            "INSERT INTO executions (id, pipeline, region, account, news, heard_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT DO NOTHING",
        )?
        .execute(params![key.id.as_str(), key.pipeline, key.region, account, text, millis(now)])?;
    Ok(())
}

pub(super) fn forget_executions(connection: &Connection, before: Timestamp) -> Result<u64, WriteError> {
    let forgotten = connection
        .prepare_cached(
            "DELETE FROM executions WHERE heard_at < ?1 AND NOT EXISTS (
                 SELECT 1 FROM approvals a WHERE a.execution = executions.id AND a.phase IN ('waiting', 'ended'))",
        )?
        .execute(params![millis(before)])?;
    Ok(forgotten as u64)
}
