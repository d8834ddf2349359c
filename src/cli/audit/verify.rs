//! `holdpoint audit verify`: whether exports are what they were.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::adapters::localkey;
use crate::audit::hash::Hash;
use crate::audit::verify::{Asked, HasSigned, Looked, Problem, Report, Signed, verify};
use crate::cli::output::{BAD, BOLD, DIM, GOOD, WARN, styled};
use crate::cli::settings::Format;
use crate::cli::{Failure, output};
use crate::notice::{clean, counted};
use crate::ports::signer::PublicKey;
use crate::record::time::to_text;

/// Tells whether exports are as they were written, and by name what was changed, cut out, added, moved or is missing
///
/// It needs neither the store nor AWS nor the network. The exit code is 0 when all is as it was, 1 when something is not,
/// 2 when it could not be looked at.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// The folder of a series, or of one export
    #[arg(value_name = "PATH")]
    path: PathBuf,

    /// A public key that may have signed; give more than one if the key was changed. Without, each checkpoint is held
    /// against the key that it names itself
    #[arg(long = "key", value_name = "FILE")]
    keys: Vec<PathBuf>,

    /// The SHA-256 of a checkpoint that has to be there, as `holdpoint audit export` told it: without one that was kept
    /// elsewhere, nothing tells that the latest exports were taken away
    #[arg(long = "expect", value_name = "SHA256")]
    expected: Vec<Hash>,

    /// Text for people, or JSON for machines
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let place = args.path.display();
    let report = report_on(&args.path, &args.keys, &args.expected)?;
    let mut out = output::stdout();
    match args.format {
        Format::Text => text(&report, args, &mut out)?,
        Format::Json => writeln!(out, "{}", to_json(&report))?,
    }
    out.flush()?;
    if report.problems.is_empty() {
        return Ok(());
    }
    Err(Failure::Failed(format!("`{place}` is not as it was written")))
}

/// Looks at a folder, with keys from files.
pub(super) fn report_on(path: &Path, keys: &[PathBuf], expected: &[Hash]) -> Result<Report, Failure> {
    let place = path.display();
    if !path.is_dir() {
        return Err(Failure::Usage(format!("there is no folder `{place}`")));
    }
    let keys: Result<Vec<_>, _> = keys.iter().map(|path| localkey::read_public(path).map(|key| key.0)).collect();
    let keys = keys.map_err(|error| Failure::Usage(error.to_string()))?;
    let has_signed: HasSigned = |key, bytes, signature| localkey::has_signed(&PublicKey(*key), bytes, signature);
    let report = verify(path, &Asked { keys: &keys, expected, has_signed })
        .map_err(|error| Failure::Usage(format!("`{place}` cannot be looked at: {error}")))?;
    if report.exports.is_empty() && report.problems.is_empty() {
        return Err(Failure::Usage(format!(
            "there is no export in `{place}`: name the folder that `holdpoint audit export --out` was given"
        )));
    }
    Ok(report)
}

fn to_json(report: &Report) -> serde_json::Value {
    let exports: Vec<_> = report
        .exports
        .iter()
        .map(|Looked { name, checkpoint, sha256, signature }| {
            let checkpoint = checkpoint.as_ref();
            json!({
                "export": name, "sha256": sha256, "signature": signature.word(),
                "number": checkpoint.map(|c| c.number), "approvals": checkpoint.map(|c| c.approvals),
                "facts": checkpoint.map(|c| c.facts),
            })
        })
        .collect();
    let problems: Vec<_> = report.problems.named().iter().map(Problem::to_json).collect();
    let more: serde_json::Map<_, _> =
        report.problems.more().map(|(kind, count)| (kind.word().to_owned(), count.into())).collect();
    json!({
        "ok": report.problems.is_empty(), "exports": exports, "problems": problems, "more": more, "notes": report.notes,
    })
}

fn text(report: &Report, args: &Args, out: &mut dyn Write) -> io::Result<()> {
    for looked in &report.exports {
        writeln!(out, "{}", styled(BOLD, &looked.name))?;
        writeln!(out, "  {}", about(looked))?;
        for problem in report.problems.named() {
            if problem.subject.export.as_ref() == Some(&looked.name) {
                tell(problem, out)?;
            }
        }
    }
    let known = |problem: &&Problem| {
        let export = problem.subject.export.as_ref();
        !report.exports.iter().any(|looked| Some(&looked.name) == export)
    };
    for problem in report.problems.named().iter().filter(known) {
        tell(problem, out)?;
    }
    for (kind, count) in report.problems.more() {
        writeln!(out, "  and {count} more: {}", kind.word().replace('_', " "))?;
    }
    for note in &report.notes {
        writeln!(out, "{} {note}", styled(WARN, "note:"))?;
    }
    if !report.problems.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", styled(GOOD, "All is as it was written."))?;
    if let Some(caveat) = caveat(report, args) {
        writeln!(out, "{}", styled(DIM, caveat))?;
    }
    Ok(())
}

/// What the reader must not take for proven.
fn caveat(report: &Report, args: &Args) -> Option<&'static str> {
    if report.exports.iter().any(|looked| looked.signature == Signed::NotSigned) {
        return Some(
            "Not signed: nothing but hashes holds this together, and whoever can write these files can make others that \
             fit.",
        );
    }
    args.keys.is_empty().then_some(
        "Held against the key that the checkpoints name themselves, which does not prove whose key that is: give the one \
         that you were handed with --key.",
    )
}

fn about(looked: &Looked) -> String {
    let Some(checkpoint) = &looked.checkpoint else { return styled(BAD, "no checkpoint that can be read") };
    let time = |at: Option<_>, open: &str| at.map_or(open.to_owned(), to_text);
    let period = &checkpoint.period;
    let signed = match looked.signature {
        Signed::ByTheKeyGiven => "signed",
        Signed::ByTheKeyNamed => "signed by the key that it names",
        Signed::ByALaterOne => "not signed, but held by one that is",
        Signed::NotSigned => "not signed",
        Signed::Wrong => "signature not in order",
    };
    let pipelines =
        checkpoint.pipelines.as_ref().map(|glob| format!(", pipelines {}", clean(glob, 60))).unwrap_or_default();
    format!(
        "checkpoint {}: {}, {}, from {} to {}{pipelines}; {signed}",
        checkpoint.number,
        counted(checkpoint.approvals, "approval"),
        counted(checkpoint.facts, "fact"),
        time(period.from, "the beginning"),
        time(period.to, "the end"),
    )
}

fn tell(problem: &Problem, out: &mut dyn Write) -> io::Result<()> {
    let subject = &problem.subject;
    let mut place: Vec<String> = subject.file.iter().cloned().collect();
    place.extend(subject.row.map(|row| format!("row {row}")));
    place.extend(subject.fact.map(|fact| format!("fact {fact}")));
    let place = if place.is_empty() { String::new() } else { format!(" {}:", place.join(", ")) };
    writeln!(out, "  {}{place} {}", styled(BAD, problem.kind.verdict()), problem.says)?;
    if let Some(approval) = &subject.approval {
        let gate = subject.gate.as_ref().map(|gate| format!(" at {gate}")).unwrap_or_default();
        writeln!(out, "{}", styled(DIM, format!("    approval {approval}{gate}")))?;
    }
    Ok(())
}
