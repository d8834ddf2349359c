//! What the YAML parser says, in the words of whoever writes a policy file.

use serde_saphyr::Error;

/// The least that a policy file says.
const LEAST: &str = "`version: 1` and `policies: [{ name: all, target: 4h }]`";

/// What is wrong, and what would be right, of the value at `path`.
pub(super) fn plain(error: &Error, path: &str) -> String {
    match error.without_snippet() {
        Error::Eof { .. } => format!("the file says nothing: write at least {LEAST}"),
        Error::MultipleDocuments { .. } => "a second document begins here: leave out the line `---` above".to_owned(),
        Error::SerdeUnknownField { field, expected, .. } => {
            format!("there is no key `{field}` here: there are {}", expected.join(", "))
        }
        Error::SerdeMissingField { field, .. } => {
            format!("`{field}` is missing, or not in line with the keys beside it: write `{field}: {}`", example(field))
        }
        Error::DuplicateMappingKey { key, .. } => {
            format!("`{}` stands here twice: leave one out", key.as_deref().unwrap_or("a key"))
        }
        Error::NullIntoString { .. } => format!("nothing stands here: write {}", wanted(path, "a text")),
        Error::Unexpected { expected, .. } if expected.contains("sequence") => {
            format!("a list is wanted here: write {}", wanted(path, "it in brackets"))
        }
        Error::Unexpected { expected, .. } if expected.contains("mapping") => {
            format!("keys and values are wanted here: write {}", wanted(path, "`key: value`"))
        }
        Error::Unexpected { expected, .. } if expected.contains("scalar") => {
            format!("one value is wanted here: write {}", wanted(path, "a text"))
        }
        Error::InvalidScalar { ty, .. } if ty.contains("bool") => "write `true` or `false`".to_owned(),
        Error::InvalidBooleanStrict { .. } => "write `true` or `false`".to_owned(),
        Error::InvalidScalar { .. } => format!("a whole number is wanted here: write {}", wanted(path, "one")),
        other => {
            let text = other.to_string();
            // The place is told apart from the message.
            let message = text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message);
            match message.strip_prefix("unclosed ") {
                None if message.starts_with("invalid type: sequence") => {
                    format!("no list is wanted here: write {}", wanted(path, "a text"))
                }
                None if message.starts_with("invalid type: map") => {
                    format!("no keys and values are wanted here: write {}", wanted(path, "a text"))
                }
                Some(what) => format!("this {what} is never closed: close it, or put the text around it in quotes"),
                None => {
                    message.replace("tabs disallowed within this context", "a tab stands here, and YAML wants spaces")
                }
            }
        }
    }
}

fn wanted(path: &str, otherwise: &str) -> String {
    let parts = path.rsplit('.').next().unwrap_or_default();
    let key = parts.split('[').next().unwrap_or_default();
    match (path, example(key)) {
        ("", _) => LEAST.to_owned(),
        (path, _) if path.starts_with("recipients.") => "`{ console: true }`".to_owned(),
        (_, "...") => otherwise.to_owned(),
        (_, example) => format!("for example `{key}: {example}`"),
    }
}

/// What may stand behind a key.
fn example(key: &str) -> &'static str {
    match key {
        "version" => "1",
        "recipients" => "{ approvers: { console: true } }",
        "policies" => "[{ name: all, target: 4h }]",
        "calendars" => "{ london: { timezone: Europe/London, hours: { mon-fri: [\"09:00-17:30\"] } } }",
        "timezone" => "Europe/London",
        "hours" => "{ mon-fri: [\"09:00-17:30\"] }",
        "holidays" => "[gb-eng, 2026-12-24]",
        "working_days" => "[2026-12-05]",
        "date" => "2026-12-05",
        "ical" => "company.ics",
        "calendar" => "london",
        "name" => "production",
        "match" => "{ pipeline: \"*-prod\" }",
        "target" => "4h",
        "steps" => "[{ at: 50%, remind: [approvers] }]",
        "remind" => "[approvers]",
        "escalate" => "[leads]",
        "repeat" => "{ every: 30m }",
        "every" => "30m",
        "wording" => "{ subject: \"Decide on {{ gate.pipeline }}\" }",
        "controls" => "{ forbid_self_approval: true }",
        "findings" => "[security]",
        "approvers" | "bots" => "[\"arn:aws:iam::*:role/ReleaseManager\"]",
        "permission_sets" => "[ReleaseManager]",
        "people" => "{ jane: [jane@example.com, \"arn:aws:iam::111122223333:user/jane\"] }",
        "dimensions" => "[[Pipeline], [Policy]]",
        _ => "...",
    }
}
