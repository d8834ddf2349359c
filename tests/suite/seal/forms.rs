//! Whatever is done to an export in whatever form is told, by both verifiers alike: of a form with rows with its rows, of any
//! other with its file.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Made, Said, numbered};

/// A series of two exports in one form.
struct Sealed {
    made: Made,
    /// The name of the file with the approvals.
    file: &'static str,
    has_rows: bool,
}

fn sealed(form: &str) -> Sealed {
    let (file, has_rows) = match form {
        "csv" => ("approvals.csv", true),
        "jsonl" => ("approvals.jsonl", true),
        "ocsf" => ("approvals.ocsf.jsonl", true),
        "parquet" => ("approvals.parquet", false),
        "html" => ("approvals.html", false),
        other => panic!("there is no form {other}"),
    };
    let sealed = Sealed { made: Made::new(), file, has_rows };
    for period in PERIODS {
        sealed.made.export(&[&["--format", form], period].concat()).silent();
    }
    let said = sealed.made.verify(&sealed.made.folder());
    assert!(said.is_well(), "{}", said.lines());
    sealed
}

const PERIODS: [&[&str]; 2] = [&["--to", "2026-10-07"], &["--from", "2026-10-07", "--to", "2026-10-09"]];

impl Sealed {
    /// What is told after a change of a file of the first export.
    fn after(&self, file: &str, change: impl FnOnce(Vec<u8>) -> Vec<u8>) -> Vec<String> {
        let said = self.made.after(|series| {
            let path = numbered(series, 1).join(file);
            let bytes = fs::read(&path).expect("it is there");
            fs::write(path, change(bytes)).expect("it can be written");
        });
        said.problems()
    }

    /// The file is told to be changed, and nothing but it and its rows is.
    fn tells_of_a_change(&self, file: &str, told: &[String]) {
        assert!(told.contains(&format!("file_changed 0001 {file}")), "{told:?}");
        assert!(told.iter().all(|line| line.contains(&format!(" 0001 {file}"))), "{told:?}");
        assert!(self.has_rows || told.len() == 1, "{told:?}");
    }

    fn exchange(&self, of: impl Fn(&Path) -> [PathBuf; 2]) -> Said {
        self.made.after(|series| {
            let [one, other] = of(series);
            let bytes = [&one, &other].map(|path| fs::read(path).expect("it is there"));
            fs::write(one, &bytes[1]).and_then(|()| fs::write(other, &bytes[0])).expect("they can be written");
        })
    }
}

fn any_change_is_told(form: &str) {
    let sealed = sealed(form);
    let file = sealed.file;

    // One byte.
    for name in [file, "chains.jsonl"] {
        for part in 0..4 {
            let told = sealed.after(name, |mut bytes| {
                let place = (bytes.len() - 1) * part / 3;
                bytes[place] ^= 1;
                bytes
            });
            sealed.tells_of_a_change(name, &told);
        }
    }

    // A tail that is cut off, up to all of the file.
    for (name, cut) in [(file, 1), (file, 700), (file, usize::MAX), ("chains.jsonl", 400)] {
        let told = sealed.after(name, |mut bytes| {
            bytes.truncate(bytes.len().saturating_sub(cut));
            bytes
        });
        sealed.tells_of_a_change(name, &told);
        let of_rows = told.iter().filter(|line| line.starts_with("row_")).count();
        assert_eq!(of_rows > 0, sealed.has_rows, "{told:?}");
    }

    // A file that is gone, and one that nobody wrote.
    for (kind, name) in [
        ("file_missing", file),
        ("file_missing", "chains.jsonl"),
        ("checkpoint_missing", "checkpoint.json"),
        ("signature_missing", "checkpoint.sig"),
    ] {
        let said = sealed.made.after(|series| fs::remove_file(numbered(series, 1).join(name)).expect("it is there"));
        let told = said.problems();
        assert!(told.len() == 1 && told[0].starts_with(&format!("{kind} 0001 {name}")), "{told:?}");
    }
    let added = |series: &Path| fs::copy(numbered(series, 2).join(file), numbered(series, 1).join("more.txt"));
    let said = sealed.made.after(|series| _ = added(series).expect("it can be copied"));
    assert_eq!(said.problems(), ["file_added 0001 more.txt"]);

    // Files in each other's place.
    for name in [file, "chains.jsonl"] {
        let said = sealed.exchange(|series| [1, 2].map(|number| numbered(series, number).join(name)));
        assert_eq!(said.problems(), [1, 2].map(|number| format!("file_swapped {number:04} {name}")));
    }
    let said = sealed.exchange(|series| [file, "chains.jsonl"].map(|name| numbered(series, 1).join(name)));
    assert_eq!(said.problems(), [file, "chains.jsonl"].map(|name| format!("file_swapped 0001 {name}")));

    // Another story, sealed again in the same form by another key.
    let forged = Made::new();
    let store = rusqlite::Connection::open(forged.kept.path("store.sqlite")).expect("the store is there");
    let lie = "UPDATE facts SET fact = replace(fact, '2026-10-05', '2026-10-04')";
    assert!(store.execute(lie, []).expect("it can be changed") > 0);
    forged.export_by("other.pem", &[&["--format", form], PERIODS[0]].concat()).silent();
    let said = sealed.made.after(|series| {
        for entry in fs::read_dir(numbered(&forged.folder(), 1)).expect("it is there").flatten() {
            fs::copy(entry.path(), numbered(series, 1).join(entry.file_name())).expect("it can be copied");
        }
    });
    assert_eq!(
        said.problems(),
        ["previous_differs 0002 checkpoint.json number 1", "signature_by_another_key 0001 checkpoint.sig number 1"]
    );
}

#[test]
fn any_change_of_a_table_is_told() {
    any_change_is_told("csv");
}

#[test]
fn any_change_of_json_lines_is_told() {
    any_change_is_told("jsonl");
}

#[test]
fn any_change_of_security_events_is_told() {
    any_change_is_told("ocsf");
}

#[test]
fn any_change_of_a_database_file_is_told() {
    any_change_is_told("parquet");
}

#[test]
fn any_change_of_a_report_is_told() {
    any_change_is_told("html");
}
