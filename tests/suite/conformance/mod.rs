//! What every store has to do. Each store runs every test; another one needs a line at the end of this file.

mod contract;
mod files;

use holdpoint::adapters::memory::MemoryStore;
use holdpoint::adapters::sqlite::{Durability, SqliteStore};

/// A test for each point of the contract, for a store that `$new` makes.
macro_rules! conforms {
    ($store:ident, $new:expr) => {
        mod $store {
            use super::*;

            conforms!(@tests $new;
                an_unknown_approval_is_empty_at_version_0,
                what_is_committed_is_loaded,
                a_stale_version_changes_nothing,
                of_two_commits_on_one_version_one_wins,
                a_lost_claim_changes_nothing,
                only_what_is_due_is_due_earliest_first,
                the_next_wake_is_the_earliest_of_all,
                a_claimed_row_is_nobody_elses_until_its_lease_ends,
                a_row_put_back_comes_again_with_an_attempt_counted,
                a_row_id_is_taken_once,
                news_of_an_execution_is_kept_once_and_folded,
                old_news_is_forgotten_unless_something_waits_for_it,
                the_approvals_of_an_execution_are_its_own,
                lists_are_ordered_filtered_and_paged,
                gauges_count_what_waits_and_keep_their_zero,
                a_projection_can_be_renewed_without_a_fact,
                rejects_come_newest_first,
            );
        }
    };
    (@tests $new:expr; $($test:ident),+ $(,)?) => {$(
        #[tokio::test]
        async fn $test() {
            contract::$test(&$new).await;
        }
    )+};
}

fn sqlite(durability: Durability) -> SqliteStore {
    SqliteStore::in_memory(durability).expect("a store in memory can be made")
}

conforms!(memory, MemoryStore::new());
conforms!(sqlite_each_commit, sqlite(Durability::EachCommit));
conforms!(sqlite_at_flush, sqlite(Durability::AtFlush));
