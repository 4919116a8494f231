//! The part of a check that every core can do: reading records and verifying signatures.

use crate::app::ledger::crew;
use crate::core::custody::{EntryKey, verify_possession};
use crate::core::record::sealed::Class;
use crate::core::record::{Body, Jwk, Kid, Record, RecordError};
use crate::core::text::Explain as _;
use crate::store::StoredEntry;
use ed25519_dalek::VerifyingKey;
use rayon::prelude::*;
use std::collections::HashMap;

/// Entries that one core takes at a time at least.
const SHARE_MIN: usize = 32;

/// Public keys that the log names so far. A thumbprint names one key, whoever says so; whether it
/// had the standing to sign is judged by the replay.
pub(super) type Keys = HashMap<Kid, VerifyingKey>;

/// An entry whose bytes were read and whose signature was verified, or what is wrong with it.
pub(super) struct Prepared {
    pub(super) key: EntryKey,
    pub(super) record: Result<Box<Record>, String>,
    pub(super) is_partly_closed: bool,
}

/// Reads and verifies a chunk on all cores.
pub(super) fn prepare(chunk: &[StoredEntry], keys: &mut Keys) -> Vec<Prepared> {
    let mut prepared = in_shares(chunk, read);
    for entry in &prepared {
        if let Ok(record) = &entry.record {
            learn(record, keys);
        }
    }
    let known = &*keys;
    let verdicts = in_shares(&prepared, |entry| match &entry.record {
        Ok(record) => verify(record, known).err(),
        Err(_) => None,
    });
    for (entry, wrong) in prepared.iter_mut().zip(verdicts) {
        if let Some(wrong) = wrong {
            entry.record = Err(wrong);
        }
    }
    prepared
}

/// Does the same for every element, on as many cores as there are, and keeps the order.
fn in_shares<T: Sync, R: Send>(all: &[T], work: impl Fn(&T) -> R + Sync + Send) -> Vec<R> {
    crew::among(|| all.par_iter().with_min_len(SHARE_MIN).map(work).collect())
}

fn read(entry: &StoredEntry) -> Prepared {
    let record = match entry.record(|_| true) {
        Ok(record) if record.id == entry.id => Ok(Box::new(record)),
        Ok(_) => Err("the id is not the hash of the bytes".to_owned()),
        Err(error) => Err(format!("{}: {error}", error.code())),
    };
    let closed = |record: &Record| record.slots.iter().any(|slot| slot.opened.is_none());
    let is_partly_closed = record.as_ref().is_ok_and(|record| closed(record));
    let balance_is_open = record.as_ref().is_ok_and(|record| {
        let mut balance = record
            .slots
            .iter()
            .filter(|slot| slot.field.class == Class::Balance);
        balance.all(|slot| slot.opened.is_some())
    });
    let record = match record {
        Ok(_) if !balance_is_open => Err("a quantity is not here".to_owned()),
        other => other,
    };
    Prepared {
        key: entry.key,
        record,
        is_partly_closed,
    }
}

/// Takes up the keys that a record names.
fn learn(record: &Record, keys: &mut Keys) {
    let mut put = |jwk: &Jwk| {
        if let Ok(key) = jwk.verifying_key() {
            keys.insert(jwk.kid(), key);
        }
    };
    match &record.body {
        Body::AddKey(body) => put(&body.jwk),
        Body::Beat(body) => {
            if let Some(genesis) = &body.genesis {
                put(&genesis.node_key);
                put(&genesis.registrar_key);
            }
        }
        _ => {}
    }
}

fn verify(record: &Record, keys: &Keys) -> Result<(), String> {
    let explain = |error: RecordError| format!("{}: {error}", error.code());
    let key = keys
        .get(&record.kid)
        .ok_or_else(|| "unknown_key: the key is not registered".to_owned())?;
    record.verify(key).map_err(explain)?;
    verify_possession(record).map_err(explain)
}
