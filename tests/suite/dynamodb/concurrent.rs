//! Several processes at the same time.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::Client;
use chrono::TimeDelta;
use futures_util::future::join_all;
use holdpoint::adapters::dynamodb::DynamoStore;
use holdpoint::app::tell::tell;
use holdpoint::domain::FactKind;
use holdpoint::ports::store::{Store, StoreError};

use super::limits::{requested, with_rows};
use super::{TABLE, new_store};
use crate::support::server::Server;
use crate::support::world::{minute, refused, rules};

async fn processes(server: &Server, count: usize) -> Vec<DynamoStore> {
    new_store(&server.config(), TABLE).await;
    (0..count).map(|_| DynamoStore::new(Client::new(&server.config()), TABLE)).collect()
}

#[tokio::test]
async fn of_many_commits_on_one_version_one_wins() {
    let server = Server::dynamodb();
    let stores = processes(&server, 8).await;
    let commit = requested("approval");
    let results = join_all(stores.iter().map(|store| store.commit(&commit))).await;
    let won = results.iter().filter(|result| result.is_ok()).count();
    let lost = results.iter().filter(|result| matches!(result, Err(StoreError::Conflict))).count();
    assert_eq!((won, lost), (1, 7));
}

#[tokio::test]
async fn a_row_is_claimed_by_one_of_many() {
    let server = Server::dynamodb();
    let stores = processes(&server, 6).await;
    stores[0].commit(&with_rows(requested("approval"), 40)).await.expect("a first commit");
    let claims = join_all(stores.iter().map(|store| store.claim(minute(0), TimeDelta::minutes(2), 64))).await;
    let rows: Vec<String> =
        claims.into_iter().flat_map(|rows| rows.expect("an answer")).map(|row| row.claim.row).collect();
    assert_eq!((rows.len(), rows.iter().collect::<BTreeSet<_>>().len()), (40, 40));
}

#[tokio::test]
async fn what_all_tell_at_once_is_all_there() {
    let server = Server::dynamodb();
    let stores = processes(&server, 6).await;
    let id = requested("approval").id;
    let attempts: Vec<_> = (0..6).map(|n| refused(minute(n))).collect();
    let rules = rules();
    let told = stores
        .iter()
        .zip(&attempts)
        .map(async |(store, attempt)| tell(store, &rules, &id, &[attempt], minute(9)).await);
    for result in join_all(told).await {
        assert!(result.expect("whoever comes second tries again").is_some());
    }
    let loaded = stores[0].load(&id).await.expect("an answer");
    assert!(loaded.facts.iter().all(|fact| matches!(fact.kind, FactKind::AttemptSeen(_))));
    assert_eq!(loaded.version, 6);
}
