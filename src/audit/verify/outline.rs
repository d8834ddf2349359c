//! The outline of an export: its checkpoint, and who has signed it.

use std::path::{Path, PathBuf};

use super::asked::Asked;
use super::file::{self, Unopened};
use super::problem::{Kind, Problems, Subject};
use super::report::{Looked, Signed};
use super::signature;
use crate::audit::checkpoint::Checkpoint;
use crate::audit::hash::Hash;
use crate::audit::series::listing::{CHECKPOINT, SIGNATURE};
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

impl Outline {
    /// Whoever was given a key wants to be told that nothing here is signed by it.
    pub(super) fn tell_unsigned(&self, asked: &Asked<'_>, problems: &mut Problems) {
        if let (Some(checkpoint), Signed::NotSigned, false) = (&self.checkpoint, self.signature, asked.keys.is_empty())
        {
            let subject = Subject { number: Some(checkpoint.number), ..self.subject(SIGNATURE) };
            problems.add(Kind::SignatureMissing, subject, "the checkpoint is not signed, and a key was given");
        }
    }

    /// Reads the checkpoint and its signature.
    pub(super) fn read(folder: &Path, name: &str, asked: &Asked<'_>, problems: &mut Problems) -> Self {
        let mut outline = Self {
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
                problems.add(
                    Kind::CheckpointMissing,
                    subject,
                    "the checkpoint is gone, so nothing says what belongs here",
                );
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

    pub(super) fn subject(&self, file: &str) -> Subject {
        Subject { export: Some(self.name.clone()), file: Some(clean(file, 100)), ..Subject::default() }
    }
}

impl From<Outline> for Looked {
    fn from(outline: Outline) -> Self {
        let Outline { name, checkpoint, sha256, signature, .. } = outline;
        Self { name, checkpoint, sha256, signature }
    }
}
