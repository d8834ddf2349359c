//! `holdpoint policy`: check a policy file, try it on what happened, print its schema.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;

use super::output::{BOLD, DIM, GOOD, WARN, styled};
use super::{Failure, coverage, output, settings, simulate};
use crate::adapters::recipients::worded;
use crate::app::dispatch::letter;
use crate::domain::RecipientName;
use crate::domain::calendar::{Calendar, WEEKDAYS, Window};
use crate::domain::control::{Approver, Controls};
use crate::domain::ladder::share;
use crate::domain::policy::{Acknowledging, GateMatcher, Policy, Repeat, Step, When};
use crate::domain::span::Span;
use crate::notice::{Style, clean, duration, sample, span, wrap};
use crate::policyfile::{LONGEST_SNOOZE, PolicyFile, Recipient, schema};
use crate::record::names::Named;

/// What is left of 80 columns beside a step's id.
const WIDTH: usize = 57;
/// What a note has of a line of 80 columns.
const NOTE_WIDTH: usize = 74;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Reads a policy file and says what is wrong with it, or what it promises
    Check {
        /// The policy file
        file: PathBuf,
        /// Also shows what each recipient will be told, at the example of a made-up release
        #[arg(long)]
        show_notices: bool,
    },
    Preview(super::preview::Args),
    /// Prints the JSON Schema of policy files, for editors
    Schema,
    Simulate(simulate::Args),
    Coverage(coverage::Args),
}

pub(super) fn run(command: &Command) -> Result<(), Failure> {
    let mut out = output::stdout();
    match command {
        Command::Check { file, show_notices } => {
            let policy = settings::policy(Some(file))?;
            show(&mut out, &policy)?;
            if *show_notices {
                notices(&mut out, &policy)?;
            }
        }
        Command::Preview(args) => return super::preview::run(args),
        Command::Schema => writeln!(out, "{:#}", schema())?,
        Command::Simulate(args) => simulate::run(args, &mut out)?,
        Command::Coverage(args) => coverage::run(args, &mut out)?,
    }
    Ok(out.flush()?)
}

fn show(out: &mut impl Write, policy: &PolicyFile) -> std::io::Result<()> {
    for warning in &policy.warnings {
        writeln!(out, "{} {warning}", styled(WARN, "warning:"))?;
    }
    for note in &policy.notes {
        let mut head = styled(DIM, "note:");
        for line in wrap(note, NOTE_WIDTH) {
            writeln!(out, "{head} {line}")?;
            head = " ".repeat("note:".len());
        }
    }
    for policy in &policy.rules.policies {
        let target = span(policy.target, &policy.calendar);
        let by = match &policy.calendar {
            calendar if calendar.is_always() => String::new(),
            calendar => format!(" by {}", calendar.name()),
        };
        writeln!(out, "{}: a decision within {target}{by}", styled(BOLD, &policy.name))?;
        writeln!(out, "  for {}", gates(&policy.gates))?;
        ladder(out, &policy.steps, policy)?;
        if let Some(steps) = &policy.retry_steps {
            writeln!(out, "  from the second attempt on")?;
            ladder(out, steps, policy)?;
        }
        responses(out, policy)?;
        controls(out, &policy.controls)?;
    }
    for (recipient, hours) in &policy.rules.hours {
        writeln!(out, "recipient {}: told in the hours of {}", styled(BOLD, recipient), hours.name())?;
    }
    for calendar in policy.calendars.values() {
        show_calendar(out, calendar)?;
    }
    writeln!(out, "{} (version {})", styled(GOOD, "The policy is in order"), policy.rules.version)
}

fn ladder(out: &mut impl Write, steps: &[Step], policy: &Policy) -> std::io::Result<()> {
    for step in steps {
        let to: Vec<&str> = step.to.iter().map(RecipientName::as_str).collect();
        let (when, urgent) = (when(step.when, policy), if step.is_urgent { ", at any hour" } else { "" });
        let said = wrap(&format!("{when}: {} to {}{urgent}", step.act.word(), to.join(", ")), WIDTH);
        let again = step.repeat.map(|repeat| wrap(&again(repeat, policy), WIDTH)).unwrap_or_default();
        let labels = std::iter::once(step.id.as_str()).chain(std::iter::repeat(""));
        for (label, line) in labels.zip(said.iter().chain(&again)) {
            writeln!(out, "  {label:<20} {line}")?;
        }
    }
    if steps.is_empty() {
        writeln!(out, "  nobody is told of anything")?;
    }
    Ok(())
}

/// What people can do about it, where it is not as in most policies.
fn responses(out: &mut impl Write, policy: &Policy) -> std::io::Result<()> {
    if policy.acknowledging == Acknowledging::StopsAll {
        writeln!(out, "  once somebody has acknowledged, nobody is told any more")?;
    }
    match policy.longest_snooze {
        longest if longest == LONGEST_SNOOZE => Ok(()),
        longest if longest.is_zero() => writeln!(out, "  nobody can snooze it"),
        longest => writeln!(out, "  can be snoozed for {} at most", duration(longest)),
    }
}

/// What is demanded of whoever decides.
fn controls(out: &mut impl Write, controls: &Controls) -> std::io::Result<()> {
    let approvers = controls.approvers.iter().flatten().map(|approver| match approver {
        Approver::Arn(glob) => clean(glob.as_str(), 200),
        Approver::PermissionSet(glob) => format!("permission set {}", clean(glob.as_str(), 100)),
    });
    let approvers: Vec<String> = approvers.collect();
    let bots: Vec<String> = controls.bots.iter().map(|glob| clean(glob.as_str(), 200)).collect();
    let lists = [("only these may decide:", approvers), ("taken for bots:", bots)];
    for (says, list) in lists.iter().filter(|(_, list)| !list.is_empty()) {
        writeln!(out, "  {says}")?;
        list.iter().try_for_each(|one| writeln!(out, "    {one}"))?;
    }
    let demands = [
        (controls.forbids_self_approval, "nobody approves what they started or wrote"),
        (controls.requires_two_people, "one person alone does not approve every gate of a run"),
        (controls.requires_comment, "a decision has a comment"),
        (controls.forbids_late_decisions, "a decision comes before its deadline"),
        (controls.forbids_edits, "nobody edits the pipeline while somebody is asked"),
        (controls.forbids_outdated_revisions, "nobody approves what a newer revision waits behind"),
    ];
    demands.iter().filter(|(is_asked, _)| *is_asked).try_for_each(|(_, says)| writeln!(out, "  {says}"))?;
    if !controls.tell.is_empty() {
        let tell: Vec<&str> = controls.tell.iter().map(RecipientName::as_str).collect();
        writeln!(out, "  findings are told to {}", tell.join(", "))?;
    }
    Ok(())
}

fn show_calendar(out: &mut impl Write, calendar: &Calendar) -> std::io::Result<()> {
    writeln!(out, "calendar {}: on the clock of {}", styled(BOLD, calendar.name()), calendar.zone().name())?;
    let mut from = 0;
    while let Some(first) = WEEKDAYS.get(from) {
        let hours = calendar.week().on(*first);
        let alike = WEEKDAYS.iter().skip(from).take_while(|day| calendar.week().on(**day) == hours).count();
        let days = match WEEKDAYS.get(from + alike - 1) {
            Some(last) if alike > 1 => format!("{first}-{last}").to_ascii_lowercase(),
            _ => first.to_string().to_ascii_lowercase(),
        };
        from += alike;
        if !hours.is_empty() {
            let windows: Vec<String> = hours.windows().iter().map(Window::to_string).collect();
            writeln!(out, "  {days:<8} {}", windows.join(", "))?;
        }
    }
    match calendar.exceptions().count() {
        (0, 0) => Ok(()),
        (off, extra) => writeln!(out, "  days off: {off}, extra working days: {extra}"),
    }
}

/// The first notice of each kind that a recipient gets under a policy.
fn notices(out: &mut impl Write, file: &PolicyFile) -> std::io::Result<()> {
    for policy in &file.rules.policies {
        let mut shown = BTreeSet::new();
        for (step, to) in policy.steps.iter().flat_map(|step| step.to.iter().map(move |to| (step, to))) {
            if !shown.insert((step.act, to)) {
                continue;
            }
            let style = file.recipients.get(to).map_or(Style::Plain, Recipient::style);
            let (notice, written) = sample::notice(policy, step, to);
            let letter = worded(&file.wordings, style, &letter(&notice, written, notice.due_at));
            let (subject, text) = match style {
                Style::Plain => (&letter.subject, &letter.text),
                Style::Markdown => (&letter.title, &letter.markdown),
            };
            let head = format!("--- {} to {to}, {}", step.act.word(), policy.name);
            writeln!(out, "\n{}\n{subject}\n\n{}", styled(BOLD, &head), text.trim_end())?;
        }
    }
    Ok(())
}

/// The parts of a gate that are asked for.
fn gates(matcher: &GateMatcher) -> String {
    let GateMatcher { account, region, pipeline, stage, action } = matcher;
    let parts =
        [("account", account), ("region", region), ("pipeline", pipeline), ("stage", stage), ("action", action)];
    let asked: Vec<String> = parts
        .into_iter()
        .filter_map(|(name, glob)| glob.as_ref().map(|glob| format!("{name} {}", clean(glob.as_str(), 100))))
        .collect();
    if asked.is_empty() { "every gate".to_owned() } else { asked.join(", ") }
}

/// A share of the target is easier to judge as a time.
fn when(when: When, policy: &Policy) -> String {
    let said = |time: Span| span(time, &policy.calendar);
    match when {
        When::Share { permille } => match policy.target {
            Span::Working(target) => format!("after {}", said(Span::Working(share(target, permille)))),
            Span::Wall(target) => format!("after {}", said(Span::Wall(share(target, permille)))),
            Span::WorkingDays(_) if permille == 1000 => format!("after {}", said(policy.target)),
            Span::WorkingDays(_) => {
                format!("after {}% of the working time until the deadline", f64::from(permille) / 10.0)
            }
        },
        When::After(time) => format!("after {}", said(time)),
        When::OnDay { days: 0, time } => format!("at {}", time.format("%H:%M")),
        When::OnDay { days: 1, time } => format!("at {} on the next working day", time.format("%H:%M")),
        When::OnDay { days, time } => format!("at {} in {days} working days", time.format("%H:%M")),
        When::BeforeExpiry(time) => format!("{} before the time-out", duration(time)),
    }
}

fn again(repeat: Repeat, policy: &Policy) -> String {
    let until = repeat.until.map(|until| format!(", the last {}", when(until, policy))).unwrap_or_default();
    let times = repeat.at_most.map(|n| format!(", {n} times at most")).unwrap_or_default();
    format!("again every {}{until}{times}", span(repeat.every, &policy.calendar))
}
