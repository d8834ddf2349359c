//! What a replay adds up to.

use std::collections::BTreeMap;
use std::io::{self, Write};

use chrono::TimeDelta;

use crate::app::pages::Pages;
use crate::app::replay::Told;
use crate::cli::output::{BAD, BOLD, DIM, styled};
use crate::domain::evidence::Outcome;
use crate::domain::policy::Act;
use crate::domain::projection::Projection;
use crate::domain::{Phase, Timestamp};
use crate::notice::{clean, counted, duration, moment, told};
use crate::ports::store::{Query, Store, StoreError};

/// How many of the longest waits are named.
const NAMED: usize = 20;
/// Different reasons beyond this many are counted, but not told apart.
const MAX_REASONS: usize = 1000;

#[derive(Default)]
pub(super) struct Summary {
    pub(super) inputs: u64,
    pub(super) skipped: u64,
    pub(super) malformed: u64,
    pub(super) reminders: u64,
    pub(super) escalations: u64,
    pub(super) skip_reasons: BTreeMap<String, u64>,
    // The rest is read from the store at the end.
    pub(super) ended_at: Timestamp,
    pub(super) approvals: u64,
    pub(super) waiting: u64,
    pub(super) unsettled: u64,
    pub(super) breaches: u64,
    /// Notices of them.
    pub(super) findings: u64,
    pub(super) outcomes: BTreeMap<Outcome, u64>,
    pub(super) longest_waits: Vec<Projection>,
}

impl Summary {
    pub(super) fn count(&mut self, told: &Told) {
        match told {
            Told::Skipped { reason } => {
                self.skipped += 1;
                // Reasons quote what they are about, so there is no end to them.
                if self.skip_reasons.len() < MAX_REASONS || self.skip_reasons.contains_key(reason) {
                    *self.skip_reasons.entry(reason.clone()).or_default() += 1;
                }
            }
            Told::Malformed { .. } => self.malformed += 1,
            Told::Sent(letter) => match letter.notice.act {
                Act::Remind => self.reminders += 1,
                Act::Escalate => self.escalations += 1,
                Act::Report => self.findings += 1,
            },
            Told::Changed(_) | Told::Measured(_) => {}
        }
    }

    pub(super) async fn look_at<S: Store>(&mut self, store: &S, now: Timestamp) -> Result<(), StoreError> {
        self.ended_at = now;
        let mut pages = Pages::new(store, Query::default());
        while let Some(page) = pages.next().await? {
            for approval in page {
                self.approvals += 1;
                self.breaches += u64::from(approval.breached);
                self.unsettled += u64::from(approval.phase == Phase::Ended);
                if let Some(outcome) = approval.outcome {
                    *self.outcomes.entry(outcome).or_default() += 1;
                }
                if approval.is_waiting() {
                    self.waiting += 1;
                    if self.longest_waits.len() < NAMED {
                        self.longest_waits.push(approval);
                    }
                }
            }
        }
        Ok(())
    }
}

/// The end of a replay, for people.
pub(super) fn write(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{}", styled(BOLD, format!("As of {}", moment(summary.ended_at))))?;
    let outcomes: Vec<String> = Outcome::ALL
        .iter()
        .filter_map(|outcome| Some((summary.outcomes.get(outcome)?, outcome)))
        .map(|(count, outcome)| format!("{count} {}", told::outcome(*outcome)))
        .collect();
    let mut ends = outcomes;
    if summary.unsettled > 0 {
        ends.push(format!("{} ended, how is still open", summary.unsettled));
    }
    ends.push(format!("{} waiting", summary.waiting));
    writeln!(out, "  {}: {}", counted(summary.approvals, "approval"), ends.join(", "))?;
    writeln!(
        out,
        "  {}, {}, {} past the deadline",
        counted(summary.reminders, "reminder"),
        counted(summary.escalations, "escalation"),
        summary.breaches
    )?;
    writeln!(
        out,
        "  {} read, {} skipped, {} malformed",
        counted(summary.inputs, "input"),
        summary.skipped,
        summary.malformed
    )?;
    for (reason, count) in summary.skip_reasons.iter().take(20) {
        writeln!(out, "{}", styled(DIM, format!("    {count} x {}", clean(reason, 100))))?;
    }
    if !summary.longest_waits.is_empty() {
        writeln!(out, "\n{}", styled(BOLD, "Waiting, longest first"))?;
    }
    for approval in &summary.longest_waits {
        let gate = approval.gate.as_ref().map(|gate| clean(&gate.to_string(), 160)).unwrap_or_default();
        let waited = approval.requested_at.map_or(TimeDelta::zero(), |at| summary.ended_at - at);
        let late = if approval.breached { styled(BAD, " past its deadline") } else { String::new() };
        writeln!(out, "  {:<8}{late} {gate}", duration(waited))?;
        writeln!(out, "{}", styled(DIM, format!("           {}", approval.id)))?;
    }
    Ok(())
}
