//! What an export writes into a series, and when it refuses to.

use std::fs;

use insta::assert_snapshot;
use serde_json::Value;

use super::{Made, edit, numbered};
use crate::cli::run::holdpoint;

fn files(folder: &std::path::Path) -> Vec<String> {
    let mut files: Vec<String> = fs::read_dir(folder)
        .expect("it is there")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    files.sort();
    files
}

/// Sums change with every field of a fact, and the document's example has some.
fn without_sums(text: &str) -> String {
    let is_sum = |word: &str| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let line = |line: &str| match line.trim_start().starts_with("\"bytes\": ") {
        true => "      \"bytes\": …,".to_owned(),
        false => line
            .split_inclusive(['"', ' '])
            .map(|word| {
                let bare = word.trim_end_matches(['"', ' ']);
                if is_sum(bare) { word.replace(bare, "…") } else { word.to_owned() }
            })
            .collect(),
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn an_export_is_a_folder_with_its_rows_its_chains_and_its_checkpoint() {
    let made = Made::series();
    assert_eq!(
        files(&made.folder()),
        [
            ".lock",
            "0001-begin-2026-10-07-csv",
            "0002-2026-10-07-2026-10-09-jsonl",
            "0003-2026-10-09-2026-10-13-csv",
            "0004-begin-2026-11-01-jsonl"
        ]
    );
    let folder = numbered(&made.folder(), 2);
    assert_eq!(files(&folder), ["approvals.jsonl", "chains.jsonl", "checkpoint.json", "checkpoint.sig"]);
    assert_snapshot!(without_sums(&fs::read_to_string(folder.join("checkpoint.json")).expect("it is there")), @r#"
    {
      "format": "holdpoint-checkpoint/1",
      "number": 2,
      "period": {
        "from": "2026-10-07T00:00:00Z",
        "to": "2026-10-09T00:00:00Z"
      },
      "pipelines": null,
      "approvals": 5,
      "facts": 55,
      "files": [
        {
          "name": "approvals.jsonl",
          "bytes": …,
          "sha256": "…"
        },
        {
          "name": "chains.jsonl",
          "bytes": …,
          "sha256": "…"
        }
      ],
      "previous": {
        "number": 1,
        "sha256": "…"
      },
      "signer": {
        "algorithm": "Ed25519",
        "public_key": "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
      }
    }
    "#);
    let chains = fs::read_to_string(folder.join("chains.jsonl")).expect("it is there");
    let rows = fs::read_to_string(folder.join("approvals.jsonl")).expect("it is there");
    assert_eq!(chains.lines().count(), rows.lines().count());
    for (chain, row) in chains.lines().zip(rows.lines()) {
        let read = |line: &str| -> Value { serde_json::from_str(line).expect("a line is JSON") };
        let (chain, row) = (read(chain), read(row));
        assert_eq!(chain["approval"], row["approval"]);
        let count = |value: &Value| value.as_array().map(Vec::len);
        assert_eq!(count(&chain["chain"]), count(&row["facts"]));
    }
}

#[test]
fn the_same_store_and_period_give_the_same_bytes_and_the_same_signature() {
    let (one, other) = (Made::series(), Made::series());
    for number in 1..=4 {
        let (one, other) = (numbered(&one.folder(), number), numbered(&other.folder(), number));
        assert_eq!(files(&one), files(&other));
        for file in files(&one) {
            let read = |folder: &std::path::Path| fs::read(folder.join(&file)).expect("it is there");
            assert_eq!(read(&one), read(&other), "{file} of {number}");
        }
    }
}

#[test]
fn the_rows_of_an_export_are_those_that_go_to_standard_output() {
    let made = Made::new();
    for (n, format) in ["csv", "jsonl"].into_iter().enumerate() {
        made.export(&["--format", format, "--to", "2026-10-08"]).silent();
        let written = fs::read_to_string(numbered(&made.folder(), n as u64 + 1).join(format!("approvals.{format}")));
        let printed = made.kept.ask(&["audit", "export", "--format", format, "--to", "2026-10-08"]).done();
        assert_eq!(written.expect("it is there"), printed);
    }
}

#[test]
fn an_export_tells_where_it_is_and_what_to_keep_of_it() {
    let made = Made::new();
    let told = made.export(&["--format", "csv", "--to", "2026-10-07"]).silent().err;
    assert_snapshot!(without_sums(&told.replace(&made.kept.path(""), "…/")), @"
    9 approvals written to …/series/0001-begin-2026-10-07-csv
    checkpoint 1, signed, SHA-256 …
    ");
    let told = made.export(&["--format", "csv", "--from", "2026-10-07", "--pipeline", "mobile-*"]).silent().err;
    assert_snapshot!(without_sums(&told.replace(&made.kept.path(""), "…/")), @"
    1 approval written to …/series/0002-2026-10-07-end-csv
    checkpoint 2, signed, SHA-256 …
    ");
}

#[test]
fn a_period_in_which_nothing_waited_has_a_checkpoint_as_well() {
    let made = Made::new();
    for format in ["csv", "jsonl"] {
        made.export(&["--format", format, "--from", "2026-09-01", "--to", "2026-09-02"]).silent();
    }
    let said = made.verify(&made.folder());
    assert!(said.is_well(), "{}", said.lines());
    assert_eq!(said.0["exports"][1]["approvals"], 0);
}

#[test]
fn only_the_pipelines_that_were_asked_for_are_in_it() {
    let made = Made::new();
    made.export(&["--format", "jsonl", "--pipeline", "*-prod"]).silent();
    let folder = numbered(&made.folder(), 1);
    let rows = fs::read_to_string(folder.join("approvals.jsonl")).expect("it is there");
    let pipelines: Vec<Value> = rows
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON")["gate"]["pipeline"].clone())
        .collect();
    assert!(!pipelines.is_empty());
    assert!(pipelines.iter().all(|name| name.as_str().is_some_and(|name| name.ends_with("-prod"))), "{pipelines:?}");
    let checkpoint = fs::read_to_string(folder.join("checkpoint.json")).expect("it is there");
    assert!(checkpoint.contains("\"pipelines\": \"*-prod\""), "{checkpoint}");
}

#[test]
fn a_series_that_is_not_whole_is_not_gone_on_with_unless_a_reason_is_given() {
    let made = Made::series();
    fs::remove_dir_all(numbered(&made.folder(), 2)).expect("it is there");
    let refused = made.export(&["--format", "csv"]);
    assert_eq!(refused.code, Some(1));
    assert_snapshot!(refused.err.replace(&made.kept.path(""), "…/"), @"holdpoint: the series in `…/series` is not whole: export 2 is missing. `holdpoint audit verify …/series` says more; to begin anew behind it, give the reason with `--restart REASON`, which will be in the checkpoint");
    assert_eq!(files(&made.folder()).len(), 4, "nothing is left of it");
    made.export(&["--format", "csv", "--restart", "the disk of 2026-10-09 failed"]).silent();
    let said = made.verify(&made.folder());
    assert_snapshot!(said.lines(), @"export_missing number 2");
    assert_eq!(said.0["notes"][0], "the series begins anew with checkpoint 5: the disk of 2026-10-09 failed");
    // What was broken before it began anew stands in the way no more.
    made.export(&["--format", "csv"]).silent();
}

#[test]
fn each_way_in_which_a_series_can_be_broken_refuses_the_next_export() {
    type Change = fn(&std::path::Path);
    let changes: [(Change, &str); 6] = [
        (|s| fs::remove_file(numbered(s, 4).join("checkpoint.json")).expect("it is there"), "the checkpoint is gone"),
        (
            |s| fs::remove_file(numbered(s, 4).join("approvals.jsonl")).expect("it is there"),
            "approvals.jsonl: it is missing",
        ),
        (|s| edit(&numbered(s, 4).join("approvals.jsonl"), |text| text + "{}\n"), "bytes, and had"),
        (
            |s| edit(&numbered(s, 3).join("checkpoint.json"), |text| text.replace("facts", "fakts")),
            "missing field `facts`",
        ),
        (|s| edit(&numbered(s, 3).join("checkpoint.json"), |text| text + " "), "the signature is not that of this"),
        (|s| fs::remove_dir_all(numbered(s, 1)).expect("it is there"), "export 1 is missing"),
    ];
    let made = Made::series();
    for (change, told) in changes {
        let copy = made.copy();
        change(copy.path());
        let (out, key) = (copy.path().to_str().expect("a plain path"), made.kept.path("key.pem"));
        let ran = made.kept.ask(&["audit", "export", "--out", out, "--key", &key, "--format", "csv"]);
        assert_eq!(ran.code, Some(1));
        assert!(ran.err.contains(told) && ran.err.contains("--restart REASON"), "{told}: {}", ran.err);
        let left: Vec<_> = files(copy.path()).into_iter().filter(|name| name.starts_with("0005")).collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

#[test]
fn what_is_left_of_an_export_that_was_cut_off_is_in_nobodys_way() {
    let made = Made::series();
    fs::create_dir(made.folder().join(".unfinished")).expect("it can be made");
    fs::write(made.folder().join(".unfinished/approvals.csv"), "half").expect("it can be written");
    assert!(made.verify(&made.folder()).is_well());
    made.export(&["--format", "csv"]).silent();
    assert!(!files(&made.folder()).contains(&".unfinished".to_owned()));
    assert!(made.verify(&made.folder()).is_well());
}

#[test]
fn two_exports_do_not_write_into_a_series_at_the_same_time() {
    let made = Made::series();
    let lock = fs::File::create(made.folder().join(".lock")).expect("it can be opened");
    lock.lock().expect("nobody has it");
    let refused = made.export(&["--format", "csv"]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("another export is being written into"), "{}", refused.err);
    drop(lock);
    made.export(&["--format", "csv"]).silent();
}

#[test]
fn progress_goes_to_standard_error_and_changes_nothing() {
    let made = Made::new();
    let args = ["audit", "export", "--format", "csv"];
    let plain = made.kept.ask(&args);
    let told = made.kept.ask(&[&args[..], &["--progress"]].concat());
    assert_eq!(plain.out, told.out);
}

#[test]
fn wrong_usage_of_an_export_is_2() {
    let made = Made::new();
    let cases: [(&[&str], &str); 5] = [
        (&["--from", "2026-10-02", "--to", "2026-10-01"], "the period ends before it begins"),
        (&["--key", "key.pem"], "--out <DIR>"),
        (&["--restart", "x"], "--out <DIR>"),
        (&["--pipeline", "[a"], "invalid value '[a' for '--pipeline <GLOB>'"),
        (&["--out", "x", "--key", "nowhere.pem"], "cannot read the key `nowhere.pem`"),
    ];
    for (args, told) in cases {
        let ran = made.kept.ask(&[&["audit", "export", "--format", "csv"], args].concat());
        assert_eq!(ran.code, Some(2), "{args:?}: {}", ran.err);
        assert!(ran.err.contains(told), "{args:?}: {}", ran.err);
    }
    for path in ["nowhere", "src"] {
        assert_eq!(holdpoint(&["audit", "verify", path]).code, Some(2), "{path}");
    }
}
