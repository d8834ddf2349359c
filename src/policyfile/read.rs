//! From the form to rules: everything that a type cannot check.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use chrono::TimeDelta;
use serde::Deserialize;
use serde_saphyr::Spanned;
use sha2::{Digest, Sha256};

use super::calendar::{Beside, calendars};
use super::controls::{controls, people};
use super::duration;
use super::error::{PolicyError, PolicyErrors};
use super::form::{Form, MatchForm, MetricsForm, PolicyForm};
use super::name::name;
use super::namespace;
use super::place::path;
use super::plain::plain;
use super::problems::Problems;
use super::recipient::{Forms, recipients};
use super::steps::{span, steps};
use super::topic::Format;
use super::wording::wordings;
use super::{PolicyFile, Recipient};
use crate::domain::calendar::Calendar;
use crate::domain::glob::Glob;
use crate::domain::policy::{Acknowledging, Dimension, GateMatcher, Policy, Rules};
use crate::domain::{PolicyName, RecipientName, hex};
use crate::notice::Wordings;

/// A longer policy file is a mistake.
pub const MAX_BYTES: usize = 1024 * 1024;
const MAX_POLICIES: usize = 500;
/// CodePipeline's own bounds of an approval's time-out.
const EXPIRY: (TimeDelta, TimeDelta) = (TimeDelta::minutes(5), TimeDelta::days(60));
/// How far ahead somebody may snooze without a word in the policy.
pub const LONGEST_SNOOZE: TimeDelta = TimeDelta::hours(4);
/// In any policy.
const MAX_SNOOZE: TimeDelta = TimeDelta::days(7);
/// CloudWatch's bound on dimensions.
const MAX_DIMENSION_SETS: usize = 20;

/// Reads a policy file that names no other; `file` is its name in messages.
pub fn read(file: &str, text: &str) -> Result<PolicyFile, PolicyErrors> {
    read_beside(file, text, &|_| {
        Err("only a policy in a file or in S3 can name others; write the dates here".to_owned())
    })
}

/// Reads a policy file that may name others, which `beside` gives the text of, or says why not.
pub fn read_beside(
    file: &str,
    text: &str,
    beside: &dyn Fn(&str) -> Result<String, String>,
) -> Result<PolicyFile, PolicyErrors> {
    let fail = |errors| PolicyErrors::new(file, text, errors);
    let form = parse(text).map_err(|error| fail(vec![error]))?;
    let mut problems = Problems::default();
    let policy_file = check(&form, text, Beside::new(beside), &mut problems);
    problems.0.sort_by_key(|problem| (problem.line, problem.column));
    if problems.0.is_empty() { Ok(policy_file) } else { Err(fail(problems.0)) }
}

fn parse(text: &str) -> Result<Form, PolicyError> {
    if text.len() > MAX_BYTES {
        let message = format!("the file is larger than {MAX_BYTES} bytes");
        return Err(PolicyError { line: 1, column: 1, path: String::new(), message });
    }
    let mut track = serde_path_to_error::Track::new();
    let parsed = serde_saphyr::with_deserializer_from_str(text, |deserializer| {
        Form::deserialize(serde_path_to_error::Deserializer::new(deserializer, &mut track))
    });
    parsed.map_err(|error| {
        let place = error.location();
        let path = path(&track.path());
        PolicyError {
            line: place.map_or(0, |p| p.line()),
            column: place.map_or(0, |p| p.column()),
            message: plain(&error, &path),
            path,
        }
    })
}

fn check(form: &Form, text: &str, mut beside: Beside<'_>, problems: &mut Problems) -> PolicyFile {
    if form.version.value != 1 {
        let message = format!("{} is not a version of the policy format: write `version: 1`", form.version.value);
        problems.add(&form.version, "version", message);
    }
    let recipients = recipients(&form.recipients, problems);
    let (calendars, notes) = calendars(&form.calendars, &mut beside, problems);
    if form.policies.value.is_empty() {
        let message = "there is no policy: write at least one, for example `{ name: all, target: 4h }`";
        problems.add(&form.policies, "policies", message);
    }
    let mut names = BTreeSet::new();
    let mut policies = Vec::new();
    for (n, policy) in form.policies.value.iter().enumerate() {
        let path = format!("policies[{n}]");
        if n == MAX_POLICIES {
            let message = format!("more than {MAX_POLICIES} policies: let one with globs stand for several");
            problems.add(&policy.name, &format!("{path}.name"), message);
        }
        if !names.insert(policy.name.value.as_str()) {
            problems.add(
                &policy.name,
                &format!("{path}.name"),
                format!("a policy `{}` stands above already: give this one a name of its own", policy.name.value),
            );
        }
        let calendar = calendar(policy, &path, form, &calendars, problems);
        policies.extend(self::policy(policy, &path, calendar, &form.recipients, problems));
    }
    let (dimensions, namespace, metrics_file) = metrics(&form.metrics, problems);
    let hours = hours(form, &calendars, problems);
    let mut warnings = warnings(&policies, &recipients);
    let by_policies = form.policies.value.iter().flat_map(|policy| &policy.calendar);
    let by_recipients = form.recipients.values().flat_map(|recipient| &recipient.value.hours);
    let used: BTreeSet<&str> = by_policies.chain(by_recipients).map(|name| name.value.as_str()).collect();
    let idle = calendars.keys().filter(|name| !used.contains(name.as_str()));
    warnings.extend(idle.map(|name| format!("calendar `{name}` is used by no policy and no recipient")));
    let version = version(text, &beside);
    let people = people(&form.people, problems);
    let rules = Rules { version, policies, hours, dimensions, people, publishes_events: false };
    let wordings = Wordings::default();
    let mut file = PolicyFile { rules, calendars, recipients, wordings, metrics_file, namespace, warnings, notes };
    file.wordings = self::wordings(form, text, &file, problems);
    file
}

/// Changes with the file, and with what is in those that it names.
fn version(text: &str, beside: &Beside<'_>) -> String {
    let mut digest = Sha256::new_with_prefix(text);
    for named in beside.texts.values() {
        digest.update(named);
    }
    let mut version = hex(&digest.finalize());
    version.truncate(12);
    version
}

fn warnings(policies: &[Policy], recipients: &BTreeMap<RecipientName, Recipient>) -> Vec<String> {
    let mut warnings = Vec::new();
    let takes_all = |policy: &Policy| {
        let gates = &policy.gates;
        [&gates.account, &gates.region, &gates.pipeline, &gates.stage, &gates.action]
            .into_iter()
            .flatten()
            .all(|glob| glob.as_str() == "*")
    };
    if let Some(first) = policies.iter().position(takes_all) {
        for policy in policies.iter().skip(first + 1) {
            let before = policies.get(first).map(|p| p.name.to_string()).unwrap_or_default();
            warnings.push(format!("policy `{}` never counts: `{before}` above it matches every gate", policy.name));
        }
    }
    let untold = policies.iter().filter(|policy| policy.controls.tell.is_empty() && policy.controls.demand_anything());
    warnings.extend(untold.map(|policy| {
        format!("nobody is told of what is found under policy `{}`: name recipients under `findings`", policy.name)
    }));
    let told: BTreeSet<&RecipientName> = policies.iter().flat_map(Policy::recipients).collect();
    let idle = recipients.keys().filter(|name| !told.contains(name));
    warnings.extend(idle.map(|name| format!("recipient `{name}` is told of nothing")));
    let unread = recipients.iter().filter(
        |(_, recipient)| matches!(recipient, Recipient::Sns { topic, format: Format::Text } if topic.is_fifo()),
    );
    warnings.extend(unread.map(|(name, _)| {
        format!("recipient `{name}` gets text for mail, but a FIFO topic reaches no mail: use a standard topic, or `format: json`")
    }));
    warnings
}

/// The calendar that a policy names.
fn calendar(
    policy: &PolicyForm,
    path: &str,
    form: &Form,
    calendars: &BTreeMap<String, Calendar>,
    problems: &mut Problems,
) -> Calendar {
    let Some(name) = &policy.calendar else { return Calendar::always() };
    named(name, &format!("{path}.calendar"), form, calendars, problems).unwrap_or_default()
}

/// The hours of the recipients that have some.
fn hours(
    form: &Form,
    calendars: &BTreeMap<String, Calendar>,
    problems: &mut Problems,
) -> BTreeMap<RecipientName, Calendar> {
    let mut hours = BTreeMap::new();
    for (recipient, details) in &form.recipients {
        let Some(name) = &details.value.hours else { continue };
        let calendar = named(name, &format!("recipients.{recipient}.hours"), form, calendars, problems);
        hours.extend(calendar.map(|calendar| (RecipientName::new(recipient), calendar)));
    }
    hours
}

/// The calendar of that name. One that stands in the file and is not in order is told of there.
fn named(
    name: &Spanned<String>,
    path: &str,
    form: &Form,
    calendars: &BTreeMap<String, Calendar>,
    problems: &mut Problems,
) -> Option<Calendar> {
    if !form.calendars.contains_key(&name.value) {
        let all = form.calendars.keys().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
        let all = if all.is_empty() { "name one under `calendars`".to_owned() } else { format!("there are {all}") };
        problems.add(name, path, format!("there is no calendar `{}`: {all}", name.value));
    }
    calendars.get(&name.value).cloned()
}

fn policy(form: &PolicyForm, path: &str, calendar: Calendar, known: &Forms, problems: &mut Problems) -> Option<Policy> {
    problems.take(&form.name, &format!("{path}.name"), name(&form.name.value));
    let gates = matcher(&form.gates, &format!("{path}.match"), problems);
    let target = problems.take(&form.target, &format!("{path}.target"), span(&form.target.value));
    let expires_after = form.expires_after.as_ref().and_then(|text| {
        let bounded = duration::parse(&text.value).and_then(|time| {
            let (least, most) = EXPIRY;
            let message = || format!("CodePipeline has no time-out of `{}`: write one from `5m` to `60d`", text.value);
            (least..=most).contains(&time).then_some(time).ok_or_else(message)
        });
        problems.take(text, &format!("{path}.expires_after"), bounded)
    });
    let steps = self::steps(&form.steps, &format!("{path}.steps"), known, problems);
    let retry_steps =
        form.retry_steps.as_ref().map(|forms| self::steps(forms, &format!("{path}.retry_steps"), known, problems));
    let acknowledging = match &form.acknowledging {
        None => Some(Acknowledging::default()),
        Some(text) => problems.take(text, &format!("{path}.acknowledging"), acknowledging(&text.value)),
    };
    let longest_snooze = match &form.snooze {
        None => Some(LONGEST_SNOOZE),
        Some(text) => problems.take(text, &format!("{path}.snooze"), snooze(&text.value)),
    };
    let controls = controls(form, path, known, problems);
    let name = PolicyName::new(&form.name.value);
    Some(Policy {
        name,
        gates,
        target: target?,
        calendar,
        expires_after,
        steps,
        retry_steps,
        acknowledging: acknowledging?,
        longest_snooze: longest_snooze?,
        controls,
    })
}

fn acknowledging(text: &str) -> Result<Acknowledging, String> {
    match text {
        "stops-reminders" => Ok(Acknowledging::StopsReminders),
        "stops-all" => Ok(Acknowledging::StopsAll),
        _ => Err(format!("`{text}` is not what acknowledging does: write `stops-reminders` or `stops-all`")),
    }
}

fn snooze(text: &str) -> Result<TimeDelta, String> {
    if text == "none" {
        return Ok(TimeDelta::zero());
    }
    let time = duration::parse(text).map_err(|error| format!("{error}; or `none`"))?;
    let fits = (TimeDelta::minutes(1)..=MAX_SNOOZE).contains(&time);
    fits.then_some(time).ok_or_else(|| format!("`{text}` is no time to snooze: write one from `1m` to `7d`, or `none`"))
}

fn matcher(form: &MatchForm, path: &str, problems: &mut Problems) -> GateMatcher {
    let mut glob = |part: &str, text: &Option<Spanned<String>>| -> Option<Glob> {
        let text = text.as_ref()?;
        let glob = Glob::new(&text.value).map_err(|error| format!("`{}` is not a glob: {}", text.value, error));
        problems.take(text, &format!("{path}.{part}"), glob)
    };
    GateMatcher {
        account: glob("account", &form.account),
        region: glob("region", &form.region),
        pipeline: glob("pipeline", &form.pipeline),
        stage: glob("stage", &form.stage),
        action: glob("action", &form.action),
    }
}

fn metrics(form: &MetricsForm, problems: &mut Problems) -> (Vec<Vec<Dimension>>, String, Option<PathBuf>) {
    let mut sets = Vec::new();
    for (n, set) in form.dimensions.iter().flatten().enumerate() {
        let mut dimensions = Vec::new();
        for (m, text) in set.iter().enumerate() {
            let path = format!("metrics.dimensions[{n}][{m}]");
            let found = Dimension::ALL.into_iter().find(|d| d.as_str() == text.value);
            let all = Dimension::ALL.map(Dimension::as_str).join(", ");
            let found = found.ok_or_else(|| format!("`{}` is not a dimension: there are {all}", text.value));
            let Some(dimension) = problems.take(text, &path, found) else { continue };
            if dimensions.contains(&dimension) {
                problems.add(text, &path, format!("`{}` is named twice: leave one out", text.value));
            }
            dimensions.push(dimension);
        }
        if n >= MAX_DIMENSION_SETS
            && let Some(text) = set.first()
        {
            problems.add(
                text,
                &format!("metrics.dimensions[{n}]"),
                format!("more than {MAX_DIMENSION_SETS} sets: each multiplies the number of metrics"),
            );
        }
        sets.push(dimensions);
    }
    if form.dimensions.is_none() {
        // What the alarms and the dashboard look at. Each set more multiplies what CloudWatch charges for.
        sets = vec![vec![Dimension::Pipeline], vec![]];
    }
    let namespace = form
        .namespace
        .as_ref()
        .and_then(|text| problems.take(text, "metrics.namespace", namespace::parse(&text.value)));
    let namespace = namespace.unwrap_or_else(|| namespace::DEFAULT.to_owned());
    (sets, namespace, form.file.as_ref().map(|file| PathBuf::from(&file.value)))
}
