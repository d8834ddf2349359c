//! How a deadline was counted, in lines.

use std::io::{self, Write};

use chrono::{NaiveDate, TimeDelta};

use super::lines::block;
use crate::app::explain::{Counted, Piece};
use crate::cli::calendar::in_hours;
use crate::domain::Timestamp;
use crate::domain::calendar::Change;
use crate::domain::span::Span;
use crate::notice::{Wall, clean, span};

pub(super) fn show(out: &mut impl Write, counted: &Counted, wall: &Wall) -> io::Result<()> {
    let Counted { target, calendar, from, deadline, pieces, more_working_days } = counted;
    let by = match target {
        _ if calendar.is_always() => "every hour counts".to_owned(),
        Span::Wall(_) => "every hour counts, worked or not".to_owned(),
        Span::Working(_) => format!("by calendar {}, on the clock of {}", calendar.name(), calendar.zone().name()),
        Span::WorkingDays(_) => {
            format!(
                "to the same time of the day, by calendar {} on the clock of {}",
                calendar.name(),
                calendar.zone().name()
            )
        }
    };
    block(out, 2, &format!("{} from {}, {by}", span(*target, calendar), wall.moment_in_full(*from)))?;
    for piece in pieces {
        block(out, 4, &line(piece, counted, wall))?;
    }
    match more_working_days {
        0 => {}
        1 => writeln!(out, "    … and 1 more working day")?,
        n => writeln!(out, "    … and {n} more working days")?,
    }
    block(out, 2, &format!("so the deadline is {}", wall.moment_in_full(*deadline)))
}

fn line(piece: &Piece, counted: &Counted, wall: &Wall) -> String {
    match piece {
        Piece::Worked { from, to, total } => {
            let target = match counted.target {
                Span::Working(time) | Span::Wall(time) => format!(" of {}", in_hours(time)),
                Span::WorkingDays(_) => String::new(),
            };
            format!("{}: +{} = {}{target}", stretch(*from, *to, wall), in_hours(*to - *from), in_hours(*total))
        }
        Piece::WorkingDay { date, number } => {
            let of = match counted.target {
                Span::WorkingDays(days) => format!(" of {days}"),
                Span::Working(_) | Span::Wall(_) => String::new(),
            };
            format!("{}: working day {number}{of}", day(*date))
        }
        Piece::Free { first, last } if first == last => format!("{}: no hours", day(*first)),
        Piece::Free { first, last } => format!("{} to {}: no hours", day(*first), day(*last)),
        Piece::Off { date, name } => {
            let name = name.as_deref().map(|name| format!(", {}", clean(name, 100))).unwrap_or_default();
            format!("{}: a day off{name}", day(*date))
        }
        Piece::Extra { date } => format!("{}: an extra working day", day(*date)),
        Piece::Missing { date } => format!("{}: the zone left this day out", day(*date)),
        Piece::Clock(change) => format!("{}: {}", wall.short(change.at), clock(change)),
    }
}

/// `Fri 6 Nov 15:30 to 17:30 GMT (15:30 to 17:30 UTC)`, with both days where it goes over midnight.
fn stretch(from: Timestamp, to: Timestamp, wall: &Wall) -> String {
    if wall.is_utc() {
        return format!("{} to {} UTC", wall.short(from), end(wall, from, to));
    }
    let utc = Wall::utc();
    let [zone_from, zone_to] = [from, to].map(|at| wall.name(at));
    let zone_from = if zone_from == zone_to { String::new() } else { format!(" {zone_from}") };
    let is_same_day = wall.local(from).date_naive() == from.date_naive();
    let from_utc = if is_same_day { from.format("%H:%M").to_string() } else { utc.short(from) };
    format!(
        "{}{zone_from} to {} {zone_to} ({from_utc} to {} UTC)",
        wall.short(from),
        end(wall, from, to),
        end(&utc, from, to)
    )
}

fn end(wall: &Wall, from: Timestamp, to: Timestamp) -> String {
    let is_same_day = wall.local(from).date_naive() == wall.local(to).date_naive();
    if is_same_day { wall.local(to).format("%H:%M").to_string() } else { wall.short(to) }
}

pub(in crate::cli) fn clock(change: &Change) -> String {
    let by = TimeDelta::seconds(i64::from(change.after) - i64::from(change.before));
    let way = if by > TimeDelta::zero() { "forward" } else { "back" };
    format!("the clock goes {way} by {}", in_hours(by.abs()))
}

/// `Fri 6 Nov`.
fn day(date: NaiveDate) -> String {
    date.format("%a %-d %b").to_string()
}
