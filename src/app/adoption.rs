//! When open approvals are worked out anew because another policy holds.
//!
//! Each process that sweeps keeps this for itself: adopting the same rules again moves nothing, so nobody has to agree on
//! who does it. It costs a look at each open approval, twice after a start and twice for each new policy.

use chrono::TimeDelta;

use crate::domain::Timestamp;

/// By then every other process has heard of the new policy. Until then one can still commit what follows from the old.
const SETTLES_WITHIN: TimeDelta = TimeDelta::minutes(5);

#[derive(Clone, Debug, Default)]
pub struct Adoption {
    version: Option<String>,
    again_at: Option<Timestamp>,
}

impl Adoption {
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
