//! The archive: a day's files, written once when the day is over.
//!
//! A day's files hold every approval that gained a fact on that day, with all its facts, as it stands when they are
//! written. So an approval's latest files have all that is known of it.

use chrono::{NaiveDate, TimeDelta};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::audit::{ExportError, LONGEST_STORY};
use super::pages::Pages;
use super::tell::load;
use crate::audit::{Entry, Format, Writer};
use crate::domain::{Fact, Timestamp, hex};
use crate::ports::archive::{Archive, ArchiveError};
use crate::ports::store::{Query, Store, StoreError};
use crate::record::time::to_text;

/// Days that were missed are made up for, this many back.
const LOOK_BACK: TimeDelta = TimeDelta::days(7);
/// A file holds no more approvals than this, so that it never takes much memory to write one.
const PART: usize = 2_000;

/// What a day's files hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchivedDay {
    pub day: NaiveDate,
    pub approvals: u64,
    pub files: usize,
}

#[derive(Debug, thiserror::Error)]
pub enum ArchivingError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Export(#[from] ExportError),
    #[error(transparent)]
    Archive(#[from] ArchiveError),
}

/// Writes the files of each day that is over at `now` and has none yet, the oldest first, and says which days those were.
pub async fn archive<S: Store, A: Archive>(
    store: &S,
    archive: &A,
    now: Timestamp,
) -> Result<Vec<ArchivedDay>, ArchivingError> {
    let today = now.date_naive();
    let (mut day, mut archived) = ((now - LOOK_BACK).date_naive(), Vec::new());
    while day < today {
        if !archive.has(&manifest(day)).await? {
            let done = archive_day(store, archive, day, now).await?;
            tracing::info!(%day, approvals = done.approvals, files = done.files, "archived a day");
            archived.push(done);
        }
        day += TimeDelta::days(1);
    }
    Ok(archived)
}

/// The file that is written last: with it, a day is complete.
fn manifest(day: NaiveDate) -> String {
    format!("approvals/{day}/manifest.json")
}

async fn archive_day<S: Store, A: Archive>(
    store: &S,
    archive: &A,
    day: NaiveDate,
    now: Timestamp,
) -> Result<ArchivedDay, ArchivingError> {
    let begins_at = day.and_time(chrono::NaiveTime::MIN).and_utc();
    let ends_at = begins_at + TimeDelta::days(1);
    let query = Query { open_only: false, from: Some(begins_at - LONGEST_STORY), to: Some(ends_at) };
    let of_day = |fact: &Fact| (begins_at..ends_at).contains(&fact.recorded_at);
    let mut files = Files { archive, day, part: Part::new()?, listed: Vec::new() };
    let mut approvals = 0;
    let mut pages = Pages::new(store, query);
    while let Some(page) = pages.next().await? {
        for projection in &page {
            // A store that was written by an older holdpoint does not say when; then the facts do.
            if projection.changed_at.is_some_and(|at| at < begins_at) {
                continue;
            }
            let (approval, loaded) = load(store, &projection.id).await?;
            if loaded.facts.iter().any(of_day) {
                files.add(&Entry { projection, approval: &approval, facts: &loaded.facts }).await?;
                approvals += 1;
            }
        }
    }
    files.end_part().await?;
    let manifest = json!({
        "day": day.to_string(), "written_at": to_text(now), "approvals": approvals, "files": files.listed,
    });
    archive.put(&self::manifest(day), format!("{manifest:#}\n").into_bytes()).await?;
    Ok(ArchivedDay { day, approvals, files: files.listed.len() })
}

/// The files of a day while they are written: a row and a line for each approval.
struct Files<'a, A> {
    archive: &'a A,
    day: NaiveDate,
    part: Part,
    listed: Vec<serde_json::Value>,
}

struct Part {
    approvals: usize,
    csv: Writer<Vec<u8>>,
    lines: Writer<Vec<u8>>,
}

impl Part {
    fn new() -> Result<Self, ExportError> {
        let writer = |format| Writer::new(format, Vec::new());
        Ok(Self { approvals: 0, csv: writer(Format::Csv)?, lines: writer(Format::JsonLines)? })
    }
}

impl<A: Archive> Files<'_, A> {
    async fn add(&mut self, entry: &Entry<'_>) -> Result<(), ArchivingError> {
        self.part.csv.add(entry).map_err(ExportError::from)?;
        self.part.lines.add(entry).map_err(ExportError::from)?;
        self.part.approvals += 1;
        if self.part.approvals == PART { self.end_part().await } else { Ok(()) }
    }

    /// A file's name has the beginning of its hash: one that is left of a run which was cut off is not taken for one of
    /// this run's.
    async fn end_part(&mut self) -> Result<(), ArchivingError> {
        let number = self.listed.len() / 2;
        let Part { approvals, csv, lines } = std::mem::replace(&mut self.part, Part::new()?);
        if approvals == 0 {
            return Ok(());
        }
        for (writer, ending) in [(csv, "csv"), (lines, "jsonl")] {
            let body = writer.finish().map_err(ExportError::from)?;
            let hash = hex(&Sha256::digest(&body));
            let short: String = hash.chars().take(12).collect();
            let name = format!("approvals/{}/part-{number:05}-{short}.{ending}", self.day);
            self.listed.push(json!({ "name": name, "bytes": body.len(), "sha256": hash, "approvals": approvals }));
            self.archive.put(&name, body).await?;
        }
        Ok(())
    }
}
