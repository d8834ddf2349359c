//! Times as the reader's clock on the wall shows them.

use chrono::{DateTime, FixedOffset, Offset, Utc};

use crate::domain::Timestamp;
use crate::domain::calendar::Zone;

/// The clock on the wall of a zone.
pub struct Wall(Zone);

impl Wall {
    pub fn of(zone: &Zone) -> Self {
        Self(zone.clone())
    }

    /// `Mon 30 Nov 2026 10:30 CET`.
    pub fn moment(&self, at: Timestamp) -> String {
        format!("{} {}", self.local(at).format("%a %-d %b %Y %H:%M"), self.name(at))
    }

    /// The same, and UTC beside it where that is another clock: `Mon 30 Nov 2026 10:30 CET (09:30 UTC)`.
    pub fn moment_in_full(&self, at: Timestamp) -> String {
        let (moment, local) = (self.moment(at), self.local(at));
        if moment.ends_with(" UTC") {
            return moment;
        }
        let is_same_day = local.date_naive() == at.date_naive();
        format!("{moment} ({})", at.format(if is_same_day { "%H:%M UTC" } else { "%a %H:%M UTC" }))
    }

    /// `at 13:00 CET` on the same day, `on Tue 29 Sep at 09:00 CEST` on another.
    pub fn moment_from(&self, at: Timestamp, now: Timestamp) -> String {
        let (local, name) = (self.local(at), self.name(at));
        let is_same_day = local.date_naive() == self.local(now).date_naive();
        format!("{} {name}", local.format(if is_same_day { "at %H:%M" } else { "on %a %-d %b at %H:%M" }))
    }

    fn local(&self, at: Timestamp) -> DateTime<FixedOffset> {
        at.with_timezone(&FixedOffset::east_opt(self.0.offset(at)).unwrap_or(Utc.fix()))
    }

    fn name(&self, at: Timestamp) -> String {
        self.0.abbreviation(at).unwrap_or_else(|| format!("UTC{}", self.local(at).format("%:z")))
    }
}
