//! Whether a file is the one that its checkpoint names.

use std::collections::HashMap;

use super::outline::Outline;
use super::problem::{Kind, Problems};
use crate::audit::checkpoint::FileSum;
use crate::audit::hash::{Hash, Sum};
use crate::notice::{clean, counted};

/// What each file is, by the hash that its checkpoint gives.
#[derive(Default)]
pub(super) struct Belongs(HashMap<Hash, (String, String)>);

impl Belongs {
    pub(super) fn of<'a>(outlines: impl IntoIterator<Item = &'a Outline>) -> Self {
        let mut belongs = Self::default();
        for outline in outlines {
            for file in outline.checkpoint.iter().flat_map(|checkpoint| &checkpoint.files) {
                let place = (outline.name.clone(), file.name.clone());
                belongs.0.entry(file.sha256).or_insert(place);
            }
        }
        belongs
    }
}

/// What a file is beside what its checkpoint says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Intact,
    Changed,
    /// It is another file of these exports.
    Swapped,
}

/// Says what is wrong with a file that is not as its checkpoint says.
pub(super) fn is_intact(
    outline: &Outline,
    file: &FileSum,
    sum: Sum,
    belongs: &Belongs,
    problems: &mut Problems,
) -> State {
    if sum == file.sum() {
        return State::Intact;
    }
    if let Some((export, name)) = belongs.0.get(&sum.sha256) {
        let of = if *export == outline.name { String::new() } else { format!(" of {export}") };
        let says = format!("it holds what belongs into {}{of}", clean(name, 100));
        problems.add(Kind::FileSwapped, outline.subject(&file.name), says);
        return State::Swapped;
    }
    let bytes = |count: u64| counted(count, "byte");
    let says = match sum.bytes.cmp(&file.bytes) {
        std::cmp::Ordering::Equal => format!("other bytes than were written: its SHA-256 is {}", sum.sha256),
        std::cmp::Ordering::Less => format!("{} shorter than it was", bytes(file.bytes - sum.bytes)),
        std::cmp::Ordering::Greater => format!("{} longer than it was", bytes(sum.bytes - file.bytes)),
    };
    problems.add(Kind::FileChanged, outline.subject(&file.name), says);
    State::Changed
}
