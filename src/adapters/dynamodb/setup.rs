//! The table, as the template of the deployment makes it: for tests, and for whoever has no template.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::create_table::CreateTableError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType,
    ScalarAttributeType, TableStatus, TimeToLiveSpecification,
};

use super::failure;
use super::item::{EXPIRES, PROJECTION};
use super::keys::Keys;
use crate::ports::store::StoreError;

/// How often a new table is asked whether it can be used, once a second.
const MAX_LOOKS: u32 = 120;
const PAUSE: std::time::Duration = std::time::Duration::from_secs(1);

/// Makes the table with its indexes, and waits until it can be used. One that is there already is left as it is.
pub async fn create_table(client: &Client, name: &str) -> Result<(), StoreError> {
    let call = client
        .create_table()
        .table_name(name)
        .billing_mode(BillingMode::PayPerRequest)
        .set_attribute_definitions(Some(attributes()))
        .set_key_schema(Some(key_schema(Keys::Table)))
        .set_global_secondary_indexes(Some(Keys::INDEXES.map(index).to_vec()));
    match call.send().await {
        Ok(_) => {}
        Err(error) if matches!(error.as_service_error(), Some(CreateTableError::ResourceInUseException(_))) => {
            return wait(client, name).await;
        }
        Err(error) => return Err(failure::unavailable(name, error)),
    }
    wait(client, name).await?;
    let expiry = TimeToLiveSpecification::builder().enabled(true).attribute_name(EXPIRES).build();
    let expiry = expiry.expect("both fields are set");
    let call = client.update_time_to_live().table_name(name).time_to_live_specification(expiry);
    call.send().await.map_err(|error| failure::unavailable(name, error))?;
    Ok(())
}

async fn wait(client: &Client, name: &str) -> Result<(), StoreError> {
    for _ in 0..MAX_LOOKS {
        let answer = client.describe_table().table_name(name).send().await;
        let table = answer.map_err(|error| failure::unavailable(name, error))?.table;
        if table.and_then(|table| table.table_status) == Some(TableStatus::Active) {
            return Ok(());
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(StoreError::Unavailable(format!("the table `{name}` is not ready yet: try again in some minutes").into()))
}

fn attributes() -> Vec<AttributeDefinition> {
    let definition = |name: &str| {
        AttributeDefinition::builder()
            .attribute_name(name)
            .attribute_type(ScalarAttributeType::S)
            .build()
            .expect("both fields are set")
    };
    let all = [Keys::Table].into_iter().chain(Keys::INDEXES);
    all.flat_map(|keys| [definition(keys.pk()), definition(keys.sk())]).collect()
}

pub(super) fn key_schema(keys: Keys) -> Vec<KeySchemaElement> {
    let element = |name: &str, key_type: KeyType| {
        KeySchemaElement::builder().attribute_name(name).key_type(key_type).build().expect("both fields are set")
    };
    vec![element(keys.pk(), KeyType::Hash), element(keys.sk(), KeyType::Range)]
}

/// Open approvals are counted every minute, so their index holds their projections. The others are read where they are
/// named: they would be written with every commit, and are read far more seldom.
fn index(keys: Keys) -> GlobalSecondaryIndex {
    let projection = match keys {
        Keys::Open => {
            Projection::builder().projection_type(ProjectionType::Include).non_key_attributes(PROJECTION).build()
        }
        Keys::Table | Keys::Due | Keys::Listed => {
            Projection::builder().projection_type(ProjectionType::KeysOnly).build()
        }
    };
    GlobalSecondaryIndex::builder()
        .set_index_name(keys.index().map(str::to_owned))
        .set_key_schema(Some(key_schema(keys)))
        .projection(projection)
        .build()
        .expect("name and schema are set")
}
