//! Whether a table is the one that the store needs.

use aws_sdk_dynamodb::types::{
    GlobalSecondaryIndexDescription, IndexStatus, KeySchemaElement, Projection, ProjectionType, TableDescription,
};

use super::item::PROJECTION;
use super::keys::Keys;
use super::setup::key_schema;

/// What a table lacks of what [`create_table`](super::create_table) makes, in words. Nothing when it is whole.
pub fn lacks(table: &TableDescription) -> Vec<String> {
    let mut lacks = Vec::new();
    if !has_keys(table.key_schema(), Keys::Table) {
        lacks.push(format!("its key is not {}", wanted(Keys::Table)));
    }
    for keys in Keys::INDEXES {
        let name = keys.index().unwrap_or_default();
        match table.global_secondary_indexes().iter().find(|index| index.index_name() == Some(name)) {
            None => lacks.push(format!("the index `{name}` is missing")),
            Some(index) => lacks.extend(wrong(index, keys).map(|wrong| format!("the index `{name}` {wrong}"))),
        }
    }
    lacks
}

fn wrong(index: &GlobalSecondaryIndexDescription, keys: Keys) -> Option<String> {
    if !has_keys(index.key_schema(), keys) {
        return Some(format!("has another key than {}", wanted(keys)));
    }
    if keys == Keys::Open && !index.projection().is_some_and(holds_projections) {
        return Some(format!("does not hold the attribute `{PROJECTION}`"));
    }
    let status = index.index_status().filter(|status| **status != IndexStatus::Active)?;
    Some(format!("is not ready: it is {status}"))
}

fn holds_projections(projection: &Projection) -> bool {
    projection.projection_type() == Some(&ProjectionType::All)
        || projection.non_key_attributes().iter().any(|name| name == PROJECTION)
}

fn has_keys(schema: &[KeySchemaElement], keys: Keys) -> bool {
    schema == key_schema(keys)
}

fn wanted(keys: Keys) -> String {
    format!("`{}` and `{}`", keys.pk(), keys.sk())
}
