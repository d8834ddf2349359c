//! News of executions, and what leads from an execution to its approvals.

use chrono::TimeDelta;

use super::failure::{self, is_disturbed, is_refused, patiently};
use super::item::{self, EXPIRES, string};
use super::keys::{self, Keys, Range};
use super::table::Table;
use crate::domain::execution::{Execution, ExecutionKey, ExecutionNews};
use crate::domain::projection::Projection;
use crate::domain::{ApprovalId, Timestamp};
use crate::ports::store::StoreError;
use crate::record;

const NEWS: &str = "news";

/// DynamoDB deletes news this long after they were heard. That takes from no approval what it needs: one waits for sixty
/// days at most, and has made the news its own when it was first heard of.
const KEEP: TimeDelta = TimeDelta::days(180);

pub(super) async fn hear(
    table: &Table,
    key: &ExecutionKey,
    news: &ExecutionNews,
    now: Timestamp,
) -> Result<(), StoreError> {
    let text = record::execution::to_text(news).map_err(|cause| refused(key, cause))?;
    let mut item = item::key(keys::execution(key), keys::news(&text));
    item.insert(NEWS.to_owned(), string(text));
    item.insert(EXPIRES.to_owned(), item::after(now, KEEP));
    let call = table
        .client
        .put_item()
        .table_name(&table.name)
        .set_item(Some(item))
        .condition_expression("attribute_not_exists(#pk)")
        .expression_attribute_names("#pk", Keys::Table.pk());
    match patiently(is_disturbed, || call.clone().send()).await {
        Ok(_) => Ok(()),
        Err(error) if is_refused(&error) => Ok(()),
        Err(error) => Err(failure::unavailable(&table.name, error)),
    }
}

fn refused(key: &ExecutionKey, cause: record::RecordError) -> StoreError {
    StoreError::Refused { id: key.id.to_string(), cause: cause.into() }
}

pub(super) async fn execution(table: &Table, key: &ExecutionKey) -> Result<(Execution, usize), StoreError> {
    let items = table.first(&Range::of_kind(keys::execution(key), 'N'), usize::MAX).await?;
    let mut execution = Execution::default();
    for item in &items {
        let news = record::execution::from_text(item::text(item, NEWS)?);
        execution.learn(&news.map_err(|cause| item::corrupt(item, cause))?);
    }
    Ok((execution, items.len()))
}

pub(super) async fn approvals_of(table: &Table, key: &ExecutionKey) -> Result<Vec<Projection>, StoreError> {
    let links = table.first(&Range::of_kind(keys::execution(key), 'A'), usize::MAX).await?;
    let mut heads = Vec::with_capacity(links.len());
    for link in &links {
        let id = item::text(link, Keys::Table.sk())?.trim_start_matches("A#");
        heads.push(item::key(keys::approval(&ApprovalId::new(id)), keys::HEAD));
    }
    let found = table.get_all(&heads).await?;
    let mut projections = found.iter().map(item::projection).collect::<Result<Vec<Projection>, _>>()?;
    // What is learnt later can move an approval to another execution's name; the link stays.
    projections.retain(|projection| projection.execution_key().as_ref() == Some(key));
    projections.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(projections)
}
