//! A policy in a file.

use std::fs;
use std::str::FromStr;

use holdpoint::adapters::policysource::{Place, PolicySource};

use super::{INVALID, built_in, is, look, naming, off, policy, version};
use crate::support::server::config;

fn source(path: &std::path::Path) -> PolicySource {
    let place = Place::from_str(&format!("file:{}", path.display())).expect("a place");
    PolicySource::new(place, &config("http://127.0.0.1:1"), built_in())
}

#[tokio::test]
async fn valid_replaces_valid_and_invalid_replaces_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("policy.yaml");
    let source = source(&path);
    assert_eq!(look(&source, 0).await, is("default", false), "there is none yet");
    fs::write(&path, policy("first")).expect("written");
    assert_eq!(look(&source, 1).await, is("first", false));
    fs::write(&path, INVALID).expect("written");
    assert_eq!(look(&source, 2).await, is("first", true));
    assert_eq!(look(&source, 3).await, is("first", true), "and stays so while it is the same");
    fs::write(&path, [0xff, 0xfe]).expect("written");
    assert_eq!(look(&source, 4).await, is("first", true));
    fs::write(&path, policy("second")).expect("written");
    assert_eq!(look(&source, 5).await, is("second", false));
    fs::remove_file(&path).expect("removed");
    assert_eq!(look(&source, 6).await, is("second", true));
}

#[tokio::test]
async fn a_change_of_a_file_that_it_names_is_noticed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("policy.yaml");
    let write_off = |date: &str| fs::write(folder.path().join("company.ics"), off(date)).expect("written");
    fs::write(&path, naming("first", "company.ics")).expect("written");
    let source = source(&path);
    assert_eq!(look(&source, 0).await, is("default", true), "it is not there yet");
    write_off("20261224");
    assert_eq!(look(&source, 1).await, is("first", false));
    let before = version(&source, 1).await;
    write_off("20261231");
    assert_ne!(version(&source, 2).await, before);
    fs::write(&path, policy("second")).expect("written");
    assert_eq!(look(&source, 3).await, is("second", false));
    fs::remove_file(folder.path().join("company.ics")).expect("removed");
    assert_eq!(look(&source, 4).await, is("second", false), "it is not named any more");
}

#[tokio::test]
async fn it_is_looked_at_once_a_minute_and_no_more() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("policy.yaml");
    fs::write(&path, policy("first")).expect("written");
    let source = source(&path);
    assert_eq!(look(&source, 0).await, is("first", false));
    fs::write(&path, policy("second")).expect("written");
    assert_eq!(look(&source, 0).await, is("first", false));
    assert_eq!(look(&source, 1).await, is("second", false));
}

#[tokio::test]
async fn an_invalid_file_at_the_start_leaves_the_built_in_policy() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("policy.yaml");
    fs::write(&path, INVALID).expect("written");
    assert_eq!(look(&source(&path), 0).await, is("default", true));
}

#[tokio::test]
async fn a_file_that_cannot_be_read_at_the_start_is_an_error_that_names_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let error = source(folder.path()).current(crate::support::world::minute(0)).await.expect_err("a folder is no file");
    assert!(error.to_string().starts_with(&format!("the policy `file:{}` cannot be read: ", folder.path().display())));
}
