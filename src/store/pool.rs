//! Connections that are kept open: one that writes and a bounded number that read.

use super::db::{Db, LOCK_WAIT_MAX_MS};
use super::error::StoreError;
use super::url::DatabaseUrl;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Connections a pool opens at most.
pub const READERS_MAX: usize = 16;

/// KiB of pages that a connection which reads keeps (SQLite). Each has pages of its own, so what
/// they may hold together counts; the system has them all in its memory anyway.
const READER_CACHE_KIB: u32 = 8 * 1024;

/// Open connections that nobody uses, and how many there are in all.
struct Shelf {
    idle: Vec<Db>,
    open: usize,
}

/// A bounded set of connections.
pub(super) struct Pool {
    url: DatabaseUrl,
    max: usize,
    /// KiB of pages that a connection keeps, where it is not the usual.
    cache_kib: Option<u32>,
    shelf: Mutex<Shelf>,
    returned: Condvar,
}

impl Pool {
    /// The connection that writes.
    pub const fn writer(url: DatabaseUrl) -> Self {
        Self::new(url, 1, None)
    }

    /// The connections that read.
    pub const fn readers(url: DatabaseUrl) -> Self {
        Self::new(url, READERS_MAX, Some(READER_CACHE_KIB))
    }

    const fn new(url: DatabaseUrl, max: usize, cache_kib: Option<u32>) -> Self {
        let shelf = Mutex::new(Shelf {
            idle: Vec::new(),
            open: 0,
        });
        Self {
            url,
            max,
            cache_kib,
            shelf,
            returned: Condvar::new(),
        }
    }

    fn connect(&self) -> Result<Db, StoreError> {
        let mut db = Db::connect(&self.url)?;
        if let (Some(kib), Db::Sqlite(_)) = (self.cache_kib, &db) {
            db.run(&format!("PRAGMA cache_size = -{kib}"))?;
        }
        Ok(db)
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        // The shelf is whole between any two of its statements, so a panic elsewhere is no harm.
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a connection, opening one if fewer than the most are open, waiting otherwise.
    pub fn take(&self) -> Result<Taken<'_>, StoreError> {
        let mut shelf = self.shelf();
        let patience = Duration::from_millis(LOCK_WAIT_MAX_MS.into());
        while shelf.idle.is_empty() && shelf.open >= self.max {
            let (waited, timeout) = self
                .returned
                .wait_timeout(shelf, patience)
                .unwrap_or_else(PoisonError::into_inner);
            shelf = waited;
            if timeout.timed_out() && shelf.idle.is_empty() && shelf.open >= self.max {
                return Err(StoreError::Locked("all connections are in use".into()));
            }
        }
        if let Some(db) = shelf.idle.pop() {
            return Ok(Taken::new(self, db));
        }
        shelf.open = shelf.open.saturating_add(1);
        drop(shelf);
        match self.connect() {
            Ok(db) => Ok(Taken::new(self, db)),
            Err(error) => {
                self.give_back(None);
                Err(error)
            }
        }
    }

    fn give_back(&self, db: Option<Db>) {
        let mut shelf = self.shelf();
        match db {
            Some(db) => shelf.idle.push(db),
            None => shelf.open = shelf.open.saturating_sub(1),
        }
        drop(shelf);
        self.returned.notify_one();
    }
}

/// A connection out of the pool. It goes back only if it was said to be clean: whatever ends in
/// an error, or in a panic, closes it, so that no transaction is ever left open behind.
pub(super) struct Taken<'a> {
    pool: &'a Pool,
    db: Option<Db>,
    clean: bool,
}

impl<'a> Taken<'a> {
    const fn new(pool: &'a Pool, db: Db) -> Self {
        Self {
            pool,
            db: Some(db),
            clean: false,
        }
    }

    /// Says that no transaction is open and nothing is wrong.
    pub const fn clean(&mut self) {
        self.clean = true;
    }

    /// Opens the connection anew.
    pub fn renew(&mut self) -> Result<(), StoreError> {
        self.db = None;
        self.db = Some(self.pool.connect()?);
        Ok(())
    }

    /// The connection.
    pub const fn db(&mut self) -> Result<&mut Db, StoreError> {
        match &mut self.db {
            Some(db) => Ok(db),
            None => Err(StoreError::Stopped),
        }
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        let db = self.db.take().filter(|_| self.clean);
        self.pool.give_back(db);
    }
}
