//! What is true of an approval, in the past tense. Facts are added, never changed or taken back.

use chrono::TimeDelta;

use super::context::Context;
use super::evidence::{Basis, Decision, End, Outcome, Source};
use super::finding::{Finding, FindingKind};
use super::input::Place;
use super::policy::{Act, PolicyRef};
use super::response::Response;
use super::span::Span;
use super::{ApprovalId, NoticeId, RecipientName, StepId, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// When holdpoint wrote it down, which can be long after it happened.
    pub recorded_at: Timestamp,
    pub kind: FactKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "an approval has some ten facts: a box for its context would cost more than the room"
)]
pub enum FactKind {
    /// Somebody was asked at `at`. A stronger source can say so again, more exactly.
    Requested {
        place: Place,
        at: Timestamp,
        source: Source,
        /// Which policy held for it then.
        policy: Option<PolicyRef>,
    },
    /// Another policy holds for it from now on, or another version. What has fired stays fired.
    PolicyChanged {
        policy: Option<PolicyRef>,
        deadline: Option<Timestamp>,
    },
    /// Somebody sees to it.
    Acknowledged(Response),
    /// What would be said of it waits until then.
    Snoozed {
        until: Timestamp,
        response: Response,
    },
    /// More became known of what is to be decided.
    ContextLearnt(Context),
    /// A step of the ladder fired; each of `to` gets a notice.
    StepFired(StepFired),
    /// The deadline passed without a decision that was heard of.
    Breached {
        deadline: Timestamp,
        policy: PolicyRef,
    },
    /// Evidence: somebody answered.
    DecisionSeen {
        decision: Decision,
        settle_by: Timestamp,
    },
    /// Somebody tried to answer and was refused.
    AttemptSeen(Decision),
    /// Evidence: the wait ended. Until `settle_by` better evidence may say who ended it and how.
    EndSeen {
        place: Option<Place>,
        end: End,
        settle_by: Timestamp,
    },
    /// It is final how it ended.
    Settled(Settlement),
    /// Evidence that came after the settlement says otherwise.
    Corrected(Settlement),
    NoticeDelivered {
        notice: NoticeId,
        act: Act,
        recipient: RecipientName,
        at: Timestamp,
        receipt: Option<String>,
    },
    /// It was no longer wanted when its turn came.
    NoticeWithdrawn {
        notice: NoticeId,
        recipient: RecipientName,
        why: Unwanted,
    },
    /// It could not be delivered.
    NoticeGivenUp {
        notice: NoticeId,
        recipient: RecipientName,
        attempts: u32,
        reason: String,
    },
    /// This id turned out to be the token of an approval that is known under a derived id.
    Joined {
        into: ApprovalId,
    },
    /// An auditor should know of this.
    Found(Finding),
    /// Evidence that came later says otherwise.
    Cleared(FindingKind),
    /// In whose name a bot says that it decided, or by later evidence nobody's. Which principals are bots the policy says,
    /// and whoever reads the facts has none.
    ClaimSeen {
        name: Option<String>,
    },
    /// The facts before it were taken out of the store, because an export has them.
    Pruned(Pruned),
}

/// Facts that are in an export and not in the store any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pruned {
    /// How many there were.
    pub facts: u64,
    /// The last hash of their chain.
    pub head: String,
    /// The SHA-256 of the export's checkpoint.
    pub checkpoint: String,
}

/// Why a notice is not sent after all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unwanted {
    /// Nobody is being waited for any more.
    Over,
    /// A later repeat of the same step said the same. Only older facts say so; it is `Merged` now.
    Replaced,
    /// A later one to the same recipient is out, and stood for it.
    Merged,
    /// Somebody sees to it.
    Acknowledged,
    /// What it says has turned out not to be so.
    Cleared,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepFired {
    pub step: StepId,
    /// 0 for the step itself, then 1, 2, ... for its repeats.
    pub repeat: u32,
    pub act: Act,
    pub to: Vec<RecipientName>,
    pub due_at: Timestamp,
    /// What was due as well and is passed over, because this higher step was due too.
    pub skipped: Vec<Skipped>,
    /// Those of `to` whose hours it is not.
    pub held: Vec<Held>,
    pub policy: PolicyRef,
}

/// A notice that goes out when its recipient's hours begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub recipient: RecipientName,
    pub until: Timestamp,
}

/// The repeats `first..=last` of a step that nobody was told of; 0 is the step itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    pub step: StepId,
    pub first: u32,
    pub last: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    pub outcome: Outcome,
    pub ended_at: Timestamp,
    pub basis: Basis,
    /// Whether the wait went past the deadline by the times in the evidence; a `Breached` fact can have been premature,
    /// because news of a decision takes half a minute and more.
    pub breached: bool,
    pub policy: Option<PolicyRef>,
    /// What was promised by that policy, and until when.
    pub target: Option<Span>,
    pub deadline: Option<Timestamp>,
    /// How much of the wait was working time by that policy's calendar.
    pub working_wait: Option<TimeDelta>,
}
