//! What holds of every simulation.

use holdpoint::app::simulate::Notices;
use proptest::prelude::*;

use super::world::{between, block_on, policies, replay, runs, within};

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn a_policy_against_itself_changes_nothing(runs in runs(), kept_under in 0..4_usize, policy in 0..4_usize) {
        let policies = policies();
        let simulation = block_on(async {
            let history = replay(&runs, &policies[kept_under], None).await;
            between(&history.store, &policies[policy], &policies[policy]).await
        });
        prop_assert_eq!(&simulation.old, &simulation.new);
        prop_assert_eq!(simulation.changes, vec![]);
    }

    #[test]
    fn a_longer_target_never_adds_a_breach(runs in runs(), target in 1..2_000_u32, longer in 0..2_000_u32) {
        let (short, long) = (within(target), within(target + longer));
        let simulation = block_on(async {
            let history = replay(&runs, &short, None).await;
            between(&history.store, &short, &long).await
        });
        prop_assert!(simulation.new.breaches <= simulation.old.breaches);
        for change in &simulation.changes {
            prop_assert!(change.old.breached && !change.new.breached, "{change:?}");
            prop_assert!(change.old.deadline < change.new.deadline, "{change:?}");
        }
        prop_assert_eq!(simulation.changes.len() as u64, simulation.old.breaches - simulation.new.breaches);
        prop_assert_eq!(&simulation.old.waits, &simulation.new.waits, "who decided when is not the policy's to say");
    }

    #[test]
    fn what_is_counted_adds_up(runs in runs(), old in 0..4_usize, new in 0..4_usize) {
        let policies = policies();
        let simulation = block_on(async {
            let history = replay(&runs, &policies[old], None).await;
            between(&history.store, &policies[old], &policies[new]).await
        });
        prop_assert_eq!(simulation.approvals, runs.len() as u64);
        for figures in [&simulation.old, &simulation.new] {
            prop_assert!(figures.breaches <= figures.promised && figures.promised <= simulation.approvals);
            let recipients: std::collections::BTreeSet<_> = figures.notices.keys().map(|(name, _)| name).collect();
            let by_recipient = recipients.into_iter().map(|name| figures.notices_to(name));
            prop_assert_eq!(by_recipient.fold(Notices::default(), Notices::and), figures.notices_in_all());
            prop_assert!(figures.working.count() <= figures.waits.count());
            let percentiles = [1, 50, 90, 99, 100].map(|percent| figures.waits.percentile(percent));
            prop_assert!(percentiles.is_sorted());
        }
        let breaches = |is_new: bool| simulation.changes.iter().filter(|c| if is_new { c.new.breached } else { c.old.breached }).count() as u64;
        // What is judged as before has as many breaches on both sides.
        prop_assert_eq!(simulation.old.breaches - breaches(false), simulation.new.breaches - breaches(true));
    }
}
