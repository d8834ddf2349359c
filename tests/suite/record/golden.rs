//! What version 1 wrote, line by line. A line here is a promise to stores that exist: lines are added, none is changed.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::fs;
use std::path::{Path, PathBuf};

use holdpoint::domain::evidence::{Basis, EndState, Outcome, Source, Verdict, Witness};
use holdpoint::domain::fact::Unwanted;
use holdpoint::domain::finding::{FindingKind, What};
use holdpoint::domain::policy::Act;
use holdpoint::domain::{FactKind, Phase, measure};
use holdpoint::record::names::Named;
use holdpoint::record::{
    RecordError, effect as stored_effect, execution as stored_execution, fact as stored_fact,
    projection as stored_projection,
};

use super::known;
use crate::support::generated::writes;

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/golden").join(name)
}

fn golden(name: &str) -> String {
    let path = path(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Each line reads as the value that it was written from, and that value is still written as that line.
fn assert_golden<T: Debug + PartialEq>(
    file: &str,
    values: Vec<T>,
    from_text: impl Fn(&str) -> Result<T, RecordError>,
    to_text: impl Fn(&T) -> Result<String, RecordError>,
) {
    let mut text = golden(file);
    // Adds the lines of new values.
    if writes() {
        for value in values.iter().skip(text.lines().count()) {
            text += &(to_text(value).expect("it can be written") + "\n");
        }
        fs::write(path(file), &text).expect("the file can be written");
    }
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), values.len(), "{file} has a line for each value");
    for (line, value) in lines.iter().zip(&values) {
        assert_eq!(&from_text(line).unwrap_or_else(|error| panic!("{error}: {line}")), value);
        assert_eq!(to_text(value).expect("it can be written"), *line);
    }
}

#[test]
fn facts_of_version_1_are_read_and_written_as_ever() {
    assert_golden("fact-v1.jsonl", known::facts(), stored_fact::from_text, stored_fact::to_text);
}

#[test]
fn effects_of_version_1_are_read_and_written_as_ever() {
    assert_golden("effect-v1.jsonl", known::effects(), stored_effect::from_text, stored_effect::to_text);
}

#[test]
fn news_of_executions_of_version_1_are_read_and_written_as_ever() {
    assert_golden("execution-v1.jsonl", known::news(), stored_execution::from_text, stored_execution::to_text);
}

#[test]
fn projections_of_version_1_are_read_and_written_as_ever() {
    assert_golden(
        "projection-v1.jsonl",
        known::projections(),
        stored_projection::from_text,
        stored_projection::to_text,
    );
}

#[test]
fn a_projection_of_a_later_version_is_refused_with_its_number() {
    let said = "it is of version 2, and this holdpoint knows only version 1: update holdpoint";
    let refused = |text: &str| stored_projection::from_text(text).expect_err("it is refused").to_string();
    for line in golden("projection-v1.jsonl").lines() {
        assert_eq!(refused(&line.replacen("\"v\":1", "\"v\":2", 1)), said);
    }
    assert_eq!(refused(r#"{"v":2,"state":"open"}"#), said);
    assert!(refused(r#"{"v":1,"id":"a","phase":"asleep"}"#).contains("`asleep` is not a phase"));
}

/// The name under which a kind of fact is stored. A new kind does not compile until it stands here, and then the test
/// below asks for its line.
fn stored_name(kind: &FactKind) -> &'static str {
    match kind {
        FactKind::Requested { .. } => "requested",
        FactKind::PolicyChanged { .. } => "policy_changed",
        FactKind::Acknowledged(_) => "acknowledged",
        FactKind::Snoozed { .. } => "snoozed",
        FactKind::ContextLearnt(_) => "context_learnt",
        FactKind::StepFired(_) => "step_fired",
        FactKind::Breached { .. } => "breached",
        FactKind::DecisionSeen { .. } => "decision_seen",
        FactKind::AttemptSeen(_) => "attempt_seen",
        FactKind::EndSeen { .. } => "end_seen",
        FactKind::Settled(_) => "settled",
        FactKind::Corrected(_) => "corrected",
        FactKind::NoticeDelivered { .. } => "notice_delivered",
        FactKind::NoticeWithdrawn { .. } => "notice_withdrawn",
        FactKind::NoticeGivenUp { .. } => "notice_given_up",
        FactKind::Joined { .. } => "joined",
        FactKind::Found(_) => "found",
        FactKind::Cleared(_) => "cleared",
        FactKind::Pruned(_) => "pruned",
        FactKind::ClaimSeen { .. } => "claim_seen",
    }
}

const KINDS: usize = 20;

#[test]
fn every_kind_of_fact_has_its_line() {
    let text = golden("fact-v1.jsonl");
    let mut kinds = BTreeSet::new();
    for (line, fact) in text.lines().zip(known::facts()) {
        let name = stored_name(&fact.kind);
        assert!(line.starts_with("{\"v\":1,\"recorded_at\":\""), "{line}");
        assert!(line.contains(&format!(",\"fact\":{{\"{name}\":{{")), "{line}");
        kinds.insert(name);
    }
    assert_eq!(kinds.len(), KINDS, "{kinds:?}");
}

/// The words of an enum, each as it stands in the field of this name.
fn words<T: Named>(field: &str) -> impl Iterator<Item = String> {
    T::WORDS.iter().map(move |(_, word)| format!("\"{field}\":\"{word}\""))
}

#[test]
fn every_word_that_is_stored_has_its_line() {
    let files = ["fact-v1.jsonl", "effect-v1.jsonl", "execution-v1.jsonl", "projection-v1.jsonl"];
    let text: String = files.into_iter().map(golden).collect();
    let missing: Vec<String> = words::<Source>("source")
        .chain(words::<EndState>("state"))
        .chain(words::<Verdict>("verdict"))
        .chain(words::<Witness>("witness").filter(|word| !word.contains("cloudtrail")))
        .chain(words::<Outcome>("outcome"))
        .chain(words::<Basis>("basis"))
        .chain(words::<Act>("act"))
        .chain(words::<FindingKind>("kind"))
        .chain(words::<What>("what"))
        .chain(words::<Unwanted>("why"))
        .chain(words::<measure::Name>("name"))
        .chain(words::<Phase>("phase"))
        .filter(|word| !text.contains(word.as_str()))
        .collect();
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn a_version_that_is_not_known_is_refused_with_its_number() {
    let text = golden("fact-v1.jsonl");
    let line = text.lines().next().expect("there are lines");
    let said = "it is of version 2, and this holdpoint knows only version 1: update holdpoint";
    let refused = |text: &str| stored_fact::from_text(text).expect_err("it is refused").to_string();
    assert_eq!(refused(&line.replacen("\"v\":1", "\"v\":2", 1)), said);
    // A version that looks like nothing known.
    assert_eq!(refused(r#"{"v":2,"at":1791277927412,"kind":"asked"}"#), said);
    assert_eq!(refused(&line.replacen("\"v\":1", "\"v\":0", 1)), said.replace("version 2", "version 0"));
}

#[test]
fn what_is_no_record_is_refused_with_what_is_wrong() {
    let refused = |text: &str| stored_fact::from_text(text).expect_err("it is refused").to_string();
    let line = r#"{"v":1,"recorded_at":"2026-10-06T09:12:07Z","fact":{"joined":{"into":"a"}}}"#;
    assert!(stored_fact::from_text(line).is_ok());
    assert!(refused(&line.replace("joined", "merged")).contains("unknown variant `merged`"));
    assert!(refused(&line.replace("2026", "two")).contains("`two-10-06T09:12:07Z` is not a time"));
    assert!(refused("").contains("not a record of a known form"));
    let withdrawn =
        line.replace(r#""joined":{"into":"a"}"#, r#""notice_withdrawn":{"notice":"n","recipient":"r","why":"bored"}"#);
    assert!(refused(&withdrawn).contains("`bored` is not a reason"), "{}", refused(&withdrawn));
}
