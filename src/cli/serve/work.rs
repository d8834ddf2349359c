//! The loop that does what is due, and sleeps until something is.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{Notify, watch};

use super::App;
use crate::app::tell::Change;
use crate::cli::Failure;
use crate::domain::FactKind;
use crate::notice::clean;
use crate::ports::channel::Channels;
use crate::ports::clock::Clock;
use crate::record::names::Named;

/// Longer than this it never sleeps at once, so that a clock which was set delays nothing for long.
const LONGEST_SLEEP: Duration = Duration::from_secs(15 * 60);
/// Shorter than this it never sleeps, so that nothing can make it spin.
const SHORTEST_SLEEP: Duration = Duration::from_millis(10);
/// How long to wait after a failure.
const AFTER_FAILURE: Duration = Duration::from_secs(5);
/// After this many rounds old executions are forgotten.
const TIDY_EVERY: u64 = 1000;

/// Whether the last round succeeded.
#[derive(Default)]
pub(super) struct Health {
    has_failed: AtomicBool,
}

impl Health {
    pub(super) fn is_good(&self) -> bool {
        !self.has_failed.load(Ordering::Relaxed)
    }
}

pub(super) async fn work<C: Channels + 'static, K: Clock + 'static>(
    monitor: App<C, K>,
    wake: Arc<Notify>,
    health: Arc<Health>,
    mut stop: watch::Receiver<bool>,
    show: impl Fn(&Change) + Send + Sync + 'static,
) {
    let mut rounds: u64 = 0;
    while !*stop.borrow() {
        let pause = match monitor.round(&show).await {
            Ok(next) => {
                health.has_failed.store(false, Ordering::Relaxed);
                next.map_or(LONGEST_SLEEP, |at| monitor.clock.wall_time_until(at))
            }
            Err(error) => {
                tracing::error!(%error, "a round failed; the next one takes up what it left");
                health.has_failed.store(true, Ordering::Relaxed);
                AFTER_FAILURE
            }
        };
        if rounds.is_multiple_of(TIDY_EVERY)
            && let Err(error) = monitor.tidy().await
        {
            tracing::warn!(%error, "old executions could not be forgotten");
        }
        rounds += 1;
        tokio::select! {
            () = tokio::time::sleep(pause.clamp(SHORTEST_SLEEP, LONGEST_SLEEP)) => {}
            () = wake.notified() => {}
            _ = stop.changed() => {}
        }
    }
}

/// Becomes true on SIGTERM and SIGINT.
pub(super) fn stop_signal() -> Result<watch::Receiver<bool>, Failure> {
    let (tell, stop) = watch::channel(false);
    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::failed)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Failure::failed)?;
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: finishing what is under way");
        tell.send_replace(true);
        // Held until the end, because a dropped sender would read like a change.
        std::future::pending::<()>().await;
    });
    Ok(stop)
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
            FactKind::ContextLearnt(_)
            | FactKind::StepFired(_)
            | FactKind::DecisionSeen { .. }
            | FactKind::AttemptSeen(_)
            | FactKind::EndSeen { .. }
            | FactKind::Joined { .. } => {}
        }
    }
}
