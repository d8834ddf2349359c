//! Whether exports are what they were when they were written: says what was changed, cut out, added, moved or is missing, by
//! name. It needs the files and nothing else.
//!
//! While all is well it takes the same memory for any number of approvals; what it takes to say what is wrong grows with
//! the file that is.

mod compare;
mod continuity;
mod diagnose;
mod export;
mod file;
mod problem;
mod records;
mod series;
mod signature;

use std::collections::HashMap;
use std::io;
use std::path::Path;

pub use problem::{Kind, NAMED, Problem, Problems, Subject};
pub use series::last;

use super::checkpoint::Checkpoint;
use super::hash::Hash;
use super::series::Name;

/// An Ed25519 key of 32 bytes.
pub type Key = [u8; 32];

/// Whether a key has signed these bytes with this signature.
pub type HasSigned = fn(&Key, &[u8], &[u8]) -> bool;

/// What a verifier is told.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The keys that may have signed; none, and each checkpoint is taken at its word.
    pub keys: &'a [Key],
    /// Checkpoints that have to be there, by the hashes of their bytes.
    pub expected: &'a [Hash],
    pub has_signed: HasSigned,
}

/// An export that was looked at.
#[derive(Clone, Debug)]
pub struct Looked {
    /// Of its folder.
    pub name: String,
    pub checkpoint: Option<Checkpoint>,
    pub sha256: Option<Hash>,
    pub signature: Signed,
}

/// What the signature of a checkpoint says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Signed {
    /// By a key that the verifier was told.
    ByTheKeyGiven,
    /// By the key that the checkpoint names, whosever that is.
    ByTheKeyNamed,
    #[default]
    NotSigned,
    Wrong,
}

impl Signed {
    pub fn word(self) -> &'static str {
        match self {
            Self::ByTheKeyGiven => "by_the_key_given",
            Self::ByTheKeyNamed => "by_the_key_named",
            Self::NotSigned => "not_signed",
            Self::Wrong => "wrong",
        }
    }
}

#[derive(Clone, Debug, Default)]
pub struct Report {
    pub exports: Vec<Looked>,
    pub problems: Problems,
    /// What is in order, and has to be known nevertheless.
    pub notes: Vec<String>,
}

/// Looks at one export or at a series of them.
pub fn verify(path: &Path, asked: &Asked<'_>) -> io::Result<Report> {
    if is_an_export(path) { one(path, asked) } else { series::verify(path, asked) }
}

fn is_an_export(path: &Path) -> bool {
    [super::series::CHECKPOINT, super::series::SIGNATURE, super::series::CHAINS]
        .iter()
        .any(|name| path.join(name).symlink_metadata().is_ok())
}

fn one(path: &Path, asked: &Asked<'_>) -> io::Result<Report> {
    let mut report = Report::default();
    let name = path.canonicalize()?.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let outline = export::outline(path, &name, asked, &mut report.problems);
    let belongs = Belongs::of([&outline]);
    export::contents(&outline, &belongs, &mut report.problems)?;
    if let (Some(checkpoint), Some(name)) = (&outline.checkpoint, Name::read(&name)) {
        series::misplaced(checkpoint, &outline.name, name.number, &mut report.problems);
    }
    report.notes.push(
        "this export alone was looked at: whether earlier and later ones are whole, its folder's series says"
            .to_owned(),
    );
    series::absent([&outline], asked.expected, &mut report.problems);
    report.exports.push(outline.into());
    Ok(report)
}

/// What each file is, by the hash that its checkpoint gives.
#[derive(Default)]
struct Belongs(HashMap<Hash, (String, String)>);

impl Belongs {
    fn of<'a>(outlines: impl IntoIterator<Item = &'a export::Outline>) -> Self {
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
