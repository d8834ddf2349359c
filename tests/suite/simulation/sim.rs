//! Running a plan: deliver, sweep, dispatch, and start again after each crash.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use chrono::TimeDelta;
use holdpoint::app::dispatch::dispatch;
use holdpoint::app::ingest::ingest;
use holdpoint::app::sweep::sweep;
use holdpoint::app::tell::tell;
use holdpoint::domain::policy::Rules;
use holdpoint::domain::projection::Projection;
use holdpoint::domain::{Approval, FactKind, RecipientName, Timestamp};
use holdpoint::policyfile;
use holdpoint::ports::EntryError;
use holdpoint::ports::channel::{Channels, Letter, SendError};
use holdpoint::ports::events::{Events, Published};
use holdpoint::ports::metrics::{Datum, Metrics};
use holdpoint::ports::store::{Query, Store, StoreError};
use holdpoint::wire::{self, Message};

use super::plan::{Heard, Plan};
use crate::support::faulty::{Fault, Faulty};

/// What came of it.
#[derive(Default)]
pub(super) struct Run {
    pub(super) letters: Vec<Letter>,
    pub(super) published: Vec<Published>,
    pub(super) stored: Vec<Projection>,
    pub(super) folded: Vec<Projection>,
    pub(super) left_in_outbox: usize,
    /// For each notice that is on record as delivered, how often.
    pub(super) delivered: BTreeMap<String, usize>,
    /// For each approval, how often it breached, and whether before its deadline.
    pub(super) breaches: Vec<(String, usize, bool)>,
    /// For each approval, the notices that its steps promised, and those that ended one way or another.
    pub(super) fired: Vec<(BTreeSet<String>, BTreeSet<String>)>,
    pub(super) sent_after_the_end: Vec<String>,
    pub(super) repeated_steps: Vec<String>,
    pub(super) lives: Vec<Life>,
}

/// All that became a fact of an approval, and when.
pub(super) struct Life {
    pub(super) id: String,
    pub(super) requested_at: Option<Timestamp>,
    pub(super) heard_at: Option<Timestamp>,
    pub(super) facts: Vec<(Timestamp, FactKind)>,
}

/// Recipients with one common inbox, and what other programs were told.
#[derive(Default)]
struct Inbox(Mutex<Vec<Letter>>, Mutex<Vec<Published>>);

impl Channels for Inbox {
    async fn send(&self, _to: &RecipientName, letter: &Letter) -> Result<Option<String>, SendError> {
        self.0.lock().expect("nobody panics while holding this").push(letter.clone());
        Ok(None)
    }
}

impl Metrics for Inbox {
    async fn record(&self, groups: &[Vec<Datum>], _now: Timestamp) -> Vec<Result<(), EntryError>> {
        groups.iter().map(|_| Ok(())).collect()
    }
}

impl Events for Inbox {
    async fn publish(&self, events: &[Published]) -> Vec<Result<(), EntryError>> {
        self.1.lock().expect("nobody panics while holding this").extend(events.iter().cloned());
        events.iter().map(|_| Ok(())).collect()
    }
}

/// How often a crashed step is begun again; there are never as many crashes.
const MAX_RESTARTS: usize = 100;

pub(super) fn run<S: Store>(store: S, plan: &Plan, faults: BTreeMap<usize, Fault>) -> Run {
    let runtime = runtime();
    runtime.block_on(simulate(Faulty::new(store, faults), plan))
}

/// What the simulation runs on.
pub(super) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be made")
}

async fn simulate<S: Store>(store: Faulty<S>, plan: &Plan) -> Run {
    let mut rules = policyfile::read("policy.yaml", &plan.policy).unwrap_or_else(|errors| panic!("{errors}")).rules;
    rules.publishes_events = true;
    let inbox = Inbox::default();
    let mut now = Timestamp::MIN_UTC;
    for (at, heard) in plan.arrivals() {
        now = pass_time(&store, &rules, &inbox, plan, at).await;
        match heard {
            Heard::Message(text) => {
                let Some(Message::Heard(heard)) = wire::read(&text, at).pop().map(|r| r.message) else { continue };
                // The queue delivers again what was not acknowledged.
                restart(async || ingest(&store, &rules, &heard, now).await.map(|_| ())).await;
            }
            Heard::Said(id, input) => {
                restart(async || tell(&store, &rules, &id, &[&input], now).await.map(|_| ())).await;
            }
        }
    }
    // Leases of crashed dispatchers run out, the last evidence is waited for, and CodePipeline gives up on the rest.
    let end = plan.up_at(now + TimeDelta::days(12));
    pass_time(&store, &rules, &inbox, plan, end).await;
    act(&store, &rules, &inbox, end).await;
    look(&store.store, &rules, inbox, end).await
}

/// Does everything that is due before `at`, each at its own time.
async fn pass_time<S: Store>(store: &Faulty<S>, rules: &Rules, inbox: &Inbox, plan: &Plan, at: Timestamp) -> Timestamp {
    let mut last = None;
    while let Some(wake) = store.store.next_wake().await.expect("the store itself works").map(|wake| plan.up_at(wake)) {
        if wake >= at {
            break;
        }
        assert_ne!(last, Some(wake), "(5) after a sweep nothing is due");
        last = Some(wake);
        act(store, rules, inbox, wake).await;
    }
    at
}

async fn act<S: Store>(store: &Faulty<S>, rules: &Rules, inbox: &Inbox, now: Timestamp) {
    restart(async || sweep(store, rules, now).await.map(|_| ())).await;
    let due = store.store.due(now, 1).await.expect("the store itself works");
    assert!(due.is_empty(), "(5) after sweep(now), due(now) is empty");
    restart(async || dispatch(store, rules, inbox, inbox, inbox, now).await.map(|_| ())).await;
}

async fn restart(mut step: impl AsyncFnMut() -> Result<(), StoreError>) {
    for _ in 0..MAX_RESTARTS {
        match step().await {
            Ok(()) => return,
            Err(StoreError::Unavailable(_)) => {}
            Err(other) => panic!("not a crash: {other}"),
        }
    }
    panic!("it never gets through");
}

async fn look<S: Store>(store: &S, rules: &Rules, inbox: Inbox, end: Timestamp) -> Run {
    let letters = inbox.0.into_inner().expect("nobody panicked");
    let published = inbox.1.into_inner().expect("nobody panicked");
    let left = store.claim(end + TimeDelta::days(1), TimeDelta::zero(), 100).await.expect("the store itself works");
    let mut run = Run { letters, published, left_in_outbox: left.len(), ..Run::default() };
    for projection in store.list(&Query::default(), None, 1000).await.expect("the store itself works") {
        let loaded = store.load(&projection.id).await.expect("the store itself works");
        let approval = Approval::fold(projection.id.clone(), &loaded.facts);
        run.folded.push(Projection::of(&approval, rules));
        look_at_facts(&mut run, &approval, loaded.facts.iter().map(|f| (f.recorded_at, &f.kind)).collect());
        run.lives.push(Life {
            id: projection.id.to_string(),
            requested_at: projection.requested_at,
            heard_at: approval.heard_at,
            facts: loaded.facts.into_iter().map(|fact| (fact.recorded_at, fact.kind)).collect(),
        });
        run.stored.push(projection);
    }
    run
}

fn look_at_facts(run: &mut Run, approval: &Approval, facts: Vec<(Timestamp, &FactKind)>) {
    let id = approval.id.to_string();
    let (mut promised, mut ended) = (BTreeSet::new(), BTreeSet::new());
    let (mut breaches, mut too_early) = (0, false);
    let mut known_end = None;
    for (at, kind) in facts {
        match kind {
            FactKind::StepFired(fired) => {
                for to in &fired.to {
                    let notice = format!("{id}/{}/{}/{to}", fired.step, fired.repeat);
                    if !promised.insert(notice.clone()) {
                        run.repeated_steps.push(notice);
                    }
                }
            }
            FactKind::NoticeDelivered { notice, .. } => {
                *run.delivered.entry(notice.to_string()).or_default() += 1;
                ended.insert(notice.to_string());
            }
            FactKind::NoticeWithdrawn { notice, .. } | FactKind::NoticeGivenUp { notice, .. } => {
                ended.insert(notice.to_string());
            }
            FactKind::Breached { deadline, .. } => {
                breaches += 1;
                too_early |= at < *deadline;
            }
            FactKind::EndSeen { .. } | FactKind::DecisionSeen { .. } => {
                known_end.get_or_insert(at);
            }
            _ => {}
        }
    }
    let late = run.letters.iter().filter(|letter| letter.notice.id.as_str().starts_with(&id));
    let late = late.filter(|letter| known_end.is_some_and(|end| letter.sent_at > end));
    run.sent_after_the_end.extend(late.map(|letter| letter.notice.id.to_string()));
    run.breaches.push((id, breaches, too_early));
    run.fired.push((promised, ended));
}
