//! Comparing with CodePipeline.

use holdpoint::domain::Phase;
use serde_json::json;

use super::{Cloud, minutes_ago};
use crate::support::codepipeline::world::user;
use crate::support::codepipeline::{CodePipelineServer, Definition, Mode, OWN};
use crate::support::runtime::Answer;

#[tokio::test]
async fn what_was_never_heard_of_is_found_and_what_ended_unheard_is_closed() {
    let (cloud, codepipeline) = (Cloud::new().await, CodePipelineServer::start());
    let id = {
        let mut world = codepipeline.world();
        world.now = minutes_ago(60);
        world.add("payments-prod", Mode::Superseded, Definition::release());
        let id = world.start_approval("payments-prod");
        world.now = minutes_ago(30);
        id
    };
    let function = cloud.function_that_looks("reconcile", &codepipeline);
    let Answer::Response(said) = function.invoke(&json!({})) else { panic!("{}", function.log()) };
    assert_eq!((&said["found"], &said["failed"]), (&json!(1), &json!(0)), "{}", function.log());
    let known = cloud.known(&id).await.expect("it is known");
    assert_eq!(known.phase, Phase::Waiting);
    {
        let mut world = codepipeline.world();
        world.approve(&id, "jane", "fine");
        world.now = minutes_ago(20);
    }
    let Answer::Response(said) = function.invoke(&json!({})) else { panic!("{}", function.log()) };
    assert_eq!(said["closed"], json!(1), "{}", function.log());
    let known = cloud.known(&id).await.expect("it is known");
    assert_eq!((known.phase, known.decided_by), (Phase::Settled, Some(user("jane"))));
}

#[tokio::test]
async fn an_account_that_may_not_be_looked_at_is_told_in_the_log() {
    let (cloud, codepipeline) = (Cloud::new().await, CodePipelineServer::start());
    codepipeline.world().denied.insert(OWN.to_owned());
    let function = cloud.function_that_looks("reconcile", &codepipeline);
    let answer = function.invoke(&json!({}));
    assert!(matches!(&answer, Answer::Response(said) if said["failed"] == 2), "{answer:?}\n{}", function.log());
    assert!(function.log().contains("could not be looked at"), "{}", function.log());
    assert!(function.log().contains("AccessDenied"), "{}", function.log());
}
