//! Exports that somebody made to do harm to who verifies them.

use std::fs;
use std::os::unix::fs::symlink;

use super::{Made, edit, numbered, verify};
use crate::cli::run::{Kept, holdpoint};

#[test]
fn names_that_lead_elsewhere_are_never_opened() {
    let made = Made::series();
    for name in
        ["../../secret.csv", "/etc/passwd", "..", ".", "", "a/b", "a\\b", "Upper", "x\u{1b}[2J", "checkpoint.json/"]
    {
        let said = made.after(|series| {
            edit(&numbered(series, 1).join("checkpoint.json"), |text| {
                text.replacen("\"approvals.csv\"", &serde_json::json!(name).to_string(), 1)
            });
        });
        let told = said.problems();
        let refused: Vec<_> = told.iter().filter(|line| line.starts_with("file_refused 0001")).collect();
        assert_eq!(refused.len(), 1, "{name:?}: {told:?}");
        assert!(!told.iter().any(|line| line.contains('\u{1b}')), "{told:?}");
    }
}

#[test]
fn links_and_folders_in_the_place_of_files_are_not_followed() {
    let made = Made::series();
    let secret = made.kept.path("secret");
    fs::write(&secret, "secret").expect("it can be written");
    for name in ["approvals.csv", "chains.jsonl"] {
        for is_link in [true, false] {
            let said = made.after(|series| {
                let path = numbered(series, 1).join(name);
                fs::remove_file(&path).expect("it is there");
                if is_link { symlink(&secret, path) } else { fs::create_dir(path) }.expect("it can be made");
            });
            assert_eq!(said.problems(), [format!("file_refused 0001 {name}")]);
        }
    }
    for name in ["checkpoint.json", "checkpoint.sig"] {
        let said = made.after(|series| {
            let path = numbered(series, 1).join(name);
            let elsewhere = made.kept.path(name);
            fs::rename(&path, &elsewhere).and_then(|()| symlink(&elsewhere, path)).expect("it can be made");
        });
        assert!(!said.is_well(), "{name}");
    }
    let said = made.after(|series| {
        let path = numbered(series, 2);
        let elsewhere = made.kept.path("elsewhere");
        fs::rename(&path, &elsewhere).and_then(|()| symlink(&elsewhere, path)).expect("it can be made");
    });
    assert_eq!(said.problems(), ["export_missing number 2", "file_refused 0002"]);
}

#[test]
fn what_names_say_cannot_write_over_the_terminal() {
    let event = crate::wire::fixtures::text("approval-started").replace("payments-prod", "\\u001b[2Jevil\\u202e\\n");
    let kept = Kept::of(&event, &[]);
    let out = kept.path("series");
    kept.ask(&["audit", "export", "--format", "jsonl", "--out", &out]).silent();
    let export = numbered(out.as_ref(), 1);
    let (name, stray) = (export.join("\u{1b}[31mred\u{202e}"), export.join("../\u{1b}]0;title\u{7}"));
    fs::write(name, "").and_then(|()| fs::write(stray, "")).expect("they can be written");
    edit(&export.join("approvals.jsonl"), |text| text.replacen("\"breached\":", "\"breached \":", 1));
    for format in ["text", "json"] {
        let said = holdpoint(&["audit", "verify", &out, "--format", format]);
        assert_eq!(said.code, Some(1));
        assert!(!said.out.chars().any(|c| c == '\u{202e}' || (c.is_control() && c != '\n')), "{}", said.out);
        assert!(said.out.contains("evil"), "{}", said.out);
    }
}

#[test]
fn files_that_are_no_text_at_all_are_told_and_harm_nobody() {
    let made = Made::series();
    let deep = "[".repeat(100_000);
    let garbage: [&[u8]; 5] =
        [b"", b"\0\xff\xfe", b"\"", deep.as_bytes(), b"{\"approval\":\"\\ud800\",\"facts\":[]}\n"];
    for bytes in garbage {
        for (number, name) in
            [(1, "approvals.csv"), (2, "approvals.jsonl"), (2, "chains.jsonl"), (2, "checkpoint.json")]
        {
            let said = made.after(|series| {
                fs::write(numbered(series, number).join(name), bytes).expect("it can be written");
            });
            assert!(!said.is_well(), "{name}");
        }
    }
}

#[test]
fn a_gap_of_any_size_is_told_shortly() {
    let made = Made::series();
    let said = made.after(|series| {
        fs::rename(numbered(series, 4), series.join("18446744073709551615-x")).expect("it is there");
    });
    assert_eq!(said.0["more"], serde_json::json!({ "export_missing": 80 }));
    assert!(verify(&made.folder(), &[]).is_well());
}
