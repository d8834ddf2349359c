//! Messages in the shapes of AWS, one a file, with names and ids of our own.

use std::fs;
use std::path::{Path, PathBuf};

use holdpoint::domain::Timestamp;
use holdpoint::domain::input::{Heard, Input};
use holdpoint::wire::{Message, Reading, read};

pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/events")
}

/// Name without ending, and text, of every JSON file in a folder, in name order.
pub(crate) fn texts(folder: &Path) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("its entries can be read").path();
        if path.extension().is_some_and(|ending| ending == "json") {
            let name = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
            texts.push((name, fs::read_to_string(&path).expect("a fixture is text")));
        }
    }
    texts.sort();
    texts
}

pub(crate) fn text(name: &str) -> String {
    let path = folder().join(format!("{name}.json"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// When everything is received here: well after all that the fixtures tell of, so that it cannot be mistaken for any time
/// in them.
pub(super) fn received_at() -> Timestamp {
    at("2027-01-01T00:00:00Z")
}

pub(super) fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

pub(super) fn readings(text: &str) -> Vec<Reading> {
    read(text, received_at())
}

/// The one reading of a text that holds one message.
pub(super) fn reading(text: &str) -> Reading {
    let mut readings = readings(text);
    assert_eq!(readings.len(), 1, "one message is one reading");
    readings.remove(0)
}

/// What the one message in a text tells an approval.
pub(super) fn input(text: &str) -> Input {
    match reading(text).message {
        Message::Heard(Heard::Approval { input, .. }) => input,
        other => panic!("not about an approval: {other:?}"),
    }
}
