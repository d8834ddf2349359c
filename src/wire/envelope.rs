//! Envelopes: SQS and SNS around a message, batches, and which kind of message is inside.

use serde_json_borrow::Value;

use super::origin::Origin;
use super::{Malformed, Reading, action, cloudtrail, execution, field, notification};
use crate::domain::Timestamp;
use crate::domain::input::Heard;

/// An SNS message in an SQS message in a batch is three deep; nothing real is deeper than this.
const MAX_DEPTH: u32 = 6;

/// Opens whatever `value` is, and adds a reading for each message in it.
pub(super) fn open(value: &Value<'_>, received_at: Timestamp, depth: u32, readings: &mut Vec<Reading>) {
    if depth > MAX_DEPTH {
        readings.push(Reading::malformed("envelopes are nested too deeply"));
        return;
    }
    match value {
        Value::Array(items) => open_batch(items, received_at, depth, readings),
        Value::Object(_) => open_object(value, received_at, depth, readings),
        _ => readings.push(Reading::malformed("not a JSON object")),
    }
}

/// Each message in turn. An empty batch is told of as well, so that whoever sent it sees that it came.
fn open_batch(items: &[Value<'_>], received_at: Timestamp, depth: u32, readings: &mut Vec<Reading>) {
    if items.is_empty() {
        readings.push(Reading::skipped(None, "an empty batch"));
    }
    items.iter().for_each(|item| open(item, received_at, depth + 1, readings));
}

fn open_object(value: &Value<'_>, received_at: Timestamp, depth: u32, readings: &mut Vec<Reading>) {
    let batches = ["Records", "Messages", "Events"];
    if let Some(batch) = batches.iter().find_map(|name| value.get(*name).as_array()) {
        open_batch(batch, received_at, depth, readings);
    } else if value.get("Sns").is_object() {
        open(value.get("Sns"), received_at, depth + 1, readings);
    } else if value.get("Message").is_string() && value.get("TopicArn").is_string() {
        open_sns(value, received_at, depth, readings);
    } else if let Some(text) = ["body", "Body", "CloudTrailEvent"].iter().find_map(|n| value.get(*n).as_str()) {
        open_text(text, received_at, depth, readings);
    } else {
        let reading = read_message(value, received_at);
        readings.push(reading.unwrap_or_else(|Malformed(reason)| Reading::malformed(reason)));
    }
}

fn open_text(text: &str, received_at: Timestamp, depth: u32, readings: &mut Vec<Reading>) {
    match serde_json::from_str::<Value<'_>>(text) {
        Ok(inner) => open(&inner, received_at, depth + 1, readings),
        Err(error) => readings.push(Reading::malformed(format!("the message in the envelope is not JSON: {error}"))),
    }
}

/// An SNS envelope also says when it was published, in which region and account; CodePipeline's own notification says
/// none of that.
fn open_sns(value: &Value<'_>, received_at: Timestamp, depth: u32, readings: &mut Vec<Reading>) {
    let kind = field::text(value, "Type").unwrap_or_default();
    if kind.ends_with("Confirmation") {
        readings.push(Reading::skipped(None, format!("an SNS {kind}: confirm it at the subscription's end point")));
        return;
    }
    let message = value.get("Message").as_str().unwrap_or_default();
    let inner: Value<'_> = match serde_json::from_str(message) {
        Ok(inner) => inner,
        Err(error) => {
            readings.push(Reading::malformed(format!("the SNS message is not JSON: {error}")));
            return;
        }
    };
    if notification::is_approval(&inner) {
        let published = field::text(value, "Timestamp").and_then(|t| field::parse_time(&t));
        let topic = field::text(value, "TopicArn").unwrap_or_default();
        let origin = Origin { at: published, ..origin(&Value::Null, received_at) };
        let account = topic.split(':').nth(4).filter(|a| !a.is_empty());
        let reading = notification::approval(&inner, &Origin { account, ..origin });
        readings.push(reading.unwrap_or_else(|Malformed(reason)| Reading::malformed(reason)));
    } else {
        open(&inner, received_at, depth + 1, readings);
    }
}

fn read_message(value: &Value<'_>, received_at: Timestamp) -> Result<Reading, Malformed> {
    let mut origin = origin(value, received_at);
    let kinds = [field::word(value, "detail-type"), field::word(value, "detailType")];
    if let Some(kind) = kinds.into_iter().find(|kind| !kind.is_empty()) {
        origin.at = field::time(value, "", "time")?;
        origin.event_id = field::text(value, "id");
        return read_event(value, kind, &origin);
    }
    if notification::is_approval(value) {
        return notification::approval(value, &origin);
    }
    if value.get("eventName").is_string() && value.get("eventSource").is_string() {
        return cloudtrail::record(value, &origin);
    }
    Ok(Reading::skipped(None, "none of the shapes of EventBridge, CloudTrail, SNS, SQS or CodeStar notifications"))
}

fn origin<'a>(value: &'a Value<'a>, received_at: Timestamp) -> Origin<'a> {
    // `resources[0]` is the pipeline's ARN: arn:aws:codepipeline:REGION:ACCOUNT:NAME.
    let arn = value.get("resources").get(0).as_str().unwrap_or_default();
    let of_arn = |n: usize| arn.split(':').nth(n).filter(|part| !part.is_empty());
    let of_event = |name: &'static str| value.get(name).as_str().filter(|part| !part.is_empty());
    Origin {
        account: of_event("account").or_else(|| of_arn(4)),
        region: of_event("region").or_else(|| of_arn(3)),
        at: None,
        event_id: None,
        received_at,
    }
}

/// An event of EventBridge, or the same processed by CodeStar notifications.
fn read_event(value: &Value<'_>, kind: &str, origin: &Origin<'_>) -> Result<Reading, Malformed> {
    let source = field::word(value, "source");
    if kind == "Scheduled Event" {
        return Ok(Reading::heard(origin.at, Heard::Tick));
    }
    // Only AWS itself can send from this source, so nobody can forge an event on a shared bus.
    if source != "aws.codepipeline" {
        return Ok(Reading::skipped(origin.at, format!("source `{source}` is not aws.codepipeline")));
    }
    let detail = value.get("detail");
    if !detail.is_object() {
        return Err(Malformed("`detail` is missing".to_owned()));
    }
    match kind {
        "CodePipeline Action Execution State Change" => action::event(detail, value, origin),
        "CodePipeline Stage Execution State Change" => execution::stage_event(detail, origin),
        "CodePipeline Pipeline Execution State Change" => execution::pipeline_event(detail, origin),
        "AWS API Call via CloudTrail" => cloudtrail::record(detail, origin),
        other => Ok(Reading::skipped(origin.at, format!("detail type `{other}` is not known"))),
    }
}
