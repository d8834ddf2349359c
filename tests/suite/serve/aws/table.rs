//! A table that is not the service's alone.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use holdpoint::adapters::dynamodb::create_table;

use super::{Cloud, TABLE, with_server};
use crate::cli::run::{program, ran};
use crate::dynamodb::proxy::Proxy;
use crate::serve::process::{Place, SOON};
use crate::support::server::Server;
use crate::support::wait::until_async;
use crate::support::waiting::{asked, now, waiting};

#[tokio::test]
async fn two_services_on_one_table_do_no_harm() {
    const COUNT: u64 = 20;
    let cloud = Cloud::new().await;
    let (place, other) = (cloud.place(), cloud.place());
    let (one, two) = (place.serve(), other.serve());
    let events: Vec<String> = (1..=COUNT).map(|number| asked(&waiting(number, TimeDelta::hours(3)))).collect();
    let (first, second) = events.split_at(10);
    for (server, events) in [(&one, first), (&two, second), (&two, first), (&one, second)] {
        assert_eq!(server.post(events.join("\n")).status, 200);
    }
    let mut arrived = BTreeSet::new();
    until_async("every reminder", SOON, async || {
        for (notice, times) in cloud.inbox().await {
            assert!(times == 1 && arrived.insert(notice), "each comes once");
        }
        (arrived.len() as u64 == COUNT).then_some(())
    })
    .await;
    for server in [&one, &two] {
        assert_eq!(server.approvals("limit=7").len() as u64, COUNT, "both show the same");
    }
    assert_eq!((one.terminate().code(), two.terminate().code()), (Some(0), Some(0)));
    assert_eq!(cloud.inbox().await.len(), 0, "and nothing more comes");
}

#[tokio::test]
async fn commands_look_into_the_table() {
    let cloud = Cloud::new().await;
    let place = cloud.place();
    let server = place.serve();
    let run = waiting(1, TimeDelta::hours(3));
    assert_eq!(server.post(asked(&run)).status, 200);
    assert!(place.ask(&["status"]).contains("service-001-prod / Release / Approve"));
    assert!(place.ask(&["explain", &run.approval()]).contains("Policy default promises a decision within 4h"));
    assert!(place.ask(&["audit", "export", "--format", "csv"]).contains(&run.approval()));
    assert_eq!(place.ask(&["malformed"]), "Every message could be read.\n");
    assert!(place.facts(&run.approval()).iter().any(|(kind, _)| kind == "requested"));
    for (command, expected) in
        [("coverage", "1 approval at 1 gate"), ("simulate", "Every approval is judged as before")]
    {
        let history = format!("dynamodb:{TABLE}");
        let mut command = program(&["policy", command, "rules/policies/default.yaml", "--history", &history]);
        let told = ran(command.envs(place.variables()).output().expect("the program can be run")).done();
        assert!(told.contains(expected), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_lags_behind_makes_nobody_spin() {
    const SHARDS: usize = 4;
    let dynamodb = Server::dynamodb();
    create_table(&aws_sdk_dynamodb::Client::new(&dynamodb.config()), TABLE).await.expect("the table can be made");
    let proxy = Proxy::before(&dynamodb.url()).await;
    let place = with_server(Place::new(), &proxy.url).store_in(&format!("dynamodb:{TABLE}"));
    let server = place.serve();
    let run = waiting(1, TimeDelta::hours(2) - TimeDelta::seconds(2));
    assert_eq!(server.post(asked(&run)).status, 200);
    // From here on the index says that the reminder comes next.
    assert_eq!(server.get("/healthz").status, 200);
    proxy.freeze(true);
    until_async("the reminder", SOON, async || place.log().contains("notice delivered").then_some(())).await;
    // A round counts what is open, shard by shard.
    let rounds = || proxy.calls("Query").iter().filter(|asked| asked["IndexName"] == "open").count() / SHARDS;
    let (before, until_then) = (rounds(), now() + TimeDelta::seconds(3));
    until_async("three seconds more", SOON, async || (now() > until_then).then_some(())).await;
    let rounds = rounds() - before;
    assert!((1..=4).contains(&rounds), "{rounds} rounds in three seconds");
    assert_eq!(server.terminate().code(), Some(0), "{}", place.log());
}

#[test]
fn a_table_that_is_not_there_is_made_only_on_demand() {
    let server = Server::dynamodb();
    let place = with_server(Place::new(), &server.url()).store_in(&format!("dynamodb:{TABLE}"));
    for args in [&["status"][..], &["serve", "--listen", "127.0.0.1:0"]] {
        let mut command = program(args);
        command.args(["--store", &format!("dynamodb:{TABLE}")]).envs(place.variables());
        let ran = ran(command.output().expect("the program can be run"));
        assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""), "{args:?}: {ran:?}");
        let remedy = "make it with `holdpoint serve --store dynamodb:approvals --create-table`";
        assert!(ran.err.contains(remedy), "{args:?}: {}", ran.err);
    }
    let place = place.flag("--create-table");
    // The second time it is there, and left as it is.
    for number in 1..=2 {
        let server = place.serve();
        assert_eq!(server.post(asked(&waiting(number, TimeDelta::minutes(5)))).status, 200);
        assert_eq!(server.approvals("open=true").len() as u64, number);
        assert_eq!(server.terminate().code(), Some(0), "{}", place.log());
    }
}
