//! Links that may be shown to people.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::domain::{Approval, Gate};

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'@');

/// The review dialog of CodePipeline's console. The link in CodePipeline's notification is taken only if it leads to
/// AWS: whoever may publish to the topic could put any other there.
pub(super) fn review(approval: &Approval, gate: &Gate) -> String {
    let heard = approval.context.review_link.as_deref().and_then(web).filter(|link| is_console(link));
    let dialog = || {
        format!("{}#/{}/{}/approve/{}", view(gate), part(&gate.stage), part(&gate.action), part(approval.id.as_str()))
    };
    heard.unwrap_or_else(dialog)
}

/// The pipeline in the console.
pub(super) fn view(gate: &Gate) -> String {
    let (host, pipeline, region) = (console_host(&gate.region), part(&gate.pipeline), part(&gate.region));
    format!("https://{host}/codesuite/codepipeline/pipelines/{pipeline}/view?region={region}")
}

fn part(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

/// A link to the web, with nothing in it that ends or hides a link.
pub fn web(link: &str) -> Option<String> {
    let link = link.trim();
    let is_web = link.starts_with("https://") || link.starts_with("http://");
    let is_plain = link.len() <= 2000 && link.chars().all(|c| c.is_ascii_graphic() && !"<>\"'`\\".contains(c));
    (is_web && is_plain).then(|| link.to_owned())
}

fn console_host(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "console.amazonaws.cn"
    } else if region.starts_with("us-gov-") {
        "console.amazonaws-us-gov.com"
    } else {
        "console.aws.amazon.com"
    }
}

fn is_console(link: &str) -> bool {
    let host = link.strip_prefix("https://").and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
    ["console.aws.amazon.com", "console.amazonaws.cn", "console.amazonaws-us-gov.com"]
        .iter()
        .any(|console| host == *console || host.strip_suffix(console).is_some_and(|sub| sub.ends_with('.')))
}
