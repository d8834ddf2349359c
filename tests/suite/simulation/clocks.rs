//! Any calendars, ladders, outages, and people who see to it or say that it may wait.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use holdpoint::adapters::memory::MemoryStore;
use holdpoint::adapters::sqlite::{Durability, SqliteStore};
use holdpoint::domain::policy::{Act, Rules};
use holdpoint::domain::{FactKind, Timestamp};
use holdpoint::policyfile;
use holdpoint::ports::channel::Letter;
use proptest::prelude::*;

use super::plan::{Plan, Says, Word, gates};
use super::sim::{Life, Run, run};
use super::{essence, faults, the_invariants_hold};
use crate::support::world::minute;

fn choice(words: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    proptest::sample::select(words)
}

/// What a recipient or a policy goes on with to name a calendar.
fn calendar(key: &'static str) -> impl Strategy<Value = String> {
    choice(&["", "office", "nights", "split"])
        .prop_map(move |name| if name.is_empty() { String::new() } else { format!("{key}: {name}") })
}

fn repeat() -> impl Strategy<Value = String> {
    let every = choice(&["25m", "1h wall", "3h", "1 working day"]);
    let end = choice(&["at_most: 1", "at_most: 4", "until: 300%", "until: 2 working days"]);
    (every, end).prop_map(|(every, end)| format!(", repeat: {{ every: {every}, {end} }}"))
}

fn step() -> impl Strategy<Value = (String, String)> {
    let at = choice(&[
        "at: 25%",
        "at: 50%",
        "at: 100%",
        "at: 150%",
        "at: 1h wall",
        "at: 2h",
        "at: 1 working day",
        "at: '09:00'",
        "at: '17:30 next working day'",
        "before_expiry: 6d",
        "before_expiry: 12h",
    ]);
    let to = choice(&["[a]", "[b]", "[c]", "[a, b]", "[b, c, a]"]);
    let repeat = prop_oneof![2 => Just(String::new()), 1 => repeat()];
    let urgent = prop_oneof![4 => Just(""), 1 => Just(", urgent: true")];
    (at, choice(&["remind", "escalate"]), to, repeat, urgent)
        .prop_map(|(at, act, to, repeat, urgent)| (format!("{at}, {act}"), format!(": {to}{repeat}{urgent}")))
}

prop_compose! {
    fn policies()(
        hours in proptest::array::uniform2(calendar(", hours")),
        clock in calendar("\n    calendar"),
        target in choice(&["4h", "3h wall", "1 working day", "90m", "2 working days", "20h"]),
        acknowledging in choice(&["stops-reminders", "stops-all"]),
        snooze in choice(&["none", "1h", "2d"]),
        steps in proptest::collection::vec(step(), 1..5),
    ) -> String {
        // No two steps do the same at the same time.
        let steps: BTreeMap<String, String> = steps.into_iter().collect();
        let steps: String = steps.iter().map(|(what, rest)| format!("      - {{ {what}{rest} }}\n")).collect();
        let [a, b] = hours;
        format!(
            "version: 1
calendars:
  office: {{ timezone: Europe/London, hours: {{ mon-fri: '09:00-17:30' }}, holidays: ['2026-10-07'] }}
  nights: {{ timezone: America/New_York, hours: {{ mon-sun: '22:00-06:00' }} }}
  split: {{ timezone: Asia/Kolkata, hours: {{ mon-sat: ['08:00-12:00', '13:00-18:00'] }} }}
recipients:
  a: {{ console: true{a} }}
  b: {{ console: true{b} }}
  c: {{ console: true }}
policies:
  - name: any
    target: {target}{clock}
    acknowledging: {acknowledging}
    snooze: {snooze}
    steps:
{steps}"
        )
    }
}

fn says() -> impl Strategy<Value = Says> {
    let word = prop_oneof![Just(Word::Acknowledge), (1..2880_i64).prop_map(|minutes| Word::Snooze { minutes })];
    (0..20_000_i64, 0..3_u64, word).prop_map(|(at, number, word)| Says { at: minute(at), number, word })
}

prop_compose! {
    /// Approvals that wait for up to six days.
    fn plans()(
        policy in policies(),
        gates in gates(1..4, 0..14, 0..8000, 1..8640),
        says in proptest::collection::vec(says(), 0..6),
        outages in proptest::collection::vec((0..10_000_i64, 1..3000_i64), 0..3),
    ) -> Plan {
        let outages = outages.into_iter().map(|(from, long)| (minute(from), minute(from + long))).collect();
        Plan { gates, policy, says, outages }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_calendars_and_the_people_say_notices_keep_the_hours_and_tell_nobody_twice(plan in plans()) {
        let whole = run(MemoryStore::new(), &plan, BTreeMap::new());
        the_invariants_hold(&whole, 0)?;
        the_clocks_hold(&whole, &plan)?;
        let told_at_once = told(&whole, |letter| letter.sent_at);
        prop_assert!(told_at_once.iter().all(|ids| ids.len() == 1), "at the same time: {told_at_once:?}");
        nobody_hears_of_what_is_older(&whole)?;
    }

    #[test]
    fn crashes_change_nothing_of_that(plan in plans(), faults in faults()) {
        let crashes = faults.len();
        let crashed = run(MemoryStore::new(), &plan, faults);
        the_invariants_hold(&crashed, crashes)?;
        the_clocks_hold(&crashed, &plan)?;
        let whole = run(MemoryStore::new(), &plan.in_order(), BTreeMap::new());
        prop_assert_eq!(essence(&crashed), essence(&whole), "the same end as the ordered history");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, ..ProptestConfig::default() })]

    #[test]
    fn the_clocks_hold_on_sqlite(plan in plans(), faults in faults()) {
        let store = SqliteStore::in_memory(Durability::EachCommit).expect("a store in memory can be made");
        let crashes = faults.len();
        let crashed = run(store, &plan, faults);
        the_invariants_hold(&crashed, crashes)?;
        the_clocks_hold(&crashed, &plan)?;
    }
}

/// The notices that an approval sent to a recipient, grouped by some time of theirs; each counted once.
fn told(run: &Run, time: impl Fn(&Letter) -> Timestamp) -> Vec<BTreeSet<String>> {
    let mut told: BTreeMap<(String, String, Timestamp), BTreeSet<String>> = BTreeMap::new();
    for letter in &run.letters {
        let approval = letter.notice.id.as_str().split('/').next().unwrap_or_default().to_owned();
        let key = (approval, letter.notice.recipient.to_string(), time(letter));
        told.entry(key).or_default().insert(letter.notice.id.to_string());
    }
    told.into_values().collect()
}

/// Than what they have heard of the same approval.
fn nobody_hears_of_what_is_older(run: &Run) -> Result<(), TestCaseError> {
    let mut latest: BTreeMap<(String, String), Timestamp> = BTreeMap::new();
    for letter in &run.letters {
        let approval = letter.notice.id.as_str().split('/').next().unwrap_or_default().to_owned();
        let before = latest.insert((approval, letter.notice.recipient.to_string()), letter.notice.due_at);
        let is_newer = before.is_none_or(|before| before < letter.notice.due_at);
        prop_assert!(is_newer, "{} of {} after {before:?}", letter.notice.id, letter.notice.due_at);
    }
    Ok(())
}

fn the_clocks_hold(run: &Run, plan: &Plan) -> Result<(), TestCaseError> {
    let rules = policyfile::read("policy.yaml", &plan.policy).expect("the policy is in order").rules;
    let urgent: BTreeSet<_> =
        rules.policies[0].steps.iter().filter(|step| step.is_urgent).map(|step| &step.id).collect();
    for letter in &run.letters {
        let hours = rules.hours.get(&letter.notice.recipient).filter(|_| !urgent.contains(&letter.notice.step));
        let is_within = hours.is_none_or(|hours| hours.is_open(letter.sent_at));
        prop_assert!(is_within, "outside of the hours: {} at {}", letter.notice.id, letter.sent_at);
        prop_assert!(letter.sent_at >= letter.notice.due_at, "too early: {}", letter.notice.id);
    }
    let told_of_an_instant = told(run, |letter| letter.notice.due_at);
    prop_assert!(told_of_an_instant.iter().all(|ids| ids.len() == 1), "twice of an instant: {told_of_an_instant:?}");
    for life in &run.lives {
        people_are_listened_to(run, life)?;
        the_breach_is_noted_when_it_was(life, &rules, plan)?;
    }
    Ok(())
}

fn people_are_listened_to(run: &Run, life: &Life) -> Result<(), TestCaseError> {
    let of_it = |letter: &&Letter| letter.notice.id.as_str().starts_with(life.id.as_str());
    let mut snoozed: Option<(Timestamp, Timestamp)> = None;
    for (said_at, kind) in &life.facts {
        if let FactKind::Acknowledged(_) = kind {
            let reminded = run.letters.iter().filter(of_it).filter(|letter| letter.notice.act == Act::Remind);
            let nagged: Vec<_> = reminded.filter(|letter| letter.sent_at > *said_at).map(|l| &l.notice.id).collect();
            prop_assert!(nagged.is_empty(), "reminded after it was acknowledged: {nagged:?}");
        }
        if let FactKind::Snoozed { until, .. } = kind {
            // The latest counts, also where it is shorter.
            if let Some((from, until)) = snoozed.replace((*said_at, *until)) {
                nobody_is_told(run, life, from, until.min(*said_at))?;
            }
        }
    }
    snoozed.map_or(Ok(()), |(from, until)| nobody_is_told(run, life, from, until))
}

fn nobody_is_told(run: &Run, life: &Life, from: Timestamp, until: Timestamp) -> Result<(), TestCaseError> {
    let between = |letter: &&Letter| letter.sent_at > from && letter.sent_at < until;
    let told = run.letters.iter().filter(|letter| letter.notice.id.as_str().starts_with(life.id.as_str()));
    let told: Vec<_> = told.filter(between).map(|letter| &letter.notice.id).collect();
    prop_assert!(told.is_empty(), "told while it was put off: {told:?}");
    Ok(())
}

/// Exactly when the deadline passed while it was not known that the wait was over.
fn the_breach_is_noted_when_it_was(life: &Life, rules: &Rules, plan: &Plan) -> Result<(), TestCaseError> {
    let policy = &rules.policies[0];
    let (Some(requested_at), Some(heard_at)) = (life.requested_at, life.heard_at) else { return Ok(()) };
    let deadline = policy.target.after(requested_at, &policy.calendar);
    let known_end = life.facts.iter().find(|(_, kind)| {
        matches!(kind, FactKind::EndSeen { .. } | FactKind::DecisionSeen { .. } | FactKind::Settled(_))
    });
    let is_breached = life.facts.iter().any(|(_, kind)| matches!(kind, FactKind::Breached { .. }));
    let is_settled_so =
        life.facts.iter().any(|(_, kind)| matches!(kind, FactKind::Settled(settled) if settled.breached));
    let end = known_end.map(|(at, _)| *at);
    let (last, up_at) = (end.unwrap_or(Timestamp::MAX_UTC), plan.up_at(deadline));
    if heard_at < last && deadline < requested_at + TimeDelta::days(7) && up_at < last {
        prop_assert!(is_breached, "{} was due {deadline}, and is no breach", life.id);
    } else if deadline >= last {
        prop_assert_eq!(is_breached, is_settled_so, "{} was due {} and over {}", &life.id, deadline, last);
    }
    prop_assert!(is_breached || !is_settled_so, "settled as breached, without a breach");
    Ok(())
}
