//! `holdpoint audit`: who decided, for auditors.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use super::settings::{self, block_on};
use super::store::StoreArg;
use super::{Failure, output};
use crate::app::audit::export;
use crate::audit::Format;
use crate::domain::Timestamp;
use crate::ports::store::Query;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    Export(ExportArgs),
}

/// Exports one row an approval, in the order of their requests.
///
/// The same store and period give the same bytes. CSV is per RFC 4180 and safe to open in a spreadsheet; JSON Lines also
/// carries every fact; Parquet opens in DuckDB and Athena; OCSF is what security tools read; HTML is a report to read, in one
/// file that needs nothing else.
#[derive(Debug, clap::Args)]
pub(super) struct ExportArgs {
    #[command(flatten)]
    store: StoreArg,

    /// For spreadsheets, with every fact, for databases, for security tools, or for people
    #[arg(long, value_enum)]
    format: ExportFormat,

    /// Only what was requested at or after this time
    #[arg(long, value_name = "TIME", value_parser = settings::time)]
    from: Option<Timestamp>,

    /// Only what was requested before this time
    #[arg(long, value_name = "TIME", value_parser = settings::time)]
    to: Option<Timestamp>,

    /// File to write [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum ExportFormat {
    Csv,
    Jsonl,
    Parquet,
    Ocsf,
    Html,
}

pub(super) fn run(command: &Command) -> Result<(), Failure> {
    let Command::Export(args) = command;
    block_on(export_to(args))
}

async fn export_to(args: &ExportArgs) -> Result<(), Failure> {
    let store = args.store.open().await?;
    let format = match args.format {
        ExportFormat::Csv => Format::Csv,
        ExportFormat::Jsonl => Format::JsonLines,
        ExportFormat::Parquet => Format::Parquet,
        ExportFormat::Ocsf => Format::Ocsf,
        ExportFormat::Html => Format::Html,
    };
    let query = Query { open_only: false, from: args.from, to: args.to };
    match &args.out {
        None => {
            let mut out = output::bytes();
            export(&store, &query, format, &mut out).await?;
            Ok(out.flush()?)
        }
        Some(path) => {
            let name = path.display();
            let unwritable = |error: std::io::Error| Failure::Failed(format!("cannot write `{name}`: {error}"));
            let mut out = BufWriter::new(File::create(path).map_err(unwritable)?);
            let rows = export(&store, &query, format, &mut out).await?;
            out.flush().map_err(unwritable)?;
            let rows = if rows == 1 { "1 approval".to_owned() } else { format!("{rows} approvals") };
            writeln!(std::io::stderr(), "{rows} written to {name}")?;
            Ok(())
        }
    }
}
