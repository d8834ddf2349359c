//! Asking CodePipeline at once who ended what an event says is over.

use tokio::sync::mpsc;

use super::AwsShared;
use crate::adapters::codepipeline::CodePipeline;
use crate::app::enrich::enrich;
use crate::app::tell::Change;
use crate::cli::Failure;
use crate::ports::clock::Clock;

/// Behind the answers to whoever brings events, so that nobody waits for CodePipeline. Whatever is dropped at the end, the
/// comparison after the next start asks for.
pub(super) async fn ask(
    shared: AwsShared,
    pipelines: CodePipeline,
    mut asked: mpsc::Receiver<Vec<Change>>,
) -> Result<(), Failure> {
    while let Some(changes) = asked.recv().await {
        let monitor = shared.monitor();
        let more = enrich(&monitor.store, &monitor.rules, &pipelines, &changes, monitor.clock.now()).await;
        shared.tell(&more);
    }
    Ok(())
}
