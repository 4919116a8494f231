//! What can be done before the transaction, on every core: reading and verifying.

use super::crew;
use super::keyring::KeyRing;
use crate::core::custody::{Refusal, verify_possession};
use crate::core::record::{Completeness, Record};
use rayon::prelude::*;
use std::sync::{Arc, RwLock};

/// Records that one core takes at a time at least; fewer are not worth another thread.
const SHARE_MIN: usize = 16;

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
        return texts
            .iter()
            .map(|text| prepare_one(text, keyring))
            .collect();
    }
    crew::among(|| {
        texts
            .par_iter()
            .with_min_len(SHARE_MIN)
            .map(|text| prepare_one(text, keyring))
            .collect()
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

fn prepare_one(text: &str, keyring: &RwLock<KeyRing>) -> Item {
    let record = match Record::parse(text, Completeness::Complete) {
        Ok(record) => Box::new(record),
        Err(error) => return Item::Refused(error.into()),
    };
    if let Err(error) = verify_possession(&record) {
        return Item::Refused(error.into());
    }
    let key = keyring.read().ok().and_then(|ring| ring.get(&record.kid));
    match key.map(|key| record.verify(&key)) {
        Some(Ok(())) => Item::Verified(record),
        Some(Err(error)) => Item::Refused(error.into()),
        None => Item::Unverified(record),
    }
}
