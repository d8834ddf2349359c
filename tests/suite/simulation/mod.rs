//! The whole monitor in memory, on a virtual clock, with crashes between any two store or send operations.
//!
//! Histories are generated: duplicates, late and reordered arrivals, lost requests. Whatever happens, the invariants of
//! the design hold; each check names the one that it is about.

mod clocks;
mod plan;
mod sim;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use holdpoint::adapters::memory::MemoryStore;
use holdpoint::adapters::sqlite::{Durability, SqliteStore};
use holdpoint::domain::event::Happening;
use holdpoint::ports::events::Published;
use proptest::prelude::*;

use self::plan::{Plan, plans, prompt_plans};
use self::sim::{Run, run, runtime};
use crate::dynamodb::new_store;
use crate::support::faulty::Fault;
use crate::support::server::Server;

fn faults() -> impl Strategy<Value = BTreeMap<usize, Fault>> {
    let fault = prop_oneof![Just(Fault::Before), Just(Fault::After)];
    proptest::collection::btree_map(0..400_usize, fault, 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn crashes_lose_nothing_and_double_at_most_what_they_interrupt(plan in plans(), faults in faults()) {
        let crashes = faults.len();
        let crashed = run(MemoryStore::new(), &plan, faults);
        let whole = run(MemoryStore::new(), &plan.in_order(), BTreeMap::new());
        the_invariants_hold(&crashed, crashes)?;
        prop_assert_eq!(essence(&crashed), essence(&whole), "the same end as the ordered history");
    }

    #[test]
    fn without_a_crash_every_due_step_is_told_exactly_once(plan in prompt_plans()) {
        let whole = run(MemoryStore::new(), &plan, BTreeMap::new());
        the_invariants_hold(&whole, 0)?;
        let told: Vec<String> = whole.letters.iter().map(|letter| letter.notice.id.to_string()).collect();
        prop_assert_eq!(sorted(told), sorted(plan.expected_notices()), "what is due is told, and nothing else");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 25, ..ProptestConfig::default() })]

    #[test]
    fn the_same_holds_on_sqlite(plan in plans(), faults in faults()) {
        let crashes = faults.len();
        let store = SqliteStore::in_memory(Durability::EachCommit).expect("a store in memory can be made");
        let crashed = run(store, &plan, faults);
        let whole = run(MemoryStore::new(), &plan.in_order(), BTreeMap::new());
        the_invariants_hold(&crashed, crashes)?;
        prop_assert_eq!(essence(&crashed), essence(&whole), "the same end as the ordered history");
    }
}

/// Each case makes some thousands of calls, so there are few of them.
#[test]
fn the_same_holds_on_dynamodb() {
    let server = Server::dynamodb();
    let tables = AtomicUsize::new(0);
    let config =
        ProptestConfig { cases: 3, failure_persistence: None, max_shrink_iters: 20, ..ProptestConfig::default() };
    proptest!(config, |(plan in plans(), faults in faults())| {
        let table = format!("table-{}", tables.fetch_add(1, Ordering::Relaxed));
        let store = runtime().block_on(new_store(&server.config(), &table));
        let crashes = faults.len();
        let crashed = run(store, &plan, faults);
        let whole = run(MemoryStore::new(), &plan.in_order(), BTreeMap::new());
        the_invariants_hold(&crashed, crashes)?;
        prop_assert_eq!(essence(&crashed), essence(&whole), "the same end as the ordered history");
    });
}

fn the_invariants_hold(run: &Run, crashes: usize) -> Result<(), TestCaseError> {
    prop_assert_eq!(run.left_in_outbox, 0, "(1) every effect is delivered, withdrawn or given up");
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for letter in &run.letters {
        *times.entry(letter.notice.id.as_str()).or_default() += 1;
    }
    let doubled: usize = times.values().map(|n| n - 1).sum();
    prop_assert!(doubled <= crashes, "(2) {doubled} notices doubled by {crashes} crashes");
    let events: BTreeSet<&str> = run.published.iter().map(|published| published.id.as_str()).collect();
    let doubled = run.published.len() - events.len();
    // A round's events go out together, and are closed one by one.
    prop_assert!(doubled <= crashes * 64, "(2) {doubled} events doubled by {crashes} crashes");
    for stored in run.stored.iter().filter(|p| p.outcome.is_some()) {
        let of_it = |published: &&Published| published.event.approval == stored.id;
        let is_settled =
            |published: &&Published| matches!(&published.event.happening, Happening::Settled(e) if !e.is_corrected);
        let settled: BTreeSet<&str> =
            run.published.iter().filter(of_it).filter(is_settled).map(|p| p.id.as_str()).collect();
        prop_assert_eq!(settled.len(), 1, "other programs are told once how {} ended", stored.id);
    }
    for (folded, stored) in run.folded.iter().zip(&run.stored) {
        prop_assert_eq!(folded, stored, "(3) the projection is the fold of the facts");
    }
    for (id, delivered) in &run.delivered {
        prop_assert_eq!(*delivered, 1, "a notice is on record as delivered once: {}", id);
    }
    for (approval, breaches, too_early) in &run.breaches {
        prop_assert!(*breaches <= 1 && !too_early, "(7) {approval} breached {breaches} times");
    }
    for (fired, told) in &run.fired {
        prop_assert_eq!(fired, told, "every step that fired ended as a notice to each of its recipients");
    }
    prop_assert!(run.sent_after_the_end.is_empty(), "(6) told after the end was known: {:?}", run.sent_after_the_end);
    prop_assert!(run.repeated_steps.is_empty(), "(8) fired twice: {:?}", run.repeated_steps);
    Ok(())
}

/// How each approval ended, without when it became known.
fn essence(run: &Run) -> Vec<String> {
    run.stored
        .iter()
        .map(|p| {
            format!(
                "{} {:?} {:?} {:?} {:?} {:?} {}",
                p.id, p.outcome, p.requested_at, p.ended_at, p.decided_by, p.comment, p.breached
            )
        })
        .collect()
}

fn sorted(mut texts: Vec<String>) -> Vec<String> {
    texts.sort();
    texts
}

#[test]
fn a_plan_without_surprises_says_what_it_says() {
    let plan = Plan::one(90);
    let whole = run(MemoryStore::new(), &plan, BTreeMap::new());
    assert_eq!(whole.letters.len(), 0);
    assert_eq!(essence(&whole).len(), 1);
    let late = run(MemoryStore::new(), &Plan::one(250), BTreeMap::new());
    let told: Vec<&str> = late.letters.iter().map(|letter| letter.notice.id.as_str()).collect();
    assert_eq!(told.len(), 2);
    assert!(told[0].ends_with("/remind@50%/0/approvers") && told[1].ends_with("/escalate@100%/0/leads"), "{told:?}");
}
