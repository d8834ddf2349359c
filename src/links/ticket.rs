//! What a link lets its holder do, and how that is written.

use chrono::TimeDelta;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::domain::{ApprovalId, NoticeId, RecipientName, Timestamp, hex};

/// What the holder of a link may do, once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    pub approval: ApprovalId,
    pub deed: Deed,
    /// To whom the link was sent.
    pub recipient: RecipientName,
    /// Stands for the notice that it was sent in, so that each notice has links of its own.
    pub occasion: String,
    /// To the second.
    pub expires_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    Acknowledge,
    /// For so long from when it is done, in whole seconds.
    Snooze(TimeDelta),
}

/// A ticket as a link carries it. Whoever shows it may have made it up.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Fields {
    pub approval: String,
    /// `acknowledge`, or `snooze-SECONDS`.
    #[serde(rename = "do")]
    pub deed: String,
    pub to: String,
    pub notice: String,
    /// Seconds since 1970.
    pub until: String,
    /// 64 hexadecimal digits.
    pub signature: String,
}

impl Ticket {
    /// A short name for a notice.
    pub fn occasion(notice: &NoticeId) -> String {
        let mut digits = hex(&Sha256::digest(notice.as_str()));
        digits.truncate(16);
        digits
    }

    /// Not signed yet.
    pub(super) fn fields(&self) -> Fields {
        Fields {
            approval: self.approval.to_string(),
            deed: match self.deed {
                Deed::Acknowledge => "acknowledge".to_owned(),
                Deed::Snooze(time) => format!("snooze-{}", time.num_seconds()),
            },
            to: self.recipient.to_string(),
            notice: self.occasion.clone(),
            until: self.expires_at.timestamp().to_string(),
            signature: String::new(),
        }
    }

    /// None where it says what no ticket does.
    pub(super) fn read(fields: &Fields) -> Option<Self> {
        let deed = match fields.deed.strip_prefix("snooze-") {
            Some(seconds) => Deed::Snooze(TimeDelta::try_seconds(seconds.parse().ok()?)?),
            None if fields.deed == "acknowledge" => Deed::Acknowledge,
            None => return None,
        };
        Some(Self {
            approval: ApprovalId::new(&fields.approval),
            deed,
            recipient: RecipientName::new(&fields.to),
            occasion: fields.notice.clone(),
            expires_at: Timestamp::from_timestamp(fields.until.parse().ok()?, 0)?,
        })
    }
}

impl Fields {
    /// What is signed: each field with its length, so that nothing can be moved from one to the next.
    pub(super) fn canonical(&self) -> String {
        let signed = [&self.approval, &self.deed, &self.to, &self.notice, &self.until];
        let lines = signed.map(|field| format!("{}:{field}\n", field.len()));
        format!("holdpoint link 1\n{}", lines.concat())
    }

    /// Names and values, as a link and a form have them.
    pub fn pairs(&self) -> [(&'static str, &str); 6] {
        [
            ("do", &self.deed),
            ("approval", &self.approval),
            ("to", &self.to),
            ("notice", &self.notice),
            ("until", &self.until),
            ("signature", &self.signature),
        ]
    }

    pub(super) fn len(&self) -> usize {
        self.pairs().iter().map(|(_, value)| value.len()).sum()
    }
}
