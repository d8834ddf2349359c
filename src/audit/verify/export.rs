//! One export: the files that its checkpoint names.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;

use super::diagnose;
use super::file::{self, Unopened};
use super::intact::{Belongs, State, is_intact};
use super::outline::Outline;
use super::problem::{Kind, Problems};
use super::records::{Form, Lines, Records};
use crate::audit::checkpoint::Checkpoint;
use crate::audit::hash::Sum;
use crate::audit::series::listing::{CHAINS, CHECKPOINT, SIGNATURE};
use crate::notice::clean;

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
        fits = fits && line.zip(record).is_some_and(|(line, record)| record.is_of(&line, form));
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
