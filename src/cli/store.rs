//! The store that a command is told to use: a file of its own, or a table in DynamoDB.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use chrono::TimeDelta;

use super::Failure;
#[cfg(feature = "aws")]
use crate::adapters::dynamodb::{self, DynamoStore};
use crate::adapters::sqlite::{Durability, SqliteStore};
use crate::domain::execution::{Execution, ExecutionKey, ExecutionNews};
use crate::domain::projection::Projection;
use crate::domain::{ApprovalId, Timestamp};
use crate::ports::store::{Claim, Claimed, Commit, Cursor, Gauge, Loaded, PutBack, Query, Reject, Store, StoreError};

/// Where facts are kept, as a word on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum StorePlace {
    File(PathBuf),
    /// `dynamodb:TABLE`.
    DynamoDb(String),
}

impl FromStr for StorePlace {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.strip_prefix("dynamodb:") {
            Some("") => Err("write the table's name: dynamodb:TABLE".to_owned()),
            Some(table) => Ok(Self::DynamoDb(table.to_owned())),
            None => Ok(Self::File(PathBuf::from(text))),
        }
    }
}

/// Either kind of store. Clones are the same store.
#[derive(Clone)]
pub(super) enum AnyStore {
    Sqlite(Arc<SqliteStore>),
    #[cfg(feature = "aws")]
    DynamoDb(DynamoStore),
}

impl StorePlace {
    /// The store, made if it is a file that is not there yet. Of a table nothing is asked yet.
    pub(super) async fn open(&self) -> Result<AnyStore, Failure> {
        match self {
            Self::File(path) => {
                let store = SqliteStore::open(path, Durability::EachCommit).map_err(Failure::failed)?;
                Ok(AnyStore::Sqlite(Arc::new(store)))
            }
            Self::DynamoDb(table) => in_dynamodb(table).await,
        }
    }

    /// Makes the table that is named here, unless it is there, and waits until it can be used.
    pub(super) async fn make_table(&self) -> Result<(), Failure> {
        match self {
            Self::File(_) => Err(Failure::Usage(
                "only a store in DynamoDB has a table to make: name one with `--store dynamodb:TABLE`".to_owned(),
            )),
            Self::DynamoDb(table) => make_table(table).await,
        }
    }

    /// The path, for a command that keeps its store in a file.
    pub(super) fn file(&self) -> Result<&Path, Failure> {
        match self {
            Self::File(path) => Ok(path),
            Self::DynamoDb(table) => Err(Failure::Usage(format!(
                "a replay is kept in a file and not in the table `{table}`: name a path with --store"
            ))),
        }
    }

    /// The store of a command that only looks, so it must be there.
    pub(super) async fn look_into(&self) -> Result<AnyStore, Failure> {
        match self {
            Self::File(path) if !path.exists() => Err(Failure::Failed(format!(
                "there is no store `{}`: `holdpoint serve` makes one; name another with --store",
                path.display()
            ))),
            other => other.open().await,
        }
    }

    /// Others may write to it, too.
    pub(super) fn is_shared(&self) -> bool {
        matches!(self, Self::DynamoDb(_))
    }
}

/// The store of a command that only looks, so it must be there.
#[derive(Debug, clap::Args)]
pub(super) struct StoreArg {
    /// The store that `holdpoint serve` or `holdpoint replay --store` keeps: a file, or `dynamodb:TABLE`
    #[arg(long = "store", value_name = "STORE", default_value = "holdpoint.sqlite")]
    place: StorePlace,
}

impl StoreArg {
    pub(super) async fn open(&self) -> Result<AnyStore, Failure> {
        self.place.look_into().await
    }
}

#[cfg(feature = "aws")]
async fn in_dynamodb(table: &str) -> Result<AnyStore, Failure> {
    Ok(AnyStore::DynamoDb(DynamoStore::new(client().await?, table)))
}

#[cfg(feature = "aws")]
async fn make_table(table: &str) -> Result<(), Failure> {
    Ok(dynamodb::create_table(&client().await?, table).await?)
}

#[cfg(feature = "aws")]
async fn client() -> Result<aws_sdk_dynamodb::Client, Failure> {
    Ok(aws_sdk_dynamodb::Client::new(&super::settings::aws().await?))
}

#[cfg(not(feature = "aws"))]
async fn in_dynamodb(_table: &str) -> Result<AnyStore, Failure> {
    Err(super::without_aws("a store in DynamoDB"))
}

#[cfg(not(feature = "aws"))]
async fn make_table(_table: &str) -> Result<(), Failure> {
    Err(super::without_aws("a store in DynamoDB"))
}

/// Asks whichever store it is.
macro_rules! ask {
    ($self:ident, $store:ident => $call:expr) => {
        match $self {
            AnyStore::Sqlite($store) => $call,
            #[cfg(feature = "aws")]
            AnyStore::DynamoDb($store) => $call,
        }
    };
}

impl Store for AnyStore {
    async fn load(&self, id: &ApprovalId) -> Result<Loaded, StoreError> {
        ask!(self, store => store.load(id).await)
    }

    async fn commit(&self, commit: &Commit) -> Result<(), StoreError> {
        ask!(self, store => store.commit(commit).await)
    }

    async fn prune(&self, commit: &Commit) -> Result<(), StoreError> {
        ask!(self, store => store.prune(commit).await)
    }

    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<ApprovalId>, StoreError> {
        ask!(self, store => store.due(now, limit).await)
    }

    async fn next_wake(&self) -> Result<Option<Timestamp>, StoreError> {
        ask!(self, store => store.next_wake().await)
    }

    async fn claim(&self, now: Timestamp, lease: TimeDelta, limit: usize) -> Result<Vec<Claimed>, StoreError> {
        ask!(self, store => store.claim(now, lease, limit).await)
    }

    async fn finish(&self, claim: &Claim) -> Result<(), StoreError> {
        ask!(self, store => store.finish(claim).await)
    }

    async fn put_back(&self, claim: &Claim, not_before: Timestamp, why: PutBack) -> Result<(), StoreError> {
        ask!(self, store => store.put_back(claim, not_before, why).await)
    }

    async fn hear(&self, key: &ExecutionKey, news: &ExecutionNews, now: Timestamp) -> Result<(), StoreError> {
        ask!(self, store => store.hear(key, news, now).await)
    }

    async fn execution(&self, key: &ExecutionKey) -> Result<(Execution, usize), StoreError> {
        ask!(self, store => store.execution(key).await)
    }

    async fn forget_executions(&self, before: Timestamp) -> Result<u64, StoreError> {
        ask!(self, store => store.forget_executions(before).await)
    }

    async fn approvals_of(&self, key: &ExecutionKey) -> Result<Vec<Projection>, StoreError> {
        ask!(self, store => store.approvals_of(key).await)
    }

    async fn projection(&self, id: &ApprovalId) -> Result<Option<Projection>, StoreError> {
        ask!(self, store => store.projection(id).await)
    }

    async fn list(&self, query: &Query, after: Option<&Cursor>, limit: usize) -> Result<Vec<Projection>, StoreError> {
        ask!(self, store => store.list(query, after, limit).await)
    }

    async fn gauges(&self) -> Result<Vec<Gauge>, StoreError> {
        ask!(self, store => store.gauges().await)
    }

    async fn reject(&self, reject: &Reject) -> Result<(), StoreError> {
        ask!(self, store => store.reject(reject).await)
    }

    async fn rejects(&self, limit: usize) -> Result<Vec<Reject>, StoreError> {
        ask!(self, store => store.rejects(limit).await)
    }

    async fn flush(&self) -> Result<(), StoreError> {
        ask!(self, store => store.flush().await)
    }
}
