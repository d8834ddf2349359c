//! The place where approvals happen.

use std::fmt;

use super::ExecutionId;
use super::execution::ExecutionKey;
use super::input::PipelineKey;

/// Account, region, pipeline, stage, action. Many approvals pass one gate, in PARALLEL mode at the same time, so a gate
/// never identifies an approval.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Gate {
    /// Unknown while only CodePipeline's own SNS notification was heard: its body names no account.
    pub account: Option<String>,
    pub region: String,
    pub pipeline: String,
    pub stage: String,
    pub action: String,
}

impl Gate {
    pub fn pipeline_key(&self) -> PipelineKey {
        let Self { account, region, pipeline, .. } = self.clone();
        PipelineKey { account, region, pipeline }
    }

    /// An execution of this gate's pipeline.
    pub fn execution_key(&self, id: ExecutionId) -> ExecutionKey {
        let Self { account, region, pipeline, .. } = self.clone();
        ExecutionKey { account, region, pipeline, id }
    }
}

impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} / {} / {}", self.pipeline, self.stage, self.action)
    }
}
