//! Why a command did not do what it was asked to, and the exit code that says so.

use std::process::ExitCode;

use crate::policyfile::PolicyErrors;

#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The world's fault: exit code 1.
    #[error("{0}")]
    Failed(String),
    /// The call's fault: exit code 2.
    #[error("{0}")]
    Usage(String),
    /// The policy's fault: exit code 2.
    #[error("{0}")]
    Policy(#[from] PolicyErrors),
    /// Whoever reads our output has had enough; that is nobody's fault.
    #[error("the output was closed")]
    OutputClosed,
}

impl Failure {
    pub fn failed(cause: impl std::fmt::Display) -> Self {
        Self::Failed(cause.to_string())
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe { Self::OutputClosed } else { Self::failed(error) }
    }
}

impl From<crate::app::audit::ExportError> for Failure {
    fn from(error: crate::app::audit::ExportError) -> Self {
        match error {
            crate::app::audit::ExportError::Store(error) => error.into(),
            crate::app::audit::ExportError::Write(error) => error.into(),
            other => Self::failed(other),
        }
    }
}

impl From<crate::ports::store::StoreError> for Failure {
    fn from(error: crate::ports::store::StoreError) -> Self {
        Self::failed(error)
    }
}

pub fn exit_code(failure: &Failure) -> ExitCode {
    match failure {
        Failure::OutputClosed => ExitCode::SUCCESS,
        Failure::Failed(_) => ExitCode::from(1),
        Failure::Usage(_) | Failure::Policy(_) => ExitCode::from(2),
    }
}
