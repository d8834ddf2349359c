//! Somebody said that they see to it, or that it may wait.

use super::Facts;
use crate::domain::response::{Response, may_acknowledge, may_snooze};
use crate::domain::{FactKind, Timestamp};

pub(super) fn acknowledged(facts: &mut Facts<'_>, response: &Response) {
    if may_acknowledge(&facts.after, response).is_ok() {
        facts.add(FactKind::Acknowledged(response.clone()));
    }
}

pub(super) fn snoozed(facts: &mut Facts<'_>, until: Timestamp, response: &Response) {
    if may_snooze(&facts.after, facts.rules, until, response, facts.now).is_ok() {
        facts.add(FactKind::Snoozed { until, response: response.clone() });
    }
}
