//! Holding every open approval to the rules of today.

use futures_util::{StreamExt, stream};

use super::pages::Pages;
use super::tell::{Change, refresh, tell};
use crate::domain::Timestamp;
use crate::domain::input::Input;
use crate::domain::policy::Rules;
use crate::domain::projection::Projection;
use crate::ports::store::{Query, Store, StoreError};

/// How many approvals are looked at at the same time.
const AT_ONCE: usize = 8;

#[derive(Debug, Default)]
pub struct Adopted {
    /// How many approvals are held to another policy, or are due at another time.
    pub moved: usize,
    /// Whether all open approvals were looked at.
    pub is_whole: bool,
}

/// Tells every open approval that time has passed, whether it is due or not, because a changed policy is a fact of each.
/// Does nothing to those that are held to these rules already, so that any number of processes may do it. Begins nothing
/// more when `goes_on` says so.
pub async fn adopt<S: Store>(
    store: &S,
    rules: &Rules,
    now: Timestamp,
    show: impl Fn(&Change),
    goes_on: impl Fn() -> bool + Sync,
) -> Result<Adopted, StoreError> {
    let query = Query { open_only: true, ..Query::default() };
    let (mut pages, mut adopted) = (Pages::new(store, query), Adopted::default());
    while goes_on() {
        let Some(page) = pages.next().await? else {
            adopted.is_whole = true;
            break;
        };
        let mut looks = Vec::with_capacity(page.len());
        for known in &page {
            let goes_on = &goes_on;
            looks.push(async move { if goes_on() { look(store, rules, known, now).await } else { Ok((None, false)) } });
        }
        let looked: Vec<_> = stream::iter(looks).buffered(AT_ONCE).collect().await;
        for (known, result) in page.iter().zip(looked) {
            match result {
                Ok((change, is_moved)) => {
                    change.iter().for_each(&show);
                    adopted.moved += usize::from(is_moved);
                }
                Err(error) if error.is_of_one_record() => {
                    tracing::error!(id = %known.id, %error, "an open approval is passed over");
                }
                Err(other) => return Err(other),
            }
        }
    }
    Ok(adopted)
}

async fn look<S: Store>(
    store: &S,
    rules: &Rules,
    known: &Projection,
    now: Timestamp,
) -> Result<(Option<Change>, bool), StoreError> {
    let change = tell(store, rules, &known.id, &[&Input::Tick], now).await?;
    let is_moved = change.is_some() || refresh(store, rules, known).await?;
    Ok((change, is_moved))
}
