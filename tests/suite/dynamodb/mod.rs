//! What is particular to the store in DynamoDB: what it costs, and what it makes of a service that fails, is throttled or
//! lags behind.

mod agree;
mod concurrent;
mod costs;
mod disturbed;
mod lagging;
mod limits;
mod meter;
mod packed;
pub(crate) mod proxy;
mod setup;
mod unreadable;

use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client;
use holdpoint::adapters::dynamodb::{DynamoStore, create_table};

use self::proxy::Proxy;
use crate::support::server::{Server, config};

/// A store in a new table.
pub(crate) async fn new_store(config: &SdkConfig, table: &str) -> DynamoStore {
    let client = Client::new(config);
    create_table(&client, table).await.expect("the table can be made");
    DynamoStore::new(client, table)
}

const TABLE: &str = "holdpoint";

/// A store that reaches its server through a proxy.
struct Disturbed {
    store: DynamoStore,
    proxy: Proxy,
    /// Past the proxy.
    client: Client,
    _server: Server,
}

impl Disturbed {
    /// The store of another process.
    fn another(&self) -> DynamoStore {
        DynamoStore::new(Client::new(&config(&self.proxy.url)), TABLE)
    }
}

async fn disturbed() -> Disturbed {
    let server = Server::dynamodb();
    let client = Client::new(&server.config());
    create_table(&client, TABLE).await.expect("the table can be made");
    let proxy = Proxy::before(&server.url()).await;
    let store = DynamoStore::new(Client::new(&config(&proxy.url)), TABLE);
    Disturbed { store, proxy, client, _server: server }
}
