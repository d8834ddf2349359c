//! Names that must not be mixed up, each a type of its own.

use std::fmt;

macro_rules! text_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

text_id! {
    /// One approval: CodePipeline's `action-execution-id`, which is also the approval token. Events from before 2023
    /// carry none; those get an id derived from what they do carry (see `app::resolve`).
    ApprovalId,
    /// One run of a pipeline. A retry keeps it, so it never identifies a wait.
    ExecutionId,
    /// One message to one recipient: approval / step / repeat / recipient.
    NoticeId,
    PolicyName,
    RecipientName,
    /// One step of a ladder, named after what it does and when: `remind@50%`. It survives a reordering of the steps.
    StepId,
}
