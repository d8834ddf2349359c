//! The same approvals give the same bytes.

use holdpoint::audit::Format;

use super::{far, hostile, written};

const ALL: [Format; 4] = [Format::Csv, Format::JsonLines, Format::Parquet, Format::Ocsf];

#[test]
fn two_runs_write_the_same_bytes_in_every_form() {
    for format in ALL {
        let approvals = vec![hostile(), far(), hostile()];
        let first = written(format, &approvals);
        assert!(!first.is_empty());
        assert_eq!(first, written(format, &approvals), "{format:?}");
        assert_eq!(first, written(format, &[hostile(), far(), hostile()]), "{format:?}: of others that are equal");
    }
}

#[test]
fn every_form_has_an_ending_and_a_media_type_of_its_own() {
    let of = |format: Format| format!("{} {}", format.ending(), format.media_type());
    insta::assert_snapshot!(ALL.map(of).join("\n"), @"
    csv text/csv; charset=utf-8; header=present
    jsonl application/x-ndjson
    parquet application/vnd.apache.parquet
    ocsf.jsonl application/x-ndjson
    ");
}
