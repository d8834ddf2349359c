//! The servers that stand in for AWS do what the other tests rely on.

use std::collections::HashSet;
use std::fs;

use aws_sdk_dynamodb::Client as DynamoDb;
use aws_sdk_sns::Client as Sns;

use crate::support::server::Server;

#[tokio::test]
async fn they_answer_and_begin_empty() {
    let (aws, dynamodb) = (Server::aws(), Server::dynamodb());
    let topics = Sns::new(&aws.config()).list_topics().send().await.expect("it answers");
    assert!(topics.topics().is_empty());
    let tables = DynamoDb::new(&dynamodb.config()).list_tables().send().await.expect("it answers");
    assert!(tables.table_names().is_empty());
}

#[test]
fn they_listen_on_loopback_only() {
    for server in [Server::aws(), Server::dynamodb()] {
        let listens = listening(server.id());
        assert!(!listens.is_empty());
        assert!(listens.iter().all(|address| address == LOOPBACK), "{listens:?}");
    }
}

/// 127.0.0.1 as `/proc/net/tcp` writes it.
const LOOPBACK: &str = "0100007F";

/// The addresses on which a process listens.
fn listening(process: u32) -> Vec<String> {
    let open: HashSet<String> = fs::read_dir(format!("/proc/{process}/fd"))
        .expect("it runs")
        .filter_map(|entry| fs::read_link(entry.ok()?.path()).ok()?.to_str().map(str::to_owned))
        .collect();
    let sockets = ["tcp", "tcp6"].map(|kind| fs::read_to_string(format!("/proc/net/{kind}")).expect("Linux has it"));
    let of_line = |line: &str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let (local, state, inode) = (fields.get(1)?, *fields.get(3)?, fields.get(9)?);
        let is_its_own = state == "0A" && open.contains(&format!("socket:[{inode}]"));
        is_its_own.then(|| local.split(':').next().unwrap_or_default().to_owned())
    };
    sockets.iter().flat_map(|text| text.lines().skip(1)).filter_map(of_line).collect()
}
