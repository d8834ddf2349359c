//! The archive, once a day.

use lambda_runtime::Error;
use serde_json::{Value, json};

use super::desk::Desk;
use crate::adapters::kmskey::KmsKey;
use crate::adapters::s3::{S3Archive, client};
use crate::app::archive::{Place, archive};
use crate::ports::clock::Clock;

pub(super) async fn run(desk: &Desk) -> Result<Value, Error> {
    let place = desk.settings.audit.as_deref().unwrap_or_default();
    let shelf = S3Archive::new(client(&desk.config), place)?;
    let signer = desk.settings.key.as_deref().map(|key| KmsKey::new(&desk.config, key));
    let scratch = std::env::temp_dir().join("holdpoint-export");
    let place = Place { archive: &shelf, signer: signer.as_ref(), scratch: &scratch };
    let archived = archive(&desk.store, &place, desk.clock.now()).await?;
    let exports: Vec<String> = archived.into_iter().map(|archived| archived.export).collect();
    Ok(json!({ "exports": exports }))
}
