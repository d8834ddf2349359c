//! Exports that show later whether anything was changed, cut out, added or taken away. Whatever is asked of holdpoint's
//! verifier is asked of the one in `tests/verify_audit.py` as well, which shares no code with it, and both must agree.

mod chain;
mod documented;
mod export;
mod forms;
mod hostile;
mod keys;
pub(crate) mod kms;
mod mutations;
mod prune;
mod tampered;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::cli::run::{Kept, Ran, holdpoint, ran};

/// The first key of RFC 8032's test vectors, and the second one. Keys of a test are no secrets.
const KEY: &str = "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g";
const OTHER_KEY: &str = "MC4CAQAwBQYDK2VwBCIEIEzNCJso/5banbbDRuwRTg9bijGfNaumJNqM9u1PuKb7";
const PUBLIC: &str = "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

/// A week's store, its key, and a series that is written from it.
pub(crate) struct Made {
    pub(crate) kept: Kept,
}

impl Made {
    pub(crate) fn new() -> Self {
        let made = Self { kept: Kept::week() };
        made.key("key.pem", KEY);
        made.key("other.pem", OTHER_KEY);
        fs::write(made.kept.path("key.pub"), pem("PUBLIC", PUBLIC)).expect("it can be written");
        made
    }

    /// Four exports in turn: two that follow each other, one after them, and one of everything.
    pub(crate) fn series() -> Self {
        let made = Self::new();
        let periods: [(&str, &[&str]); 4] = [
            ("csv", &["--to", "2026-10-07"]),
            ("jsonl", &["--from", "2026-10-07", "--to", "2026-10-09"]),
            ("csv", &["--from", "2026-10-09", "--to", "2026-10-13"]),
            ("jsonl", &["--to", "2026-11-01"]),
        ];
        for (format, period) in periods {
            made.export(&[&["--format", format], period].concat()).silent();
        }
        made
    }

    fn key(&self, name: &str, secret: &str) {
        let path = self.kept.path(name);
        fs::write(&path, pem("PRIVATE", secret)).expect("it can be written");
        let own = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        fs::set_permissions(path, own).expect("it is one's own");
    }

    pub(crate) fn folder(&self) -> PathBuf {
        PathBuf::from(self.kept.path("series"))
    }

    /// An export into the series, signed.
    pub(crate) fn export(&self, args: &[&str]) -> Ran {
        self.export_by("key.pem", args)
    }

    fn export_by(&self, key: &str, args: &[&str]) -> Ran {
        let (out, key) = (self.kept.path("series"), self.kept.path(key));
        self.kept.ask(&[&["audit", "export", "--out", &out, "--key", &key], args].concat())
    }

    /// What both verifiers say of the series after something was done to a copy of it.
    fn after(&self, change: impl FnOnce(&Path)) -> Said {
        let copy = self.copy();
        change(copy.path());
        self.verify(copy.path())
    }

    fn copy(&self) -> TempDir {
        let copy = tempfile::tempdir().expect("a temporary folder");
        for entry in fs::read_dir(self.folder()).expect("the series is there").flatten() {
            if entry.path().is_dir() {
                let to = copy.path().join(entry.file_name());
                fs::create_dir(&to).expect("it can be made");
                for file in fs::read_dir(entry.path()).expect("it is there").flatten() {
                    fs::copy(file.path(), to.join(file.file_name())).expect("it can be copied");
                }
            }
        }
        copy
    }

    fn verify(&self, path: &Path) -> Said {
        verify(path, &["--key", &self.kept.path("key.pub")])
    }
}

impl Ran {
    /// It went well, whatever it told.
    fn silent(self) -> Self {
        assert_eq!((self.code, self.out.as_str()), (Some(0), ""), "{}", self.err);
        self
    }
}

fn pem(what: &str, base64: &str) -> String {
    format!("-----BEGIN {what} KEY-----\n{base64}\n-----END {what} KEY-----\n")
}

/// What both verifiers say.
#[derive(Debug)]
pub(crate) struct Said(Value);

pub(crate) fn verify(path: &Path, args: &[&str]) -> Said {
    let path = path.to_str().expect("a plain path");
    let mut python = Command::new("python3");
    python.arg("tests/verify_audit.py").arg(path).args(args).current_dir(env!("CARGO_MANIFEST_DIR"));
    let python = ran(python.output().expect("python3 is there"));
    let ours = holdpoint(&[&["audit", "verify", path, "--format", "json"], args].concat());
    let read = |ran: &Ran| -> Value {
        serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}{}", ran.out, ran.err))
    };
    let (said, says) = (Said(read(&ours)), Said(read(&python)));
    assert_eq!(said.problems(), says.problems(), "holdpoint, and the verifier in Python");
    assert_eq!(
        (&said.0["ok"], &said.0["exports"], &said.0["more"]),
        (&says.0["ok"], &says.0["exports"], &says.0["more"])
    );
    assert_eq!((ours.code, python.code), if said.is_well() { (Some(0), Some(0)) } else { (Some(1), Some(1)) });
    said
}

impl Said {
    pub(crate) fn is_well(&self) -> bool {
        self.0["ok"] == true
    }

    /// Whether all that is wrong is with the export behind so many whole ones.
    pub(crate) fn names_only_the_one_behind(&self, whole: usize) -> bool {
        let begins = format!("{:04}-", whole + 1);
        let problems = self.0["problems"].as_array().expect("a list");
        problems.iter().all(|problem| problem["export"].as_str().is_some_and(|export| export.starts_with(&begins)))
    }

    /// How each export is signed.
    pub(crate) fn signatures(&self) -> Vec<&str> {
        let exports = self.0["exports"].as_array().expect("a list");
        exports.iter().filter_map(|export| export["signature"].as_str()).collect()
    }

    /// Each problem by what it names, in an order that does not matter.
    fn problems(&self) -> Vec<String> {
        let mut problems: Vec<String> = self.0["problems"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|problem| {
                let mut line = problem["kind"].as_str().expect("a kind").to_owned();
                for name in ["export", "file", "row", "fact", "number", "approval", "gate"] {
                    match &problem[name] {
                        Value::Null => {}
                        Value::String(text) if name == "export" => line += &format!(" {}", &text[..text.len().min(4)]),
                        Value::String(text) => line += &format!(" {text}"),
                        other => line += &format!(" {name} {other}"),
                    }
                }
                line
            })
            .collect();
        problems.sort();
        problems
    }

    fn lines(&self) -> String {
        self.problems().join("\n")
    }
}

/// The export with this number.
fn numbered(series: &Path, number: u64) -> PathBuf {
    let mut found = fs::read_dir(series).expect("it is there").flatten().map(|entry| entry.path());
    let begins = format!("{number:04}-");
    let is_it = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&begins));
    found.find(is_it).unwrap_or_else(|| panic!("there is no export {number}"))
}

/// Writes a file anew.
fn edit(path: &Path, change: impl FnOnce(String) -> String) {
    let text = fs::read_to_string(path).expect("it is there");
    let changed = change(text.clone());
    assert_ne!(text, changed, "nothing was changed");
    fs::write(path, changed).expect("it can be written");
}
