//! Pictures and documents beside the ledger, by the hash of their bytes. They are no part of the log
//! and no projection: a rebuild leaves them alone.

use super::Store;
use super::convert::{Result, corrupt};
use super::db::{Db, on_both};
use super::read::Reader;
use super::schema::attached;
use crate::core::ids::PartyId;
use crate::core::record::BlobHash;
use crate::core::time::UnixSeconds;
use diesel::prelude::*;
use std::collections::BTreeMap;

/// A file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachedFile {
    /// SHA-256 of its bytes.
    pub hash: BlobHash,
    /// Its media type.
    pub media: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// How much one party may send within some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttachedQuota {
    /// Files.
    pub files: i64,
    /// Bytes of all of them.
    pub bytes: i64,
}

#[derive(Insertable)]
#[diesel(table_name = attached)]
struct AttachedRow<'a> {
    hash: &'a [u8],
    media: &'a str,
    bytes: &'a [u8],
    size: i64,
    party: &'a str,
    sent_at: i64,
}

impl Store {
    /// Keeps a file; whether it is new. None if the party has used up its quota since then.
    ///
    /// # Errors
    /// What the database reports.
    pub fn attach(
        &self,
        file: &AttachedFile,
        party: &PartyId,
        now: UnixSeconds,
        (since, quota): (UnixSeconds, AttachedQuota),
    ) -> Result<Option<bool>> {
        let row = AttachedRow {
            hash: file.hash.as_bytes(),
            media: &file.media,
            bytes: &file.bytes,
            size: i64::try_from(file.bytes.len()).unwrap_or(i64::MAX),
            party: party.as_str(),
            sent_at: now.as_i64(),
        };
        self.aside(|db| {
            if matches!(db, Db::Postgres(_)) {
                // As every transaction that writes is alone on SQLite.
                db.run("LOCK TABLE attached IN SHARE ROW EXCLUSIVE MODE")?;
            }
            let known = attached::table.find(row.hash).select(attached::size);
            let known: Option<i64> = on_both!(db, conn => known.first(conn).optional())?;
            if known.is_some() {
                return Ok(Some(false));
            }
            let sizes = attached::table
                .filter(attached::party.eq(row.party))
                .filter(attached::sent_at.ge(since.as_i64()))
                .select(attached::size);
            let sizes: Vec<i64> = on_both!(db, conn => sizes.load(conn))?;
            let used = sizes
                .iter()
                .fold(0_i64, |sum, size| sum.saturating_add(*size));
            let files = i64::try_from(sizes.len()).unwrap_or(i64::MAX);
            if files >= quota.files || used.saturating_add(row.size) > quota.bytes {
                return Ok(None);
            }
            on_both!(db, conn => diesel::insert_into(attached::table)
                .values(&row)
                .execute(conn))?;
            Ok(Some(true))
        })
    }
}

impl Reader<'_> {
    /// The file with this hash.
    ///
    /// # Errors
    /// What the database reports.
    pub fn attached(&mut self, hash: &BlobHash) -> Result<Option<AttachedFile>> {
        let row = attached::table
            .find(hash.as_bytes().as_slice())
            .select((attached::media, attached::bytes));
        let row: Option<(String, Vec<u8>)> = on_both!(self.db, conn => row.first(conn).optional())?;
        Ok(row.map(|(media, bytes)| AttachedFile {
            hash: *hash,
            media,
            bytes,
        }))
    }

    /// Which of these files are here, with their media types.
    ///
    /// # Errors
    /// What the database reports.
    pub fn attached_here(&mut self, hashes: &[BlobHash]) -> Result<BTreeMap<BlobHash, String>> {
        let mut here = BTreeMap::new();
        let wanted: Vec<&[u8]> = hashes
            .iter()
            .map(|hash| hash.as_bytes().as_slice())
            .collect();
        super::load::in_sets(&wanted, |set| {
            let rows = attached::table
                .filter(attached::hash.eq_any(set))
                .select((attached::hash, attached::media));
            let rows: Vec<(Vec<u8>, String)> = on_both!(self.db, conn => rows.load(conn))?;
            for (bytes, media) in rows {
                let hash = BlobHash::from_slice(&bytes);
                let hash = hash.ok_or_else(|| corrupt("hash of a file", bytes.len()))?;
                here.insert(hash, media);
            }
            Ok(())
        })?;
        Ok(here)
    }
}
