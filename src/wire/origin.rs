//! Where a message comes from.

use crate::domain::Timestamp;

/// What an envelope says of the message in it.
pub(super) struct Origin<'a> {
    pub(super) account: Option<&'a str>,
    pub(super) region: Option<&'a str>,
    pub(super) at: Option<Timestamp>,
    pub(super) event_id: Option<String>,
    pub(super) received_at: Timestamp,
}
