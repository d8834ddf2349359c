//! What holdpoint exists for, as pure data and functions.
//!
//! An [`Approval`] is a short list of [`Fact`]s; its state is their fold. [`decide()`] says which facts an input makes
//! newly true, [`effects()`] what must go out because of one. There is no clock, no I/O, no async and no AWS type in
//! here: `now` is an argument, and what AWS says is read in `wire` before it comes in.

pub mod approval;
pub mod calendar;
pub mod conclude;
pub mod context;
pub mod control;
pub mod decide;
pub mod effect;
pub mod event;
pub mod evidence;
pub mod execution;
pub mod fact;
pub mod finding;
pub mod gate;
pub mod glob;
pub mod hex;
pub mod id;
pub mod input;
pub mod judge;
pub mod ladder;
pub mod measure;
pub mod people;
pub mod policy;
pub mod principal;
pub mod projection;
pub mod response;
pub mod span;

pub use approval::{Approval, Due, DueReason, Phase};
pub use decide::decide;
pub use effect::{Effect, effects, still_wanted};
pub use event::DomainEvent;
pub use fact::{Fact, FactKind};
pub use gate::Gate;
pub use hex::hex;
pub use id::{ApprovalId, ExecutionId, NoticeId, PolicyName, RecipientName, StepId};

/// An instant. All times inside are UTC; zones belong to calendars and to what people read.
pub type Timestamp = chrono::DateTime<chrono::Utc>;
