//! The archive: each day's files, for good.

mod s3;

use std::collections::BTreeMap;
use std::sync::Mutex;

use holdpoint::adapters::memory::MemoryStore;
use holdpoint::app::archive::{ArchivedDay, archive};
use holdpoint::app::ingest::ingest;
use holdpoint::app::sweep::sweep;
use holdpoint::domain::evidence::{EndState, Verdict};
use holdpoint::domain::input::{Heard, Input, Named};
use holdpoint::domain::{ApprovalId, Timestamp};
use holdpoint::ports::archive::{Archive, ArchiveError};
use serde_json::Value;

use crate::support::world::{decided, ended, minute, rules, started};

const DAY: i64 = 24 * 60;

/// Files in memory; the call with this number fails.
#[derive(Default)]
struct Shelf {
    files: Mutex<BTreeMap<String, String>>,
    failing_put: Mutex<Option<usize>>,
}

impl Archive for Shelf {
    async fn has(&self, name: &str) -> Result<bool, ArchiveError> {
        Ok(self.files.lock().expect("it works").contains_key(name))
    }

    async fn put(&self, name: &str, body: Vec<u8>) -> Result<(), ArchiveError> {
        let mut failing = self.failing_put.lock().expect("it works");
        match failing.as_mut() {
            Some(0) => {
                *failing = None;
                return Err(ArchiveError { name: name.to_owned(), cause: "no".into() });
            }
            Some(left) => *left -= 1,
            None => {}
        }
        self.files
            .lock()
            .expect("it works")
            .entry(name.to_owned())
            .or_insert(String::from_utf8(body).expect("it works"));
        Ok(())
    }
}

impl Shelf {
    /// The files of a day, but for its manifest.
    fn files(&self, day: &str, ending: &str) -> Vec<String> {
        let files = self.files.lock().expect("it works");
        let of_day = |(name, _): &(&String, &String)| name.contains(day) && name.ends_with(ending);
        files.iter().filter(of_day).map(|(_, body)| body.clone()).collect()
    }

    fn lines(&self, day: &str) -> Vec<Value> {
        let files = self.files(day, ".jsonl");
        files.iter().flat_map(|body| body.lines()).map(|line| serde_json::from_str(line).expect("it works")).collect()
    }
}

async fn hear(store: &MemoryStore, id: &str, input: Input, now: Timestamp) {
    let heard = Heard::Approval { named: Named::ById(ApprovalId::new(id)), input };
    ingest(store, &rules(), &heard, now).await.expect("it works");
}

async fn run(store: &MemoryStore, shelf: &Shelf, now: Timestamp) -> Vec<ArchivedDay> {
    archive(store, shelf, now).await.expect("it works")
}

#[tokio::test]
async fn a_day_that_is_over_is_written_once_with_all_that_happened_on_it() {
    let (store, shelf) = (MemoryStore::new(), Shelf::default());
    hear(&store, "decided", started(minute(0)), minute(0)).await;
    hear(&store, "decided", decided(Verdict::Approved, minute(30)), minute(33)).await;
    hear(&store, "open", started(minute(60)), minute(60)).await;
    assert_eq!(run(&store, &shelf, minute(120)).await.len(), 7, "the days before, on which nothing happened");
    let done = run(&store, &shelf, minute(DAY)).await;
    assert_eq!((done.len(), done[0].day.to_string(), done[0].approvals), (1, "2026-10-05".to_owned(), 2));
    assert_eq!(run(&store, &shelf, minute(DAY + 60)).await, []);
    let lines = shelf.lines("2026-10-05");
    let told: Vec<_> = lines.iter().map(|line| (line["approval"].as_str(), line["phase"].as_str())).collect();
    assert_eq!(told, [(Some("decided"), Some("settled")), (Some("open"), Some("waiting"))]);
    assert_eq!(lines[0]["facts"].as_array().map(Vec::len), Some(3));
    let tables = shelf.files("2026-10-05", ".csv");
    assert_eq!(tables.len(), 1);
    assert_eq!(tables[0].lines().count(), 3);
}

#[tokio::test]
async fn what_is_learnt_on_a_later_day_is_in_that_days_files_too() {
    let (store, shelf) = (MemoryStore::new(), Shelf::default());
    hear(&store, "a", started(minute(0)), minute(0)).await;
    run(&store, &shelf, minute(DAY)).await;
    hear(&store, "a", ended(Some(minute(0)), EndState::Failed, minute(DAY + 10)), minute(DAY + 10)).await;
    sweep(&store, &rules(), minute(DAY + 30)).await.expect("it works");
    // CloudTrail's record comes two days late.
    hear(&store, "a", decided(Verdict::Rejected, minute(DAY + 10)), minute(3 * DAY)).await;
    run(&store, &shelf, minute(4 * DAY)).await;
    let on = |day: &str| shelf.lines(day).iter().map(|line| line["decided_by"].clone()).collect::<Vec<_>>();
    let jane = Value::from("arn:aws:iam::111122223333:user/jane");
    assert_eq!(on("2026-10-05"), [Value::Null]);
    assert_eq!(on("2026-10-06"), std::slice::from_ref(&jane), "as it stood when the files were written");
    assert_eq!(on("2026-10-07"), Vec::<Value>::new());
    assert_eq!(on("2026-10-08"), [jane]);
}

#[tokio::test]
async fn a_run_that_was_cut_off_leaves_no_half_day() {
    let (store, shelf) = (MemoryStore::new(), Shelf::default());
    hear(&store, "a", started(minute(0)), minute(0)).await;
    run(&store, &shelf, minute(10)).await;
    for (attempt, failing) in [(1, 0), (2, 1), (3, 2)] {
        *shelf.failing_put.lock().expect("it works") = Some(failing);
        let result = archive(&store, &shelf, minute(DAY + attempt)).await;
        assert!(result.is_err());
        assert_eq!(shelf.files("2026-10-05", "manifest.json"), Vec::<String>::new());
    }
    run(&store, &shelf, minute(DAY + 10)).await;
    let manifest: Value = serde_json::from_str(&shelf.files("2026-10-05", "manifest.json")[0]).expect("it works");
    assert_eq!(manifest["approvals"], 1);
    let files = manifest["files"].as_array().expect("it works");
    assert_eq!(files.len(), 2);
    for file in files {
        let name = file["name"].as_str().expect("it works");
        let body = shelf.files.lock().expect("it works")[name].clone();
        assert_eq!(file["bytes"].as_u64(), Some(body.len() as u64), "{name}");
    }
}
