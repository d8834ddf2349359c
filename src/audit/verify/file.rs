//! Files of an export, opened only where they are what they claim to be.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use crate::audit::hash::{Hashing, Sum};

/// Whether a file of an export may have this name: plain, short, and of this folder.
pub(super) fn is_plain_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_');
    name.len() <= 100 && name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.chars().all(allowed)
}

#[derive(Debug)]
pub(super) enum Unopened {
    Missing,
    /// A link, a folder, a pipe: what it leads to is not looked at.
    NotPlain,
    Unreadable(io::Error),
}

/// Opens a file that is a file, and no link to one.
pub(super) fn open(path: &Path) -> Result<File, Unopened> {
    let of = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => Unopened::Missing,
        _ => Unopened::Unreadable(error),
    };
    let metadata = fs::symlink_metadata(path).map_err(of)?;
    if metadata.is_file() { File::open(path).map_err(of) } else { Err(Unopened::NotPlain) }
}

/// All of a small file; of a larger one, a bit more than `most` bytes.
pub(super) fn read(path: &Path, most: u64) -> Result<Vec<u8>, Unopened> {
    let mut bytes = Vec::new();
    open(path)?.take(most + 1).read_to_end(&mut bytes).map_err(Unopened::Unreadable)?;
    Ok(bytes)
}

pub(super) fn sum(file: File) -> io::Result<Sum> {
    let mut hashing = Hashing::new(file);
    let mut buffer = vec![0; 128 * 1024];
    while hashing.read(&mut buffer)? > 0 {}
    Ok(hashing.sum())
}
