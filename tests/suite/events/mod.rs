//! holdpoint's own events on their way to other programs.

mod answers;
mod derived;
mod form;
mod limits;
mod server;

use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use holdpoint::domain::event::{DomainEvent, Happening};
use holdpoint::ports::events::Published;
use serde_json::{Value, json};

use crate::record::known;

/// Events as a dispatcher hands them over.
fn published(events: impl IntoIterator<Item = DomainEvent>) -> Vec<Published> {
    let with_id =
        |(number, event): (usize, DomainEvent)| Published { id: format!("{}#{number}/event", event.approval), event };
    events.into_iter().enumerate().map(with_id).collect()
}

/// One of each kind, as it would be in a quiet life.
fn one_of_each() -> Vec<Published> {
    let plain = |mut event: DomainEvent| {
        match &mut event.happening {
            Happening::Requested => event.at = event.requested_at.expect("it is known"),
            Happening::Breached => event.at = event.deadline.expect("it is known"),
            Happening::Settled(ending) => {
                (ending.is_corrected, ending.settlement.breached) = (false, false);
                ending.comment = Some("Smoke tests are red".to_owned());
            }
            Happening::ReminderSent { .. } | Happening::Escalated { .. } | Happening::FindingRaised(_) => {}
        }
        event
    };
    published(known::events().into_iter().take(6).map(plain))
}

/// An entry as EventBridge delivers it, without what EventBridge adds.
fn delivered(entry: &PutEventsRequestEntry) -> Value {
    let detail: Value = serde_json::from_str(entry.detail().unwrap_or_default()).expect("JSON");
    // Where an entry has no time, EventBridge takes its own.
    let at = entry.time().map_or(0, aws_sdk_eventbridge::primitives::DateTime::secs);
    let time = chrono::DateTime::from_timestamp(at, 0).expect("a time");
    json!({
        "detail-type": entry.detail_type(),
        "source": entry.source(),
        "time": time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        "resources": entry.resources(),
        "detail": detail,
    })
}
