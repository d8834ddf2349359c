//! How an open approval stands to what was promised of it, for the page and for `holdpoint status`.

use chrono::TimeDelta;

use crate::domain::projection::Projection;
use crate::domain::{Phase, Timestamp};
use crate::notice::duration;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Promise {
    Unseen,
    Ended,
    /// CodePipeline's time-out has passed, so long ago.
    PastExpiry(TimeDelta),
    PastDeadline(TimeDelta),
    /// So much is left, and whether half of the target is gone.
    Left(TimeDelta, bool),
    Nothing,
}

impl Promise {
    pub(super) fn of(approval: &Projection, now: Timestamp) -> Self {
        match approval.phase {
            Phase::Unseen => return Self::Unseen,
            Phase::Ended => return Self::Ended,
            Phase::Waiting | Phase::Settled => {}
        }
        match (approval.expires_at.filter(|at| *at <= now), approval.deadline) {
            (Some(at), _) => Self::PastExpiry(now - at),
            (None, Some(at)) if at <= now => Self::PastDeadline(now - at),
            (None, Some(at)) => {
                let is_half_gone = approval.requested_at.is_some_and(|from| now - from >= (at - from) / 2);
                Self::Left(at - now, is_half_gone)
            }
            (None, None) => Self::Nothing,
        }
    }

    pub(super) fn words(self) -> String {
        match self {
            Self::Unseen => "no request for a decision was heard of".to_owned(),
            Self::Ended => "ended; who decided, and how, is still open".to_owned(),
            Self::PastExpiry(by) => format!("past CodePipeline's time-out by {}, nothing heard", duration(by)),
            Self::PastDeadline(by) => format!("{} past the deadline", duration(by)),
            Self::Left(left, _) => format!("{} left", duration(left)),
            Self::Nothing => "nothing promised".to_owned(),
        }
    }
}
