//! Why somebody was told of an approval or not, as data.

mod counted;
mod fates;

use chrono::{DateTime, TimeDelta, Utc};
use holdpoint::adapters::memory::MemoryStore;
use holdpoint::app::dispatch::dispatch;
use holdpoint::app::explain::{Explanation, Fate, NoticeFate, RungStory, explain};
use holdpoint::app::sweep::sweep;
use holdpoint::app::tell::tell;
use holdpoint::domain::input::Input;
use holdpoint::domain::policy::Rules;
use holdpoint::domain::response::Response;
use holdpoint::domain::{RecipientName, Timestamp};
use holdpoint::policyfile;
use holdpoint::ports::EntryError;
use holdpoint::ports::channel::{Channels, Letter, SendError};
use holdpoint::ports::events::NoEvents;
use holdpoint::ports::metrics::{Datum, Metrics};
use holdpoint::ports::store::Store;
use holdpoint::record::names::Named;

use crate::support::world::id;

fn at(text: &str) -> Timestamp {
    DateTime::parse_from_rfc3339(text).unwrap_or_else(|e| panic!("{text}: {e}")).with_timezone(&Utc)
}

fn rules(text: &str) -> Rules {
    policyfile::read("policy.yaml", text).expect("the policy is in order").rules
}

/// A recipient called `nobody` is gone; whoever else there is gives a receipt.
struct Post;

impl Channels for Post {
    async fn send(&self, to: &RecipientName, _letter: &Letter) -> Result<Option<String>, SendError> {
        if to.as_str() == "nobody" {
            return Err(SendError::Refused("the topic is gone".into()));
        }
        Ok(Some(format!("receipt of {to}")))
    }
}

struct NoMetrics;

impl Metrics for NoMetrics {
    async fn record(&self, groups: &[Vec<Datum>], _now: Timestamp) -> Vec<Result<(), EntryError>> {
        groups.iter().map(|_| Ok(())).collect()
    }
}

/// One approval under one policy, watched by a monitor that is never late.
struct World {
    store: MemoryStore,
    rules: Rules,
}

impl World {
    fn new(policy: &str) -> Self {
        Self { store: MemoryStore::new(), rules: rules(policy) }
    }

    async fn hear(&self, input: Input, now: Timestamp) {
        self.until(now).await;
        tell(&self.store, &self.rules, &id(), &[&input], now).await.expect("the store takes it");
        self.look(now).await;
    }

    /// Looks whenever something is due.
    async fn until(&self, now: Timestamp) {
        while let Some(wake) = self.store.next_wake().await.expect("an answer").filter(|wake| *wake <= now) {
            self.look(wake).await;
        }
    }

    async fn look(&self, now: Timestamp) {
        sweep(&self.store, &self.rules, now).await.expect("a sweep");
        dispatch(&self.store, &self.rules, &Post, &NoMetrics, &NoEvents, now).await.expect("a round");
    }

    async fn explain(&self, at: Timestamp) -> Explanation {
        explain(&self.store, &self.rules, &id(), Some(at), at).await.expect("an answer").expect("it is known")
    }
}

fn says(by: &str) -> Response {
    Response { by: by.to_owned(), note: None, link: None }
}

/// Each rung in a line, times as minutes after `from`.
fn lines(explanation: &Explanation, from: Timestamp) -> Vec<String> {
    explanation.rungs.iter().map(|rung| line(rung, from)).collect()
}

fn line(rung: &RungStory, from: Timestamp) -> String {
    let minutes = |at: Timestamp| format!("{}m", (at - from).num_minutes());
    let repeats =
        if rung.first == rung.last { rung.first.to_string() } else { format!("{}-{}", rung.first, rung.last) };
    let due = rung.due_at.map(minutes).unwrap_or_default();
    let fate = match &rung.fate {
        Fate::Fired { at } => format!("fired {}", minutes(*at)),
        Fate::Due { at } => format!("due {}", minutes(*at)),
        Fate::Skipped { at, by, by_repeat } => format!("skipped {} by {by} {by_repeat}", minutes(*at)),
        Fate::Silent { by, since } => format!("silent since {} by {by}", minutes(*since)),
        Fate::NotReached { ended_at } => format!("not reached {}", ended_at.map(minutes).unwrap_or_default()),
        Fate::Missed { ended_at } => format!("missed {}", ended_at.map(minutes).unwrap_or_default()),
        Fate::AfterExpiry => "after the time-out".to_owned(),
        Fate::HeardTooLate => "heard too late".to_owned(),
    };
    let put_off =
        rung.put_off.as_ref().map(|put_off| format!(" put off until {} by {}", minutes(put_off.until), put_off.by));
    let notices = rung.notices.iter().map(|notice| {
        let held = notice.held_until.map(|until| format!(" held until {}", minutes(until))).unwrap_or_default();
        let fate = match &notice.fate {
            NoticeFate::Delivered { at, receipt } => {
                format!("delivered {} [{}]", minutes(*at), receipt.as_deref().unwrap_or_default())
            }
            NoticeFate::Withdrawn { at, why } => format!("withdrawn {} {}", minutes(*at), why.word()),
            NoticeFate::GivenUp { at, attempts, reason } => format!("given up {} {attempts} {reason}", minutes(*at)),
            NoticeFate::Merged { step, repeat } => format!("merged into {step} {repeat}"),
            NoticeFate::Unwanted { why } => format!("unwanted {}", why.word()),
            NoticeFate::Expected { at } => format!("expected {}", minutes(*at)),
            NoticeFate::Pending => "pending".to_owned(),
        };
        format!("; {}{held} {fate}", notice.recipient)
    });
    format!("{} {repeats} @{due} {fate}{}{}", rung.step, put_off.unwrap_or_default(), notices.collect::<String>())
}

fn minute(from: Timestamp, minutes: i64) -> Timestamp {
    from + TimeDelta::minutes(minutes)
}
