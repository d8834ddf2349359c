//! Notices that really go out, to a webhook.

use chrono::TimeDelta;

use super::process::{Place, SOON, Server};
use crate::cli::run::ran;
use crate::support::history::Run;
use crate::support::wait::until;
use crate::support::waiting::{asked, waiting};
use crate::support::webhook::Receiver;

/// Target 4 hours, with a reminder at half of it and an escalation at the deadline.
pub(super) fn policy(url: &str) -> String {
    format!(
        "
version: 1
recipients:
  approvers: {{ webhook: \"{url}\", token_env: APPROVERS_TOKEN }}
policies:
  - name: production
    target: 4h
    steps:
      - {{ at: 50%, remind: [approvers] }}
      - {{ at: 100%, escalate: [approvers] }}
"
    )
}

pub(super) fn place_for(receiver: &Receiver) -> Place {
    Place::with_policy(&policy(&receiver.url())).variable("APPROVERS_TOKEN", "a-shared-secret")
}

/// An approval whose reminder is an hour overdue.
fn overdue(place: &Place) -> (Server, Run) {
    let (server, run) = (place.serve(), waiting(1, TimeDelta::hours(3)));
    assert_eq!(server.post(asked(&run)).json()["taken"], 1);
    (server, run)
}

/// How often each kind of fact about notices is there.
fn told(place: &Place, approval: &str, kind: &str) -> usize {
    place.facts(approval).iter().filter(|(name, _)| name == kind).count()
}

#[test]
fn what_is_overdue_at_the_first_start_is_sent_at_once_and_once() {
    let receiver = Receiver::answering(&[200]);
    let place = place_for(&receiver);
    let (server, run) = overdue(&place);
    let id = run.approval();
    until("the fact that it was delivered", SOON, || (told(&place, &id, "notice_delivered") == 1).then_some(()));
    // The same event once more, as a queue may deliver it.
    assert_eq!(server.post(asked(&run)).status, 200);
    assert_eq!(server.terminate().code(), Some(0));

    let calls = receiver.calls();
    assert_eq!(calls.len(), 1, "{calls:?}");
    let call = &calls[0];
    assert_eq!(call.line, "POST /notices HTTP/1.1");
    assert_eq!(call.header("content-type"), "application/json");
    assert_eq!(call.header("authorization"), "Bearer a-shared-secret");
    assert!(call.header("user-agent").starts_with("holdpoint/"), "{call:?}");
    let notice = format!("{id}/remind@50%/0/approvers");
    assert_eq!((call.header("idempotency-key"), call.body["id"].as_str()), (notice.as_str(), Some(notice.as_str())));
    assert_eq!(call.body["kind"], "reminder");
    assert_eq!(call.body["approval"], id);
    assert_eq!(call.body["subject"], "Approval needed: service-001-prod / Release, waiting 3h");

    let facts = place.facts(&id);
    let (_, delivered) = facts.iter().find(|(kind, _)| kind == "notice_delivered").expect("it was delivered");
    assert_eq!((&delivered["notice"], &delivered["receipt"]), (&notice.into(), &"r-1".into()));
    assert!(!place.ask(&["explain", &id]).contains("a-shared-secret"));
}

#[test]
fn a_webhook_that_is_down_for_a_while_gets_it_again_under_the_same_key() {
    let receiver = Receiver::answering(&[503, 503, 200]);
    let place = place_for(&receiver);
    let (server, run) = overdue(&place);
    let id = run.approval();
    // The pauses are five seconds and ten, or less.
    until("the fact that it was delivered", 30, || (told(&place, &id, "notice_delivered") == 1).then_some(()));
    assert_eq!(server.terminate().code(), Some(0));

    let keys: Vec<_> = receiver.calls().iter().map(|call| call.header("idempotency-key").to_owned()).collect();
    assert_eq!(keys, [const { "a0000000-0000-4000-8000-000000000001/remind@50%/0/approvers" }; 3]);
    assert_eq!(told(&place, &id, "notice_delivered"), 1);
    assert_eq!(told(&place, &id, "notice_given_up"), 0);
}

#[test]
fn a_webhook_that_is_not_there_is_given_up_at_once_and_that_is_a_fact() {
    let receiver = Receiver::answering(&[404]);
    let place = place_for(&receiver);
    let (server, run) = overdue(&place);
    let id = run.approval();
    until("the fact that it was given up", SOON, || (told(&place, &id, "notice_given_up") == 1).then_some(()));
    assert_eq!(server.terminate().code(), Some(0));
    let log = place.log();
    assert!(log.contains("notice given up") && !log.contains("a-shared-secret"), "{log}");

    assert_eq!(receiver.calls().len(), 1);
    let facts = place.facts(&id);
    let (_, given_up) = facts.iter().find(|(kind, _)| kind == "notice_given_up").expect("it was given up");
    assert_eq!(given_up["attempts"], 1);
    assert_eq!(given_up["recipient"], "approvers");
    assert!(given_up["reason"].as_str().is_some_and(|reason| reason.contains("404")), "{given_up}");
    assert_eq!(told(&place, &id, "notice_delivered"), 0);
}

#[test]
fn a_policy_whose_token_is_not_set_is_refused() {
    let place = Place::with_policy(&policy("http://127.0.0.1:1/"));
    let mut command = place.command();
    command.env_remove("APPROVERS_TOKEN");
    let ran = ran(command.output().expect("the program can be run"));
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert_eq!(
        ran.err.lines().last(),
        Some(
            "holdpoint: recipient `approvers`: the environment variable `APPROVERS_TOKEN` that should hold its token is \
             not set"
        )
    );
}
