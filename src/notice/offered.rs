//! The links by which a notice can be answered.

use chrono::TimeDelta;
use serde_json::json;

use super::{Written, duration};
use crate::links::Offers;

/// The label of the link by which somebody says that they see to it.
pub const SEES_TO_IT: &str = "I see to it";

/// The label of the link by which somebody puts it off.
pub fn remind_me_in(time: TimeDelta) -> String {
    let (hours, minutes) = (time.num_hours(), time.num_minutes());
    let time = match (hours, minutes) {
        (1, 60) => "1 hour".to_owned(),
        (hours, minutes) if hours > 0 && minutes == hours * 60 => format!("{hours} hours"),
        _ => duration(time),
    };
    format!("Remind me in {time}")
}

/// The same notice with what its recipient is offered, below the text and among the data.
pub fn with_offers(mut written: Written, offers: &Offers) -> Written {
    let acknowledge = offers.acknowledge.as_ref().map(|link| (SEES_TO_IT.to_owned(), link));
    let snooze = offers.snooze.as_ref().map(|(time, link)| (remind_me_in(*time), link));
    let shown: Vec<(String, &String)> = acknowledge.into_iter().chain(snooze).collect();
    if !shown.is_empty() {
        written.text += "\nNot you, or not now?\n";
        for (label, link) in shown {
            written.text += &format!("  {label}:\n  {link}\n");
        }
        written.data["text"] = json!(written.text);
    }
    written.data["links"] = json!({
        "acknowledge": offers.acknowledge,
        "snooze": offers.snooze.as_ref().map(|(_, link)| link),
        "snooze_seconds": offers.snooze.as_ref().map(|(time, _)| time.num_seconds()),
    });
    written
}
