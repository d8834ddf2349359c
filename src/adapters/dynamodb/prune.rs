//! Taking the facts of an approval out of the table.
//!
//! One transaction does it, so that they are all there or none is; and a transaction takes a hundred items. Facts that came
//! in more commits than that are packed first: neighbouring items become one, with the same facts in the same order under
//! the number of the first. Whoever reads in between, or after a crash, reads the approval as it was, at the version that
//! it had, and the next run goes on from there.
//!
//! To take them away bit by bit instead would need a mark of what is half gone, which every reader had to know.

use std::mem::take;

use aws_sdk_dynamodb::types::builders::DeleteBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, Delete, Put, TransactWriteItem, Update};

use super::commit::{BYTES_A_FACT, FACTS_OVERHEAD, MAX_ACTIONS, MAX_ITEM_BYTES, facts, head, put, refused, transact};
use super::item::{self, FACTS, Item, VERSION, number};
use super::keys::{self, Keys};
use super::table::Table;
use crate::domain::ApprovalId;
use crate::ports::store::{Commit, StoreError};

/// What one transaction takes away beside the head and the first item, which it writes anew.
const MAX_ITEMS: usize = MAX_ACTIONS - 1;
/// What one transaction packs, beside its look at the head.
const MAX_PACKED: usize = MAX_ACTIONS - 1;
/// DynamoDB's bound of all items of a transaction together. Whether it counts those that go, nobody has tried.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// The facts of one or more commits, as one item.
struct Stored {
    first: u64,
    facts: Vec<AttributeValue>,
    bytes: usize,
}

/// Puts the facts of the commit in the place of all items of facts.
pub(super) async fn prune(table: &Table, commit: &Commit) -> Result<(), StoreError> {
    let stored = packed(table, commit).await?;
    let anew = Commit { expected: 0, ..commit.clone() };
    let head = TransactWriteItem::builder().put(head(table, &anew, commit.expected)?).build();
    let mut actions = vec![head, put(table, facts(&anew)?)];
    for item in stored.iter().filter(|item| item.first != 0) {
        let delete = on_key(table, &commit.id, item.first);
        let delete = delete.build().expect("table and key, which are all that must be set, are set");
        actions.push(TransactWriteItem::builder().delete(delete).build());
    }
    transact(table, &anew, actions).await
}

/// The items of facts, once they are so few that one transaction takes them all.
async fn packed(table: &Table, commit: &Commit) -> Result<Vec<Stored>, StoreError> {
    let mut stored = read(table, commit).await?;
    let bytes: usize = stored.iter().map(|item| item.bytes).sum();
    if bytes > MAX_BYTES {
        return Err(too_large(commit, bytes));
    }
    while stored.len() > MAX_ITEMS {
        let before = stored.len();
        let (mut left, mut groups) = (before, Vec::new());
        for group in groups_of(stored) {
            let is_needed = left > MAX_ITEMS && group.len() > 1;
            if !is_needed {
                groups.extend(group);
                continue;
            }
            left -= group.len() - 1;
            groups.push(pack(table, commit, group).await?);
        }
        stored = groups;
        if stored.len() == before {
            return Err(too_large(commit, bytes));
        }
    }
    Ok(stored)
}

fn too_large(commit: &Commit, bytes: usize) -> StoreError {
    refused(commit, format!("{bytes} bytes of facts are more than DynamoDB takes away at once"))
}

/// Neighbours that fit into one item, and into one transaction.
fn groups_of(stored: Vec<Stored>) -> Vec<Vec<Stored>> {
    let (mut groups, mut group, mut bytes) = (Vec::new(), Vec::new(), FACTS_OVERHEAD);
    for item in stored {
        if !group.is_empty() && (group.len() == MAX_PACKED || bytes + item.bytes > MAX_ITEM_BYTES) {
            groups.push(take(&mut group));
            bytes = FACTS_OVERHEAD;
        }
        bytes += item.bytes;
        group.push(item);
    }
    groups.push(group);
    groups
}

/// Makes one item of neighbours, on the condition that the approval has the version and each item the facts that were read:
/// another run can have packed them otherwise meanwhile. A fact that is there is never changed, so their number says it.
async fn pack(table: &Table, commit: &Commit, group: Vec<Stored>) -> Result<Stored, StoreError> {
    let mut actions = vec![TransactWriteItem::builder().update(unchanged(table, commit)).build()];
    let mut whole = Stored { first: group.first().map_or(0, |item| item.first), facts: Vec::new(), bytes: 0 };
    let lengths: Vec<(u64, usize)> = group.iter().map(|item| (item.first, item.facts.len())).collect();
    for item in group {
        whole.facts.extend(item.facts);
        whole.bytes += item.bytes;
    }
    for (first, length) in lengths {
        let action = TransactWriteItem::builder();
        actions.push(if first == whole.first {
            action.put(anew(table, &commit.id, &whole, length)).build()
        } else {
            let delete = on_key(table, &commit.id, first)
                .condition_expression("size(#facts) = :length")
                .expression_attribute_names("#facts", FACTS)
                .expression_attribute_values(":length", number(length));
            action.delete(delete.build().expect("table and key, which are all that must be set, are set")).build()
        });
    }
    transact(table, commit, actions).await?;
    Ok(whole)
}

/// The item in which all facts of the group are, in the place of its first.
fn anew(table: &Table, id: &ApprovalId, whole: &Stored, length: usize) -> Put {
    let mut item = key(id, whole.first);
    item.insert(FACTS.to_owned(), AttributeValue::L(whole.facts.clone()));
    Put::builder()
        .table_name(&table.name)
        .set_item(Some(item))
        .condition_expression("size(#facts) = :length")
        .expression_attribute_names("#facts", FACTS)
        .expression_attribute_values(":length", number(length))
        .build()
        .expect("table and item, which are all that must be set, are set")
}

/// Writes the version that is there. A check alone would need a permission that nothing else here needs.
fn unchanged(table: &Table, commit: &Commit) -> Update {
    Update::builder()
        .table_name(&table.name)
        .set_key(Some(item::key(keys::approval(&commit.id), keys::HEAD)))
        .update_expression("SET #version = :expected")
        .condition_expression("#version = :expected")
        .expression_attribute_names("#version", VERSION)
        .expression_attribute_values(":expected", number(commit.expected))
        .build()
        .expect("table, key and expression, which are all that must be set, are set")
}

fn on_key(table: &Table, id: &ApprovalId, first: u64) -> DeleteBuilder {
    Delete::builder().table_name(&table.name).set_key(Some(key(id, first)))
}

fn key(id: &ApprovalId, first: u64) -> Item {
    item::key(keys::approval(id), keys::facts(first))
}

/// The items of facts in their order. Whatever does not add up to the expected version is being changed by somebody else.
async fn read(table: &Table, commit: &Commit) -> Result<Vec<Stored>, StoreError> {
    let (mut stored, mut next) = (Vec::new(), 0);
    for mut item in table.first(&keys::whole(&commit.id), usize::MAX).await? {
        if item::text(&item, Keys::Table.sk())? == keys::HEAD {
            continue;
        }
        if item::text(&item, Keys::Table.sk())? != keys::facts(next) {
            return Err(StoreError::Conflict);
        }
        let Some(AttributeValue::L(facts)) = item.remove(FACTS) else {
            return Err(item::corrupt(&item, "its `facts` are not a list"));
        };
        let bytes = facts.iter().filter_map(|fact| fact.as_s().ok()).map(|text| text.len() + BYTES_A_FACT).sum();
        let length = facts.len() as u64;
        stored.push(Stored { first: next, facts, bytes });
        next += length;
    }
    if next == commit.expected { Ok(stored) } else { Err(StoreError::Conflict) }
}
