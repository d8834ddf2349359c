//! Sending many entries in few requests, where each entry is to know what became of it.

use futures_util::future::BoxFuture;
use futures_util::{StreamExt, stream};

use crate::ports::EntryError;

/// How many requests are under way at the same time.
const AT_ONCE: usize = 4;

/// An entry, by its number among all of them.
pub(super) type Numbered<T> = (usize, T);

/// What became of each entry of a request; an error is about the request as a whole.
pub(super) type Sent = Result<Vec<Result<(), EntryError>>, EntryError>;

/// Sends requests and says, in the order of their numbers, what became of each entry. `refused` are those that were not
/// worth a request. Where a request is refused for what is in it, each half goes by itself, and so on, so that one bad
/// entry costs no other.
pub(super) async fn send_all<'a, T>(
    requests: Vec<Vec<Numbered<T>>>,
    refused: Vec<Numbered<String>>,
    send: impl Fn(&[Numbered<T>]) -> BoxFuture<'a, Sent> + Sync,
) -> Vec<Result<(), EntryError>>
where
    T: Send,
{
    let mut taken: Vec<Numbered<Result<(), EntryError>>> =
        refused.into_iter().map(|(number, why)| (number, Err(EntryError::Refused(why.into())))).collect();
    let mut sends = Vec::with_capacity(requests.len());
    for request in requests {
        sends.push(send_in_halves(request, &send));
    }
    taken.extend(stream::iter(sends).buffer_unordered(AT_ONCE).collect::<Vec<_>>().await.into_iter().flatten());
    taken.sort_by_key(|(number, _)| *number);
    taken.into_iter().map(|(_, result)| result).collect()
}

async fn send_in_halves<'a, T>(
    request: Vec<Numbered<T>>,
    send: &(impl Fn(&[Numbered<T>]) -> BoxFuture<'a, Sent> + Sync),
) -> Vec<Numbered<Result<(), EntryError>>>
where
    T: Send,
{
    let mut taken = Vec::with_capacity(request.len());
    let mut left = vec![request];
    while let Some(mut entries) = left.pop() {
        let sent = send(&entries).await;
        let numbers = entries.iter().map(|(number, _)| *number);
        match sent {
            Ok(results) => taken.extend(numbers.zip(results)),
            Err(EntryError::Refused(_)) if entries.len() > 1 => {
                left.push(entries.split_off(entries.len() / 2));
                left.push(entries);
            }
            Err(EntryError::Refused(cause)) => {
                let cause = cause.to_string();
                taken.extend(numbers.map(|number| (number, Err(EntryError::Refused(cause.clone().into())))));
            }
            Err(EntryError::Retry(cause)) => {
                let cause = cause.to_string();
                taken.extend(numbers.map(|number| (number, Err(EntryError::Retry(cause.clone().into())))));
            }
        }
    }
    taken
}
