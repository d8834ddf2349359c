//! Links by which people answer a notice without signing in anywhere: each names one deed for one approval, and is signed.
//!
//! Pure: nothing is read or written here. That a link works once is for whoever keeps the facts.

mod address;
mod key;
mod ticket;

use chrono::TimeDelta;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};

use crate::domain::effect::Notice;
use crate::domain::policy::Rules;
use crate::domain::response::{Response, may_acknowledge, may_snooze};
use crate::domain::span::later;
use crate::domain::{Approval, RecipientName, Timestamp, hex};

pub use key::{Key, KeyError, SHORTEST_KEY};
pub use ticket::{Deed, Fields, Ticket};

/// The variables that switch links on.
pub const KEY: &str = "HOLDPOINT_LINK_KEY";
pub const OLD_KEY: &str = "HOLDPOINT_LINK_KEY_OLD";
pub const ADDRESS: &str = "HOLDPOINT_PUBLIC_URL";

/// Links are good until CodePipeline's time-out, and for no longer than this.
pub const LONGEST: TimeDelta = TimeDelta::days(7);
/// What a notice offers, where the policy allows so long.
const SNOOZE: TimeDelta = TimeDelta::hours(2);
/// In bytes. Ours are a tenth of it.
const MAX_FIELDS: usize = 2_000;

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Writes links and reads them.
#[derive(Clone, Debug)]
pub struct Links {
    address: String,
    key: Key,
    /// Signs nothing any more; what it has signed holds.
    old_key: Option<Key>,
}

/// The links of one notice: those that would do something now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offers {
    pub acknowledge: Option<String>,
    /// For how long, and the link.
    pub snooze: Option<(TimeDelta, String)>,
}

/// A link that is in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Followed {
    pub ticket: Ticket,
    /// What is kept of the link, so that it works once; nobody can make the link from it.
    pub id: String,
}

/// Why a link is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    #[error("this is not a whole link")]
    Malformed,
    #[error("this link was not made here, or was changed on its way")]
    Forged,
    #[error("this link is too old")]
    Expired,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetUpError {
    #[error("{0} {1}")]
    Key(&'static str, KeyError),
    #[error(
        "{ADDRESS} is not an address that links can lead to: write the one at which people reach `holdpoint serve`, \
         such as https://holdpoint.example.com; http:// only for this machine"
    )]
    Address,
}

impl Links {
    pub fn new(address: &str, key: Key, old_key: Option<Key>) -> Result<Self, SetUpError> {
        Ok(Self { address: address::address(address).ok_or(SetUpError::Address)?, key, old_key })
    }

    /// From the variables; none where the key or the address is not set.
    pub fn set_up(variable: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, SetUpError> {
        let given = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
        let key = |name: &'static str| {
            given(name).map(|text| Key::read(&text).map_err(|error| SetUpError::Key(name, error))).transpose()
        };
        match (key(KEY)?, key(OLD_KEY)?, given(ADDRESS)) {
            (Some(key), old_key, Some(address)) => Self::new(&address, key, old_key).map(Some),
            _ => Ok(None),
        }
    }

    pub fn link(&self, ticket: &Ticket) -> String {
        let mut fields = ticket.fields();
        fields.signature = hex(&self.key.sign(fields.canonical().as_bytes()));
        let query = fields.pairs().map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, UNRESERVED)));
        format!("{}/respond?{}", self.address, query.join("&"))
    }

    /// What the link lets its holder do at `now`.
    pub fn follow(&self, shown: &Fields, now: Timestamp) -> Result<Followed, Rejected> {
        if shown.len() > MAX_FIELDS {
            return Err(Rejected::Malformed);
        }
        let (message, signature) = (shown.canonical(), key::unhex(&shown.signature).ok_or(Rejected::Forged)?);
        let mut keys = [Some(&self.key), self.old_key.as_ref()].into_iter().flatten();
        if !keys.any(|key| key.has_signed(message.as_bytes(), &signature)) {
            return Err(Rejected::Forged);
        }
        let ticket = Ticket::read(shown).ok_or(Rejected::Malformed)?;
        if ticket.expires_at <= now {
            return Err(Rejected::Expired);
        }
        Ok(Followed { ticket, id: hex(&Sha256::digest(signature)) })
    }

    /// What the recipient of a notice is offered.
    pub fn offers(&self, notice: &Notice, approval: &Approval, rules: &Rules, now: Timestamp) -> Offers {
        let last = later(now, LONGEST);
        let expires_at = approval.expires_at(rules).map_or(last, |at| at.min(last));
        let link = |deed| {
            self.link(&Ticket {
                approval: approval.id.clone(),
                deed,
                recipient: notice.recipient.clone(),
                occasion: Ticket::occasion(&notice.id),
                expires_at,
            })
        };
        let response = Response { by: holder(&notice.recipient), note: None, link: None };
        let longest = approval.policy(rules).map_or(TimeDelta::zero(), |policy| policy.longest_snooze);
        let time = TimeDelta::seconds(longest.min(SNOOZE).num_seconds());
        let until = later(now, time);
        // Past the time-out it would only be a way to miss it.
        let may_snooze = until < expires_at && may_snooze(approval, rules, until, &response, now).is_ok();
        Offers {
            acknowledge: may_acknowledge(approval, &response).is_ok().then(|| link(Deed::Acknowledge)),
            snooze: may_snooze.then(|| (time, link(Deed::Snooze(time)))),
        }
    }
}

/// By which name it is recorded who follows a link: it is known only to whom it was sent.
pub fn holder(recipient: &RecipientName) -> String {
    format!("recipient {recipient}")
}
