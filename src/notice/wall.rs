//! Times as the reader's clock on the wall shows them.

use chrono::{DateTime, Datelike, FixedOffset, Offset, Utc};

use crate::domain::calendar::Zone;
use crate::domain::policy::Rules;
use crate::domain::{Approval, Timestamp};

/// The years of which a wall's time can be told whatever its offset from UTC is.
const YEARS: std::ops::Range<i32> = 1..9999;

/// The clock on the wall of a zone.
#[derive(Clone, Debug)]
pub struct Wall(Zone);

impl Wall {
    pub fn of(zone: &Zone) -> Self {
        Self(zone.clone())
    }

    /// Where the approval's policy counts, or else that of UTC.
    pub fn of_policy(approval: &Approval, rules: &Rules) -> Self {
        approval.policy(rules).map_or_else(Self::utc, |policy| Self::of(policy.calendar.zone()))
    }

    pub fn utc() -> Self {
        Self(Zone::utc())
    }

    pub fn zone(&self) -> &Zone {
        &self.0
    }

    pub fn is_utc(&self) -> bool {
        self.0.name() == "UTC"
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

    /// A time to the second as seen from the line that tells of it, UTC not said: `at 10:42:07 BST`, `on Tue 6 Oct 2026 at
    /// 10:42:07 BST` on another day, `at 09:42:07` where UTC is the clock anyway.
    pub fn when(&self, at: Timestamp, from: Timestamp) -> String {
        let local = self.local(at);
        let is_same_day = local.date_naive() == self.local(from).date_naive();
        let text = local.format(if is_same_day { "at %H:%M:%S" } else { "on %a %-d %b %Y at %H:%M:%S" });
        if self.is_utc() { text.to_string() } else { format!("{text} {}", self.name(at)) }
    }

    /// `Mon 30 Nov 10:30`, to stand among others like it.
    pub fn short(&self, at: Timestamp) -> String {
        self.local(at).format("%a %-d %b %H:%M").to_string()
    }

    pub fn local(&self, at: Timestamp) -> DateTime<FixedOffset> {
        let offset = if YEARS.contains(&at.year()) { self.0.offset(at) } else { 0 };
        at.with_timezone(&FixedOffset::east_opt(offset).unwrap_or(Utc.fix()))
    }

    /// What the time is called then: `CET`, or `UTC+03:00` where it has no name.
    pub fn name(&self, at: Timestamp) -> String {
        self.0.abbreviation(at).unwrap_or_else(|| format!("UTC{}", self.local(at).format("%:z")))
    }
}
