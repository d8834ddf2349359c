//! What no event told of.

use holdpoint::domain::ExecutionId;

use super::{Both, counts, told};
use crate::support::codepipeline::{Mode, events};
use crate::support::world::minute;

#[tokio::test]
async fn an_approval_that_waits_unheard_is_found_with_all_that_its_events_would_have_said_and_more() {
    let both = Both::with_pipeline(Mode::Superseded).await;
    let id = both.at(0, |world| world.start_approval("payments-prod"));
    assert_eq!(counts(&both.reconcile(5).await), [1, 1, 0, 0, 0]);
    let known = both.glance(&id).await;
    assert_eq!((known.requested_at, known.is_waiting()), (Some(minute(0)), true));
    assert_eq!(known.expires_at, Some(minute(7 * 24 * 60)));
    let gate = known.gate.expect("it is known");
    assert_eq!(gate.account.as_deref(), Some("111122223333"));
    assert_eq!((gate.region.as_str(), gate.to_string().as_str()), ("eu-west-1", "payments-prod / Release / Approve"));
    let run = both.at(5, |world| world.run_of(&id).id.clone());
    assert_eq!(known.execution, Some(ExecutionId::new(run)));
}

#[tokio::test]
async fn where_both_agree_nothing_is_written_and_one_call_a_pipeline_is_made() {
    let both = Both::with_pipeline(Mode::Queued).await;
    both.at(0, |world| world.start_approval("payments-prod"));
    both.reconcile(5).await;
    both.at(10, |world| world.forget_calls());
    let again = both.reconcile(10).await;
    assert_eq!((counts(&again), again.changes.len()), ([1, 0, 0, 0, 0], 0));
    let world = both.server.world();
    assert_eq!((world.count("GetPipelineState"), world.count("ListPipelines")), (1, 1));
    assert_eq!(world.calls.len(), 2, "{:?}", world.calls);
}

#[tokio::test]
async fn a_decision_that_nobody_heard_of_is_taken_over_with_who_when_and_why() {
    let both = Both::with_pipeline(Mode::Superseded).await;
    let id = both.at(0, |world| world.start_approval("payments-prod"));
    both.reconcile(5).await;
    both.at(7, |world| world.reject(&id, "grace", "smoke tests are red"));
    assert_eq!(counts(&both.reconcile(8).await), [1, 0, 1, 0, 0]);
    let known = both.glance(&id).await;
    assert_eq!(told(&known), "Rejected 7m Api grace");
    assert_eq!(known.comment.as_deref(), Some("smoke tests are red"));
}

#[tokio::test]
async fn an_approval_that_began_and_ended_unheard_is_taken_in_while_it_is_news() {
    let both = Both::with_pipeline(Mode::Superseded).await;
    let id = both.at(0, |world| world.start_approval("payments-prod"));
    both.at(3, |world| world.approve(&id, "grace", ""));
    assert_eq!(counts(&both.reconcile(5).await), [1, 1, 0, 0, 0]);
    let known = both.glance(&id).await;
    assert_eq!(told(&known), "Approved 3m Api grace");
    assert_eq!(known.comment, None, "CodePipeline's own words are not a comment");
    assert_eq!(known.requested_at, Some(minute(0)));

    let old = Both::with_pipeline(Mode::Superseded).await;
    let id = old.at(0, |world| world.start_approval("payments-prod"));
    old.at(3, |world| world.approve(&id, "grace", ""));
    assert_eq!(counts(&old.reconcile(3 + 24 * 60 + 1).await), [1, 0, 0, 0, 0]);
    assert_eq!(old.all().await, []);
}

#[tokio::test]
async fn a_decision_is_found_in_the_history_when_the_next_run_already_waits_at_the_gate() {
    let both = Both::with_pipeline(Mode::Superseded).await;
    let first = both.at(0, |world| world.start_approval("payments-prod"));
    both.reconcile(1).await;
    both.at(2, |world| world.approve(&first, "grace", "go"));
    let second = both.at(3, |world| world.start_approval("payments-prod"));
    assert_eq!(counts(&both.reconcile(5).await), [1, 1, 1, 0, 0]);
    assert_eq!(told(&both.glance(&first).await), "Approved 2m Api grace");
    assert!(both.glance(&second).await.is_waiting());
}

#[tokio::test]
async fn a_retry_is_found_as_an_approval_of_its_own() {
    let both = Both::with_pipeline(Mode::Superseded).await;
    let first = both.at(0, |world| world.start_approval("payments-prod"));
    both.reconcile(1).await;
    both.at(2, |world| world.reject(&first, "grace", "no"));
    let again = both.at(3, |world| world.retry(&first));
    both.reconcile(5).await;
    assert_eq!(told(&both.glance(&first).await), "Rejected 2m Api grace");
    let second = both.glance(&again).await;
    assert_eq!((second.requested_at, second.is_waiting()), (Some(minute(3)), true));
}

#[tokio::test]
async fn approvals_of_a_pipeline_in_parallel_mode_are_found_though_its_state_shows_no_token() {
    let both = Both::with_pipeline(Mode::Parallel).await;
    let ids: Vec<String> = (0..3).map(|n| both.at(n, |world| world.start_approval("payments-prod"))).collect();
    assert_eq!(counts(&both.reconcile(5).await), [1, 3, 0, 0, 0]);
    both.at(6, |world| world.approve(&ids[1], "grace", "go"));
    // The history, which is all there is, has not caught up.
    both.reconcile(6).await;
    assert!(both.glance(&ids[1]).await.is_waiting());
    assert_eq!(counts(&both.reconcile(8).await), [1, 0, 1, 0, 0]);
    assert_eq!(told(&both.glance(&ids[1]).await), "Approved 6m Api grace");
    for id in [&ids[0], &ids[2]] {
        assert!(both.glance(id).await.is_waiting());
    }
}

#[tokio::test]
async fn an_approval_whose_state_comes_late_is_found_by_the_next_look() {
    let both = Both::with_pipeline(Mode::Superseded).await;
    both.at(0, |world| world.state_lag = chrono::TimeDelta::seconds(10));
    let id = both.at(0, |world| world.start_approval("payments-prod"));
    assert_eq!(counts(&both.reconcile(0).await), [1, 0, 0, 0, 0]);
    assert_eq!(counts(&both.reconcile(1).await), [1, 1, 0, 0, 0]);
    assert!(both.glance(&id).await.is_waiting());
}

#[tokio::test]
async fn each_way_to_end_is_told_from_the_others() {
    let both = Both::with_pipeline(Mode::Superseded).await;
    let begin = || both.at(0, |world| world.start_approval("payments-prod"));

    let unpublished = begin();
    both.at(0, |world| world.fail_to_publish(&unpublished));
    both.reconcile(1).await;
    assert_eq!(told(&both.glance(&unpublished).await), "NeverAsked 0m Api -");

    let stopped = begin();
    both.reconcile(1).await;
    both.at(2, |world| world.stop_and_abandon(&stopped));
    both.reconcile(3).await;
    assert_eq!(told(&both.glance(&stopped).await), "Abandoned 2m Api -");

    let kept = begin();
    both.reconcile(3).await;
    both.at(4, |world| world.stop_and_wait(&kept));
    both.reconcile(5).await;
    assert!(both.glance(&kept).await.is_waiting(), "a stop that waits leaves the approval open");
    both.at(6, |world| world.approve(&kept, "grace", "go"));
    both.reconcile(7).await;
    assert_eq!(told(&both.glance(&kept).await), "Approved 6m Api grace");
}

#[tokio::test]
async fn a_time_out_is_told_by_its_time_whether_or_not_the_api_names_somebody() {
    for names in [None, Some("somebody")] {
        let both = Both::with_pipeline(Mode::Superseded).await;
        let id = both.at(0, |world| world.start_approval("payments-prod"));
        both.reconcile(1).await;
        let week = 7 * 24 * 60;
        both.at(week, |world| world.time_out(&id, names));
        both.reconcile(week + 1).await;
        both.sweep(week + 30).await;
        assert_eq!(told(&both.glance(&id).await), format!("TimedOut {week}m Api -"));
    }
}

#[tokio::test]
async fn looking_while_events_come_adds_nothing_twice() {
    let both = Both::with_pipeline(Mode::Superseded).await;
    let id = both.at(0, |world| world.start_approval("payments-prod"));
    let asked = both.at(0, |world| events::asked(world, "payments-prod", &id));
    let (heard, looked) = tokio::join!(both.hear(1, &asked), both.reconcile(1));
    assert_eq!(
        heard.len() + looked.changes.len(),
        2,
        "the event adds the attempt to what the look found, or the look the time-out"
    );
    let facts = both.facts(&id).await.len();
    assert_eq!(both.reconcile(2).await.changes.len() + both.hear(2, &asked).await.len(), 0);
    assert_eq!(both.facts(&id).await.len(), facts);

    both.at(3, |world| world.approve(&id, "grace", "go"));
    let ended = both.at(4, |world| events::ended(world, "payments-prod", &id));
    tokio::join!(both.hear(4, &ended), both.reconcile(4));
    let settled = both.facts(&id).await;
    assert_eq!(settled.iter().filter(|kind| matches!(kind, holdpoint::domain::FactKind::Settled(_))).count(), 1);
    assert_eq!(told(&both.glance(&id).await), "Approved 3m Api grace");
}
