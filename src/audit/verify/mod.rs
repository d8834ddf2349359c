//! Whether exports are what they were when they were written: says what was changed, cut out, added, moved or is missing, by
//! name. It needs the files and nothing else.
//!
//! While all is well it takes the same memory for any number of approvals; what it takes to say what is wrong grows with
//! the file that is.

mod asked;
mod compare;
mod continuity;
mod diagnose;
mod export;
mod file;
mod intact;
mod outline;
mod problem;
mod records;
mod report;
mod series;
mod signature;

use std::io;
use std::path::Path;

pub use asked::{Asked, HasSigned, Key};
pub use problem::{Kind, NAMED, Problem, Problems, Subject};
pub use report::{Looked, Report, Signed};
pub use series::last;

use self::intact::Belongs;
use self::outline::Outline;
use super::series::listing::{CHAINS, CHECKPOINT, SIGNATURE};
use super::series::name::Name;

/// Looks at one export or at a series of them.
pub fn verify(path: &Path, asked: &Asked<'_>) -> io::Result<Report> {
    if is_an_export(path) { one(path, asked) } else { series::verify(path, asked) }
}

fn is_an_export(path: &Path) -> bool {
    [CHECKPOINT, SIGNATURE, CHAINS].iter().any(|name| path.join(name).symlink_metadata().is_ok())
}

fn one(path: &Path, asked: &Asked<'_>) -> io::Result<Report> {
    let mut report = Report::default();
    let name = path.canonicalize()?.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let outline = Outline::read(path, &name, asked, &mut report.problems);
    outline.tell_unsigned(asked, &mut report.problems);
    let belongs = Belongs::of([&outline]);
    export::contents(&outline, &belongs, &mut report.problems)?;
    if let (Some(checkpoint), Some(name)) = (&outline.checkpoint, Name::read(&name)) {
        series::misplaced(checkpoint, &outline.name, name.number, &mut report.problems);
    }
    report.notes.push(
        "this export alone was looked at: whether earlier and later ones are whole, its folder's series says"
            .to_owned(),
    );
    series::absent([&outline], asked.expected, &mut report.problems);
    report.exports.push(outline.into());
    Ok(report)
}
