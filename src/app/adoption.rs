//! When open approvals are worked out anew because another policy holds.
//!
//! Each process that sweeps keeps this for itself: adopting the same rules again moves nothing, so nobody has to agree on
//! who does it. It costs a look at each open approval, twice after a start and twice for each new policy.

use chrono::TimeDelta;

use super::monitor::Monitor;
use super::tell::Change;
use crate::domain::Timestamp;
use crate::ports::channel::Channels;
use crate::ports::clock::Clock;
use crate::ports::events::Events;
use crate::ports::metrics::Metrics;
use crate::ports::store::{Store, StoreError};

/// By then every other process has heard of the new policy. Until then one can still commit what follows from the old.
const SETTLES_WITHIN: TimeDelta = TimeDelta::minutes(5);

#[derive(Clone, Debug, Default)]
pub struct Adoption {
    version: Option<String>,
    again_at: Option<Timestamp>,
}

impl Adoption {
    /// Lets open approvals adopt the monitor's rules, where that is due. Says whether it was. What is left at `stop_at` is
    /// left to the next time.
    pub async fn adopt<S: Store, C: Channels, M: Metrics, E: Events, K: Clock>(
        &mut self,
        monitor: &Monitor<S, C, M, E, K>,
        show: impl Fn(&Change),
        now: Timestamp,
        stop_at: Option<Timestamp>,
    ) -> Result<bool, StoreError> {
        let version = &monitor.rules.version;
        if !self.is_due(version, now) {
            return Ok(false);
        }
        let adopted = monitor.adopt_rules(show, stop_at).await?;
        if adopted.is_whole {
            self.done(version, now);
        }
        tracing::info!(
            version,
            moved = adopted.moved,
            whole = adopted.is_whole,
            "open approvals are due by this policy"
        );
        Ok(true)
    }

    /// Whether `Monitor::adopt_rules` is to be called under the rules of this version.
    pub fn is_due(&self, version: &str, now: Timestamp) -> bool {
        self.version.as_deref() != Some(version) || self.again_at.is_some_and(|at| at <= now)
    }

    /// Notes that it was called, and did not fail.
    pub fn done(&mut self, version: &str, now: Timestamp) {
        let is_new = self.version.as_deref() != Some(version);
        self.again_at = is_new.then(|| now + SETTLES_WITHIN);
        self.version = Some(version.to_owned());
    }
}
