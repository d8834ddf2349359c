//! How a deadline was counted: what of the time up to it counts, and what does not.

use chrono::{NaiveDate, TimeDelta};

use crate::domain::Timestamp;
use crate::domain::calendar::{Calendar, Change, Kind};
use crate::domain::policy::Policy;
use crate::domain::span::Span;

/// How many pieces are listed.
pub(super) const MAX_PIECES: usize = 20;

#[derive(Clone, Debug)]
pub struct Counted {
    pub target: Span,
    pub calendar: Calendar,
    pub from: Timestamp,
    pub deadline: Timestamp,
    /// In order, at most [`MAX_PIECES`].
    pub pieces: Vec<Piece>,
    /// Working days after the last piece that is listed, up to the deadline.
    pub more_working_days: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Time that counts, and how much has counted by its end.
    Worked {
        from: Timestamp,
        to: Timestamp,
        total: TimeDelta,
    },
    /// A day that counts, the first as number 1.
    WorkingDay {
        date: NaiveDate,
        number: u32,
    },
    /// Days without hours, from one to the other.
    Free {
        first: NaiveDate,
        last: NaiveDate,
    },
    Off {
        date: NaiveDate,
        name: Option<String>,
    },
    /// A day that is worked on although its weekday or a holiday says otherwise.
    Extra {
        date: NaiveDate,
    },
    /// The zone left this date out.
    Missing {
        date: NaiveDate,
    },
    /// The clock on the wall jumps.
    Clock(Change),
}

/// Counts the policy's target from `from` to `deadline`.
pub(super) fn counted(policy: &Policy, from: Timestamp, deadline: Timestamp) -> Counted {
    let calendar = &policy.calendar;
    let mut count = Count { pieces: Vec::new(), number: 0, total: TimeDelta::zero() };
    let mut spans = match policy.target {
        Span::Working(_) => Some(calendar.spans(from, deadline)).into_iter().flatten().peekable(),
        Span::Wall(_) | Span::WorkingDays(_) => None.into_iter().flatten().peekable(),
    };
    let is_wall = matches!(policy.target, Span::Wall(_));
    if is_wall && from < deadline {
        count.worked(from, deadline);
    }
    let request_date = calendar.zone().date(from);
    let mut days = calendar.days(from, deadline);
    let mut listed = request_date;
    for day in days.by_ref() {
        if count.pieces.len() >= MAX_PIECES {
            break;
        }
        listed = day.date;
        if !is_wall {
            count.day(day.date, day.kind, day.working);
        }
        if let Some(change) = day.change.filter(|change| from < change.at && change.at < deadline) {
            count.pieces.push(Piece::Clock(change));
        }
        if matches!(policy.target, Span::WorkingDays(_)) && day.date > request_date {
            count.working_day(day.date, day.kind);
        }
        while let Some((from, to)) = spans.next_if(|(from, _)| calendar.zone().date(*from) <= day.date) {
            count.worked(from, to);
        }
    }
    let is_cut = count.pieces.len() >= MAX_PIECES;
    count.pieces.truncate(MAX_PIECES);
    let more_working_days = if is_cut && !is_wall {
        let rest = calendar.days(from, deadline).skip_while(|day| day.date <= listed);
        rest.filter(|day| matches!(day.kind, Kind::Working(_) | Kind::Extra(_))).count()
    } else {
        0
    };
    Counted {
        target: policy.target,
        calendar: calendar.clone(),
        from,
        deadline,
        pieces: count.pieces,
        more_working_days,
    }
}

struct Count {
    pieces: Vec<Piece>,
    number: u32,
    total: TimeDelta,
}

impl Count {
    fn worked(&mut self, from: Timestamp, to: Timestamp) {
        self.total += to - from;
        self.pieces.push(Piece::Worked { from, to, total: self.total });
    }

    /// What is special about the day.
    fn day(&mut self, date: NaiveDate, kind: Kind<'_>, working: TimeDelta) {
        match kind {
            Kind::Working(_) => {}
            Kind::Extra(_) => self.pieces.push(Piece::Extra { date }),
            Kind::Off(name) => self.pieces.push(Piece::Off { date, name: name.map(str::to_owned) }),
            Kind::Missing => self.pieces.push(Piece::Missing { date }),
            // The end of the night before is working time all the same.
            Kind::Free if working > TimeDelta::zero() => {}
            Kind::Free => match self.pieces.last_mut() {
                Some(Piece::Free { last, .. }) if last.succ_opt() == Some(date) => *last = date,
                _ => self.pieces.push(Piece::Free { first: date, last: date }),
            },
        }
    }

    fn working_day(&mut self, date: NaiveDate, kind: Kind<'_>) {
        if matches!(kind, Kind::Working(_) | Kind::Extra(_)) {
            self.number += 1;
            self.pieces.push(Piece::WorkingDay { date, number: self.number });
        }
    }
}
