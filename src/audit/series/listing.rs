//! What is in the folder of a series, and in that of an export.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use super::name::Name;

pub const CHECKPOINT: &str = "checkpoint.json";
/// Base64 of the signature over the bytes of the checkpoint, and a line end.
pub const SIGNATURE: &str = "checkpoint.sig";
pub const CHAINS: &str = "chains.jsonl";

/// What is in the folder of a series.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Series {
    /// By number, and by name where two have the same.
    pub exports: Vec<Name>,
    /// What is no export; hidden files are not looked at.
    pub strays: Vec<String>,
}

impl Series {
    pub fn read(folder: &Path) -> io::Result<Self> {
        let (mut exports, mut strays) = (BTreeSet::new(), BTreeSet::new());
        for entry in fs::read_dir(folder)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            match Name::read(&name) {
                Some(name) => _ = exports.insert((name.number, name.text.clone())),
                None if name.starts_with('.') => {}
                None => _ = strays.insert(name),
            }
        }
        let exports = exports.into_iter().map(|(number, text)| Name { number, text }).collect();
        Ok(Self { exports, strays: strays.into_iter().collect() })
    }
}
