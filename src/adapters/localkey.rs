//! A signing key in a file: Ed25519 as PKCS#8 in PEM, as `openssl genpkey -algorithm ed25519` writes it.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use ed25519_dalek::ed25519::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

use crate::ports::signer::{PublicKey, Signer, SignerError};

pub struct LocalKey(SigningKey);

#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    #[error("cannot read the key `{path}`: {cause}")]
    Unreadable { path: String, cause: std::io::Error },
    #[error("`{path}` holds no Ed25519 {what} key in PEM: {cause}; `holdpoint audit keygen FILE` writes one")]
    Form { path: String, what: &'static str, cause: String },
    #[error("others may read `{0}`, which is to be a secret: `chmod 600 {0}`")]
    Open(String),
    #[error("`{0}` is there already, and a key is never written over: name another file")]
    Exists(String),
    #[error("cannot write the key `{path}`: {cause}")]
    Unwritable { path: String, cause: String },
    #[error("the system gives no random bytes: {0}")]
    NoRandomness(String),
}

impl LocalKey {
    /// The key in a file that nobody else may read.
    pub fn read(path: &Path) -> Result<Self, KeyFileError> {
        let text = std::fs::read_to_string(path).map_err(|cause| unreadable(path, cause))?;
        refuse_open(path)?;
        let key = SigningKey::from_pkcs8_pem(&text);
        key.map(Self).map_err(|cause| form(path, "private", &cause))
    }

    /// Makes a key in a new file, and its public half in another beside it, which is named.
    pub fn make(path: &Path) -> Result<PathBuf, KeyFileError> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(|cause| KeyFileError::NoRandomness(cause.to_string()))?;
        let key = SigningKey::from_bytes(&secret);
        let unwritable = |cause: &dyn std::fmt::Display| unwritable(path, cause);
        let private = key.to_pkcs8_pem(LineEnding::LF).map_err(|cause| unwritable(&cause))?;
        let public = key.verifying_key().to_public_key_pem(LineEnding::LF).map_err(|cause| unwritable(&cause))?;
        let mut beside = path.as_os_str().to_owned();
        beside.push(".pub");
        let beside = PathBuf::from(beside);
        if beside.symlink_metadata().is_ok() {
            return Err(KeyFileError::Exists(beside.display().to_string()));
        }
        write_new(path, private.as_bytes(), true)?;
        write_new(&beside, public.as_bytes(), false)?;
        Ok(beside)
    }
}

impl Signer for LocalKey {
    async fn public_key(&self) -> Result<PublicKey, SignerError> {
        Ok(PublicKey(self.0.verifying_key().to_bytes()))
    }

    async fn sign(&self, bytes: &[u8]) -> Result<[u8; 64], SignerError> {
        Ok(self.0.sign(bytes).to_bytes())
    }
}

/// A public key as `keygen` writes it.
pub fn read_public(path: &Path) -> Result<PublicKey, KeyFileError> {
    let text = std::fs::read_to_string(path).map_err(|cause| unreadable(path, cause))?;
    let key = VerifyingKey::from_public_key_pem(&text);
    key.map(|key| PublicKey(key.to_bytes())).map_err(|cause| form(path, "public", &cause))
}

/// Whether the key has signed these bytes.
pub fn has_signed(key: &PublicKey, bytes: &[u8], signature: &[u8]) -> bool {
    let signature = Signature::from_slice(signature);
    let key = VerifyingKey::from_bytes(&key.0);
    key.and_then(|key| key.verify_strict(bytes, &signature?)).is_ok()
}

fn unreadable(path: &Path, cause: std::io::Error) -> KeyFileError {
    KeyFileError::Unreadable { path: path.display().to_string(), cause }
}

fn unwritable(path: &Path, cause: &dyn std::fmt::Display) -> KeyFileError {
    KeyFileError::Unwritable { path: path.display().to_string(), cause: cause.to_string() }
}

fn form(path: &Path, what: &'static str, cause: &dyn std::fmt::Display) -> KeyFileError {
    KeyFileError::Form { path: path.display().to_string(), what, cause: cause.to_string() }
}

fn write_new(path: &Path, bytes: &[u8], is_secret: bool) -> Result<(), KeyFileError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    if is_secret {
        only_for_oneself(&mut options);
    }
    let open = options.open(path).map_err(|cause| match cause.kind() {
        std::io::ErrorKind::AlreadyExists => KeyFileError::Exists(path.display().to_string()),
        _ => unwritable(path, &cause),
    });
    let write = |mut file: File| file.write_all(bytes).and_then(|()| file.sync_all());
    write(open?).map_err(|cause| unwritable(path, &cause))
}

#[cfg(unix)]
fn only_for_oneself(options: &mut OpenOptions) {
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
}

#[cfg(not(unix))]
fn only_for_oneself(_options: &mut OpenOptions) {}

#[cfg(unix)]
fn refuse_open(path: &Path) -> Result<(), KeyFileError> {
    let metadata = std::fs::metadata(path).map_err(|cause| unreadable(path, cause))?;
    let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions());
    if mode & 0o077 == 0 { Ok(()) } else { Err(KeyFileError::Open(path.display().to_string())) }
}

#[cfg(not(unix))]
fn refuse_open(_path: &Path) -> Result<(), KeyFileError> {
    Ok(())
}
