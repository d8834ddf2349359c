//! The options that need AWS. They are there in every holdpoint, so that one without AWS can say what it lacks.

#[cfg(not(feature = "aws"))]
use crate::cli::{Failure, without_aws};

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "With AWS (region and credentials from where every AWS tool takes them)")]
pub(super) struct AwsArgs {
    /// Tell SNS topics, measure in CloudWatch, ask CodePipeline at once who decided, and compare with it every 5 minutes
    #[arg(long)]
    pub(super) aws: bool,

    /// Take in events from this SQS queue; a message is deleted when what it says is kept
    #[arg(long, value_name = "URL", value_parser = queue)]
    pub(super) queue: Option<String>,

    /// EventBridge bus, by name or ARN, that is told what happens: requests, reminders, breaches, decisions
    #[arg(long, value_name = "BUS", requires = "aws")]
    pub(super) bus: Option<String>,

    /// More regions and accounts whose pipelines are looked at, separated by commas: REGION or ROLE_ARN@REGION
    #[arg(long, value_name = "MEMBERS", requires = "aws")]
    pub(super) members: Option<String>,

    /// Make the table of `--store dynamodb:TABLE` first, if it is not there
    #[arg(long)]
    pub(super) create_table: bool,
}

impl AwsArgs {
    #[cfg(not(feature = "aws"))]
    pub(super) fn refuse(&self) -> Result<(), Failure> {
        let options = [("--aws", self.aws), ("--queue", self.queue.is_some()), ("--create-table", self.create_table)];
        match options.into_iter().find(|(_, is_given)| *is_given) {
            Some((option, _)) => Err(without_aws(&format!("`{option}`"))),
            None => Ok(()),
        }
    }
}

/// A queue's address, as SQS states it.
fn queue(text: &str) -> Result<String, String> {
    if text.starts_with("https://") || text.starts_with("http://") {
        Ok(text.to_owned())
    } else {
        Err("write the queue's URL: https://sqs.REGION.amazonaws.com/ACCOUNT/NAME".to_owned())
    }
}
