//! Batches of messages from SQS: what is in one, and which of them are to come again.

use serde_json::{Value, json};

/// A message of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Message<'a> {
    pub(super) id: &'a str,
    pub(super) body: &'a str,
}

/// The messages of an event, if it is a batch of SQS's.
pub(super) fn messages(event: &Value) -> Option<Vec<Message<'_>>> {
    let records = event.get("Records")?.as_array()?;
    let is_batch = records.iter().all(|record| text(record, "eventSource") == "aws:sqs");
    let message = |record| Message { id: text(record, "messageId"), body: text(record, "body") };
    (is_batch && !records.is_empty()).then(|| records.iter().map(message).collect())
}

/// The answer by which SQS keeps these messages, and forgets the others.
pub(super) fn answer(failed: &[&str]) -> Value {
    let items: Vec<Value> = failed.iter().map(|id| json!({ "itemIdentifier": id })).collect();
    json!({ "batchItemFailures": items })
}

fn text<'a>(record: &'a Value, name: &str) -> &'a str {
    record.get(name).and_then(Value::as_str).unwrap_or_default()
}
