//! What a history would have been under another policy.
//!
//! Both columns are made the same way: of each approval the facts that came from the world are lived through again, once
//! under the old rules and once under the new. So the old column is not what was recorded at the time, which can have been
//! under a third policy, with outages and undelivered notices. Nothing is sent, and nothing is written.

mod figures;
mod life;

use futures_util::{StreamExt, stream};

pub use figures::{Figures, Judged, Notices, Waits};
pub use life::{Life, Told, live};

use super::pages::Pages;
use crate::domain::policy::Rules;
use crate::domain::{ApprovalId, FactKind, Gate, Timestamp};
use crate::ports::store::{Query, Store, StoreError};

/// How many approvals are asked for at the same time.
const AT_ONCE: usize = 16;

/// How much there is in a store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    pub approvals: u64,
    /// When its latest fact was recorded.
    pub until: Option<Timestamp>,
}

/// Two columns of figures, and what lies between them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Simulation {
    pub approvals: u64,
    /// Approvals whose record cannot be read, and that are left out.
    pub unreadable: u64,
    pub first_requested_at: Option<Timestamp>,
    pub old: Figures,
    pub new: Figures,
    /// Approvals that are judged otherwise, in the order of their requests.
    pub changes: Vec<Change>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub approval: ApprovalId,
    pub gate: Option<Gate>,
    pub requested_at: Option<Timestamp>,
    pub old: Judged,
    pub new: Judged,
}

pub async fn extent<S: Store>(store: &S) -> Result<Extent, StoreError> {
    let (mut pages, mut extent) = (Pages::new(store, Query::default()), Extent::default());
    while let Some(page) = pages.next().await? {
        extent.approvals += page.len() as u64;
        extent.until = page.iter().filter_map(|known| known.changed_at).chain(extent.until).max();
    }
    Ok(extent)
}

/// Simulates every approval in the store until then; `done` is called once for each.
pub async fn simulate<S: Store>(
    store: &S,
    old: &Rules,
    new: &Rules,
    until: Timestamp,
    mut done: impl FnMut(),
) -> Result<Simulation, StoreError> {
    let (mut pages, mut simulation) = (Pages::new(store, Query::default()), Simulation::default());
    while let Some(page) = pages.next().await? {
        let mut loads = Vec::with_capacity(page.len());
        for known in page {
            loads.push(async move { (store.load(&known.id).await, known.id) });
        }
        let mut loads = stream::iter(loads).buffered(AT_ONCE);
        while let Some((loaded, id)) = loads.next().await {
            match loaded {
                // It is another's other half, and counted there.
                Ok(loaded) if loaded.facts.iter().any(|fact| matches!(fact.kind, FactKind::Joined { .. })) => {}
                Ok(loaded) => {
                    let lives = [old, new].map(|rules| live(id.clone(), &loaded.facts, rules, until));
                    simulation.add(&lives, old, new);
                }
                Err(error) if error.is_of_one_record() => {
                    tracing::error!(%id, %error, "an approval is left out");
                    simulation.unreadable += 1;
                }
                Err(other) => return Err(other),
            }
            done();
        }
    }
    simulation.old.finish();
    simulation.new.finish();
    Ok(simulation)
}

impl Simulation {
    fn add(&mut self, [old, new]: &[Life; 2], old_rules: &Rules, new_rules: &Rules) {
        self.approvals += 1;
        let requested_at = new.approval.request.map(|request| request.at);
        self.first_requested_at = [self.first_requested_at, requested_at].into_iter().flatten().min();
        let judged = (self.old.add(old, old_rules), self.new.add(new, new_rules));
        if judged.1.differs_from(&judged.0) {
            self.changes.push(Change {
                approval: new.approval.id.clone(),
                gate: new.approval.gate.clone(),
                requested_at,
                old: judged.0,
                new: judged.1,
            });
        }
    }
}
