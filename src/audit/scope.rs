//! What a report says of itself.

use crate::domain::Timestamp;
use crate::notice::Wall;

/// What an export is of: nothing but what it says about itself hangs on this.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The period begins then; none where it has no beginning.
    pub from: Option<Timestamp>,
    /// And ends before then.
    pub to: Option<Timestamp>,
    /// The glob that the names of the pipelines match.
    pub pipelines: Option<String>,
    /// The reader's.
    pub wall: Wall,
}

impl Default for Scope {
    fn default() -> Self {
        Self { from: None, to: None, pipelines: None, wall: Wall::utc() }
    }
}
