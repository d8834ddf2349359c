//! Times as the clock on the wall shows them where a policy's calendar holds, and beside that in UTC.

use chrono::{DateTime, Datelike, FixedOffset};

use crate::domain::calendar::Zone;
use crate::domain::policy::Rules;
use crate::domain::{Approval, Timestamp};
use crate::notice::moment;

/// The years of which a wall's time can be told whatever its offset from UTC is.
const YEARS: std::ops::Range<i32> = 1..9999;

#[derive(Clone, Debug)]
pub(super) struct Wall(Zone);

impl Wall {
    /// That of the approval's policy, or else UTC.
    pub(super) fn of(approval: &Approval, rules: &Rules) -> Self {
        Self(approval.policy(rules).map_or_else(Zone::utc, |policy| policy.calendar.zone().clone()))
    }

    pub(super) fn utc() -> Self {
        Self(Zone::utc())
    }

    pub(super) fn zone(&self) -> &Zone {
        &self.0
    }

    pub(super) fn is_utc(&self) -> bool {
        self.0 == Zone::utc() || self.0.name() == "UTC"
    }

    pub(super) fn local(&self, at: Timestamp) -> DateTime<FixedOffset> {
        let offset = if YEARS.contains(&at.year()) { self.0.offset(at) } else { 0 };
        at.with_timezone(
            &FixedOffset::east_opt(offset).unwrap_or_else(|| FixedOffset::east_opt(0).expect("UTC is one")),
        )
    }

    /// `Mon 9 Nov 2026 09:00 EST (14:00 UTC)`, with the day in UTC where it is another.
    pub(super) fn moment(&self, at: Timestamp) -> String {
        if self.is_utc() {
            return moment(at);
        }
        let local = self.local(at);
        let is_same_day = local.date_naive() == at.date_naive();
        let utc = at.format(if is_same_day { "%H:%M UTC" } else { "%a %-d %b %H:%M UTC" });
        format!("{} {} ({utc})", local.format("%a %-d %b %Y %H:%M"), self.0.abbreviation(at))
    }

    /// A time as seen from the line that tells of it: the day only where it is another, UTC not said.
    pub(super) fn when(&self, at: Timestamp, from: Timestamp) -> String {
        let is_same_day = self.local(at).date_naive() == self.local(from).date_naive();
        let text = self.local(at).format(if is_same_day { "at %H:%M:%S" } else { "on %a %-d %b %Y at %H:%M:%S" });
        if self.is_utc() { text.to_string() } else { format!("{text} {}", self.0.abbreviation(at)) }
    }

    /// `Mon 9 Nov 09:00`, to stand among others like it.
    pub(super) fn short(&self, at: Timestamp) -> String {
        self.local(at).format("%a %-d %b %H:%M").to_string()
    }
}
