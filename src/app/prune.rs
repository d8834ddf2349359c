//! Taking out of the store what an export has.

use crate::audit::chain;
use crate::audit::series::Covered;
use crate::domain::fact::Pruned;
use crate::domain::policy::Rules;
use crate::domain::projection::Projection;
use crate::domain::{Approval, Fact, FactKind, Phase, Timestamp};
use crate::ports::store::{Commit, Query, Store, StoreError};

use super::audit::ExportError;
use super::pages::Pages;

/// What becomes, or would become, of an approval that was settled long enough ago.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    Pruned,
    /// No export has exactly its facts.
    NotCovered,
    /// The store cannot read it, or will never take it away, and says why. It keeps nothing from the others.
    PassedOver(String),
}

/// Looks at all that was over before `before`, and takes out the facts of what is covered if `does` gives a time. One fact
/// of that time is left of each, which says where they are.
pub async fn prune<S: Store>(
    store: &S,
    rules: &Rules,
    covered: &Covered,
    before: Timestamp,
    does: Option<Timestamp>,
    told: &mut dyn FnMut(&Projection, Fate),
) -> Result<(), ExportError> {
    let query = Query { open_only: false, from: None, to: Some(before) };
    let mut pages = Pages::new(store, query);
    while let Some(page) = pages.next().await? {
        let is_over = |p: &&Projection| p.phase == Phase::Settled && p.ended_at.is_some_and(|at| at < before);
        for projection in page.iter().filter(is_over) {
            let fate = match one(store, rules, covered, projection, does).await {
                Err(ExportError::Store(error)) if error.is_of_one_record() => Fate::PassedOver(error.to_string()),
                fate => fate?,
            };
            told(projection, fate);
        }
    }
    Ok(())
}

async fn one<S: Store>(
    store: &S,
    rules: &Rules,
    covered: &Covered,
    known: &Projection,
    does: Option<Timestamp>,
) -> Result<Fate, ExportError> {
    let loaded = store.load(&known.id).await?;
    let chain = chain::of(&known.id, &loaded.facts).map_err(std::io::Error::from)?;
    let Some((checkpoint, head)) = covered.by(known.id.as_str(), &chain).zip(chain.last()) else {
        return Ok(Fate::NotCovered);
    };
    let Some(now) = does else { return Ok(Fate::Pruned) };
    let pruned = Pruned { facts: loaded.version, head: head.to_string(), checkpoint: checkpoint.to_string() };
    let fact = Fact { recorded_at: now, kind: FactKind::Pruned(pruned) };
    let id = known.id.clone();
    let projection = Projection::of(&Approval::fold(id.clone(), [&fact]), rules);
    let commit =
        Commit { id, expected: loaded.version, facts: vec![fact], projection, outbox: Vec::new(), finishes: None };
    match store.prune(&commit).await {
        Ok(()) => Ok(Fate::Pruned),
        // It has just got another fact, which no export has.
        Err(StoreError::Conflict) => Ok(Fate::NotCovered),
        Err(other) => Err(other.into()),
    }
}
