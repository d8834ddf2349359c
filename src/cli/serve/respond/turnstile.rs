//! How many may come through in a second.

use std::sync::{Mutex, PoisonError};

use crate::domain::Timestamp;

/// People press one button at a time.
const A_SECOND: u32 = 20;

/// Counts those whose link is in order: a flood of others must not keep them out.
#[derive(Default)]
pub(in crate::cli::serve) struct Turnstile(Mutex<(i64, u32)>);

impl Turnstile {
    pub(super) fn lets_through(&self, now: Timestamp) -> bool {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counted.0 != now.timestamp() {
            *counted = (now.timestamp(), 0);
        }
        counted.1 = counted.1.saturating_add(1);
        counted.1 <= A_SECOND
    }
}
