//! What is wrong with an export or a series, by name.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// Problems of one kind beyond this many are counted, and not named.
pub const NAMED: u64 = 20;

macro_rules! kinds {
    ($($kind:ident $word:literal $verdict:literal,)+) => {
        /// Each with its word for machines, and with what people are told first.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Kind { $($kind),+ }

        impl Kind {
            pub const ALL: &[Self] = &[$(Self::$kind),+];

            pub fn word(self) -> &'static str {
                match self { $(Self::$kind => $word),+ }
            }

            pub fn verdict(self) -> &'static str {
                match self { $(Self::$kind => $verdict),+ }
            }
        }
    };
}

kinds! {
    ExportMissing "export_missing" "missing",
    ExportTwice "export_twice" "added",
    CheckpointAbsent "checkpoint_absent" "missing",
    CheckpointMissing "checkpoint_missing" "missing",
    CheckpointUnreadable "checkpoint_unreadable" "changed",
    CheckpointMisplaced "checkpoint_misplaced" "moved",
    PreviousDiffers "previous_differs" "changed",
    SignatureMissing "signature_missing" "missing",
    SignatureWrong "signature_wrong" "changed",
    SignatureByAnotherKey "signature_by_another_key" "changed",
    FileMissing "file_missing" "missing",
    FileAdded "file_added" "added",
    FileChanged "file_changed" "changed",
    FileSwapped "file_swapped" "swapped",
    FileRefused "file_refused" "refused",
    RowChanged "row_changed" "changed",
    RowMissing "row_missing" "cut out",
    RowAdded "row_added" "added",
    RowMoved "row_moved" "moved",
    FactChanged "fact_changed" "changed",
    FactMissing "fact_missing" "cut out",
    FactAdded "fact_added" "added",
    FactMoved "fact_moved" "moved",
    CountWrong "count_wrong" "wrong",
    ChainWrong "chain_wrong" "wrong",
    ChainBroken "chain_broken" "changed",
}

/// What it is about, as far as it has a name, and a sentence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// The name of the export's folder.
    pub export: Option<String>,
    pub file: Option<String>,
    pub approval: Option<String>,
    pub gate: Option<String>,
    /// Counted from 1; a table's head is no row.
    pub row: Option<u64>,
    /// Counted from 1.
    pub fact: Option<u64>,
    /// The number of another export that it is about as well.
    pub number: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub kind: Kind,
    pub subject: Subject,
    pub says: String,
}

impl Problem {
    pub fn to_json(&self) -> Value {
        let Subject { export, file, approval, gate, row, fact, number } = &self.subject;
        json!({
            "kind": self.kind.word(), "export": export, "file": file, "approval": approval, "gate": gate, "row": row,
            "fact": fact, "number": number, "says": self.says,
        })
    }
}

/// The first of each kind, and how many there are.
#[derive(Clone, Debug, Default)]
pub struct Problems {
    named: Vec<Problem>,
    counts: BTreeMap<Kind, u64>,
}

impl Problems {
    pub fn add(&mut self, kind: Kind, subject: Subject, says: impl Into<String>) {
        if self.count(kind) < NAMED {
            self.named.push(Problem { kind, subject, says: says.into() });
        }
        *self.counts.entry(kind).or_default() += 1;
    }

    pub fn is_empty(&self) -> bool {
        self.named.is_empty()
    }

    pub fn named(&self) -> &[Problem] {
        &self.named
    }

    pub fn count(&self, kind: Kind) -> u64 {
        self.counts.get(&kind).copied().unwrap_or_default()
    }

    /// The kinds of which not all are named, each with how many more there are.
    pub fn more(&self) -> impl Iterator<Item = (Kind, u64)> {
        self.counts.iter().filter(|(_, count)| **count > NAMED).map(|(kind, count)| (*kind, count - NAMED))
    }
}
