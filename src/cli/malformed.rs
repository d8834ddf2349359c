//! `holdpoint malformed`: the messages that could not be read.

use std::io::Write;

use serde_json::{Value, json};

use super::output::{BOLD, DIM, styled};
use super::settings::{Format, block_on};
use super::store::StoreArg;
use super::{Failure, output};
use crate::notice::{clean, moment};
use crate::ports::store::{Reject, Store};
use crate::record::time::to_text;

/// Lists the messages that could not be read, newest first, each with its reason.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    store: StoreArg,

    /// How many at most
    #[arg(long, default_value_t = 20)]
    limit: usize,

    /// Text for people, or one JSON object a line with the whole message
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let rejects = block_on(async { Ok(args.store.open().await?.rejects(args.limit).await?) })?;
    let mut out = output::stdout();
    for reject in &rejects {
        match args.format {
            Format::Json => writeln!(out, "{}", line(reject))?,
            Format::Text => {
                writeln!(out, "{} from {}", styled(BOLD, moment(reject.at)), clean(&reject.source, 100))?;
                writeln!(out, "  {}", clean(&reject.reason, 300))?;
                writeln!(out, "  {}", styled(DIM, clean(&reject.body, 200)))?;
            }
        }
    }
    if rejects.is_empty() && args.format == Format::Text {
        writeln!(out, "Every message could be read.")?;
    }
    Ok(out.flush()?)
}

pub(super) fn line(reject: &Reject) -> Value {
    json!({ "at": to_text(reject.at), "source": reject.source, "reason": reject.reason, "body": reject.body })
}
