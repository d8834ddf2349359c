//! What any function in Rust with these clients costs at least: it builds them, and asks for work.

use aws_config::BehaviorVersion;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let clients = (
        aws_sdk_dynamodb::Client::new(&config),
        aws_sdk_sns::Client::new(&config),
        aws_sdk_cloudwatch::Client::new(&config),
        aws_sdk_eventbridge::Client::new(&config),
        aws_sdk_codepipeline::Client::new(&config),
        aws_sdk_s3::Client::new(&config),
        aws_sdk_ssm::Client::new(&config),
    );
    let clients = &clients;
    lambda_runtime::run(service_fn(|_: LambdaEvent<Value>| async move {
        std::hint::black_box(clients);
        Ok::<Value, Error>(json!({ "batchItemFailures": [] }))
    }))
    .await
}
