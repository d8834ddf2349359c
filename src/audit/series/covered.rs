//! What a series has of approvals: how many facts, and the head of their chain.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use super::{CHAINS, CHECKPOINT, Series};
use crate::audit::checkpoint::ChainLine;
use crate::audit::hash::Hash;

/// The latest chain of each approval. Whoever relies on it has verified the series before.
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
        for export in Series::read(series)?.exports {
            let folder = series.join(export.text);
            let number = covered.checkpoints.len();
            covered.checkpoints.push(Hash::of(&std::fs::read(folder.join(CHECKPOINT))?));
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
