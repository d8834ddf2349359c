//! What an audit export costs beside writing the same bytes.
//!
//! `cargo bench --bench audit` prints, in one run and for each form, the rows a second of the export into a file, and those
//! of the same bytes written bare, a row at a time.

#[path = "support/approvals.rs"]
mod approvals;
#[path = "../tests/suite/support/history.rs"]
mod history;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::sync::LazyLock;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use holdpoint::audit::{Format, Writer};

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
