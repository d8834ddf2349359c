//! The archive: each day's approvals, as exports of one series, written once when the day is over.
//!
//! A day's exports hold every approval that waited on that day, or of which something was learnt on it, as it stands when
//! they are written. So an approval's latest export has all that is known of it, and no fact is in none.
//!
//! A run can be cut off anywhere, and nobody keeps another from running at the same time. So an export is first put down as
//! a draft, where no reader looks. Then the register gets its number, which only the first who asks can have, and which says
//! whose draft it is. What is registered is copied to its place, by whoever comes by first.

use std::fs;
use std::io;
use std::path::Path;

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use serde::{Deserialize, Serialize};

use super::audit::{ExportError, Sealed, Wanted, seal};
use crate::audit::Format;
use crate::audit::checkpoint::{Checkpoint, Period, Previous};
use crate::audit::draft::Draft;
use crate::audit::hash::Hash;
use crate::audit::series::CHECKPOINT;
use crate::domain::Timestamp;
use crate::ports::archive::{Archive, ArchiveError, Content};
use crate::ports::signer::Signer;
use crate::ports::store::Store;

/// An archive that is new begins this many days back.
const LOOK_BACK: TimeDelta = TimeDelta::days(7);
/// What a run writes at most; the next one goes on.
const MOST: usize = 62;
/// In which forms each day is exported, one behind the other.
const FORMATS: [Format; 2] = [Format::JsonLines, Format::Csv];
/// Names with a dot are no part of a series.
const REGISTER: &str = ".register/";
const DRAFTS: &str = ".drafts/";

/// Where an archive's exports go, by whom they are signed, and where there is room to write them first.
pub struct Place<'a, A, K> {
    pub archive: &'a A,
    pub signer: Option<&'a K>,
    /// A folder of this run alone, which is made and taken away.
    pub scratch: &'a Path,
}

/// An export that is in the archive now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archived {
    pub export: String,
    pub approvals: u64,
    /// Of its checkpoint.
    pub sha256: Hash,
}

#[derive(Debug, thiserror::Error)]
pub enum ArchivingError {
    #[error(transparent)]
    Export(#[from] ExportError),
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error("cannot use the folder `{folder}` to write in: {cause}")]
    Scratch { folder: String, cause: io::Error },
    #[error(
        "the archive's file `{name}` is not as it was written: {what}. What is there stays as it is; let the archive begin \
         anew at another place"
    )]
    Damaged { name: String, what: String },
}

/// One line of the register.
#[derive(Serialize, Deserialize)]
struct Registered {
    /// The folder where it belongs.
    export: String,
    /// The folder where it was put down.
    draft: String,
}

/// The export that was registered last.
struct Last {
    previous: Previous,
    day: NaiveDate,
    format: Format,
}

/// Writes the exports of each day that is over at `now` and that the archive does not have, the oldest first.
pub async fn archive<S: Store, A: Archive, K: Signer>(
    store: &S,
    place: &Place<'_, A, K>,
    now: Timestamp,
) -> Result<Vec<Archived>, ArchivingError> {
    let mut archived = Vec::new();
    for _ in 0..MOST {
        let last = last(place.archive).await?;
        let Some((day, format)) = next(last.as_ref(), now) else { break };
        // What a run that was ended from outside has left.
        clear(place.scratch)?;
        let draft = write(store, place, last.map(|last| last.previous), (day, format)).await;
        clear(place.scratch)?;
        if let Some(export) = draft? {
            let Archived { export: name, approvals, sha256 } = &export;
            tracing::info!(export = name, approvals, %sha256, "archived a day");
            archived.push(export);
        }
    }
    // So that the one of the last turn is in its place, too.
    last(place.archive).await?;
    Ok(archived)
}

/// Which export comes next, if its day is over.
fn next(last: Option<&Last>, now: Timestamp) -> Option<(NaiveDate, Format)> {
    let [first, ..] = FORMATS;
    let (day, format) = match last {
        None => ((now - LOOK_BACK).date_naive(), first),
        Some(last) => match FORMATS.iter().skip_while(|format| **format != last.format).nth(1) {
            Some(format) => (last.day, *format),
            None => (last.day + TimeDelta::days(1), first),
        },
    };
    (day < now.date_naive()).then_some((day, format))
}

/// The export that was registered last. It is in its place then.
async fn last<A: Archive>(archive: &A) -> Result<Option<Last>, ArchivingError> {
    let Some(name) = archive.list(REGISTER).await?.pop() else { return Ok(None) };
    let registered = archive.read(&name).await?;
    let Registered { export, draft } =
        serde_json::from_slice(&registered).map_err(|error| damaged(&name, &error.to_string()))?;
    let place = format!("{export}/{CHECKPOINT}");
    if archive.list(&place).await?.is_empty() {
        file(archive, &draft, &export).await?;
    }
    let checkpoint = archive.read(&place).await?;
    let sha256 = Hash::of(&checkpoint);
    let Checkpoint { number, period, files, .. } =
        Checkpoint::read(&checkpoint).map_err(|error| damaged(&place, &error.to_string()))?;
    let day = period.from.map(|from| from.date_naive());
    let is_of = |format: &&Format| files.iter().any(|file| file.name == format.file());
    let (Some(day), Some(format)) = (day, FORMATS.iter().find(is_of)) else {
        return Err(damaged(&place, "it is not of a day"));
    };
    Ok(Some(Last { previous: Previous { number, sha256 }, day, format: *format }))
}

fn damaged(name: &str, what: &str) -> ArchivingError {
    ArchivingError::Damaged { name: name.to_owned(), what: what.to_owned() }
}

fn clear(folder: &Path) -> Result<(), ArchivingError> {
    match fs::remove_dir_all(folder) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(scratch(folder, cause)),
        _ => Ok(()),
    }
}

fn scratch(folder: &Path, cause: io::Error) -> ArchivingError {
    ArchivingError::Scratch { folder: folder.display().to_string(), cause }
}

/// Copies a draft to its place, the checkpoint behind all else: an export that has one is whole.
async fn file<A: Archive>(archive: &A, draft: &str, export: &str) -> Result<(), ArchivingError> {
    let folder = format!("{draft}/");
    let (checkpoints, others): (Vec<_>, Vec<_>) =
        archive.list(&folder).await?.into_iter().partition(|name| name.ends_with(CHECKPOINT));
    if checkpoints.is_empty() {
        return Err(damaged(&folder, "it has no checkpoint, and its export is not in its place either"));
    }
    for from in others.iter().chain(&checkpoints) {
        let name = from.strip_prefix(&folder).unwrap_or(from);
        archive.copy(from, &format!("{export}/{name}")).await?;
    }
    Ok(())
}

/// Puts down the draft of an export and registers it; none if somebody else had its number first.
async fn write<S: Store, A: Archive, K: Signer>(
    store: &S,
    place: &Place<'_, A, K>,
    previous: Option<Previous>,
    (day, format): (NaiveDate, Format),
) -> Result<Option<Archived>, ArchivingError> {
    let from = day.and_time(NaiveTime::MIN).and_utc();
    let period = Period { from: Some(from), to: Some(from + TimeDelta::days(1)) };
    let wanted = Wanted { with_late_news: true, ..Wanted::of(period) };
    let draft = Draft::behind(previous, place.scratch).map_err(ExportError::from)?;
    let Sealed { folder, checkpoint, sha256 } = seal(store, &wanted, format, draft, place.signer, &mut |_| ()).await?;
    let export = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    // Two drafts of the same name are the same.
    let short: String = sha256.to_string().chars().take(12).collect();
    let draft = format!("{DRAFTS}{export}-{short}");
    for entry in fs::read_dir(&folder).map_err(|cause| scratch(&folder, cause))? {
        let entry = entry.map_err(|cause| scratch(&folder, cause))?;
        let name = format!("{draft}/{}", entry.file_name().to_string_lossy());
        place.archive.put(&name, Content::File(&entry.path())).await?;
    }
    let name = format!("{REGISTER}{:08}.json", checkpoint.number);
    let registered = serde_json::to_vec(&Registered { export: export.clone(), draft }).map_err(io::Error::from);
    let registered = registered.map_err(ExportError::from)?;
    let is_first = place.archive.put(&name, Content::Bytes(&registered)).await?;
    Ok(is_first.then_some(Archived { export, approvals: checkpoint.approvals, sha256 }))
}
