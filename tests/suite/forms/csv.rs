//! CSV, as Python's module for it reads it back.

use holdpoint::audit::{COLUMNS, Format, Kind};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Known, any_approvals, far, hostile, lines, read_by, written};

/// What differs between the two forms once each text is as `docs/audit.md` says, and nothing where all is well.
fn differences(approvals: &[Known]) -> Value {
    let kinds: Vec<Value> = COLUMNS.iter().map(|column| json!([column.name, column.kind.word()])).collect();
    let lines: String = lines(approvals).iter().map(|line| format!("{line}\n")).collect();
    read_by("read_csv.py", &[&json!(kinds).to_string()], &[&written(Format::Csv, approvals), lines.as_bytes()])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn what_python_reads_is_what_json_lines_say_and_nothing_of_it_is_a_formula(approvals in any_approvals()) {
        prop_assert_eq!(differences(&approvals), json!([]));
    }
}

#[test]
fn a_hostile_approval_is_read_back_as_it_was() {
    assert_eq!(differences(&[hostile(), far()]), json!([]));
}

#[test]
fn a_hostile_approval_is_text_in_a_spreadsheet() {
    let text = String::from_utf8(written(Format::Csv, &[hostile()])).expect("UTF-8");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names = reader.headers().expect("a header").clone();
    let row = reader.records().next().expect("a row").expect("it is as long as the header");
    let shown: String = names.iter().zip(&row).map(|(name, cell)| format!("{name:<21}{cell:?}\n")).collect();
    insta::assert_snapshot!(shown, @r#"
    account              "'+111122223333"
    region               "'@eu-west-1"
    pipeline             "'=cmd|'/C calc'!A0"
    stage                "'\t=1+1"
    action               "'-2+3\r\nApprove,\"now\""
    execution            "e␛[2J␀␡[U+009B]"
    approval             "'=approval"
    attempt              "2"
    revision             "'\r+1"
    revision_message     "'  =HYPERLINK(\"https://evil.example.com\";\"here\")"
    requester            "''=Ama[U+202E][U+2066]ra"
    requester_email      "'@SUM(A1:A9)"
    commit               "'\u{feff}=1"
    repository           "'\n=1"
    requested_at         "2026-10-05T09:00:00Z"
    decided_at           "2026-10-05T10:00:00Z"
    ended_at             "2026-10-05T10:00:00Z"
    phase                "settled"
    outcome              "rejected"
    basis                "cloudtrail"
    decided_by           "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_=Release_0123456789abcdef/-session"
    decided_by_type      "AssumedRole"
    decided_by_name      "'-session"
    permission_set       "'=Release"
    claimed_by           "'=amara@example.com"
    evidence_source      "cloudtrail"
    cloudtrail_event_id  "c0ffee"
    source_ip            "AWS Internal"
    comment              "'=1+1\nsecond line, \"quoted\"\r\nthird"
    wait_seconds         "3600"
    working_wait_seconds "1800"
    target               "1h 30m wall"
    deadline             "2026-10-05T09:45:00Z"
    breached             "true"
    reminders            "[{\"at\":\"2026-10-05T09:30:00Z\",\"message\":\"[U+202E][U+2066]m␡1\",\"notice\":\"a/remind@50%/0/=leads\",\"recipient\":\"=leads\"}]"
    escalations          ""
    undelivered          "[{\"at\":\"2026-10-05T10:00:00Z\",\"notice\":\"a/escalate@100%/0/=leads\",\"reason\":\"=1+1 [2J the server answered 503\",\"recipient\":\"=leads\"}]"
    policy               "'＝1"
    policy_version       "' +1"
    findings             "[{\"at\":\"2026-10-05T09:50:00Z\",\"kind\":\"approved_by_bot\",\"says\":\"A program approved this, not a person. Whom it did so for, if it says so, nobody has verified.\"}]"
    "#);
    assert!(text.ends_with("\r\n"));
}

#[test]
fn every_column_has_a_name_that_databases_take_and_a_meaning() {
    for column in COLUMNS {
        let is_plain = |name: &str| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        assert!(is_plain(column.name), "{}", column.name);
        assert!(!column.means.is_empty() && !column.means.ends_with('.'), "{}: {}", column.name, column.means);
        if let Kind::List(parts) = column.kind {
            assert!(parts.iter().all(|part| is_plain(part.name) && matches!(part.kind, Kind::Text | Kind::Time)));
        }
    }
}
