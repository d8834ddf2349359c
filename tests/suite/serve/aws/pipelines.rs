//! CodePipeline itself: asked at once who decided, and compared with.

use chrono::TimeDelta;
use holdpoint::domain::Phase;

use super::Cloud;
use crate::serve::process::{Place, SOON};
use crate::support::codepipeline::world::user;
use crate::support::codepipeline::{CodePipelineServer, Definition, KEY, Mode, OWN, REGION, events};
use crate::support::wait::until_async;
use crate::support::waiting::{asked, now, waiting};

/// A service that looks at that CodePipeline.
fn place(cloud: &Cloud, codepipeline: &CodePipelineServer) -> Place {
    cloud
        .place()
        .arg("--members", REGION)
        .variable("AWS_ENDPOINT_URL_CODEPIPELINE", &codepipeline.url())
        .variable("AWS_ENDPOINT_URL_STS", &codepipeline.url())
        .variable("AWS_ACCESS_KEY_ID", &format!("{KEY}{OWN}"))
}

/// A pipeline in which an approval has been waiting for an hour.
fn waits(codepipeline: &CodePipelineServer) -> String {
    let mut world = codepipeline.world();
    world.now = now() - TimeDelta::hours(1);
    world.add("payments-prod", Mode::Superseded, Definition::release());
    world.start_approval("payments-prod")
}

#[tokio::test]
async fn what_no_event_told_of_is_found_at_the_start_and_who_decided_is_known_at_once() {
    let (cloud, codepipeline) = (Cloud::new().await, CodePipelineServer::start());
    let id = waits(&codepipeline);
    let place = place(&cloud, &codepipeline);
    let server = place.serve();
    let known = until_async("what waits there", SOON, async || cloud.known(&id).await).await;
    assert_eq!(known.phase, Phase::Waiting);

    let ended = {
        let mut world = codepipeline.world();
        world.now = now() - TimeDelta::minutes(1);
        world.reject(&id, "grace", "not on a Friday");
        events::ended(&mut world, "payments-prod", &id)
    };
    assert_eq!(server.post(ended).status, 200);
    let by = until_async("who decided", SOON, async || cloud.known(&id).await.and_then(|known| known.decided_by)).await;
    assert_eq!(by, user("grace"));
    assert_eq!(server.terminate().code(), Some(0), "{}", place.log());
}

#[tokio::test]
async fn a_codepipeline_that_cannot_be_looked_at_is_told_in_the_log_and_stops_nothing() {
    let (cloud, codepipeline) = (Cloud::new().await, CodePipelineServer::start());
    codepipeline.world().denied.insert(OWN.to_owned());
    let place = place(&cloud, &codepipeline);
    let server = place.serve();
    until_async("a word of it", SOON, async || place.log().contains("could not be looked at").then_some(())).await;
    assert!(place.log().contains("AccessDenied"), "{}", place.log());
    assert_eq!(server.post(asked(&waiting(1, TimeDelta::hours(3)))).status, 200);
    until_async("the reminder", SOON, async || (!cloud.inbox().await.is_empty()).then_some(())).await;
    assert_eq!(server.get("/healthz").status, 200);
    assert_eq!(server.terminate().code(), Some(0), "{}", place.log());
}
