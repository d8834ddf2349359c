//! A letter as a custom notification of Amazon Q Developer in chat applications.

use chrono::TimeDelta;
use serde_json::{Map, Value, json};

use crate::domain::Gate;
use crate::notice::{SEES_TO_IT, chat_link, clean, plain, remind_me_in};
use crate::ports::channel::Letter;
use crate::record::names::Named;

/// What a message of a chat shows at once; Slack takes no more in one section.
const MAX_DESCRIPTION: usize = 3_000;
const MAX_WORD: usize = 100;

/// The notices of one approval share a thread.
pub(super) fn chat(letter: &Letter) -> Value {
    let (notice, gate) = (&letter.notice, &letter.gate);
    let approval = letter.data.get("approval").and_then(Value::as_str).unwrap_or_default();
    let kind = notice.act.word();
    let next_steps = next_steps(&letter.data);
    let is_late = letter.data.get("breached").and_then(Value::as_bool).unwrap_or_default();
    let keywords = [Some(kind), is_late.then_some("overdue"), Some(notice.policy.name.as_str())];
    let context = [
        ("pipeline", gate.pipeline.as_str()),
        ("stage", &gate.stage),
        ("action", &gate.action),
        ("region", &gate.region),
        ("account", gate.account.as_deref().unwrap_or_default()),
        ("policy", notice.policy.name.as_str()),
        ("approval", approval),
    ];
    let context: Map<String, Value> = context
        .map(|(name, value)| (name.to_owned(), clean(value, MAX_WORD)))
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (name, Value::from(value)))
        .collect();
    json!({
        "version": "1.0",
        "source": "custom",
        "id": clean(notice.id.as_str(), 256),
        "content": {
            "textType": "client-markdown",
            "title": letter.title,
            "description": description(&letter.markdown),
            "nextSteps": next_steps,
            "keywords": keywords.into_iter().flatten().map(plain).collect::<Vec<_>>(),
        },
        "metadata": {
            "threadId": clean(approval, MAX_WORD),
            "summary": plain(&letter.subject),
            "eventType": format!("approval-{kind}"),
            "relatedResources": arn(gate).into_iter().collect::<Vec<_>>(),
            "additionalContext": context,
        },
    })
}

/// The links below the message.
fn next_steps(data: &Value) -> Vec<String> {
    let link = |place: &str| data.pointer(place).and_then(Value::as_str).and_then(chat_link);
    let snooze = data.pointer("/links/snooze_seconds").and_then(Value::as_i64).and_then(TimeDelta::try_seconds);
    let steps = [
        (link("/review_link"), "Review and decide".to_owned()),
        (link("/links/acknowledge"), SEES_TO_IT.to_owned()),
        (link("/links/snooze"), snooze.map(remind_me_in).unwrap_or_default()),
    ];
    steps.into_iter().filter_map(|(link, label)| Some(format!("<{}|{label}>", link?))).collect()
}

fn description(markdown: &str) -> String {
    if markdown.chars().count() <= MAX_DESCRIPTION {
        return markdown.to_owned();
    }
    // Between lines, so that no mark is left open and no escape is cut in two.
    let mut length = 0;
    let lines = markdown.split_inclusive('\n').take_while(|line| {
        length += line.chars().count();
        length < MAX_DESCRIPTION
    });
    let kept = lines.collect::<String>();
    if kept.is_empty() {
        return markdown.chars().take(MAX_DESCRIPTION - 1).chain(['…']).collect();
    }
    kept + "…"
}

/// The pipeline's address, where its account is known and nobody has made the parts up.
fn arn(gate: &Gate) -> Option<String> {
    let partition = match gate.region.as_str() {
        region if region.starts_with("cn-") => "aws-cn",
        region if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    };
    let account = gate.account.as_deref()?;
    let is_plain = |part: &str| {
        let is_name = part.bytes().all(|b| b.is_ascii_alphanumeric() || b".@-_".contains(&b));
        !part.is_empty() && part.len() <= MAX_WORD && is_name
    };
    let parts = [gate.region.as_str(), account, gate.pipeline.as_str()];
    parts.into_iter().all(is_plain).then(|| format!("arn:{partition}:codepipeline:{}", parts.join(":")))
}
