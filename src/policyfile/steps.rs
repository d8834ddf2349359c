//! The ladder of a policy: who is told when, and how a time is written.

use std::collections::BTreeSet;

use chrono::{NaiveTime, TimeDelta};
use serde_saphyr::Spanned;

use super::duration;
use super::form::{RepeatForm, StepForm};
use super::problems::Problems;
use super::recipient::Forms;
use crate::domain::ladder::MAX_REPEATS;
use crate::domain::policy::{Act, Repeat, Step, When};
use crate::domain::span::Span;
use crate::domain::{RecipientName, StepId};

/// All steps of a ladder can be due at the same instant, and what fires together is committed in one transaction, of
/// which DynamoDB takes a hundred actions: a fact for each step, a notice for each recipient, and a dozen others.
const MAX_STEPS: usize = 20;
const MAX_NOTICES: usize = 50;
const SHORTEST_REPEAT: TimeDelta = TimeDelta::minutes(1);
const MAX_SHARE: u32 = 10_000;
const MAX_WORKING_DAYS: u32 = 366;

pub(super) fn steps(forms: &[Spanned<StepForm>], path: &str, known: &Forms, problems: &mut Problems) -> Vec<Step> {
    let mut ids = BTreeSet::new();
    let mut steps: Vec<Step> = Vec::new();
    for (n, form) in forms.iter().enumerate() {
        let path = format!("{path}[{n}]");
        if n == MAX_STEPS {
            problems.add(form, &path, format!("more than {MAX_STEPS} steps: let one with `repeat` stand for several"));
        }
        let Some(step) = step(form, &path, known, problems) else { continue };
        let (before, more) = (steps.iter().map(|step| step.to.len()).sum::<usize>(), step.to.len());
        if before <= MAX_NOTICES && before + more > MAX_NOTICES {
            let message = format!(
                "with this step the policy names {} recipients, and {MAX_NOTICES} in all its steps are allowed: let an SNS topic stand for several",
                before + more
            );
            problems.add(form, &path, message);
        }
        if ids.insert(step.id.clone()) {
            steps.push(step);
        } else {
            let message = format!("a step `{}` stands above already: name all its recipients there", step.id);
            problems.add(form, &path, message);
        }
    }
    steps
}

fn step(form: &Spanned<StepForm>, path: &str, known: &Forms, problems: &mut Problems) -> Option<Step> {
    let when = when(form, path, problems);
    let (act, verb, to) = match (&form.value.remind, &form.value.escalate) {
        (Some(to), None) => (Act::Remind, "remind", told(form, to, &format!("{path}.remind"), known, problems)),
        (None, Some(to)) => (Act::Escalate, "escalate", told(form, to, &format!("{path}.escalate"), known, problems)),
        _ => {
            problems.add(form, path, "write exactly one of `remind` and `escalate`, with a list of recipients");
            return None;
        }
    };
    let when = when?;
    let repeat = match &form.value.repeat {
        Some(repeat) => Some(self::repeat(repeat, &format!("{path}.repeat"), problems)?),
        None => None,
    };
    let id = StepId::new(format!("{verb}@{}", label(when)));
    Some(Step { id, when, act, to, repeat, is_urgent: form.value.urgent })
}

fn when(form: &Spanned<StepForm>, path: &str, problems: &mut Problems) -> Option<When> {
    match (&form.value.at, &form.value.before_expiry) {
        (Some(at), None) => problems.take(at, &format!("{path}.at"), after_request(&at.value)),
        (None, Some(before)) => {
            let time = positive(&before.value).map(When::BeforeExpiry);
            problems.take(before, &format!("{path}.before_expiry"), time)
        }
        _ => {
            let message = "write exactly one of `at` (a share of the target such as `50%`, or a time after the request such as `2h`) and `before_expiry` (such as `6h`)";
            problems.add(form, path, message);
            None
        }
    }
}

/// Recipients; `at` is where it is complained that nobody is named.
pub(super) fn told<T>(
    at: &Spanned<T>,
    to: &[Spanned<String>],
    path: &str,
    known: &Forms,
    problems: &mut Problems,
) -> Vec<RecipientName> {
    if to.is_empty() {
        problems.add(at, path, "nobody is named here: write at least one recipient");
    }
    let mut names = Vec::new();
    for (n, name) in to.iter().enumerate() {
        let path = format!("{path}[{n}]");
        if !known.contains_key(&name.value) {
            let all = known.keys().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
            let all =
                if all.is_empty() { "name one under `recipients`".to_owned() } else { format!("there are {all}") };
            problems.add(name, &path, format!("there is no recipient `{}`: {all}", name.value));
        } else if names.contains(&RecipientName::new(&name.value)) {
            problems.add(name, &path, format!("`{}` is named twice: leave one out", name.value));
        }
        names.push(RecipientName::new(&name.value));
    }
    names
}

fn repeat(form: &RepeatForm, path: &str, problems: &mut Problems) -> Option<Repeat> {
    let every = span(&form.every.value).and_then(|every| {
        let message = || format!("`{}` is too often: write `1m` or more", form.every.value);
        let is_seldom = match every {
            Span::Working(time) | Span::Wall(time) => time >= SHORTEST_REPEAT,
            Span::WorkingDays(_) => true,
        };
        is_seldom.then_some(every).ok_or_else(message)
    });
    let every = problems.take(&form.every, &format!("{path}.every"), every);
    let until = match &form.until {
        Some(until) => Some(problems.take(until, &format!("{path}.until"), after_request(&until.value))?),
        None => None,
    };
    let at_most = match &form.at_most {
        Some(most) => {
            let message = || format!("{} is not a number of repeats: write one from 1 to {MAX_REPEATS}", most.value);
            let fits = (1..=MAX_REPEATS).contains(&most.value);
            Some(problems.take(most, &format!("{path}.at_most"), fits.then_some(most.value).ok_or_else(message))?)
        }
        None => None,
    };
    Some(Repeat { every: every?, until, at_most })
}

/// `50%`, `2h`, `2h wall`, `2 working days` or `09:00 next working day`.
fn after_request(text: &str) -> Result<When, String> {
    let text = text.trim();
    if let Some(share) = text.strip_suffix('%') {
        return self::share(text, share);
    }
    if let Some(when) = on_day(text)? {
        return Ok(when);
    }
    match length(text)? {
        Some(span) => Ok(When::After(span)),
        None => duration::parse(text)
            .map(|time| When::After(Span::Working(time)))
            .map_err(|error| format!("{error}; or a share of the target, for example `50%`")),
    }
}

fn share(text: &str, share: &str) -> Result<When, String> {
    let permille = share.trim().parse::<f64>().ok().map(|percent| (percent * 10.0).round());
    let wanted = || format!("`{text}` is not a share of the target: write one from `0.1%` to `1000%`");
    let permille = permille.filter(|n| (1.0..=f64::from(MAX_SHARE)).contains(n)).ok_or_else(wanted)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and in range, as just checked")]
    Ok(When::Share { permille: permille as u32 })
}

/// `09:00`, `09:00 next working day` or `09:00 in 2 working days`.
fn on_day(text: &str) -> Result<Option<When>, String> {
    let (time, day) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let looks_so = time.len() == 5 && time.as_bytes().get(2) == Some(&b':');
    if !looks_so {
        return Ok(None);
    }
    let Ok(time) = NaiveTime::parse_from_str(time, "%H:%M") else {
        return Err(format!("`{time}` is not a time on the clock: write one from `00:00` to `23:59`"));
    };
    let days = match day.trim() {
        "" => Some(0),
        "next working day" => Some(1),
        day => day.strip_prefix("in ").and_then(working_days),
    };
    let message = || {
        format!(
            "`{text}` names no day: write for example `09:00`, `09:00 next working day` or `09:00 in 2 working days`"
        )
    };
    days.map(|days| Some(When::OnDay { days, time })).ok_or_else(message)
}

/// A length of time that is some: `4h`, `4h wall` or `2 working days`.
pub(super) fn span(text: &str) -> Result<Span, String> {
    match length(text.trim())? {
        Some(span) => Ok(span),
        None => positive(text).map(Span::Working),
    }
}

/// Those that are not working time.
fn length(text: &str) -> Result<Option<Span>, String> {
    if let Some(time) = text.strip_suffix("wall").filter(|time| time.ends_with(char::is_whitespace)) {
        return positive(time.trim()).map(|time| Some(Span::Wall(time)));
    }
    if !text.contains("working day") {
        return Ok(None);
    }
    let message = || {
        format!(
            "`{text}` is not a number of working days: write from `1 working day` to `{MAX_WORKING_DAYS} working days`"
        )
    };
    working_days(text).map(|days| Some(Span::WorkingDays(days))).ok_or_else(message)
}

fn working_days(text: &str) -> Option<u32> {
    let number = text.strip_suffix("working days").or_else(|| text.strip_suffix("working day"))?;
    number.trim().parse().ok().filter(|days| (1..=MAX_WORKING_DAYS).contains(days))
}

fn positive(text: &str) -> Result<TimeDelta, String> {
    let time = duration::parse(text)?;
    if time > TimeDelta::zero() { Ok(time) } else { Err(format!("`{text}` is no time at all: write for example `4h`")) }
}

/// The time of a step, as it stands in step ids.
fn label(when: When) -> String {
    match when {
        When::Share { permille } if permille % 10 == 0 => format!("{}%", permille / 10),
        When::Share { permille } => format!("{}.{}%", permille / 10, permille % 10),
        When::After(Span::Working(time)) => duration::format(time),
        When::After(Span::Wall(time)) => format!("{}-wall", duration::format(time)),
        When::After(Span::WorkingDays(days)) => format!("{days}-working-days"),
        When::BeforeExpiry(time) => format!("expiry-{}", duration::format(time)),
        When::OnDay { days: 0, time } => time.format("%H:%M").to_string(),
        When::OnDay { days, time } => format!("{}+{days}", time.format("%H:%M")),
    }
}
