//! Which policy holds and why, and how its deadline was counted.

use chrono::TimeDelta;
use holdpoint::app::explain::{Asked, Counted, Explanation, Piece, preview};
use holdpoint::domain::Timestamp;

use super::{at, rules};
use crate::support::world::place;

const POLICIES: &str = "
version: 1
calendars:
  london: { timezone: Europe/London, hours: { mon-fri: ['09:00-12:30', '13:30-17:30'] }, holidays: [gb-eng] }
  nights: { timezone: Europe/London, hours: { mon-sun: '22:00-06:00' } }
policies:
  - { name: staging, match: { pipeline: '*-staging', account: '4*' }, target: 1h }
  - { name: other-gate, match: { stage: Verify }, target: 1h }
  - { name: production, match: { pipeline: '*-prod' }, target: 8h, calendar: london }
  - { name: rest, target: 1h }
";

fn explained(policy: &str, from: Timestamp) -> Explanation {
    preview(&rules(policy), Asked { gate: place().gate, attempt: None, at: from })
}

fn counted(policy: &str, from: Timestamp) -> Counted {
    explained(policy, from).counted.expect("a policy matches")
}

#[test]
fn each_policy_that_was_tried_says_which_parts_do_not_match() {
    let tried = explained(POLICIES, at("2026-12-24T15:10:00Z")).tried;
    let said: Vec<String> = tried
        .iter()
        .map(|tried| {
            let misfits = tried
                .misfits
                .iter()
                .map(|m| format!(" {} {} not {}", m.part, m.is.as_deref().unwrap_or("?"), m.wanted));
            format!("{}:{}", tried.policy, misfits.collect::<String>())
        })
        .collect();
    assert_eq!(
        said,
        [
            "staging: account 111122223333 not 4* pipeline payments-prod not *-staging",
            "other-gate: stage Release not Verify",
            "production:",
        ]
    );
}

#[test]
fn where_no_policy_matches_each_says_why() {
    let none = POLICIES.replace("  - { name: rest, target: 1h }\n", "").replace("*-prod", "web");
    let explained = explained(&none, at("2026-12-24T15:10:00Z"));
    assert_eq!(explained.tried.len(), 3);
    assert!(explained.tried.iter().all(|tried| !tried.misfits.is_empty()));
    assert!(explained.counted.is_none() && explained.rungs.is_empty());
}

fn worked(counted: &Counted) -> TimeDelta {
    counted
        .pieces
        .iter()
        .filter_map(|piece| if let Piece::Worked { total, .. } = piece { Some(*total) } else { None })
        .max()
        .unwrap_or_default()
}

#[test]
fn the_windows_add_up_to_the_target_wherever_it_begins() {
    for calendar in ["london", "nights"] {
        let policy = POLICIES.replace("calendar: london", &format!("calendar: {calendar}"));
        let mut from = at("2026-10-20T00:00:00Z");
        while from < at("2026-11-03T00:00:00Z") {
            let counted = counted(&policy, from);
            assert_eq!(
                (worked(&counted), counted.more_working_days),
                (TimeDelta::hours(8), 0),
                "{calendar} from {from}"
            );
            from += TimeDelta::minutes(211);
        }
    }
}

#[test]
fn days_off_and_days_without_hours_are_named() {
    let pieces = counted(POLICIES, at("2026-12-24T15:10:00Z")).pieces;
    let names: Vec<String> = pieces
        .iter()
        .filter_map(|piece| match piece {
            Piece::Off { date, name } => Some(format!("{date} {}", name.as_deref().unwrap_or_default())),
            Piece::Free { first, last } => Some(format!("{first}..{last}")),
            _ => None,
        })
        .collect();
    assert_eq!(
        names,
        [
            "2026-12-25 Christmas Day",
            "2026-12-26 Boxing Day",
            "2026-12-27..2026-12-27",
            "2026-12-28 Boxing Day (observed)"
        ]
    );
}

#[test]
fn a_change_of_the_clock_is_named_whatever_counts() {
    let change = at("2026-10-25T01:00:00Z");
    for target in ["8h", "72h wall", "2 working days"] {
        let policy = POLICIES.replace("target: 8h", &format!("target: {target}"));
        let changes = |from: &str| {
            let pieces = counted(&policy, at(from)).pieces;
            pieces
                .iter()
                .filter_map(|piece| if let Piece::Clock(change) = piece { Some(change.at) } else { None })
                .collect::<Vec<_>>()
        };
        assert_eq!(changes("2026-10-23T16:00:00Z"), [change], "{target}");
        assert!(changes("2026-11-02T10:00:00Z").is_empty(), "{target}");
    }
}

#[test]
fn working_days_are_numbered_up_to_the_deadline() {
    let policy = POLICIES.replace("target: 8h", "target: 2 working days");
    let counted = counted(&policy, at("2026-12-24T15:10:00Z"));
    let days: Vec<String> = counted
        .pieces
        .iter()
        .filter_map(|piece| {
            if let Piece::WorkingDay { date, number } = piece { Some(format!("{number}: {date}")) } else { None }
        })
        .collect();
    assert_eq!(days, ["1: 2026-12-29", "2: 2026-12-30"]);
    assert_eq!(counted.deadline, at("2026-12-30T15:10:00Z"));
}

#[test]
fn a_long_target_is_cut_and_says_how_many_working_days_are_left_out() {
    let policy = POLICIES.replace("target: 8h", "target: 100 working days");
    let counted = counted(&policy, at("2026-01-05T10:00:00Z"));
    assert_eq!(counted.pieces.len(), 20);
    let listed = counted.pieces.iter().filter(|piece| matches!(piece, Piece::WorkingDay { .. })).count();
    assert_eq!(listed + counted.more_working_days, 100);
}
