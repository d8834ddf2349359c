//! A letter as SNS takes it.

use aws_sdk_sns::operation::publish::builders::PublishInputBuilder;
use aws_sdk_sns::types::MessageAttributeValue;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::chat::chat;
use super::size;
use crate::domain::hex;
use crate::notice::clean;
use crate::policyfile::{Format, Topic};
use crate::ports::channel::Letter;
use crate::record::names::Named;

/// SNS takes less than a hundred characters. Counted as UTF-16 does, which is never less than any other way.
const MAX_SUBJECT: usize = 99;
/// SNS's bound on a message with its attributes, in bytes.
const MAX_BYTES: usize = 262_144;
const MAX_ATTRIBUTE: usize = 256;
const MAX_GROUP: usize = 128;
const STRING: &str = "String";

/// The request that publishes `letter`. Whatever the letter holds, it obeys SNS's rules: what is too long is cut.
pub fn publication(topic: &Topic, format: Format, letter: &Letter) -> PublishInputBuilder {
    let attributes = attributes(letter);
    let taken: usize = attributes.iter().map(|(name, value)| name.len() + STRING.len() + value.len()).sum();
    let subject = subject(&letter.subject);
    let room = MAX_BYTES.saturating_sub(taken + subject.len());
    let message = match format {
        Format::Text => size::cut(&size::valid(&letter.text), room),
        Format::Chat => size::json(&chat(letter), room),
        Format::Json => size::json(&letter.data, room),
    };
    let mut publication = PublishInputBuilder::default().topic_arn(&topic.arn).message(message);
    if !subject.is_empty() {
        publication = publication.subject(subject);
    }
    for (name, value) in attributes {
        let value = MessageAttributeValue::builder().data_type(STRING).string_value(value).build();
        // It would only be refused without a type.
        let Ok(value) = value else { continue };
        publication = publication.message_attributes(name, value);
    }
    if topic.is_fifo() {
        publication = publication
            .message_group_id(group(letter.data.get("approval").and_then(Value::as_str).unwrap_or_default()))
            .message_deduplication_id(hash(letter.notice.id.as_str()));
    }
    publication
}

fn subject(text: &str) -> String {
    let mut length = 0;
    let line = size::valid(&clean(text, MAX_SUBJECT));
    let fits = |c: &char| {
        length += c.len_utf16();
        length <= MAX_SUBJECT
    };
    line.chars().take_while(fits).collect::<String>().trim_end().to_owned()
}

/// What subscriptions can filter by. No more than ten, or raw delivery to SQS loses the message.
fn attributes(letter: &Letter) -> Vec<(&'static str, String)> {
    let (notice, gate) = (&letter.notice, &letter.gate);
    let all = [
        ("kind", notice.act.word()),
        ("policy", notice.policy.name.as_str()),
        ("pipeline", &gate.pipeline),
        ("stage", &gate.stage),
        ("action", &gate.action),
        ("account", gate.account.as_deref().unwrap_or_default()),
        ("region", &gate.region),
        ("notice_id", notice.id.as_str()),
    ];
    let clean = |(name, value)| (name, size::valid(&clean(value, MAX_ATTRIBUTE)));
    // SNS refuses an attribute without a value.
    all.map(clean).into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

/// What keeps its order in a FIFO topic: the notices of one approval.
fn group(approval: &str) -> String {
    let is_allowed =
        !approval.is_empty() && approval.len() <= MAX_GROUP && approval.bytes().all(|b| b.is_ascii_graphic());
    if is_allowed { approval.to_owned() } else { hash(approval) }
}

fn hash(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}
