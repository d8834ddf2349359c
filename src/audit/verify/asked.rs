//! What a verifier is told beside the files.

use crate::audit::hash::Hash;

/// An Ed25519 key of 32 bytes.
pub type Key = [u8; 32];

/// Whether a key has signed these bytes with this signature.
pub type HasSigned = fn(&Key, &[u8], &[u8]) -> bool;

/// What a verifier is told.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The keys that may have signed; none, and each checkpoint is taken at its word.
    pub keys: &'a [Key],
    /// Checkpoints that have to be there, by the hashes of their bytes.
    pub expected: &'a [Hash],
    pub has_signed: HasSigned,
}
