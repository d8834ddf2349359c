//! Telling an approval something: load its facts, decide, commit what is new, all or nothing.

use std::borrow::Cow;

use crate::domain::input::Input;
use crate::domain::policy::Rules;
use crate::domain::projection::Projection;
use crate::domain::{Approval, ApprovalId, Effect, Fact, FactKind, Timestamp, decide, effects};
use crate::ports::store::{Claim, Commit, Loaded, OutboxRow, Store, StoreError};

/// How often a commit is tried again when somebody else was faster.
const MAX_TRIES: u32 = 10;

/// What a commit changed.
#[derive(Clone, Debug)]
pub struct Change {
    /// As the new facts leave it.
    pub approval: Approval,
    pub facts: Vec<Fact>,
    pub due_at: Option<Timestamp>,
    /// Whether something waits in the outbox because of it.
    pub has_effects: bool,
}

/// Tells the approval each input in turn and commits the facts together; none when there is nothing new.
pub async fn tell<S: Store>(
    store: &S,
    rules: &Rules,
    id: &ApprovalId,
    inputs: &[&Input],
    now: Timestamp,
) -> Result<Option<Change>, StoreError> {
    let loaded = load(store, id).await?;
    tell_loaded(store, rules, loaded, inputs, now).await
}

/// The same for an approval that has just been loaded.
pub async fn tell_loaded<S: Store>(
    store: &S,
    rules: &Rules,
    loaded: (Approval, Loaded),
    inputs: &[&Input],
    now: Timestamp,
) -> Result<Option<Change>, StoreError> {
    let decide_all = |approval: &Approval| {
        let mut after = Cow::Borrowed(approval);
        let mut facts = Vec::new();
        for input in inputs {
            let new = decide(&after, input, rules, now);
            new.iter().for_each(|fact| after.to_mut().learn(fact));
            facts.extend(new);
        }
        facts
    };
    record(store, rules, loaded, decide_all, None, now).await
}

/// Commits one fact that was established outside of `decide`, and with it the claim that it finishes.
pub async fn note<S: Store>(
    store: &S,
    rules: &Rules,
    id: &ApprovalId,
    kind: FactKind,
    finishes: Option<&Claim>,
    now: Timestamp,
) -> Result<Option<Change>, StoreError> {
    let fact = Fact { recorded_at: now, kind };
    let loaded = load(store, id).await?;
    record(store, rules, loaded, |_| vec![fact.clone()], finishes, now).await
}

async fn record<S: Store>(
    store: &S,
    rules: &Rules,
    mut loaded: (Approval, Loaded),
    new_facts: impl Fn(&Approval) -> Vec<Fact> + Send,
    finishes: Option<&Claim>,
    now: Timestamp,
) -> Result<Option<Change>, StoreError> {
    for _ in 0..MAX_TRIES {
        let (approval, before) = loaded;
        let id = approval.id.clone();
        let facts = new_facts(&approval);
        if facts.is_empty() {
            return Ok(None);
        }
        let (approval, commit) = prepare(approval, &before, facts, rules, finishes, now);
        match store.commit(&commit).await {
            Ok(()) => {
                let (due_at, has_effects) = (commit.projection.due_at, !commit.outbox.is_empty());
                return Ok(Some(Change { approval, facts: commit.facts, due_at, has_effects }));
            }
            Err(StoreError::Conflict) => loaded = load(store, &id).await?,
            Err(other) => return Err(other),
        }
    }
    Err(StoreError::Conflict)
}

/// Loads the approval that `id` names, or the one that it was joined to.
pub async fn load<S: Store>(store: &S, id: &ApprovalId) -> Result<(Approval, Loaded), StoreError> {
    let loaded = store.load(id).await?;
    let approval = Approval::fold(id.clone(), &loaded.facts);
    let Some(into) = approval.joined.clone() else { return Ok((approval, loaded)) };
    let loaded = store.load(&into).await?;
    Ok((Approval::fold(into, &loaded.facts), loaded))
}

/// Brings a projection up to date that the rules have overtaken, without a new fact. True when it was out of date.
pub async fn refresh<S: Store>(store: &S, rules: &Rules, known: &Projection) -> Result<bool, StoreError> {
    let loaded = store.load(&known.id).await?;
    let approval = Approval::fold(known.id.clone(), &loaded.facts);
    let projection = Projection::of(&approval, rules);
    if projection == *known {
        return Ok(false);
    }
    let commit = Commit {
        id: known.id.clone(),
        expected: loaded.version,
        facts: Vec::new(),
        projection,
        outbox: Vec::new(),
        finishes: None,
    };
    match store.commit(&commit).await {
        // Whoever was faster wrote a newer projection.
        Err(StoreError::Conflict) | Ok(()) => Ok(true),
        Err(other) => Err(other),
    }
}

/// The approval as the facts leave it, and what to commit.
fn prepare(
    mut approval: Approval,
    loaded: &Loaded,
    facts: Vec<Fact>,
    rules: &Rules,
    finishes: Option<&Claim>,
    now: Timestamp,
) -> (Approval, Commit) {
    let mut outbox = Vec::new();
    for (number, fact) in (loaded.version..).zip(&facts) {
        approval.learn(fact);
        for effect in effects(&approval, fact, rules) {
            let (id, not_before) = match &effect {
                Effect::Notice(notice) => (notice.id.to_string(), notice.held_until.unwrap_or(now)),
                Effect::Record(_) => (format!("{}#{number}", approval.id), now),
                Effect::Publish(_) => (format!("{}#{number}/event", approval.id), now),
                Effect::Compare => (format!("{}#{number}/compare", approval.id), now),
            };
            outbox.push(OutboxRow { id, effect, not_before });
        }
    }
    let commit = Commit {
        id: approval.id.clone(),
        expected: loaded.version,
        facts,
        projection: Projection::of(&approval, rules),
        outbox,
        finishes: finishes.cloned(),
    };
    (approval, commit)
}
