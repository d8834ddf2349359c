//! What people say is taken once, or refused with the reason, in whatever store.

use std::collections::BTreeMap;
use std::sync::Barrier;

use chrono::TimeDelta;
use holdpoint::adapters::memory::MemoryStore;
use holdpoint::adapters::sqlite::{Durability, SqliteStore};
use holdpoint::app::respond::{MAX_BY, MAX_NOTE, RespondError, Unsaid, Wish, are_its_rules, respond, said};
use holdpoint::app::tell::tell;
use holdpoint::domain::evidence::EndState;
use holdpoint::domain::input::Input;
use holdpoint::domain::policy::Rules;
use holdpoint::domain::response::{Refusal, Response};
use holdpoint::domain::{ApprovalId, FactKind};
use holdpoint::policyfile;
use holdpoint::ports::store::{Store, StoreError};

use crate::support::faulty::{Fault, Faulty};
use crate::support::world::{POLICY, ended, id, minute, rules, started};

fn by(name: &str) -> Response {
    said(name, None).expect("a name")
}

fn through(link: &str) -> Response {
    Response { link: Some(link.to_owned()), ..by("recipient approvers") }
}

fn for_an_hour() -> Wish {
    Wish::Snooze { until: minute(70) }
}

async fn hear<S: Store>(store: &S, input: &Input) {
    tell(store, &rules(), &id(), &[input], minute(5)).await.expect("it is kept");
}

async fn say<S: Store>(store: &S, wish: Wish, response: &Response) -> Result<Vec<FactKind>, Refusal> {
    match respond(store, &rules(), &id(), wish, response, minute(10)).await {
        Ok(change) => Ok(change.facts.into_iter().map(|fact| fact.kind).collect()),
        Err(RespondError::Refused(refusal)) => Err(refusal),
        Err(other) => panic!("{other}"),
    }
}

async fn everything_is_taken_once<S: Store>(store: &S) {
    let unknown =
        respond(store, &rules(), &ApprovalId::new("nobody"), Wish::Acknowledge, &by("jane"), minute(10)).await;
    assert!(matches!(unknown, Err(RespondError::Unknown)), "{unknown:?}");
    assert!(store.load(&ApprovalId::new("nobody")).await.expect("it answers").facts.is_empty());

    hear(store, &started(minute(0))).await;
    assert_eq!(say(store, Wish::Acknowledge, &by("jane")).await, Ok(vec![FactKind::Acknowledged(by("jane"))]));
    assert_eq!(say(store, Wish::Acknowledge, &by("jane")).await, Err(Refusal::Repeated));
    let snoozed = FactKind::Snoozed { until: minute(70), response: through("l1") };
    assert_eq!(say(store, for_an_hour(), &through("l1")).await, Ok(vec![snoozed]));
    assert_eq!(say(store, Wish::Acknowledge, &through("l1")).await, Err(Refusal::LinkUsed));
    let too_long = Wish::Snooze { until: minute(10) + TimeDelta::hours(5) };
    let latest = minute(10) + TimeDelta::hours(4);
    assert_eq!(say(store, too_long, &by("jane")).await, Err(Refusal::TooLong { latest }));
    assert_eq!(say(store, Wish::Snooze { until: minute(9) }, &by("jane")).await, Err(Refusal::Past));

    hear(store, &ended(Some(minute(0)), EndState::Succeeded, minute(4))).await;
    assert_eq!(say(store, Wish::Acknowledge, &by("joe")).await, Err(Refusal::NotWaiting));
    assert_eq!(say(store, for_an_hour(), &through("l2")).await, Err(Refusal::NotWaiting));
}

/// By many at once, each in a thread of its own.
async fn one_link_is_used_once<S: Store>(store: &S) {
    hear(store, &started(minute(0))).await;
    let (response, together) = (through("l1"), Barrier::new(8));
    let press = || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        together.wait();
        runtime.block_on(say(store, for_an_hour(), &response))
    };
    let all: Vec<_> = std::thread::scope(|scope| {
        let presses: Vec<_> = (0..8).map(|_| scope.spawn(press)).collect();
        presses.into_iter().map(|press| press.join().expect("it does not panic")).collect()
    });
    let (granted, refused): (Vec<_>, Vec<_>) = all.into_iter().partition(Result::is_ok);
    assert_eq!(granted.len(), 1);
    assert!(refused.iter().all(|answer| *answer == Err(Refusal::LinkUsed)), "{refused:?}");
    let facts = store.load(&id()).await.expect("it answers").facts;
    assert_eq!(facts.iter().filter(|fact| matches!(fact.kind, FactKind::Snoozed { .. })).count(), 1);
}

async fn another_policys_rules_are_told_from_its_own<S: Store>(store: &S) {
    hear(store, &started(minute(0))).await;
    let other = |from: &str, to: &str| -> Rules {
        policyfile::read("policy.yaml", &POLICY.replace(from, to)).unwrap_or_else(|errors| panic!("{errors}")).rules
    };
    let is_its = async |rules: &Rules| are_its_rules(store, rules, &id()).await.expect("it answers");
    assert!(is_its(&rules()).await);
    for other in
        [other("target: 4h", "target: 8h"), other("name: production", "name: other"), other("*-prod", "*-test")]
    {
        assert!(!is_its(&other).await, "{other:?}");
    }
}

#[tokio::test]
async fn a_lost_answer_does_not_use_a_link_twice() {
    // The fourth call is the commit of what is said; whoever said it hears of a failure, and tries again.
    let store = Faulty::new(MemoryStore::new(), BTreeMap::from([(3, Fault::After)]));
    hear(&store, &started(minute(0))).await;
    let lost = respond(&store, &rules(), &id(), for_an_hour(), &through("l1"), minute(10)).await;
    assert!(matches!(lost, Err(RespondError::Store(StoreError::Unavailable(_)))), "{lost:?}");
    assert_eq!(say(&store, for_an_hour(), &through("l1")).await, Err(Refusal::LinkUsed));
    let facts = store.load(&id()).await.expect("it answers").facts;
    assert_eq!(facts.iter().filter(|fact| matches!(fact.kind, FactKind::Snoozed { .. })).count(), 1);
}

macro_rules! in_each_store {
    ($($test:ident),+ $(,)?) => {
        mod memory {
            $(#[tokio::test] async fn $test() { super::$test(&super::MemoryStore::new()).await; })+
        }
        mod sqlite {
            $(#[tokio::test] async fn $test() {
                let store = super::SqliteStore::in_memory(super::Durability::EachCommit).expect("a store");
                super::$test(&store).await;
            })+
        }
    };
}

in_each_store!(everything_is_taken_once, one_link_is_used_once, another_policys_rules_are_told_from_its_own);

#[test]
fn what_is_said_is_one_clean_line_of_bounded_length() {
    let said_by = |name: &str, note: &str| said(name, Some(note)).map(|said| (said.by, said.note));
    let clean = ("Jane Doe".to_owned(), Some("on my way".to_owned()));
    assert_eq!(said_by(" Jane\n\u{202e}Doe\u{7} ", "on\tmy\r\nway"), Ok(clean));
    assert_eq!(said_by("jane", " \u{200b}\n"), Ok(("jane".to_owned(), None)));
    assert_eq!(said_by(" \u{200b}", "x"), Err(Unsaid::Nobody));
    let long = |length: usize| "é".repeat(length);
    assert!(said_by(&long(MAX_BY), &long(MAX_NOTE)).is_ok());
    assert_eq!(said_by(&long(MAX_BY + 1), "x"), Err(Unsaid::LongName));
    assert_eq!(said_by("jane", &long(MAX_NOTE + 1)), Err(Unsaid::LongNote));
}
