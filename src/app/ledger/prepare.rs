//! What can be done before the transaction, on every core: reading and verifying.

use super::keyring::KeyRing;
use crate::core::custody::{Refusal, verify_possession};
use crate::core::record::{Completeness, Record};
use std::sync::RwLock;

/// Records that one core takes at a time at least; fewer are not worth another thread.
const SHARE_MIN: usize = 64;

/// A submitted record on its way to the writer.
#[derive(Debug)]
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

/// Reads and verifies records, on as many cores as there are and the work is worth.
pub(super) fn prepare(texts: &[String], keyring: &RwLock<KeyRing>) -> Vec<Item> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let share = texts.len().div_ceil(cores).max(SHARE_MIN);
    if texts.len() <= share {
        return texts
            .iter()
            .map(|text| prepare_one(text, keyring))
            .collect();
    }
    std::thread::scope(|scope| {
        let shares: Vec<_> = texts
            .chunks(share)
            .map(|chunk| {
                scope.spawn(move || {
                    chunk
                        .iter()
                        .map(|text| prepare_one(text, keyring))
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        let joined = shares.into_iter().flat_map(|share| match share.join() {
            Ok(items) => items,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        joined.collect()
    })
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
