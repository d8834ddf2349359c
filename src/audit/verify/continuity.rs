//! Whether what one export says of an approval goes on in the next: facts are added, never changed.

use std::collections::HashMap;
use std::io;

use super::file;
use super::outline::Outline;
use super::problem::{Kind, NAMED, Problems, Subject};
use super::records::Lines;
use crate::audit::checkpoint::ChainLine;
use crate::audit::hash::Hash;
use crate::audit::series::listing::CHAINS;
use crate::notice::clean;

/// So many approvals are kept in mind at a time; for more, the files are read again.
const AT_A_TIME: u64 = 1_000_000;

/// The latest export in which an approval was seen, and what its chain was there.
struct Seen {
    /// Its place among those that are compared.
    export: u32,
    facts: u32,
    head: Hash,
}

/// Looks at exports whose chains are as they were written.
pub(super) fn check(exports: &[&Outline], problems: &mut Problems) -> io::Result<()> {
    let begins_anew = |export: &Outline| export.checkpoint.as_ref().is_some_and(|known| known.restarted.is_some());
    // One that neither follows another nor is followed has nothing to go on, and is not read for it.
    let stretches = exports.chunk_by(|_, next| !begins_anew(next)).filter(|stretch| stretch.len() > 1);
    for stretch in stretches {
        compare(stretch, problems)?;
    }
    Ok(())
}

fn compare(exports: &[&Outline], problems: &mut Problems) -> io::Result<()> {
    let lines: u64 = exports.iter().filter_map(|export| Some(export.checkpoint.as_ref()?.approvals)).sum();
    let turns = lines.div_ceil(AT_A_TIME).max(1);
    for turn in 0..turns {
        let mut seen: HashMap<[u8; 16], Seen> = HashMap::new();
        for (n, export) in exports.iter().enumerate() {
            each(export, |line| {
                let (key, share) = key(&line.approval);
                let (Some(head), true) = (line.chain.last(), share % turns == turn) else { return Ok(()) };
                let now = Seen { export: n as u32, facts: line.chain.len() as u32, head: *head };
                if let Some(before) = seen.insert(key, now).filter(|before| before.export < n as u32) {
                    goes_on(&line, export, exports.get(before.export as usize).copied(), &before, problems)?;
                }
                Ok(())
            })?;
        }
    }
    Ok(())
}

/// A short name of an approval, and a number to share the work out by.
fn key(approval: &str) -> ([u8; 16], u64) {
    let hash = Hash::of(approval.as_bytes());
    let [first, second] = [hash.as_bytes().first_chunk::<16>(), hash.as_bytes().last_chunk::<16>()]
        .map(|half| half.copied().unwrap_or_default());
    (first, u64::from_be_bytes(second.first_chunk::<8>().copied().unwrap_or_default()))
}

fn each(export: &Outline, mut look: impl FnMut(ChainLine) -> io::Result<()>) -> io::Result<()> {
    let Ok(file) = file::open(&export.folder.join(CHAINS)) else { return Ok(()) };
    let mut lines = Lines::new(file);
    while let Some(line) = lines.chain()? {
        if let Some(line) = line {
            look(line)?;
        }
    }
    Ok(())
}

fn goes_on(
    line: &ChainLine,
    export: &Outline,
    earlier: Option<&Outline>,
    before: &Seen,
    problems: &mut Problems,
) -> io::Result<()> {
    let facts = before.facts as usize;
    if facts.checked_sub(1).and_then(|last| line.chain.get(last)) == Some(&before.head) {
        return Ok(());
    }
    let number = earlier.and_then(|earlier| Some(earlier.checkpoint.as_ref()?.number));
    // The chain of the earlier export is looked up only for those that are named.
    let mut fact = None;
    if let (Some(earlier), true) = (earlier, problems.count(Kind::ChainBroken) < NAMED) {
        each(earlier, |old| {
            if old.approval == line.approval && fact.is_none() {
                fact = old.chain.iter().zip(&line.chain).position(|(old, new)| old != new);
            }
            Ok(())
        })?;
    }
    let was = number.unwrap_or_default();
    let says = match fact {
        Some(fact) => {
            format!("its first {facts} facts are not those of checkpoint {was}: fact {} is another", fact + 1)
        }
        None => format!("it has {} facts, and had {facts} in checkpoint {was}", line.chain.len()),
    };
    let subject = Subject {
        approval: Some(clean(&line.approval, 100)),
        gate: line.gate.as_deref().map(|gate| clean(gate, 200)),
        fact: fact.map(|fact| fact as u64 + 1),
        number,
        ..export.subject(CHAINS)
    };
    problems.add(Kind::ChainBroken, subject, says);
    Ok(())
}
