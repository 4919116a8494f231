//! Receipts that somebody holds, and the proof that the ledger stands by them.

use super::Fixture;
use shisu::app::ledger::{Ledger, Outcome};
use shisu::core::custody::LogNo;
use shisu::core::log::{Hash, Prover, Receipt};
use shisu::core::record::{Completeness, Record};
use shisu::store::{Store, StoreError};
use std::collections::{BTreeMap, BTreeSet};

/// Records submitted together.
const TOGETHER: usize = 1_000;

/// Receipts by the text they were given for.
#[derive(Default)]
pub struct Receipts(BTreeMap<String, Receipt>);

impl Receipts {
    /// Keeps a receipt; a second one for the same text must name the same index.
    pub fn keep(&mut self, text: &str, receipt: &str) {
        let receipt = Receipt::parse(receipt).unwrap();
        if let Some(first) = self.0.get(text) {
            assert_eq!(first.index(), receipt.index(), "one record, two places");
        }
        self.0.insert(text.to_owned(), receipt);
    }

    pub fn keep_all(&mut self, others: Self) {
        for (text, receipt) in others.0 {
            self.keep(&text, &receipt.to_string());
        }
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The largest tree that a receipt is of.
    pub fn size_max(&self) -> u64 {
        let sizes = self.0.values().map(size);
        sizes.max().unwrap_or(0)
    }

    /// Each index of a receipt, which no two share.
    pub fn indices(&self) -> BTreeSet<u64> {
        let indices: BTreeSet<u64> = self.0.values().map(Receipt::index).collect();
        assert_eq!(indices.len(), self.0.len(), "two records at one place");
        indices
    }

    /// Every receipt verifies against the log's key, every head that was ever signed is a head
    /// of the log as it is now, and every record is found again at its index.
    pub fn assert_kept(&self, fixture: &Fixture) {
        self.indices();
        let key = fixture.options.home.identity().unwrap().verifier().unwrap();
        for (text, receipt) in &self.0 {
            let record = Record::parse(text, Completeness::Complete).unwrap();
            receipt.verify_signed_by(&record.leaf, &key).unwrap();
        }
        self.assert_one_history(fixture);
        let ledger = fixture.open();
        self.assert_duplicates(&ledger);
        ledger.close();
    }

    /// Submitting each record again gives the index of its receipt.
    pub fn assert_duplicates(&self, ledger: &Ledger) {
        // In the order of the log, as each record may need the one before it.
        let mut held: Vec<(&String, &Receipt)> = self.0.iter().collect();
        held.sort_unstable_by_key(|(_, receipt)| receipt.index());
        for group in held.chunks(TOGETHER) {
            let texts: Vec<String> = group.iter().map(|(text, _)| (*text).clone()).collect();
            for ((_, held), outcome) in group.iter().zip(ledger.submit(&texts).unwrap()) {
                match outcome {
                    Outcome::Duplicate(found) => assert_eq!(found.index(), held.index()),
                    other => panic!("the record of index {} is lost: {other:?}", held.index()),
                }
            }
        }
    }

    fn assert_one_history(&self, fixture: &Fixture) {
        let heads: BTreeMap<u64, Hash> = self
            .0
            .values()
            .map(|receipt| (size(receipt), *receipt.checkpoint().checkpoint().root()))
            .collect();
        let store = Store::open(&fixture.options.database(), None).unwrap();
        let roots: Result<Vec<Hash>, StoreError> = store.read(|reader| {
            let tiles = reader.hashes(LogNo::HOME)?;
            let root = |size: &u64| Prover::new(*size, &tiles).unwrap().root().unwrap();
            Ok(heads.keys().map(root).collect())
        });
        assert_eq!(roots.unwrap(), heads.into_values().collect::<Vec<_>>());
    }
}

fn size(receipt: &Receipt) -> u64 {
    receipt.checkpoint().checkpoint().size()
}
