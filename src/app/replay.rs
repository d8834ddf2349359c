//! History on a virtual clock: the times in the events drive it, never backwards. Between two events everything that is
//! due fires at its due time, as it would have.

use std::sync::Mutex;

use chrono::TimeDelta;

use super::dispatch::dispatch;
use super::gauge::gauge_data;
use super::ingest::ingest;
use super::pages::Pages;
use super::sweep::sweep;
use super::tell::Change;
use crate::domain::approval::DEFAULT_EXPIRY;
use crate::domain::input::{Heard, Input};
use crate::domain::policy::Rules;
use crate::domain::{Phase, RecipientName, Timestamp};
use crate::ports::channel::{Channels, Letter, SendError};
use crate::ports::events::NoEvents;
use crate::ports::metrics::{Datum, Metrics};
use crate::ports::store::{Query, Store, StoreError};
use crate::ports::{EntryError, Source};
use crate::wire::{Message, Reading};

/// How many inputs are made durable together.
pub const BATCH: u64 = 1000;

/// How much later something is looked at again that is still due after it was done.
const LAG: TimeDelta = TimeDelta::minutes(1);

/// What a replay tells of, in the order in which it happens.
#[derive(Debug)]
pub enum Told {
    Changed(Box<Change>),
    Sent(Box<Letter>),
    Measured(Datum),
    Skipped { reason: String },
    Malformed { reason: String },
}

pub struct Replay<'a, S> {
    store: &'a S,
    rules: &'a Rules,
    /// The virtual time; none before the first event that has one.
    clock: Option<Timestamp>,
    until: Option<Timestamp>,
    /// Nothing is due before this, as far as is known here.
    wake: Option<Timestamp>,
    outcomes: Outcomes,
    inputs: u64,
}

impl<'a, S: Store> Replay<'a, S> {
    pub async fn new(store: &'a S, rules: &'a Rules, until: Option<Timestamp>) -> Result<Self, StoreError> {
        let wake = store.next_wake().await?;
        Ok(Self { store, rules, clock: None, until, wake, outcomes: Outcomes::default(), inputs: 0 })
    }

    /// The virtual time.
    pub fn now(&self) -> Timestamp {
        self.clock.unwrap_or_default()
    }

    /// Takes one message in, after everything that was due before it.
    pub async fn feed(&mut self, reading: Reading) -> Result<Vec<Told>, StoreError> {
        let mut told = Vec::new();
        if let Some(at) = reading.at {
            if self.until.is_some_and(|until| at > until) {
                told.push(Told::Skipped { reason: "later than the end of the replay".to_owned() });
                return Ok(told);
            }
            self.run_to(at, &mut told).await?;
        } else if self.clock.is_none() {
            self.clock = beginning(&reading.message);
        }
        match reading.message {
            Message::Skipped { reason } => told.push(Told::Skipped { reason }),
            Message::Malformed { reason } => told.push(Told::Malformed { reason }),
            Message::Heard(heard) => {
                let changes = ingest(self.store, self.rules, &heard, self.now()).await?;
                self.changed(changes, &mut told);
            }
        }
        self.inputs += 1;
        if self.inputs.is_multiple_of(BATCH) {
            self.store.flush().await?;
        }
        Ok(told)
    }

    /// Runs the clock to its end: `until`, or else until every wait that has ended is settled, because a history that is
    /// over brings no more evidence.
    pub async fn finish(&mut self) -> Result<Vec<Told>, StoreError> {
        let mut told = Vec::new();
        let end = match self.until {
            Some(until) => until.max(self.now()),
            None => self.last_settling().await?.map_or(self.now(), |at| at.max(self.now())),
        };
        self.run_to(end, &mut told).await?;
        self.clock = Some(end);
        self.fire(end, &mut told).await?;
        let gauges = self.store.gauges().await?;
        told.extend(gauge_data(&gauges, &self.rules.dimensions, end).into_iter().map(Told::Measured));
        self.store.flush().await?;
        Ok(told)
    }

    async fn last_settling(&self) -> Result<Option<Timestamp>, StoreError> {
        let query = Query { open_only: true, ..Query::default() };
        let (mut pages, mut last) = (Pages::new(self.store, query), None);
        while let Some(page) = pages.next().await? {
            let ended = page.iter().filter(|p| p.phase == Phase::Ended);
            last = ended.filter_map(|p| p.due_at).chain(last).max();
        }
        Ok(last)
    }

    /// Fires what is due before `at`, each at its own time, and sets the clock to `at`. What is due at `at` itself waits:
    /// the event of the same instant may have settled it.
    async fn run_to(&mut self, at: Timestamp, told: &mut Vec<Told>) -> Result<(), StoreError> {
        while let Some(wake) = self.wake.filter(|wake| *wake < at) {
            let now = self.clock.map_or(wake, |clock| clock.max(wake));
            if now >= at {
                break;
            }
            self.clock = Some(now);
            self.fire(now, told).await?;
        }
        self.clock = Some(self.clock.map_or(at, |clock| clock.max(at)));
        Ok(())
    }

    /// Sweeps and dispatches until nothing is left to do at `now`.
    async fn fire(&mut self, now: Timestamp, told: &mut Vec<Told>) -> Result<(), StoreError> {
        let swept = sweep(self.store, self.rules, now).await?;
        self.changed(swept.changes, told);
        let dispatched = dispatch(self.store, self.rules, &self.outcomes, &self.outcomes, &NoEvents, now).await?;
        told.extend(self.outcomes.take());
        told.extend(dispatched.into_iter().map(|change| Told::Changed(Box::new(change))));
        // An index that lags may still name what was just done; the clock has to move on all the same.
        let soonest = now + LAG;
        self.wake = self.store.next_wake().await?.map(|wake| if wake > now { wake } else { soonest });
        Ok(())
    }

    fn changed(&mut self, changes: Vec<Change>, told: &mut Vec<Told>) {
        for change in changes {
            let sends_at = change.has_effects.then(|| self.now());
            self.wake = [self.wake, change.due_at, sends_at].into_iter().flatten().min();
            told.push(Told::Changed(Box::new(change)));
        }
    }
}

/// Where the clock starts when the first message has no time: CodePipeline's notification names the end of the wait.
fn beginning(message: &Message) -> Option<Timestamp> {
    match message {
        Message::Heard(Heard::Approval { input: Input::Notified(notified), .. }) => {
            notified.context.expires_at.map(|at| at - DEFAULT_EXPIRY)
        }
        _ => None,
    }
}

/// In a replay nobody is really told; what would have gone out is gathered.
#[derive(Default)]
struct Outcomes(Mutex<Vec<Told>>);

impl Outcomes {
    fn take(&self) -> Vec<Told> {
        self.0.lock().map(|mut told| std::mem::take(&mut *told)).unwrap_or_default()
    }

    fn add(&self, news: impl IntoIterator<Item = Told>) -> Result<(), Source> {
        let mut told = self.0.lock().map_err(|_| "another send panicked")?;
        told.extend(news);
        Ok(())
    }
}

impl Channels for Outcomes {
    async fn send(&self, _to: &RecipientName, letter: &Letter) -> Result<Option<String>, SendError> {
        self.add([Told::Sent(Box::new(letter.clone()))]).map_err(SendError::Refused)?;
        Ok(None)
    }
}

impl Metrics for Outcomes {
    async fn record(&self, groups: &[Vec<Datum>], _now: Timestamp) -> Vec<Result<(), EntryError>> {
        let add = |group: &Vec<Datum>| self.add(group.iter().cloned().map(Told::Measured));
        groups.iter().map(|group| add(group).map_err(EntryError::Refused)).collect()
    }
}
