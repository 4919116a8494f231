//! Public keys, decompressed, for those who verify before the transaction. A thumbprint names
//! one key for ever; whether it may sign is judged inside the transaction, not here.

use crate::core::custody::Table;
use crate::core::record::{Jwk, Kid};
use ed25519_dalek::VerifyingKey;

/// Keys kept per generation.
const KEYS_MAX: usize = 50_000;

/// Public keys by thumbprint.
#[derive(Debug)]
pub(super) struct KeyRing(Table<Kid, VerifyingKey>);

impl KeyRing {
    pub(super) fn new() -> Self {
        Self(Table::new(KEYS_MAX))
    }

    pub(super) fn get(&self, kid: &Kid) -> Option<VerifyingKey> {
        self.0.get(kid).copied()
    }

    pub(super) fn knows(&self, kid: &Kid) -> bool {
        self.0.knows(kid)
    }

    /// Keeps a key that is registered: its form was checked when it was.
    pub(super) fn put(&mut self, jwk: &Jwk) -> Option<VerifyingKey> {
        let key = VerifyingKey::from_bytes(jwk.as_bytes()).ok()?;
        self.0.put(jwk.kid(), key);
        self.0.age();
        Some(key)
    }
}
