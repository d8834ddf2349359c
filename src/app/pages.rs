//! A list of the store's, page by page.

use crate::domain::projection::Projection;
use crate::ports::store::{Cursor, Query, Store, StoreError};

/// How many approvals are asked for at a time.
const PAGE: usize = 1000;

pub struct Pages<'a, S> {
    store: &'a S,
    query: Query,
    after: Option<Cursor>,
}

impl<'a, S: Store> Pages<'a, S> {
    pub fn new(store: &'a S, query: Query) -> Self {
        Self { store, query, after: None }
    }

    /// The next page; none when all were given.
    pub async fn next(&mut self) -> Result<Option<Vec<Projection>>, StoreError> {
        let page = self.store.list(&self.query, self.after.as_ref(), PAGE).await?;
        let Some(last) = page.last() else { return Ok(None) };
        self.after = Cursor::behind(last);
        Ok(Some(page))
    }
}
