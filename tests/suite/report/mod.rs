//! The report that people read.

mod bounds;
mod colours;
mod figures;
mod hostile;
pub(crate) mod made;
mod week;
