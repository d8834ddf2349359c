//! The facts of an approval, as they were written.

use super::item::{self, FACTS, Item, VERSION};
use super::keys::{self, Keys};
use super::table::Table;
use crate::domain::{ApprovalId, Fact};
use crate::ports::store::{Loaded, StoreError};
use crate::record;

/// How often an approval is read at most when its items do not fit together.
const MAX_READS: usize = 5;

/// What one reading found.
struct Found {
    facts: Vec<Fact>,
    /// Whether nothing is missing, neither between the facts nor behind them.
    is_whole: bool,
}

/// A query does not read all its items at the same instant: one that is written meanwhile can be missing where a later
/// one is not. Read again, it is there; if it never is, a person has to look.
pub(super) async fn load(table: &Table, id: &ApprovalId) -> Result<Loaded, StoreError> {
    for _ in 0..MAX_READS {
        let items = table.first(&keys::whole(id), usize::MAX).await?;
        let found = read(&items)?;
        if found.is_whole {
            return Ok(Loaded { version: found.facts.len() as u64, facts: found.facts });
        }
    }
    Err(StoreError::Corrupt { id: id.to_string(), cause: "facts are missing that its head counts".into() })
}

fn read(items: &[Item]) -> Result<Found, StoreError> {
    let mut found = Found { facts: Vec::new(), is_whole: true };
    let mut counted = 0;
    for item in items {
        let sk = item::text(item, Keys::Table.sk())?;
        if sk == keys::HEAD {
            counted = item::count(item, VERSION)?;
            continue;
        }
        found.is_whole &= sk == keys::facts(found.facts.len() as u64);
        let texts = item.get(FACTS).and_then(|value| value.as_l().ok());
        for text in texts.ok_or_else(|| item::corrupt(item, "its `facts` are not a list"))? {
            let text = text.as_s().map_err(|_| item::corrupt(item, "one of its `facts` is not a text"))?;
            found.facts.push(record::fact::from_text(text).map_err(|cause| item::corrupt(item, cause))?);
        }
    }
    found.is_whole &= found.facts.len() as u64 == counted;
    Ok(found)
}
