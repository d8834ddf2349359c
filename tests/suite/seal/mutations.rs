//! Whatever is done to an export is told, by name.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use serde_json::Value;

use super::{Made, edit, numbered};

/// The file of rows of the export with this number.
fn rows(series: &Path, number: u64) -> std::path::PathBuf {
    let folder = numbered(series, number);
    let mut names = ["approvals.csv", "approvals.jsonl"].into_iter().map(|name| folder.join(name));
    names.find(|path| path.exists()).expect("one of them is there")
}

/// The lines of a file, changed.
fn edit_lines(path: &Path, change: impl FnOnce(&mut Vec<String>)) {
    edit(path, |text| {
        let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
        change(&mut lines);
        lines.concat()
    });
}

/// The row of JSON Lines, changed as JSON.
fn edit_facts(path: &Path, row: usize, change: impl FnOnce(&mut Vec<Value>)) {
    edit_lines(path, |lines| {
        let mut value: Value = serde_json::from_str(&lines[row]).expect("a row is JSON");
        change(value["facts"].as_array_mut().expect("a row has facts"));
        lines[row] = format!("{value}\n");
    });
}

#[test]
fn what_nobody_touched_is_well() {
    let made = Made::series();
    let said = made.after(|_| {});
    assert!(said.is_well(), "{}", said.lines());
    let signatures: Vec<_> =
        said.0["exports"].as_array().expect("a list").iter().map(|e| e["signature"].clone()).collect();
    assert_eq!(signatures, ["by_the_key_given"; 4]);
    for number in 1..=4 {
        let said = made.verify(&numbered(&made.folder(), number));
        assert!(said.is_well(), "{}", said.lines());
    }
}

#[test]
fn any_one_byte_of_any_file_is_told_with_the_file() {
    let made = Made::series();
    for number in [1, 2] {
        for name in ["approvals.csv", "approvals.jsonl", "chains.jsonl", "checkpoint.json", "checkpoint.sig"] {
            let Ok(bytes) = fs::read(numbered(&made.folder(), number).join(name)) else { continue };
            // Some places of each file, which no rule of its form picks.
            for place in (0..bytes.len()).step_by(bytes.len() / 3 + 1) {
                for byte in [bytes[place] ^ 1, b'"'] {
                    if byte == bytes[place] {
                        continue;
                    }
                    let said = made.after(|series| {
                        let mut bytes = bytes.clone();
                        bytes[place] = byte;
                        fs::write(numbered(series, number).join(name), bytes).expect("it can be written");
                    });
                    let told = said.problems();
                    let about = format!("{number:04} {name}");
                    let about =
                        about.replace("checkpoint.sig", "checkpoint.").replace("checkpoint.json", "checkpoint.");
                    assert!(told.iter().any(|line| line.contains(&about)), "{place} of {name}: {told:?}");
                }
            }
        }
    }
}

#[test]
fn a_changed_row_of_a_table_is_told_by_its_approval() {
    let made = Made::series();
    let said = made.after(|series| edit(&rows(series, 1), |text| text.replacen("approved", "rejected", 1)));
    assert_snapshot!(said.lines(), @"
    file_changed 0001 approvals.csv
    row_changed 0001 approvals.csv row 1 264b5e5d-e3fc-4dfd-827b-9df7e27e2794 payments-prod / Production / Approve
    ");
    let said =
        made.after(|series| edit_lines(&rows(series, 1), |lines| lines[0] = lines[0].replace("outcome", "verdict")));
    assert_snapshot!(said.lines(), @"file_changed 0001 approvals.csv");
}

#[test]
fn a_row_that_was_dropped_is_told_by_its_approval() {
    let made = Made::series();
    for number in [1, 2] {
        let said = made.after(|series| edit_lines(&rows(series, number), |lines| _ = lines.remove(2)));
        if number == 1 {
            assert_snapshot!(said.lines(), @"
            file_changed 0001 approvals.csv
            row_missing 0001 approvals.csv row 2 99a287e4-dd33-47c3-b1eb-7eeba8ef1cb0 web-staging / Staging / SignOff
            ");
        } else {
            assert_snapshot!(said.lines(), @"
            file_changed 0002 approvals.jsonl
            row_missing 0002 approvals.jsonl row 3 232584d1-6446-4281-8f69-0782989a7463 ledger-prod / Production / Approve
            ");
        }
    }
}

#[test]
fn a_row_that_was_added_is_told() {
    let made = Made::series();
    let other = fs::read_to_string(rows(&made.folder(), 3)).expect("it is there");
    let other = other.lines().last().expect("it has rows").to_owned() + "\r\n";
    let said = made.after(|series| edit_lines(&rows(series, 1), |lines| lines.insert(3, other)));
    assert_snapshot!(said.lines(), @"
    file_changed 0001 approvals.csv
    row_added 0001 approvals.csv row 3 9bcd7e84-decb-4f1f-829b-c22b894b99d5
    ");
    let said = made.after(|series| {
        edit_lines(&rows(series, 2), |lines| {
            let again = lines[0].clone();
            lines.push(again);
        });
    });
    assert_snapshot!(said.lines(), @"
    file_changed 0002 approvals.jsonl
    row_added 0002 approvals.jsonl row 6 476ac664-238c-4ff7-a0b6-fca1e308a571
    ");
}

#[test]
fn rows_that_changed_places_are_told_with_where_they_were() {
    let made = Made::series();
    let said = made.after(|series| edit_lines(&rows(series, 1), |lines| lines.swap(1, 4)));
    assert_snapshot!(said.lines(), @"
    file_changed 0001 approvals.csv
    row_moved 0001 approvals.csv row 1 59a501da-49ee-4f81-85d9-ccdc03e5abf8 web-prod / Live / GoLive
    row_moved 0001 approvals.csv row 4 264b5e5d-e3fc-4dfd-827b-9df7e27e2794 payments-prod / Production / Approve
    ");
    let said = made.after(|series| edit_lines(&rows(series, 2), |lines| lines.swap(0, 1)));
    assert_snapshot!(said.lines(), @"
    file_changed 0002 approvals.jsonl
    row_moved 0002 approvals.jsonl row 1 18144dea-74d4-418d-a872-e8e0ae36b6b3 ledger-prod / Production / Approve
    row_moved 0002 approvals.jsonl row 2 476ac664-238c-4ff7-a0b6-fca1e308a571 mobile-release / Store / ReleaseManager
    ");
}

#[test]
fn a_tail_that_was_cut_off_is_told_row_by_row() {
    let made = Made::series();
    let cut = |path: &Path, bytes: usize| {
        let all = fs::read(path).expect("it is there");
        fs::write(path, &all[..all.len() - bytes]).expect("it can be written");
    };
    let said = made.after(|series| cut(&rows(series, 1), 700));
    assert_snapshot!(said.lines(), @"
    file_changed 0001 approvals.csv
    row_changed 0001 approvals.csv row 8 ac81a4f7-ce2a-4200-adb1-54e555875a6e data-platform-prod / Apply / ApprovePlan
    row_missing 0001 approvals.csv row 9 cc349234-9744-43f9-82fc-a635ae791f04 data-platform-prod / Apply / ApprovePlan
    ");
    let said = made.after(|series| cut(&rows(series, 2), 1));
    assert_snapshot!(said.lines(), @"
    file_changed 0002 approvals.jsonl
    row_changed 0002 approvals.jsonl row 5 9349bc32-21aa-45d5-a108-820c8eeb62dc search-prod / Gate / Approve
    ");
    let said = made.after(|series| cut(&numbered(series, 2).join("chains.jsonl"), 400));
    assert_snapshot!(said.lines(), @"
    file_changed 0002 chains.jsonl
    row_changed 0002 chains.jsonl row 5 9349bc32-21aa-45d5-a108-820c8eeb62dc
    ");
}

#[test]
fn a_fact_is_told_by_its_number() {
    let made = Made::series();
    let said = made.after(|series| {
        edit_facts(&rows(series, 2), 0, |facts| facts[2]["recorded_at"] = "2026-10-07T00:00:00Z".into());
    });
    assert_snapshot!(said.lines(), @"
    fact_changed 0002 approvals.jsonl row 1 fact 3 476ac664-238c-4ff7-a0b6-fca1e308a571 mobile-release / Store / ReleaseManager
    file_changed 0002 approvals.jsonl
    row_changed 0002 approvals.jsonl row 1 476ac664-238c-4ff7-a0b6-fca1e308a571 mobile-release / Store / ReleaseManager
    ");
    let said = made.after(|series| edit_facts(&rows(series, 2), 0, |facts| _ = facts.remove(1)));
    assert_snapshot!(said.lines(), @"
    fact_missing 0002 approvals.jsonl row 1 fact 2 476ac664-238c-4ff7-a0b6-fca1e308a571 mobile-release / Store / ReleaseManager
    file_changed 0002 approvals.jsonl
    row_changed 0002 approvals.jsonl row 1 476ac664-238c-4ff7-a0b6-fca1e308a571 mobile-release / Store / ReleaseManager
    ");
    let said = made.after(|series| {
        edit_facts(&rows(series, 2), 0, |facts| {
            let again = facts[0].clone();
            facts.insert(3, again);
        });
    });
    assert_snapshot!(said.lines(), @"
    fact_added 0002 approvals.jsonl row 1 fact 4 476ac664-238c-4ff7-a0b6-fca1e308a571 mobile-release / Store / ReleaseManager
    file_changed 0002 approvals.jsonl
    row_changed 0002 approvals.jsonl row 1 476ac664-238c-4ff7-a0b6-fca1e308a571 mobile-release / Store / ReleaseManager
    ");
    let said = made.after(|series| edit_facts(&rows(series, 2), 0, |facts| facts.swap(0, 2)));
    assert_snapshot!(said.lines(), @"
    fact_moved 0002 approvals.jsonl row 1 fact 1 476ac664-238c-4ff7-a0b6-fca1e308a571 mobile-release / Store / ReleaseManager
    fact_moved 0002 approvals.jsonl row 1 fact 3 476ac664-238c-4ff7-a0b6-fca1e308a571 mobile-release / Store / ReleaseManager
    file_changed 0002 approvals.jsonl
    row_changed 0002 approvals.jsonl row 1 476ac664-238c-4ff7-a0b6-fca1e308a571 mobile-release / Store / ReleaseManager
    ");
    let said = made.after(|series| edit_facts(&rows(series, 2), 0, |facts| facts.truncate(2)));
    assert_snapshot!(said.lines(), @"
    fact_missing 0002 approvals.jsonl row 1 fact 10 476ac664-238c-4ff7-a0b6-fca1e308a571 mobile-release / Store / ReleaseManager
    fact_missing 0002 approvals.jsonl row 1 fact 11 476ac664-238c-4ff7-a0b6-fca1e308a571 mobile-release / Store / ReleaseManager
    fact_missing 0002 approvals.jsonl row 1 fact 12 476ac664-238c-4ff7-a0b6-fca1e308a571 mobile-release / Store / ReleaseManager
    fact_missing 0002 approvals.jsonl row 1 fact 13 476ac664-238c-4ff7-a0b6-fca1e308a571 mobile-release / Store / ReleaseManager
    fact_missing 0002 approvals.jsonl row 1 fact 14 476ac664-238c-4ff7-a0b6-fca1e308a571 mobile-release / Store / ReleaseManager
    fact_missing 0002 approvals.jsonl row 1 fact 15 476ac664-238c-4ff7-a0b6-fca1e308a571 mobile-release / Store / ReleaseManager
    fact_missing 0002 approvals.jsonl row 1 fact 16 476ac664-238c-4ff7-a0b6-fca1e308a571 mobile-release / Store / ReleaseManager
    fact_missing 0002 approvals.jsonl row 1 fact 17 476ac664-238c-4ff7-a0b6-fca1e308a571 mobile-release / Store / ReleaseManager
    fact_missing 0002 approvals.jsonl row 1 fact 18 476ac664-238c-4ff7-a0b6-fca1e308a571 mobile-release / Store / ReleaseManager
    fact_missing 0002 approvals.jsonl row 1 fact 19 476ac664-238c-4ff7-a0b6-fca1e308a571 mobile-release / Store / ReleaseManager
    fact_missing 0002 approvals.jsonl row 1 fact 20 476ac664-238c-4ff7-a0b6-fca1e308a571 mobile-release / Store / ReleaseManager
    fact_missing 0002 approvals.jsonl row 1 fact 21 476ac664-238c-4ff7-a0b6-fca1e308a571 mobile-release / Store / ReleaseManager
    fact_missing 0002 approvals.jsonl row 1 fact 22 476ac664-238c-4ff7-a0b6-fca1e308a571 mobile-release / Store / ReleaseManager
    fact_missing 0002 approvals.jsonl row 1 fact 3 476ac664-238c-4ff7-a0b6-fca1e308a571 mobile-release / Store / ReleaseManager
    fact_missing 0002 approvals.jsonl row 1 fact 4 476ac664-238c-4ff7-a0b6-fca1e308a571 mobile-release / Store / ReleaseManager
    fact_missing 0002 approvals.jsonl row 1 fact 5 476ac664-238c-4ff7-a0b6-fca1e308a571 mobile-release / Store / ReleaseManager
    fact_missing 0002 approvals.jsonl row 1 fact 6 476ac664-238c-4ff7-a0b6-fca1e308a571 mobile-release / Store / ReleaseManager
    fact_missing 0002 approvals.jsonl row 1 fact 7 476ac664-238c-4ff7-a0b6-fca1e308a571 mobile-release / Store / ReleaseManager
    fact_missing 0002 approvals.jsonl row 1 fact 8 476ac664-238c-4ff7-a0b6-fca1e308a571 mobile-release / Store / ReleaseManager
    fact_missing 0002 approvals.jsonl row 1 fact 9 476ac664-238c-4ff7-a0b6-fca1e308a571 mobile-release / Store / ReleaseManager
    file_changed 0002 approvals.jsonl
    row_changed 0002 approvals.jsonl row 1 476ac664-238c-4ff7-a0b6-fca1e308a571 mobile-release / Store / ReleaseManager
    ");
}

#[test]
fn what_is_changed_beside_the_facts_leaves_the_facts_in_peace() {
    let made = Made::series();
    let said = made.after(|series| {
        edit_lines(&rows(series, 2), |lines| lines[0] = lines[0].replacen("\"breached\":", "\"breached \":", 1));
    });
    assert_snapshot!(said.lines(), @"
    file_changed 0002 approvals.jsonl
    row_changed 0002 approvals.jsonl row 1 476ac664-238c-4ff7-a0b6-fca1e308a571 mobile-release / Store / ReleaseManager
    ");
}

#[test]
fn a_chain_that_was_changed_is_told_by_its_line() {
    let made = Made::series();
    let chains = |series: &Path, number| numbered(series, number).join("chains.jsonl");
    // Without the facts, nobody can say which hash of a chain it was; with them, one can.
    let said = made.after(|series| {
        edit_lines(&chains(series, 2), |lines| lines[1] = lines[1].replacen("\"chain\":[\"", "\"chain\":[\"0", 1));
    });
    assert_snapshot!(said.lines(), @"
    file_changed 0002 chains.jsonl
    row_changed 0002 chains.jsonl row 2 18144dea-74d4-418d-a872-e8e0ae36b6b3
    ");
    let said = made.after(|series| edit_lines(&chains(series, 1), |lines| _ = lines.remove(0)));
    assert_snapshot!(said.lines(), @"
    file_changed 0001 chains.jsonl
    row_missing 0001 chains.jsonl row 1 264b5e5d-e3fc-4dfd-827b-9df7e27e2794
    ");
    let said = made.after(|series| {
        let other = fs::read(chains(series, 4)).expect("it is there");
        fs::write(chains(series, 2), other).expect("it can be written");
    });
    assert_snapshot!(said.lines(), @"file_swapped 0002 chains.jsonl");
}

#[test]
fn files_that_are_missing_added_or_exchanged_are_told() {
    let made = Made::series();
    for name in ["approvals.csv", "chains.jsonl", "checkpoint.json", "checkpoint.sig"] {
        let said = made.after(|series| fs::remove_file(numbered(series, 1).join(name)).expect("it is there"));
        let told = said.problems();
        let kind = match name {
            "checkpoint.json" => "checkpoint_missing",
            "checkpoint.sig" => "signature_missing",
            _ => "file_missing",
        };
        assert!(told[0].starts_with(&format!("{kind} 0001 {name}")) && told.len() == 1, "{told:?}");
    }
    let said = made.after(|series| fs::write(numbered(series, 1).join("more.csv"), "x").expect("it can be written"));
    assert_snapshot!(said.lines(), @"file_added 0001 more.csv");
    let exchange = |one: &Path, other: &Path| {
        let (of_one, of_other) = (fs::read(one).expect("it is there"), fs::read(other).expect("it is there"));
        fs::write(one, of_other).and_then(|()| fs::write(other, of_one)).expect("they can be written");
    };
    let said = made.after(|series| exchange(&rows(series, 1), &rows(series, 3)));
    assert_snapshot!(said.lines(), @"
    file_swapped 0001 approvals.csv
    file_swapped 0003 approvals.csv
    ");
    let said = made.after(|series| exchange(&rows(series, 1), &numbered(series, 1).join("chains.jsonl")));
    assert_snapshot!(said.lines(), @"
    file_swapped 0001 approvals.csv
    file_swapped 0001 chains.jsonl
    ");
    let said = made.after(|series| {
        exchange(&numbered(series, 1).join("checkpoint.json"), &numbered(series, 3).join("checkpoint.json"));
    });
    assert_snapshot!(said.lines(), @"
    checkpoint_misplaced 0001 checkpoint.json number 3
    checkpoint_misplaced 0003 checkpoint.json number 1
    file_swapped 0001 approvals.csv
    file_swapped 0001 chains.jsonl
    file_swapped 0003 approvals.csv
    file_swapped 0003 chains.jsonl
    previous_differs 0002 checkpoint.json number 1
    previous_differs 0004 checkpoint.json number 3
    signature_wrong 0001 checkpoint.sig number 3
    signature_wrong 0003 checkpoint.sig number 1
    ");
}

#[test]
fn an_export_that_is_missing_or_twice_there_is_told_by_its_number() {
    let made = Made::series();
    let said = made.after(|series| fs::remove_dir_all(numbered(series, 2)).expect("it is there"));
    assert_snapshot!(said.lines(), @"export_missing number 2");
    let said = made.after(|series| fs::remove_dir_all(numbered(series, 1)).expect("it is there"));
    assert_snapshot!(said.lines(), @"export_missing number 1");
    let said = made.after(|series| {
        fs::rename(numbered(series, 2), series.join("0009-x")).expect("it is there");
    });
    assert_snapshot!(said.lines(), @"
    checkpoint_misplaced 0009 checkpoint.json number 2
    export_missing number 2
    export_missing number 5
    export_missing number 6
    export_missing number 7
    export_missing number 8
    ");
    let said = made.after(|series| {
        let again = series.join("0001-again");
        fs::create_dir(&again).expect("it can be made");
        for entry in fs::read_dir(numbered(series, 1)).expect("it is there").flatten() {
            fs::copy(entry.path(), again.join(entry.file_name())).expect("it can be copied");
        }
    });
    assert_snapshot!(said.lines(), @"export_twice 0001 checkpoint.json number 1");
}

#[test]
fn more_than_can_be_named_is_counted() {
    let made = Made::new();
    let many = crate::support::history::Fate::Approved;
    let at = |n: u64| chrono::DateTime::UNIX_EPOCH + chrono::TimeDelta::minutes(29_800_000 + 10 * n as i64);
    let events: Vec<String> = (0..30)
        .flat_map(|n| {
            let run = crate::support::history::Run {
                number: n,
                pipeline: n % 3,
                asked_at: at(n),
                wait: chrono::TimeDelta::minutes(5),
                fate: many,
            };
            run.events()
        })
        .collect();
    let store = made.kept.path("many.sqlite");
    let args = ["replay", "-", "--format", "json", "--store", &store];
    crate::cli::run::holdpoint_fed(&args, &events.join("\n")).done();
    let (out, key) = (made.kept.path("series"), made.kept.path("key.pem"));
    let args = ["audit", "export", "--out", &out, "--key", &key, "--format", "csv", "--store", &store];
    crate::cli::run::holdpoint(&args).silent();
    let said = made.after(|series| edit_lines(&rows(series, 1), |lines| lines.truncate(5)));
    assert_eq!(said.problems().len(), 1 + 20);
    assert_eq!(said.0["more"], serde_json::json!({ "row_missing": 6 }));
}

#[test]
fn events_are_told_apart_like_rows_and_a_database_file_as_a_whole() {
    let made = Made::new();
    for format in ["ocsf", "parquet"] {
        made.export(&["--format", format, "--to", "2026-10-07"]).silent();
    }
    assert!(made.verify(&made.folder()).is_well());
    let said = made.after(|series| {
        edit_lines(&numbered(series, 1).join("approvals.ocsf.jsonl"), |lines| {
            lines[1] = lines[1].replacen("web-staging", "web-live", 1);
            lines.swap(3, 4);
            lines.remove(7);
        });
    });
    assert_snapshot!(said.lines(), @"
    file_changed 0001 approvals.ocsf.jsonl
    row_changed 0001 approvals.ocsf.jsonl row 2 99a287e4-dd33-47c3-b1eb-7eeba8ef1cb0 web-staging / Staging / SignOff
    row_missing 0001 approvals.ocsf.jsonl row 8 ac81a4f7-ce2a-4200-adb1-54e555875a6e data-platform-prod / Apply / ApprovePlan
    row_moved 0001 approvals.ocsf.jsonl row 4 d0a180af-21df-4eb0-9b92-0a71baaf5adc data-platform-prod / Apply / ApprovePlan
    row_moved 0001 approvals.ocsf.jsonl row 5 59a501da-49ee-4f81-85d9-ccdc03e5abf8 web-prod / Live / GoLive
    ");
    let said = made.after(|series| {
        let path = numbered(series, 2).join("approvals.parquet");
        let mut bytes = fs::read(&path).expect("it is there");
        bytes[100] ^= 1;
        fs::write(path, bytes).expect("it can be written");
    });
    assert_snapshot!(said.lines(), @"file_changed 0002 approvals.parquet");
}
