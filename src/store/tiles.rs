//! Hash tiles for proofs. Full tiles are kept; partial ones are derived, leaves from the entries'
//! bytes and higher levels from the full tiles below.

use super::convert::{Result, corrupt, signed};
use super::db::{Db, on_both};
use super::error::StoreError;
use super::facts::log_number;
use super::schema::{entry, tile};
use crate::core::custody::{EntryKey, LogNo};
use crate::core::log::tile::{TILE_BYTES, TILE_HEIGHT, TILE_WIDTH, decode_hashes};
use crate::core::log::{Hash, HashSource, leaf_hash, root_of};
use diesel::prelude::*;
use std::cell::RefCell;

/// The hash tiles of a log.
pub struct Tiles<'a> {
    db: RefCell<&'a mut Db>,
    log: LogNo,
    size: u64,
}

impl<'a> Tiles<'a> {
    pub(super) const fn new(db: &'a mut Db, log: LogNo, size: u64) -> Self {
        Self {
            db: RefCell::new(db),
            log,
            size,
        }
    }

    /// Entries the log had when this was made.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    fn read(&self, db: &mut Db, level: u8, index: u64, width: u16) -> Result<Vec<Hash>> {
        let row = tile::table
            .find((log_number(self.log), i64::from(level), signed(index)?))
            .select(tile::hashes);
        let row: Option<Vec<u8>> = on_both!(db, conn => row.first(conn).optional())?;
        match row {
            Some(bytes) if bytes.len() == TILE_BYTES => {
                decode_hashes(&bytes, TILE_WIDTH).map_err(|cause| corrupt("tile", cause))
            }
            Some(bytes) => Err(corrupt("bytes of a full tile", bytes.len())),
            None if level == 0 => self.leaves(db, index << TILE_HEIGHT, width),
            None => self.roots(db, level, index, width),
        }
    }

    /// The signed bytes of the first `width` entries of entry bundle `index`; fewer if the log
    /// ends before.
    ///
    /// # Errors
    /// What the database reports.
    pub fn entries(&self, index: u64, width: u16) -> Result<Vec<String>> {
        let mut db = self.db.borrow_mut();
        self.signed_bytes(&mut db, index << TILE_HEIGHT, width)
    }

    fn leaves(&self, db: &mut Db, first: u64, width: u16) -> Result<Vec<Hash>> {
        let rows = self.signed_bytes(db, first, width)?;
        Ok(rows.iter().map(|jwt| leaf_hash(jwt.as_bytes())).collect())
    }

    fn signed_bytes(&self, db: &mut Db, first: u64, width: u16) -> Result<Vec<String>> {
        let from = self.key(first)?;
        let to = self.key(first.saturating_add(width.into()))?;
        let rows = entry::table
            .filter(entry::key.ge(from).and(entry::key.lt(to)))
            .order(entry::key)
            .select(entry::jwt);
        Ok(on_both!(db, conn => rows.load(conn))?)
    }

    /// Each hash of a higher level is the root over a full tile below.
    fn roots(&self, db: &mut Db, level: u8, index: u64, width: u16) -> Result<Vec<Hash>> {
        let first = index << TILE_HEIGHT;
        let mut roots = Vec::with_capacity(width.into());
        for child in first..first.saturating_add(width.into()) {
            let hashes = self.read(db, level.saturating_sub(1), child, TILE_WIDTH)?;
            if hashes.len() < usize::from(TILE_WIDTH) {
                break;
            }
            roots.push(root_of(hashes));
        }
        Ok(roots)
    }

    fn key(&self, index: u64) -> Result<i64> {
        let key = EntryKey::new(self.log, index).map(EntryKey::get);
        key.ok_or_else(|| corrupt("no such index", index))
    }
}

impl HashSource for Tiles<'_> {
    type Error = StoreError;

    fn tile(&self, level: u8, index: u64, width: u16) -> Result<Vec<Hash>> {
        let mut db = self.db.borrow_mut();
        self.read(&mut db, level, index, width)
    }
}
