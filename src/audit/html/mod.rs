//! The report that people read: one HTML file that needs nothing beside it.
//!
//! It is for a screen, for paper, and for whoever does not see. Nothing in it comes from the network, and a policy in the
//! page forbids the browser to ask. It says no time of its own, so the same approvals give the same bytes. Figures count
//! every approval; stories are told of as many as a reader can take.

mod charts;
mod figures;
mod headline;
mod kept;
mod page;
mod period;
mod scale;
mod story;
mod svg;
mod words;

use std::io::{self, Write};

use self::figures::Figures;
use self::kept::Kept;
use super::entry::Entry;
use super::scope::Scope;

/// A report while approvals are added to it.
pub struct Report {
    scope: Scope,
    figures: Figures,
    kept: Kept,
}

impl Report {
    pub fn new(scope: Scope) -> Self {
        Self { scope, figures: Figures::default(), kept: Kept::default() }
    }

    pub fn add(&mut self, entry: &Entry<'_>) {
        self.figures.add(entry, &self.scope.wall);
        self.kept.add(entry);
    }

    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        page::write(out, &self.scope, &self.figures, &self.kept)
    }
}
