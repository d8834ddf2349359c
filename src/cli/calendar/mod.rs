//! `holdpoint calendar`: working time, worked out as policies have it.

mod requests;

use std::io::Write;
use std::path::PathBuf;

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use serde_json::{Value, json};

use super::settings::Format;
use super::{Failure, output, settings};
use crate::domain::Timestamp;
use crate::domain::calendar::Calendar;
use crate::policyfile::{PolicyFile, parse_duration};
use crate::record::time::to_text;

/// Says when working time is over, or how much of it there is, by a calendar of the policy file
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, arg_required_else_help = true)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Option<Command>,

    #[command(flatten)]
    source: Source,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// When so much working time has passed
    Add {
        #[command(flatten)]
        source: Source,

        /// A calendar of the policy file
        #[arg(required_unless_present = "stdin")]
        calendar: Option<String>,

        /// The time to begin at: 2026-11-09T10:00:00Z
        #[arg(required_unless_present = "stdin", value_parser = time)]
        from: Option<Timestamp>,

        /// The working time: `4h`, `1h 30m`
        #[arg(required_unless_present = "stdin", value_parser = parse_duration)]
        duration: Option<TimeDelta>,

        /// Text for people, or JSON for machines
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// How much working time there is from one time to another
    Between {
        #[command(flatten)]
        source: Source,

        /// A calendar of the policy file
        #[arg(required_unless_present = "stdin")]
        calendar: Option<String>,

        /// The time to begin at: 2026-11-09T10:00:00Z
        #[arg(required_unless_present = "stdin", value_parser = time)]
        from: Option<Timestamp>,

        /// The time to end at
        #[arg(required_unless_present = "stdin", value_parser = time)]
        to: Option<Timestamp>,

        /// Text for people, or JSON for machines
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
}

/// Where calendars and questions come from.
#[derive(Debug, clap::Args)]
struct Source {
    /// The policy file that the calendar stands in
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,

    /// Answers requests from standard input, one JSON object a line each way
    #[arg(long)]
    stdin: bool,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let source = match &args.command {
        Some(Command::Add { source, .. } | Command::Between { source, .. }) => source,
        None => &args.source,
    };
    let policy = settings::policy(source.policy.as_deref())?;
    if source.stdin {
        return requests::answer(std::io::stdin().lock(), std::io::stdout().lock(), &policy);
    }
    let mut out = output::stdout();
    match &args.command {
        Some(Command::Add { calendar: Some(name), from: Some(from), duration: Some(duration), format, .. }) => {
            let calendar = named(&policy, name).map_err(Failure::Usage)?;
            let due = calendar.add(*from, *duration);
            match format {
                Format::Json => writeln!(out, "{}", json!({ "due": to_text(due) }))?,
                Format::Text => {
                    writeln!(out, "{}\n{}", on_the_wall(calendar, due), due.format("%a %-d %b %Y %H:%M:%S UTC"))?
                }
            }
        }
        Some(Command::Between { calendar: Some(name), from: Some(from), to: Some(to), format, .. }) => {
            let working = named(&policy, name).map_err(Failure::Usage)?.between(*from, *to);
            match format {
                Format::Json => writeln!(out, "{}", json!({ "working_seconds": seconds(working) }))?,
                Format::Text => writeln!(out, "{}", in_hours(working))?,
            }
        }
        _ => return Err(Failure::Usage("say what to work out: `add`, `between` or `--stdin`".to_owned())),
    }
    Ok(out.flush()?)
}

fn named<'a>(policy: &'a PolicyFile, name: &str) -> Result<&'a Calendar, String> {
    policy.calendars.get(name).ok_or_else(|| {
        let all: Vec<String> = policy.calendars.keys().map(|key| format!("`{key}`")).collect();
        match all.as_slice() {
            [] => format!(
                "there is no calendar `{name}`: the policy names none, so say with --policy FILE which one does"
            ),
            all => format!("there is no calendar `{name}`: there are {}", all.join(", ")),
        }
    })
}

fn time(text: &str) -> Result<Timestamp, String> {
    let at = DateTime::parse_from_rfc3339(text).map(|at| at.with_timezone(&Utc));
    at.map_err(|_| format!("`{text}` is no time: write for example 2026-11-09T10:00:00Z or 2026-11-09T10:00:00+01:00"))
}

/// Whole seconds as such, and parts of one only where there are some.
fn seconds(working: TimeDelta) -> Value {
    match working.subsec_nanos() {
        0 => json!(working.num_seconds()),
        _ => json!(working.as_seconds_f64()),
    }
}

/// A working day is not a day, so hours are the largest unit.
pub(super) fn in_hours(working: TimeDelta) -> String {
    let seconds = working.num_seconds();
    let parts = [("h", seconds / 3600), ("m", seconds / 60 % 60), ("s", seconds % 60)];
    let shown: Vec<String> = parts.iter().filter(|(_, n)| *n > 0).map(|(unit, n)| format!("{n}{unit}")).collect();
    if shown.is_empty() { "0s".to_owned() } else { shown.join(" ") }
}

fn on_the_wall(calendar: &Calendar, at: Timestamp) -> String {
    let zone = calendar.zone();
    let offset = FixedOffset::east_opt(zone.offset(at));
    let local = offset.map(|offset| at.with_timezone(&offset).format("%a %-d %b %Y %H:%M:%S %:z").to_string());
    format!("{} {}", local.unwrap_or_else(|| to_text(at)), zone.name())
}
