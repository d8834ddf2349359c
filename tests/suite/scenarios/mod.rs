//! The monitor as a whole, on a clock that a test moves: promises in some thirty lines each.

mod acknowledged;
mod changed;
mod found;
mod held;
mod ladder;
mod snoozed;
mod story;

use std::sync::Mutex;
use std::time::Duration;

use chrono::TimeDelta;
use holdpoint::adapters::memory::MemoryStore;
use holdpoint::app::monitor::{Monitor, Taken};
use holdpoint::domain::{RecipientName, Timestamp};
use holdpoint::policyfile;
use holdpoint::ports::EntryError;
use holdpoint::ports::channel::{Channels, Letter, SendError};
use holdpoint::ports::clock::Clock;
use holdpoint::ports::events::{Events, Published};
use holdpoint::ports::metrics::{Datum, Metrics};
use holdpoint::ports::store::{Query, Store};
use holdpoint::record::detail::detail_type;
use holdpoint::record::names::Named;

use crate::support::history::{Fate, Run};
use crate::support::world::{POLICY, minute};

/// A clock that stands still until it is told to move.
struct Hand(Mutex<Timestamp>);

impl Hand {
    fn set(&self, at: Timestamp) {
        *self.0.lock().expect("nobody panics while holding this") = at;
    }
}

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        *self.0.lock().expect("nobody panics while holding this")
    }

    fn wall_time_until(&self, _at: Timestamp) -> Duration {
        Duration::ZERO
    }
}

/// Inboxes, metric data, and recipients that do not answer.
#[derive(Default)]
struct Outside {
    letters: Mutex<Vec<Letter>>,
    data: Mutex<Vec<Datum>>,
    events: Mutex<Vec<Published>>,
    /// The recipients that fail, and how.
    down: Mutex<Option<(&'static str, bool)>>,
    /// The metric or the kind of event that is not taken, and whether it never will be.
    untaken: Mutex<Option<(&'static str, bool)>>,
    /// How often data and events were handed over.
    calls: Mutex<(usize, usize)>,
}

impl Channels for &Outside {
    async fn send(&self, to: &RecipientName, letter: &Letter) -> Result<Option<String>, SendError> {
        match *self.down.lock().expect("nobody panics while holding this") {
            Some((name, true)) if name == to.as_str() => Err(SendError::Refused("gone".into())),
            Some((name, false)) if name == to.as_str() => {
                Err(SendError::Retry { after: None, cause: "not now".into() })
            }
            _ => {
                self.letters.lock().expect("nobody panics while holding this").push(letter.clone());
                Ok(None)
            }
        }
    }
}

impl Metrics for &Outside {
    async fn record(&self, groups: &[Vec<Datum>], _now: Timestamp) -> Vec<Result<(), EntryError>> {
        self.calls.lock().expect("nobody panics while holding this").0 += 1;
        let take = |group: &Vec<Datum>| {
            self.take_unless(group.iter().map(|datum| datum.name.word()))?;
            self.data.lock().expect("nobody panics while holding this").extend(group.iter().cloned());
            Ok(())
        };
        groups.iter().map(take).collect()
    }
}

impl Events for &Outside {
    async fn publish(&self, events: &[Published]) -> Vec<Result<(), EntryError>> {
        self.calls.lock().expect("nobody panics while holding this").1 += 1;
        let take = |published: &Published| {
            self.take_unless(std::iter::once(detail_type(&published.event.happening)))?;
            self.events.lock().expect("nobody panics while holding this").push(published.clone());
            Ok(())
        };
        events.iter().map(take).collect()
    }
}

type World<'a, S = MemoryStore> = Monitor<S, &'a Outside, &'a Outside, &'a Outside, Hand>;

fn world<'a>(outside: &'a Outside, policy: &str) -> World<'a> {
    world_with(MemoryStore::new(), outside, policy)
}

fn world_with<'a, S: Store>(store: S, outside: &'a Outside, policy: &str) -> World<'a, S> {
    let mut rules = policyfile::read("policy.yaml", policy).unwrap_or_else(|errors| panic!("{errors}")).rules;
    rules.publishes_events = true;
    let clock = Hand(Mutex::new(minute(0)));
    Monitor {
        store,
        rules,
        channels: outside,
        metrics: outside,
        events: outside,
        clock,
        links: None,
        policy_is_invalid: false,
    }
}

/// Moves the clock, stopping wherever something is due.
async fn until(world: &World<'_>, at: i64) {
    until_time(world, minute(at)).await;
}

async fn until_time<S: Store>(world: &World<'_, S>, at: Timestamp) {
    while let Some(wake) = world.store.next_wake().await.expect("an answer").filter(|wake| *wake <= at) {
        world.clock.set(wake);
        world.round(|_| {}).await.expect("a round");
    }
    world.clock.set(at);
}

async fn hear<S: Store>(world: &World<'_, S>, text: &str) {
    let mut taken = Taken::default();
    world.take(text, None, "test", 1, &mut taken).await.expect("the store takes it");
    assert_eq!(taken.malformed, 0);
}

/// A run whose approval is asked for at minute 0; `wait` and `fate` say how it goes on.
fn run(number: u64, wait: i64, fate: Fate) -> Run {
    Run { number, pipeline: 0, asked_at: minute(0), wait: TimeDelta::minutes(wait), fate }
}

impl Outside {
    fn take_unless(&self, mut words: impl Iterator<Item = &'static str>) -> Result<(), EntryError> {
        match *self.untaken.lock().expect("nobody panics while holding this") {
            Some((word, true)) if words.any(|w| w == word) => Err(EntryError::Refused("never".into())),
            Some((word, false)) if words.any(|w| w == word) => Err(EntryError::Retry("not now".into())),
            _ => Ok(()),
        }
    }

    /// The kinds of events that went out, in their order.
    fn published(&self) -> Vec<&'static str> {
        let events = self.events.lock().expect("nobody panics while holding this");
        events.iter().map(|published| detail_type(&published.event.happening)).collect()
    }

    fn told(&self) -> Vec<String> {
        let letters = self.letters.lock().expect("nobody panics while holding this");
        letters.iter().map(|l| format!("{} {}", l.notice.recipient, l.notice.step)).collect()
    }

    /// The total of a metric over everything.
    fn sum(&self, name: &str) -> f64 {
        let data = self.data.lock().expect("nobody panics while holding this");
        data.iter().filter(|d| d.name.word() == name && d.dimensions.is_empty()).map(|d| d.value).sum()
    }
}

#[tokio::test]
async fn nobody_is_told_of_a_decision_that_was_made_while_the_notice_waited() {
    let outside = Outside::default();
    let world = world(&outside, POLICY);
    let events = run(1, 130, Fate::Approved).events();
    *outside.down.lock().expect("free") = Some(("approvers", false));
    hear(&world, &events[7]).await;
    until(&world, 125).await;
    *outside.down.lock().expect("free") = None;
    hear(&world, &events[8]).await;
    until(&world, 400).await;
    assert_eq!(outside.told(), Vec::<String>::new());
    assert_eq!(world.store.claim(minute(9999), TimeDelta::zero(), 9).await.expect("an answer"), []);
}

#[tokio::test]
async fn a_recipient_that_is_gone_keeps_nothing_from_the_others() {
    let outside = Outside::default();
    let policy = POLICY.replace("escalate: [leads], repeat: { every: 1h, until: 8h }", "escalate: [leads, on-call]");
    let world = world(&outside, &policy);
    *outside.down.lock().expect("free") = Some(("leads", true));
    hear(&world, &run(1, 0, Fate::Open).events()[7]).await;
    until(&world, 300).await;
    assert_eq!(outside.told(), ["approvers remind@50%", "on-call escalate@100%"]);
    assert_eq!(outside.sum("NoticesGivenUp"), 1.0);
    assert_eq!((outside.sum("RemindersSent"), outside.sum("EscalationsSent")), (1.0, 1.0));
}

#[tokio::test]
async fn a_recipient_that_never_answers_is_given_up_after_a_bounded_time() {
    let outside = Outside::default();
    let policy = POLICY.replace(", repeat: { every: 1h, until: 8h }", "");
    let world = world(&outside, &policy);
    *outside.down.lock().expect("free") = Some(("approvers", false));
    hear(&world, &run(1, 0, Fate::Open).events()[7]).await;
    until(&world, 120 + 6 * 60).await;
    assert_eq!(outside.told(), ["leads escalate@100%"]);
    assert_eq!(outside.sum("NoticesGivenUp"), 1.0);
}

#[tokio::test]
async fn averages_of_the_measures_are_the_rates() {
    let outside = Outside::default();
    let world = world(&outside, POLICY);
    for (number, wait, fate) in
        [(1, 30, Fate::Approved), (2, 60, Fate::Rejected), (3, 90, Fate::Approved), (4, 300, Fate::Approved)]
    {
        let events = run(number, wait, fate).events();
        hear(&world, &events[7]).await;
        hear(&world, &events[8]).await;
    }
    until(&world, 400).await;
    assert_eq!(outside.sum("Rejected"), 1.0);
    assert_eq!(outside.sum("Breached"), 1.0);
    assert_eq!(outside.sum("ApprovalLatency"), 480.0 * 60.0);
    assert_eq!((outside.sum("OutcomeApproved"), outside.sum("OutcomeRejected")), (3.0, 1.0));
    let of_pipeline = |d: &&Datum| d.dimensions == [("Pipeline", "service-000-prod".to_owned())];
    let data = outside.data.lock().expect("free");
    assert_eq!(data.iter().filter(of_pipeline).filter(|d| d.name.word() == "Rejected").count(), 4);
}

#[tokio::test]
async fn gauges_tell_what_waits_now() {
    let outside = Outside::default();
    let world = world(&outside, POLICY);
    hear(&world, &run(1, 0, Fate::Open).events()[7]).await;
    until(&world, 300).await;
    world.round(|_| {}).await.expect("a round");
    let data = outside.data.lock().expect("free");
    let last = |name: &str| data.iter().rfind(|d| d.name.word() == name && d.dimensions.is_empty()).map(|d| d.value);
    assert_eq!((last("Waiting"), last("Overdue"), last("OldestWait")), (Some(1.0), Some(1.0), Some(18_000.0)));
}

#[tokio::test]
async fn another_policy_at_the_next_start_counts_at_once_and_fires_nothing_twice() {
    let outside = Outside::default();
    let mut world = world(&outside, POLICY);
    hear(&world, &run(1, 0, Fate::Open).events()[7]).await;
    until(&world, 125).await;
    assert_eq!(outside.told(), ["approvers remind@50%"]);
    let tighter = POLICY.replace("target: 4h", "target: 140m");
    world.rules = policyfile::read("policy.yaml", &tighter).expect("the policy is in order").rules;
    assert_eq!(world.adopt_rules(|_| {}, None).await.expect("the store answers").moved, 1);
    assert_eq!(world.adopt_rules(|_| {}, None).await.expect("the store answers").moved, 0);
    until(&world, 145).await;
    assert_eq!(outside.told(), ["approvers remind@50%", "leads escalate@100%"]);
}

#[tokio::test]
async fn other_programs_are_told_each_thing_once_and_in_order() {
    let outside = Outside::default();
    let world = world(&outside, POLICY);
    let events = run(1, 250, Fate::Approved).events();
    hear(&world, &events[7]).await;
    until(&world, 250).await;
    for event in &events[8..] {
        hear(&world, event).await;
    }
    until(&world, 400).await;
    let told = outside.published();
    assert_eq!(told, ["Approval Requested", "Reminder Sent", "SLA Breached", "Approval Escalated", "Approval Settled"]);
    let events = outside.events.lock().expect("free");
    let ids: std::collections::BTreeSet<&str> = events.iter().map(|published| published.id.as_str()).collect();
    assert_eq!(ids.len(), events.len(), "{ids:?}");
}

#[tokio::test]
async fn nothing_is_published_where_nobody_listens() {
    let outside = Outside::default();
    let mut world = world(&outside, POLICY);
    world.rules.publishes_events = false;
    hear(&world, &run(1, 0, Fate::Open).events()[7]).await;
    until(&world, 300).await;
    assert_eq!(outside.published(), Vec::<&str>::new());
}

#[tokio::test]
async fn a_notice_that_is_given_up_is_a_finding() {
    let outside = Outside::default();
    let world = world(&outside, POLICY);
    *outside.down.lock().expect("free") = Some(("approvers", true));
    hear(&world, &run(1, 0, Fate::Open).events()[7]).await;
    until(&world, 125).await;
    assert_eq!(outside.published(), ["Approval Requested", "Finding Raised"]);
}

#[tokio::test]
async fn what_one_row_meets_holds_back_no_other() {
    let outside = Outside::default();
    let world = world(&outside, POLICY);
    *outside.untaken.lock().expect("free") = Some(("OutcomeRejected", false));
    for (number, fate) in [(1, Fate::Approved), (2, Fate::Rejected), (3, Fate::Approved)] {
        let events = run(number, 30, fate).events();
        hear(&world, &events[7]).await;
        hear(&world, &events[8]).await;
    }
    world.round(|_| {}).await.expect("a round");
    assert_eq!((outside.sum("OutcomeApproved"), outside.sum("OutcomeRejected")), (2.0, 0.0));
    *outside.untaken.lock().expect("free") = None;
    until(&world, 60).await;
    assert_eq!((outside.sum("OutcomeApproved"), outside.sum("OutcomeRejected")), (2.0, 1.0), "and nothing twice");
}

#[tokio::test]
async fn a_round_hands_over_all_its_data_in_one_call_and_all_its_events_in_one() {
    let outside = Outside::default();
    let world = world(&outside, POLICY);
    for number in 1..=5 {
        let events = run(number, 30, Fate::Approved).events();
        hear(&world, &events[7]).await;
        hear(&world, &events[8]).await;
    }
    world.round(|_| {}).await.expect("a round");
    assert_eq!(outside.sum("OutcomeApproved"), 5.0);
    assert_eq!(outside.published().len(), 10);
    assert_eq!(*outside.calls.lock().expect("free"), (2, 1), "the outbox's data, then the gauges");
}

#[tokio::test]
async fn what_is_refused_is_given_up_and_what_is_never_taken_too_in_the_end() {
    for is_refused in [true, false] {
        let outside = Outside::default();
        let world = world(&outside, POLICY);
        *outside.untaken.lock().expect("free") = Some(("Approval Requested", is_refused));
        hear(&world, &run(1, 0, Fate::Open).events()[7]).await;
        until(&world, if is_refused { 1 } else { 6 * 60 }).await;
        *outside.untaken.lock().expect("free") = None;
        world.round(|_| {}).await.expect("a round");
        assert!(!outside.published().contains(&"Approval Requested"));
        assert_eq!(world.store.claim(minute(9999), TimeDelta::zero(), 9).await.expect("an answer"), []);
    }
}

#[tokio::test]
async fn a_policy_that_cannot_be_used_shows_as_a_gauge() {
    let outside = Outside::default();
    let mut world = world(&outside, POLICY);
    world.round(|_| {}).await.expect("a round");
    assert_eq!(outside.sum("PolicyInvalid"), 0.0);
    world.policy_is_invalid = true;
    world.round(|_| {}).await.expect("a round");
    assert_eq!(outside.sum("PolicyInvalid"), 1.0);
}

#[tokio::test]
async fn a_retry_is_an_approval_of_its_own() {
    let outside = Outside::default();
    let world = world(&outside, POLICY);
    let first = run(1, 30, Fate::Rejected).events();
    // The retry's beginning arrives before the old end, as has been seen.
    let again = first[7]
        .replace("a0000000-0000-4000-8000-000000000001", "a0000000-0000-4000-8000-00000000000b")
        .replace("\"pipeline-execution-attempt\":1.0", "\"pipeline-execution-attempt\":2.0")
        .replace("2026-10-05T09:00:00", "2026-10-05T09:31:00");
    hear(&world, &first[7]).await;
    until(&world, 31).await;
    hear(&world, &again).await;
    for event in &first[8..] {
        hear(&world, event).await;
    }
    let open = Query { open_only: true, ..Query::default() };
    let waiting = world.store.list(&open, None, 9).await.expect("an answer");
    assert_eq!(waiting.len(), 1, "{waiting:?}");
    assert_eq!((waiting[0].attempt, waiting[0].is_waiting()), (Some(2), true));
}

#[tokio::test]
async fn what_is_no_json_at_all_is_kept_as_it_came() {
    let outside = Outside::default();
    let world = world(&outside, POLICY);
    let mut taken = Taken::default();
    world.take("hello", Some("not a JSON object"), "test", 1, &mut taken).await.expect("the store takes it");
    let kept = world.store.rejects(9).await.expect("an answer");
    assert_eq!((kept[0].reason.as_str(), kept[0].body.as_str()), ("not a JSON object", "hello"));
}
