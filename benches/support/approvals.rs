//! Approvals as a store has them, made by a replay.

use chrono::{DateTime, TimeDelta};
use holdpoint::adapters::memory::MemoryStore;
use holdpoint::app::replay::Replay;
use holdpoint::audit::Entry;
use holdpoint::domain::projection::Projection;
use holdpoint::domain::{Approval, ApprovalId, Fact};
use holdpoint::policyfile;
use holdpoint::ports::store::{Commit, Query, Store};
use holdpoint::wire;

use crate::history;

pub(crate) struct Known {
    projection: Projection,
    approval: Approval,
    facts: Vec<Fact>,
}

impl Known {
    #[allow(dead_code, reason = "not every bench writes it by itself")]
    pub(crate) fn entry(&self) -> Entry<'_> {
        Entry { projection: &self.projection, approval: &self.approval, facts: &self.facts }
    }

    /// The same as another approval, to be stored without deciding it again.
    fn again(&self, number: u64) -> Commit {
        let id = ApprovalId::new(format!("a0000000-0000-4000-8000-{number:012}"));
        Commit {
            expected: 0,
            facts: self.facts.clone(),
            projection: Projection { id: id.clone(), ..self.projection.clone() },
            outbox: Vec::new(),
            finishes: None,
            id,
        }
    }
}

struct Event(String);

impl wire::Text for Event {
    fn text(&self) -> Result<&str, &str> {
        Ok(&self.0)
    }
}

/// So many approvals: every tenth waits past its deadline, every fiftieth still waits.
pub(crate) fn approvals(count: u64) -> Vec<Known> {
    let start = DateTime::from_timestamp(1_790_000_000, 0).expect("a time in range");
    let events = (0..count).flat_map(move |number| {
        let run = history::Run {
            number,
            pipeline: number % 50,
            asked_at: start + TimeDelta::minutes(number.cast_signed()),
            wait: TimeDelta::minutes(if number % 10 == 9 { 500 } else { 5 + (number % 50).cast_signed() }),
            fate: match number % 50 {
                13 => history::Fate::Open,
                7 | 27 | 47 => history::Fate::Rejected,
                _ => history::Fate::Approved,
            },
        };
        run.events().into_iter().map(Event)
    });
    let rules = policyfile::read("default", policyfile::DEFAULT).expect("the built-in policy is in order").rules;
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime can be made");
    runtime.block_on(async {
        let store = MemoryStore::new();
        let mut replay = Replay::new(&store, &rules, None).await.expect("an empty store answers");
        for mut ahead in wire::read_ahead(events) {
            for reading in ahead.readings(replay.now()) {
                replay.feed(reading).await.expect("the store takes it");
            }
        }
        replay.finish().await.expect("the store takes it");
        let query = Query { open_only: false, from: None, to: None };
        let most = usize::try_from(count).expect("fewer than memory has");
        let mut known = Vec::new();
        for projection in store.list(&query, None, most).await.expect("the store answers") {
            let facts = store.load(&projection.id).await.expect("the store answers").facts;
            let approval = Approval::fold(projection.id.clone(), &facts);
            known.push(Known { projection, approval, facts });
        }
        known
    })
}

/// Fills an empty store with so many approvals, which are those that are known again and again.
pub(crate) async fn fill<S: Store>(store: &S, known: &[Known], count: u64) {
    const AT_A_TIME: u64 = 10_000;
    for (number, known) in (1..=count).zip(known.iter().cycle()) {
        store.commit(&known.again(number)).await.expect("the store takes it");
        if number.is_multiple_of(AT_A_TIME) || number == count {
            store.flush().await.expect("the disk takes it");
        }
    }
}
