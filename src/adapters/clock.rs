//! The clocks. Only here is the time read.

use std::time::{Duration, Instant};

use chrono::{SubsecRound, TimeDelta, Utc};

use crate::domain::Timestamp;
use crate::ports::clock::Clock;

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct WallClock;

impl Clock for WallClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    fn now(&self) -> Timestamp {
        Utc::now().trunc_subsecs(3)
    }

    fn wall_time_until(&self, at: Timestamp) -> Duration {
        (at - self.now()).to_std().unwrap_or_default()
    }
}

/// A clock that begins at a chosen time and runs a whole number of times faster than the wall's.
#[derive(Clone, Copy, Debug)]
pub struct FastClock {
    begins_at: Timestamp,
    started: Instant,
    speed: u32,
}

impl FastClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn starting_at(begins_at: Timestamp, speed: u32) -> Self {
        Self { begins_at, started: Instant::now(), speed: speed.max(1) }
    }
}

impl Clock for FastClock {
    fn now(&self) -> Timestamp {
        let passed = self.started.elapsed().saturating_mul(self.speed);
        let passed = TimeDelta::from_std(passed).unwrap_or(TimeDelta::MAX);
        self.begins_at.checked_add_signed(passed).unwrap_or(Timestamp::MAX_UTC).trunc_subsecs(3)
    }

    fn wall_time_until(&self, at: Timestamp) -> Duration {
        // Rounded up to the next millisecond of the wall, so that the time has come when the wait is over.
        let wait = (at - self.now()).to_std().unwrap_or_default() / self.speed;
        if wait.is_zero() { wait } else { wait + Duration::from_millis(1) }
    }
}
