//! What AWS sends, read tolerantly.
//!
//! In come JSON texts as they travel: EventBridge events, CloudTrail records, CodePipeline's SNS notification, CodeStar
//! notifications, and SQS and SNS envelopes around any of these. Out come the domain's inputs. What is well formed but
//! says nothing about an approval is skipped with its reason; what cannot be read is malformed, and the reason names the
//! place. Nothing here is an error: a queue must not stop for a message.

mod action;
mod ahead;
mod cloudtrail;
mod envelope;
mod execution;
mod field;
mod notification;
mod origin;

pub use action::commit_message;
pub use ahead::{Ahead, Text, read_ahead};

use crate::domain::Timestamp;
use crate::domain::input::Heard;

/// One message out of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// When it happened, as the message itself says.
    pub at: Option<Timestamp>,
    pub message: Message,
}

#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "few are at hand at a time: a box for each would cost more than the room"
)]
pub enum Message {
    Heard(Heard),
    /// Well formed, but nothing to do with an approval.
    Skipped {
        reason: String,
    },
    /// Not readable.
    Malformed {
        reason: String,
    },
}

/// Reads a JSON text: one message, a batch or an envelope. `received_at` stands in where a message carries no time.
pub fn read(text: &str, received_at: Timestamp) -> Vec<Reading> {
    let mut readings = Vec::new();
    match serde_json::from_str::<serde_json_borrow::Value<'_>>(text) {
        Ok(value) => envelope::open(&value, received_at, 0, &mut readings),
        Err(error) => readings.push(Reading::malformed(format!("not JSON: {error}"))),
    }
    readings
}

impl Reading {
    fn heard(at: Option<Timestamp>, heard: Heard) -> Self {
        Self { at, message: Message::Heard(heard) }
    }

    fn skipped(at: Option<Timestamp>, reason: impl Into<String>) -> Self {
        Self { at, message: Message::Skipped { reason: reason.into() } }
    }

    pub fn malformed(reason: impl Into<String>) -> Self {
        Self { at: None, message: Message::Malformed { reason: reason.into() } }
    }
}

/// A message that cannot be read, and the place in it.
#[derive(Debug)]
struct Malformed(String);
