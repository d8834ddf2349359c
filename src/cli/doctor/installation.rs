//! Which installation: the names of its parts, as they were given.

use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::adapters::codepipeline::Member;
use crate::adapters::policysource::Place;
use crate::cli::Failure;

const DESCRIBE: &str = "aws cloudformation describe-stacks --stack-name holdpoint --query Stacks[0].Outputs";

/// No stack's outputs are longer.
const MAX_OUTPUTS: u64 = 1024 * 1024;

#[derive(Debug, clap::Args)]
pub(super) struct Names {
    /// The stack's outputs as `aws cloudformation describe-stacks` prints them; `-` is standard input
    #[arg(long, value_name = "FILE")]
    outputs: Option<PathBuf>,

    /// The table
    #[arg(long, value_name = "NAME", env = "HOLDPOINT_TABLE", hide_env_values = true)]
    table: Option<String>,

    /// The queue that events come into: its name or its address
    #[arg(long, value_name = "QUEUE", env = "HOLDPOINT_QUEUE", hide_env_values = true)]
    queue: Option<String>,

    /// The queue for what EventBridge could not deliver: its name or its address
    #[arg(long, value_name = "QUEUE", env = "HOLDPOINT_UNDELIVERED", hide_env_values = true)]
    undelivered: Option<String>,

    /// Where the policy is: s3://BUCKET/KEY, ssm:/NAME or file:PATH
    #[arg(long, value_name = "PLACE", env = "HOLDPOINT_POLICY", hide_env_values = true)]
    policy: Option<String>,

    /// The topic that is told where there is no policy file
    #[arg(long, value_name = "ARN", env = "HOLDPOINT_TOPIC", hide_env_values = true)]
    topic: Option<String>,

    /// The bus for holdpoint's own events: its name or its ARN
    #[arg(long, value_name = "BUS", env = "HOLDPOINT_BUS", hide_env_values = true)]
    bus: Option<String>,

    /// Other regions and accounts: REGION or ROLE_ARN@REGION, separated by commas
    #[arg(long, value_name = "MEMBERS", env = "HOLDPOINT_MEMBERS", hide_env_values = true)]
    members: Option<String>,
}

/// What is not named is not looked at.
#[derive(Debug)]
pub(super) struct Installation {
    pub(super) table: Option<String>,
    pub(super) queue: Option<String>,
    pub(super) undelivered: Option<String>,
    pub(super) policy: Option<Place>,
    pub(super) topic: Option<String>,
    pub(super) bus: Option<String>,
    pub(super) members: Vec<Member>,
}

impl Installation {
    /// An option goes before the environment, and that before the stack's outputs.
    pub(super) fn of(names: &Names) -> Result<Self, Failure> {
        let outputs = names.outputs.as_deref().map(read).transpose()?.unwrap_or(Value::Null);
        let part = |named: &Option<String>, output: &str| {
            let named = named.clone().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
            named.or_else(|| value(&outputs, output))
        };
        let of_stack = value(&outputs, "PolicyBucketName").map(|bucket| format!("s3://{bucket}/policy.yaml"));
        let policy = part(&names.policy, "").or(of_stack);
        let members = Member::list(names.members.as_deref().unwrap_or_default());
        let installation = Self {
            table: part(&names.table, "TableName"),
            queue: part(&names.queue, "EventQueueUrl"),
            undelivered: part(&names.undelivered, "UndeliveredQueueUrl"),
            policy: policy.map(|place| place.parse()).transpose().map_err(usage)?,
            topic: part(&names.topic, "NoticeTopicArn"),
            bus: part(&names.bus, "EventsBusName"),
            members: members.map_err(usage)?,
        };
        if installation.table.is_none() && installation.queue.is_none() && installation.policy.is_none() {
            return Err(Failure::Usage(format!(
                "which installation? Name the parts of one with --table, --queue and --policy, or all at once:\n  \
                 {DESCRIBE} | holdpoint doctor --outputs -"
            )));
        }
        Ok(installation)
    }
}

fn usage(error: impl std::fmt::Display) -> Failure {
    Failure::Usage(error.to_string())
}

/// The list of outputs, alone or within the description of its stack.
fn read(path: &Path) -> Result<Value, Failure> {
    let name = path.display();
    let mut text = String::new();
    let read = match path.to_str() {
        Some("-") => std::io::stdin().lock().take(MAX_OUTPUTS).read_to_string(&mut text),
        _ => std::fs::File::open(path).and_then(|file| file.take(MAX_OUTPUTS).read_to_string(&mut text)),
    };
    read.map_err(|error| usage(format!("cannot read the outputs `{name}`: {error}")))?;
    let value: Value =
        serde_json::from_str(&text).map_err(|error| usage(format!("the outputs `{name}` are no JSON: {error}")))?;
    let outputs = value.pointer("/Stacks/0/Outputs").unwrap_or(&value);
    if !outputs.is_array() {
        return Err(usage(format!("`{name}` holds no list of outputs: write into it what this prints:\n  {DESCRIBE}")));
    }
    Ok(outputs.clone())
}

fn value(outputs: &Value, key: &str) -> Option<String> {
    let output = outputs.as_array()?.iter().find(|output| output["OutputKey"] == key)?;
    output["OutputValue"].as_str().filter(|value| !value.is_empty()).map(str::to_owned)
}
