//! The policy in a file of this machine: read again now and then, and replaced only by one that is in order.

use std::path::PathBuf;
use std::sync::Arc;

use super::beside::beside;
use crate::policyfile::{self, PolicyFile};

/// The policy that holds.
#[derive(Clone, Debug)]
pub struct Current {
    pub policy: Arc<PolicyFile>,
    /// It is not the newest: that one is not in order, or cannot be read.
    pub is_invalid: bool,
}

impl Current {
    /// Nothing has changed since `known`.
    pub fn is_same_as(&self, known: &Self) -> bool {
        Arc::ptr_eq(&self.policy, &known.policy) && self.is_invalid == known.is_invalid
    }
}

pub struct LocalPolicy {
    path: PathBuf,
    policy: Arc<PolicyFile>,
    /// What is wrong with the newest.
    problem: Option<String>,
}

impl LocalPolicy {
    /// `policy` is what was read there.
    pub fn new(path: PathBuf, policy: Arc<PolicyFile>) -> Self {
        Self { path, policy, problem: None }
    }

    /// Reads the file, and those beside it that it names. A mistake is logged once, with its place.
    pub fn look(&mut self) -> Current {
        let file = self.path.display();
        match self.read() {
            Ok(policy) => {
                if policy.rules.version != self.policy.rules.version {
                    for warning in &policy.warnings {
                        tracing::warn!(%file, warning);
                    }
                    tracing::info!(%file, version = policy.rules.version, "this policy holds now");
                    self.policy = Arc::new(policy);
                }
                self.problem = None;
            }
            Err(problem) => {
                if self.problem.as_ref() != Some(&problem) {
                    tracing::error!(%file, errors = problem, "the new policy cannot be used; the last one that could stays");
                }
                self.problem = Some(problem);
            }
        }
        Current { policy: Arc::clone(&self.policy), is_invalid: self.problem.is_some() }
    }

    fn read(&self) -> Result<PolicyFile, String> {
        let text = std::fs::read_to_string(&self.path).map_err(|error| format!("it cannot be read: {error}"))?;
        let name = self.path.display().to_string();
        policyfile::read_beside(&name, &text, &beside(&self.path)).map_err(|errors| errors.to_string())
    }
}
