//! What is due each minute.

use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::TimeDelta;
use lambda_runtime::Error;
use serde_json::{Value, json};

use super::desk::{Desk, Invocation};
use crate::app::tell::Change;
use crate::ports::clock::Clock;

/// Nothing more is begun when so little time is left.
const LAST_START: TimeDelta = TimeDelta::seconds(10);

/// What is left when the time is up is left to the next run: nothing is lost by that, nor by two runs at once.
pub(super) async fn run(desk: &Desk, invocation: &Invocation) -> Result<Value, Error> {
    let changes = AtomicUsize::new(0);
    let working = async {
        let count = |_: &Change| {
            changes.fetch_add(1, Ordering::Relaxed);
        };
        let (now, last_start) = (desk.clock.now(), invocation.deadline - LAST_START);
        // However many approvals have to adopt a policy, what is due has its time.
        let monitor = desk.monitor(count, now + (last_start - now) / 2).await?;
        Ok::<_, Error>(monitor.round_until(count, last_start).await?)
    };
    let in_time = tokio::time::timeout(invocation.time_left(&desk.clock), working).await;
    let changes = changes.load(Ordering::Relaxed);
    let is_in_time = in_time.is_ok();
    if let Ok(result) = in_time {
        result?;
        tracing::info!(changes, "did what was due");
    } else {
        tracing::warn!(changes, "the time was up; the next run goes on where this one stopped");
    }
    Ok(json!({ "changes": changes, "in_time": is_in_time }))
}
