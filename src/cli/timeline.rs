//! What happened, for people, in the order in which it did.

use std::collections::HashSet;
use std::io::{self, Write};

use chrono::{NaiveDate, TimeDelta};

use crate::app::replay::Told;
use crate::app::tell::Change;
use crate::cli::output::{BAD, BOLD, DIM, GOOD, WARN, styled};
use crate::domain::evidence::{Basis, EndState, Outcome};
use crate::domain::fact::Settlement;
use crate::domain::finding::What;
use crate::domain::policy::Act;
use crate::domain::projection::comment;
use crate::domain::{Approval, ApprovalId, Fact, FactKind, Phase, Timestamp};
use crate::notice::found::title;
use crate::notice::told::outcome;
use crate::notice::{clean, duration, moment};

#[derive(Default)]
pub(super) struct Timeline {
    day: Option<NaiveDate>,
    /// Whose request was told of. CodePipeline's notification and the event say the same, often in the same second.
    asked: HashSet<ApprovalId>,
}

/// A request that is heard of this late is worth a remark.
const LATE: TimeDelta = TimeDelta::minutes(15);

/// Where an input stands.
pub(super) struct Place<'a> {
    pub(super) source: &'a str,
    pub(super) line: u64,
}

/// What happened, where, and the details below it.
struct Line {
    word: &'static str,
    style: anstyle::Style,
    text: String,
    details: Vec<String>,
}

impl Line {
    fn new(word: &'static str, style: anstyle::Style, text: impl Into<String>) -> Self {
        Self { word, style, text: text.into(), details: Vec::new() }
    }

    fn detail(mut self, detail: impl Into<Option<String>>) -> Self {
        self.details.extend(detail.into());
        self
    }
}

impl Timeline {
    pub(super) fn tell(
        &mut self,
        told: &Told,
        place: &Place<'_>,
        now: Timestamp,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        match told {
            Told::Changed(change) => {
                for fact in &change.facts {
                    if let Some(line) = line(change, fact)
                        && self.is_news(change, fact)
                    {
                        self.print(fact.recorded_at, line, out)?;
                    }
                }
                Ok(())
            }
            Told::Sent(letter) => {
                let (word, style) = match letter.notice.act {
                    Act::Remind => ("reminder", WARN),
                    Act::Escalate => ("escalation", BAD),
                    Act::Report => ("reported", WARN),
                };
                let line = Line::new(word, style, format!("to {}", letter.notice.recipient));
                self.print(letter.sent_at, line.detail(letter.subject.clone()), out)
            }
            Told::Malformed { reason } => {
                let line = Line::new("malformed", BAD, format!("{}:{}", clean(place.source, 200), place.line));
                self.print(now, line.detail(clean(reason, 300)), out)
            }
            Told::Skipped { .. } | Told::Measured(_) => Ok(()),
        }
    }

    fn is_news(&mut self, change: &Change, fact: &Fact) -> bool {
        let id = &change.approval.id;
        match fact.kind {
            FactKind::Requested { .. } => self.asked.insert(id.clone()),
            FactKind::Settled(_) => {
                self.asked.remove(id);
                true
            }
            _ => true,
        }
    }

    fn print(&mut self, at: Timestamp, line: Line, out: &mut dyn Write) -> io::Result<()> {
        if self.day != Some(at.date_naive()) {
            let gap = if self.day.is_some() { "\n" } else { "" };
            writeln!(out, "{gap}{}", styled(BOLD, at.format("%a %-d %b %Y, UTC")))?;
            self.day = Some(at.date_naive());
        }
        let Line { word, style, text, details } = line;
        writeln!(out, "  {}  {}  {text}", at.format("%H:%M:%S"), styled(style, format!("{word:<11}")))?;
        details.iter().try_for_each(|detail| writeln!(out, "{:25}{}", "", styled(DIM, detail)))
    }
}

fn line(change: &Change, fact: &Fact) -> Option<Line> {
    let approval = &change.approval;
    let gate = approval.gate.as_ref().map(|gate| clean(&gate.to_string(), 200)).unwrap_or_default();
    Some(match &fact.kind {
        // A request that is only made more exact, or is over already, is not news.
        FactKind::Requested { at, .. } => {
            let is_news = approval.phase() == Phase::Waiting && approval.heard_at == Some(fact.recorded_at);
            let again = approval.attempt.filter(|n| *n > 1).map(|n| format!(", attempt {n}")).unwrap_or_default();
            let is_late = fact.recorded_at - *at > LATE;
            let since = is_late.then(|| format!("since {}, heard of late", moment(*at)));
            is_news.then(|| Line::new("waiting", BOLD, format!("{gate}{again}")).detail(since))?
        }
        FactKind::Breached { deadline, .. } => {
            Line::new("breached", BAD, gate).detail(format!("a decision was promised by {}", moment(*deadline)))
        }
        FactKind::AttemptSeen(attempt) => {
            let who = clean(attempt.by.arn.as_deref().unwrap_or("somebody"), 200);
            let why = clean(attempt.error.as_deref().unwrap_or_default(), 100);
            Line::new("attempt", DIM, gate).detail(format!("by {who}")).detail(format!("refused: {why}"))
        }
        // A stronger statement of the same end is no news either.
        FactKind::EndSeen { end, .. } if approval.settlement.is_none() && approval.ends.first() == Some(end) => {
            let how = match end.state {
                EndState::Succeeded => "approved; by whom is still open",
                EndState::Failed => "failed; why is still open",
                EndState::Abandoned => "its run was stopped",
                EndState::Canceled => "its run was cancelled",
                EndState::Superseded => "its run was superseded",
            };
            Line::new("ended", DIM, gate).detail(how.to_owned())
        }
        FactKind::Settled(settlement) => settled(approval, settlement, &gate),
        FactKind::Corrected(settlement) => {
            settled(approval, settlement, &gate).detail("later evidence; this corrects the line above".to_owned())
        }
        FactKind::NoticeGivenUp { recipient, reason, .. } => {
            Line::new("undelivered", BAD, gate).detail(format!("to {recipient}: {}", clean(reason, 200)))
        }
        FactKind::Found(finding) => {
            let who = finding.exhibit(What::DecidedBy).or(finding.exhibit(What::EditedBy));
            let who = who.map(|who| format!("by {}", clean(who, 300)));
            Line::new("finding", BAD, format!("{gate}: {}", title(finding.kind))).detail(who)
        }
        FactKind::Cleared(kind) => Line::new("cleared", GOOD, format!("{gate}: {}", title(*kind))),
        FactKind::ContextLearnt(_)
        | FactKind::PolicyChanged { .. }
        | FactKind::Acknowledged(_)
        | FactKind::Snoozed { .. }
        | FactKind::StepFired(_)
        | FactKind::DecisionSeen { .. }
        | FactKind::EndSeen { .. }
        | FactKind::NoticeDelivered { .. }
        | FactKind::NoticeWithdrawn { .. }
        | FactKind::Joined { .. }
        | FactKind::ClaimSeen { .. }
        | FactKind::Pruned(_) => return None,
    })
}

fn settled(approval: &Approval, settlement: &Settlement, gate: &str) -> Line {
    let style = match settlement.outcome {
        Outcome::Approved => GOOD,
        Outcome::Rejected | Outcome::Failed | Outcome::TimedOut | Outcome::NeverAsked => BAD,
        Outcome::Abandoned | Outcome::Cancelled => WARN,
    };
    let wait = approval.request.map(|r| format!(" after {}", duration(settlement.ended_at - r.at))).unwrap_or_default();
    let late = if settlement.breached { ", past its deadline" } else { "" };
    let by = match approval.decision().and_then(|d| d.by.arn.as_deref()) {
        Some(arn) => Some(format!("by {}", clean(arn, 300))),
        None => settlement.outcome.is_decision().then(|| "by whom is not known".to_owned()),
    };
    let inferred = match settlement.basis {
        Basis::Inferred => Some("inferred: CodePipeline's time-out passed, and nothing was heard".to_owned()),
        Basis::ExecutionEvent => Some("inferred from its run: its own event was not heard".to_owned()),
        Basis::ActionEvent | Basis::Api | Basis::CloudTrail => None,
    };
    let said = comment(approval).map(|c| format!("\"{}\"", clean(c, 200)));
    Line::new(outcome(settlement.outcome), style, format!("{gate}{wait}{late}"))
        .detail(by)
        .detail(inferred)
        .detail(said)
}
