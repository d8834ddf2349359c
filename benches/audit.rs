//! What an audit export costs beside writing the same bytes, and what verifying one costs beside hashing them.
//!
//! `cargo bench --bench audit` prints, in one run and for each form, the rows a second of the export into a file, and those
//! of the same bytes written bare, a row at a time. Then, for a sealed export with every fact and for one of a table, the
//! bytes a second of `verify`, which reads all its files, and those of SHA-256 over the same bytes in memory.

#[path = "support/approvals.rs"]
mod approvals;
#[path = "../tests/suite/support/history.rs"]
mod history;
#[path = "support/sealed.rs"]
mod sealed;

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::sync::LazyLock;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use holdpoint::adapters::sqlite::{Durability, SqliteStore};
use holdpoint::audit::{Format, Writer};
use sealed::Series;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

fn main() {
    divan::main();
}

const APPROVALS: u64 = 2_000;
/// Each approval is written so often that a sample fills some groups of Parquet.
const ROUNDS: usize = 10;
const ROWS: usize = 20_000;

static KNOWN: LazyLock<Vec<approvals::Known>> = LazyLock::new(|| {
    let known = approvals::approvals(APPROVALS);
    assert_eq!(known.len() * ROUNDS, ROWS);
    known
});

fn file() -> BufWriter<File> {
    BufWriter::with_capacity(64 * 1024, tempfile::tempfile().expect("a file can be made"))
}

fn export(format: Format, out: impl Write) {
    let mut writer = Writer::new(format, out).expect("the disk takes it");
    for known in KNOWN.iter().cycle().take(ROWS) {
        writer.add(&known.entry()).expect("the disk takes it");
    }
    writer.finish().expect("the disk takes it");
}

fn bytes(format: Format) -> Vec<u8> {
    let mut bytes = Vec::new();
    export(format, &mut bytes);
    bytes
}

const FORMATS: [Format; 4] = [Format::Csv, Format::JsonLines, Format::Ocsf, Format::Parquet];

#[divan::bench(args = FORMATS, sample_count = 5, sample_size = 1)]
fn export_to_a_file(bencher: Bencher, format: Format) {
    let length = bytes(format).len();
    bencher
        .counter(ItemsCount::new(ROWS))
        .counter(BytesCount::new(length))
        .with_inputs(file)
        .bench_local_values(|file| export(format, file));
}

#[divan::bench(args = FORMATS, sample_count = 5, sample_size = 1)]
fn the_same_bytes_bare(bencher: Bencher, format: Format) {
    let bytes = bytes(format);
    let row = bytes.len().div_ceil(ROWS);
    bencher.counter(ItemsCount::new(ROWS)).counter(BytesCount::new(bytes.len())).with_inputs(file).bench_local_values(
        |mut file| {
            for chunk in bytes.chunks(row) {
                file.write_all(chunk).expect("the disk takes it");
            }
            file.flush().expect("the disk takes it");
        },
    );
}

/// A series of one export, and all the bytes in it.
fn sealed(format: Format) -> (TempDir, Series, Vec<u8>) {
    let known = &*KNOWN;
    let folder = tempfile::tempdir().expect("a folder can be made");
    let (path, series) = (folder.path().join("bench.sqlite"), Series::new(&folder.path().join("sealed")));
    let store = SqliteStore::open(&path, Durability::AtFlush).expect("a new store can be made");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime can be made");
    let sealed = runtime.block_on(async {
        approvals::fill(&store, known, ROWS as u64).await;
        series.add(&store, format, |_| {}).await
    });
    let files = fs::read_dir(sealed.folder).expect("it was written").flatten();
    let bytes = files.flat_map(|file| fs::read(file.path()).expect("it was written")).collect();
    (folder, series, bytes)
}

const SEALED: [Format; 2] = [Format::JsonLines, Format::Csv];

#[divan::bench(args = SEALED, sample_count = 5, sample_size = 1)]
fn verify_an_export(bencher: Bencher, format: Format) {
    let (_folder, series, bytes) = sealed(format);
    bencher.counter(ItemsCount::new(ROWS)).counter(BytesCount::new(bytes.len())).bench_local(|| series.verify());
}

#[divan::bench(args = SEALED, sample_count = 5, sample_size = 1)]
fn the_same_bytes_hashed(bencher: Bencher, format: Format) {
    let (_folder, _, bytes) = sealed(format);
    bencher.counter(ItemsCount::new(ROWS)).counter(BytesCount::new(bytes.len())).bench_local(|| Sha256::digest(&bytes));
}
