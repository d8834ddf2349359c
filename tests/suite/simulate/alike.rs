//! A column is what a replay under its policy gives, whatever policy the history was kept under.

use holdpoint::app::simulate::simulate;
use holdpoint::ports::store::{Query, Store};
use proptest::prelude::*;

use super::world::{block_on, policies, replay, runs, told};
use crate::support::world::minute;

/// Long after all of the history.
const LATER: i64 = 100_000;

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn each_column_is_what_a_replay_under_its_policy_gives(
        runs in runs(), kept_under in 0..4_usize, old in 0..4_usize, new in 0..4_usize,
    ) {
        let policies = policies();
        block_on(async {
            let history = replay(&runs, &policies[kept_under], None).await;
            let until = minute(LATER);
            let simulation = simulate(&history.store, &policies[old], &policies[new], until, || ());
            let simulation = simulation.await.expect("the store answers");
            for (figures, policy) in [(&simulation.old, old), (&simulation.new, new)] {
                let replayed = replay(&runs, &policies[policy], Some(until)).await;
                prop_assert_eq!(told(figures), replayed.told);
                prop_assert_eq!((figures.breaches, figures.promised), (replayed.breaches, replayed.promised));
            }
            let listed = history.store.list(&Query::default(), None, 1000).await.expect("the store answers");
            prop_assert_eq!(simulation.approvals, listed.len() as u64);
            Ok(())
        })?;
    }
}
