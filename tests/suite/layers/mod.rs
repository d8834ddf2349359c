//! Dependencies run one way, and the domain is pure. Files are read as text: what is not written cannot be used.

mod circles;

use std::fs;
use std::path::{Path, PathBuf};

/// For each folder of `src`, what of the crate it may name.
const MAY_NAME: [(&str, &[&str]); 10] = [
    ("domain", &["domain"]),
    ("record", &["record", "domain"]),
    ("wire", &["wire", "domain"]),
    ("links", &["links", "domain"]),
    ("notice", &["notice", "links", "domain"]),
    ("policyfile", &["policyfile", "notice", "domain"]),
    ("audit", &["audit", "notice", "record", "domain"]),
    ("ports", &["ports", "domain"]),
    ("app", &["app", "ports", "audit", "notice", "links", "policyfile", "wire", "record", "domain"]),
    ("adapters", &["adapters", "ports", "notice", "policyfile", "record", "domain"]),
];

fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).expect("it can be read");
            found.push((path, text));
        }
    }
    found
}

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The code of a file without its comments.
fn code(text: &str) -> String {
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn each_layer_names_only_the_layers_below_it() {
    let mut wrong = Vec::new();
    for (layer, allowed) in MAY_NAME {
        let files = sources(&src().join(layer));
        assert!(!files.is_empty(), "src/{layer} has files");
        for (path, text) in files {
            for named in code(&text).split("crate::").skip(1) {
                let root: String = named.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if !allowed.contains(&root.as_str()) {
                    wrong.push(format!("{} names crate::{root}", path.display()));
                }
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_domain_knows_no_clock_no_io_no_async_and_no_vendor() {
    let banned = ["tokio", "aws_", "async ", "std::env", "std::fs", "std::io", "::now(", "serde", "rusqlite", "rand"];
    let mut wrong = Vec::new();
    for (path, text) in sources(&src().join("domain")) {
        let code = code(&text);
        wrong.extend(
            banned.iter().filter(|word| code.contains(**word)).map(|word| format!("{}: {word}", path.display())),
        );
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn no_source_file_grows_beyond_one_idea() {
    let long: Vec<String> = sources(&src())
        .into_iter()
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > 450)
        .map(|(path, lines)| format!("{} has {lines} lines", path.display()))
        .collect();
    assert_eq!(long, Vec::<String>::new());
}

#[test]
fn no_test_is_switched_off() {
    let marker = concat!("#[", "ignore");
    let folders = [src(), Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")];
    let off: Vec<_> = folders.iter().flat_map(|f| sources(f)).filter(|(_, text)| text.contains(marker)).collect();
    assert!(off.is_empty(), "{off:?}");
}
