//! What deciding costs beside writing, and what a sweep costs beside what is open.
//!
//! `cargo bench` prints, in one run: the rows a second of a whole replay and of the same rows written by the same store
//! with no logic, and the time of a sweep of 100 due approvals among a thousand and among a million open ones.

#[path = "../tests/suite/support/history.rs"]
mod history;
#[path = "support/recording.rs"]
mod recording;

use std::sync::LazyLock;

use chrono::{DateTime, TimeDelta, Utc};
use divan::Bencher;
use divan::counter::ItemsCount;
use holdpoint::adapters::sqlite::{Durability, SqliteStore};
use holdpoint::app::replay::Replay;
use holdpoint::app::sweep::sweep;
use holdpoint::domain::policy::Rules;
use holdpoint::policyfile;
use holdpoint::ports::store::Store;
use holdpoint::wire;

use recording::{Recording, Write};

fn main() {
    divan::main();
}

/// Runs through gates in the replay; twelve events each.
const RUNS: u64 = 5_000;

fn rules() -> Rules {
    policyfile::read("default", policyfile::DEFAULT).expect("the built-in policy is in order").rules
}

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).expect("a time in range")
}

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime can be made").block_on(future)
}

fn store(folder: &tempfile::TempDir) -> SqliteStore {
    SqliteStore::open(&folder.path().join("bench.sqlite"), Durability::AtFlush).expect("a new store can be made")
}

/// `count` runs of 50 pipelines, a minute apart. Most are approved within the hour; every tenth waits past a reminder,
/// every twentieth is rejected.
fn runs(count: u64, start: DateTime<Utc>) -> impl Iterator<Item = history::Run> {
    (0..count).map(move |number| history::Run {
        number,
        pipeline: number % 50,
        asked_at: start + TimeDelta::minutes(number.cast_signed()),
        wait: TimeDelta::minutes(if number % 10 == 9 { 150 } else { 5 + (number % 50).cast_signed() }),
        fate: if number % 20 == 7 { history::Fate::Rejected } else { history::Fate::Approved },
    })
}

/// The events of all runs, in the order of their times.
static EVENTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut events: Vec<(String, String)> = runs(RUNS, start())
        .flat_map(|run| run.events())
        .map(|text| {
            let event: serde_json::Value = serde_json::from_str(&text).expect("our own JSON");
            (event["time"].as_str().unwrap_or_default().to_owned(), text)
        })
        .collect();
    events.sort_by(|a, b| a.0.cmp(&b.0));
    events.into_iter().map(|(_, text)| text).collect()
});

struct Event(&'static str);

impl wire::Text for Event {
    fn text(&self) -> Result<&str, &str> {
        Ok(self.0)
    }
}

/// As `holdpoint replay` does it.
async fn replay<S: Store>(store: &S, rules: &Rules) {
    let mut replay = Replay::new(store, rules, None).await.expect("an empty store answers");
    for mut ahead in wire::read_ahead(EVENTS.iter().map(|text| Event(text))) {
        for reading in ahead.readings(replay.now()) {
            replay.feed(reading).await.expect("the store takes it");
        }
    }
    replay.finish().await.expect("the store takes it");
}

/// What a replay writes, written down once.
static WRITES: LazyLock<Vec<Write>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let recording = Recording::new(store(&folder));
    block_on(replay(&recording, &rules()));
    recording.writes.into_inner().expect("nobody panicked")
});

fn rows() -> usize {
    WRITES.iter().map(Write::rows).sum()
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn replay_with_logic(bencher: Bencher) {
    let rules = rules();
    let rows = rows();
    bencher
        .with_inputs(|| tempfile::tempdir().expect("a folder can be made"))
        .input_counter(move |_| ItemsCount::new(rows))
        .bench_local_refs(|folder| block_on(replay(&store(folder), &rules)));
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn same_rows_no_logic(bencher: Bencher) {
    let rows = rows();
    bencher
        .with_inputs(|| tempfile::tempdir().expect("a folder can be made"))
        .input_counter(move |_| ItemsCount::new(rows))
        .bench_local_refs(|folder| {
            let store = store(folder);
            block_on(async {
                for write in WRITES.iter() {
                    write.repeat(&store).await.expect("the store took it before");
                }
            });
        });
}

/// Approvals that have waited for a minute, and 100 that are due for their reminder.
fn open_store(open: u64) -> (tempfile::TempDir, SqliteStore, DateTime<Utc>) {
    const DUE: u64 = 100;
    let folder = tempfile::tempdir().expect("a folder can be made");
    let store = store(&folder);
    let rules = rules();
    let now = start() + TimeDelta::hours(3);
    block_on(async {
        for number in 0..open {
            // The due ones lie spread among the others.
            let is_due = number % (open / DUE) == 0;
            let asked_at = now - if is_due { TimeDelta::minutes(125) } else { TimeDelta::minutes(1) };
            let fate = history::Fate::Open;
            let run = history::Run { number, pipeline: number % 50, asked_at, wait: TimeDelta::zero(), fate };
            let text = run.events().pop().expect("the approval's beginning is the last event of an open run");
            for reading in wire::read(&text, asked_at) {
                let wire::Message::Heard(heard) = reading.message else { panic!("an approval began") };
                holdpoint::app::ingest::ingest(&store, &rules, &heard, asked_at).await.expect("the store takes it");
            }
            if number % 10_000 == 0 {
                store.flush().await.expect("the disk takes it");
            }
        }
        store.flush().await.expect("the disk takes it");
    });
    (folder, store, now)
}

/// A sweep as `holdpoint serve` runs it, each commit durable by itself. Each sample sweeps a fresh copy of the file, in
/// which the same 100 are due.
#[divan::bench(args = [1_000, 1_000_000], sample_count = 20, sample_size = 1)]
fn sweep_100_due_among_open(bencher: Bencher, open: u64) {
    let (folder, store, now) = open_store(open);
    store.close().expect("the log can be folded in");
    let original = folder.path().join("bench.sqlite");
    let rules = rules();
    bencher
        .with_inputs(|| {
            let copy = folder.path().join("copy.sqlite");
            for ending in ["", "-wal", "-shm"] {
                std::fs::remove_file(folder.path().join(format!("copy.sqlite{ending}"))).ok();
            }
            std::fs::copy(&original, &copy).expect("the disk has room");
            // Or else the sweep would wait for the disk to take the copy.
            std::fs::File::open(&copy).and_then(|file| file.sync_all()).expect("the disk takes it");
            SqliteStore::open(&copy, Durability::EachCommit).expect("a copy opens like the original")
        })
        .bench_local_values(|store| {
            let swept = block_on(async {
                let swept = sweep(&store, &rules, now).await.expect("the store answers");
                store.gauges().await.expect("the store answers");
                swept.changes.len()
            });
            assert_eq!(swept, 100);
            store
        });
}
