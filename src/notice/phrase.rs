//! Times, counts and lists in words.

use std::fmt::Display;

use chrono::{SecondsFormat, TimeDelta};

use crate::domain::Timestamp;
use crate::domain::calendar::Calendar;
use crate::domain::span::Span;

/// The two largest units: `6d 22h`, `2h 5m`, `45s`.
pub fn duration(time: TimeDelta) -> String {
    let seconds = time.num_seconds().max(0);
    let units = [("d", seconds / 86_400), ("h", seconds / 3_600 % 24), ("m", seconds / 60 % 60), ("s", seconds % 60)];
    let Some(first) = units.iter().position(|(_, n)| *n > 0) else { return "0s".to_owned() };
    let shown = units.iter().skip(first).take(2).filter(|(_, n)| *n > 0);
    shown.map(|(unit, n)| format!("{n}{unit}")).collect::<Vec<_>>().join(" ")
}

/// `4h`, `4h of working time`, `4h by the clock`, `2 working days`. Where every hour is worked, a clock is a clock.
pub fn span(span: Span, calendar: &Calendar) -> String {
    match span {
        Span::Working(time) | Span::Wall(time) if calendar.is_always() => duration(time),
        Span::Working(time) => format!("{} of working time", duration(time)),
        Span::Wall(time) => format!("{} by the clock", duration(time)),
        Span::WorkingDays(1) => "1 working day".to_owned(),
        Span::WorkingDays(days) => format!("{days} working days"),
    }
}

/// `Mon 28 Sep 2026 13:00 UTC`.
pub fn moment(at: Timestamp) -> String {
    at.format("%a %-d %b %Y %H:%M UTC").to_string()
}

/// `1 approval`, `2 approvals`.
pub fn counted<N: Display + PartialEq + From<u8>>(count: N, noun: &str) -> String {
    let ending = if count == N::from(1) { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn list<T: ToString>(items: &[T]) -> String {
    let items: Vec<String> = items.iter().map(T::to_string).collect();
    match items.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => items.concat(),
    }
}

pub(super) fn rfc3339(at: Timestamp) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// A labelled value, its later lines indented below it.
pub(super) fn detail(label: &str, value: &str, label_width: usize, width: usize) -> Vec<String> {
    let indent = label_width + 2;
    let lines = wrap(value, width.saturating_sub(indent));
    let labels = std::iter::once(label).chain(std::iter::repeat(""));
    labels.zip(lines).map(|(label, line)| format!("  {label:<label_width$}{line}")).collect()
}

/// Breaks at white space. A word that is too long stays whole, so that links stay links.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let Some(line) = lines.last_mut() else { break };
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}
