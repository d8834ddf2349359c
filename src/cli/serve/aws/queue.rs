//! Taking in events from a queue. A message is deleted when what it says is kept, and comes again otherwise.

use std::time::Duration;

use futures_util::{StreamExt, stream};

use super::AwsShared;
use crate::adapters::sqs::{Message, Queue};
use crate::notice::clean;
use crate::ports::store::Store;

/// How many messages are taken in at the same time.
const AT_ONCE: usize = 8;
/// How long to wait after a failure; twice as long after each that follows.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// Nobody who answers at once that there is nothing can make this spin.
const AFTER_NOTHING: Duration = Duration::from_millis(100);

/// Goes on until the service stops; the messages that are at hand then are finished.
pub(super) async fn take_in(shared: AwsShared, queue: Queue) {
    let mut stop = shared.stopping();
    let mut failures: u32 = 0;
    while !*stop.borrow() {
        let received = tokio::select! {
            received = receive(&shared, &queue, failures) => received,
            _ = stop.wait_for(|stop| *stop) => return,
        };
        let pause = match received {
            Ok(messages) if messages.is_empty() => {
                failures = 0;
                AFTER_NOTHING
            }
            Ok(messages) => {
                let are_kept = keep(&shared, &queue, messages).await;
                failures = if are_kept { 0 } else { failures.saturating_add(1) };
                pause(failures)
            }
            Err(()) => {
                failures = failures.saturating_add(1);
                pause(failures)
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// Waits for messages. After a failure none is taken out while the store does not answer, because a message that has come
/// too often ends among those that nobody takes in any more.
async fn receive(shared: &AwsShared, queue: &Queue, failures: u32) -> Result<Vec<Message>, ()> {
    if failures > 0
        && let Err(error) = shared.monitor().store.next_wake().await
    {
        tracing::error!(%error, "the store does not answer; nothing is taken out of the queue until it does");
        return Err(());
    }
    // ... and the first call that succeeds says at once that the queue is well again.
    let received = queue.receive(failures == 0).await;
    shared.health.note_queue(received.is_ok());
    received.map_err(|error| tracing::error!(%error, "the queue does not answer; trying again"))
}

/// Takes messages in, and deletes those that are kept. False when one could not be kept.
async fn keep(shared: &AwsShared, queue: &Queue, messages: Vec<Message>) -> bool {
    let count = messages.len();
    let takes: Vec<_> = messages.into_iter().map(|message| take(shared, message)).collect();
    let kept: Vec<Message> = stream::iter(takes).buffered(AT_ONCE).filter_map(std::future::ready).collect().await;
    if let Err(error) = queue.delete(&kept).await {
        tracing::warn!(%error, "messages could not be deleted; they come again, which does no harm");
    }
    kept.len() == count
}

/// The message, if what it says is kept now.
async fn take(shared: &AwsShared, message: Message) -> Option<Message> {
    let source = format!("queue, message {}", message.id);
    let (taken, result) = shared.take(message.body.as_bytes(), &source).await;
    for not_taken in taken.reasons.iter().filter(|reason| reason.is_malformed) {
        let reason = clean(&not_taken.reason, 300);
        tracing::warn!(id = message.id, reason, "a message cannot be read; `holdpoint malformed` shows it");
    }
    match result {
        Ok(()) => Some(message),
        Err(error) => {
            tracing::error!(id = message.id, %error, "a message could not be kept; it comes again");
            None
        }
    }
}

fn pause(failures: u32) -> Duration {
    match failures.checked_sub(1) {
        None => Duration::ZERO,
        Some(before) => (FIRST_PAUSE * (1 << before.min(16))).min(LONGEST_PAUSE),
    }
}
