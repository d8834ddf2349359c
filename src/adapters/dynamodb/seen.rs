//! What was ever seen: each gate under a policy, so that it is counted also when nothing waits there, and each month in
//! which an approval is listed. Written once by each process, before the first commit that needs it.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use super::failure::{self, is_disturbed, patiently};
use super::item::{self, Item, string};
use super::keys::{self, Keys, Range, SEEN};
use super::table::Table;
use crate::domain::measure::Labels;
use crate::domain::{Gate, PolicyName};
use crate::ports::store::{Commit, StoreError};

const ACCOUNT: &str = "account";
const REGION: &str = "region";
const PIPELINE: &str = "pipeline";
const STAGE: &str = "stage";
const ACTION: &str = "action";
const POLICY: &str = "policy";

/// The keys that this process knows to be in the table.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen(Arc<Mutex<HashSet<String>>>);

impl Seen {
    /// Sees to it that what the commit is about is in the table.
    pub(super) async fn note(&self, table: &Table, commit: &Commit) -> Result<(), StoreError> {
        let labels = commit.projection.gate.as_ref().map(|gate| of_labels(gate, commit.projection.policy.as_ref()));
        let month = item::listed(&commit.projection).map(|listed| item::key(SEEN, month_key(keys::month(&listed))));
        for item in labels.into_iter().chain(month) {
            let sk = item::text(&item, Keys::Table.sk())?.to_owned();
            if self.known().contains(&sk) {
                continue;
            }
            let call = table.client.put_item().table_name(&table.name).set_item(Some(item));
            let put = patiently(is_disturbed, || call.clone().send()).await;
            put.map_err(|error| failure::unavailable(&table.name, error))?;
            self.known().insert(sk);
        }
        Ok(())
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashSet<String>> {
        // Each change is made whole before the lock is let go.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn month_key(month: &str) -> String {
    format!("M#{month}")
}

fn of_labels(gate: &Gate, policy: Option<&PolicyName>) -> Item {
    let account = gate.account.as_deref();
    let policy = policy.map(PolicyName::as_str);
    let texts = [account.unwrap_or_default(), &gate.region, &gate.pipeline, &gate.stage, &gate.action];
    let hash = keys::hash(&[&texts[..], &[policy.unwrap_or_default()]].concat());
    let mut item = item::key(SEEN, format!("G#{hash}"));
    let known = [
        (ACCOUNT, account),
        (REGION, Some(gate.region.as_str())),
        (PIPELINE, Some(gate.pipeline.as_str())),
        (STAGE, Some(gate.stage.as_str())),
        (ACTION, Some(gate.action.as_str())),
        (POLICY, policy),
    ];
    item.extend(item::item(known.into_iter().filter_map(|(name, text)| Some((name, string(text?))))));
    item
}

/// Each gate under a policy that was ever seen.
pub(super) async fn labels(table: &Table) -> Result<Vec<Labels>, StoreError> {
    let items = table.first(&Range::of_kind(SEEN, 'G'), usize::MAX).await?;
    items.iter().map(read).collect()
}

fn read(item: &Item) -> Result<Labels, StoreError> {
    let text = |name: &str| item::text(item, name).map(str::to_owned);
    let known = |name: &str| if item.contains_key(name) { text(name).map(Some) } else { Ok(None) };
    let gate = Gate {
        account: known(ACCOUNT)?,
        region: text(REGION)?,
        pipeline: text(PIPELINE)?,
        stage: text(STAGE)?,
        action: text(ACTION)?,
    };
    Ok(Labels { gate, policy: known(POLICY)?.map(PolicyName::new) })
}

/// The months in which approvals are listed, oldest first.
pub(super) async fn months(table: &Table) -> Result<Vec<String>, StoreError> {
    let items = table.first(&Range::of_kind(SEEN, 'M'), usize::MAX).await?;
    let month = |item: &Item| item::text(item, Keys::Table.sk()).map(|sk| sk.trim_start_matches("M#").to_owned());
    items.iter().map(month).collect()
}
