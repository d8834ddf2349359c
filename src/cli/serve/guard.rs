//! Who may call.

use std::net::SocketAddr;
use std::path::Path;

use axum::http::header::{AUTHORIZATION, HOST, ORIGIN};
use axum::http::{HeaderMap, StatusCode};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

use crate::cli::Failure;

const SHORTEST_TOKEN: usize = 16;

/// Only its hash is kept.
pub(super) struct Token([u8; 32]);

pub(super) struct Guard {
    token: Option<Token>,
}

impl Token {
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let name = path.display();
        let text = std::fs::read_to_string(path)
            .map_err(|error| Failure::Usage(format!("cannot read the token file `{name}`: {error}")))?;
        let token = text.trim();
        if token.len() < SHORTEST_TOKEN {
            return Err(Failure::Usage(format!(
                "the token in `{name}` is shorter than {SHORTEST_TOKEN} characters: make one with `openssl rand -hex 32`"
            )));
        }
        Ok(Self(Sha256::digest(token.as_bytes()).into()))
    }

    /// Compares hashes, so that the time it takes says nothing about the token.
    fn is(&self, shown: &str) -> bool {
        let shown: [u8; 32] = Sha256::digest(shown.as_bytes()).into();
        shown == self.0
    }
}

impl Guard {
    pub(super) fn new(listen: SocketAddr, token: Option<Token>) -> Result<Self, Failure> {
        if token.is_none() && !listen.ip().is_loopback() {
            return Err(Failure::Usage(format!(
                "others can reach {listen}, so callers must show a token: put one in a file (`openssl rand -hex 32`) and name it with --token-file, or listen on 127.0.0.1"
            )));
        }
        Ok(Self { token })
    }

    /// Whether a call with these headers may pass; if not, the status and the reason.
    pub(super) fn check(&self, headers: &HeaderMap) -> Result<(), (StatusCode, &'static str)> {
        let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        // A page from elsewhere must not post here with the reader's browser.
        if let Some(origin) = headers.get(ORIGIN) {
            let origin = origin.to_str().unwrap_or_default();
            if origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://")) != Some(host) {
                return Err((StatusCode::FORBIDDEN, "calls from other web sites are not taken"));
            }
        }
        match &self.token {
            Some(token) if shown_token(headers).is_some_and(|shown| token.is(&shown)) => Ok(()),
            Some(_) => Err((StatusCode::UNAUTHORIZED, "show the token: `Authorization: Bearer TOKEN`")),
            // Without a token, a name that somebody points at this machine must not open it.
            None if is_local(host) => Ok(()),
            None => Err((StatusCode::FORBIDDEN, "without a token, only calls to localhost are taken")),
        }
    }
}

/// The bearer token, or the password that a browser asked for.
fn shown_token(headers: &HeaderMap) -> Option<String> {
    let header = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, value) = header.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(value.trim().to_owned());
    }
    let decoded = BASE64_STANDARD.decode(value.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    String::from_utf8(decoded).ok()?.split_once(':').map(|(_, password)| password.to_owned())
}

fn is_local(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}
