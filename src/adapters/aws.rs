//! What all clients of AWS have in common: where their settings come from, how patient they are, and what an error means.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, SdkConfig};
use aws_sdk_sns::config::http::HttpResponse;
use aws_sdk_sns::error::{ProvideErrorMetadata, SdkError};

use super::causes::chain;
use crate::ports::Source;

const CONNECT: Duration = Duration::from_secs(3);
const ATTEMPT: Duration = Duration::from_secs(10);
const CALL: Duration = Duration::from_secs(30);
const ATTEMPTS: u32 = 4;

/// Errors that pass, under the names that the services give them, beside what a status of 429 or 5xx says. Those of our own
/// credentials and clock say nothing of what was asked, and pass when somebody has seen to them.
const PASSING: [&str; 27] = [
    "BandwidthLimitExceeded",
    "ExpiredToken",
    "ExpiredTokenException",
    "InternalError",
    "InternalErrorException",
    "InternalFailure",
    "InvalidClientTokenId",
    "KMSThrottling",
    "KMSThrottlingException",
    "MissingAuthenticationToken",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestExpired",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "RequestTimeout",
    "RequestTimeoutException",
    "ServiceUnavailable",
    "SignatureDoesNotMatch",
    "SlowDown",
    "Throttled",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "UnrecognizedClientException",
];

/// Region, credentials and endpoints from where every AWS tool looks for them: the environment, the profile, the role.
pub async fn settings() -> SdkConfig {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_attempt_timeout(ATTEMPT)
        .operation_timeout(CALL)
        .build();
    let loader = aws_config::defaults(BehaviorVersion::latest())
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
        .timeout_config(timeouts);
    match AppName::new("holdpoint") {
        Ok(name) => loader.app_name(name).load().await,
        Err(_) => loader.load().await,
    }
}

/// Whether the same call may succeed later. A call that never arrived, or whose answer was lost, may.
pub fn may_pass<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> bool {
    match error {
        SdkError::ServiceError(service) => {
            let status = service.raw().status();
            status.is_server_error()
                || status.as_u16() == 429
                || service.err().code().is_some_and(|code| PASSING.contains(&code))
        }
        SdkError::ConstructionFailure(_) => false,
        _ => true,
    }
}

/// The error as a person reads it: what the service says, or else what kept it from saying anything, with its causes.
pub fn cause<E>(error: SdkError<E, HttpResponse>) -> Source
where
    E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
{
    match (error.code(), error.message()) {
        (Some(code), Some(message)) => format!("{code}: {message}").into(),
        _ => chain(&error).into(),
    }
}
