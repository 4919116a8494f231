//! Reading: a view of the ledger that does not change while it is used.

use super::append::{Head, HeadRow};
use super::convert::{Result, corrupt, record_id};
use super::db::{Db, on_both};
use super::facts::log_number;
use super::names::Names;
use super::parked::{self, Parked};
use super::schema::{disclosure, entry, head};
use super::sets::in_integers;
use super::tiles::Tiles;
use crate::core::custody::{EntryKey, LogNo};
use crate::core::ids::SiteId;
use crate::core::record::sealed::Class;
use crate::core::record::{Completeness, Record, RecordError, RecordId};
use crate::core::time::UnixSeconds;
use diesel::prelude::*;

/// Entries that one call reads at most.
pub const CHUNK_MAX: u64 = 1_000;

/// A view of the ledger.
pub struct Reader<'a> {
    pub(super) db: &'a mut Db,
    pub(super) names: &'a Names,
}

/// An entry as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEntry {
    /// Its place.
    pub key: EntryKey,
    /// Its id.
    pub id: RecordId,
    /// The signed bytes.
    pub jwt: String,
    /// The disclosures of each class that were kept, joined by `~`, in the order of
    /// [`Class::ALL`].
    pub disclosures: [Option<String>; 3],
}

impl StoredEntry {
    /// The disclosures of one class, joined by `~`.
    #[must_use]
    pub fn disclosures_of(&self, class: Class) -> Option<&str> {
        let mut pairs = Class::ALL.into_iter().zip(&self.disclosures);
        pairs.find(|(of, _)| *of == class)?.1.as_deref()
    }

    /// The record, with the sealed values of the classes that `may_see` allows.
    ///
    /// # Errors
    /// Whatever is wrong with the bytes.
    pub fn record(
        &self,
        may_see: impl Fn(Class) -> bool,
    ) -> std::result::Result<Record, RecordError> {
        let visible = Class::ALL.into_iter().filter(|class| may_see(*class));
        let disclosures = visible.filter_map(|class| self.disclosures_of(class));
        let disclosures: Vec<&str> = disclosures.flat_map(|joined| joined.split('~')).collect();
        Record::from_parts(&self.jwt, &disclosures, Completeness::Partial)
    }
}

type EntryParts = (i64, Vec<u8>, String);
type ClassParts = Option<(Option<String>, Option<String>, Option<String>)>;

fn stored((entry, classes): (EntryParts, ClassParts)) -> Result<StoredEntry> {
    let (key, id, jwt) = entry;
    let (balance, trade, personal) = classes.unwrap_or_default();
    Ok(StoredEntry {
        key: EntryKey::from_i64(key),
        id: record_id(&id)?,
        jwt,
        disclosures: [balance, trade, personal],
    })
}

/// Entries with their sealed values; `$filter` narrows them.
macro_rules! entries {
    ($db:expr, $filter:expr) => {{
        let rows = entry::table
            .left_join(disclosure::table.on(disclosure::entry.eq(entry::key)))
            .filter($filter)
            .order(entry::key)
            .select((
                (entry::key, entry::id, entry::jwt),
                (disclosure::balance, disclosure::trade, disclosure::personal).nullable(),
            ));
        let rows: Vec<(EntryParts, ClassParts)> = on_both!($db, conn => rows.load(conn))?;
        rows.into_iter().map(stored).collect::<Result<Vec<_>>>()
    }};
}

impl<'a> Reader<'a> {
    pub(super) const fn new(db: &'a mut Db, names: &'a Names) -> Self {
        Self { db, names }
    }

    /// Where a log stands; none for a log that is not known.
    ///
    /// # Errors
    /// What the database reports.
    pub fn head(&mut self, log: LogNo) -> Result<Option<Head>> {
        let row = head::table
            .find(log_number(log))
            .select((head::size, head::root, head::beat_at));
        let row: Option<HeadRow> = on_both!(self.db, conn => row.first(conn).optional())?;
        row.map(|row| row.head()).transpose()
    }

    /// The hash tiles of a log, for proofs and to take up its tree again.
    ///
    /// # Errors
    /// What the database reports; a log that is not known.
    pub fn hashes(&mut self, log: LogNo) -> Result<Tiles<'_>> {
        let head = self
            .head(log)?
            .ok_or_else(|| corrupt("no such log", log.number()))?;
        Ok(Tiles::new(self.db, log, head.size))
    }

    /// Entries `from` up to but without `to` of a log, at most [`CHUNK_MAX`] of them; ask again
    /// from the last one on for more.
    ///
    /// # Errors
    /// What the database reports.
    pub fn entries(&mut self, log: LogNo, from: u64, to: u64) -> Result<Vec<StoredEntry>> {
        let to = to.min(from.saturating_add(CHUNK_MAX));
        let key = |index| EntryKey::new(log, index).map(EntryKey::get);
        let (Some(from), Some(to)) = (key(from), key(to)) else {
            return Ok(Vec::new());
        };
        entries!(self.db, entry::key.ge(from).and(entry::key.lt(to)))
    }

    /// The entries with these keys, in the order of their keys.
    ///
    /// # Errors
    /// What the database reports.
    pub fn entries_at(&mut self, keys: &[EntryKey]) -> Result<Vec<StoredEntry>> {
        let mut found = Vec::with_capacity(keys.len());
        let mut keys: Vec<i64> = keys.iter().map(|key| key.get()).collect();
        keys.sort_unstable();
        keys.dedup();
        for set in keys.chunks(1_000) {
            found.extend(entries!(self.db, in_integers(entry::key, set))?);
        }
        Ok(found)
    }

    /// The entry at a place.
    ///
    /// # Errors
    /// What the database reports.
    pub fn entry_at(&mut self, key: EntryKey) -> Result<Option<StoredEntry>> {
        Ok(self.entries_at(&[key])?.pop())
    }

    /// The entry with this id; the node's own if two logs have it.
    ///
    /// # Errors
    /// What the database reports.
    pub fn entry_by_id(&mut self, id: &RecordId) -> Result<Option<StoredEntry>> {
        let found: Vec<StoredEntry> = {
            let keys = self.names.of_ids(self.db, &[id.prefix()])?;
            entries!(self.db, entry::key.eq_any(keys))?
        };
        Ok(found.into_iter().find(|entry| entry.id == *id))
    }

    /// Records that wait for another, oldest first.
    ///
    /// # Errors
    /// What the database reports.
    pub fn parked(&mut self, limit: u32) -> Result<Vec<Parked>> {
        parked::all(self.db, limit.into())
    }

    /// Records of a site that wait for another since `before` or longer, oldest first.
    ///
    /// # Errors
    /// What the database reports.
    pub fn parked_at(
        &mut self,
        site: &SiteId,
        before: UnixSeconds,
        limit: u32,
    ) -> Result<Vec<Parked>> {
        parked::at_site(self.db, site, before, limit.into())
    }

    /// Bytes that the database takes.
    ///
    /// # Errors
    /// What the database reports.
    pub fn database_bytes(&mut self) -> Result<u64> {
        let sql = match self.db {
            Db::Sqlite(_) => {
                "SELECT page_count * page_size AS value FROM pragma_page_count(), pragma_page_size()"
            }
            Db::Postgres(_) => "SELECT pg_database_size(current_database()) AS value",
        };
        super::convert::unsigned(self.db.integer(sql)?)
    }

    /// Which database it is, with its version.
    ///
    /// # Errors
    /// What the database reports.
    pub fn database_version(&mut self) -> Result<String> {
        Ok(match self.db {
            Db::Sqlite(_) => {
                format!(
                    "SQLite {}",
                    self.db.text("SELECT sqlite_version() AS value")?
                )
            }
            Db::Postgres(_) => {
                let sql = "SELECT current_setting('server_version') AS value";
                format!("PostgreSQL {}", self.db.text(sql)?)
            }
        })
    }
}
