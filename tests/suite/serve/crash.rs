//! Ends, wanted and not: what was acknowledged is there afterwards, and what is due goes out.

use std::collections::BTreeSet;
use std::net::{SocketAddr, TcpListener};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::TimeDelta;
use holdpoint::adapters::sqlite::{Durability, SqliteStore};
use holdpoint::ports::store::Store;

use super::notices::{place_for, policy};
use super::process::{Place, SOON, Server};
use crate::support::http::request;
use crate::support::wait::until;
use crate::support::waiting::{asked, now, waiting};
use crate::support::webhook::Receiver;

const POSTERS: usize = 4;
/// So many events are acknowledged before the end comes, in the middle of others.
const ENOUGH: usize = 60;

/// Posts approvals from several sides until nobody answers any more; says which were acknowledged. `end` is called in the
/// middle of it.
fn acknowledged_until(address: SocketAddr, end: impl FnOnce()) -> BTreeSet<String> {
    let next = AtomicU64::new(1);
    let acknowledged = Mutex::new(BTreeSet::new());
    std::thread::scope(|scope| {
        for _ in 0..POSTERS {
            scope.spawn(|| {
                loop {
                    let run = waiting(next.fetch_add(1, Ordering::Relaxed), TimeDelta::minutes(1));
                    match request(address, "POST", "/events", &[], asked(&run).as_bytes()) {
                        Ok(answer) => {
                            assert_eq!(answer.status, 200, "{answer:?}");
                            acknowledged.lock().expect("nobody panics with it").insert(run.approval());
                        }
                        Err(_) => break,
                    }
                }
            });
        }
        let count = || acknowledged.lock().expect("nobody panics with it").len();
        until("enough acknowledged events", SOON, || (count() >= ENOUGH).then_some(()));
        end();
    });
    acknowledged.into_inner().expect("nobody panicked with it")
}

fn listed(server: &Server) -> BTreeSet<String> {
    let listed = server.approvals("limit=50");
    assert!(listed.iter().all(|approval| approval["phase"] == "waiting"), "each is whole: {listed:?}");
    listed.iter().filter_map(|approval| approval["approval"].as_str().map(str::to_owned)).collect()
}

/// What a server that starts on the same store has lost.
fn lost(place: &Place, acknowledged: &BTreeSet<String>) -> Vec<String> {
    let server = place.serve();
    assert_eq!(server.get("/healthz").status, 200);
    let kept = listed(&server);
    assert!(kept.len() >= ENOUGH);
    assert_eq!(server.terminate().code(), Some(0));
    acknowledged.difference(&kept).cloned().collect()
}

#[test]
fn a_stop_that_was_asked_for_loses_nothing_and_ends_well() {
    let place = Place::new();
    let server = place.serve();
    let mut status = None;
    let acknowledged = acknowledged_until(server.address(), || status = Some(server.terminate()));
    assert_eq!(status.and_then(|status| status.code()), Some(0));
    assert_eq!(lost(&place, &acknowledged), Vec::<String>::new());
}

#[test]
fn a_stop_does_not_wait_for_everybody_who_does_not_answer() {
    // Connections are made, and nothing is ever read from them.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let url = format!("http://{}/", silent.local_addr().expect("it is bound"));
    let place = Place::with_policy(&policy(&url)).variable("APPROVERS_TOKEN", "a-shared-secret");
    let server = place.serve();
    // Eight are sent at a time, and each is given ten seconds: these would take a minute.
    let overdue: Vec<String> = (1..=48).map(|n| asked(&waiting(n, TimeDelta::hours(3)))).collect();
    assert_eq!(server.post(overdue.join("\n")).json()["taken"], 48);
    let (_held, _) = silent.accept().expect("the first of them is being sent");
    assert_eq!(server.terminate_within(30).code(), Some(0));
}

#[test]
fn a_crash_loses_nothing_that_was_acknowledged() {
    let place = Place::new();
    let server = place.serve();
    let acknowledged = acknowledged_until(server.address(), || server.kill());
    assert_eq!(lost(&place, &acknowledged), Vec::<String>::new());
}

#[test]
fn what_falls_due_while_nobody_runs_is_sent_after_the_restart() {
    let receiver = Receiver::answering(&[200]);
    let place = place_for(&receiver);
    let server = place.serve();
    // Its reminder is due in three seconds.
    let run = waiting(1, TimeDelta::hours(2) - TimeDelta::seconds(3));
    assert_eq!(server.post(asked(&run)).json()["taken"], 1);
    server.kill();
    until("the time at which it is due", SOON, || (now() > run.asked_at + TimeDelta::hours(2)).then_some(()));
    assert_eq!(receiver.calls().len(), 0);

    let server = place.serve();
    let calls = until("the reminder", SOON, || Some(receiver.calls()).filter(|calls| !calls.is_empty()));
    assert_eq!(calls[0].header("idempotency-key"), format!("{}/remind@50%/0/approvers", run.approval()));
    assert_eq!(server.terminate().code(), Some(0));
    assert_eq!(receiver.calls().len(), 1);
}

#[test]
fn a_notice_that_was_not_taken_before_a_crash_is_sent_after_it_under_the_same_key() {
    let receiver = Receiver::answering(&[503, 200]);
    let place = place_for(&receiver);
    let server = place.serve();
    let run = waiting(1, TimeDelta::hours(3));
    assert_eq!(server.post(asked(&run)).json()["taken"], 1);
    until("the first attempt", SOON, || (receiver.calls().len() == 1).then_some(()));
    wait_for_put_back(&place);
    server.kill();

    let server = place.serve();
    until("the second attempt", SOON, || (receiver.calls().len() == 2).then_some(()));
    assert_eq!(server.terminate().code(), Some(0));
    let keys: BTreeSet<_> = receiver.calls().iter().map(|call| call.header("idempotency-key").to_owned()).collect();
    assert_eq!(keys.len(), 1, "{keys:?}");
    let delivered = place.facts(&run.approval()).iter().filter(|(kind, _)| kind == "notice_delivered").count();
    assert_eq!(delivered, 1);
}

/// While it is being sent, a notice belongs to its sender for minutes; afterwards it is wanted again within seconds.
fn wait_for_put_back(place: &Place) {
    let store = SqliteStore::open(&place.store(), Durability::EachCommit).expect("the store can be read beside");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime can be made");
    until("the notice back in the outbox", SOON, || {
        let wake = runtime.block_on(store.next_wake()).expect("the store answers");
        wake.filter(|at| *at < now() + TimeDelta::seconds(30))
    });
}
