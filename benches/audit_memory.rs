//! Resident memory over an export of a hundred thousand approvals in each form.
//!
//! `cargo bench --bench audit_memory` prints it after every twenty thousand, and fails if it grows.

#[path = "support/approvals.rs"]
mod approvals;
#[path = "../tests/suite/support/history.rs"]
mod history;
#[path = "support/resident.rs"]
mod resident;

use holdpoint::audit::{Format, Writer};
use resident::resident;

const APPROVALS: u64 = 1_000;
const ROWS: usize = 100_000;
const EVERY: usize = 20_000;
/// What the last fifth may take beyond the second: the first still fills what is kept for a group of rows.
const MAX_GROWTH: f64 = 1.1;

fn main() {
    let known = approvals::approvals(APPROVALS);
    for format in [Format::Csv, Format::JsonLines, Format::Ocsf, Format::Parquet] {
        let mut writer = Writer::new(format, std::io::sink()).expect("it takes everything");
        let mut samples = Vec::new();
        for (number, known) in (1_usize..=ROWS).zip(known.iter().cycle()) {
            writer.add(&known.entry()).expect("it takes everything");
            if number.is_multiple_of(EVERY) {
                samples.push(resident());
                println!("{:<10}{number:>7} approvals  {:>6.1} MiB resident", format.ending(), resident() / 1024.0);
            }
        }
        writer.finish().expect("it takes everything");
        let (early, late) = (samples[1], samples[samples.len() - 1]);
        println!("the last is {:.2} times the second", late / early);
        assert!(late <= early * MAX_GROWTH, "memory grows with the export");
    }
}
