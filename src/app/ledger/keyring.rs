//! Public keys, decompressed, for those who verify before the transaction. A thumbprint names
//! one key for ever; whether it may sign is judged inside the transaction, not here.
//!
//! Keys that sign often get a table with which their signatures are verified in half the time
//! (`docs/decisions/0015-tables-for-keys.md`). The tables take a bounded part of memory. When it is
//! full, those that were not used lately make room, at most once in so many signatures that making
//! tables never costs more than it saves, however many keys sign in turn.

use crate::core::custody::Table;
use crate::core::record::{Jwk, Kid, QuickKey};
use ed25519_dalek::VerifyingKey;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// Keys kept per generation.
const KEYS_MAX: usize = 50_000;

/// Good signatures of a key from which it has a table: making one costs as much as three save.
const USES_MIN: u32 = 4;

/// Bytes of all tables at most.
const TABLES_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Good signatures by keys with tables, for each table there may be, between two times that tables
/// make room: making all of them anew then costs a tenth of what they saved.
const USES_PER_TABLE_MIN: u32 = 16;

/// A key to verify with.
#[derive(Debug, Clone)]
pub(super) enum Found {
    /// One that signs often.
    Quick(Arc<QuickKey>),
    /// Another one.
    Plain(VerifyingKey),
}

#[derive(Debug)]
struct Plain {
    key: VerifyingKey,
    /// Good signatures that were verified without a table.
    uses: AtomicU32,
}

#[derive(Debug)]
struct Quick {
    key: Arc<QuickKey>,
    /// Whether it was used since tables made room.
    is_in_use: AtomicBool,
}

/// Public keys by thumbprint.
#[derive(Debug)]
pub(super) struct KeyRing {
    keys: Table<Kid, Plain>,
    quick: HashMap<Kid, Quick>,
    quick_max: usize,
    /// Good signatures with tables since tables made room.
    uses: AtomicU32,
}

impl KeyRing {
    pub(super) fn new() -> Self {
        Self::with_tables(TABLES_BYTES_MAX / QuickKey::BYTES)
    }

    fn with_tables(quick_max: usize) -> Self {
        Self {
            keys: Table::new(KEYS_MAX),
            quick: HashMap::new(),
            quick_max,
            uses: AtomicU32::new(0),
        }
    }

    pub(super) fn get(&self, kid: &Kid) -> Option<Found> {
        if let Some(quick) = self.quick.get(kid) {
            return Some(Found::Quick(Arc::clone(&quick.key)));
        }
        Some(Found::Plain(self.keys.get(kid)?.key))
    }

    pub(super) fn knows(&self, kid: &Kid) -> bool {
        self.keys.knows(kid)
    }

    /// Keeps a key that is registered: its form was checked when it was.
    pub(super) fn put(&mut self, jwk: &Jwk) -> Option<VerifyingKey> {
        let key = VerifyingKey::from_bytes(jwk.as_bytes()).ok()?;
        let uses = AtomicU32::new(0);
        self.keys.put(jwk.kid(), Plain { key, uses });
        self.keys.age();
        Some(key)
    }

    /// Counts a good signature of a key; says whether it is time to make a table for it. Bad ones do
    /// not count, since anybody can make them.
    pub(super) fn used(&self, kid: &Kid) -> bool {
        if let Some(quick) = self.quick.get(kid) {
            quick.is_in_use.store(true, Ordering::Relaxed);
            self.uses.fetch_add(1, Ordering::Relaxed);
            return false;
        }
        let plain = self.keys.get(kid);
        let uses = plain.map_or(0, |plain| plain.uses.fetch_add(1, Ordering::Relaxed));
        uses.saturating_add(1) >= USES_MIN && (self.quick.len() < self.quick_max || self.may_turn())
    }

    /// Whether tables that are out of use may make room.
    fn may_turn(&self) -> bool {
        let tables = u32::try_from(self.quick_max).unwrap_or(u32::MAX);
        self.uses.load(Ordering::Relaxed) >= tables.saturating_mul(USES_PER_TABLE_MIN)
    }

    /// Keeps a table, if there is room for it.
    pub(super) fn put_quick(&mut self, kid: Kid, key: Arc<QuickKey>) {
        if self.quick.len() >= self.quick_max && self.may_turn() {
            self.quick
                .retain(|_, quick| std::mem::take(quick.is_in_use.get_mut()));
            self.uses = AtomicU32::new(0);
        }
        if self.quick.len() < self.quick_max {
            let is_in_use = AtomicBool::new(true);
            self.quick.insert(kid, Quick { key, is_in_use });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ed25519_dalek::SigningKey;

    fn jwk(number: u8) -> Jwk {
        Jwk::of(&SigningKey::from_bytes(&[number; 32]))
    }

    /// A ring that counts `uses` good signatures of a key and makes a table when it is time.
    fn uses(ring: &mut KeyRing, number: u8, uses: u32) {
        let kid = jwk(number).kid();
        for _ in 0..uses {
            if ring.used(&kid)
                && let Some(Found::Plain(key)) = ring.get(&kid)
            {
                ring.put_quick(kid, Arc::new(QuickKey::new(&key).unwrap()));
            }
        }
    }

    fn is_quick(ring: &KeyRing, number: u8) -> bool {
        matches!(ring.get(&jwk(number).kid()), Some(Found::Quick(_)))
    }

    fn ring(keys: u8, tables: usize) -> KeyRing {
        let mut ring = KeyRing::with_tables(tables);
        for number in 0..keys {
            ring.put(&jwk(number));
        }
        ring
    }

    #[test]
    fn a_key_has_a_table_from_its_fourth_good_signature() {
        let mut ring = ring(1, 2);
        uses(&mut ring, 0, USES_MIN - 1);
        assert!(!is_quick(&ring, 0));
        uses(&mut ring, 0, 1);
        assert!(is_quick(&ring, 0));
    }

    #[test]
    fn more_keys_than_tables_have_their_turn_only_when_the_tables_have_paid() {
        let mut ring = ring(3, 2);
        for number in 0..3 {
            uses(&mut ring, number, USES_MIN);
        }
        assert!(is_quick(&ring, 0) && is_quick(&ring, 1));
        uses(&mut ring, 2, 10);
        assert!(!is_quick(&ring, 2), "the tables are full and new");
        uses(&mut ring, 0, USES_PER_TABLE_MIN * 2);
        uses(&mut ring, 2, 1);
        assert!(!is_quick(&ring, 2), "all were in use since they were made");
        uses(&mut ring, 0, USES_PER_TABLE_MIN * 2);
        uses(&mut ring, 2, 1);
        assert!(is_quick(&ring, 2), "one was not used any more");
        assert!(is_quick(&ring, 0) && !is_quick(&ring, 1));
        assert_eq!(ring.quick.len(), 2);
    }

    #[test]
    fn a_key_that_is_not_known_has_none() {
        let mut ring = ring(0, 2);
        uses(&mut ring, 7, 10);
        assert!(ring.get(&jwk(7).kid()).is_none() && ring.quick.is_empty());
    }
}
