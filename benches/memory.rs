//! Resident memory over a replay of a million events, read as a stream and kept nowhere but in the store.
//!
//! `cargo bench --bench memory` prints it after every hundred thousand, and fails if it grows.

#[path = "../tests/suite/support/history.rs"]
mod history;
#[path = "support/resident.rs"]
mod resident;

use chrono::{DateTime, TimeDelta};
use holdpoint::adapters::sqlite::{Durability, SqliteStore};
use holdpoint::app::replay::Replay;
use holdpoint::policyfile;
use holdpoint::wire;
use resident::resident;

const EVENTS: usize = 1_000_000;
const EVERY: usize = 100_000;
/// What the last tenth may take beyond the second: the first still warms caches up.
const MAX_GROWTH: f64 = 1.1;

struct Event(String);

impl wire::Text for Event {
    fn text(&self) -> Result<&str, &str> {
        Ok(&self.0)
    }
}

/// Runs a minute apart, without end, each made when it is asked for.
fn events() -> impl Iterator<Item = Event> {
    let start = DateTime::from_timestamp(1_790_000_000, 0).expect("a time in range");
    (0_u64..).flat_map(move |number| {
        let run = history::Run {
            number,
            pipeline: number % 50,
            asked_at: start + TimeDelta::minutes(number.cast_signed()),
            wait: TimeDelta::minutes(5 + (number % 200).cast_signed()),
            fate: match number % 20 {
                7 => history::Fate::Rejected,
                13 => history::Fate::Open,
                _ => history::Fate::Approved,
            },
        };
        run.events().into_iter().map(Event)
    })
}

fn main() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let store = SqliteStore::open(&folder.path().join("memory.sqlite"), Durability::AtFlush).expect("a new store");
    let rules = policyfile::read("default", policyfile::DEFAULT).expect("the built-in policy is in order").rules;
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime can be made");
    let samples = runtime.block_on(async {
        let mut replay = Replay::new(&store, &rules, None).await.expect("an empty store answers");
        let mut samples = Vec::new();
        for (number, mut ahead) in (1_usize..).zip(wire::read_ahead(events()).take(EVENTS)) {
            for reading in ahead.readings(replay.now()) {
                replay.feed(reading).await.expect("the store takes it");
            }
            if number.is_multiple_of(EVERY) {
                samples.push(resident());
                println!("{number:>9} events  {:>6.1} MiB resident", resident() / 1024.0);
            }
        }
        samples
    });
    let (early, late) = (samples[1], samples[samples.len() - 1]);
    println!("the last is {:.2} times the second", late / early);
    assert!(late <= early * MAX_GROWTH, "memory grows with the history");
}
