//! The rules of EventBridge: whether all events that have to come in are brought into the queue.

use std::collections::BTreeSet;

use aws_config::SdkConfig;
use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::types::RuleState;
use serde_json::Value;

use super::samples::{WANTED, Wanted};
use crate::cli::doctor::finding::Finding;
use crate::ports::pipelines::Site;

const SUBJECT: &str = "rules";
/// A bus of more rules than this has pages of is looked at no further: two thousand.
const MAX_PAGES: usize = 20;
/// Of the rules that are different, so many are tried with sample events.
const MAX_TRIED: usize = 25;

struct Rule {
    name: String,
    pattern: Value,
    is_enabled: bool,
    /// It brings events into the queue.
    is_aimed: bool,
}

pub(in crate::cli::doctor) async fn check(settings: &SdkConfig, site: &Site, queue: Option<&str>) -> Vec<Finding> {
    let Some(queue) = queue else {
        let found = "which ones bring events into the queue can only be seen when the queue can";
        return vec![Finding::warning(SUBJECT, found, "See to the queue first, and run this again.")];
    };
    let client = Client::new(settings);
    let rules = match rules(&client, queue).await {
        Ok(rules) => rules,
        Err(finding) => return vec![finding],
    };
    let mut findings = Vec::new();
    for wanted in &WANTED {
        findings.push(brought(&client, wanted, &rules, site).await.unwrap_or_else(|failed| failed));
    }
    findings
}

async fn rules(client: &Client, queue: &str) -> Result<Vec<Rule>, Finding> {
    let (mut aimed, mut next) = (BTreeSet::new(), None);
    for _ in 0..MAX_PAGES {
        let call = client.list_rule_names_by_target().target_arn(queue).set_next_token(next.take());
        let page = call.send().await.map_err(|e| Finding::failed(SUBJECT, "events:ListRuleNamesByTarget", e))?;
        aimed.extend(page.rule_names.unwrap_or_default());
        next = page.next_token;
        if next.is_none() {
            break;
        }
    }
    let mut rules = Vec::new();
    for _ in 0..MAX_PAGES {
        let call = client.list_rules().set_next_token(next.take());
        let page = call.send().await.map_err(|e| Finding::failed(SUBJECT, "events:ListRules", e))?;
        let patterned = page.rules.unwrap_or_default().into_iter().filter_map(|rule| {
            let pattern = serde_json::from_str(rule.event_pattern.as_deref()?).ok()?;
            let name = rule.name?;
            let is_enabled = rule.state.is_some_and(|state| state != RuleState::Disabled);
            Some(Rule { is_aimed: aimed.contains(&name), name, pattern, is_enabled })
        });
        rules.extend(patterned);
        next = page.next_token;
        if next.is_none() {
            break;
        }
    }
    Ok(rules)
}

/// Whether the events of a pattern are brought. An error is a finding as well: that it could not be seen.
async fn brought(client: &Client, wanted: &Wanted, rules: &[Rule], site: &Site) -> Result<Finding, Finding> {
    let subject = format!("rule for {}", wanted.name);
    let pattern: Value = serde_json::from_str(wanted.pattern).unwrap_or_default();
    let same: Vec<&Rule> = rules.iter().filter(|rule| rule.pattern == pattern).collect();
    if let Some(rule) = same.iter().find(|rule| rule.is_enabled && rule.is_aimed) {
        return Ok(Finding::ok(&subject, &rule.name));
    }
    let others = rules.iter().filter(|rule| rule.is_enabled && rule.is_aimed).take(MAX_TRIED);
    let (missing, by) = by_others(client, &subject, wanted, others.collect(), site).await?;
    if missing.is_empty() {
        let by = by.into_iter().collect::<Vec<_>>().join(", ");
        let found =
            format!("its events come by {by}, whose pattern is another one than rules/events/{}.json", wanted.name);
        let remedy = "Nothing, if that is meant. Where it is broader than needed each event too many costs a call, \
                      and is passed over.";
        return Ok(Finding::warning(&subject, found, remedy));
    }
    let (found, remedy) = match same.as_slice() {
        [] => {
            let kinds = if missing.len() == wanted.kinds.len() { "its events".to_owned() } else { missing.join(", ") };
            let found = format!("no rule brings {kinds} into the queue");
            (
                found,
                format!(
                    "Make one with the pattern rules/events/{}.json, or deploy infra/template.yaml again.",
                    wanted.name
                ),
            )
        }
        [rule, ..] if !rule.is_aimed => {
            let found = format!("{} has the pattern, but the queue is not among its targets", rule.name);
            (found, format!("`aws events put-targets --rule {} --targets Id=queue,Arn=ARN_OF_THE_QUEUE`.", rule.name))
        }
        [rule, ..] => (format!("{} is disabled", rule.name), format!("`aws events enable-rule --name {}`.", rule.name)),
    };
    Ok(Finding::problem(&subject, found, remedy))
}

/// The kinds of events that none of these rules brings, and the rules that bring the others.
async fn by_others(
    client: &Client,
    subject: &str,
    wanted: &Wanted,
    rules: Vec<&Rule>,
    site: &Site,
) -> Result<(Vec<&'static str>, BTreeSet<String>), Finding> {
    let (mut missing, mut by) = (Vec::new(), BTreeSet::new());
    for kind in wanted.kinds {
        let event = wanted.event(kind, site);
        let mut found = None;
        for rule in &rules {
            let call = client.test_event_pattern().event_pattern(rule.pattern.to_string()).event(&event);
            let answer = call.send().await.map_err(|e| Finding::failed(subject, "events:TestEventPattern", e))?;
            if answer.result {
                found = Some(rule.name.clone());
                break;
            }
        }
        match found {
            Some(name) => drop(by.insert(name)),
            None => missing.push(*kind),
        }
    }
    Ok((missing, by))
}
