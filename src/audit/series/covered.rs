//! Of which approvals a series has all facts: how many, and the head of their chain.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use super::listing::{CHAINS, CHECKPOINT, Series};
use crate::audit::checkpoint::{ChainLine, Checkpoint};
use crate::audit::format::Format;
use crate::audit::hash::Hash;

/// The latest chain of each approval among the exports that have facts and not only their hashes. Whoever relies on it has
/// verified the series before.
#[derive(Debug, Default)]
pub struct Covered {
    chains: HashMap<String, Chain>,
    checkpoints: Vec<Hash>,
}

#[derive(Debug)]
struct Chain {
    facts: usize,
    head: Hash,
    /// Its place among the checkpoints.
    export: usize,
}

impl Covered {
    pub fn read(series: &Path) -> io::Result<Self> {
        let mut covered = Self::default();
        // The only file of an export that has facts.
        let facts = Format::JsonLines.file();
        for export in Series::read(series)?.exports {
            let folder = series.join(export.text);
            let bytes = std::fs::read(folder.join(CHECKPOINT))?;
            let checkpoint = Checkpoint::read(&bytes).map_err(io::Error::other)?;
            if !checkpoint.files.iter().any(|file| file.name == facts) {
                continue;
            }
            let number = covered.checkpoints.len();
            covered.checkpoints.push(Hash::of(&bytes));
            let mut lines = BufReader::new(File::open(folder.join(CHAINS))?);
            let mut line = Vec::new();
            while lines.read_until(b'\n', &mut line)? > 0 {
                let ChainLine { approval, chain, .. } = serde_json::from_slice(&line)?;
                if let Some(head) = chain.last() {
                    let chain = Chain { facts: chain.len(), head: *head, export: number };
                    covered.chains.insert(approval, chain);
                }
                line.clear();
            }
        }
        Ok(covered)
    }

    /// The checkpoint of the export that has exactly these facts of an approval.
    pub fn by(&self, approval: &str, chain: &[Hash]) -> Option<Hash> {
        let known = self.chains.get(approval)?;
        let is_it = known.facts == chain.len() && Some(&known.head) == chain.last();
        self.checkpoints.get(known.export).copied().filter(|_| is_it)
    }
}
