//! The store: the one layer that knows diesel, and the only one that talks to a database.
//!
//! # What is kept
//!
//! *History* (`instance`, `entry`, `tile`) is only ever added to; triggers refuse everything else,
//! whatever the program does. *Sealed values* (`disclosure`) are kept apart, so that they can be
//! erased while every signature and proof stays valid. *Sessions* (`session`,
//! `answered_challenge`, `access_note`, `journal_horizon`) say who is signed in and who saw what, `invitation` which
//! devices may join, `report`, `attached` and `site_note` are what people told and sent beside the ledger, `imported` says
//! which record stands for which rows of a table; they are no part of it. *Projections* (all other tables except `head` and `parked`) are what the history
//! means: **a row of a projection depends on the log only**, never on the time, the machine, the
//! batch a record came in or the order of two logs.
//! So they can be dropped and rebuilt, and a rebuild gives the same rows; `check` compares them.
//! Integer names (`log << 40 | index` of an entry, `<< 10 | n` of a line) come from places in the
//! log and nothing else, and grow in the order of appending, so primary keys fill from the right.
//!
//! # What the hot paths run
//!
//! | Path | SQL | Index |
//! |---|---|---|
//! | append | `head` locked (`BEGIN IMMEDIATE`; `FOR UPDATE`), then one `INSERT` a table: a cached statement a row on SQLite, `SELECT * FROM UNNEST(…)` for the whole batch on PostgreSQL | primary keys; names (`names`), `movement_of`, `movement_lot`, `movement_held` |
//! | what is left | `UPDATE movement … WHERE key`, once a line and batch | primary key |
//! | what others appended | `entry`, `movement` and `cite` by ranges of keys | primary keys, `cite_entry` |
//! | head | `UPDATE head … WHERE log AND size = old` | primary key |
//! | needs of a batch | one `SELECT … WHERE x IN (…)` (`= ANY`) a kind of fact | names (then the whole id is compared), primary keys, `lot_code`; for statements `movement_lot`, `paper_number`, the primary key of `cite` |
//! | retries | `entry` by key and number | names |
//! | trace back | lines by key, and the `used` lines of an entry as a range of keys | primary key of `movement` |
//! | trace forward | lines by `of_line`, and the `made` lines of an entry | `movement_of`, primary key |
//! | session | `session` by the hash of its secret | primary key |
//! | holdings of a site | lines with something left, a stretch of the log after the other | `movement_held`, which holds nothing else (`stretches`) |
//! | recalls | two types of `entry`, newest first | `entry_recall`, which holds nothing else |
//! | lots sent to a site | shipments of a site, likewise, then the lines of each | `shipment_to`, primary key of `movement` |
//! | shipments of a site | `shipment` by stretch and site, and whether a line of it has something left | `shipment_from`, `shipment_to`, primary key of `movement` |
//! | sites of a party | `site` by party | `site_party` |
//!
//! Names are ids and numbers of feeds: on PostgreSQL the indexes `entry_id` and `entry_feed`, on SQLite
//! the tables of `names`. A beat is found by its place (`entry_beat`).
//!
//! # Who may do what
//!
//! [`Store::append`] is the one way to write. After the disk failed ([`StoreError::is_fatal`]) the
//! store refuses to append until the process starts anew, because what a failed sync left behind
//! cannot be known from within. [`Store::read`] gives a view that does not change while it is
//! used; many can be open at once.

mod append;
mod attached;
mod backup;
mod beats;
mod concerns;
mod convert;
mod db;
mod error;
mod expect;
mod facts;
mod hot;
mod imported;
mod instance;
mod invitations;
mod journal;
mod lists;
mod load;
mod load_statements;
mod migrations;
mod names;
mod notes;
mod parked;
mod place;
mod pool;
mod public;
mod query;
mod raw;
mod read;
mod rebuild;
mod reports;
mod rows;
mod schema;
mod sessions;
mod sets;
mod since;
mod stretches;
mod tiles;
mod trace;
mod url;
mod wal;
mod write;

pub use append::{AppendTx, Head, NewEntry, Parked};
pub use attached::{AttachedFile, AttachedQuota};
pub use beats::BeatAt;
pub use db::{LOCK_WAIT_MAX_MS, SQLITE_VERSION_MIN};
pub use error::StoreError;
pub use expect::Expected;
pub use instance::{Instance, STORE_FORMAT};
pub use journal::Pruned;
pub use lists::{ListedShipment, Way};
pub use migrations::{LoneLedger, Migrations};
pub use names::NamesSum;
pub use notes::{NewNote, NoteChange};
pub use query::{LotBalance, RoleSum};
pub use raw::raw_insert_rate;
pub use read::{CHUNK_MAX, Reader, StoredEntry};
pub use rebuild::Projection;
pub use sessions::{AccessNote, NumberedNote, SESSIONS_PER_KEY_MAX, Session, SessionKind};
pub use since::Since;
pub use tiles::Tiles;
pub use trace::{CutReason, Related, TraceDirection, TraceLimits, TraceRows};
pub use url::DatabaseUrl;

use crate::core::custody::LogNo;
use crate::core::log::Origin;
use db::{Db, Purpose};
use names::Names;
use place::Place;
use pool::{Pool, Taken};
use std::sync::atomic::{AtomicBool, Ordering};
use wal::{WAL_PAGES, WalCopies};

/// The ledger in its database.
pub struct Store {
    instance: Instance,
    writer: Pool,
    readers: Pool,
    names: Names,
    /// One that nobody else uses, for looking where the log stands.
    lookout: Pool,
    reads_at_once: usize,
    wal: WalCopies,
    /// The file it is in, if it is in one.
    place: Option<Place>,
    /// Set when the disk failed under an append.
    stopped: AtomicBool,
}

impl Store {
    /// Makes an empty ledger: tables, identity, and the head of its own log.
    ///
    /// # Errors
    /// [`StoreError::AlreadyInitialised`] where one is, and what the database reports.
    pub fn create(url: &DatabaseUrl, instance: &Instance) -> Result<Self, StoreError> {
        instance::create(url, instance)?;
        Self::open(url, Some(instance))
    }

    /// Opens a ledger. Never makes one.
    ///
    /// # Errors
    /// [`StoreError::NotInitialised`], [`StoreError::ForeignDatabase`] if it is not the one
    /// expected, [`StoreError::TablesOlder`] or [`StoreError::TablesNewer`] if its tables are not
    /// those of this program, [`StoreError::TooOldSqlite`], and what the database reports.
    pub fn open(url: &DatabaseUrl, expected: Option<&Instance>) -> Result<Self, StoreError> {
        if let DatabaseUrl::Sqlite(path) = url
            && !path.exists()
        {
            return Err(StoreError::NotInitialised);
        }
        let writer = Pool::new(url.clone(), Purpose::Writing, 1);
        let place = Place::of(url)?;
        let reads_at_once = pool::reads_at_once(url);
        let instance = {
            let mut taken = writer.take()?;
            let found = instance::check(taken.db()?, expected)?;
            taken.clean();
            found
        };
        Ok(Self {
            instance,
            writer,
            readers: Pool::new(
                url.clone(),
                Purpose::Reading,
                reads_at_once.saturating_add(pool::READERS_BESIDE),
            ),
            lookout: Pool::new(url.clone(), Purpose::Reading, 1),
            reads_at_once,
            names: Names::new(names::WAITING_MAX),
            wal: WalCopies::new(url.clone(), WAL_PAGES),
            place,
            stopped: AtomicBool::new(false),
        })
    }

    /// Makes the tables, whosever they will be and whoever uses them. For tests; a ledger that is
    /// there is migrated by whoever has it alone ([`LoneLedger`]).
    ///
    /// # Errors
    /// What the database reports.
    pub fn make_tables(url: &DatabaseUrl) -> Result<(), StoreError> {
        migrations::run(&mut Db::connect(url, Purpose::Writing)?)
    }

    /// Takes all tables away, with all that is in them. For tests.
    ///
    /// # Errors
    /// What the database reports.
    pub fn destroy(url: &DatabaseUrl) -> Result<(), StoreError> {
        migrations::revert(&mut Db::connect(url, Purpose::Writing)?)
    }

    /// Which ledger this is.
    #[must_use]
    pub const fn instance(&self) -> &Instance {
        &self.instance
    }

    /// Whether the disk failed and appending has stopped.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }

    /// Begins to keep a log that is followed, under a number of its own. Beginning it again is no
    /// harm.
    ///
    /// # Errors
    /// [`StoreError::Refused`] if the number is another log's, and what the database reports.
    pub fn add_log(&self, log: LogNo, origin: &Origin) -> Result<(), StoreError> {
        let mut taken = self.writer.take()?;
        append::add_log(taken.db()?, log, origin)?;
        taken.clean();
        Ok(())
    }

    /// Runs `work` in a transaction that holds the head of the node's own log, and commits if it
    /// returns `Ok`. When this returns `Ok`, what was written is durable.
    ///
    /// # Errors
    /// What `work` returns, after rolling back; [`StoreError::Unavailable`] if the file is no
    /// longer in its place, [`StoreError::CommitUnknown`] if the connection broke during commit,
    /// [`StoreError::Stopped`] after the disk failed.
    pub fn append<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut AppendTx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.append_to(LogNo::HOME, work)
    }

    /// As [`append`](Self::append), on a log that is followed.
    ///
    /// # Errors
    /// As [`append`](Self::append).
    pub fn append_to<T, E: From<StoreError>>(
        &self,
        log: LogNo,
        work: impl FnOnce(&mut AppendTx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        if self.is_stopped() {
            return Err(StoreError::Stopped.into());
        }
        let mut taken = self.writer.take().map_err(|error| self.noted(error))?;
        self.begin(&mut taken)?;
        // Checked under the lock, and on a connection that may be new; left unclean it is closed.
        self.place.as_ref().map_or(Ok(()), Place::check)?;
        let (done, added) = {
            let tx = AppendTx::lock(taken.db()?, &self.names, log);
            let mut tx = tx.map_err(|error| self.noted(error))?;
            let done = work(&mut tx);
            let added = tx.added();
            if tx.disk_failed() {
                self.stopped.store(true, Ordering::SeqCst);
            }
            (done, added)
        };
        match done {
            Ok(value) => {
                let committed = taken.db()?.run("COMMIT").map_err(StoreError::in_commit);
                let committed = committed
                    .and_then(|()| self.place.as_ref().map_or(Ok(()), Place::check_committed));
                if let Err(error) = committed {
                    self.names.undone(added);
                    return Err(self.noted(error).into());
                }
                self.names.committed(added);
                // What fails here was committed before; but a disk that failed is not written to again.
                if let Ok(db) = taken.db()
                    && let Err(error) = self.wal.after_commit(db)
                {
                    tracing::warn!(%error, "the write-ahead log was not copied");
                    self.noted(error);
                }
                taken.clean();
                Ok(value)
            }
            Err(error) => {
                self.names.undone(added);
                // A connection that cannot roll back is closed, which rolls back too.
                if taken.db()?.run("ROLLBACK").is_ok() {
                    taken.clean();
                }
                Err(error)
            }
        }
    }

    /// Begins; an idle connection that has died meanwhile is replaced once, as nothing was done
    /// on it yet.
    fn begin(&self, taken: &mut Taken<'_>) -> Result<(), StoreError> {
        match taken.db()?.begin_write() {
            Err(StoreError::Unavailable(_)) => {
                taken.renew()?;
                taken.db()?.begin_write()
            }
            other => other,
        }
        .map_err(|error| self.noted(error))
    }

    /// Remembers a failure of the disk.
    fn noted(&self, error: StoreError) -> StoreError {
        if error.is_fatal() {
            self.stopped.store(true, Ordering::SeqCst);
        }
        error
    }

    /// Runs `work` on a view of the ledger that does not change meanwhile.
    ///
    /// # Errors
    /// What `work` returns, and what the database reports.
    pub fn read<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Reader<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.read_from(&self.readers, work)
    }

    /// As [`read`](Self::read), on a connection that waits for none of those: for one caller, who
    /// looks where the log stands.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn look<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Reader<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.read_from(&self.lookout, work)
    }

    /// How many reads at the same time are of use.
    #[must_use]
    pub const fn reads_at_once(&self) -> usize {
        self.reads_at_once
    }

    fn read_from<T, E: From<StoreError>>(
        &self,
        pool: &Pool,
        work: impl FnOnce(&mut Reader<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.place.as_ref().map_or(Ok(()), Place::check)?;
        let mut taken = pool.take()?;
        match taken.db()?.begin_read() {
            Err(StoreError::Unavailable(_)) => {
                taken.renew()?;
                taken.db()?.begin_read()?;
            }
            other => other?,
        }
        let value = work(&mut Reader::new(taken.db()?, &self.names));
        if taken.db()?.run("ROLLBACK").is_ok() {
            taken.clean();
        }
        value
    }
}
