//! Comparing what waits at CodePipeline with what is known to wait here: what no event told of is found, what ended unheard
//! is closed, what events do not carry is learnt. Where both agree nothing is written.
//!
//! The pipelines in which something is known to wait come first, but leave half of the time to all others; each kind in
//! the order of their names. A run that is out of time says where it stopped, and the next one begins there.

mod behind;
mod look;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::{StreamExt, stream};

use self::look::{Look, Trouble};
use super::pages::Pages;
use super::tell::Change;
use crate::domain::Timestamp;
use crate::domain::policy::Rules;
use crate::domain::projection::Projection;
use crate::ports::clock::Clock;
use crate::ports::pipelines::{LookError, Pipelines, Site};
use crate::ports::store::{Query, Store, StoreError};

/// How many pipelines are looked at at the same time. CodePipeline states no limits, so this stays low.
const AT_ONCE: usize = 4;
/// A site that has not answered this often is left alone until the next run.
const MAX_UNANSWERED: usize = 5;
/// Of what went wrong, this much is told.
const TOLD_FAILURES: usize = 50;

/// A pipeline of a site.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    pub site: Site,
    pub pipeline: String,
}

/// Where a run goes on: among the pipelines in which something is known to wait, and among the others. None is at the
/// beginning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    pub known: Option<Mark>,
    pub others: Option<Mark>,
}

/// What a run came to.
#[derive(Debug, Default)]
pub struct Reconciled {
    pub changes: Vec<Change>,
    /// Pipelines that were looked at.
    pub looked_at: usize,
    /// Approvals that nothing had been heard of.
    pub found: usize,
    /// Approvals whose end, or whose decider, had not been heard of.
    pub closed: usize,
    /// Approvals of which more is known now.
    pub learnt: usize,
    /// Pipelines and sites that could not be looked at.
    pub failed: usize,
    /// Which, and why: the first fifty.
    pub failures: Vec<String>,
    /// Where the next run is to begin.
    pub resume: Marks,
}

/// Compares until `deadline`, beginning at `from`. One pipeline or site that fails keeps nothing from the others; only the
/// store's own failure ends the run.
pub async fn reconcile<S: Store, P: Pipelines, K: Clock>(
    store: &S,
    rules: &Rules,
    pipelines: &P,
    clock: &K,
    deadline: Timestamp,
    from: &Marks,
) -> Result<Reconciled, StoreError> {
    let begins_at = clock.now();
    let half = begins_at + (deadline - begins_at) / 2;
    let unanswered = pipelines.sites().iter().map(|site| (site.clone(), AtomicUsize::new(0))).collect();
    let mut run = Run { pipelines, clock, deadline: half, unanswered, result: Reconciled::default() };
    let open = open_by_pipeline(store, pipelines.sites()).await?;
    let looking = Looking { store, rules };
    let known = rotated(open.keys().cloned().map(|mark| (mark, None)).collect(), from.known.as_ref());
    let known = run.look_at_all(&looking, known, &open).await?;
    run.deadline = deadline;
    let (others, is_whole) = run.list_all(&open).await;
    let others = run.look_at_all(&looking, rotated(others, from.others.as_ref()), &open).await?;
    let known = run.look_at_all(&looking, known, &open).await?;
    let first = |left: Vec<Job>| left.into_iter().next().map(|(mark, _)| mark);
    let others = first(others).or_else(|| from.others.clone().filter(|_| !is_whole));
    let done = Reconciled { resume: Marks { known: first(known), others }, ..run.result };
    let Reconciled { looked_at, found, closed, learnt, failed, .. } = done;
    tracing::info!(looked_at, found, closed, learnt, failed, "compared with CodePipeline");
    Ok(done)
}

struct Looking<'a, S> {
    store: &'a S,
    rules: &'a Rules,
}

struct Run<'a, P, K> {
    pipelines: &'a P,
    clock: &'a K,
    deadline: Timestamp,
    /// How often a site did not answer.
    unanswered: BTreeMap<Site, AtomicUsize>,
    result: Reconciled,
}

/// A pipeline to be looked at, and its version where the list of all names it.
type Job = (Mark, Option<u32>);

impl<P: Pipelines, K: Clock> Run<'_, P, K> {
    fn is_over(&self, site: &Site) -> bool {
        let unanswered = self.unanswered.get(site).map_or(0, |count| count.load(Ordering::Relaxed));
        unanswered >= MAX_UNANSWERED || self.clock.now() >= self.deadline
    }

    /// The pipelines of all sites in which nothing is known to wait, and whether there was time to list them all.
    async fn list_all(&mut self, open: &BTreeMap<Mark, Vec<Projection>>) -> (Vec<Job>, bool) {
        let (mut jobs, mut is_whole) = (Vec::new(), true);
        for site in self.pipelines.sites() {
            if self.is_over(site) {
                is_whole = false;
                continue;
            }
            match self.pipelines.list(site).await {
                Ok(listed) => jobs.extend(
                    listed
                        .into_iter()
                        .map(|l| (Mark { site: site.clone(), pipeline: l.name }, Some(l.version)))
                        .filter(|(mark, _)| !open.contains_key(mark)),
                ),
                Err(error) => self.result.fail(site.to_string(), &error.into()),
            }
        }
        (jobs, is_whole)
    }

    /// Gives those that there was no time left for.
    async fn look_at_all<S: Store>(
        &mut self,
        looking: &Looking<'_, S>,
        jobs: Vec<Job>,
        open: &BTreeMap<Mark, Vec<Projection>>,
    ) -> Result<Vec<Job>, StoreError> {
        let mut looks = Vec::with_capacity(jobs.len());
        for (mark, version) in &jobs {
            looks.push(self.look_at(looking, mark, *version, open.get(mark).map_or(&[][..], Vec::as_slice)));
        }
        let done: Vec<_> = stream::iter(looks).buffered(AT_ONCE).collect().await;
        let mut left = Vec::new();
        for ((mark, version), seen) in jobs.into_iter().zip(done) {
            match seen {
                None => left.push((mark, version)),
                Some(Ok(look)) => self.result.add(look),
                Some(Err(Trouble::Store(error))) if !error.is_of_one_record() => return Err(error),
                Some(Err(trouble)) => self.result.fail(format!("{} {}", mark.site, mark.pipeline), &trouble),
            }
        }
        Ok(left)
    }

    /// None when there is no time left for it.
    async fn look_at<S: Store>(
        &self,
        looking: &Looking<'_, S>,
        mark: &Mark,
        version: Option<u32>,
        open: &[Projection],
    ) -> Option<Result<Look, Trouble>> {
        if self.is_over(&mark.site) {
            return None;
        }
        let now = self.clock.now();
        let looked = look::look(looking.store, looking.rules, self.pipelines, mark, version, open, now).await;
        if let (Err(Trouble::Api(LookError::Unavailable(_))), Some(count)) = (&looked, self.unanswered.get(&mark.site))
        {
            count.fetch_add(1, Ordering::Relaxed);
        }
        Some(looked)
    }
}

impl Reconciled {
    fn add(&mut self, look: Look) {
        self.looked_at += 1;
        self.found += look.found;
        self.closed += look.closed;
        self.learnt += look.learnt;
        self.changes.extend(look.changes);
    }

    fn fail(&mut self, what: String, trouble: &Trouble) {
        tracing::warn!(%what, %trouble, "could not be looked at");
        self.failed += 1;
        if self.failures.len() < TOLD_FAILURES {
            self.failures.push(format!("{what}: {trouble}"));
        }
    }
}

/// What is open here, by the pipeline that can tell of it. What no site can tell of stays as it is.
async fn open_by_pipeline<S: Store>(store: &S, sites: &[Site]) -> Result<BTreeMap<Mark, Vec<Projection>>, StoreError> {
    let known: BTreeSet<&Site> = sites.iter().collect();
    let (mut pages, mut open) = (Pages::new(store, Query { open_only: true, ..Query::default() }), BTreeMap::new());
    while let Some(page) = pages.next().await? {
        for projection in page {
            let Some(mark) = mark_of(&projection).filter(|mark| known.contains(&mark.site)) else { continue };
            open.entry(mark).or_insert_with(Vec::new).push(projection);
        }
    }
    Ok(open)
}

fn mark_of(projection: &Projection) -> Option<Mark> {
    let gate = projection.gate.as_ref()?;
    let site = Site { account: gate.account.clone()?, region: gate.region.clone() };
    Some(Mark { site, pipeline: gate.pipeline.clone() })
}

/// In order, from the mark on, and then those before it.
fn rotated(mut jobs: Vec<Job>, from: Option<&Mark>) -> Vec<Job> {
    jobs.sort();
    let middle = from.map_or(0, |from| jobs.partition_point(|(mark, _)| mark < from));
    jobs.rotate_left(middle);
    jobs
}
