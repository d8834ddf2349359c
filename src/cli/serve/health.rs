//! What is wrong at the moment, for whoever watches the process.

use std::sync::atomic::{AtomicBool, Ordering};

#[derive(Default)]
pub(super) struct Health {
    round_failed: AtomicBool,
    #[cfg(feature = "aws")]
    queue_failed: AtomicBool,
}

impl Health {
    pub(super) fn note_round(&self, is_good: bool) {
        self.round_failed.store(!is_good, Ordering::Relaxed);
    }

    #[cfg(feature = "aws")]
    pub(super) fn note_queue(&self, is_good: bool) {
        self.queue_failed.store(!is_good, Ordering::Relaxed);
    }

    /// What the last round or the last look into the queue met with.
    pub(super) fn trouble(&self) -> Option<&'static str> {
        if self.round_failed.load(Ordering::Relaxed) {
            return Some(NO_STORE);
        }
        #[cfg(feature = "aws")]
        if self.queue_failed.load(Ordering::Relaxed) {
            return Some("the queue does not answer; the log says why");
        }
        None
    }
}

pub(super) const NO_STORE: &str = "the store does not answer; the log says why";
