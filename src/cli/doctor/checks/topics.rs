//! The topics that notices go to: whether anybody hears what is published there.

use std::collections::BTreeMap;

use aws_config::SdkConfig;

use super::policy::Holding;
use crate::adapters::sns::Sns;
use crate::cli::doctor::finding::Finding;
use crate::policyfile::Recipient;

const SUBJECT: &str = "topics";
/// A hundred subscriptions a page: no more are counted.
const MAX_PAGES: usize = 20;
/// What SNS says in place of a subscription's ARN.
const PENDING: &str = "PendingConfirmation";
const DELETED: &str = "Deleted";

pub(in crate::cli::doctor) async fn check(
    settings: &SdkConfig,
    policy: &Holding,
    built_in: Option<&str>,
) -> Vec<Finding> {
    // By ARN: the region, and who is told by it.
    let mut topics: BTreeMap<String, (String, Vec<String>)> = BTreeMap::new();
    match policy {
        Holding::Unknown => {
            let found = "which ones there are is the policy's to say, and that is not known";
            return vec![Finding::warning(SUBJECT, found, "See to the policy first, and run this again.")];
        }
        Holding::BuiltIn(_) => {
            let Some(arn) = built_in else {
                let option = "--topic ARN, which the built-in policy tells";
                return vec![Finding::unnamed(SUBJECT, option)];
            };
            let region = arn.split(':').nth(3).unwrap_or_default();
            topics.insert(arn.to_owned(), (region.to_owned(), vec!["everybody".to_owned()]));
        }
        Holding::Kept(file) => {
            for (name, recipient) in &file.recipients {
                let Recipient::Sns { topic, .. } = recipient else { continue };
                let told = topics.entry(topic.arn.clone()).or_insert_with(|| (topic.region.clone(), Vec::new()));
                told.1.push(name.to_string());
            }
        }
    }
    if topics.is_empty() {
        return vec![Finding::ok(SUBJECT, "the policy names none")];
    }
    let mut findings = Vec::new();
    for (arn, (region, told)) in &topics {
        findings.extend(topic(settings, arn, region, &told.join(", ")).await);
    }
    findings
}

async fn topic(settings: &SdkConfig, arn: &str, region: &str, told: &str) -> Vec<Finding> {
    let subject = format!("topic {}", arn.rsplit(':').next().unwrap_or(arn));
    let call = Sns::client(settings, region).list_subscriptions_by_topic().topic_arn(arn);
    let mut pages = call.into_paginator().send();
    let (mut confirmed, mut pending) = (BTreeMap::new(), 0);
    for _ in 0..MAX_PAGES {
        let Some(page) = pages.next().await else { break };
        let page = match page {
            Ok(page) => page,
            Err(error) if error.as_service_error().is_some_and(|e| e.is_not_found_exception()) => {
                let found = format!("there is no topic {arn}, so notices to {told} are lost");
                return vec![Finding::problem(&subject, found, "Make it, or put its ARN right in the policy file.")];
            }
            Err(error) => return vec![Finding::failed(&subject, "sns:ListSubscriptionsByTopic", error)],
        };
        for subscription in page.subscriptions.unwrap_or_default() {
            match subscription.subscription_arn() {
                Some(PENDING) => pending += 1,
                Some(DELETED) | None => {}
                Some(_) => {
                    let protocol = subscription.protocol().unwrap_or("?").to_owned();
                    *confirmed.entry(protocol).or_insert(0_usize) += 1;
                }
            }
        }
    }
    let waits = match pending {
        0 => String::new(),
        n => format!(", and {n} have not confirmed yet"),
    };
    if confirmed.is_empty() {
        let found = format!("nobody hears what it tells {told}{waits}");
        let remedy = format!(
            "Subscribe somebody, who has to confirm it: `aws sns subscribe --topic-arn {arn} --protocol email \
             --notification-endpoint ADDRESS`."
        );
        return vec![Finding::problem(&subject, found, remedy)];
    }
    let by: Vec<String> = confirmed.iter().map(|(protocol, n)| format!("{n} {protocol}")).collect();
    let heard = format!("reaches {} for {told}", by.join(", "));
    if pending == 0 {
        return vec![Finding::ok(&subject, heard)];
    }
    let found = format!(
        "{heard}; {} not confirmed yet",
        if pending == 1 { "1 is".to_owned() } else { format!("{pending} are") }
    );
    let remedy =
        "The mail with the link is in their boxes. SNS forgets who does not confirm: subscribe them anew then.";
    vec![Finding::warning(&subject, found, remedy)]
}
