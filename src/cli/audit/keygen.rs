//! `holdpoint audit keygen`: a key to sign checkpoints with.

use std::io::Write;
use std::path::PathBuf;

use crate::adapters::localkey::LocalKey;
use crate::cli::{Failure, output};

/// Makes a key to sign checkpoints with, and its public half beside it
///
/// FILE is the secret, for `audit export --key`: Ed25519 as PKCS#8 in PEM, which nobody else may read. FILE.pub is for those
/// who verify; give it to them by a way on which nobody can exchange it. Neither is ever written over.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// Where to write the secret key
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let public = LocalKey::make(&args.file).map_err(Failure::failed)?;
    let mut out = output::stdout();
    writeln!(out, "{}: the secret key, for `holdpoint audit export --key`", args.file.display())?;
    writeln!(out, "{}: the public key, for `holdpoint audit verify --key`", public.display())?;
    Ok(out.flush()?)
}
