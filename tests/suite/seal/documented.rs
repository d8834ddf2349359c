//! The example in `docs/audit-format.md` is what the program writes.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use holdpoint::audit::chain;
use serde_json::Value;

use super::{Made, numbered, verify};
use crate::support::generated::{MARKDOWN, hold};

/// A text on lines of a width that can be read.
fn block(language: &str, text: &str) -> String {
    format!("```{language}\n{}\n```\n\n", text.trim_end())
}

#[test]
fn the_example_in_the_document_is_what_the_program_writes() {
    let made = Made::new();
    made.export(&["--format", "jsonl", "--from", "2026-10-08", "--to", "2026-10-09", "--pipeline", "search-*"])
        .silent();
    let folder = numbered(&made.folder(), 1);
    let read = |name: &str| fs::read_to_string(folder.join(name)).expect("it is there");
    let row: Value = serde_json::from_str(&read("approvals.jsonl")).expect("one approval");
    let id = row["approval"].as_str().expect("an id");
    let mut text = String::new();
    let mut head = chain::beginning(id);
    let name = folder.file_name().expect("a name").display();
    _ = writeln!(text, "`approvals.jsonl` in `{name}`; its id gives\n");
    text += &block("text", &format!("h(0) = {head}"));
    for (n, fact) in row["facts"].as_array().expect("a list").iter().enumerate() {
        let bytes = chain::canonical(fact).expect("a fact");
        head = chain::link(&head, &bytes);
        _ = writeln!(text, "Fact {}:\n", n + 1);
        text += &block("json", &String::from_utf8(bytes).expect("text"));
        text += &block("text", &format!("h({}) = {head}", n + 1));
    }
    text += "`chains.jsonl`:\n\n";
    text += &block("json", &read("chains.jsonl"));
    text += "`checkpoint.json`:\n\n";
    text += &block("json", &read("checkpoint.json"));
    text += "`checkpoint.sig`:\n\n";
    text += &block("text", &read("checkpoint.sig"));
    text += "The key, as `--key` takes it:\n\n";
    text += &block("text", &fs::read_to_string(made.kept.path("key.pub")).expect("it is there"));
    assert!(verify(&made.folder(), &["--key", &made.kept.path("key.pub")]).is_well());
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/audit-format.md");
    hold(&document, &MARKDOWN, |_| text.trim_end().to_owned());
}
