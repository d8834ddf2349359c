//! The monitor as a whole: takes in what it is told, and does what is due.

use chrono::TimeDelta;

use super::adopt::{Adopted, adopt};
use super::dispatch::{Outside, dispatch_while};
use super::gauge::{gauge_data, policy_datum};
use super::sweep::{Swept, sweep_while};
use super::take::{Took, take};
use super::tell::Change;
use crate::domain::Timestamp;
use crate::domain::policy::Rules;
use crate::links::Links;
use crate::notice::clean;
use crate::ports::channel::Channels;
use crate::ports::clock::Clock;
use crate::ports::events::Events;
use crate::ports::metrics::Metrics;
use crate::ports::store::{Reject, Store, StoreError};
use crate::wire;

/// Of a message that cannot be read, this much is kept.
const KEPT_BYTES: usize = 64 * 1024;
/// Of the reasons why messages were not taken, this many are told to the sender.
const TOLD_REASONS: usize = 100;
/// How long a round waits for the next when an approval could not be read.
const UNREADABLE_PAUSE: TimeDelta = TimeDelta::minutes(1);
/// EventBridge delivers for a day; what is known of a run is kept far longer than that.
const KEEP_EXECUTIONS: TimeDelta = TimeDelta::days(90);

pub struct Monitor<S, C, M, E, K> {
    pub store: S,
    pub rules: Rules,
    pub channels: C,
    pub metrics: M,
    pub events: E,
    pub clock: K,
    /// By which people can answer a notice, where that is switched on.
    pub links: Option<Links>,
    /// The newest policy cannot be used; `rules` are those of an older one.
    pub policy_is_invalid: bool,
}

/// What became of the messages in a text.
#[derive(Debug, Default)]
pub struct Taken {
    pub taken: u64,
    pub skipped: u64,
    pub malformed: u64,
    /// Why messages were not taken: the first hundred.
    pub reasons: Vec<NotTaken>,
    pub changes: Vec<Change>,
}

#[derive(Debug)]
pub struct NotTaken {
    pub line: u64,
    pub is_malformed: bool,
    pub reason: String,
}

impl<S: Store, C: Channels, M: Metrics, E: Events, K: Clock> Monitor<S, C, M, E, K> {
    /// Takes a JSON text, or notes the problem that is known of it already. When it returns, everything in it is either committed or kept
    /// among the rejects.
    pub async fn take(
        &self,
        text: &str,
        problem: Option<&str>,
        source: &str,
        line: u64,
        taken: &mut Taken,
    ) -> Result<(), StoreError> {
        let now = self.clock.now();
        let readings = match problem {
            None => wire::read(text, now),
            Some(problem) => vec![wire::Reading::malformed(problem)],
        };
        let Took { taken: count, changes, skipped, malformed } = take(&self.store, &self.rules, readings, now).await?;
        taken.taken += count;
        taken.changes.extend(changes);
        for reason in skipped {
            taken.skipped += 1;
            taken.note(line, false, reason);
        }
        for reason in malformed {
            let body = text.chars().take(KEPT_BYTES).collect();
            let source = clean(source, 200);
            self.store.reject(&Reject { at: now, source, reason: reason.clone(), body }).await?;
            taken.malformed += 1;
            taken.note(line, true, reason);
        }
        Ok(())
    }

    /// Holds each open approval to the rules, which may be others than those that were worked with last. Steps that have
    /// fired stay fired. Begins nothing more from `stop_at` on.
    pub async fn adopt_rules(&self, show: impl Fn(&Change), stop_at: Option<Timestamp>) -> Result<Adopted, StoreError> {
        let goes_on = || stop_at.is_none_or(|at| self.clock.now() < at);
        adopt(&self.store, &self.rules, self.clock.now(), show, goes_on).await
    }

    /// Does what is due: steps, breaches and settlements, then the gauges, then what waits in the outbox. Tells `show` of
    /// each change as it happens; says when the next round is due.
    pub async fn round(&self, show: impl Fn(&Change)) -> Result<Option<Timestamp>, StoreError> {
        let (now, swept) = self.work(&show, || true).await?;
        let next = self.store.next_wake().await?;
        // What cannot be read stays due; it is no reason to hurry.
        Ok(if swept.unreadable > 0 { next.map(|next| next.max(now + UNREADABLE_PAUSE)) } else { next })
    }

    /// A round that begins nothing more from `stop_at` on, and leaves the rest to the next.
    pub async fn round_until(&self, show: impl Fn(&Change), stop_at: Timestamp) -> Result<(), StoreError> {
        self.work(&show, || self.clock.now() < stop_at).await.map(drop)
    }

    async fn work(
        &self,
        show: &impl Fn(&Change),
        goes_on: impl Fn() -> bool + Sync,
    ) -> Result<(Timestamp, Swept), StoreError> {
        let now = self.clock.now();
        let swept = sweep_while(&self.store, &self.rules, now, &goes_on).await?;
        swept.changes.iter().for_each(show);
        // Before anything is sent, because recipients that hang must not keep the gauges from an alarm.
        self.gauge(now).await?;
        let outside = Outside {
            channels: &self.channels,
            metrics: &self.metrics,
            events: &self.events,
            links: self.links.as_ref(),
        };
        let dispatched = dispatch_while(&self.store, &self.rules, &outside, now, &goes_on).await?;
        dispatched.iter().for_each(show);
        Ok((now, swept))
    }

    async fn gauge(&self, now: Timestamp) -> Result<(), StoreError> {
        let mut data = gauge_data(&self.store.gauges().await?, &self.rules.dimensions, now);
        data.push(policy_datum(self.policy_is_invalid, now));
        let groups: Vec<_> = data.into_iter().map(|datum| vec![datum]).collect();
        let failed: Vec<_> = self.metrics.record(&groups, now).await.into_iter().filter_map(Result::err).collect();
        if let Some(error) = failed.first() {
            // The next round tells them again, more up to date.
            tracing::warn!(count = failed.len(), %error, "some gauges were not taken");
        }
        Ok(())
    }

    /// Forgets runs that nothing more can be heard of.
    pub async fn tidy(&self) -> Result<(), StoreError> {
        let forgotten = self.store.forget_executions(self.clock.now() - KEEP_EXECUTIONS).await?;
        if forgotten > 0 {
            tracing::info!(forgotten, "forgot old executions");
        }
        Ok(())
    }
}

impl Taken {
    fn note(&mut self, line: u64, is_malformed: bool, reason: String) {
        if self.reasons.len() < TOLD_REASONS {
            self.reasons.push(NotTaken { line, is_malformed, reason });
        }
    }
}
