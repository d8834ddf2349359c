//! Parts of files that follow from other files, between two marks. With `HOLDPOINT_WRITE=1` in the environment the test that
//! holds a file writes it; without, it fails where they differ.

use std::fs;
use std::path::Path;

/// How the line before a block and the line after it look in one kind of file.
pub(crate) struct Marks {
    pub(crate) begin: &'static str,
    /// What follows the block's name.
    pub(crate) close: &'static str,
    pub(crate) end: &'static str,
}

pub(crate) const YAML: Marks = Marks { begin: "# generated: ", close: "", end: "# end" };
pub(crate) const MARKDOWN: Marks = Marks { begin: "<!-- generated: ", close: " -->", end: "<!-- end -->" };

/// Fails where a block of the file is not what `block` makes of its name, or writes it.
pub(crate) fn hold(path: &Path, marks: &Marks, block: impl Fn(&str) -> String) {
    let text = fs::read_to_string(path).expect("the file is there");
    let fresh = filled(&text, marks, block);
    if writes() {
        fs::write(path, &fresh).expect("it can be written");
    }
    let written = fs::read_to_string(path).expect("the file is there");
    let place = path.display();
    let differs = written.lines().zip(fresh.lines()).enumerate().find(|(_, (old, new))| old != new);
    assert_eq!(differs, None, "{place}: HOLDPOINT_WRITE=1 writes it anew");
    assert_eq!(written.lines().count(), fresh.lines().count(), "{place}: HOLDPOINT_WRITE=1 writes it anew");
}

#[expect(clippy::disallowed_methods, reason = "whether the files are written is a setting of whoever runs the tests")]
pub(crate) fn writes() -> bool {
    std::env::var_os("HOLDPOINT_WRITE").is_some_and(|value| value == "1")
}

/// The text with each block filled anew.
pub(crate) fn filled(text: &str, marks: &Marks, block: impl Fn(&str) -> String) -> String {
    let (mut fresh, mut is_inside) = (String::new(), false);
    for line in text.lines() {
        let trimmed = line.trim_start();
        is_inside &= trimmed != marks.end;
        if !is_inside {
            fresh.push_str(line);
            fresh.push('\n');
        }
        let name = trimmed.strip_prefix(marks.begin).and_then(|rest| rest.strip_suffix(marks.close));
        if let Some(name) = name.filter(|_| !is_inside) {
            is_inside = true;
            let indent = &line[..line.len() - trimmed.len()];
            for line in block(name).lines() {
                fresh.push_str(if line.is_empty() { "" } else { indent });
                fresh.push_str(line);
                fresh.push('\n');
            }
        }
    }
    assert!(!is_inside, "a block has no end");
    fresh
}
