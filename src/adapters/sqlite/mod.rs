//! The embedded store: one SQLite file in WAL mode, which other processes may read meanwhile.
//!
//! Calls block for as long as the disk takes, some milliseconds at most; they are made from a runtime with more than
//! one thread, so a slow disk delays nobody but those who wait for it.

mod rows;
mod write;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::TimeDelta;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, TransactionBehavior, params};

use crate::domain::execution::{Execution, ExecutionKey, ExecutionNews};
use crate::domain::measure::Labels;
use crate::domain::projection::Projection;
use crate::domain::{ApprovalId, Timestamp};
use crate::ports::store::{
    Claim, Claimed, Commit, Cursor, Gauge, Loaded, MAX_REJECTS, PutBack, Query, Reject, Store, StoreError,
};
use crate::record;
use rows::{millis, projections, read_projection, time};

/// The version of the tables, kept in the file.
const SCHEMA_VERSION: i64 = 2;
/// What turns tables of version 1 into those of version 2.
const FROM_1_TO_2: &str = "ALTER TABLE approvals ADD COLUMN changed_at INTEGER";
/// `hold`, so that `file` and SQLite's own tools can tell what it is.
const APPLICATION_ID: i64 = 0x686f_6c64;
/// How long to wait for another process that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// When a commit survives a crash of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Each commit, before it returns.
    EachCommit,
    /// All commits so far, at [`Store::flush`]: one transaction for many of them. Until then nobody else sees them.
    AtFlush,
}

pub struct SqliteStore {
    inner: Mutex<Inner>,
}

struct Inner {
    connection: Connection,
    durability: Durability,
    /// The rows of `gates` that this connection has met.
    gates: HashMap<Labels, i64>,
}

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("cannot open the store `{path}`: {cause}")]
    Sqlite { path: PathBuf, cause: rusqlite::Error },
    #[error("`{path}` is not a store of holdpoint's")]
    Foreign { path: PathBuf },
    #[error(
        "the store `{path}` was written by a newer holdpoint (its tables are version {found}; this one knows {SCHEMA_VERSION}): update holdpoint"
    )]
    Newer { path: PathBuf, found: i64 },
}

impl SqliteStore {
    /// Opens the file, and makes it if there is none.
    pub fn open(path: &Path, durability: Durability) -> Result<Self, OpenError> {
        let sqlite = |cause| OpenError::Sqlite { path: path.to_owned(), cause };
        let connection = Connection::open(path).map_err(sqlite)?;
        Self::prepare(connection, durability, path)
    }

    /// A store in memory, gone with the process.
    pub fn in_memory(durability: Durability) -> Result<Self, OpenError> {
        let path = Path::new(":memory:");
        let sqlite = |cause| OpenError::Sqlite { path: path.to_owned(), cause };
        Self::prepare(Connection::open_in_memory().map_err(sqlite)?, durability, path)
    }

    fn prepare(mut connection: Connection, durability: Durability, path: &Path) -> Result<Self, OpenError> {
        let sqlite = |cause| OpenError::Sqlite { path: path.to_owned(), cause };
        connection.busy_timeout(BUSY_TIMEOUT).map_err(sqlite)?;
        let found = set_up(&mut connection, durability).map_err(sqlite)?;
        match found {
            Found::Ours => {}
            Found::Foreign => return Err(OpenError::Foreign { path: path.to_owned() }),
            Found::Newer(found) => return Err(OpenError::Newer { path: path.to_owned(), found }),
        }
        connection.set_prepared_statement_cache_capacity(64);
        Ok(Self { inner: Mutex::new(Inner { connection, durability, gates: HashMap::new() }) })
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        // What a panic interrupted is rolled back with its transaction.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Folds the write-ahead log into the file, so that the file alone is the whole store.
    pub fn close(self) -> Result<(), StoreError> {
        let inner = self.inner.into_inner().unwrap_or_else(PoisonError::into_inner);
        inner.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).map_err(unavailable)
    }
}

enum Found {
    Ours,
    Foreign,
    Newer(i64),
}

fn set_up(connection: &mut Connection, durability: Durability) -> rusqlite::Result<Found> {
    let application: i64 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if application != APPLICATION_ID && tables > 0 {
        return Ok(Found::Foreign);
    }
    if version > SCHEMA_VERSION {
        return Ok(Found::Newer(version));
    }
    // Without this, SQLite plans a query anew for every value that is bound to it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    let synchronous = match durability {
        Durability::EachCommit => "FULL",
        Durability::AtFlush => "NORMAL",
    };
    connection.execute_batch(&format!(
        "PRAGMA synchronous = {synchronous}; PRAGMA foreign_keys = ON; PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY;"
    ))?;
    if version < SCHEMA_VERSION {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Another process may have been faster.
        let version: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        match version {
            0 => transaction.execute_batch(include_str!("schema.sql"))?,
            1 => transaction.execute_batch(FROM_1_TO_2)?,
            _ => {}
        }
        transaction.execute_batch(&format!(
            "PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {SCHEMA_VERSION};"
        ))?;
        transaction.commit()?;
    }
    Ok(Found::Ours)
}

impl Store for SqliteStore {
    async fn load(&self, id: &ApprovalId) -> Result<Loaded, StoreError> {
        let inner = self.inner();
        let mut statement = inner
            .connection
            .prepare_cached(
                "SELECT f.fact FROM approvals a JOIN facts f ON f.approval = a.n WHERE a.id = ?1 ORDER BY f.seq",
            )
            .map_err(unavailable)?;
        let mut rows = statement.query([id.as_str()]).map_err(unavailable)?;
        let mut facts = Vec::new();
        while let Some(row) = rows.next().map_err(unavailable)? {
            let text = row.get_ref(0).and_then(|value| Ok(value.as_str()?)).map_err(unavailable)?;
            facts.push(record::fact::from_text(text).map_err(|cause| corrupt(id.as_str(), cause))?);
        }
        Ok(Loaded { version: facts.len() as u64, facts })
    }

    async fn commit(&self, commit: &Commit) -> Result<(), StoreError> {
        self.inner().write(|connection, gates| write::commit(connection, gates, commit))
    }

    async fn prune(&self, commit: &Commit) -> Result<(), StoreError> {
        self.inner().write(|connection, gates| write::prune(connection, gates, commit))
    }

    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<ApprovalId>, StoreError> {
        let inner = self.inner();
        let mut statement = inner
            .connection
            .prepare_cached("SELECT id FROM approvals WHERE due_at <= ?1 ORDER BY due_at, n LIMIT ?2")
            .map_err(unavailable)?;
        let ids = statement
            .query_map(params![millis(now), limit], |row| row.get::<_, String>(0).map(ApprovalId::new))
            .map_err(unavailable)?;
        ids.collect::<Result<_, _>>().map_err(unavailable)
    }

    async fn next_wake(&self) -> Result<Option<Timestamp>, StoreError> {
        let inner = self.inner();
        let mut statement = inner
            .connection
            .prepare_cached(
                "SELECT (SELECT min(due_at) FROM approvals WHERE due_at IS NOT NULL), (SELECT min(not_before) FROM outbox)",
            )
            .map_err(unavailable)?;
        let times =
            statement.query_row([], |row| Ok([row.get::<_, Option<i64>>(0)?, row.get(1)?])).map_err(unavailable)?;
        Ok(times.into_iter().flatten().min().map(time))
    }

    async fn claim(&self, now: Timestamp, lease: TimeDelta, limit: usize) -> Result<Vec<Claimed>, StoreError> {
        self.inner().write(|connection, _| write::claim(connection, now, lease, limit))
    }

    async fn finish(&self, claim: &Claim) -> Result<(), StoreError> {
        self.inner().write(|connection, _| write::finish(connection, claim))
    }

    async fn put_back(&self, claim: &Claim, not_before: Timestamp, why: PutBack) -> Result<(), StoreError> {
        self.inner().write(|connection, _| write::put_back(connection, claim, not_before, why))
    }

    async fn hear(&self, key: &ExecutionKey, news: &ExecutionNews, now: Timestamp) -> Result<(), StoreError> {
        self.inner().write(|connection, _| write::hear(connection, key, news, now))
    }

    async fn execution(&self, key: &ExecutionKey) -> Result<(Execution, usize), StoreError> {
        let inner = self.inner();
        let mut statement = inner
            .connection
            .prepare_cached(
                "SELECT news FROM executions WHERE id = ?1 AND pipeline = ?2 AND region = ?3 AND account = ?4
                 ORDER BY news",
            )
            .map_err(unavailable)?;
        let account = key.account.as_deref().unwrap_or_default();
        let mut rows =
            statement.query(params![key.id.as_str(), key.pipeline, key.region, account]).map_err(unavailable)?;
        let (mut execution, mut count) = (Execution::default(), 0);
        while let Some(row) = rows.next().map_err(unavailable)? {
            let text = row.get_ref(0).and_then(|value| Ok(value.as_str()?)).map_err(unavailable)?;
            execution.learn(&record::execution::from_text(text).map_err(|cause| corrupt(key.id.as_str(), cause))?);
            count += 1;
        }
        Ok((execution, count))
    }

    async fn forget_executions(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.inner().write(|connection, _| write::forget_executions(connection, before))
    }

    async fn approvals_of(&self, key: &ExecutionKey) -> Result<Vec<Projection>, StoreError> {
        let account = key.account.as_deref().unwrap_or_default();
        self.projections(
            projections!(
                "WHERE a.execution = ?1 AND g.pipeline = ?2 AND g.region = ?3 AND g.account = ?4 ORDER BY a.n"
            ),
            params![key.id.as_str(), key.pipeline, key.region, account],
        )
    }

    async fn projection(&self, id: &ApprovalId) -> Result<Option<Projection>, StoreError> {
        Ok(self.projections(projections!("WHERE a.id = ?1"), params![id.as_str()])?.pop())
    }

    async fn list(&self, query: &Query, after: Option<&Cursor>, limit: usize) -> Result<Vec<Projection>, StoreError> {
        // Whatever is listed has a time, so the row value never compares with NULL.
        let (at, id) = after.map_or((i64::MIN, ""), |cursor| (millis(cursor.at), cursor.id.as_str()));
        // The phases pick the partial index whose condition they repeat.
        let sql = if query.open_only {
            projections!(
                "WHERE a.phase IN ('waiting', 'ended')
                   AND (?1 IS NULL OR a.listed_at >= ?1) AND (?2 IS NULL OR a.listed_at < ?2)
                   AND (a.listed_at, a.id) > (?3, ?4) ORDER BY a.listed_at, a.id LIMIT ?5"
            )
        } else {
            projections!(
                "WHERE a.phase <> 'unseen'
                   AND (?1 IS NULL OR a.listed_at >= ?1) AND (?2 IS NULL OR a.listed_at < ?2)
                   AND (a.listed_at, a.id) > (?3, ?4) ORDER BY a.listed_at, a.id LIMIT ?5"
            )
        };
        self.projections(sql, params![query.from.map(millis), query.to.map(millis), at, id, limit])
    }

    async fn gauges(&self) -> Result<Vec<Gauge>, StoreError> {
        let inner = self.inner();
        let mut statement = inner
            .connection
            .prepare_cached(
                "SELECT account, region, pipeline, stage, action, policy, waiting, overdue,
                        (SELECT min(requested_at) FROM approvals WHERE gate = gates.n AND phase = 'waiting')
                 FROM gates WHERE waiting > 0 ORDER BY pipeline, stage, action, region, account, policy",
            )
            .map_err(unavailable)?;
        let gauges = statement.query_map([], rows::read_gauge).map_err(unavailable)?;
        gauges.collect::<Result<_, _>>().map_err(unavailable)
    }

    async fn reject(&self, reject: &Reject) -> Result<(), StoreError> {
        self.inner().write(|connection, _| {
            connection
                .prepare_cached("INSERT INTO rejects (at, source, reason, body) VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![millis(reject.at), reject.source, reject.reason, reject.body])?;
            connection
                .prepare_cached("DELETE FROM rejects WHERE n <= (SELECT max(n) FROM rejects) - ?1")?
                .execute(params![MAX_REJECTS])?;
            Ok(())
        })
    }

    async fn rejects(&self, limit: usize) -> Result<Vec<Reject>, StoreError> {
        let inner = self.inner();
        let mut statement = inner
            .connection
            .prepare_cached("SELECT at, source, reason, body FROM rejects ORDER BY n DESC LIMIT ?1")
            .map_err(unavailable)?;
        let rejects = statement
            .query_map(params![limit], |row| {
                Ok(Reject { at: time(row.get(0)?), source: row.get(1)?, reason: row.get(2)?, body: row.get(3)? })
            })
            .map_err(unavailable)?;
        rejects.collect::<Result<_, _>>().map_err(unavailable)
    }

    async fn flush(&self) -> Result<(), StoreError> {
        self.inner().flush()
    }
}

impl SqliteStore {
    fn projections(&self, sql: &str, params: impl rusqlite::Params) -> Result<Vec<Projection>, StoreError> {
        let inner = self.inner();
        let mut statement = inner.connection.prepare_cached(sql).map_err(unavailable)?;
        let rows = statement.query_map(params, |row| Ok(read_projection(row))).map_err(unavailable)?;
        let mut projections = Vec::new();
        for row in rows {
            projections.push(row.map_err(unavailable)??);
        }
        Ok(projections)
    }
}

impl Inner {
    /// Runs `change` as one transaction, or as one step of the transaction that [`Inner::flush`] ends.
    fn write<T>(
        &mut self,
        change: impl FnOnce(&Connection, &mut HashMap<Labels, i64>) -> Result<T, write::WriteError>,
    ) -> Result<T, StoreError> {
        let is_batch = self.durability == Durability::AtFlush;
        if is_batch && self.connection.is_autocommit() {
            self.connection.execute_batch("BEGIN IMMEDIATE").map_err(unavailable)?;
        }
        let (begin, commit, undo) = if is_batch {
            ("SAVEPOINT step", "RELEASE step", "ROLLBACK TO step; RELEASE step")
        } else {
            ("BEGIN IMMEDIATE", "COMMIT", "ROLLBACK")
        };
        run(&self.connection, begin).map_err(unavailable)?;
        let result = change(&self.connection, &mut self.gates).map_err(StoreError::from);
        match result {
            Ok(value) => run(&self.connection, commit).map(|()| value).map_err(unavailable),
            Err(error) => {
                // The rows that the transaction added are gone with it.
                self.gates.clear();
                self.connection.execute_batch(undo).map_err(unavailable)?;
                Err(error)
            }
        }
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        if self.connection.is_autocommit() { Ok(()) } else { run(&self.connection, "COMMIT").map_err(unavailable) }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Err(error) = self.flush() {
            tracing::error!(%error, "the last batch could not be written");
        }
    }
}

fn run(connection: &Connection, statement: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(statement)?.execute([]).map(|_| ())
}

fn unavailable(error: rusqlite::Error) -> StoreError {
    StoreError::Unavailable(Box::new(error))
}

fn corrupt(id: &str, cause: record::RecordError) -> StoreError {
    StoreError::Corrupt { id: id.to_owned(), cause: Box::new(cause) }
}
