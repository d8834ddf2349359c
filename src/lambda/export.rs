//! The archive, once a day.

use std::sync::Mutex;

use lambda_runtime::Error;
use serde_json::{Value, json};

use super::desk::Desk;
use crate::adapters::s3::{S3Archive, client};
use crate::app::archive::archive;
use crate::ports::clock::Clock;

pub(super) async fn run(desk: &Desk) -> Result<Value, Error> {
    let place = desk.settings.audit.as_deref().unwrap_or_default();
    let shelf = S3Archive::new(client(&desk.config), place)?;
    let days = Mutex::new(Vec::new());
    archive(&desk.store, &shelf, desk.clock.now(), |day| {
        tracing::info!(day = %day.day, approvals = day.approvals, files = day.files, "archived a day");
        if let Ok(mut days) = days.lock() {
            days.push(day.day.to_string());
        }
    })
    .await?;
    Ok(json!({ "days": days.into_inner().unwrap_or_default() }))
}
