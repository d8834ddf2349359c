//! Notices by HTTP POST.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Client, StatusCode, redirect};

use super::causes::chain;
use crate::notice::clean;
use crate::ports::channel::{Letter, SendError};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const TIMEOUT: Duration = Duration::from_secs(10);
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Longer pauses than this are not granted to a server that asks for one.
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

/// Posts letters to one address. The notice id goes along as `Idempotency-Key`, so that the other side can tell a letter
/// that it has already.
pub struct Webhook {
    client: Client,
    url: String,
    authorization: Option<HeaderValue>,
}

impl Webhook {
    /// One client serves all webhooks.
    pub fn client() -> Result<Client, reqwest::Error> {
        Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT)
            // A notice goes where the policy says, and nowhere else.
            .redirect(redirect::Policy::none())
            .user_agent(concat!("holdpoint/", env!("CARGO_PKG_VERSION")))
            .build()
    }

    /// None when the token has characters that no header can hold.
    pub fn new(client: Client, url: String, token: Option<&str>) -> Option<Self> {
        let authorization = match token {
            Some(token) => {
                let mut value = HeaderValue::from_str(&format!("Bearer {token}")).ok()?;
                value.set_sensitive(true);
                Some(value)
            }
            None => None,
        };
        Some(Self { client, url, authorization })
    }

    pub async fn send(&self, letter: &Letter) -> Result<Option<String>, SendError> {
        let key = HeaderValue::from_str(letter.notice.id.as_str()).map_err(|e| SendError::Refused(Box::new(e)))?;
        let mut headers = HeaderMap::from_iter([(IDEMPOTENCY_KEY, key)]);
        headers.insert(reqwest::header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.extend(self.authorization.clone().map(|value| (AUTHORIZATION, value)));
        let request = self.client.post(&self.url).headers(headers).body(letter.data.to_string());
        // The address can hold a secret, as those of chat services do, so it stays out of the error.
        let response = request
            .send()
            .await
            .map_err(|error| SendError::Retry { after: None, cause: chain(&error.without_url()).into() })?;
        let status = response.status();
        if status.is_success() {
            let receipt = response.headers().get("x-request-id").and_then(|id| id.to_str().ok());
            return Ok(receipt.map(|id| clean(id, 100)));
        }
        let after = response.headers().get(RETRY_AFTER).and_then(|v| v.to_str().ok()?.trim().parse().ok());
        let after = after.map(|seconds| Duration::from_secs(seconds).min(LONGEST_PAUSE));
        let cause = format!("the server answered {status}").into();
        let may_pass = status.is_server_error()
            || [
                StatusCode::REQUEST_TIMEOUT,
                StatusCode::CONFLICT,
                StatusCode::TOO_EARLY,
                StatusCode::TOO_MANY_REQUESTS,
            ]
            .contains(&status);
        Err(if may_pass { SendError::Retry { after, cause } } else { SendError::Refused(cause) })
    }
}
