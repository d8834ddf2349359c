//! The report that people read.

mod bounds;
mod browser;
mod chromium;
mod colours;
mod figures;
mod hostile;
mod made;
mod many;
mod week;
mod zone;
