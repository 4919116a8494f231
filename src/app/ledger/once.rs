//! Rows of imported tables are recorded once, whichever device of a site signs them: who submits a record says
//! beside it for which rows it stands, and under the lock of the head no second record is admitted for them.
//! Nothing is asked or written where nobody says so.

use crate::app::error::AppError;
use crate::core::custody::KeyFacts;
use crate::core::imports::{RowKey, RowName};
use crate::core::record::{Record, RecordId};
use crate::store::AppendTx;
use std::collections::HashMap;
use std::sync::Arc;

/// For which rows records stand, by their ids; mostly for none.
#[derive(Debug, Clone, Default)]
pub struct RowKeys(Option<Arc<HashMap<RecordId, RowKey>>>);

impl FromIterator<(RecordId, RowKey)> for RowKeys {
    fn from_iter<T: IntoIterator<Item = (RecordId, RowKey)>>(keys: T) -> Self {
        let keys: HashMap<RecordId, RowKey> = keys.into_iter().collect();
        Self((!keys.is_empty()).then(|| Arc::new(keys)))
    }
}

impl RowKeys {
    /// Itself, if any record stands for rows.
    pub(super) fn some(self) -> Option<Self> {
        self.0.is_some().then_some(self)
    }

    /// For which rows a record stands.
    #[must_use]
    pub fn get(&self, id: &RecordId) -> Option<&RowKey> {
        self.0.as_ref()?.get(id)
    }
}

/// Records to append, and for which rows some of them stand.
#[derive(Debug, Default)]
pub struct Handed {
    /// The records.
    pub texts: Vec<String>,
    /// Their rows.
    pub rows: RowKeys,
}

impl From<Vec<String>> for Handed {
    fn from(texts: Vec<String>) -> Self {
        Self {
            texts,
            rows: RowKeys::default(),
        }
    }
}

/// The rows of one batch.
#[derive(Debug, Default)]
pub(super) struct Once {
    names: HashMap<RecordId, RowName>,
    taken: HashMap<RowName, RecordId>,
    new: Vec<(RowName, RecordId)>,
}

impl Once {
    /// Learns what stands for the rows of these records already.
    pub(super) fn load<'r>(
        rows: &[RowKeys],
        records: impl Iterator<Item = &'r Record>,
        tx: &mut AppendTx<'_>,
    ) -> Result<Self, AppError> {
        let mut once = Self::default();
        if rows.is_empty() {
            return Ok(once);
        }
        for record in records {
            let key = rows.iter().find_map(|keys| keys.get(&record.id));
            if let (Some(key), Some(site)) = (key, &record.claims.site) {
                let name = RowName::of(&record.claims.iss, site, key);
                once.names.insert(record.id, name);
            }
        }
        let names: Vec<RowName> = once.names.values().copied().collect();
        once.taken = tx.imported(&names)?;
        Ok(once)
    }

    /// The other record that stands for the rows of this one, which `key` signed. Only whose rows they are
    /// hears of it: anybody else could find out what a table said by guessing.
    pub(super) fn other<'k>(
        &self,
        record: &Record,
        key: impl FnOnce() -> Option<&'k KeyFacts>,
    ) -> Option<RecordId> {
        let stands = self.taken.get(self.names.get(&record.id)?)?;
        let is_theirs = key().is_some_and(|key| key.party == record.claims.iss);
        (is_theirs && *stands != record.id).then_some(*stands)
    }

    /// Notes that this record is in the log.
    pub(super) fn stands(&mut self, id: RecordId) {
        if let Some(name) = self.names.get(&id)
            && !self.taken.contains_key(name)
        {
            self.taken.insert(*name, id);
            self.new.push((*name, id));
        }
    }

    /// Writes what is new.
    pub(super) fn write(&self, tx: &mut AppendTx<'_>) -> Result<(), AppError> {
        match self.new.as_slice() {
            [] => Ok(()),
            new => Ok(tx.note_imported(new)?),
        }
    }
}
