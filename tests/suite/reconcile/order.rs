//! Events, CloudTrail's records and looks at CodePipeline in any order.

use proptest::prelude::*;

use super::{Both, told};
use crate::support::codepipeline::{Mode, events};

/// What can come, in any order, each as often as it likes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Asked,
    Ended,
    Answered,
    Look,
}

async fn after(steps: &[Step], approves: bool) -> String {
    let both = Both::with_pipeline(Mode::Superseded).await;
    let id = both.at(0, |world| world.start_approval("payments-prod"));
    both.at(5, |world| match approves {
        true => world.approve(&id, "grace", "checked"),
        false => world.reject(&id, "grace", "checked"),
    });
    for step in steps {
        let event = both.at(8, |world| match step {
            Step::Asked => Some(events::asked(world, "payments-prod", &id)),
            Step::Ended => Some(events::ended(world, "payments-prod", &id)),
            Step::Answered => Some(events::answered(world, "payments-prod", &id)),
            Step::Look => None,
        });
        match event {
            Some(event) => drop(both.hear_and_ask(8, &event).await),
            None => drop(both.reconcile(8).await),
        }
    }
    both.sweep(60).await;
    let known = both.glance(&id).await;
    format!("{} {:?} {:?} {:?}", told(&known), known.comment, known.requested_at, known.attempt)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_order_the_end_is_the_same(
        order in Just(vec![Step::Asked, Step::Ended, Step::Answered, Step::Look]).prop_shuffle(),
        again in proptest::sample::select(vec![Step::Asked, Step::Ended, Step::Answered, Step::Look]),
        approves in any::<bool>(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be made");
        let whole = runtime.block_on(after(&[Step::Asked, Step::Ended, Step::Answered], approves));
        let steps: Vec<Step> = order.into_iter().chain([again]).collect();
        prop_assert_eq!(runtime.block_on(after(&steps, approves)), whole);
    }
}
