//! Events for other programs, to a bus of Amazon EventBridge.
//!
//! EventBridge recognises no repeat; the id in the detail lets whoever listens do so.

use aws_config::SdkConfig;
use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::config::http::HttpResponse;
use aws_sdk_eventbridge::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_eventbridge::operation::put_events::PutEventsError;
use aws_sdk_eventbridge::primitives::DateTime;
use aws_sdk_eventbridge::types::{PutEventsRequestEntry, PutEventsResultEntry};
use chrono::Datelike;

use super::aws::cause;
use super::entries::{Sent, send_all};
use crate::domain::Timestamp;
use crate::ports::EntryError;
use crate::ports::events::{Events, Published};
use crate::record::detail::{detail, detail_type, pipeline_arn};

/// What the events' `source` says.
pub const SOURCE: &str = "holdpoint";

/// EventBridge's bounds on a request.
const MAX_ENTRIES: usize = 10;
const MAX_BYTES: usize = 256 * 1024;
/// What EventBridge counts for the time.
const TIME_BYTES: usize = 14;

/// Why EventBridge would never take an entry. Anything else may pass or be repaired while it waits.
const ABOUT_THE_EVENT: [&str; 3] = ["InvalidArgument", "MalformedDetail", "ValidationException"];

#[derive(Clone, Debug)]
pub struct EventBridge {
    client: Client,
    bus: String,
}

impl EventBridge {
    /// `bus` is the name or the ARN of the bus.
    pub fn new(settings: &SdkConfig, bus: String) -> Self {
        Self { client: Client::new(settings), bus }
    }

    async fn put(&self, entries: Vec<PutEventsRequestEntry>) -> Sent {
        let count = entries.len();
        match self.client.put_events().set_entries(Some(entries)).send().await {
            Ok(answer) => {
                let answers = answer.entries().iter().map(Some).chain(std::iter::repeat(None));
                Ok(answers.take(count).map(result).collect())
            }
            Err(error) if is_about_the_events(&error) => Err(EntryError::Refused(cause(error))),
            Err(error) => Err(EntryError::Retry(cause(error))),
        }
    }
}

impl Events for EventBridge {
    async fn publish(&self, events: &[Published]) -> Vec<Result<(), EntryError>> {
        send_all(requests(events, &self.bus), Vec::new(), |entries| {
            Box::pin(self.put(entries.iter().map(|(_, entry)| entry.clone()).collect()))
        })
        .await
    }
}

/// The events in their order, as many in a request as EventBridge takes. A single event is never larger than that,
/// because no text in it is long.
pub fn requests(events: &[Published], bus: &str) -> Vec<Vec<(usize, PutEventsRequestEntry)>> {
    let mut requests = Vec::new();
    let mut request = Vec::new();
    let mut bytes = 0;
    for (number, published) in events.iter().enumerate() {
        let entry = entry(published, bus);
        let size = size(&entry);
        if request.len() == MAX_ENTRIES || (!request.is_empty() && bytes + size > MAX_BYTES) {
            requests.push(std::mem::take(&mut request));
            bytes = 0;
        }
        bytes += size;
        request.push((number, entry));
    }
    if !request.is_empty() {
        requests.push(request);
    }
    requests
}

fn entry(published: &Published, bus: &str) -> PutEventsRequestEntry {
    let Published { id, event } = published;
    PutEventsRequestEntry::builder()
        .event_bus_name(bus)
        .source(SOURCE)
        .detail_type(detail_type(&event.happening))
        .set_time(time(event.at))
        .set_resources(pipeline_arn(&event.gate).map(|arn| vec![arn]))
        .detail(detail(id, event).to_string())
        .build()
}

/// Times in events from AWS can be anybody's; of one that no calendar has, EventBridge takes its own.
fn time(at: Timestamp) -> Option<DateTime> {
    (1970..=9999).contains(&at.year()).then(|| DateTime::from_millis(at.timestamp_millis()))
}

/// As EventBridge counts it.
fn size(entry: &PutEventsRequestEntry) -> usize {
    let texts = [entry.source(), entry.detail_type(), entry.detail()];
    let texts = texts.into_iter().flatten().chain(entry.resources().iter().map(String::as_str));
    TIME_BYTES + texts.map(str::len).sum::<usize>()
}

fn result(answer: Option<&PutEventsResultEntry>) -> Result<(), EntryError> {
    let Some(answer) = answer else {
        return Err(EntryError::Retry("EventBridge did not say what became of it".into()));
    };
    let Some(code) = answer.error_code() else { return Ok(()) };
    let cause = format!("{code}: {}", answer.error_message().unwrap_or_default());
    Err(if ABOUT_THE_EVENT.contains(&code) {
        EntryError::Refused(cause.into())
    } else {
        EntryError::Retry(cause.into())
    })
}

fn is_about_the_events(error: &SdkError<PutEventsError, HttpResponse>) -> bool {
    error.code().is_some_and(|code| ABOUT_THE_EVENT.contains(&code))
}
