//! Running the program.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// The week's history, as it is named on the command line.
pub(crate) const WEEK: &str = "tests/data/history/week.jsonl";

/// What a run left behind.
#[derive(Debug, PartialEq)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// What it wrote, given that it went well.
    pub(crate) fn done(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (Some(0), ""), "{}", self.out);
        self.out
    }

    /// Each line of it as JSON.
    pub(crate) fn lines(self) -> Vec<Value> {
        self.done().lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect()
    }
}

/// The program in the repository's root, deaf to whatever colours the surroundings ask for.
pub(crate) fn program(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_holdpoint"));
    command.args(args).current_dir(env!("CARGO_MANIFEST_DIR"));
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    command
}

pub(crate) fn holdpoint(args: &[&str]) -> Ran {
    ran(program(args).stdin(Stdio::null()).output().expect("the program can be run"))
}

/// With `input` on its standard input.
pub(crate) fn holdpoint_fed(args: &[&str], input: &str) -> Ran {
    let piped = Stdio::piped;
    let mut command = program(args);
    let mut child = command.stdin(piped()).stdout(piped()).stderr(piped()).spawn().expect("the program can be run");
    let mut stdin = child.stdin.take().expect("it was asked for");
    let input = input.to_owned();
    // From a thread of its own, so that neither side waits for the other with a full pipe.
    let feeding = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().expect("the program ends");
    feeding.join().expect("feeding does not panic").expect("the program reads its input to the end");
    ran(output)
}

pub(crate) fn ran(output: Output) -> Ran {
    let text = |bytes| String::from_utf8(bytes).expect("the output is UTF-8");
    Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// Every event of the week on its own line.
pub(crate) fn week() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(WEEK);
    std::fs::read_to_string(path).expect("the week's history is there")
}

/// The lines of one type.
pub(crate) fn of_type<'a>(lines: &'a [Value], kind: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["type"] == kind).collect()
}

/// A store that a replay has filled, in a folder that goes with it.
pub(crate) struct Kept {
    folder: TempDir,
}

impl Kept {
    pub(crate) fn week() -> Self {
        Self::of(&week(), &[])
    }

    /// Of events on lines; `args` go to the replay.
    pub(crate) fn of(events: &str, args: &[&str]) -> Self {
        let kept = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        let store = kept.path("store.sqlite");
        holdpoint_fed(&[&["replay", "-", "--format", "json", "--store", &store], args].concat(), events).done();
        kept
    }

    /// Of a file in its folder.
    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().expect("a plain path").to_owned()
    }

    /// Runs a command on the store.
    pub(crate) fn ask(&self, args: &[&str]) -> Ran {
        let store = self.path("store.sqlite");
        holdpoint(&[args, &["--store", &store]].concat())
    }
}

/// Whether it can be read on 80 columns: what is longer is a link, an ARN or an id, which nobody wants broken.
pub(crate) fn assert_fits(text: &str) {
    for line in text.lines().filter(|line| line.chars().count() > 80) {
        assert!(
            line.split_whitespace().any(|word| word.chars().count() > 50),
            "{} columns: {line}",
            line.chars().count()
        );
    }
}
