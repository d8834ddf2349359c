//! The audit export: one row an approval, streamed; and the same in a folder, under a checkpoint.

use std::io::{self, Write};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chrono::TimeDelta;

use super::pages::Pages;
use crate::audit::chain;
use crate::audit::checkpoint::{ALGORITHM, ChainLine, Checkpoint, FORMAT, FileSum, Period, SignedBy};
use crate::audit::draft::{Draft, SeriesError};
use crate::audit::hash::Hash;
use crate::audit::series::{CHAINS, CHECKPOINT, Name, SIGNATURE};
use crate::audit::{Entry, Format, Scope, Writer};
use crate::domain::glob::Glob;
use crate::domain::projection::Projection;
use crate::domain::{Approval, Fact, Timestamp};
use crate::notice::Wall;
use crate::ports::signer::{Signer, SignerError};
use crate::ports::store::{Query, Store, StoreError};

/// What was requested longer before a time can not wait at it any more, nor have news: an approval waits 60 days at most,
/// and evidence that comes a month after the end is not expected.
const LONGEST_STORY: TimeDelta = TimeDelta::days(90);

#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("cannot write: {0}")]
    Write(#[from] io::Error),
    #[error(transparent)]
    Series(#[from] SeriesError),
    #[error(transparent)]
    Signer(#[from] SignerError),
}

/// Which approvals an export has: those that waited within a period, that is, were asked for before its end and were not
/// over before it began.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    pub period: Period,
    pub pipelines: Option<&'a Glob>,
    /// Also those that were over before, but of which something was learnt within it.
    pub with_late_news: bool,
    /// By whose clock a report for people tells times. The other forms have them in UTC.
    pub wall: Wall,
}

impl Wanted<'_> {
    /// All that waited in it, told by UTC.
    pub fn of(period: Period) -> Self {
        Self { period, pipelines: None, with_late_news: false, wall: Wall::utc() }
    }

    fn query(&self) -> Query {
        let from = self.period.from.map(|from| from.checked_sub_signed(LONGEST_STORY).unwrap_or(from));
        Query { open_only: false, from, to: self.period.to }
    }

    fn scope(&self) -> Scope {
        let pipelines = self.pipelines.map(ToString::to_string);
        Scope { from: self.period.from, to: self.period.to, pipelines, wall: self.wall.clone() }
    }

    /// Whether it may be one of them, by what is known without its facts.
    fn may_have(&self, projection: &Projection) -> bool {
        let pipeline = projection.gate.as_ref().map(|gate| gate.pipeline.as_str());
        let fits = self.pipelines.is_none_or(|glob| pipeline.is_some_and(|pipeline| glob.matches(pipeline)));
        // A store that was written by an older holdpoint does not say when something changed; then the facts do.
        let changed = || self.period.from.zip(projection.changed_at).is_none_or(|(from, at)| at >= from);
        fits && (self.waited(projection) || self.with_late_news && changed())
    }

    fn has(&self, projection: &Projection, facts: &[Fact]) -> bool {
        let Period { from, to } = self.period;
        let is_within = |at: Timestamp| from.is_none_or(|from| at >= from) && to.is_none_or(|to| at < to);
        self.waited(projection) || facts.iter().any(|fact| is_within(fact.recorded_at))
    }

    fn waited(&self, projection: &Projection) -> bool {
        self.period.from.is_none_or(|from| projection.ended_at.is_none_or(|ended_at| ended_at >= from))
    }
}

/// Is told of each approval that was written.
pub type Told<'a> = &'a mut dyn FnMut(&Projection);

/// Writes the approvals that are wanted, in the order of their requests; says how many there were.
pub async fn export<S: Store>(
    store: &S,
    wanted: &Wanted<'_>,
    format: Format,
    out: &mut impl Write,
    told: Told<'_>,
) -> Result<u64, ExportError> {
    let mut writer = Writer::of(wanted.scope(), format, out)?;
    let count = each(store, wanted, |entry| {
        writer.add(entry)?;
        told(entry.projection);
        Ok(())
    })
    .await?;
    writer.finish()?;
    Ok(count)
}

async fn each<S: Store>(
    store: &S,
    wanted: &Wanted<'_>,
    mut take: impl FnMut(&Entry<'_>) -> Result<(), ExportError>,
) -> Result<u64, ExportError> {
    let mut pages = Pages::new(store, wanted.query());
    let mut count = 0;
    while let Some(page) = pages.next().await? {
        for projection in page.iter().filter(|projection| wanted.may_have(projection)) {
            let facts = store.load(&projection.id).await?.facts;
            let approval = Approval::fold(projection.id.clone(), &facts);
            // What was joined to another is there with the other's facts.
            if approval.joined.is_some() || !wanted.has(projection, &facts) {
                continue;
            }
            take(&Entry { projection, approval: &approval, facts: &facts })?;
            count += 1;
        }
    }
    Ok(count)
}

/// An export that is done.
#[derive(Clone, Debug)]
pub struct Sealed {
    pub folder: std::path::PathBuf,
    pub checkpoint: Checkpoint,
    /// Of the checkpoint's bytes: who keeps it elsewhere can tell later that none was taken away.
    pub sha256: Hash,
}

/// Writes the approvals that are wanted as the next export of a series, with the chains of their facts and a checkpoint,
/// which is signed where there is a signer.
pub async fn seal<S: Store, K: Signer>(
    store: &S,
    wanted: &Wanted<'_>,
    format: Format,
    draft: Draft,
    signer: Option<&K>,
    told: Told<'_>,
) -> Result<Sealed, ExportError> {
    let name = format.file();
    let mut writer =
        Writer::of(wanted.scope(), format, draft.create(&name)?).map_err(|cause| draft.unwritable(&name, cause))?;
    let mut chains = draft.create(CHAINS)?;
    let mut facts = 0;
    // A table's head is no row.
    _ = writer.get_mut().piece();
    let approvals = each(store, wanted, |entry| {
        writer.add(entry).map_err(|cause| draft.unwritable(&name, cause))?;
        let row = writer.get_mut().piece();
        let chain = chain::of(&entry.projection.id, entry.facts).map_err(io::Error::from)?;
        facts += chain.len() as u64;
        let line = ChainLine {
            approval: entry.projection.id.to_string(),
            gate: entry.projection.gate.as_ref().map(ToString::to_string),
            chain,
            row: format.has_rows().then_some(row),
        };
        let mut line = serde_json::to_vec(&line).map_err(io::Error::from)?;
        line.push(b'\n');
        chains.write_all(&line).map_err(|cause| draft.unwritable(CHAINS, cause))?;
        told(entry.projection);
        Ok(())
    })
    .await?;
    let data = writer.finish().map_err(|cause| draft.unwritable(&name, cause))?;
    let files =
        vec![FileSum::new(&name, draft.close(&name, data)?), FileSum::new(CHAINS, draft.close(CHAINS, chains)?)];
    let checkpoint = Checkpoint {
        format: FORMAT.to_owned(),
        number: draft.number,
        period: wanted.period,
        pipelines: wanted.pipelines.map(ToString::to_string),
        approvals,
        facts,
        files,
        previous: draft.previous,
        restarted: draft.restarted.clone(),
        signer: match signer {
            Some(signer) => Some(signed_by(signer).await?),
            None => None,
        },
    };
    put(draft, checkpoint, format, signer).await
}

async fn signed_by<K: Signer>(signer: &K) -> Result<SignedBy, SignerError> {
    let public_key = BASE64_STANDARD.encode(signer.public_key().await?.0);
    Ok(SignedBy { algorithm: ALGORITHM.to_owned(), public_key })
}

/// Writes the checkpoint last of all.
async fn put<K: Signer>(
    draft: Draft,
    checkpoint: Checkpoint,
    format: Format,
    signer: Option<&K>,
) -> Result<Sealed, ExportError> {
    let bytes = checkpoint.to_bytes().map_err(io::Error::from)?;
    if let Some(signer) = signer {
        let signature = BASE64_STANDARD.encode(signer.sign(&bytes).await?);
        draft.put(SIGNATURE, format!("{signature}\n").as_bytes())?;
    }
    draft.put(CHECKPOINT, &bytes)?;
    let folder = draft.finish(&Name::of(checkpoint.number, &checkpoint.period, format).text)?;
    Ok(Sealed { folder, checkpoint, sha256: Hash::of(&bytes) })
}
