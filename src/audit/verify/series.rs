//! A series: whether each export follows the one before, and none is missing.

use std::collections::HashSet;
use std::io;
use std::path::Path;

use super::asked::{Asked, HasSigned};
use super::intact::Belongs;
use super::outline::Outline;
use super::problem::{Kind, Problems, Subject};
use super::report::{Report, Signed};
use super::{continuity, export};
use crate::audit::checkpoint::{Checkpoint, Previous};
use crate::audit::hash::Hash;
use crate::audit::series::listing::{CHECKPOINT, Series};
use crate::audit::series::name::Name;
use crate::notice::clean;

pub(super) fn verify(path: &Path, asked: &Asked<'_>) -> io::Result<Report> {
    let series = Series::read(path)?;
    let mut report = Report::default();
    let mut outlines = outlines(path, &series, asked, &mut report.problems);
    hold(&mut outlines);
    for (_, outline) in &outlines {
        outline.tell_unsigned(asked, &mut report.problems);
    }
    follow(&outlines, &mut report);
    if asked.keys.is_empty() {
        one_key(&outlines, &mut report.problems);
    }
    let all: Vec<&Outline> = outlines.iter().map(|(_, outline)| outline).collect();
    let belongs = Belongs::of(all.iter().copied());
    let mut whole = Vec::new();
    for outline in &all {
        whole.push(export::contents(outline, &belongs, &mut report.problems)?);
    }
    let whole: Vec<&Outline> = all.iter().zip(whole).filter(|(_, is)| *is).map(|(outline, _)| *outline).collect();
    continuity::check(&whole, &mut report.problems)?;
    absent(all, asked.expected, &mut report.problems);
    for stray in &series.strays {
        report.notes.push(format!("`{}` is part of no export and was passed over", clean(stray, 100)));
    }
    report.exports = outlines.into_iter().map(|(_, outline)| outline.into()).collect();
    Ok(report)
}

/// The checkpoint that the next export follows, or what is wrong with the series since it last began. Only its outline is
/// looked at: reading all files is what `verify` is for.
pub fn last(path: &Path, has_signed: HasSigned) -> io::Result<Result<Option<Previous>, String>> {
    let asked = Asked { keys: &[], expected: &[], has_signed };
    let series = Series::read(path)?;
    let mut report = Report::default();
    let mut all = outlines(path, &series, &asked, &mut report.problems);
    let is_restart = |(_, outline): &(u64, Outline)| {
        outline.checkpoint.as_ref().is_some_and(|checkpoint| checkpoint.restarted.is_some())
    };
    if let Some(restart) = all.iter().rposition(is_restart) {
        all.drain(..restart);
        // What is wrong with those before is why it began anew.
        let kept: HashSet<&str> = all.iter().map(|(_, outline)| outline.name.as_str()).collect();
        let earlier = std::mem::take(&mut report.problems);
        for problem in earlier.named().iter().filter(|p| p.subject.export.as_deref().is_some_and(|e| kept.contains(e)))
        {
            report.problems.add(problem.kind, problem.subject.clone(), problem.says.clone());
        }
    }
    follow(&all, &mut report);
    for (_, outline) in &all {
        export::sizes(outline, &mut report.problems);
    }
    if let Some(problem) = report.problems.named().first() {
        let Subject { export, file, .. } = &problem.subject;
        let place: Vec<&str> = export.iter().chain(file).map(String::as_str).collect();
        let place = if place.is_empty() { String::new() } else { format!("{}: ", place.join("/")) };
        return Ok(Err(format!("{place}{}", problem.says)));
    }
    let last = all.last().and_then(|(number, outline)| Some(Previous { number: *number, sha256: outline.sha256? }));
    Ok(Ok(last))
}

fn outlines(path: &Path, series: &Series, asked: &Asked<'_>, problems: &mut Problems) -> Vec<(u64, Outline)> {
    let mut outlines = Vec::new();
    for Name { number, text } in &series.exports {
        let folder = path.join(text);
        if folder.symlink_metadata().is_ok_and(|metadata| metadata.is_dir()) {
            outlines.push((*number, Outline::read(&folder, text, asked, problems)));
        } else {
            let subject = Subject { export: Some(clean(text, 100)), ..Subject::default() };
            problems.add(Kind::FileRefused, subject, "it is a link or a file and no folder, so it was not opened");
        }
    }
    outlines
}

/// A signature is over the hash of the checkpoint before, and so over everything before: what was not signed when it was
/// written is held by the first that was.
fn hold(outlines: &mut [(u64, Outline)]) {
    let mut held = None;
    for (_, outline) in outlines.iter_mut().rev() {
        if outline.signature == Signed::NotSigned && held.is_some() && outline.sha256 == held {
            outline.signature = Signed::ByALaterOne;
        }
        let holds = !matches!(outline.signature, Signed::NotSigned | Signed::Wrong);
        let checkpoint = outline.checkpoint.as_ref().filter(|_| holds);
        held = checkpoint.and_then(|checkpoint| Some(checkpoint.previous?.sha256));
    }
}

/// Numbers without a gap, and each checkpoint names the one before.
fn follow(outlines: &[(u64, Outline)], report: &mut Report) {
    let (mut before, mut number_before): (Option<&Outline>, u64) = (None, 0);
    for (n, (number, outline)) in outlines.iter().enumerate() {
        let restarted = outline.checkpoint.as_ref().and_then(|checkpoint| checkpoint.restarted.as_ref());
        if n > 0 && *number == number_before {
            let subject = Subject { number: Some(*number), ..outline.subject(CHECKPOINT) };
            report.problems.add(Kind::ExportTwice, subject, format!("there are two exports with the number {number}"));
        }
        // What was before a restart can have been taken away for good reason, if it is the first that is left.
        let first_missing = if n == 0 && restarted.is_some() { *number } else { number_before + 1 };
        missing(first_missing, *number, &mut report.problems);
        if let Some(checkpoint) = &outline.checkpoint {
            misplaced(checkpoint, &outline.name, *number, &mut report.problems);
            previous(checkpoint, outline, before.filter(|_| number_before + 1 == *number), &mut report.problems);
            if let Some(reason) = restarted {
                if n == 0 && *number > 1 {
                    report
                        .notes
                        .push(format!("checkpoints before {number}, where the series begins anew, are not here"));
                }
                report.notes.push(format!("the series begins anew with checkpoint {number}: {}", clean(reason, 300)));
            }
        }
        (before, number_before) = (Some(outline), *number);
    }
}

fn missing(first: u64, next: u64, problems: &mut Problems) {
    // Whoever can name a folder can leave a gap of any size.
    for number in (first..next).take(100) {
        let subject = Subject { number: Some(number), ..Subject::default() };
        problems.add(Kind::ExportMissing, subject, format!("export {number} is missing"));
    }
}

/// A folder holds the checkpoint of another number.
pub(super) fn misplaced(checkpoint: &Checkpoint, name: &str, number: u64, problems: &mut Problems) {
    if checkpoint.number != number {
        let subject = Subject {
            export: Some(name.to_owned()),
            file: Some(CHECKPOINT.to_owned()),
            number: Some(checkpoint.number),
            ..Subject::default()
        };
        problems.add(Kind::CheckpointMisplaced, subject, format!("it is checkpoint {}", checkpoint.number));
    }
}

fn previous(checkpoint: &Checkpoint, outline: &Outline, before: Option<&Outline>, problems: &mut Problems) {
    let number = checkpoint.number.saturating_sub(1);
    let subject = || Subject { number: Some(number), ..outline.subject(CHECKPOINT) };
    match (&checkpoint.previous, &checkpoint.restarted) {
        (None, Some(_)) => {}
        (None, None) if checkpoint.number == 1 => {}
        (None, None) => {
            let says = "it names no checkpoint before it, and gives no reason to begin anew";
            problems.add(Kind::PreviousDiffers, subject(), says);
        }
        (Some(previous), _) => {
            // One that is not there is missing, and is told as that.
            let differs = before.and_then(|before| before.sha256).is_some_and(|sha256| sha256 != previous.sha256);
            if differs || previous.number != number {
                let says = format!("it follows another checkpoint {} than the one that is here", previous.number);
                problems.add(Kind::PreviousDiffers, subject(), says);
            }
        }
    }
}

/// Without a key of one's own, a series by several is none that can be taken at its word.
fn one_key(outlines: &[(u64, Outline)], problems: &mut Problems) {
    let mut known: Option<&str> = None;
    for (number, outline) in outlines {
        let signer = outline.checkpoint.as_ref().and_then(|checkpoint| checkpoint.signer.as_ref());
        let Some(key) = signer.map(|signer| signer.public_key.as_str()) else {
            if known.is_some() && outline.checkpoint.is_some() && outline.signature == Signed::NotSigned {
                let subject = Subject { number: Some(*number), ..outline.subject(CHECKPOINT) };
                problems.add(Kind::SignatureMissing, subject, "it is not signed, and those before it are");
            }
            continue;
        };
        if known.is_some_and(|known| known != key) {
            let subject = Subject { number: Some(*number), ..outline.subject(CHECKPOINT) };
            let says = "it names another key than those before: if both are yours, give each with --key";
            problems.add(Kind::SignatureByAnotherKey, subject, says);
        }
        known = known.or(Some(key));
    }
}

pub(super) fn absent<'a>(outlines: impl IntoIterator<Item = &'a Outline>, expected: &[Hash], problems: &mut Problems) {
    let there: HashSet<Hash> = outlines.into_iter().filter_map(|outline| outline.sha256).collect();
    for hash in expected.iter().filter(|hash| !there.contains(hash)) {
        let says = format!("no checkpoint here has the SHA-256 {hash}: it was changed, or its export taken away");
        problems.add(Kind::CheckpointAbsent, Subject::default(), says);
    }
}
