//! What an error of DynamoDB's means to a store, and how long to try again what other transactions disturb.

use std::collections::hash_map::RandomState;
use std::future::Future;
use std::hash::{BuildHasher, Hasher};
use std::time::Duration;

use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

use crate::adapters::aws::cause;
use crate::ports::store::StoreError;

/// How often a call is made at most, beyond what the client itself tries again.
pub(super) const MAX_TRIES: u32 = 7;
const FIRST_PAUSE: Duration = Duration::from_millis(20);

/// Another transaction has the item, or this one is still under way from a try whose answer was lost.
const DISTURBED: [&str; 2] = ["TransactionConflictException", "TransactionInProgressException"];

/// Makes a call again while `is_passing` says of its error that nothing was done and that this will pass soon.
pub(super) async fn patiently<T, E, F>(
    is_passing: fn(&SdkError<E, HttpResponse>) -> bool,
    call: impl Fn() -> F,
) -> Result<T, SdkError<E, HttpResponse>>
where
    F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
{
    for tries in 1..MAX_TRIES {
        match call().await {
            Err(error) if is_passing(&error) => pause(tries).await,
            result => return result,
        }
    }
    call().await
}

pub(super) fn is_disturbed<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> bool {
    error.code().is_some_and(|code| DISTURBED.contains(&code))
}

/// The condition of a write does not hold.
pub(super) fn is_refused<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> bool {
    error.code() == Some("ConditionalCheckFailedException")
}

/// Between half and the whole of a time that doubles with each try, so that those who met do not meet again.
pub(super) async fn pause(tries: u32) {
    let longest = FIRST_PAUSE * (1 << tries.min(MAX_TRIES));
    let share = u32::from(random().to_le_bytes()[0]);
    tokio::time::sleep(longest / 2 + longest / 2 * share / 255).await;
}

/// 64 bits that nobody else has: the standard library seeds each of its hashers anew.
pub(super) fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// An error that says nothing of the data. Where a person can help, it says how.
pub(super) fn unavailable<E>(table: &str, error: SdkError<E, HttpResponse>) -> StoreError
where
    E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
{
    let remedy = match (error.code(), error.message().unwrap_or_default()) {
        (Some("ResourceNotFoundException"), _) => {
            format!(
                "; is `{table}` the table's name, and are region and account those of the table? If there is none yet, \
                 deploy the template, or make it with `holdpoint serve --store dynamodb:{table} --create-table`"
            )
        }
        (Some("ValidationException"), message) if message.contains("index") => {
            format!("; the table `{table}` lacks an index that this holdpoint needs: deploy its template anew")
        }
        (Some("AccessDeniedException"), _) => {
            format!("; the role must be allowed to do this on the table `{table}` and on its indexes")
        }
        _ => String::new(),
    };
    StoreError::Unavailable(format!("{}{remedy}", cause(error)).into())
}
