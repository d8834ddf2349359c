//! What is particular to a store in a file.

use std::path::Path;

use holdpoint::adapters::sqlite::{Durability, OpenError, SqliteStore};
use holdpoint::app::ingest::ingest;
use holdpoint::app::sweep::sweep;
use holdpoint::domain::ApprovalId;
use holdpoint::domain::input::{Heard, Named};
use holdpoint::ports::store::Store;

use crate::support::world::{minute, rules, started};

fn open(path: &Path) -> SqliteStore {
    SqliteStore::open(path, Durability::EachCommit).expect("it can be opened")
}

#[tokio::test]
async fn one_record_that_cannot_be_read_keeps_nothing_from_the_others() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("store.sqlite");
    let store = open(&path);
    for id in ["broken", "sound"] {
        let heard = Heard::Approval { named: Named::ById(ApprovalId::new(id)), input: started(minute(0)) };
        ingest(&store, &rules(), &heard, minute(0)).await.expect("the store takes it");
    }
    store.close().expect("the log can be folded in");
    let file = rusqlite::Connection::open(&path).expect("it is an SQLite file");
    let break_it = "UPDATE facts SET fact = '{' WHERE approval = (SELECT n FROM approvals WHERE id = 'broken')";
    assert_eq!(file.execute(break_it, []).expect("the table is there"), 1);
    let swept = sweep(&open(&path), &rules(), minute(120)).await.expect("the sweep goes on");
    let told: Vec<&str> = swept.changes.iter().map(|change| change.approval.id.as_str()).collect();
    assert_eq!((told, swept.unreadable), (vec!["sound"], 1));
}

#[test]
fn a_file_of_somebody_elses_or_of_the_future_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let foreign = folder.path().join("foreign.sqlite");
    rusqlite::Connection::open(&foreign).and_then(|c| c.execute_batch("CREATE TABLE t (x)")).expect("SQLite works");
    assert!(matches!(SqliteStore::open(&foreign, Durability::EachCommit), Err(OpenError::Foreign { .. })));
    let newer = folder.path().join("newer.sqlite");
    drop(open(&newer));
    let file = rusqlite::Connection::open(&newer).expect("it is an SQLite file");
    file.pragma_update(None, "user_version", 99).expect("SQLite works");
    assert!(matches!(SqliteStore::open(&newer, Durability::EachCommit), Err(OpenError::Newer { found: 99, .. })));
}

#[tokio::test]
async fn a_file_of_an_older_holdpoint_is_brought_up_to_date_with_all_that_is_in_it() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("store.sqlite");
    let store = open(&path);
    let id = ApprovalId::new("kept");
    let heard = Heard::Approval { named: Named::ById(id.clone()), input: started(minute(0)) };
    ingest(&store, &rules(), &heard, minute(0)).await.expect("the store takes it");
    store.close().expect("the log can be folded in");
    let file = rusqlite::Connection::open(&path).expect("it is an SQLite file");
    file.execute_batch("ALTER TABLE approvals DROP COLUMN changed_at; PRAGMA user_version = 1").expect("SQLite works");
    drop(file);
    let store = open(&path);
    let known = store.projection(&id).await.expect("it can be read").expect("it is there");
    assert_eq!((known.requested_at, known.changed_at), (Some(minute(0)), None));
    let swept = sweep(&store, &rules(), minute(120)).await.expect("the sweep goes on");
    assert_eq!(swept.changes.len(), 1);
    let known = store.projection(&id).await.expect("it can be read").expect("it is there");
    assert_eq!(known.changed_at, Some(minute(120)));
}
