//! What every store has to do. Each store runs every test; another one needs a few lines at the end of this file.

mod contract;
mod files;

use holdpoint::adapters::dynamodb::DynamoStore;
use holdpoint::adapters::memory::MemoryStore;
use holdpoint::adapters::sqlite::{Durability, SqliteStore};

use crate::dynamodb::new_store;
use crate::support::server::Server;

/// Hands every point of the contract to a macro, together with what makes a store, and with what that store needs beside
/// it for as long as it is used.
macro_rules! points {
    ($how:ident, $new:expr) => {
        $how!($new;
            an_unknown_approval_is_empty_at_version_0,
            what_is_committed_is_loaded,
            a_stale_version_changes_nothing,
            of_two_commits_on_one_version_one_wins,
            a_lost_claim_changes_nothing,
            a_finished_claim_and_its_facts_are_there_together,
            only_what_is_due_is_due_earliest_first,
            the_next_wake_is_the_earliest_of_all,
            a_claimed_row_is_nobody_elses_until_its_lease_ends,
            a_row_put_back_comes_again_and_an_attempt_counts_if_it_failed,
            a_row_id_is_taken_once,
            news_of_an_execution_is_kept_once_and_folded,
            the_approvals_of_an_execution_are_its_own,
            an_approval_is_found_by_whatever_names_its_execution,
            lists_are_ordered_filtered_and_paged,
            lists_go_on_from_month_to_month,
            facts_are_pruned_all_or_none,
            facts_of_many_commits_are_pruned_as_well,
            gauges_count_what_waits_and_nothing_else,
            a_projection_can_be_renewed_without_a_fact,
            rejects_come_newest_first,
        );
    };
}

/// A test for each point.
macro_rules! each_alone {
    ($new:expr; $($test:ident),+ $(,)?) => {$(
        #[tokio::test]
        async fn $test() {
            let (store, _kept) = $new;
            contract::$test(&store).await;
        }
    )+};
}

/// One test for all points, where what the store needs is too slow to be started for each.
macro_rules! one_after_the_other {
    ($new:expr; $($test:ident),+ $(,)?) => {$(
        let (store, _kept) = $new;
        contract::$test(&store).await;
    )+};
}

macro_rules! conforms {
    ($store:ident, $new:expr) => {
        mod $store {
            use super::*;

            points!(each_alone, ($new, ()));
            each_alone!(($new, ()); old_news_is_forgotten_unless_something_waits_for_it);
        }
    };
}

fn sqlite(durability: Durability) -> SqliteStore {
    SqliteStore::in_memory(durability).expect("a store in memory can be made")
}

conforms!(memory, MemoryStore::new());
conforms!(sqlite_each_commit, sqlite(Durability::EachCommit));
conforms!(sqlite_at_flush, sqlite(Durability::AtFlush));

/// News expire there by themselves.
mod dynamodb {
    use super::*;

    async fn alone() -> (DynamoStore, Server) {
        let server = Server::dynamodb();
        (new_store(&server.config(), "holdpoint").await, server)
    }

    points!(each_alone, alone().await);

    #[tokio::test]
    async fn on_another_server_it_does_the_same() {
        let server = Server::aws();
        let config = server.config();
        let mut tables = (0..).map(|n| format!("table-{n}"));
        let mut new = async || (new_store(&config, &tables.next().expect("they never end")).await, ());
        points!(one_after_the_other, new().await);
    }
}
