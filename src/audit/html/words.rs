//! The words of the page for what is told in several places of it.

use minijinja::{Value, context};
use sha2::{Digest, Sha256};

use crate::domain::{ApprovalId, Gate, Timestamp, hex};
use crate::notice::{Wall, visible};
use crate::record::time::to_text;

pub(super) const UNKNOWN_DECIDER: &str = "decider unknown";

/// Ids that would need escaping in a link, or are no use as one, are replaced by their hash.
pub(super) fn anchor(id: &ApprovalId) -> String {
    let id = id.as_str();
    let is_plain = id.len() <= 64 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') && !id.is_empty();
    if is_plain {
        return format!("approval-{id}");
    }
    let hash: String = hex(&Sha256::digest(id)).chars().take(32).collect();
    // No plain id has a colon.
    format!("approval-sha256:{hash}")
}

/// The names of its parts, to be shown side by side whatever their writing direction is.
pub(super) fn gate(gate: Option<&Gate>) -> Vec<String> {
    let part = |text: &String| visible(text, 100);
    gate.map_or(vec!["gate unknown".to_owned()], |gate| [&gate.pipeline, &gate.stage, &gate.action].map(part).to_vec())
}

pub(super) fn place(gate: Option<&Gate>) -> String {
    let Some(gate) = gate else { return String::new() };
    let account = gate.account.as_deref().map(|account| format!(", account {}", visible(account, 20)));
    format!("{}{}", visible(&gate.region, 30), account.unwrap_or_default())
}

pub(super) fn time(at: Timestamp, wall: &Wall) -> Value {
    context! { text => wall.moment(at), iso => iso(at) }
}

/// For whoever reads the page with a program.
pub(super) fn iso(at: Timestamp) -> String {
    to_text(at)
}
