//! What no event carries.

use holdpoint::domain::FactKind;
use holdpoint::domain::context::Context;

use super::{Both, counts};
use crate::support::codepipeline::{Definition, Gate, Mode, events};
use crate::support::world::minute;

fn in_four_hours() -> Definition {
    let gate = Gate { stage: "Release", action: "Approve", time_out: Some(240), custom_data: Some("Check it") };
    Definition { gates: vec![gate] }
}

async fn context(both: &Both, id: &str) -> Context {
    let facts = both.facts(id).await;
    facts.iter().fold(Context::default(), |mut context, kind| {
        if let FactKind::ContextLearnt(learnt) = kind {
            context.merge(learnt);
        }
        context
    })
}

#[tokio::test]
async fn the_time_out_the_note_the_revision_and_who_started_the_run_are_learnt_of_what_waits() {
    let both = Both::new().await;
    both.server.world().add("payments-prod", Mode::Superseded, in_four_hours());
    let id = both.at(0, |world| world.start_approval("payments-prod"));
    let asked = both.at(0, |world| events::asked(world, "payments-prod", &id));
    both.hear(1, &asked).await;
    assert_eq!(both.glance(&id).await.expires_at, Some(minute(7 * 24 * 60)), "by CodePipeline's default");
    assert_eq!(counts(&both.reconcile(5).await), [1, 0, 0, 1, 0]);
    assert_eq!(both.glance(&id).await.expires_at, Some(minute(240)));
    let context = context(&both, &id).await;
    assert_eq!(context.custom_data.as_deref(), Some("Check it"));
    assert_eq!(context.trigger.and_then(|t| t.detail).as_deref(), Some("arn:aws:iam::111122223333:user/developer"));
    let revision = &context.revisions[0];
    assert_eq!((revision.action.as_str(), revision.summary.as_deref()), ("Code", Some("Round refunds")));
    assert_eq!(counts(&both.reconcile(10).await), [1, 0, 0, 0, 0]);
}

#[tokio::test]
async fn the_time_out_is_that_of_the_declaration_that_the_run_was_made_from() {
    let both = Both::new().await;
    both.server.world().add("payments-prod", Mode::Parallel, in_four_hours());
    let id = both.at(0, |world| world.start_approval("payments-prod"));
    both.at(1, |world| {
        // In PARALLEL mode each run goes by its own declaration.
        world.edit_pipeline("payments-prod", Definition::release());
    });
    both.reconcile(2).await;
    assert_eq!(both.glance(&id).await.expires_at, Some(minute(240)));
}

#[tokio::test]
async fn a_declaration_is_read_once_a_version() {
    let both = Both::new().await;
    for number in 0..5 {
        let mut world = both.server.world();
        world.add(&format!("no-gate-{number}"), Mode::Superseded, Definition::default());
    }
    both.reconcile(5).await;
    both.at(10, |world| world.forget_calls());
    both.reconcile(10).await;
    let world = both.server.world();
    assert_eq!(world.calls.len(), 1, "a pipeline without an approval costs nothing: {:?}", world.calls);
}
