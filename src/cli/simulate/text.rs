//! A simulation for people: two columns, what lies between them, and who is judged otherwise.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use chrono::TimeDelta;

use super::Report;
use crate::app::simulate::{Change, Figures, Judged, Waits};
use crate::cli::calendar::in_hours;
use crate::cli::output::{BOLD, DIM, styled};
use crate::domain::RecipientName;
use crate::notice::{clean, duration, moment};

/// How many approvals are named.
const NAMED: usize = 20;

const PERCENTILES: [usize; 3] = [50, 90, 99];

pub(super) fn write(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let simulation = &report.simulation;
    for (side, policy) in [("old", &report.old), ("new", &report.new)] {
        writeln!(
            out,
            "{side}: {} {}",
            styled(BOLD, &policy.name),
            styled(DIM, format!("(version {})", policy.version))
        )?;
    }
    let until = moment(report.until);
    match simulation.first_requested_at {
        Some(first) => writeln!(out, "history: {} to {until}", moment(first))?,
        None => return writeln!(out, "The history holds no approval."),
    }
    let (old, new) = (&simulation.old, &simulation.new);
    heading(out)?;
    counts(out, "approvals", simulation.approvals, simulation.approvals)?;
    counts(out, "  under a policy", old.promised, new.promised)?;
    counts(out, "breaches", old.breaches, new.breaches)?;
    rates(out, "  of those under a policy", old.breach_rate(), new.breach_rate())?;
    let (was, is) = (old.notices_in_all(), new.notices_in_all());
    counts(out, "notices", was.count(), is.count())?;
    counts(out, "  reminders", was.reminders, is.reminders)?;
    counts(out, "  escalations", was.escalations, is.escalations)?;
    recipients(out, report)?;
    waits(out, "wait until a decision", (&old.waits, &new.waits), duration)?;
    waits(out, "the same in working time", (&old.working, &new.working), in_hours)?;
    changes(out, &simulation.changes)
}

fn heading(out: &mut impl Write) -> io::Result<()> {
    writeln!(out)?;
    let line = format!("{:<32}{:>14}{:>14}{:>16}", "", "old", "new", "difference");
    writeln!(out, "{}", styled(BOLD, line))
}

fn row(out: &mut impl Write, label: &str, old: &str, new: &str, difference: &str) -> io::Result<()> {
    writeln!(out, "{label:<32}{old:>14}{new:>14}{difference:>16}")
}

fn counts(out: &mut impl Write, label: &str, old: u64, new: u64) -> io::Result<()> {
    let difference = i128::from(new) - i128::from(old);
    let difference = if difference == 0 { "0".to_owned() } else { format!("{difference:+}") };
    row(out, label, &old.to_string(), &new.to_string(), &difference)
}

/// Shares in percent; their difference is in points.
fn rates(out: &mut impl Write, label: &str, old: Option<f64>, new: Option<f64>) -> io::Result<()> {
    let shown = |rate: Option<f64>| rate.map_or("-".to_owned(), |rate| format!("{:.1}%", rate * 100.0));
    let difference = old.zip(new).map_or("-".to_owned(), |(old, new)| signed((new - old) * 100.0, " points"));
    row(out, label, &shown(old), &shown(new), &difference)
}

fn signed(difference: f64, unit: &str) -> String {
    // What rounds to nothing has no sign.
    if difference.abs() < 0.05 { format!("0.0{unit}") } else { format!("{difference:+.1}{unit}") }
}

/// Each recipient's notices in all, and on average in a week.
fn recipients(out: &mut impl Write, report: &Report) -> io::Result<()> {
    let (old, new) = (&report.simulation.old, &report.simulation.new);
    for recipient in all_recipients(old, new) {
        let (was, is) = (old.notices_to(recipient).count(), new.notices_to(recipient).count());
        counts(out, &format!("  to {}", clean(recipient.as_str(), 27)), was, is)?;
        if let Some(weeks) = weeks(report) {
            #[expect(clippy::cast_precision_loss, reason = "nobody is told that much")]
            let a_week = (was as f64 / weeks, is as f64 / weeks);
            let shown = |rate: f64| format!("{rate:.1}");
            row(out, "    a week", &shown(a_week.0), &shown(a_week.1), &signed(a_week.1 - a_week.0, ""))?;
        }
    }
    Ok(())
}

pub(super) fn all_recipients<'a>(old: &'a Figures, new: &'a Figures) -> BTreeSet<&'a RecipientName> {
    old.notices.keys().chain(new.notices.keys()).map(|(recipient, _)| recipient).collect()
}

/// How many weeks the history is long; none where it is too short for an average to say anything.
pub(super) fn weeks(report: &Report) -> Option<f64> {
    let length = report.until - report.simulation.first_requested_at?;
    (length >= TimeDelta::weeks(1)).then(|| length.as_seconds_f64() / TimeDelta::weeks(1).as_seconds_f64())
}

fn waits(
    out: &mut impl Write,
    label: &str,
    (old, new): (&Waits, &Waits),
    words: fn(TimeDelta) -> String,
) -> io::Result<()> {
    writeln!(out, "{label}")?;
    counts(out, "  decisions", old.count() as u64, new.count() as u64)?;
    for percent in PERCENTILES {
        let (was, is) = (old.percentile(percent), new.percentile(percent));
        let shown = |wait: Option<TimeDelta>| wait.map_or("-".to_owned(), words);
        let difference = was.zip(is).map_or("-".to_owned(), |(was, is)| match (is - was).num_seconds() {
            0 => "0s".to_owned(),
            longer if longer > 0 => format!("+{}", words(is - was)),
            _ => format!("-{}", words(was - is)),
        });
        row(out, &format!("  p{percent}"), &shown(was), &shown(is), &difference)?;
    }
    Ok(())
}

fn changes(out: &mut impl Write, changes: &[Change]) -> io::Result<()> {
    if changes.is_empty() {
        return writeln!(out, "\n{}", styled(BOLD, "Every approval is judged as before"));
    }
    writeln!(out, "\n{}", styled(BOLD, format!("Judged otherwise: {}", changes.len())))?;
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for change in changes {
        *kinds.entry(from_to(change)).or_default() += 1;
    }
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_by_key(|(_, count)| Reverse(*count));
    for (kind, count) in kinds.iter().take(NAMED) {
        writeln!(out, "  {count:>6}  {kind}")?;
    }
    rest(out, kinds.len())?;
    writeln!(out)?;
    // A promise broken, kept, made or dropped is news; one of the same end under another name is hardly any.
    let (news, renamed): (Vec<_>, Vec<_>) = changes.iter().partition(|change| {
        (change.old.breached, change.old.policy.is_some()) != (change.new.breached, change.new.policy.is_some())
    });
    for change in news.into_iter().chain(renamed).take(NAMED) {
        let gate = change.gate.as_ref().map_or("?".to_owned(), |gate| clean(&gate.to_string(), 76));
        let requested = change.requested_at.map_or("requested at an unknown time".to_owned(), moment);
        writeln!(out, "  {gate}")?;
        writeln!(out, "    {}", from_to(change))?;
        writeln!(out, "    {}", styled(DIM, format!("{requested}, {}", clean(change.approval.as_str(), 40))))?;
    }
    rest(out, changes.len())
}

fn rest(out: &mut impl Write, count: usize) -> io::Result<()> {
    match count.saturating_sub(NAMED) {
        0 => Ok(()),
        more => writeln!(out, "  and {more} more: --format json names them all"),
    }
}

fn from_to(change: &Change) -> String {
    format!("{} -> {}", judged(&change.old), judged(&change.new))
}

fn judged(judged: &Judged) -> String {
    let Some(policy) = &judged.policy else { return "no policy".to_owned() };
    format!("{} {}", clean(policy.as_str(), 26), if judged.breached { "breached" } else { "kept" })
}
