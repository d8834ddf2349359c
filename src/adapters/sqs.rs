//! A queue that EventBridge fills.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::config::{Builder, Region};
use aws_sdk_sqs::types::DeleteMessageBatchRequestEntry;

use super::aws::cause;
use crate::ports::Source;

/// What SQS gives out at a time.
const BATCH: i32 = 10;
/// The longest that SQS lets a call wait for a message, in seconds.
const LONG_POLL: i32 = 20;
/// How much longer than that its answer may take.
const SLACK: Duration = Duration::from_secs(10);

pub struct Queue {
    client: Client,
    url: String,
}

#[derive(Debug)]
pub struct Message {
    pub id: String,
    pub body: String,
    /// Proof that it was given out to us.
    receipt: String,
}

impl Queue {
    /// `url` is the queue's address, as SQS states it.
    pub fn new(config: &SdkConfig, url: &str) -> Self {
        let mut builder = Builder::from(config);
        if let Some(region) = region(url) {
            builder = builder.region(Region::new(region.to_owned()));
        }
        // SQS holds the answer back for as long as it waits for a message.
        if let Some(timeouts) = config.timeout_config() {
            let wait = Duration::from_secs(u64::from(LONG_POLL.unsigned_abs())) + SLACK;
            let patient = timeouts.to_builder().operation_attempt_timeout(wait).operation_timeout(2 * wait).build();
            builder = builder.timeout_config(patient);
        }
        Self { client: Client::from_conf(builder.build()), url: url.to_owned() }
    }

    /// Takes messages out, and waits for them if it is to, at most some twenty seconds. They come again after the queue's
    /// own visibility timeout, unless they are deleted by then.
    pub async fn receive(&self, waits: bool) -> Result<Vec<Message>, Source> {
        let wait = if waits { LONG_POLL } else { 0 };
        let call = self.client.receive_message().queue_url(&self.url).max_number_of_messages(BATCH);
        let answer = call.wait_time_seconds(wait).send().await.map_err(cause)?;
        let message = |m: aws_sdk_sqs::types::Message| {
            Some(Message { id: m.message_id?, body: m.body.unwrap_or_default(), receipt: m.receipt_handle? })
        };
        Ok(answer.messages.unwrap_or_default().into_iter().filter_map(message).collect())
    }

    /// Deletes messages. One that is not deleted comes again, and taking it in again adds nothing.
    pub async fn delete(&self, messages: &[Message]) -> Result<(), Source> {
        for batch in messages.chunks(BATCH.unsigned_abs() as usize) {
            let mut entries = Vec::with_capacity(batch.len());
            for (number, message) in batch.iter().enumerate() {
                let entry = DeleteMessageBatchRequestEntry::builder().id(number.to_string());
                entries.push(entry.receipt_handle(&message.receipt).build()?);
            }
            let call = self.client.delete_message_batch().queue_url(&self.url).set_entries(Some(entries));
            let answer = call.send().await.map_err(cause)?;
            if let Some(failed) = answer.failed().first() {
                let (count, why) = (answer.failed().len(), failed.message().unwrap_or(failed.code()));
                return Err(format!("{count} messages could not be deleted: {why}").into());
            }
        }
        Ok(())
    }
}

/// The region in an address such as `https://sqs.eu-west-1.amazonaws.com/111122223333/holdpoint`.
fn region(url: &str) -> Option<&str> {
    let host = url.split_once("://")?.1.split('/').next()?;
    let mut parts = host.strip_prefix("sqs.")?.split('.');
    let region = parts.next()?;
    (parts.next()? == "amazonaws").then_some(region)
}
