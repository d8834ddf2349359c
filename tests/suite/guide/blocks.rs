//! The examples in `docs/policy.md`. What stands before each says how it is read:
//!
//! | comment          | the example is                                                                     |
//! |------------------|------------------------------------------------------------------------------------|
//! | `a file`         | a whole file, in which there is nothing to warn of                                 |
//! | `in a file`      | some of a file's keys; those that must be there and are not are added               |
//! | `in a policy`    | some of a policy's keys, in a file with the recipients `approvers`, `leads` and `on-call` and a calendar `office` |
//! | `wrong: NAME`    | a whole file that is refused; the block `said of NAME` has the program's words     |
//! | `generated: ...` | written by these tests                                                             |

use std::fs;
use std::path::{Path, PathBuf};

use holdpoint::policyfile::{PolicyErrors, PolicyFile, read_beside, schema};
use serde_json::Value;

use super::stories::{EXAMPLES, policy, story};
use crate::cli::run::holdpoint;
use crate::support::generated::{MARKDOWN, hold};
use crate::support::schema::against;

const FILE: &str = "policy.yaml";
const OFFICE: &str = "calendars:\n  office: { timezone: Europe/London, hours: { mon-fri: [\"09:00-17:30\"] } }\n";
const PEOPLE: &str =
    "recipients:\n  approvers: { console: true }\n  leads: { console: true }\n  on-call: { console: true }\n";

struct Block {
    /// What the comment before it says.
    kind: String,
    language: String,
    text: String,
}

fn guide() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/policy.md")
}

/// All examples, in their order.
fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let (mut before, mut open): (&str, Option<Block>) = ("", None);
    for line in text.lines() {
        match (line.strip_prefix("```"), open.as_mut()) {
            (Some(language), None) => {
                let kind = before.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->")).unwrap_or_default();
                open = Some(Block { kind: kind.to_owned(), language: language.to_owned(), text: String::new() });
            }
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some(block)) => block.text += &format!("{line}\n"),
            (None, None) => before = line,
        }
    }
    assert!(open.is_none(), "a block has no end");
    blocks
}

impl Block {
    /// The whole file that it stands for.
    fn file(&self) -> String {
        let has = |key: &str| self.text.lines().any(|line| line.starts_with(key));
        let unless = |key: &str, lines: &str| if has(key) { String::new() } else { lines.to_owned() };
        match self.kind.as_str() {
            "in a file" => {
                let policies = unless("policies:", "policies: [{ name: all, target: 4h }]\n");
                format!("version: 1\n{}{policies}", self.text)
            }
            "in a policy" => {
                let rest: String = self.text.lines().map(|line| format!("    {line}\n")).collect();
                let target = unless("target:", "    target: 4h\n");
                format!("version: 1\n{OFFICE}{PEOPLE}policies:\n  - name: example\n{target}{rest}")
            }
            kind if kind == "a file" || kind.starts_with("wrong: ") || kind.starts_with("generated: ") => {
                self.text.clone()
            }
            other => panic!("how is this read? `{other}`:\n{}", self.text),
        }
    }

    fn is_wrong(&self) -> bool {
        self.kind.starts_with("wrong: ")
    }
}

/// Reads a file that stands beside those that the guide shows.
fn read(text: &str, all: &[Block]) -> Result<PolicyFile, PolicyErrors> {
    let beside = |name: &str| {
        let calendar = all.iter().find(|block| block.language == "ics").filter(|_| name == "company.ics");
        calendar.map(|block| block.text.clone()).ok_or_else(|| "it is not there".to_owned())
    };
    read_beside(FILE, text, &beside)
}

fn against_schema(text: &str) -> Vec<String> {
    let value: Value = serde_saphyr::from_str(text).expect("YAML");
    let schema = schema();
    against(&schema, &schema, &value, "")
}

#[test]
fn every_example_of_the_guide_is_in_order_also_by_the_schema() {
    let text = fs::read_to_string(guide()).expect("the guide is there");
    let blocks = blocks(&text);
    let mut count = 0;
    for block in blocks.iter().filter(|block| block.language == "yaml" && !block.is_wrong()) {
        let text = block.file();
        let file = read(&text, &blocks).unwrap_or_else(|errors| panic!("{errors}\n\n{text}"));
        if !block.kind.starts_with("in ") {
            assert_eq!(file.warnings, Vec::<String>::new(), "{text}");
        }
        assert_eq!(against_schema(&text), Vec::<String>::new(), "{text}");
        count += 1;
    }
    assert!(count >= 10, "{count} examples");
}

#[test]
fn every_policy_to_copy_from_is_in_order_by_the_schema() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/policies");
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be listed").path();
        let text = fs::read_to_string(&path).expect("it can be read");
        assert_eq!(against_schema(&text), Vec::<String>::new(), "{}", path.display());
    }
}

#[test]
fn the_guide_shows_what_the_program_says_and_does() {
    let text = fs::read_to_string(guide()).expect("the guide is there");
    let blocks = blocks(&text);
    let said_of = |name: &str| {
        let wrong = blocks.iter().find(|block| block.kind == format!("wrong: {name}")).expect("there is such a file");
        read(&wrong.file(), &blocks).expect_err("it is refused").to_string()
    };
    hold(&guide(), &MARKDOWN, |name| {
        let (language, text) = if let Some(command) = name.strip_prefix("$ holdpoint ") {
            let args: Vec<&str> = command.split_whitespace().collect();
            ("text", format!("{name}\n{}", holdpoint(&args).done()))
        } else if let Some(wrong) = name.strip_prefix("said of ") {
            ("text", said_of(wrong))
        } else if let Some(example) = name.strip_prefix("what happens under ") {
            ("text", story(example).text(&policy(example).rules))
        } else {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
            ("yaml", fs::read_to_string(path).expect("the file that is shown is there"))
        };
        format!("```{language}\n{}\n```\n", text.trim_end())
    });
}

#[test]
fn the_guide_shows_every_example_and_what_happens_under_it() {
    let text = fs::read_to_string(guide()).expect("the guide is there");
    for example in EXAMPLES {
        assert!(text.contains(&format!("<!-- generated: rules/policies/{example} -->")), "{example}");
        assert!(text.contains(&format!("<!-- generated: what happens under {example} -->")), "{example}");
    }
}
