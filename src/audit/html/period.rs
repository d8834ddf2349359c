//! Stretches of time: the report's period, and the days, weeks, months or years that a chart is divided into.

use chrono::{Datelike, Days, NaiveDate, NaiveTime};

use crate::domain::Timestamp;
use crate::notice::Wall;

/// A chart has no more columns than this.
pub(super) const MOST_COLUMNS: i32 = 62;

/// The period in words, to stand behind `Approvals`. It begins at `from` and ends before `to`.
pub(super) fn words(from: Option<Timestamp>, to: Option<Timestamp>, wall: &Wall) -> String {
    let is_midnight = |at: Timestamp| wall.local(at).time() == NaiveTime::MIN;
    let date = |at: Timestamp| wall.local(at).date_naive();
    if from.into_iter().chain(to).all(is_midnight) {
        let last = to.map(date).and_then(|date| date.checked_sub_days(Days::new(1)));
        return match (from.map(date), last) {
            (Some(first), Some(last)) if first == last => day(first),
            (Some(first), Some(last)) => format!("{} to {}", day(first), day(last)),
            (Some(first), None) => format!("from {} on", day(first)),
            (None, Some(last)) => format!("up to {}", day(last)),
            (None, None) => "all that are known".to_owned(),
        };
    }
    match (from, to) {
        (Some(from), Some(to)) => format!("from {} until {}", wall.moment(from), wall.moment(to)),
        (Some(from), None) => format!("from {} on", wall.moment(from)),
        (_, to) => to.map(|to| format!("until {}", wall.moment(to))).unwrap_or_default(),
    }
}

fn day(date: NaiveDate) -> String {
    date.format("%-d %b %Y").to_string()
}

/// How long the columns of a chart are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unit {
    Day,
    Week,
    Month,
    Year,
}

impl Unit {
    const ALL: [Self; 4] = [Self::Day, Self::Week, Self::Month, Self::Year];

    /// The shortest, from `self` on, of which not too many lie between two days.
    pub(super) fn fitting(self, first: NaiveDate, last: NaiveDate) -> Self {
        let fits = |unit: &Self| *unit >= self && unit.number(last) - unit.number(first) < MOST_COLUMNS;
        Self::ALL.into_iter().find(fits).unwrap_or(Self::Year)
    }

    /// Columns that lie side by side have numbers that do.
    pub(super) fn number(self, date: NaiveDate) -> i32 {
        match self {
            Self::Day => date.num_days_from_ce(),
            // The first day of the year 1 was a Monday.
            Self::Week => (date.num_days_from_ce() - 1).div_euclid(7),
            Self::Month => date.year() * 12 + date.month0().cast_signed(),
            Self::Year => date.year(),
        }
    }

    fn first_day(self, number: i32) -> NaiveDate {
        let day = match self {
            Self::Day => NaiveDate::from_num_days_from_ce_opt(number),
            Self::Week => NaiveDate::from_num_days_from_ce_opt(number * 7 + 1),
            Self::Month => NaiveDate::from_ymd_opt(number.div_euclid(12), number.rem_euclid(12).cast_unsigned() + 1, 1),
            Self::Year => NaiveDate::from_ymd_opt(number, 1, 1),
        };
        day.unwrap_or_default()
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    /// To stand below a column.
    pub(super) fn short(self, number: i32) -> String {
        let format = match self {
            Self::Day | Self::Week => "%-d %b",
            Self::Month => "%b %y",
            Self::Year => "%Y",
        };
        self.first_day(number).format(format).to_string()
    }

    /// To stand in a table.
    pub(super) fn long(self, number: i32) -> String {
        let format = match self {
            Self::Day => "%a %-d %b %Y",
            Self::Week => "Week of %-d %b %Y",
            Self::Month => "%B %Y",
            Self::Year => "%Y",
        };
        self.first_day(number).format(format).to_string()
    }
}
