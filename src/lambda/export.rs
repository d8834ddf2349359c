//! The archive, once a day.

use lambda_runtime::Error;
use serde_json::{Value, json};

use super::desk::Desk;
use crate::adapters::s3::{S3Archive, client};
use crate::app::archive::archive;
use crate::ports::clock::Clock;

pub(super) async fn run(desk: &Desk) -> Result<Value, Error> {
    let place = desk.settings.audit.as_deref().unwrap_or_default();
    let shelf = S3Archive::new(client(&desk.config), place)?;
    let archived = archive(&desk.store, &shelf, desk.clock.now()).await?;
    let days: Vec<String> = archived.iter().map(|archived| archived.day.to_string()).collect();
    Ok(json!({ "days": days }))
}
