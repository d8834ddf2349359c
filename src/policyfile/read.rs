//! From the form to rules: everything that a type cannot check.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use chrono::TimeDelta;
use globset::{Glob, GlobMatcher};
use serde::Deserialize;
use serde_path_to_error::{Path, Segment};
use serde_saphyr::Spanned;
use sha2::{Digest, Sha256};

use super::calendar::{Beside, calendars};
use super::duration;
use super::error::{PolicyError, PolicyErrors};
use super::form::{Form, MatchForm, MetricsForm, PolicyForm, RepeatForm, StepForm};
use super::namespace;
use super::plain::plain;
use super::problems::Problems;
use super::recipient::{Forms, name, recipients};
use super::topic::Format;
use super::wording::wordings;
use super::{PolicyFile, Recipient};
use crate::domain::calendar::Calendar;
use crate::domain::policy::{Act, Dimension, GateMatcher, Policy, Repeat, Rules, Step, When};
use crate::domain::{PolicyName, RecipientName, StepId, hex};
use crate::notice::Wordings;

/// A longer policy file is a mistake.
const MAX_BYTES: usize = 1024 * 1024;
const MAX_POLICIES: usize = 500;
/// All steps of a ladder can be due at the same instant, and what fires together is committed in one transaction, of
/// which DynamoDB takes a hundred actions: a fact for each step, a notice for each recipient, and a dozen others.
const MAX_STEPS: usize = 20;
const MAX_NOTICES: usize = 50;
const SHORTEST_REPEAT: TimeDelta = TimeDelta::minutes(1);
/// CodePipeline's own bounds of an approval's time-out.
const EXPIRY: (TimeDelta, TimeDelta) = (TimeDelta::minutes(5), TimeDelta::days(60));
const MAX_SHARE: u32 = 10_000;
/// CloudWatch's bound on dimensions.
const MAX_DIMENSION_SETS: usize = 20;

/// Reads a policy file that names no other; `file` is its name in messages.
pub fn read(file: &str, text: &str) -> Result<PolicyFile, PolicyErrors> {
    read_beside(file, text, &|_| {
        Err("only a policy in a file of this machine can name others; write the dates here".to_owned())
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

/// As in `policies[0].target`. Places in the file are kept beside the values, under `value`; that is our affair and not
/// the reader's. A recipient or a calendar may have that name.
pub(super) fn path(tracked: &Path) -> String {
    let mut path = String::new();
    for segment in tracked.iter() {
        match segment {
            Segment::Seq { index } => path += &format!("[{index}]"),
            Segment::Map { key } if key == "value" && !matches!(path.as_str(), "recipients" | "calendars") => {}
            Segment::Map { key } if path.is_empty() => path.push_str(key),
            Segment::Map { key } => path.extend([".", key]),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    path
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
    let mut warnings = warnings(&policies, &recipients);
    let used: BTreeSet<&str> =
        form.policies.value.iter().flat_map(|policy| &policy.calendar).map(|c| c.value.as_str()).collect();
    let idle = calendars.keys().filter(|name| !used.contains(name.as_str()));
    warnings.extend(idle.map(|name| format!("calendar `{name}` is used by no policy")));
    let version = version(text, &beside);
    let rules = Rules { version, policies, dimensions, publishes_events: false };
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
            .all(|glob| glob.glob().glob() == "*")
    };
    if let Some(first) = policies.iter().position(takes_all) {
        for policy in policies.iter().skip(first + 1) {
            let before = policies.get(first).map(|p| p.name.to_string()).unwrap_or_default();
            warnings.push(format!("policy `{}` never counts: `{before}` above it matches every gate", policy.name));
        }
    }
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

/// The calendar that a policy names. One that stands in the file and is not in order is told of there.
fn calendar(
    policy: &PolicyForm,
    path: &str,
    form: &Form,
    calendars: &BTreeMap<String, Calendar>,
    problems: &mut Problems,
) -> Calendar {
    let Some(name) = &policy.calendar else { return Calendar::always() };
    if !form.calendars.contains_key(&name.value) {
        let all = form.calendars.keys().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
        let all = if all.is_empty() { "name one under `calendars`".to_owned() } else { format!("there are {all}") };
        problems.add(name, &format!("{path}.calendar"), format!("there is no calendar `{}`: {all}", name.value));
    }
    calendars.get(&name.value).cloned().unwrap_or_default()
}

fn policy(form: &PolicyForm, path: &str, calendar: Calendar, known: &Forms, problems: &mut Problems) -> Option<Policy> {
    problems.take(&form.name, &format!("{path}.name"), name(&form.name.value));
    let gates = matcher(&form.gates, &format!("{path}.match"), problems);
    let target = problems.take(&form.target, &format!("{path}.target"), positive(&form.target.value));
    let expires_after = form.expires_after.as_ref().and_then(|text| {
        let bounded = duration::parse(&text.value).and_then(|time| {
            let (least, most) = EXPIRY;
            let message = || format!("CodePipeline has no time-out of `{}`: write one from `5m` to `60d`", text.value);
            (least..=most).contains(&time).then_some(time).ok_or_else(message)
        });
        problems.take(text, &format!("{path}.expires_after"), bounded)
    });
    let mut ids = BTreeSet::new();
    let mut steps: Vec<Step> = Vec::new();
    for (n, form) in form.steps.iter().enumerate() {
        let path = format!("{path}.steps[{n}]");
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
    let name = PolicyName::new(&form.name.value);
    Some(Policy { name, gates, target: target?, calendar, expires_after, steps })
}

fn matcher(form: &MatchForm, path: &str, problems: &mut Problems) -> GateMatcher {
    let mut glob = |part: &str, text: &Option<Spanned<String>>| -> Option<GlobMatcher> {
        let text = text.as_ref()?;
        let glob = Glob::new(&text.value).map_err(|error| format!("`{}` is not a glob: {}", text.value, error.kind()));
        Some(problems.take(text, &format!("{path}.{part}"), glob)?.compile_matcher())
    };
    GateMatcher {
        account: glob("account", &form.account),
        region: glob("region", &form.region),
        pipeline: glob("pipeline", &form.pipeline),
        stage: glob("stage", &form.stage),
        action: glob("action", &form.action),
    }
}

fn step(form: &Spanned<StepForm>, path: &str, known: &Forms, problems: &mut Problems) -> Option<Step> {
    let when = when(form, path, problems);
    let (act, to) = match (&form.value.remind, &form.value.escalate) {
        (Some(to), None) => (Act::Remind, told(form, to, &format!("{path}.remind"), known, problems)),
        (None, Some(to)) => (Act::Escalate, told(form, to, &format!("{path}.escalate"), known, problems)),
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
    let verb = match act {
        Act::Remind => "remind",
        Act::Escalate => "escalate",
    };
    Some(Step { id: StepId::new(format!("{verb}@{}", label(when))), when, act, to, repeat })
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

fn told(
    step: &Spanned<StepForm>,
    to: &[Spanned<String>],
    path: &str,
    known: &Forms,
    problems: &mut Problems,
) -> Vec<RecipientName> {
    if to.is_empty() {
        problems.add(step, path, "nobody is named here: write at least one recipient");
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
    let every = positive(&form.every.value).and_then(|every| {
        let message = || format!("`{}` is too often: write `1m` or more", form.every.value);
        (every >= SHORTEST_REPEAT).then_some(every).ok_or_else(message)
    });
    let every = problems.take(&form.every, &format!("{path}.every"), every);
    let until = match &form.until {
        Some(until) => Some(problems.take(until, &format!("{path}.until"), after_request(&until.value))?),
        None => None,
    };
    Some(Repeat { every: every?, until })
}

/// `50%` or `2h`.
fn after_request(text: &str) -> Result<When, String> {
    let Some(share) = text.trim().strip_suffix('%') else {
        return duration::parse(text)
            .map(When::After)
            .map_err(|error| format!("{error}; or a share of the target, for example `50%`"));
    };
    let permille = share.trim().parse::<f64>().ok().map(|percent| (percent * 10.0).round());
    let wanted = || format!("`{text}` is not a share of the target: write one from `0.1%` to `1000%`");
    let permille = permille.filter(|n| (1.0..=f64::from(MAX_SHARE)).contains(n)).ok_or_else(wanted)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and in range, as just checked")]
    Ok(When::Share { permille: permille as u32 })
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
        When::After(time) => duration::format(time),
        When::BeforeExpiry(time) => format!("expiry-{}", duration::format(time)),
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
