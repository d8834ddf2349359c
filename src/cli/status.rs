//! `holdpoint status`: what waits now.

use std::io::Write;

use super::output::{BAD, BOLD, DIM, GOOD, WARN, styled};
use super::promise::Promise;
use super::settings::{Format, block_on};
use super::store::StoreArg;
use super::{Failure, output};
use crate::adapters::clock::WallClock;
use crate::app::pages::Pages;
use crate::domain::Timestamp;
use crate::domain::projection::Projection;
use crate::notice::{clean, duration, moment, told};
use crate::ports::clock::Clock;
use crate::ports::store::Query;
use crate::record::line::glance;

/// Shows what waits, oldest first, with how much of the promised time is left.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    store: StoreArg,

    /// Also show what is settled
    #[arg(long)]
    all: bool,

    /// Text for people, or one JSON object a line
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let now = WallClock.now();
    let mut out = output::stdout();
    block_on(async {
        let store = args.store.open().await?;
        let query = Query { open_only: !args.all, ..Query::default() };
        let mut pages = Pages::new(&store, query);
        let mut shown = 0_u64;
        while let Some(page) = pages.next().await? {
            for approval in &page {
                shown += 1;
                match args.format {
                    Format::Json => writeln!(out, "{}", glance(approval, now))?,
                    Format::Text => show(&mut out, approval, now)?,
                }
            }
        }
        if args.format == Format::Text {
            match shown {
                0 if args.all => writeln!(out, "Nothing was heard of yet.")?,
                0 => writeln!(out, "Nothing waits.")?,
                n => writeln!(out, "{}", styled(DIM, format!("{n} in all, as of {}", moment(now))))?,
            }
        }
        Ok(())
    })?;
    Ok(out.flush()?)
}

fn show(out: &mut impl Write, approval: &Projection, now: Timestamp) -> std::io::Result<()> {
    let gate = approval.gate.as_ref().map(|gate| clean(&gate.to_string(), 200)).unwrap_or_default();
    let again = approval.attempt.filter(|n| *n > 1).map(|n| format!(", attempt {n}")).unwrap_or_default();
    let waited = waited(approval, now).unwrap_or_else(|| "?".to_owned());
    writeln!(out, "{waited:>8}  {}{again}", styled(BOLD, gate))?;
    writeln!(out, "          {}", state(approval, now))?;
    if let Some(by) = &approval.decided_by {
        writeln!(out, "          by {}", clean(by, 200))?;
    }
    let policy = approval.policy.as_ref().map_or("no policy".to_owned(), |name| format!("policy {name}"));
    writeln!(out, "          {}", styled(DIM, format!("{policy}, {}", approval.id)))
}

/// How long somebody was waited for, up to now or to the end.
pub(super) fn waited(approval: &Projection, now: Timestamp) -> Option<String> {
    approval.requested_at.map(|at| duration(approval.ended_at.unwrap_or(now) - at))
}

/// How things stand: the outcome, or how much of the promised time is left.
pub(super) fn state(approval: &Projection, now: Timestamp) -> String {
    if let Some(outcome) = approval.outcome {
        let late = if approval.breached { ", past the deadline" } else { "" };
        let unknown =
            if outcome.is_decision() && approval.decided_by.is_none() { ", by whom is not known" } else { "" };
        return format!("{}{late}{unknown}", told::outcome(outcome));
    }
    let promise = Promise::of(approval, now);
    let style = match promise {
        Promise::PastExpiry(_) | Promise::PastDeadline(_) => BAD,
        Promise::Left(_, true) => WARN,
        Promise::Left(_, false) => GOOD,
        Promise::Unseen | Promise::Ended | Promise::Nothing => DIM,
    };
    styled(style, promise.words())
}
