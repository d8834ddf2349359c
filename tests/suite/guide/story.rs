//! What a policy comes to: approvals on a virtual clock, told by the clocks on the walls of those concerned.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset};
use holdpoint::adapters::memory::MemoryStore;
use holdpoint::app::replay::{Replay, Told};
use holdpoint::app::tell::Change;
use holdpoint::domain::calendar::Zone;
use holdpoint::domain::context::Context;
use holdpoint::domain::evidence::{Source, Verdict};
use holdpoint::domain::fact::Unwanted;
use holdpoint::domain::input::{Heard, Input, Named, Place, Started};
use holdpoint::domain::policy::Rules;
use holdpoint::domain::response::Response;
use holdpoint::domain::{ApprovalId, Fact, FactKind, NoticeId, RecipientName, Timestamp};
use holdpoint::notice::found;
use holdpoint::ports::channel::Letter;
use holdpoint::record::names::Named as _;
use holdpoint::wire::{Message, Reading};

use crate::support::world::{decided, place};

/// What happens to approvals, and until when they are looked at.
pub(super) struct Story {
    /// Whose clocks it is told by.
    pub(super) zones: &'static [&'static str],
    pub(super) news: Vec<News>,
    pub(super) until: &'static str,
}

/// Something that happens to an approval at a time as in RFC 3339.
pub(super) struct News {
    at: &'static str,
    approval: &'static str,
    input: Input,
}

/// One line of a story.
pub(super) struct Line {
    pub(super) at: Timestamp,
    pub(super) text: String,
    /// Who reads something then.
    pub(super) told: Option<RecipientName>,
}

pub(super) fn asked(at: &'static str, pipeline: &'static str, stage: &'static str, attempt: u32) -> News {
    let Place { mut gate, execution, .. } = place();
    gate.pipeline = pipeline.to_owned();
    gate.stage = stage.to_owned();
    let place = Place { gate, execution, attempt: Some(attempt) };
    let started = Started { place, requested_at: time(at), context: Context::default(), source: Source::ActionEvent };
    News { at, approval: stage, input: Input::Started(started) }
}

/// Stages tell a story's approvals apart.
pub(super) fn approved(at: &'static str, stage: &'static str) -> News {
    News { at, approval: stage, input: decided(Verdict::Approved, time(at)) }
}

pub(super) fn acknowledged(at: &'static str, stage: &'static str, by: &str) -> News {
    News { at, approval: stage, input: Input::Acknowledge(Response { by: by.to_owned(), note: None, link: None }) }
}

fn time(text: &str) -> Timestamp {
    DateTime::parse_from_rfc3339(text).expect("a time").to_utc()
}

impl Story {
    pub(super) fn lines(&self, rules: &Rules) -> Vec<Line> {
        let told =
            tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(self.replay(rules));
        let merged = merged(&told);
        let mut lines = Vec::new();
        for one in &told {
            match one {
                Told::Changed(change) => {
                    lines.extend(change.facts.iter().flat_map(|fact| self.changed(change, fact, rules)));
                }
                Told::Sent(letter) => lines.push(self.sent(letter, &merged)),
                Told::Measured(_) | Told::Skipped { .. } | Told::Malformed { .. } => {}
            }
        }
        // Whatever was held for somebody is withdrawn together.
        lines.dedup_by(|line, before| (line.at, &line.text) == (before.at, &before.text));
        lines
    }

    /// The story as people read it.
    pub(super) fn text(&self, rules: &Rules) -> String {
        let cities = self.zones.iter().map(|zone| format!("{:<18}", city(zone)));
        let head = cities.collect::<String>().trim_end().to_owned();
        let lines = self.lines(rules).into_iter().map(|line| format!("{}{}", self.walls(line.at), line.text));
        std::iter::once(head).chain(lines).map(|line| line + "\n").collect()
    }

    async fn replay(&self, rules: &Rules) -> Vec<Told> {
        let store = MemoryStore::new();
        let mut replay = Replay::new(&store, rules, Some(time(self.until))).await.expect("the store answers");
        let mut told = Vec::new();
        for news in &self.news {
            let named = Named::ById(ApprovalId::new(news.approval));
            let heard = Heard::Approval { named, input: news.input.clone() };
            let reading = Reading { at: Some(time(news.at)), message: Message::Heard(heard) };
            told.extend(replay.feed(reading).await.expect("the store takes it"));
        }
        told.extend(replay.finish().await.expect("the store answers"));
        told
    }

    fn changed(&self, change: &Change, fact: &Fact, rules: &Rules) -> Vec<Line> {
        let gate = change.approval.gate.as_ref().map(ToString::to_string).unwrap_or_default();
        let line = |word: &str, text: String| Line { at: fact.recorded_at, text: said(word, &text), told: None };
        match &fact.kind {
            FactKind::Requested { .. } => {
                let again = change.approval.attempt.filter(|n| *n > 1).map(|n| format!(", attempt {n}"));
                let deadline = change.approval.deadline(rules).map(|at| format!(", promised by {}", self.by(at)));
                vec![line("asked", gate + &again.unwrap_or_default() + &deadline.unwrap_or_default())]
            }
            FactKind::StepFired(fired) => {
                let held = fired.held.iter();
                let shown = |recipient| format!("the {} to {recipient}", fired.act.word());
                held.map(|held| line("held", format!("{}, until {}", shown(&held.recipient), self.by(held.until))))
                    .collect()
            }
            FactKind::Breached { .. } => vec![line("breached", gate)],
            FactKind::Acknowledged(response) => vec![line("acknowledged", format!("{gate}, by {}", response.by))],
            FactKind::NoticeWithdrawn { recipient, why: Unwanted::Over, .. } => {
                vec![line("withdrawn", format!("what was held for {recipient}"))]
            }
            FactKind::Settled(settlement) => {
                let late = if settlement.breached { ", past its deadline" } else { "" };
                vec![line(settlement.outcome.word(), format!("{gate}{late}"))]
            }
            _ => Vec::new(),
        }
    }

    fn sent(&self, letter: &Letter, merged: &BTreeMap<NoticeKey, usize>) -> Line {
        let notice = &letter.notice;
        let held = notice.held_until.map(|_| format!(", held since {}", self.by(notice.due_at))).unwrap_or_default();
        let stands_for = merged.get(&key(letter.sent_at, &notice.id, &notice.recipient));
        let stands_for = stands_for.map(|n| format!(", stands for {n} more")).unwrap_or_default();
        let found = notice.finding.map(|kind| format!(": {}", found::title(kind))).unwrap_or_default();
        let text = said(notice.act.word(), &format!("to {}{held}{stands_for}{found}", notice.recipient));
        Line { at: letter.sent_at, text, told: Some(notice.recipient.clone()) }
    }

    fn walls(&self, at: Timestamp) -> String {
        self.zones.iter().map(|zone| format!("{:<18}", wall(zone, at))).collect()
    }

    /// By the first of the clocks.
    fn by(&self, at: Timestamp) -> String {
        wall(self.zones[0], at)
    }
}

/// When a recipient reads something of an approval.
type NoticeKey = (Timestamp, String, RecipientName);

fn key(at: Timestamp, notice: &NoticeId, recipient: &RecipientName) -> NoticeKey {
    let approval = notice.as_str().split('/').next().unwrap_or_default().to_owned();
    (at, approval, recipient.clone())
}

/// How many notices another one stands for.
fn merged(told: &[Told]) -> BTreeMap<NoticeKey, usize> {
    let mut merged = BTreeMap::new();
    let changes = told.iter().filter_map(|one| if let Told::Changed(change) = one { Some(change) } else { None });
    for fact in changes.flat_map(|change| &change.facts) {
        if let FactKind::NoticeWithdrawn { notice, recipient, why: Unwanted::Merged } = &fact.kind {
            *merged.entry(key(fact.recorded_at, notice, recipient)).or_default() += 1;
        }
    }
    merged
}

fn said(word: &str, text: &str) -> String {
    format!("{word:<13}{text}")
}

fn city(zone: &str) -> String {
    zone.rsplit('/').next().unwrap_or_default().replace('_', " ")
}

pub(super) fn wall(zone: &str, at: Timestamp) -> String {
    let offset = Zone::named(zone).expect("a zone").offset(at);
    let offset = FixedOffset::east_opt(offset).expect("an offset");
    at.with_timezone(&offset).format("%a %-d %b %H:%M").to_string()
}
