//! What happened, for a command that tries a policy on it: event files, or a store that was kept.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use super::replay::{inputs, progress};
use super::store::{AnyStore, StorePlace};
use super::{Failure, settings};
use crate::adapters::sqlite::{Durability, SqliteStore};
use crate::app::replay::{Replay, Told};
use crate::domain::Timestamp;
use crate::domain::policy::Rules;
use crate::wire;

/// What a file of SQLite begins with.
const SQLITE: &[u8] = b"SQLite format 3\0";

/// Where the history of a command is.
#[derive(Debug, clap::Args)]
pub(super) struct HistoryArg {
    /// What happened: event files or folders of them, each with a `--history` of its own, or `-` for standard input; or a
    /// store: its file, or `dynamodb:TABLE`
    #[arg(long = "history", required = true, value_name = "FILE|STORE")]
    places: Vec<HistoryPlace>,
}

/// One of the places, as a word on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
enum HistoryPlace {
    /// Event files, or a store's: the file tells.
    Path(PathBuf),
    Store(StorePlace),
}

impl FromStr for HistoryPlace {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.starts_with("dynamodb:") {
            return Ok(Self::Store(text.parse()?));
        }
        Ok(match text.strip_prefix("sqlite:") {
            Some(path) => Self::Store(StorePlace::File(PathBuf::from(path))),
            None => Self::Path(PathBuf::from(text)),
        })
    }
}

/// A history in a store, whichever way it came there.
pub(super) struct History {
    pub(super) store: AnyStore,
    /// Where it ends; in a store that was kept, with its latest fact.
    pub(super) until: Option<Timestamp>,
    /// Events that could not be read.
    pub(super) malformed: u64,
}

impl HistoryArg {
    pub(super) async fn open(&self) -> Result<History, Failure> {
        let (mut stores, mut paths) = (Vec::new(), Vec::new());
        for place in &self.places {
            match place {
                HistoryPlace::Store(store) => stores.push(store.clone()),
                HistoryPlace::Path(path) if is_store(path) => stores.push(StorePlace::File(path.clone())),
                HistoryPlace::Path(path) => paths.push(path.clone()),
            }
        }
        match (stores.as_slice(), paths.as_slice()) {
            ([], paths) => read(paths).await,
            ([store], []) => Ok(History { store: store.look_into().await?, until: None, malformed: 0 }),
            _ => Err(Failure::Usage("a history is one store, or event files: name one or the other".to_owned())),
        }
    }
}

fn is_store(path: &Path) -> bool {
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(SQLITE.len() as u64).read_to_end(&mut head));
    path.is_file() && read.is_ok() && head == SQLITE
}

/// Reads events into a temporary store. No policy holds meanwhile: what follows from one is not asked for here.
async fn read(paths: &[PathBuf]) -> Result<History, Failure> {
    let sources = inputs::sources(paths)?;
    // A path of "" is SQLite's own word for a temporary file, which goes with the connection.
    let store = SqliteStore::open(Path::new(""), Durability::AtFlush).map_err(Failure::failed)?;
    let rules = Rules { policies: Vec::new(), dimensions: Vec::new(), ..settings::policy(None)?.rules };
    let mut replay = Replay::new(&store, &rules, None).await?;
    let mut malformed = 0;
    let progress = progress(&sources);
    for mut ahead in wire::read_ahead(inputs::documents(sources)) {
        if let Some(failure) = ahead.of.failure.take() {
            return Err(Failure::Failed(failure));
        }
        for reading in ahead.readings(replay.now()) {
            let told = replay.feed(reading).await?;
            malformed += told.iter().filter(|told| matches!(told, Told::Malformed { .. })).count() as u64;
        }
        progress.set_position(ahead.of.consumed);
    }
    replay.finish().await?;
    progress.finish_and_clear();
    let until = Some(replay.now());
    Ok(History { store: AnyStore::Sqlite(Arc::new(store)), until, malformed })
}

/// Says what is left out, where a person or a log sees it, so that figures go out alone.
pub(super) fn warn(malformed: u64, unreadable: u64) -> io::Result<()> {
    use io::Write;
    let mut err = io::stderr();
    if malformed > 0 {
        writeln!(err, "holdpoint: {malformed} malformed events are left out; `holdpoint replay` shows them")?;
    }
    if unreadable > 0 {
        writeln!(err, "holdpoint: {unreadable} approvals are left out, because their records cannot be read")?;
    }
    Ok(())
}
