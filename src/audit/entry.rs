//! What an export is made from.

use crate::domain::projection::Projection;
use crate::domain::{Approval, Fact};

/// An approval with all that is known of it.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    pub projection: &'a Projection,
    pub approval: &'a Approval,
    pub facts: &'a [Fact],
}
