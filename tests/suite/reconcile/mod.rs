//! Looking at CodePipeline itself, through the SDK's own client, against a server that behaves as AWS's was seen to.

mod behind;
mod edits;
mod enriched;
mod found;
mod learnt;
mod members;
mod order;
mod robust;

use std::time::Duration;

use chrono::TimeDelta;
use holdpoint::adapters::codepipeline::{CodePipeline, Member, Patience};
use holdpoint::adapters::memory::MemoryStore;
use holdpoint::app::enrich::enrich;
use holdpoint::app::ingest::ingest;
use holdpoint::app::reconcile::{Marks, Reconciled, reconcile};
use holdpoint::app::sweep::sweep;
use holdpoint::app::tell::Change;
use holdpoint::domain::policy::Rules;
use holdpoint::domain::projection::Projection;
use holdpoint::domain::{ApprovalId, FactKind, Timestamp};
use holdpoint::ports::clock::Clock;
use holdpoint::ports::store::{Query, Store};
use holdpoint::wire::{self, Message};

use crate::support::codepipeline::{CodePipelineServer, Definition, Mode, OWN, World};
use crate::support::world::{minute, rules};

/// A clock that stands still but for what each call takes.
struct Hand<'a> {
    begins_at: Timestamp,
    /// How many calls there had been by then.
    calls: usize,
    seconds_a_call: usize,
    server: &'a CodePipelineServer,
}

impl Clock for Hand<'_> {
    fn now(&self) -> Timestamp {
        let calls = self.server.world().calls.len() - self.calls;
        self.begins_at + TimeDelta::seconds((calls * self.seconds_a_call) as i64)
    }

    fn wall_time_until(&self, _at: Timestamp) -> Duration {
        Duration::ZERO
    }
}

/// CodePipeline on one side, a store on the other.
struct Both {
    server: CodePipelineServer,
    pipelines: CodePipeline,
    store: MemoryStore,
    rules: Rules,
}

impl Both {
    async fn new() -> Self {
        Self::with_members("").await
    }

    async fn with_members(members: &str) -> Self {
        let server = CodePipelineServer::start();
        let members = Member::list(members).expect("they are in order");
        let pipelines = CodePipeline::new(&server.config().await, OWN, &members, Patience::Long);
        Self { server, pipelines, store: MemoryStore::new(), rules: rules() }
    }

    /// With one pipeline, `payments-prod`, in which nothing runs.
    async fn with_pipeline(mode: Mode) -> Self {
        let both = Self::new().await;
        both.server.world().add("payments-prod", mode, Definition::release());
        both
    }

    /// Moves the server's clock, and makes something happen there.
    fn at<T>(&self, minutes: i64, happens: impl FnOnce(&mut World) -> T) -> T {
        let mut world = self.server.world();
        world.now = minute(minutes);
        happens(&mut world)
    }

    /// Takes an event in, when it comes.
    async fn hear(&self, minutes: i64, event: &str) -> Vec<Change> {
        let Some(Message::Heard(heard)) = wire::read(event, minute(minutes)).pop().map(|r| r.message) else {
            panic!("it says nothing: {event}")
        };
        ingest(&self.store, &self.rules, &heard, minute(minutes)).await.expect("the store takes it")
    }

    /// The same, and asks CodePipeline at once.
    async fn hear_and_ask(&self, minutes: i64, event: &str) -> Vec<Change> {
        let mut changes = self.hear(minutes, event).await;
        self.at(minutes, |_| {});
        let more = enrich(&self.store, &self.rules, &self.pipelines, &changes, minute(minutes)).await;
        changes.extend(more);
        changes
    }

    async fn reconcile(&self, minutes: i64) -> Reconciled {
        self.run(minutes, 0, &Marks::default()).await
    }

    /// A run that has a minute, in which each call takes so many seconds.
    async fn run(&self, minutes: i64, seconds_a_call: usize, from: &Marks) -> Reconciled {
        self.run_into(&self.store, minutes, seconds_a_call, from).await
    }

    async fn run_into<S: Store>(&self, store: &S, minutes: i64, seconds_a_call: usize, from: &Marks) -> Reconciled {
        let calls = self.at(minutes, |world| world.calls.len());
        let clock = Hand { begins_at: minute(minutes), calls, seconds_a_call, server: &self.server };
        let result = reconcile(store, &self.rules, &self.pipelines, &clock, minute(minutes + 1), from).await;
        result.expect("the store answers")
    }

    async fn sweep(&self, minutes: i64) {
        sweep(&self.store, &self.rules, minute(minutes)).await.expect("the store answers");
    }

    async fn glance(&self, approval: &str) -> Projection {
        let known = self.store.projection(&ApprovalId::new(approval)).await.expect("the store answers");
        known.unwrap_or_else(|| panic!("{approval} was never heard of"))
    }

    async fn facts(&self, approval: &str) -> Vec<FactKind> {
        let loaded = self.store.load(&ApprovalId::new(approval)).await.expect("the store answers");
        loaded.facts.into_iter().map(|fact| fact.kind).collect()
    }

    async fn all(&self) -> Vec<Projection> {
        self.store.list(&Query::default(), None, 10_000).await.expect("the store answers")
    }
}

/// How an approval ended, in words: outcome, minute, basis and decider.
fn told(known: &Projection) -> String {
    let text = |text: Option<&str>| text.unwrap_or("-").to_owned();
    let words = [
        known.outcome.map(|outcome| format!("{outcome:?}")),
        known.ended_at.map(|at| format!("{}m", (at - minute(0)).num_minutes())),
        known.basis.map(|basis| format!("{basis:?}")),
        known.decided_by.as_deref().map(|arn| arn.rsplit('/').next().unwrap_or_default().to_owned()),
    ];
    words.iter().map(|word| text(word.as_deref())).collect::<Vec<_>>().join(" ")
}

/// What a run came to: looked at, found, closed, learnt, failed.
fn counts(result: &Reconciled) -> [usize; 5] {
    [result.looked_at, result.found, result.closed, result.learnt, result.failed]
}
