//! What can be done before the transaction, on every core: reading and verifying.

use super::crew;
use super::keyring::{Found, KeyRing};
use crate::core::custody::{Refusal, verify_possession};
use crate::core::record::{Completeness, Kid, QuickKey, Record, RecordError, verify_records};
use rayon::prelude::*;
use std::collections::HashMap;
use std::sync::{Arc, RwLock};

/// Records that one core takes at a time at least; fewer are not worth another thread.
const SHARE_MIN: usize = 16;

/// Records that one thread takes at a time at most: enough to share what encoding a point costs.
const SHARE_MAX: usize = 32;

/// A submitted record on its way to the writer.
#[derive(Debug, Clone)]
pub(super) enum Item {
    /// Read, and its signature verified.
    Verified(Box<Record>),
    /// Read; its key was not known yet, so the writer verifies it.
    Unverified(Box<Record>),
    /// Refused already.
    Refused(Refusal),
}

impl Item {
    /// The record, unless it was refused.
    pub(super) const fn record(&self) -> Option<&Record> {
        match self {
            Self::Verified(record) | Self::Unverified(record) => Some(record),
            Self::Refused(_) => None,
        }
    }
}

/// Reads and verifies records: a few at once here, more among the crew.
pub(super) fn prepare(texts: &[String], keyring: &RwLock<KeyRing>) -> Vec<Item> {
    if texts.len() < SHARE_MIN {
        return prepare_share(texts, keyring);
    }
    crew::among(|| {
        let shares: Vec<Vec<Item>> = texts
            .par_chunks(SHARE_MAX)
            .map(|share| prepare_share(share, keyring))
            .collect();
        shares.into_iter().flatten().collect()
    })
}

/// Records waiting from which on even a few are left to the crew: where many submit, the threads
/// that answer requests have enough to do, and whoever reads waits for them.
const BUSY_RECORDS: usize = 128;

/// As [`prepare`], without blocking the caller's thread for long; nothing if the crew is gone.
/// `waiting` records are under way, these among them.
pub(super) async fn prepare_later(
    texts: Vec<String>,
    keyring: Arc<RwLock<KeyRing>>,
    waiting: usize,
) -> Option<Vec<Item>> {
    if texts.len() < SHARE_MIN && waiting < BUSY_RECORDS {
        return Some(prepare(&texts, &keyring));
    }
    crew::later(move || prepare(&texts, &keyring)).await.ok()
}

/// Reads records and verifies them: one after the other, but together where their keys have tables.
fn prepare_share(texts: &[String], keyring: &RwLock<KeyRing>) -> Vec<Item> {
    let read: Vec<_> = texts.iter().map(|text| read(text)).collect();
    let found: Vec<Option<Found>> = match keyring.read() {
        Ok(ring) => read
            .iter()
            .map(|record| ring.get(&record.as_ref().ok()?.kid))
            .collect(),
        Err(_poisoned) => read.iter().map(|_| None).collect(),
    };
    let mut quick = Vec::new();
    for (record, found) in read.iter().zip(&found) {
        if let (Ok(record), Some(Found::Quick(key))) = (record, found) {
            quick.push((&**key, &**record));
        }
    }
    let mut verdicts = verify_records(&quick).into_iter();
    let mut good = Vec::with_capacity(read.len());
    let items = read
        .into_iter()
        .zip(&found)
        .map(|(record, found)| {
            let record = match record {
                Ok(record) => record,
                Err(refusal) => return Item::Refused(refusal),
            };
            let verdict = match found {
                None => return Item::Unverified(record),
                // One verdict for each that was asked for above.
                Some(Found::Quick(_)) => verdicts.next().unwrap_or(Err(RecordError::Signature)),
                Some(Found::Plain(key)) => record.verify(key),
            };
            match verdict {
                Ok(()) => {
                    good.push(record.kid);
                    Item::Verified(record)
                }
                Err(error) => Item::Refused(error.into()),
            }
        })
        .collect();
    count_uses(&good, keyring);
    items
}

fn read(text: &str) -> Result<Box<Record>, Refusal> {
    let record = Record::parse(text, Completeness::Complete)?;
    verify_possession(&record)?;
    Ok(Box::new(record))
}

/// Counts good signatures, and makes tables for keys whose time has come.
fn count_uses(good: &[Kid], keyring: &RwLock<KeyRing>) {
    let Ok(ring) = keyring.read() else {
        return;
    };
    let mut due = HashMap::new();
    for kid in good {
        if ring.used(kid)
            && let Some(Found::Plain(key)) = ring.get(kid)
        {
            due.insert(*kid, key);
        }
    }
    drop(ring);
    for (kid, key) in due {
        if let Some(quick) = QuickKey::new(&key)
            && let Ok(mut ring) = keyring.write()
        {
            ring.put_quick(kid, Arc::new(quick));
        }
    }
}
