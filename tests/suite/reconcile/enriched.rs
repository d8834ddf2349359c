//! Asking at once when an event tells of an end.

use chrono::TimeDelta;
use holdpoint::adapters::codepipeline::{CodePipeline, Patience};
use holdpoint::app::enrich::enrich;

use super::{Both, told};
use crate::support::codepipeline::{Definition, Mode, OWN, events};
use crate::support::world::minute;

/// An approval that waits since minute 0, heard of by its event.
async fn asked(mode: Mode) -> (Both, String) {
    let both = Both::with_pipeline(mode).await;
    let id = both.at(0, |world| world.start_approval("payments-prod"));
    let asked = both.at(0, |world| events::asked(world, "payments-prod", &id));
    both.hear_and_ask(0, &asked).await;
    both.at(5, |world| world.forget_calls());
    (both, id)
}

#[tokio::test]
async fn who_and_when_are_exact_as_soon_as_the_event_comes() {
    let (both, id) = asked(Mode::Superseded).await;
    both.at(5, |world| world.reject(&id, "grace", "no"));
    let ended = both.at(6, |world| events::ended(world, "payments-prod", &id));
    both.hear_and_ask(6, &ended).await;
    assert_eq!(told(&both.glance(&id).await), "Rejected 5m Api grace");
    let world = both.server.world();
    assert_eq!(world.calls.len(), 1, "one call an approval: {:?}", world.calls);
}

#[tokio::test]
async fn the_same_event_again_asks_nobody() {
    let (both, id) = asked(Mode::Superseded).await;
    both.at(5, |world| world.approve(&id, "grace", "go"));
    let ended = both.at(6, |world| events::ended(world, "payments-prod", &id));
    both.hear_and_ask(6, &ended).await;
    both.at(7, |world| world.forget_calls());
    both.hear_and_ask(7, &ended).await;
    assert_eq!(both.server.world().calls, []);
}

#[tokio::test]
async fn in_parallel_mode_the_history_is_asked() {
    let (both, id) = asked(Mode::Parallel).await;
    both.at(5, |world| world.approve(&id, "grace", "go"));
    both.at(5, |world| world.start_approval("payments-prod"));
    let ended = both.at(6, |world| events::ended(world, "payments-prod", &id));
    both.hear_and_ask(6, &ended).await;
    assert_eq!(told(&both.glance(&id).await), "Approved 5m Api grace");
}

#[tokio::test]
async fn an_api_that_lags_fails_or_refuses_loses_nothing() {
    for trouble in ["lag", "down", "denied"] {
        let (mut both, id) = asked(Mode::Parallel).await;
        both.pipelines = CodePipeline::new(&both.server.config().await, OWN, &[], Patience::Short);
        both.at(5, |world| world.approve(&id, "grace", "go"));
        // Which takes its place in the state.
        both.at(5, |world| world.start_approval("payments-prod"));
        both.at(6, |world| match trouble {
            "lag" => world.history_lag = TimeDelta::hours(1),
            "down" => drop(world.down.insert(OWN.to_owned())),
            _ => drop(world.denied.insert("payments-prod".to_owned())),
        });
        let ended = both.at(6, |world| events::ended(world, "payments-prod", &id));
        both.hear_and_ask(6, &ended).await;
        both.sweep(30).await;
        assert_eq!(told(&both.glance(&id).await), "Approved 5m ActionEvent -", "{trouble}");
        let answered = both.at(31, |world| events::answered(world, "payments-prod", &id));
        both.hear(31, &answered).await;
        assert_eq!(told(&both.glance(&id).await), "Approved 5m CloudTrail grace", "{trouble}");
    }
}

#[tokio::test]
async fn cloudtrail_after_the_api_adds_evidence_and_corrects_nothing() {
    let (both, id) = asked(Mode::Superseded).await;
    both.at(5, |world| world.reject(&id, "grace", "no"));
    let (ended, answered) =
        both.at(6, |world| (events::ended(world, "payments-prod", &id), events::answered(world, "payments-prod", &id)));
    both.hear_and_ask(6, &ended).await;
    let before = both.facts(&id).await.len();
    both.hear_and_ask(9, &answered).await;
    assert_eq!(told(&both.glance(&id).await), "Rejected 5m CloudTrail grace");
    assert_eq!(both.facts(&id).await.len(), before + 1, "the decision, once more, by a stronger witness");
}

#[tokio::test]
async fn a_burst_asks_once_a_pipeline_and_a_bounded_number_of_them() {
    let both = Both::new().await;
    let mut changes = Vec::new();
    for number in 0..30 {
        let name = format!("service-{number:02}-prod");
        let id = both.at(0, |world| {
            world.add(&name, Mode::Superseded, Definition::release());
            world.start_approval(&name)
        });
        let asked = both.at(0, |world| events::asked(world, &name, &id));
        both.hear(0, &asked).await;
        both.at(1, |world| world.approve(&id, "grace", "go"));
        let ended = both.at(1, |world| events::ended(world, &name, &id));
        changes.extend(both.hear(2, &ended).await);
    }
    enrich(&both.store, &both.rules, &both.pipelines, &changes, minute(2)).await;
    assert_eq!(both.server.world().calls.len(), 20);
    // The reconciler asks for the rest.
    both.reconcile(5).await;
    let all = both.all().await;
    assert!(all.iter().all(|known| told(known) == "Approved 1m Api grace"), "{all:?}");
}
