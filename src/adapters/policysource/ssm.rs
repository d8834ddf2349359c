//! A policy as a parameter of Systems Manager, which keeps the last hundred versions.

use aws_config::SdkConfig;
use aws_sdk_ssm::Client;
use aws_sdk_ssm::error::ProvideErrorMetadata;

use super::{Look, MAX_EARLIER, Version};
use crate::adapters::aws::cause;
use crate::ports::Source;

/// The most that one answer takes, and more answers than a hundred versions fill.
const PAGE: i32 = 50;
const MAX_PAGES: usize = 4;

const NOT_FOUND: Option<&str> = Some("ParameterNotFound");

#[derive(Clone, Debug)]
pub(super) struct Parameter {
    client: Client,
    name: String,
}

impl Parameter {
    pub(super) fn new(settings: &SdkConfig, name: String) -> Self {
        Self { client: Client::new(settings), name }
    }

    /// A parameter is small, so it is fetched to learn its version.
    pub(super) async fn look(&self, known: Option<&str>) -> Result<Look, Source> {
        let answer = match self.client.get_parameter().name(&self.name).with_decryption(true).send().await {
            Ok(answer) => answer,
            Err(error) if error.code() == NOT_FOUND => return Ok(Look::Gone),
            Err(error) => return Err(cause(error)),
        };
        let parameter = answer.parameter().ok_or("the answer has no parameter in it")?;
        let version = parameter.version().to_string();
        if known == Some(&version) {
            return Ok(Look::Same);
        }
        Ok(Look::New { version, text: Ok(parameter.value().unwrap_or_default().to_owned()) })
    }

    /// The versions, newest first.
    pub(super) async fn earlier(&self) -> Result<Vec<Version>, Source> {
        let history = self.client.get_parameter_history().name(&self.name).with_decryption(true).max_results(PAGE);
        let mut pages = history.into_paginator().send();
        let mut texts = Vec::new();
        // They come oldest first.
        for _ in 0..MAX_PAGES {
            match pages.next().await {
                Some(Ok(page)) => texts.extend(page.parameters.unwrap_or_default()),
                Some(Err(error)) if error.code() == NOT_FOUND => break,
                Some(Err(error)) => return Err(cause(error)),
                None => break,
            }
        }
        texts.sort_by_key(|version| std::cmp::Reverse(version.version()));
        let newest = texts.into_iter().take(MAX_EARLIER.unsigned_abs() as usize);
        Ok(newest.filter_map(|version| version.value).map(Version::Text).collect())
    }
}
