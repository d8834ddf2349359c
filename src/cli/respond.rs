//! `holdpoint acknowledge` and `holdpoint snooze`: somebody sees to an approval, or says that it may wait.

use std::io::Write;

use chrono::TimeDelta;

use super::output::{BOLD, DIM, styled};
use super::policyplace::{self, PolicyPlace};
use super::settings::{self, Format, block_on};
use super::store::StoreArg;
use super::{Failure, output, status};
use crate::adapters::clock::WallClock;
use crate::app::respond::{RespondError, Wish, are_its_rules, respond, said};
use crate::domain::policy::{Acknowledging, Rules};
use crate::domain::projection::Projection;
use crate::domain::span::later;
use crate::domain::{Approval, ApprovalId, Timestamp};
use crate::notice::{clean, moment};
use crate::policyfile::parse_duration;
use crate::ports::clock::Clock;
use crate::record::line;

/// Notes that somebody sees to an approval. What the policy says of that is no longer sent; it is no decision.
#[derive(Debug, clap::Args)]
pub(super) struct AcknowledgeArgs {
    #[command(flatten)]
    common: Common,
}

/// Notes that an approval may wait. Until then nothing is sent about it; the deadline stays where it is.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("end").required(true)))]
pub(super) struct SnoozeArgs {
    /// Until when: `2026-09-28T17:00:00Z`, or a date, which is its beginning in UTC
    #[arg(long, value_name = "TIME", value_parser = settings::time, group = "end")]
    until: Option<Timestamp>,

    /// For how long from now: `2h`, `30m`
    #[arg(long = "for", value_name = "DURATION", value_parser = parse_duration, group = "end")]
    length: Option<TimeDelta>,

    #[command(flatten)]
    common: Common,
}

#[derive(Debug, clap::Args)]
struct Common {
    /// The approval's id: CodePipeline's action execution id
    approval: String,

    /// Who says so. It is kept as it is told, and not proven
    #[arg(long, value_name = "NAME")]
    by: String,

    /// What else they say
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,

    #[command(flatten)]
    store: StoreArg,

    /// The policy that the monitor uses: a file, `s3://BUCKET/KEY` or `ssm:/NAME` [default: the built-in one]
    #[arg(long, value_name = "POLICY")]
    policy: Option<PolicyPlace>,

    /// Text for people, or a JSON object
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(super) fn acknowledge(args: &AcknowledgeArgs) -> Result<(), Failure> {
    run(&args.common, |_| Wish::Acknowledge)
}

pub(super) fn snooze(args: &SnoozeArgs) -> Result<(), Failure> {
    let until = |now| match (args.until, args.length) {
        (Some(until), _) => until,
        (None, length) => later(now, length.unwrap_or_default()),
    };
    run(&args.common, |now| Wish::Snooze { until: until(now) })
}

fn run(args: &Common, wish: impl Fn(Timestamp) -> Wish) -> Result<(), Failure> {
    let response = said(&args.by, args.note.as_deref()).map_err(|error| Failure::Usage(error.to_string()))?;
    let (id, now) = (ApprovalId::new(&args.approval), WallClock.now());
    let wish = wish(now);
    block_on(async {
        let policy = policyplace::in_force(args.policy.as_ref()).await?;
        // Whoever empties the outbox knows whether there is a bus; without one, events are dropped there.
        let rules = Rules { publishes_events: true, ..policy.rules.clone() };
        let store = args.store.open().await?;
        if !are_its_rules(&store, &rules, &id).await? {
            return Err(Failure::Usage(
                "the monitor goes by another policy than this one: name the one that it uses with --policy".to_owned(),
            ));
        }
        let change = respond(&store, &rules, &id, wish, &response, now).await.map_err(|error| failure(&id, error))?;
        let (approval, mut out) = (&change.approval, output::stdout());
        let at_a_glance = Projection::of(approval, &rules);
        match args.format {
            Format::Json => writeln!(out, "{}", line::responded(approval, &at_a_glance, now))?,
            Format::Text => {
                let gate = approval.gate.as_ref().map(|gate| clean(&gate.to_string(), 200)).unwrap_or_default();
                writeln!(out, "{}", styled(BOLD, gate))?;
                writeln!(out, "{}", styled(DIM, &approval.id))?;
                writeln!(out, "{} {}", response.by, consequence(wish, approval, &rules))?;
                writeln!(out, "{}", status::state(&at_a_glance, now))?;
            }
        }
        Ok(out.flush()?)
    })
}

fn failure(id: &ApprovalId, error: RespondError) -> Failure {
    match error {
        RespondError::Unknown => Failure::Failed(format!(
            "nothing is known of an approval `{}`: `holdpoint status` lists those that wait",
            clean(id.as_str(), 100)
        )),
        RespondError::Refused(refusal) => Failure::Failed(format!("nothing has changed: {refusal}")),
        RespondError::Store(error) => error.into(),
    }
}

/// What follows from a wish that was granted.
pub(super) fn consequence(wish: Wish, approval: &Approval, rules: &Rules) -> String {
    match wish {
        Wish::Acknowledge => match approval.policy(rules).map(|policy| policy.acknowledging) {
            Some(Acknowledging::StopsReminders) => {
                "sees to it. No more reminders; escalations come from the deadline on, until somebody decides"
                    .to_owned()
            }
            Some(Acknowledging::StopsAll) | None => "sees to it. Nothing more is sent about it".to_owned(),
        },
        Wish::Snooze { until } => {
            format!("says that it may wait. Nothing is sent about it until {}; the deadline stays", moment(until))
        }
    }
}
