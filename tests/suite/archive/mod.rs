//! The archive: each day's exports, for good.

mod s3;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Mutex;

use holdpoint::adapters::localkey::LocalKey;
use holdpoint::adapters::memory::MemoryStore;
use holdpoint::app::archive::{Archived, ArchivingError, Place, archive};
use holdpoint::app::ingest::ingest;
use holdpoint::app::sweep::sweep;
use holdpoint::domain::evidence::{EndState, Verdict};
use holdpoint::domain::input::{Heard, Input, Named};
use holdpoint::domain::{ApprovalId, Timestamp};
use holdpoint::ports::archive::{Archive, ArchiveError, Content};
use serde_json::Value;
use tempfile::TempDir;

use crate::seal::{Said, verify};
use crate::support::world::{decided, ended, minute, rules, started};

const DAY: i64 = 24 * 60;

/// Files in memory. Whoever asks waits a turn, so that two who ask at the same time get in each other's way.
#[derive(Default)]
struct Shelf {
    files: Mutex<BTreeMap<String, Vec<u8>>>,
    /// After so many calls it fails once.
    fails_after: Mutex<Option<usize>>,
    /// What was not taken, because there was another of its name.
    refused: Mutex<Vec<String>>,
}

impl Shelf {
    async fn asked(&self, name: &str) -> Result<(), ArchiveError> {
        tokio::task::yield_now().await;
        let mut left = self.fails_after.lock().expect("it works");
        match left.as_mut() {
            Some(0) => {
                *left = None;
                Err(ArchiveError { name: name.to_owned(), cause: "no".into() })
            }
            Some(left) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }
}

impl Archive for Shelf {
    async fn list(&self, prefix: &str) -> Result<Vec<String>, ArchiveError> {
        self.asked(prefix).await?;
        let files = self.files.lock().expect("it works");
        Ok(files.keys().filter(|name| name.starts_with(prefix)).cloned().collect())
    }

    async fn read(&self, name: &str) -> Result<Vec<u8>, ArchiveError> {
        self.asked(name).await?;
        let file = self.files.lock().expect("it works").get(name).cloned();
        file.ok_or_else(|| ArchiveError { name: name.to_owned(), cause: "it is not there".into() })
    }

    async fn put(&self, name: &str, content: Content<'_>) -> Result<bool, ArchiveError> {
        self.asked(name).await?;
        let body = match content {
            Content::Bytes(bytes) => bytes.to_vec(),
            Content::File(path) => fs::read(path).expect("it is there"),
        };
        let mut files = self.files.lock().expect("it works");
        if files.contains_key(name) {
            self.refused.lock().expect("it works").push(name.to_owned());
            return Ok(false);
        }
        files.insert(name.to_owned(), body);
        Ok(true)
    }

    async fn copy(&self, from: &str, to: &str) -> Result<(), ArchiveError> {
        self.asked(to).await?;
        let mut files = self.files.lock().expect("it works");
        let body = files.get(from).cloned().expect("what is copied is there");
        let before = files.insert(to.to_owned(), body.clone());
        assert!(before.is_none_or(|before| before == body), "{to} is never changed");
        Ok(())
    }
}

/// A store, an archive, and a folder to write in.
struct Kept {
    store: MemoryStore,
    shelf: Shelf,
    scratch: TempDir,
}

impl Kept {
    fn new() -> Self {
        Self { store: MemoryStore::new(), shelf: Shelf::default(), scratch: tempfile::tempdir().expect("a folder") }
    }

    async fn hear(&self, id: &str, input: Input, now: Timestamp) {
        let heard = Heard::Approval { named: Named::ById(ApprovalId::new(id)), input };
        ingest(&self.store, &rules(), &heard, now).await.expect("it works");
    }

    async fn try_run(&self, now: Timestamp) -> Result<Vec<Archived>, ArchivingError> {
        self.run_in("run", now).await
    }

    async fn run_in(&self, scratch: &str, now: Timestamp) -> Result<Vec<Archived>, ArchivingError> {
        let scratch = self.scratch.path().join(scratch);
        let place = Place { archive: &self.shelf, signer: None::<&LocalKey>, scratch: &scratch };
        archive(&self.store, &place, now).await
    }

    /// Runs it, and says what it wrote.
    async fn run(&self, now: Timestamp) -> Vec<String> {
        let archived = self.try_run(now).await.expect("it works");
        archived.into_iter().map(|archived| archived.export).collect()
    }

    /// What the export of a day holds, in the form that `ending` says.
    fn of(&self, day: &str, ending: &str) -> String {
        let files = self.shelf.files.lock().expect("it works");
        let is_its = |name: &str| {
            name.split_once('-').is_some_and(|(_, rest)| rest.starts_with(day))
                && name.ends_with(&format!("/approvals.{ending}"))
                && !name.starts_with('.')
        };
        let (_, body) = files.iter().find(|(name, _)| is_its(name)).unwrap_or_else(|| panic!("nothing of {day}"));
        String::from_utf8(body.clone()).expect("it is text")
    }

    fn lines(&self, day: &str) -> Vec<Value> {
        self.of(day, "jsonl").lines().map(|line| serde_json::from_str(line).expect("it is JSON")).collect()
    }

    fn exports(&self) -> Vec<String> {
        let files = self.shelf.files.lock().expect("it works");
        let whole = files.keys().filter_map(|name| name.strip_suffix("/checkpoint.json"));
        whole.filter(|name| !name.starts_with('.')).map(str::to_owned).collect()
    }

    /// What both verifiers say of a copy of everything that is in the archive.
    fn verified(&self) -> Said {
        let copy = tempfile::tempdir().expect("a folder");
        for (name, body) in self.shelf.files.lock().expect("it works").iter() {
            write(&copy.path().join(name), body);
        }
        verify(copy.path(), &[])
    }
}

fn write(path: &Path, body: &[u8]) {
    fs::create_dir_all(path.parent().expect("it is in a folder")).expect("it can be made");
    fs::write(path, body).expect("it can be written");
}

#[tokio::test]
async fn a_day_that_is_over_is_exported_once_with_all_that_happened_on_it() {
    let kept = Kept::new();
    kept.hear("decided", started(minute(0)), minute(0)).await;
    kept.hear("decided", decided(Verdict::Approved, minute(30)), minute(33)).await;
    kept.hear("open", started(minute(60)), minute(60)).await;
    assert_eq!(kept.run(minute(120)).await.len(), 14, "seven days before, on which nothing happened, in two forms");
    let done = kept.run(minute(DAY)).await;
    assert_eq!(done, ["0015-2026-10-05-2026-10-06-jsonl", "0016-2026-10-05-2026-10-06-csv"]);
    assert_eq!(kept.run(minute(DAY + 60)).await, Vec::<String>::new());
    let lines = kept.lines("2026-10-05");
    let told: Vec<_> = lines.iter().map(|line| (line["approval"].as_str(), line["phase"].as_str())).collect();
    assert_eq!(told, [(Some("decided"), Some("settled")), (Some("open"), Some("waiting"))]);
    assert_eq!(lines[0]["facts"].as_array().map(Vec::len), Some(3));
    assert_eq!(kept.of("2026-10-05", "csv").lines().count(), 3);
    assert!(kept.verified().is_well());
    assert!(!kept.scratch.path().join("run").exists(), "nothing is left behind");
}

#[tokio::test]
async fn what_is_learnt_on_a_later_day_is_in_that_days_exports_too() {
    let kept = Kept::new();
    kept.hear("a", started(minute(0)), minute(0)).await;
    kept.run(minute(DAY)).await;
    kept.hear("a", ended(Some(minute(0)), EndState::Failed, minute(DAY + 10)), minute(DAY + 10)).await;
    sweep(&kept.store, &rules(), minute(DAY + 30)).await.expect("it works");
    // CloudTrail's record comes two days late.
    kept.hear("a", decided(Verdict::Rejected, minute(DAY + 10)), minute(3 * DAY)).await;
    kept.run(minute(4 * DAY)).await;
    let on = |day: &str| kept.lines(day).iter().map(|line| line["decided_by"].clone()).collect::<Vec<_>>();
    let jane = Value::from("arn:aws:iam::111122223333:user/jane");
    assert_eq!(on("2026-10-05"), [Value::Null]);
    assert_eq!(on("2026-10-06"), std::slice::from_ref(&jane), "as it stood when the files were written");
    assert_eq!(on("2026-10-07"), Vec::<Value>::new());
    assert_eq!(on("2026-10-08"), [jane]);
    assert!(kept.verified().is_well());
}

#[tokio::test]
async fn what_waits_over_a_quiet_day_is_in_that_days_exports() {
    let kept = Kept::new();
    kept.hear("a", started(minute(0)), minute(0)).await;
    kept.run(minute(3 * DAY)).await;
    assert_eq!(kept.lines("2026-10-07").len(), 1);
}

#[tokio::test]
async fn a_run_that_is_cut_off_anywhere_is_gone_on_with_by_the_next() {
    let untroubled = Kept::new();
    untroubled.hear("a", started(minute(0)), minute(0)).await;
    untroubled.run(minute(10)).await;
    untroubled.run(minute(DAY)).await;
    let kept = Kept::new();
    kept.hear("a", started(minute(0)), minute(0)).await;
    kept.run(minute(10)).await;
    let mut cuts = 0;
    loop {
        *kept.shelf.fails_after.lock().expect("it works") = Some(cuts);
        // Something changes between two tries, so that what a run before has left is not what this one writes.
        let retried = minute(DAY) + chrono::TimeDelta::seconds(i64::try_from(cuts).expect("few"));
        kept.hear("b", started(minute(cuts as i64)), retried).await;
        let is_cut = kept.try_run(retried).await.is_err();
        let said = kept.verified();
        let whole = kept.exports().len();
        assert!(said.is_well() || said.names_only_the_one_behind(whole), "cut after {cuts} calls: {said:?}");
        if !is_cut {
            break;
        }
        cuts += 1;
    }
    assert!(cuts > 10, "{cuts} cuts");
    assert_eq!(kept.exports(), untroubled.exports());
    assert!(kept.verified().is_well());
}

#[tokio::test]
async fn of_two_runs_at_the_same_time_one_registers_each_export() {
    let kept = Kept::new();
    kept.hear("a", started(minute(0)), minute(0)).await;
    // They do not see the same: the second one begins a little later.
    let late = async {
        tokio::task::yield_now().await;
        kept.hear("b", started(minute(1)), minute(1)).await;
        kept.run_in("second", minute(DAY)).await
    };
    let (one, other) = tokio::join!(kept.run_in("first", minute(DAY)), late);
    let (one, other) = (one.expect("it works"), other.expect("it works"));
    let mut all: Vec<String> = one.into_iter().chain(other).map(|archived| archived.export).collect();
    all.sort_unstable();
    assert_eq!(all.len(), 14);
    assert_eq!(all, kept.exports());
    let refused = kept.shelf.refused.lock().expect("it works").clone();
    assert!(refused.iter().any(|name| name.starts_with(".register/")), "they met: {refused:?}");
    assert!(kept.verified().is_well());
}

#[tokio::test]
async fn days_on_which_nobody_ran_it_are_made_up_for_without_a_gap() {
    let kept = Kept::new();
    kept.run(minute(DAY)).await;
    kept.hear("a", started(minute(3 * DAY)), minute(3 * DAY)).await;
    let later = minute(50 * DAY);
    assert_eq!(kept.run(later).await.len(), 62, "a run has a bound");
    assert_eq!(kept.run(later).await.len(), 36);
    assert_eq!(kept.run(later).await, Vec::<String>::new());
    assert_eq!(kept.lines("2026-10-08").len(), 1);
    assert!(kept.verified().is_well());
}

#[tokio::test]
async fn an_archive_that_is_damaged_is_named_and_left_alone() {
    let kept = Kept::new();
    kept.run(minute(DAY)).await;
    let last = ".register/00000014.json";
    let change = |body: &[u8]| {
        kept.shelf.files.lock().expect("it works").insert(last.to_owned(), body.to_vec());
    };
    change(b"{}");
    let error = kept.try_run(minute(2 * DAY)).await.expect_err("it is damaged").to_string();
    assert!(
        error.starts_with(&format!("the archive's file `{last}` is not as it was written: missing field")),
        "{error}"
    );
    change(br#"{"export":"0014-x","draft":".drafts/0014-x-000000000000"}"#);
    let error = kept.try_run(minute(2 * DAY)).await.expect_err("it is damaged").to_string();
    assert!(error.contains("`.drafts/0014-x-000000000000/` is not as it was written: it has no checkpoint"), "{error}");
    assert_eq!(kept.exports().len(), 14);
}
