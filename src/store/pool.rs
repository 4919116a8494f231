//! Connections that are kept open: one that writes and a bounded number that read.

use super::db::{Db, LOCK_WAIT_MAX_MS, Purpose};
use super::error::StoreError;
use super::url::DatabaseUrl;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Reads at the same time, for each core. On SQLite a read is work of a core and waits for nothing,
/// so more of them at once only make each take longer; two keep a core busy while one reads from
/// the disk. On PostgreSQL half of a read is waiting for the server.
const READS_PER_CORE: (usize, usize) = (2, 4);

/// Reads at the same time at least, so that one that is long holds up nobody.
const READS_MIN: usize = 4;

/// Reads at the same time at most: a server has connections for others, too.
const READS_MAX: usize = 32;

/// Connections beside those of reads that take turns: sessions, tiles, a backup.
pub(super) const READERS_BESIDE: usize = 4;

/// Reads that take turns at the same time.
pub(super) fn reads_at_once(url: &DatabaseUrl) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let per_core = match url {
        DatabaseUrl::Sqlite(_) => READS_PER_CORE.0,
        DatabaseUrl::Postgres(_) => READS_PER_CORE.1,
    };
    cores.saturating_mul(per_core).clamp(READS_MIN, READS_MAX)
}

/// Open connections that nobody uses, and how many there are in all.
struct Shelf {
    idle: Vec<Db>,
    open: usize,
}

/// A bounded set of connections.
pub(super) struct Pool {
    url: DatabaseUrl,
    purpose: Purpose,
    max: usize,
    shelf: Mutex<Shelf>,
    returned: Condvar,
}

impl Pool {
    pub const fn new(url: DatabaseUrl, purpose: Purpose, max: usize) -> Self {
        let shelf = Mutex::new(Shelf {
            idle: Vec::new(),
            open: 0,
        });
        Self {
            url,
            purpose,
            max,
            shelf,
            returned: Condvar::new(),
        }
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
        match Db::connect(&self.url, self.purpose) {
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
        self.db = Some(Db::connect(&self.pool.url, self.pool.purpose)?);
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
