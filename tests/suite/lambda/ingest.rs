//! Taking events in.

use holdpoint::domain::Phase;
use holdpoint::domain::evidence::{Basis, Outcome};
use serde_json::{Value, json};

use super::{Cloud, again, batch, minutes_ago, run};
use crate::support::codepipeline::world::user;
use crate::support::codepipeline::{CodePipelineServer, Definition, Mode, events};
use crate::support::history::Fate;
use crate::support::runtime::Answer;
use crate::support::wait::until;

#[tokio::test]
async fn a_batch_is_taken_in_and_a_batch_that_comes_again_adds_nothing() {
    let cloud = Cloud::new().await;
    let function = cloud.function("ingest");
    let run = run(1, 30, Fate::Approved);
    let events = batch(&run.events());
    assert_eq!(function.invoke(&events), again(&[]), "{}", function.log());
    let known = cloud.known(&run.approval()).await.expect("it is known");
    assert_eq!((known.phase, known.outcome), (Phase::Settled, Some(Outcome::Approved)));
    assert_eq!(known.requested_at, Some(run.asked_at));
    assert_eq!(function.invoke(&events), again(&[]));
    assert_eq!(cloud.known(&run.approval()).await, Some(known));
}

#[tokio::test]
async fn a_hundred_events_take_little_memory() {
    let cloud = Cloud::new().await;
    let function = cloud.function("ingest");
    for batch_number in 0..3 {
        let runs = (0..10).map(|number| run(100 * batch_number + number, 30, Fate::Approved));
        let bodies: Vec<String> = runs.flat_map(|run| run.events()).take(100).collect();
        assert_eq!(function.invoke(&batch(&bodies)), again(&[]), "{}", function.log());
    }
    // Built without optimisation, it takes more than what is deployed; `cargo bench --bench lambda` measures that.
    let peak = function.peak_memory();
    assert!(peak < 64 * 1024, "{peak} KiB");
}

#[tokio::test]
async fn a_poison_message_comes_again_by_itself_and_the_log_says_what_is_wrong_with_it() {
    let cloud = Cloud::new().await;
    let function = cloud.function("ingest");
    let run = run(1, 30, Fate::Open);
    let mut bodies = run.events();
    bodies.insert(3, "{ not JSON".to_owned());
    bodies.push(r#"{"source":"aws.codepipeline","detail-type":"CodePipeline Action Execution State Change"}"#.into());
    let last = format!("m-{}", bodies.len() - 1);
    assert_eq!(function.invoke(&batch(&bodies)), again(&["m-3", &last]));
    assert!(cloud.known(&run.approval()).await.is_some());
    let log = function.log();
    let said: Vec<Value> = log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let reason = |id: &str| {
        let line = said.iter().find(|line| line["id"] == id);
        line.and_then(|line| line["error"].as_str()).unwrap_or_default().to_owned()
    };
    assert!(reason("m-3").contains("not JSON"), "{log}");
    assert!(reason(&last).contains("`detail` is missing"), "{log}");
}

#[tokio::test]
async fn an_event_that_eventbridge_sends_directly_is_taken_in_or_fails_as_a_whole() {
    let cloud = Cloud::new().await;
    let function = cloud.function("ingest");
    let run = run(1, 30, Fate::Open);
    for event in run.events() {
        let event: Value = serde_json::from_str(&event).expect("it works");
        assert!(matches!(function.invoke(&event), Answer::Response(_)), "{}", function.log());
    }
    assert!(cloud.known(&run.approval()).await.is_some());
    let broken = json!({ "source": "aws.codepipeline", "detail-type": "CodePipeline Action Execution State Change" });
    let Answer::Error(error) = function.invoke(&broken) else { panic!("it is not taken") };
    assert!(error["errorMessage"].as_str().is_some_and(|said| said.contains("`detail` is missing")), "{error}");
}

#[tokio::test]
async fn nothing_is_forgotten_while_the_table_does_not_answer() {
    let cloud = Cloud::new().await;
    let function = cloud.function_with("ingest", &[("HOLDPOINT_TABLE", "not-there")]);
    let run = run(1, 30, Fate::Open);
    let events = run.events();
    let Answer::Response(answer) = function.invoke(&batch(&events)) else { panic!("{}", function.log()) };
    let failed = answer["batchItemFailures"].as_array().expect("a list");
    // The request stands last; messages that say nothing of an approval need no table.
    let request = format!("m-{}", events.len() - 1);
    assert!(failed.iter().any(|item| item["itemIdentifier"] == request.as_str()), "{failed:?}");
    // The log comes by another way than the answer, and can come after it.
    until("the table's name in the log", 30, || function.log().contains("not-there").then_some(()));
    assert_eq!(cloud.function("ingest").invoke(&batch(&events)), again(&[]));
    assert!(cloud.known(&run.approval()).await.is_some());
}

#[tokio::test]
async fn who_decided_is_known_at_once_because_the_api_is_asked() {
    let (cloud, codepipeline) = (Cloud::new().await, CodePipelineServer::start());
    let function = cloud.function_that_looks("ingest", &codepipeline);
    let (id, asked, ended) = {
        let mut world = codepipeline.world();
        world.now = minutes_ago(10);
        world.add("payments-prod", Mode::Superseded, Definition::release());
        let id = world.start_approval("payments-prod");
        let asked = events::asked(&mut world, "payments-prod", &id);
        world.now = minutes_ago(5);
        world.reject(&id, "jane", "not on a Friday");
        let ended = events::ended(&mut world, "payments-prod", &id);
        world.now = minutes_ago(4);
        (id, asked, ended)
    };
    assert_eq!(function.invoke(&batch(&[asked, ended])), again(&[]), "{}", function.log());
    let known = cloud.known(&id).await.expect("it is known");
    assert_eq!((known.outcome, known.basis), (Some(Outcome::Rejected), Some(Basis::Api)), "{}", function.log());
    assert_eq!(known.decided_by, Some(user("jane")));
}
