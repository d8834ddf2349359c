//! Recipients: who can be told, and by which means.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_saphyr::Spanned;

use super::Recipient;
use super::form::RecipientForm;
use super::name::name;
use super::problems::Problems;
use super::topic::{Format, Topic};
use crate::domain::RecipientName;

/// A longer list is a mistake.
const MAX_RECIPIENTS: usize = 500;

pub(super) type Forms = BTreeMap<String, Spanned<RecipientForm>>;

pub(super) fn recipients(forms: &Forms, problems: &mut Problems) -> BTreeMap<RecipientName, Recipient> {
    let last = forms.values().max_by_key(|form| form.referenced.line());
    if let Some(last) = last.filter(|_| forms.len() > MAX_RECIPIENTS) {
        let message = format!("more than {MAX_RECIPIENTS} recipients end here: let an SNS topic stand for several");
        problems.add(last, "recipients", message);
    }
    let mut recipients = BTreeMap::new();
    for (key, form) in forms {
        let path = format!("recipients.{key}");
        problems.take(form, &path, name(key));
        let recipient = recipient(form, &path, problems);
        recipients.extend(recipient.map(|recipient| (RecipientName::new(key), recipient)));
    }
    recipients
}

fn recipient(form: &Spanned<RecipientForm>, path: &str, problems: &mut Problems) -> Option<Recipient> {
    let RecipientForm { console, file, webhook, token_env, sns, format, hours: _, wording: _ } = &form.value;
    if let (Some(token), None) = (token_env, webhook) {
        problems.add(token, &format!("{path}.token_env"), "only a `webhook` has a token: leave this out");
    }
    let path_of_format = format!("{path}.format");
    let format = match format {
        Some(text) => Some((text, problems.take(text, &path_of_format, Format::parse(&text.value))?)),
        None => None,
    };
    match (&format, sns, webhook) {
        (Some(_), Some(_), _) | (None, _, _) | (Some((_, Format::Json)), None, Some(_)) => {}
        (Some((text, _)), None, Some(_)) => {
            problems.add(text, &path_of_format, "a `webhook` is told in `json`: write that, or leave this out");
        }
        (Some((text, _)), None, None) => problems.add(text, &path_of_format, "only `sns` has a format: leave this out"),
    }
    match (console, file, webhook, sns) {
        (true, None, None, None) => Some(Recipient::Console),
        (false, Some(file), None, None) => Some(Recipient::File(PathBuf::from(&file.value))),
        (false, None, Some(url), None) => {
            let valid = web_address(&url.value);
            problems.take(url, &format!("{path}.webhook"), valid)?;
            let token_env = token_env.as_ref().map(|name| name.value.clone());
            Some(Recipient::Webhook { url: url.value.clone(), token_env })
        }
        (false, None, None, Some(topic)) => {
            let topic = problems.take(topic, &format!("{path}.sns"), Topic::parse(&topic.value))?;
            Some(Recipient::Sns { topic, format: format.map_or(Format::Text, |(_, format)| format) })
        }
        _ => {
            let message =
                "write exactly one of these: `console: true`, `file: PATH`, `webhook: URL`, `sns: ARN_OF_A_TOPIC`";
            problems.add(form, path, message);
            None
        }
    }
}

fn web_address(url: &str) -> Result<(), String> {
    let authority = |rest: &str| rest.split(['/', '?', '#']).next().unwrap_or_default().to_owned();
    if url.split_once("://").is_some_and(|(_, rest)| authority(rest).contains('@')) {
        return Err(
            "no secret in the address: put it in an environment variable and name that as `token_env`".to_owned()
        );
    }
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    if rest.is_none_or(|rest| authority(rest).is_empty()) || url.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(format!("`{url}` is not an address: write `https://HOST/PATH`"));
    }
    Ok(())
}
