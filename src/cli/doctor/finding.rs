//! What a check came to, in words.

use aws_sdk_sns::config::http::HttpResponse;
use aws_sdk_sns::error::{ProvideErrorMetadata, SdkError};

use crate::adapters::aws::cause;
use crate::notice::clean;

/// No finding is longer, whatever AWS answers.
const MAX: usize = 2000;
const MAX_SUBJECT: usize = 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    Ok,
    /// It works, but perhaps not as it is meant.
    Warning,
    /// Something is not watched, not told or not kept; or it could not be seen whether it is.
    Problem,
}

impl Word {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Problem => "problem",
        }
    }
}

/// One line of the report. All of it is clean.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) word: Word,
    pub(super) subject: String,
    pub(super) found: String,
    /// What to do. None when it is ok.
    pub(super) remedy: Option<String>,
}

impl Finding {
    pub(super) fn ok(subject: &str, found: impl AsRef<str>) -> Self {
        Self::new(Word::Ok, subject, found.as_ref(), None)
    }

    pub(super) fn warning(subject: &str, found: impl AsRef<str>, remedy: impl AsRef<str>) -> Self {
        Self::new(Word::Warning, subject, found.as_ref(), Some(remedy.as_ref()))
    }

    pub(super) fn problem(subject: &str, found: impl AsRef<str>, remedy: impl AsRef<str>) -> Self {
        Self::new(Word::Problem, subject, found.as_ref(), Some(remedy.as_ref()))
    }

    /// A part that nobody named. `option` is how to name it.
    pub(super) fn unnamed(subject: &str, option: &str) -> Self {
        Self::warning(subject, "not named, so it was not looked at", format!("Name it: {option}."))
    }

    /// The check itself failed in a call that needs `permission`.
    pub(super) fn failed<E>(subject: &str, permission: &str, error: SdkError<E, HttpResponse>) -> Self
    where
        E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
    {
        let remedy = if error.code().is_some_and(is_denied) {
            format!("Allow these credentials `{permission}`, and run this again.")
        } else {
            format!("See to what the error says, and run this again. The call was `{permission}`.")
        };
        Self::problem(subject, format!("could not be looked at: {}", cause(error)), remedy)
    }

    fn new(word: Word, subject: &str, found: &str, remedy: Option<&str>) -> Self {
        let remedy = remedy.map(|remedy| clean(remedy, MAX));
        Self { word, subject: clean(subject, MAX_SUBJECT), found: clean(found, MAX), remedy }
    }
}

/// Whether an error's name says that a permission is missing. Each service has its own.
pub(super) fn is_denied(code: &str) -> bool {
    ["AccessDenied", "AuthorizationError", "Unauthorized", "NotAuthorized"].iter().any(|word| code.contains(word))
}
