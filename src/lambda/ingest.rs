//! Taking in what EventBridge has sent, mostly in batches through a queue.

use futures_util::{StreamExt, stream};
use lambda_runtime::Error;
use serde_json::{Value, json};

use super::batch::{Message, answer, messages};
use super::desk::{Desk, Invocation};
use crate::adapters::codepipeline::Patience;
use crate::app::enrich::enrich;
use crate::app::take::take;
use crate::app::tell::Change;
use crate::domain::policy::Rules;
use crate::notice::clean;
use crate::ports::clock::Clock;
use crate::wire;

/// How many messages are taken in at the same time.
const AT_ONCE: usize = 8;

/// A batch is answered with those of its messages that are to come again. Anything else is one message, and fails as a
/// whole.
pub(super) async fn run(desk: &Desk, event: &Value, invocation: &Invocation) -> Result<Value, Error> {
    let rules = &desk.rules(&desk.policy().await?.policy);
    let Some(messages) = messages(event) else {
        let changes = take_one(desk, rules, &event.to_string()).await?;
        ask(desk, rules, &changes, invocation).await;
        return Ok(json!({ "changes": changes.len() }));
    };
    let mut taking = Vec::with_capacity(messages.len());
    for Message { id, body } in &messages {
        taking.push(async move { (*id, take_one(desk, rules, body).await) });
    }
    let taken: Vec<_> = stream::iter(taking).buffered(AT_ONCE).collect().await;
    let (mut changes, mut failed) = (Vec::new(), Vec::new());
    for (id, result) in taken {
        match result {
            Ok(new) => changes.extend(new),
            Err(error) => {
                tracing::error!(id, %error, "a message could not be taken in");
                failed.push(id);
            }
        }
    }
    tracing::info!(messages = messages.len(), changes = changes.len(), failed = failed.len(), "took in a batch");
    ask(desk, rules, &changes, invocation).await;
    Ok(answer(&failed))
}

/// A message that cannot be read is an error: it comes again, and ends where such messages are looked at.
async fn take_one(desk: &Desk, rules: &Rules, text: &str) -> Result<Vec<Change>, Error> {
    let now = desk.clock.now();
    let took = take(&desk.store, rules, wire::read(text, now), now).await?;
    for reason in &took.skipped {
        tracing::debug!(reason = clean(reason, 300), "a message is not about an approval");
    }
    match took.malformed.first() {
        None => Ok(took.changes),
        Some(reason) => Err(format!("it cannot be read: {}", clean(reason, 300)).into()),
    }
}

/// Who ended a wait, CodePipeline knows at once.
async fn ask(desk: &Desk, rules: &Rules, changes: &[Change], invocation: &Invocation) {
    let Some(pipelines) = desk.pipelines(invocation, Patience::Short).await else { return };
    let asking = enrich(&desk.store, rules, pipelines, changes, desk.clock.now());
    match tokio::time::timeout(invocation.time_left(&desk.clock), asking).await {
        Ok(more) => tracing::debug!(changes = more.len(), "asked who ended what"),
        Err(_) => tracing::warn!("there was no time left to ask who ended what; the reconciler does"),
    }
}
