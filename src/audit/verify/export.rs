//! One export: its checkpoint, and the files that it names.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::file::{self, Unopened};
use super::records::{Form, Lines, Record, Records};
use super::{Asked, Belongs, Kind, Looked, Problems, Signed, Subject, diagnose, signature};
use crate::audit::checkpoint::{ChainLine, Checkpoint, FileSum};
use crate::audit::hash::{Hash, Sum};
use crate::audit::series::{CHAINS, CHECKPOINT, SIGNATURE};
use crate::notice::clean;

/// A checkpoint names a handful of files.
const LONGEST_CHECKPOINT: u64 = 1024 * 1024;

/// An export of which the checkpoint was read.
pub(super) struct Outline {
    pub(super) folder: PathBuf,
    pub(super) name: String,
    pub(super) checkpoint: Option<Checkpoint>,
    pub(super) sha256: Option<Hash>,
    pub(super) signature: Signed,
}

impl From<Outline> for Looked {
    fn from(outline: Outline) -> Self {
        let Outline { name, checkpoint, sha256, signature, .. } = outline;
        Self { name, checkpoint, sha256, signature }
    }
}

impl Outline {
    pub(super) fn subject(&self, file: &str) -> Subject {
        Subject { export: Some(self.name.clone()), file: Some(clean(file, 100)), ..Subject::default() }
    }
}

/// Reads the checkpoint and its signature.
pub(super) fn outline(folder: &Path, name: &str, asked: &Asked<'_>, problems: &mut Problems) -> Outline {
    let mut outline = Outline {
        folder: folder.to_owned(),
        name: clean(name, 100),
        checkpoint: None,
        sha256: None,
        signature: Signed::default(),
    };
    let subject = outline.subject(CHECKPOINT);
    let bytes = match file::read(&folder.join(CHECKPOINT), LONGEST_CHECKPOINT) {
        Ok(bytes) => bytes,
        Err(Unopened::Missing) => {
            problems.add(Kind::CheckpointMissing, subject, "the checkpoint is gone, so nothing says what belongs here");
            return outline;
        }
        Err(_) => {
            problems.add(Kind::CheckpointUnreadable, subject, "the checkpoint is no file that can be read");
            return outline;
        }
    };
    outline.sha256 = Some(Hash::of(&bytes));
    match Checkpoint::read(&bytes) {
        Ok(checkpoint) => {
            outline.signature = signature::check(folder, &outline.name, &checkpoint, &bytes, asked, problems);
            outline.checkpoint = Some(checkpoint);
        }
        Err(error) => problems.add(Kind::CheckpointUnreadable, subject, clean(&error.to_string(), 300)),
    }
    outline
}

/// Whether the files are there and as long as they were: what an export looks at before it goes on with a series.
pub(super) fn sizes(outline: &Outline, problems: &mut Problems) {
    for file in outline.checkpoint.iter().flat_map(|checkpoint| &checkpoint.files) {
        if let Some(opened) = open(outline, &file.name, problems) {
            let bytes = opened.metadata().map(|metadata| metadata.len()).unwrap_or_default();
            if bytes != file.bytes {
                let says = format!("it has {bytes} bytes, and had {}", file.bytes);
                problems.add(Kind::FileChanged, outline.subject(&file.name), says);
            }
        }
    }
}

/// Reads all files, and says whether the chains are those that were written.
pub(super) fn contents(outline: &Outline, belongs: &Belongs, problems: &mut Problems) -> io::Result<bool> {
    let Some(checkpoint) = &outline.checkpoint else { return Ok(false) };
    added(outline, checkpoint, problems)?;
    let rows = checkpoint.files.iter().find(|file| file.name != CHAINS && Form::of(&file.name) != Form::Whole);
    for file in checkpoint.files.iter().filter(|file| file.name != CHAINS && Some(*file) != rows) {
        if let Some(opened) = open(outline, &file.name, problems) {
            is_intact(outline, file, file::sum(opened)?, belongs, problems);
        }
    }
    let chains = checkpoint.files.iter().find(|file| file.name == CHAINS);
    let data = rows.and_then(|file| Some((file, open(outline, &file.name, problems)?)));
    let chains = chains.and_then(|file| Some((file, open(outline, &file.name, problems)?)));
    match (data, chains) {
        (Some((file, data)), Some((chain_file, chains))) => {
            let pass = side_by_side(Form::of(&file.name), data, chains)?;
            let data = is_intact(outline, file, pass.data, belongs, problems);
            let chains = is_intact(outline, chain_file, pass.chains, belongs, problems);
            counts(outline, checkpoint, chains == State::Intact, &pass, problems);
            if !pass.fits {
                diagnose::rows(outline, file, (data, chains), problems)?;
            }
            Ok(chains == State::Intact)
        }
        (Some((file, data)), None) => {
            is_intact(outline, file, file::sum(data)?, belongs, problems);
            Ok(false)
        }
        (None, Some((file, chains))) => {
            let pass = alone(chains)?;
            let chains = is_intact(outline, file, pass.chains, belongs, problems);
            counts(outline, checkpoint, chains == State::Intact, &pass, problems);
            Ok(chains == State::Intact)
        }
        (None, None) => Ok(false),
    }
}

fn counts(outline: &Outline, checkpoint: &Checkpoint, is_intact: bool, pass: &Pass, problems: &mut Problems) {
    if is_intact && (pass.approvals, pass.facts) != (checkpoint.approvals, checkpoint.facts) {
        let says = format!(
            "the checkpoint counts {} approvals with {} facts, and there are {} with {}",
            checkpoint.approvals, checkpoint.facts, pass.approvals, pass.facts
        );
        problems.add(Kind::CountWrong, outline.subject(CHECKPOINT), says);
    }
}

/// Files that no checkpoint names.
fn added(outline: &Outline, checkpoint: &Checkpoint, problems: &mut Problems) -> io::Result<()> {
    let mut known: BTreeSet<&str> = checkpoint.files.iter().map(|file| file.name.as_str()).collect();
    known.insert(CHECKPOINT);
    if checkpoint.signer.is_some() {
        known.insert(SIGNATURE);
    }
    let mut there = BTreeSet::new();
    for entry in fs::read_dir(&outline.folder)? {
        there.insert(entry?.file_name().to_string_lossy().into_owned());
    }
    for name in there.iter().filter(|name| !known.contains(name.as_str())) {
        problems.add(Kind::FileAdded, outline.subject(name), "it was added: the checkpoint does not name it");
    }
    Ok(())
}

fn open(outline: &Outline, name: &str, problems: &mut Problems) -> Option<File> {
    let subject = outline.subject(name);
    if !file::is_plain_name(name) {
        problems.add(Kind::FileRefused, subject, "no file of an export has such a name, so it was not opened");
        return None;
    }
    match file::open(&outline.folder.join(name)) {
        Ok(file) => return Some(file),
        Err(Unopened::Missing) => problems.add(Kind::FileMissing, subject, "it is missing"),
        Err(Unopened::NotPlain) => {
            problems.add(Kind::FileRefused, subject, "it is a link or a folder and no file, so it was not opened");
        }
        Err(Unopened::Unreadable(error)) => {
            problems.add(Kind::FileRefused, subject, clean(&format!("it cannot be read: {error}"), 200));
        }
    }
    None
}

/// What a file is beside what its checkpoint says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Intact,
    Changed,
    /// It is another file of these exports.
    Swapped,
}

fn is_intact(outline: &Outline, file: &FileSum, sum: Sum, belongs: &Belongs, problems: &mut Problems) -> State {
    if sum == file.sum() {
        return State::Intact;
    }
    if let Some((export, name)) = belongs.0.get(&sum.sha256) {
        let of = if *export == outline.name { String::new() } else { format!(" of {export}") };
        let says = format!("it holds what belongs into {}{of}", clean(name, 100));
        problems.add(Kind::FileSwapped, outline.subject(&file.name), says);
        return State::Swapped;
    }
    let says = match sum.bytes.cmp(&file.bytes) {
        std::cmp::Ordering::Equal => format!("other bytes than were written: its SHA-256 is {}", sum.sha256),
        std::cmp::Ordering::Less => format!("{} bytes shorter than it was", file.bytes - sum.bytes),
        std::cmp::Ordering::Greater => format!("{} bytes longer than it was", sum.bytes - file.bytes),
    };
    problems.add(Kind::FileChanged, outline.subject(&file.name), says);
    State::Changed
}

/// What a look at the rows and the chains beside each other has shown.
struct Pass {
    fits: bool,
    data: Sum,
    chains: Sum,
    approvals: u64,
    facts: u64,
}

fn side_by_side(form: Form, data: File, chains: File) -> io::Result<Pass> {
    let (mut records, mut lines) = (Records::new(form, data)?, Lines::new(chains));
    let (mut fits, mut approvals, mut facts) = (true, 0, 0);
    loop {
        let record = if fits { records.next()? } else { None };
        let Some(line) = lines.chain()? else {
            fits &= record.is_none();
            break;
        };
        approvals += 1;
        facts += line.as_ref().map_or(0, |line| line.chain.len() as u64);
        fits = fits && line.zip(record).is_some_and(|(line, record)| is_of(&line, &record, form));
    }
    Ok(Pass { fits, data: records.sum()?, chains: lines.sum()?, approvals, facts })
}

fn alone(chains: File) -> io::Result<Pass> {
    let mut lines = Lines::new(chains);
    let (mut approvals, mut facts) = (0, 0);
    while let Some(line) = lines.chain()? {
        approvals += 1;
        facts += line.map_or(0, |line| line.chain.len() as u64);
    }
    let chains = lines.sum()?;
    Ok(Pass { fits: true, data: chains, chains, approvals, facts })
}

/// Whether a line of the chains is that of a row.
pub(super) fn is_of(line: &ChainLine, record: &Record, form: Form) -> bool {
    let names_it = record.approval.as_ref() == Some(&line.approval) || form == Form::Lines;
    let has_its_chain = record.chain.as_ref() == Some(&line.chain) || form != Form::JsonLines;
    line.row == Some(record.row) && names_it && has_its_chain
}
