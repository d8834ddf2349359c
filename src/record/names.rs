//! The words that stand for the cases of an enum, in files and in the database.

use super::RecordError;
use crate::domain::Phase;
use crate::domain::evidence::{Basis, EndState, Outcome, Source, Verdict, Witness};
use crate::domain::fact::Unwanted;
use crate::domain::finding::{FindingKind, What};
use crate::domain::measure;
use crate::domain::policy::Act;

/// An enum that is stored as one word a case.
pub trait Named: Copy + PartialEq + 'static {
    const WHAT: &'static str;
    const WORDS: &'static [(Self, &'static str)];

    fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(case, _)| *case == self).map_or("", |(_, word)| word)
    }

    fn from_word(word: &str) -> Result<Self, RecordError> {
        Self::WORDS
            .iter()
            .find(|(_, w)| *w == word)
            .map(|(case, _)| *case)
            .ok_or_else(|| RecordError::Name { what: Self::WHAT, value: word.to_owned() })
    }
}

impl Named for FindingKind {
    const WHAT: &'static str = "finding";
    const WORDS: &'static [(Self, &'static str)] = Self::WORDS;
}

macro_rules! named {
    ($type:ty, $what:literal, { $($case:ident => $word:literal),+ $(,)? }) => {
        impl Named for $type {
            const WHAT: &'static str = $what;
            const WORDS: &'static [(Self, &'static str)] = &[$((<$type>::$case, $word)),+];
        }
    };
}

named!(Phase, "phase", { Unseen => "unseen", Waiting => "waiting", Ended => "ended", Settled => "settled" });
named!(Source, "source", {
    Notification => "notification",
    PipelineGone => "pipeline_gone",
    PipelineEvent => "pipeline_event",
    StageEvent => "stage_event",
    ActionEvent => "action_event",
    Api => "api",
});
named!(EndState, "state", {
    Succeeded => "succeeded",
    Failed => "failed",
    Abandoned => "abandoned",
    Canceled => "canceled",
    Superseded => "superseded",
});
named!(Verdict, "verdict", { Approved => "approved", Rejected => "rejected" });
named!(Witness, "witness", { Api => "api", CloudTrail => "cloudtrail" });
named!(Outcome, "outcome", {
    Approved => "approved",
    Rejected => "rejected",
    TimedOut => "timed_out",
    Abandoned => "abandoned",
    Cancelled => "cancelled",
    NeverAsked => "never_asked",
    Failed => "failed",
});
named!(Basis, "basis", {
    Inferred => "inferred",
    ExecutionEvent => "execution_event",
    ActionEvent => "action_event",
    Api => "api",
    CloudTrail => "cloudtrail",
});
named!(Act, "act", { Remind => "reminder", Escalate => "escalation", Report => "finding" });
named!(Unwanted, "reason", {
    Over => "over",
    Replaced => "replaced",
    Merged => "merged",
    Acknowledged => "acknowledged",
    Cleared => "cleared",
});
named!(What, "exhibit", {
    DecidedBy => "decided_by",
    DecidedAt => "decided_at",
    Witness => "witness",
    EventId => "event_id",
    ClaimedBy => "claimed_by",
    StartedBy => "started_by",
    Author => "author",
    Commit => "commit",
    Deadline => "deadline",
    EditedBy => "edited_by",
    EditedAt => "edited_at",
    OtherApproval => "other_approval",
    OtherGate => "other_gate",
    Revision => "revision",
    NewerRevision => "newer_revision",
    NewerExecution => "newer_execution",
    Says => "says",
    Contradicts => "contradicts",
});
named!(measure::Name, "measure", {
    ApprovalLatency => "ApprovalLatency",
    Rejected => "Rejected",
    Breached => "Breached",
    OutcomeApproved => "OutcomeApproved",
    OutcomeRejected => "OutcomeRejected",
    OutcomeTimedOut => "OutcomeTimedOut",
    OutcomeAbandoned => "OutcomeAbandoned",
    OutcomeCancelled => "OutcomeCancelled",
    OutcomeNeverAsked => "OutcomeNeverAsked",
    OutcomeFailed => "OutcomeFailed",
    OutcomeCorrected => "OutcomeCorrected",
    RemindersSent => "RemindersSent",
    EscalationsSent => "EscalationsSent",
    NoticesGivenUp => "NoticesGivenUp",
    FindingsRaised => "FindingsRaised",
    Waiting => "Waiting",
    OldestWait => "OldestWait",
    Overdue => "Overdue",
    PolicyInvalid => "PolicyInvalid",
});

/// For `#[serde(with)]` on a field that holds a [`Named`] enum.
pub mod word {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use super::Named;

    pub fn serialize<T: Named, S: Serializer>(case: &T, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(case.word())
    }

    pub fn deserialize<'de, T: Named, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        let word = std::borrow::Cow::<str>::deserialize(deserializer)?;
        T::from_word(&word).map_err(D::Error::custom)
    }
    /// The same for one that can be missing.
    pub mod option {
        use super::{Deserialize, Deserializer, Error, Named, Serializer};

        pub fn serialize<T: Named, S: Serializer>(case: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
            match case {
                Some(case) => serializer.serialize_str(case.word()),
                None => serializer.serialize_none(),
            }
        }

        pub fn deserialize<'de, T: Named, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
            let word = Option::<String>::deserialize(deserializer)?;
            word.map(|word| T::from_word(&word).map_err(D::Error::custom)).transpose()
        }
    }
}
