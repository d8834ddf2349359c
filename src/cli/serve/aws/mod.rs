//! The service on AWS: what it tells and asks there, and where its events and its policy come from.

mod asker;
mod compare;
mod queue;
pub(super) mod services;

use std::sync::Arc;

use tokio::sync::mpsc;

use super::maker::Maker;
use super::options::AwsArgs;
use super::run::Beside;
use super::shared::{App, Shared};
use super::work;
use crate::adapters::clock::WallClock;
use crate::adapters::recipients::Recipients;
use crate::adapters::sqs::Queue;
use crate::cli::{Failure, settings};

/// What can wait until CodePipeline is asked about it.
const MAX_ASKED: usize = 64;

type AwsShared = Arc<Shared<Recipients, WallClock>>;

/// Everything that runs beside the answers to callers.
pub(super) async fn beside(
    args: &AwsArgs,
    maker: &Maker,
    monitor: App<Recipients, WallClock>,
) -> Result<(AwsShared, Beside), Failure> {
    let mut beside = Beside::default();
    let pipelines = match &maker.aws {
        Some(aws) => Some(aws.pipelines(args).await?),
        None => None,
    };
    let (asks, asked) = mpsc::channel(MAX_ASKED);
    let asks = pipelines.is_some().then_some(asks);
    let shared = Arc::new(Shared::new(monitor, work::log_change, asks));
    if let Some([quick, patient]) = pipelines {
        beside.cut.push(Box::pin(asker::ask(Arc::clone(&shared), quick, asked)));
        beside.cut.push(Box::pin(compare::compare(Arc::clone(&shared), patient)));
    }
    if let Some(url) = &args.queue {
        let queue = Queue::new(&settings::aws().await?, url);
        beside.waited.push(Box::pin(queue::take_in(Arc::clone(&shared), queue)));
    }
    Ok((shared, beside))
}
