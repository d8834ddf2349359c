//! A commit as one transaction.

use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, CancellationReason, Delete, Put, TransactWriteItem, Update};

use super::failure::{self, is_disturbed, is_refused, patiently, random};
use super::item::{self, FACTS, Item, VERSION, number, string};
use super::keys::{self, Keys};
use super::outbox;
use super::table::Table;
use crate::domain::FactKind;
use crate::ports::Source;
use crate::ports::store::{Claim, Commit, StoreError};
use crate::record;

/// DynamoDB's own bounds of a transaction and of an item.
pub(super) const MAX_ACTIONS: usize = 100;
pub(super) const MAX_ITEM_BYTES: usize = 400 * 1024;
/// What an item of facts holds beside their texts: its key, and some bytes for each text.
pub(super) const FACTS_OVERHEAD: usize = 1024;
pub(super) const BYTES_A_FACT: usize = 8;

/// Reasons for which a transaction is cancelled that pass.
const PASSING: [&str; 3] = ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"];

pub(super) async fn commit(table: &Table, commit: &Commit) -> Result<(), StoreError> {
    let head = head(table, commit, commit.expected)?;
    let mut actions = Vec::new();
    if let Some(claim) = &commit.finishes {
        actions.push(TransactWriteItem::builder().delete(finish(table, claim)).build());
    }
    if !commit.facts.is_empty() {
        actions.push(put(table, facts(commit)?));
    }
    if let Some(link) = link(commit) {
        actions.push(put(table, link));
    }
    let mut rows: Vec<_> = commit.outbox.iter().collect();
    // A transaction takes an item once, and of a row that is there already nothing is changed.
    rows.sort_by(|a, b| a.id.cmp(&b.id));
    rows.dedup_by(|a, b| a.id == b.id);
    for row in rows {
        let row = outbox::item_of(&commit.id, row).map_err(|cause| refused(commit, cause))?;
        actions.push(TransactWriteItem::builder().update(add(table, row)).build());
    }
    if actions.is_empty() {
        return renew(table, head).await;
    }
    actions.insert(0, TransactWriteItem::builder().put(head).build());
    if actions.len() > MAX_ACTIONS {
        let rows = commit.outbox.len();
        let cause = format!(
            "{rows} notices and measures at once are too many for DynamoDB: name fewer recipients in one step of the policy file"
        );
        return Err(refused(commit, cause));
    }
    transact(table, commit, actions).await
}

pub(super) fn refused(commit: &Commit, cause: impl Into<Source>) -> StoreError {
    StoreError::Refused { id: commit.id.to_string(), cause: cause.into() }
}

/// The approval's head, on the condition that it is of the expected version.
pub(super) fn head(table: &Table, commit: &Commit, expected: u64) -> Result<Put, StoreError> {
    let head = item::head(commit).map_err(|cause| refused(commit, cause))?;
    let condition =
        if expected == 0 { "attribute_not_exists(#pk) OR #version = :expected" } else { "#version = :expected" };
    let put = Put::builder()
        .table_name(&table.name)
        .set_item(Some(head))
        .condition_expression(condition)
        .expression_attribute_names("#version", VERSION)
        .expression_attribute_values(":expected", number(expected));
    let put = if expected == 0 { put.expression_attribute_names("#pk", Keys::Table.pk()) } else { put };
    Ok(put.build().expect("table and item, which are all that must be set, are set"))
}

/// The facts of the commit, as one item.
pub(super) fn facts(commit: &Commit) -> Result<Item, StoreError> {
    let mut texts = Vec::with_capacity(commit.facts.len());
    let mut bytes = FACTS_OVERHEAD;
    for fact in &commit.facts {
        let text = record::fact::to_text(fact).map_err(|cause| refused(commit, cause))?;
        bytes += text.len() + BYTES_A_FACT;
        texts.push(string(text));
    }
    if bytes > MAX_ITEM_BYTES {
        return Err(refused(commit, format!("{bytes} bytes of facts at once are too many for DynamoDB")));
    }
    let mut facts = item::key(keys::approval(&commit.id), keys::facts(commit.expected));
    facts.insert(FACTS.to_owned(), AttributeValue::L(texts));
    Ok(facts)
}

/// What leads from the execution to the approval, where the commit may be the first to name the execution.
fn link(commit: &Commit) -> Option<Item> {
    let names_place = commit
        .facts
        .iter()
        .any(|fact| matches!(fact.kind, FactKind::Requested { .. } | FactKind::EndSeen { place: Some(_), .. }));
    let key = commit.projection.execution_key().filter(|_| names_place || commit.expected == 0)?;
    Some(item::key(keys::execution(&key), keys::link(&commit.id)))
}

pub(super) fn put(table: &Table, item: Item) -> TransactWriteItem {
    let put = Put::builder().table_name(&table.name).set_item(Some(item)).build();
    TransactWriteItem::builder().put(put.expect("table and item, which are all that must be set, are set")).build()
}

fn finish(table: &Table, claim: &Claim) -> Delete {
    Delete::builder()
        .table_name(&table.name)
        .set_key(Some(item::key(keys::row(&claim.row), keys::ROW)))
        .condition_expression("#token = :token")
        .expression_attribute_names("#token", outbox::TOKEN)
        .expression_attribute_values(":token", number(claim.token))
        .build()
        .expect("table and key, which are all that must be set, are set")
}

/// Adds an item, or leaves the one that is there as it is. A put with a condition could do the first only.
fn add(table: &Table, mut item: Item) -> Update {
    let key: Item =
        [Keys::Table.pk(), Keys::Table.sk()].into_iter().filter_map(|name| item.remove_entry(name)).collect();
    let mut update = Update::builder().table_name(&table.name).set_key(Some(key));
    let mut sets = Vec::new();
    for (n, (name, value)) in item.into_iter().enumerate() {
        sets.push(format!("#n{n} = if_not_exists(#n{n}, :v{n})"));
        update = update
            .expression_attribute_names(format!("#n{n}"), name)
            .expression_attribute_values(format!(":v{n}"), value);
    }
    update
        .update_expression(format!("SET {}", sets.join(", ")))
        .build()
        .expect("table, key and expression, which are all that must be set, are set")
}

/// A new projection and nothing else.
async fn renew(table: &Table, head: Put) -> Result<(), StoreError> {
    let call = table
        .client
        .put_item()
        .table_name(head.table_name)
        .set_item(Some(head.item))
        .set_condition_expression(head.condition_expression)
        .set_expression_attribute_names(head.expression_attribute_names)
        .set_expression_attribute_values(head.expression_attribute_values);
    match patiently(is_disturbed, || call.clone().send()).await {
        Ok(_) => Ok(()),
        Err(error) if is_refused(&error) => Err(StoreError::Conflict),
        Err(error) => Err(failure::unavailable(&table.name, error)),
    }
}

/// One token for all tries: whichever of them has had its effect, the others do nothing more, and none takes the work
/// of another for somebody else's. DynamoDB remembers a token for ten minutes, far longer than all tries take.
pub(super) async fn transact(
    table: &Table,
    commit: &Commit,
    actions: Vec<TransactWriteItem>,
) -> Result<(), StoreError> {
    let token = format!("{:016x}{:016x}", random(), random());
    let call = table.client.transact_write_items().set_transact_items(Some(actions)).client_request_token(token);
    let Err(error) = patiently(is_passing, || call.clone().send()).await else { return Ok(()) };
    let reasons = reasons(&error);
    let has_failed = |reason: Option<&CancellationReason>| {
        reason.and_then(CancellationReason::code).is_some_and(|code| code == "ConditionalCheckFailed")
    };
    // The first action is the head's; where a claim is finished, that is the second.
    if commit.finishes.is_some() && has_failed(reasons.get(1)) && !has_failed(reasons.first()) {
        return Err(StoreError::LeaseLost);
    }
    if reasons.iter().any(|reason| has_failed(Some(reason))) {
        return Err(StoreError::Conflict);
    }
    Err(failure::unavailable(&table.name, error))
}

fn reasons(error: &SdkError<TransactWriteItemsError, HttpResponse>) -> &[CancellationReason] {
    match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => cancelled.cancellation_reasons(),
        _ => &[],
    }
}

/// Nothing was done, and only because of what else went on at the same time. A condition that failed beside that has
/// failed for good: versions and tokens only rise.
fn is_passing(error: &SdkError<TransactWriteItemsError, HttpResponse>) -> bool {
    let codes: Vec<&str> = reasons(error).iter().filter_map(CancellationReason::code).collect();
    is_disturbed(error)
        || (codes.iter().any(|code| PASSING.contains(code)) && !codes.contains(&"ConditionalCheckFailed"))
}
