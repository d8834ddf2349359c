//! The loop that does what is due, and sleeps until something is.

use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::time::Instant;

use super::shared::Shared;
use crate::app::tell::Change;
use crate::cli::Failure;
use crate::domain::FactKind;
use crate::notice::clean;
use crate::ports::channel::Channels;
use crate::ports::clock::Clock;
use crate::record::names::Named;

/// Shorter than this it never sleeps, so that nothing can make it spin.
const SHORTEST_SLEEP: Duration = Duration::from_millis(10);
/// How long to wait after a failure.
const AFTER_FAILURE: Duration = Duration::from_secs(5);
/// After this many rounds old executions are forgotten.
const TIDY_EVERY: u64 = 1000;

/// How often the loop looks at what is due.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// From the end of one round to the next, even when it is woken.
    shortest: Duration,
    /// ... and when nothing seems to be due.
    longest: Duration,
}

impl Pace {
    /// Where nobody else writes to the store. The longest sleep is so short that a clock which was set delays nothing for
    /// long.
    pub(super) const ALONE: Self = Self { shortest: Duration::ZERO, longest: Duration::from_secs(15 * 60) };

    /// Where others write to the store, its index may lag behind, and a round costs money. The longest sleep and the round
    /// after it are less than a minute, because alarms want a gauge in each.
    pub(super) const SHARED: Self = Self { shortest: Duration::from_secs(1), longest: Duration::from_secs(50) };
}

pub(super) async fn work<C: Channels + 'static, K: Clock + 'static>(shared: Arc<Shared<C, K>>, pace: Pace) {
    let mut stop = shared.stopping();
    let mut rounds: u64 = 0;
    while !*stop.borrow() {
        let monitor = shared.monitor();
        let pause = match monitor.round(|change| shared.show(change)).await {
            Ok(next) => {
                shared.health.note_round(true);
                next.map_or(pace.longest, |at| monitor.clock.wall_time_until(at))
            }
            Err(error) => {
                tracing::error!(%error, "a round failed; the next one takes up what it left");
                shared.health.note_round(false);
                AFTER_FAILURE
            }
        };
        if rounds.is_multiple_of(TIDY_EVERY)
            && let Err(error) = monitor.tidy().await
        {
            tracing::warn!(%error, "old executions could not be forgotten");
        }
        rounds += 1;
        let ended = Instant::now();
        let woken = async {
            shared.wake.notified().await;
            tokio::time::sleep_until(ended + pace.shortest).await;
        };
        tokio::select! {
            () = tokio::time::sleep(pause.clamp(pace.shortest.max(SHORTEST_SLEEP), pace.longest)) => {}
            () = woken => {}
            _ = stop.changed() => {}
        }
    }
}

/// Tells everybody to stop on SIGTERM and SIGINT.
pub(super) fn stop_on_signal<C: Channels + 'static, K: Clock + 'static>(
    shared: Arc<Shared<C, K>>,
) -> Result<(), Failure> {
    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::failed)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Failure::failed)?;
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: finishing what is under way");
        shared.stop();
    });
    Ok(())
}

/// One line in the log for what an operator wants to know.
pub(super) fn log_change(change: &Change) {
    let approval = &change.approval;
    let gate = approval.gate.as_ref().map(|gate| clean(&gate.to_string(), 200)).unwrap_or_default();
    let id = &approval.id;
    for fact in &change.facts {
        match &fact.kind {
            FactKind::Requested { .. } => tracing::info!(%id, gate, "approval requested"),
            FactKind::Breached { .. } => tracing::warn!(%id, gate, "deadline passed"),
            FactKind::Settled(settled) | FactKind::Corrected(settled) => {
                tracing::info!(%id, gate, outcome = settled.outcome.word(), "approval settled");
            }
            FactKind::NoticeDelivered { notice, .. } => tracing::info!(%notice, "notice delivered"),
            FactKind::NoticeWithdrawn { notice, .. } => tracing::info!(%notice, "notice withdrawn"),
            FactKind::NoticeGivenUp { notice, reason, .. } => tracing::error!(%notice, reason, "notice given up"),
            FactKind::Acknowledged(said) => tracing::info!(%id, gate, by = clean(&said.by, 200), "acknowledged"),
            FactKind::Snoozed { until, response } => {
                tracing::info!(%id, gate, %until, by = clean(&response.by, 200), "snoozed");
            }
            FactKind::Found(finding) => tracing::warn!(%id, gate, kind = finding.kind.word(), "finding"),
            FactKind::Cleared(kind) => tracing::info!(%id, gate, kind = kind.word(), "finding cleared"),
            FactKind::ContextLearnt(_)
            | FactKind::PolicyChanged { .. }
            | FactKind::StepFired(_)
            | FactKind::DecisionSeen { .. }
            | FactKind::AttemptSeen(_)
            | FactKind::EndSeen { .. }
            | FactKind::Joined { .. }
            | FactKind::ClaimSeen { .. }
            | FactKind::Pruned(_) => {}
        }
    }
}
