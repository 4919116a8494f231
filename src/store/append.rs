//! Appending: one transaction that locks the head of a log, loads what a batch needs, writes what
//! it changes and moves the head by compare-and-swap.

use super::convert::{Result, corrupt, hash, signed, time, unsigned};
use super::db::{Db, on_both};
use super::error::StoreError;
use super::facts::log_number;
use super::names::{Added, Names};
use super::schema::head;
use super::tiles::Tiles;
use super::{hot, load, parked, rebuild, write};
use crate::core::custody::{EntryKey, LogNo, Needs, Working};
use crate::core::log::{Hash, Origin, Tile, empty_root};
use crate::core::record::{Kid, Record, RecordId};
use crate::core::time::UnixSeconds;
use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Binary};

pub use super::parked::Parked;
pub use super::write::NewEntry;

/// Where a log stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Entries in the log.
    pub size: u64,
    /// Root of its tree.
    pub root: Hash,
    /// Time of the last beat; zero before the first.
    pub beat_at: UnixSeconds,
}

/// Begins a log: an empty head under its name. Beginning it again is no harm.
pub(super) fn add_log(db: &mut Db, log: LogNo, origin: &Origin) -> Result<()> {
    let root = empty_root();
    let row = (
        head::log.eq(log_number(log)),
        head::origin.eq(origin.as_str()),
        head::size.eq(0),
        head::root.eq(root.as_bytes().as_slice()),
        head::beat_at.eq(0),
        head::bumped.eq(0),
    );
    on_both!(db, conn => diesel::insert_into(head::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn))?;
    let named = head::table.find(log_number(log)).select(head::origin);
    let name: String = on_both!(db, conn => named.first(conn))?;
    if name != origin.as_str() {
        return Err(StoreError::Refused(format!(
            "log {} is {name}, not {origin}",
            log.number()
        )));
    }
    Ok(())
}

#[derive(Queryable)]
pub(super) struct HeadRow {
    size: i64,
    root: Vec<u8>,
    beat_at: i64,
}

impl HeadRow {
    pub(super) fn head(&self) -> Result<Head> {
        Ok(Head {
            size: unsigned(self.size)?,
            root: hash(&self.root)?,
            beat_at: time(self.beat_at)?,
        })
    }
}

/// Moves a head. Diesel would prepare an update of its own anew each time.
struct Advance<'a> {
    log: i64,
    old_size: i64,
    size: i64,
    root: &'a [u8],
    beat_at: i64,
}

impl QueryId for Advance<'_> {
    type QueryId = Advance<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<DB: Backend> QueryFragment<DB> for Advance<'_>
where
    i64: ToSql<BigInt, DB>,
    [u8]: ToSql<Binary, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("UPDATE head SET size = ");
        out.push_bind_param::<BigInt, _>(&self.size)?;
        out.push_sql(", root = ");
        out.push_bind_param::<Binary, _>(self.root)?;
        out.push_sql(", beat_at = ");
        out.push_bind_param::<BigInt, _>(&self.beat_at)?;
        out.push_sql(" WHERE log = ");
        out.push_bind_param::<BigInt, _>(&self.log)?;
        out.push_sql(" AND size = ");
        out.push_bind_param::<BigInt, _>(&self.old_size)
    }
}

impl<Conn> RunQueryDsl<Conn> for Advance<'_> {}

/// A transaction that appends. Its head is locked: no other one on the same log is under way.
pub struct AppendTx<'a> {
    db: &'a mut Db,
    names: &'a Names,
    added: Added,
    log: LogNo,
    head: Head,
    /// Set when the disk failed under this transaction, whatever the caller makes of the error.
    disk_failed: bool,
}

impl<'a> AppendTx<'a> {
    /// Locks the head row; the transaction has begun.
    pub(super) fn lock(db: &'a mut Db, names: &'a Names, log: LogNo) -> Result<Self> {
        let row = head::table
            .find(log_number(log))
            .select((head::size, head::root, head::beat_at));
        // On SQLite the transaction holds the write lock of the whole file already.
        let row = match db {
            Db::Sqlite(conn) => row.first::<HeadRow>(&mut **conn).optional()?,
            Db::Postgres(conn) => row.for_update().first::<HeadRow>(&mut **conn).optional()?,
        };
        let row = row.ok_or_else(|| corrupt("no head for log", log.number()))?;
        let head = row.head()?;
        Ok(Self {
            db,
            names,
            added: Added::default(),
            log,
            head,
            disk_failed: false,
        })
    }

    pub(super) fn noted<T>(&mut self, outcome: Result<T>) -> Result<T> {
        if outcome.as_ref().is_err_and(StoreError::is_fatal) {
            self.disk_failed = true;
        }
        outcome
    }

    /// The connection, inside the transaction.
    pub(super) const fn db(&mut self) -> &mut Db {
        self.db
    }

    /// What this transaction put into the names of entries.
    pub(super) const fn added(&self) -> Added {
        self.added
    }

    /// Whether the disk failed under this transaction.
    pub(super) const fn disk_failed(&self) -> bool {
        self.disk_failed
    }

    /// The head as it is locked, or as [`advance`](Self::advance) has set it.
    #[must_use]
    pub const fn head(&self) -> &Head {
        &self.head
    }

    /// The log that is appended to.
    #[must_use]
    pub const fn log(&self) -> LogNo {
        self.log
    }

    /// Puts every fact that is found into the working state. A code without origins gets an
    /// empty list; what else is absent does not exist.
    ///
    /// # Errors
    /// What the database reports, and rows that cannot be.
    pub fn load(&mut self, needs: &Needs, working: &mut Working) -> Result<()> {
        let done = load::load(self.db, self.names, self.log, needs, working);
        self.noted(done)
    }

    /// Loads which of these numbers of feeds are taken, and by what.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn load_used(&mut self, numbers: &[(Kid, u64)], working: &mut Working) -> Result<()> {
        let done = load::used(self.db, self.names, self.log, numbers, working);
        self.noted(done)
    }

    /// Writes entries, their sealed values and everything they change. `working` is the state
    /// after all of them were applied.
    ///
    /// # Errors
    /// As [`load`](Self::load); a second record under one number of a feed is refused.
    pub fn write(&mut self, entries: &[NewEntry<'_>], working: &Working) -> Result<()> {
        self.write_part(entries, working, write::Part::Everything)
    }

    /// Writes only what entries change, not the entries: for a rebuild.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn write_projections(&mut self, entries: &[NewEntry<'_>], working: &Working) -> Result<()> {
        self.write_part(entries, working, write::Part::Projections)
    }

    fn write_part(
        &mut self,
        entries: &[NewEntry<'_>],
        working: &Working,
        part: write::Part,
    ) -> Result<()> {
        let done = write::write(self.db, self.log, entries, working, part)
            .and_then(|()| self.names.add(self.db, entries, &mut self.added));
        self.noted(done)
    }

    /// Writes tiles that are full.
    ///
    /// # Errors
    /// What the database reports; a tile that is there already is refused.
    pub fn tiles(&mut self, tiles: &[Tile]) -> Result<()> {
        let rows = hot::Rows {
            tiles: write::tile_rows(self.log, tiles)?,
            ..hot::Rows::default()
        };
        let done = hot::insert(self.db, rows);
        self.noted(done)
    }

    /// Moves the head, if it is still at `old_size`.
    ///
    /// # Errors
    /// [`StoreError::HeadMoved`] if it is not.
    pub fn advance(&mut self, old_size: u64, new: &Head) -> Result<()> {
        let row = Advance {
            log: log_number(self.log),
            old_size: signed(old_size)?,
            size: signed(new.size)?,
            root: new.root.as_bytes(),
            beat_at: new.beat_at.as_i64(),
        };
        let moved = on_both!(self.db, conn => row.execute(conn));
        let moved = self.noted(moved.map_err(StoreError::from))?;
        if moved != 1 {
            return Err(StoreError::HeadMoved { expected: old_size });
        }
        self.head = *new;
        Ok(())
    }

    /// Makes this transaction write something although nothing was appended. A retry may be
    /// answered "already there" only after such a commit: the first one may have been cancelled
    /// while it waited for a standby, and would then be known here alone.
    ///
    /// # Errors
    /// What the database reports.
    pub fn bump(&mut self) -> Result<()> {
        let row = head::table.find(log_number(self.log));
        let change = head::bumped.eq(head::bumped + 1);
        let done = on_both!(self.db, conn => diesel::update(row).set(change).execute(conn));
        self.noted(done.map(drop).map_err(StoreError::from))
    }

    /// Keeps a record until the one it awaits is there; keeping it twice is no harm.
    ///
    /// # Errors
    /// What the database reports.
    pub fn park(&mut self, record: &Record, awaits: &RecordId, at: UnixSeconds) -> Result<()> {
        let done = parked::park(self.db, self.log, record, awaits, at);
        self.noted(done)
    }

    /// Forgets parked records.
    ///
    /// # Errors
    /// What the database reports.
    pub fn unpark(&mut self, ids: &[RecordId]) -> Result<()> {
        let done = parked::unpark(self.db, ids);
        self.noted(done)
    }

    /// The parked records that await one of these, oldest first.
    ///
    /// # Errors
    /// What the database reports.
    pub fn awaiting(&mut self, ids: &[RecordId]) -> Result<Vec<Parked>> {
        let done = parked::awaiting(self.db, ids);
        self.noted(done)
    }

    /// The log's hash tiles, as this transaction sees them.
    #[must_use]
    pub const fn hashes(&mut self) -> Tiles<'_> {
        Tiles::new(self.db, self.log, self.head.size)
    }

    /// Empties every projection; follow with [`write_projections`](Self::write_projections) for
    /// every entry of every log.
    ///
    /// # Errors
    /// What the database reports.
    pub fn clear_projections(&mut self) -> Result<()> {
        let done = rebuild::clear(self.db).and_then(|()| self.names.clear(self.db));
        self.noted(done)
    }

    /// Erases the sealed values of one class of an entry. Erasing again is no harm.
    ///
    /// # Errors
    /// What the database reports.
    pub fn erase_disclosure(
        &mut self,
        entry: EntryKey,
        class: crate::core::record::sealed::Class,
    ) -> Result<()> {
        let done = rebuild::erase(self.db, entry, class);
        self.noted(done)
    }
}
