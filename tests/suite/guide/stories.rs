//! The examples in `rules/policies/`, each with what happens under it at a telling time.

use std::fs;
use std::path::Path;

use chrono::{Datelike, Weekday};
use holdpoint::domain::calendar::Calendar;
use holdpoint::domain::{RecipientName, Timestamp};
use holdpoint::policyfile::{self, PolicyFile};

use super::story::{Line, Story, acknowledged, approved, asked};

pub(super) fn policy(name: &str) -> PolicyFile {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/policies").join(name);
    let text = fs::read_to_string(path).expect("the example is there");
    policyfile::read(name, &text).unwrap_or_else(|errors| panic!("{errors}"))
}

pub(super) const EXAMPLES: [&str; 5] =
    ["pre-production.yaml", "compliance.yaml", "environments.yaml", "follow-the-sun.yaml", "on-call.yaml"];

/// What happens under an example.
pub(super) fn story(name: &str) -> Story {
    match name {
        "pre-production.yaml" => Story {
            zones: &["Europe/London"],
            news: vec![asked("2026-11-27T16:40:00Z", "web", "Staging", 1), approved("2026-11-30T11:35:00Z", "Staging")],
            until: "2026-12-01T12:00:00Z",
        },
        "compliance.yaml" => Story {
            zones: &["America/New_York"],
            news: vec![
                // The day before Thanksgiving.
                asked("2026-11-25T15:00:00-05:00", "ledger-regulated", "Security", 1),
                approved("2026-11-27T10:10:00-05:00", "Security"),
                asked("2026-11-27T10:12:00-05:00", "ledger-regulated", "Release", 1),
                approved("2026-12-01T11:00:00-05:00", "Release"),
            ],
            until: "2026-12-02T12:00:00-05:00",
        },
        "environments.yaml" => Story {
            zones: &["Europe/Berlin"],
            news: vec![
                asked("2026-11-27T14:00:00+01:00", "shop", "Dev", 1),
                asked("2026-11-27T14:00:00+01:00", "shop", "Staging", 1),
                asked("2026-11-27T14:00:00+01:00", "shop", "Production", 1),
                approved("2026-11-30T13:05:00+01:00", "Production"),
                approved("2026-11-30T15:00:00+01:00", "Staging"),
                asked("2026-12-01T09:00:00+01:00", "shop", "Prod-EU", 2),
                approved("2026-12-01T12:00:00+01:00", "Prod-EU"),
                approved("2026-12-02T15:00:00+01:00", "Dev"),
            ],
            until: "2026-12-03T12:00:00+01:00",
        },
        "follow-the-sun.yaml" => Story {
            zones: &["Europe/Berlin", "America/New_York"],
            news: vec![
                // Thanksgiving: nobody is at work in America.
                asked("2026-11-26T21:30:00+01:00", "web-prod", "Live", 1),
                approved("2026-11-27T09:05:00+01:00", "Live"),
                asked("2026-11-27T16:30:00+01:00", "web-prod", "Production", 1),
                approved("2026-11-27T22:50:00+01:00", "Production"),
            ],
            until: "2026-12-01T12:00:00+01:00",
        },
        "on-call.yaml" => Story {
            zones: &["UTC"],
            news: vec![
                asked("2026-11-28T02:00:00Z", "web-hotfix", "Live", 1),
                acknowledged("2026-11-28T02:50:00Z", "Live", "amara"),
                approved("2026-11-28T05:20:00Z", "Live"),
            ],
            until: "2026-11-29T00:00:00Z",
        },
        other => panic!("nothing is known to happen under {other}"),
    }
}

fn lines(name: &str) -> Vec<Line> {
    story(name).lines(&policy(name).rules)
}

/// When whom is told of something.
fn told(name: &str) -> Vec<(Timestamp, RecipientName)> {
    lines(name).into_iter().filter_map(|line| Some((line.at, line.told?))).collect()
}

fn calendar(file: &PolicyFile, name: &str) -> Calendar {
    file.calendars.get(name).cloned().expect("it has this calendar")
}

#[test]
fn before_production_nobody_is_told_of_anything_outside_the_office() {
    let office = calendar(&policy("pre-production.yaml"), "office");
    let told = told("pre-production.yaml");
    assert!(told.len() >= 3, "{told:?}");
    assert!(told.iter().all(|(at, _)| office.is_open(*at)), "{told:?}");
    assert_eq!(told.last().map(|(at, _)| at.weekday()), Some(Weekday::Mon), "the weekend was between");
}

#[test]
fn each_gate_of_two_has_its_own_day_and_its_own_people() {
    let told = told("compliance.yaml");
    let (first, second): (Vec<_>, Vec<_>) = told.iter().partition(|(_, to)| to.as_str().starts_with("security"));
    assert!(!first.is_empty() && !second.is_empty(), "{told:?}");
    let (findings, second): (Vec<_>, Vec<_>) = second.into_iter().partition(|(_, to)| to.as_str() == "compliance");
    assert!(second.iter().all(|(_, to)| to.as_str().starts_with("release")), "{second:?}");
    assert_eq!(findings.len(), 1, "one person approved both");
    assert!(first.last() < second.first(), "{told:?}");
}

#[test]
fn each_environment_tells_its_own_people() {
    let told = told("environments.yaml");
    for recipient in ["developers", "testers", "release-managers", "platform-head"] {
        assert!(told.iter().any(|(_, to)| to.as_str() == recipient), "{recipient}: {told:?}");
    }
}

#[test]
fn only_those_at_work_are_told_but_for_the_urgent_step() {
    let file = policy("follow-the-sun.yaml");
    let told = told("follow-the-sun.yaml");
    let is_open = |at: &Timestamp, to: &RecipientName| file.rules.hours.get(to).is_none_or(|hours| hours.is_open(*at));
    let is_urgent = |at: &Timestamp| told.iter().any(|(other, to)| other == at && to.as_str() == "director");
    let (awake, asleep): (Vec<_>, Vec<_>) = told.iter().partition(|(at, to)| is_open(at, to));
    assert!(!asleep.is_empty() && asleep.iter().all(|(at, _)| is_urgent(at)), "{asleep:?}");
    for office in ["europe", "americas"] {
        assert!(awake.iter().any(|(at, to)| to.as_str() == office && !is_urgent(at)), "{office}: {awake:?}");
    }
}

#[test]
fn nothing_is_said_any_more_once_somebody_on_call_has_acknowledged() {
    let lines = lines("on-call.yaml");
    let place = lines.iter().position(|line| line.text.starts_with("acknowledged")).expect("somebody does");
    assert!(lines[..place].iter().any(|line| line.told.is_some()), "somebody is told before it");
    assert!(lines[place..].iter().all(|line| line.told.is_none()), "nobody is told after it");
}
