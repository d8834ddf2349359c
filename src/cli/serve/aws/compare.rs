//! Comparing what is known with what CodePipeline says, every few minutes.

use std::time::Duration;

use chrono::TimeDelta;

use super::AwsShared;
use crate::adapters::codepipeline::CodePipeline;
use crate::app::reconcile::{Marks, reconcile};
use crate::cli::Failure;
use crate::ports::clock::Clock;

const EVERY: Duration = Duration::from_secs(5 * 60);
/// A run that takes longer than this goes on where it stopped, the next time.
const AT_MOST: TimeDelta = TimeDelta::minutes(4);

/// Begins at once, because much can have happened while nobody ran. A run that fails is logged only.
pub(super) async fn compare(shared: AwsShared, pipelines: CodePipeline) -> Result<(), Failure> {
    let mut marks = Marks::default();
    loop {
        let monitor = shared.monitor();
        let deadline = monitor.clock.now() + AT_MOST;
        match reconcile(&monitor.store, &monitor.rules, &pipelines, &monitor.clock, deadline, &marks).await {
            Ok(done) => {
                shared.tell(&done.changes);
                marks = done.resume;
            }
            Err(error) => tracing::error!(%error, "what is known could not be compared with CodePipeline"),
        }
        tokio::time::sleep(EVERY).await;
    }
}
