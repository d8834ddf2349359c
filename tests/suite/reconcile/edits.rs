//! Pipelines that are edited or deleted while an approval waits in them.

use aws_sdk_codepipeline::Client;
use aws_sdk_codepipeline::types::{ApprovalResult, ApprovalStatus};
use holdpoint::domain::FactKind;

use super::{Both, counts, told};
use crate::support::codepipeline::{Definition, Mode, events};

/// An approval that waits since minute 0 and is known.
async fn waiting() -> (Both, String) {
    let both = Both::with_pipeline(Mode::Superseded).await;
    let id = both.at(0, |world| world.start_approval("payments-prod"));
    both.reconcile(1).await;
    (both, id)
}

#[tokio::test]
async fn an_approval_whose_pipeline_is_edited_ends_as_cancelled_and_not_as_rejected() {
    let (both, id) = waiting().await;
    both.at(7, |world| world.edit_pipeline("payments-prod", Definition::release()));
    assert_eq!(counts(&both.reconcile(10).await), [1, 0, 1, 0, 0]);
    assert!(!both.glance(&id).await.is_waiting(), "nobody is reminded any more");
    both.sweep(30).await;
    assert_eq!(told(&both.glance(&id).await), "Cancelled 7m Api -");
    assert_eq!(both.reconcile(31).await.changes.len(), 0);
}

#[tokio::test]
async fn so_does_one_whose_gate_was_taken_out_of_the_pipeline() {
    let (both, id) = waiting().await;
    both.at(7, |world| world.edit_pipeline("payments-prod", Definition::default()));
    both.reconcile(10).await;
    both.sweep(30).await;
    assert_eq!(told(&both.glance(&id).await), "Cancelled 7m Api -");
}

#[tokio::test]
async fn an_edit_before_the_request_cancels_nothing() {
    let both = Both::with_pipeline(Mode::Superseded).await;
    both.at(0, |world| world.edit_pipeline("payments-prod", Definition::release()));
    let id = both.at(1, |world| world.start_approval("payments-prod"));
    both.reconcile(2).await;
    let edited = both.at(0, |world| events::changed(world, "UpdatePipeline", "payments-prod"));
    assert_eq!(both.hear_and_ask(3, &edited).await.len(), 0);
    both.reconcile(5).await;
    assert!(both.glance(&id).await.is_waiting());
}

#[tokio::test]
async fn an_edit_that_cloudtrail_tells_of_is_looked_into_at_once() {
    let (both, id) = waiting().await;
    both.at(7, |world| world.edit_pipeline("payments-prod", Definition::release()));
    let edited = both.at(7, |world| events::changed(world, "UpdatePipeline", "payments-prod"));
    both.hear_and_ask(9, &edited).await;
    assert!(!both.glance(&id).await.is_waiting());
    both.sweep(30).await;
    assert_eq!(told(&both.glance(&id).await), "Cancelled 7m Api -");
}

#[tokio::test]
async fn without_the_api_an_edit_is_noted_and_nothing_is_concluded_from_it() {
    let (both, id) = waiting().await;
    let edited = both.at(7, |world| events::changed(world, "UpdatePipeline", "payments-prod"));
    both.hear(9, &edited).await;
    let facts = both.facts(&id).await;
    let Some(FactKind::ContextLearnt(learnt)) = facts.last() else { panic!("{facts:?}") };
    let by = learnt.edit.as_ref().and_then(|edit| edit.by.as_deref());
    assert_eq!(by, Some("arn:aws:iam::111122223333:user/deployer"));
    assert!(both.glance(&id).await.is_waiting());
    assert_eq!(both.hear(9, &edited).await.len(), 0);
}

#[tokio::test]
async fn with_its_pipeline_a_wait_is_over() {
    let (both, id) = waiting().await;
    both.at(7, |world| world.delete_pipeline("payments-prod"));
    both.reconcile(8).await;
    both.sweep(30).await;
    assert_eq!(told(&both.glance(&id).await), "Cancelled 8m ExecutionEvent -");

    let (both, id) = waiting().await;
    let deleted = both.at(7, |world| {
        world.delete_pipeline("payments-prod");
        events::changed(world, "DeletePipeline", "payments-prod")
    });
    both.hear_and_ask(9, &deleted).await;
    both.sweep(30).await;
    assert_eq!(told(&both.glance(&id).await), "Cancelled 7m ExecutionEvent -");
}

#[tokio::test]
async fn a_pipeline_that_was_made_anew_under_the_same_name_does_not_hold_what_the_old_one_held() {
    let (both, id) = waiting().await;
    both.at(7, |world| {
        world.delete_pipeline("payments-prod");
        world.add("payments-prod", Mode::Superseded, Definition::release());
    });
    both.reconcile(8).await;
    both.sweep(30).await;
    assert_eq!(told(&both.glance(&id).await), "Cancelled 8m ExecutionEvent -");
}

/// Answers through the API, as people do. Gives the name of the error.
async fn answer(both: &Both, id: &str) -> Result<(), String> {
    let result = ApprovalResult::builder().status(ApprovalStatus::Approved).summary("go").build().expect("it is whole");
    let client = Client::new(&both.server.config().await);
    let call = client.put_approval_result().pipeline_name("payments-prod").stage_name("Release").action_name("Approve");
    let answered = call.token(id).result(result).send().await;
    answered.map(drop).map_err(|error| error.into_service_error().meta().code().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn what_is_called_cancelled_here_takes_no_answer_there() {
    let (both, id) = waiting().await;
    both.at(7, |world| world.edit_pipeline("payments-prod", Definition::release()));
    assert_eq!(answer(&both, &id).await, Err("InvalidApprovalTokenException".to_owned()));

    let (both, id) = waiting().await;
    both.at(7, |_| {});
    assert_eq!(answer(&both, &id).await, Ok(()));
    both.reconcile(8).await;
    assert_eq!(told(&both.glance(&id).await), "Approved 7m Api tests");
}
