//! Secrets that links are signed with.

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// In bytes: as long as what SHA-256 gives.
pub const SHORTEST_KEY: usize = 32;

#[derive(Clone)]
pub struct Key(Hmac<Sha256>);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error("is neither hexadecimal nor base64: make a key with `openssl rand -hex 32`")]
    Unreadable,
    #[error("has {0} bytes, and {SHORTEST_KEY} are needed: make a key with `openssl rand -hex 32`")]
    Short(usize),
}

impl Key {
    /// From hexadecimal digits, or from base64 with or without padding, also of the kind for URLs.
    pub fn read(text: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        let bytes = match unhex(&text.to_ascii_lowercase()) {
            Some(bytes) => bytes,
            None => {
                let plain = text.trim_end_matches('=').replace('-', "+").replace('_', "/");
                BASE64_STANDARD_NO_PAD.decode(plain).map_err(|_| KeyError::Unreadable)?
            }
        };
        if bytes.len() < SHORTEST_KEY {
            return Err(KeyError::Short(bytes.len()));
        }
        Hmac::new_from_slice(&bytes).map(Self).map_err(|_| KeyError::Unreadable)
    }

    pub(super) fn sign(&self, message: &[u8]) -> [u8; 32] {
        self.0.clone().chain_update(message).finalize().into_bytes().into()
    }

    /// In a time that says nothing about the signature.
    pub(super) fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.clone().chain_update(message).verify_slice(signature).is_ok()
    }
}

/// Secrets are not shown.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

/// Small digits only, so that there is one way to write it.
pub(super) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let pair = |pair: &[u8]| match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    };
    text.as_bytes().chunks(2).map(pair).collect()
}
