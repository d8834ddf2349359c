//! The table that is made for whoever has no template. The template of the deployment makes the same one.

use std::fmt::Write;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::KeySchemaElement;
use holdpoint::adapters::dynamodb::create_table;
use holdpoint::domain::ApprovalId;
use holdpoint::ports::store::Store;

use super::limits::requested;
use super::{TABLE, disturbed};
use crate::support::server::Server;

fn keys(schema: &[KeySchemaElement]) -> String {
    let key = |key: &KeySchemaElement| format!("{} {}", key.attribute_name, key.key_type.as_str());
    schema.iter().map(key).collect::<Vec<_>>().join(", ")
}

/// All that a template has to say of a table.
async fn definition(client: &Client) -> String {
    let answer = client.describe_table().table_name(TABLE).send().await.expect("it is there");
    let table = answer.table.expect("it is described");
    let billing = table.billing_mode_summary().and_then(|summary| summary.billing_mode());
    let mut text = format!("{} {}\n", keys(table.key_schema()), billing.map_or("", |mode| mode.as_str()));
    let mut indexes = table.global_secondary_indexes().to_vec();
    indexes.sort_by(|a, b| a.index_name.cmp(&b.index_name));
    for index in &indexes {
        let projection = index.projection().expect("it projects something");
        let kind = projection.projection_type().map_or("", |kind| kind.as_str());
        let also = projection.non_key_attributes();
        let name = index.index_name().unwrap_or_default();
        writeln!(text, "{name}: {} {kind} {also:?}", keys(index.key_schema())).expect("a string takes it");
    }
    let mut attributes = table.attribute_definitions().to_vec();
    attributes.sort_by(|a, b| a.attribute_name.cmp(&b.attribute_name));
    for attribute in attributes {
        let kind = attribute.attribute_type.as_str();
        writeln!(text, "{} {kind}", attribute.attribute_name).expect("a string takes it");
    }
    let answer = client.describe_time_to_live().table_name(TABLE).send().await.expect("it answers");
    let expiry = answer.time_to_live_description.expect("it is described");
    let status = expiry.time_to_live_status().map_or("", |status| status.as_str());
    writeln!(text, "expiry: {} {status}", expiry.attribute_name().unwrap_or_default()).expect("a string takes it");
    text
}

#[tokio::test]
async fn the_table_and_its_indexes_are_known_by_name() {
    let server = Server::dynamodb();
    let client = Client::new(&server.config());
    create_table(&client, TABLE).await.expect("the table can be made");
    insta::assert_snapshot!(definition(&client).await, @r#"
    pk HASH, sk RANGE PAY_PER_REQUEST
    due: due_pk HASH, due_sk RANGE KEYS_ONLY []
    listed: listed_pk HASH, listed_sk RANGE KEYS_ONLY []
    open: open_pk HASH, open_sk RANGE INCLUDE ["projection"]
    due_pk S
    due_sk S
    listed_pk S
    listed_sk S
    open_pk S
    open_sk S
    pk S
    sk S
    expiry: ttl ENABLED
    "#);
}

#[tokio::test]
async fn a_table_that_is_there_is_left_as_it_is() {
    let disturbed = disturbed().await;
    disturbed.store.commit(&requested("one")).await.expect("a first commit");
    create_table(&disturbed.client, TABLE).await.expect("it is there");
    assert!(disturbed.store.load(&ApprovalId::new("one")).await.expect("an answer").version > 0);
}
