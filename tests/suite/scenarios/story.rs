//! One approval under a policy with calendars, told by what people got and what became a fact.

use std::fmt::Write;

use chrono::{DateTime, TimeDelta, Utc};
use holdpoint::adapters::memory::MemoryStore;
use holdpoint::app::tell::tell;
use holdpoint::domain::fact::Unwanted;
use holdpoint::domain::input::Input;
use holdpoint::domain::response::Response;
use holdpoint::domain::{ApprovalId, FactKind};
use holdpoint::ports::clock::Clock;
use holdpoint::ports::store::Store;
use holdpoint::record::names::Named;

use super::{Outside, World, hear, until_time, world_with};
use crate::support::history::{Fate, Run};

/// Approvers want to be told in office hours, the others at any time. `policy` goes on with these lines.
pub(super) fn with_hours(policy: &str) -> String {
    let lines: String = policy.lines().map(|line| format!("    {line}\n")).collect();
    format!(
        "version: 1
calendars:
  office: {{ timezone: Europe/London, hours: {{ mon-fri: '09:00-17:30' }} }}
  berlin: {{ timezone: Europe/Berlin, hours: {{ mon-fri: '09:00-17:00' }} }}
recipients:
  approvers: {{ console: true, hours: office }}
  leads: {{ console: true }}
  on-call: {{ console: true }}
policies:
  - name: production
{lines}"
    )
}

pub(super) fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

pub(super) struct Story<'a, S = MemoryStore> {
    pub(super) world: World<'a, S>,
    outside: &'a Outside,
    run: Run,
}

impl<'a> Story<'a> {
    /// Somebody is asked at this time.
    pub(super) async fn begins(outside: &'a Outside, policy: &str, at: &str) -> Self {
        Self::begins_in(MemoryStore::new(), outside, policy, at).await
    }
}

impl<'a, S: Store> Story<'a, S> {
    pub(super) async fn begins_in(store: S, outside: &'a Outside, policy: &str, at: &str) -> Self {
        Self::begins_on_attempt(store, outside, policy, at, 1).await
    }

    pub(super) async fn begins_on_attempt(
        store: S,
        outside: &'a Outside,
        policy: &str,
        at: &str,
        attempt: u32,
    ) -> Self {
        let world = world_with(store, outside, &with_hours(policy));
        let run = Run { number: 1, pipeline: 0, asked_at: time(at), wait: TimeDelta::zero(), fate: Fate::Open };
        world.clock.set(run.asked_at);
        let known = "\"pipeline-execution-attempt\":1.0";
        let event = run.events()[7].replace(known, &format!("\"pipeline-execution-attempt\":{attempt}.0"));
        hear(&world, &event).await;
        Self { world, outside, run }
    }

    pub(super) fn id(&self) -> ApprovalId {
        ApprovalId::new(self.run.approval())
    }

    /// Time passes, and everything is done when it is due.
    pub(super) async fn until(&self, at: &str) -> &Self {
        until_time(&self.world, time(at)).await;
        self
    }

    /// Nothing is done until then, and then all of it.
    pub(super) async fn nothing_until(&self, at: &str) -> &Self {
        self.world.clock.set(time(at));
        self.world.round(|_| {}).await.expect("a round");
        self
    }

    /// Whether it is a fact.
    async fn hears(&self, input: &Input) -> bool {
        let (store, rules, now) = (&self.world.store, &self.world.rules, self.world.clock.now());
        let before = store.load(&self.id()).await.expect("an answer").facts;
        tell(store, rules, &self.id(), &[input], now).await.expect("it is kept");
        let after = store.load(&self.id()).await.expect("an answer").facts;
        let mut new = after[before.len()..].iter();
        new.any(|fact| matches!(fact.kind, FactKind::Acknowledged(_) | FactKind::Snoozed { .. }))
    }

    pub(super) async fn is_acknowledged_by(&self, by: &str) -> bool {
        self.hears(&Input::Acknowledge(response(by))).await
    }

    pub(super) async fn is_snoozed_until(&self, until: &str) -> bool {
        self.hears(&Input::Snooze { until: time(until), response: response("jane") }).await
    }

    /// Somebody approves at this time, which is heard of at once.
    pub(super) async fn is_approved(&self, at: &str) -> &Self {
        self.until(at).await;
        let wait = time(at) - self.run.asked_at;
        hear(&self.world, &Run { wait, fate: Fate::Approved, ..self.run }.events()[8]).await;
        self
    }

    /// Who got what, in UTC.
    pub(super) fn told(&self) -> String {
        let letters = self.outside.letters.lock().expect("nobody panics while holding this");
        let mut text = String::new();
        for letter in letters.iter() {
            let (notice, at) = (&letter.notice, letter.sent_at);
            let due =
                if notice.due_at == at { String::new() } else { notice.due_at.format(", due %a %H:%M").to_string() };
            let at = at.format("%a %-d %b %H:%M");
            writeln!(text, "{at} {} {} {}{due}", notice.recipient, notice.step, notice.repeat).expect("it takes it");
        }
        text
    }

    /// What was promised and done, in UTC.
    pub(super) async fn facts(&self) -> String {
        let mut text = String::new();
        for fact in self.world.store.load(&self.id()).await.expect("an answer").facts {
            let what = match &fact.kind {
                FactKind::StepFired(fired) => {
                    let skipped = fired.skipped.iter().map(|s| format!(", skips {} {}..={}", s.step, s.first, s.last));
                    let held = fired.held.iter().map(|held| format!(", {} held", held.recipient));
                    let more: String = skipped.chain(held).collect();
                    format!("{} {} fires{more}", fired.step, fired.repeat)
                }
                FactKind::Breached { deadline, .. } => format!("breached, due {}", deadline.format("%a %H:%M")),
                FactKind::PolicyChanged { deadline, .. } => {
                    let deadline = deadline.map(|at| at.format("%a %H:%M").to_string()).unwrap_or_default();
                    format!("another policy, due {deadline}")
                }
                FactKind::Acknowledged(response) => format!("{} sees to it", response.by),
                FactKind::Snoozed { until, .. } => format!("put off until {}", until.format("%a %H:%M")),
                FactKind::NoticeDelivered { recipient, act, .. } => format!("{} to {recipient} is out", act.word()),
                FactKind::NoticeWithdrawn { recipient, why, .. } => {
                    let why = match why {
                        Unwanted::Over => "over",
                        Unwanted::Replaced => "replaced",
                        Unwanted::Merged => "merged",
                        Unwanted::Acknowledged => "acknowledged",
                        Unwanted::Cleared => "cleared",
                    };
                    format!("withdrawn from {recipient}: {why}")
                }
                _ => continue,
            };
            writeln!(text, "{} {what}", fact.recorded_at.format("%a %-d %b %H:%M")).expect("it takes it");
        }
        text
    }

    /// The text of the latest mail, as far as it is not the same in each.
    pub(super) fn latest_mail(&self) -> String {
        self.latest_mail_to("")
    }

    /// The same of the latest to somebody whose name begins so.
    pub(super) fn latest_mail_to(&self, recipient: &str) -> String {
        let letters = self.outside.letters.lock().expect("nobody panics while holding this");
        let letter = letters.iter().rfind(|letter| letter.notice.recipient.as_str().starts_with(recipient));
        let letter = letter.expect("somebody was told");
        format!(
            "Subject: {}\n\n{}",
            letter.subject,
            letter.text.split("\nReview and decide:").next().unwrap_or_default()
        )
    }
}

pub(super) fn response(by: &str) -> Response {
    Response { by: by.to_owned(), note: Some("on it after the stand-up".to_owned()), link: None }
}
