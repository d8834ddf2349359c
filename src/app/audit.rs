//! The audit export: one row an approval, streamed.

use std::io::{self, Write};

use super::pages::Pages;
use super::tell::load;
use crate::audit::{Entry, Format, Scope, Writer};
use crate::ports::store::{Query, Store, StoreError};

#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("cannot write: {0}")]
    Write(#[from] io::Error),
}

/// Writes the approvals that `query` names, in the order of their requests; says how many there were.
pub async fn export<S: Store>(
    store: &S,
    query: &Query,
    format: Format,
    out: &mut impl Write,
) -> Result<u64, ExportError> {
    let scope = Scope { from: query.from, to: query.to, ..Scope::default() };
    let mut writer = Writer::of(scope, format, out)?;
    let mut pages = Pages::new(store, query.clone());
    let mut count = 0;
    while let Some(page) = pages.next().await? {
        for projection in &page {
            let (approval, loaded) = load(store, &projection.id).await?;
            writer.add(&Entry { projection, approval: &approval, facts: &loaded.facts })?;
            count += 1;
        }
    }
    writer.finish()?;
    Ok(count)
}
