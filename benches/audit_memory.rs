//! Resident memory while many approvals are exported from a store in each form, and while the export is verified.
//!
//! `cargo bench --bench audit_memory` does it with a hundred thousand approvals in an SQLite file, and `... -- 1000000` with
//! a million; each step is a process of its own. It prints what an export takes after every tenth of them and at most, and
//! what verifying it takes at most; it fails if either grows with the number of approvals. A report for people keeps a few
//! numbers of each approval for its figures, and is allowed those.

#[path = "support/approvals.rs"]
mod approvals;
#[path = "../tests/suite/support/history.rs"]
mod history;
#[path = "support/resident.rs"]
mod resident;
#[path = "support/sealed.rs"]
mod sealed;

use std::path::Path;
use std::process::Command;

use holdpoint::adapters::sqlite::{Durability, SqliteStore};
use holdpoint::audit::Format;
use resident::{peak, resident};
use sealed::Series;

const KNOWN: u64 = 1_000;
const APPROVALS: u64 = 100_000;
const FORMATS: [Format; 5] = [Format::Csv, Format::JsonLines, Format::Ocsf, Format::Parquet, Format::Html];
/// What the second half of an export may take beyond the first, in MiB: of a million approvals that are some thirty bytes
/// each.
const MAX_GROWTH: f64 = 16.0;
/// What a report may keep of an approval, in bytes.
const KEPT: f64 = 40.0;
/// What may be taken beyond that to write what stands at the end of a file, in MiB: the stories of a report.
const MAX_END: f64 = 128.0;
/// What a verifier may take in all, in MiB.
const MAX_VERIFY: f64 = 32.0;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["fill", folder, count] => fill(Path::new(folder), number(count)),
        ["export", folder, format, count] => export(Path::new(folder), form(format), number(count)),
        ["verify", folder, format] => verify(Path::new(folder), form(format)),
        others => all(others.iter().find_map(|argument| argument.parse().ok()).unwrap_or(APPROVALS)),
    }
}

fn number(text: &str) -> u64 {
    text.parse().expect("a number")
}

fn form(word: &str) -> Format {
    FORMATS.into_iter().find(|format| format.word() == word).expect("a form")
}

/// Each step in its turn.
fn all(count: u64) {
    assert!(count >= 10, "a tenth of them is one at least");
    let folder = tempfile::tempdir().expect("a folder can be made");
    let (path, count) = (folder.path().to_str().expect("a plain path"), count.to_string());
    let step = |arguments: &[&str]| {
        let mut program = Command::new(std::env::current_exe().expect("it runs"));
        assert!(program.args(arguments).status().expect("it can be run").success(), "{arguments:?}");
    };
    step(&["fill", path, &count]);
    for format in FORMATS.map(Format::word) {
        step(&["export", path, format, &count]);
        step(&["verify", path, format]);
        std::fs::remove_dir_all(folder.path().join(format)).expect("it was written");
    }
}

fn store(folder: &Path) -> SqliteStore {
    SqliteStore::open(&folder.join("store.sqlite"), Durability::AtFlush).expect("a store can be opened")
}

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime can be made").block_on(future)
}

fn fill(folder: &Path, count: u64) {
    block_on(approvals::fill(&store(folder), &approvals::approvals(KNOWN), count));
    println!("{count} approvals stored");
}

fn export(folder: &Path, format: Format, count: u64) {
    let (store, series) = (store(folder), Series::new(&folder.join(format.word())));
    let mut samples = Vec::new();
    let sealed = block_on(series.add(&store, format, |number| {
        if number.is_multiple_of(count / 10) {
            samples.push(mib(resident()));
            println!("{:<8}{number:>9} approvals  {:>6.1} MiB resident", format.word(), mib(resident()));
        }
    }));
    assert_eq!(sealed.checkpoint.approvals, count);
    let (early, late) = (samples[4], samples[9]);
    println!("{:<8}written    {:>17.1} MiB at most", format.word(), mib(peak()));
    let kept = if format == Format::Html { KEPT * (count / 2) as f64 / 1_048_576.0 } else { 0.0 };
    assert!(late <= early + MAX_GROWTH + kept, "memory grows with the export");
    assert!(mib(peak()) <= late + MAX_END, "the end of the file takes too much");
}

fn verify(folder: &Path, format: Format) {
    Series::new(&folder.join(format.word())).verify();
    println!("{:<8}verified   {:>17.1} MiB at most", format.word(), mib(peak()));
    assert!(mib(peak()) <= MAX_VERIFY, "memory grows with what is verified");
}

fn mib(kib: f64) -> f64 {
    kib / 1024.0
}
