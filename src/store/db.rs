//! One connection, to either database. Queries are written once and compiled for both
//! ([`on_both`](super::on_both)); what the dialects do not share is in `hot/`.

use super::error::StoreError;
use super::url::DatabaseUrl;
use diesel::connection::{Connection, SimpleConnection};
use diesel::sql_types::{BigInt, Text};
use diesel::{PgConnection, QueryableByName, RunQueryDsl, SqliteConnection};
use std::fs::File;

/// Longest wait for another connection's lock, in milliseconds.
pub const LOCK_WAIT_MAX_MS: u32 = 10_000;
/// Longest wait until a ledger is nobody else's, in milliseconds: for whoever is just closing it.
const ALONE_WAIT_MAX_MS: u32 = 2_000;
/// The first SQLite without the WAL-reset bug, by which committed data could be lost.
pub const SQLITE_VERSION_MIN: (u32, u32, u32) = (3, 51, 3);

/// WAL with FULL sync: a receipt promises that the record survives a loss of power. The cache is
/// counted in KiB; memory-mapped reads are off because an I/O error would end the process. The log is
/// long: a page is then changed many times before it is copied into the database once. That is done
/// beside the writer (`wal`); SQLite does it at a commit only if that falls far behind.
const SQLITE_SETTINGS: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA cache_size = -32768;
    PRAGMA mmap_size = 0;
    PRAGMA temp_store = MEMORY;
    PRAGMA wal_autocheckpoint = 160000;
    PRAGMA journal_size_limit = 268435456;
";

/// Pages of a connection that reads, in KiB: there are several, and what they read is in the memory of
/// the system once, whichever of them asked. The upper pages of the trees stay here.
const SQLITE_READING: &str = "PRAGMA cache_size = -4096;";

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Appending, and what is kept beside the ledger.
    Writing,
    /// Reading.
    Reading,
}

/// A cancelled wait for a synchronous standby leaves the transaction committed here and unknown
/// there, so statements have no time limit; waiting for a lock has one, because nothing has been
/// done yet. What syncs less than `on` is raised to it; what syncs more is left.
///
/// Every query has an index made for it and is given few keys, so nested loops over indexes are
/// always right; without fresh statistics the planner would read whole tables instead.
const POSTGRES_SETTINGS: &str = "
    SET statement_timeout = 0;
    SET idle_in_transaction_session_timeout = 0;
    SET lock_timeout = 10000;
    SET client_encoding = 'UTF8';
    SET jit = off;
    SET enable_seqscan = off;
    SET enable_hashjoin = off;
    SET enable_mergejoin = off;
    SELECT set_config('synchronous_commit', 'on', false)
        WHERE current_setting('synchronous_commit') IN ('off', 'local', 'remote_write');
";

/// The advisory lock of which every connection to a ledger on PostgreSQL holds a share: a number
/// of ours and the name that the server gave a table of this ledger, since a server has many. It is
/// null, and nothing is locked, where there are no tables yet.
const LEDGER_LOCK: &str = "8316012654581776384 + to_regclass('instance')::oid::bigint";

/// A connection.
pub(super) enum Db {
    /// To a file.
    Sqlite(Box<SqliteConnection>),
    /// To a server.
    Postgres(Box<PgConnection>),
}

/// Compiles one diesel query for both databases and runs it on the one at hand.
macro_rules! on_both {
    ($db:expr, $conn:ident => $query:expr) => {
        match $db {
            $crate::store::db::Db::Sqlite($conn) => {
                let $conn = &mut **$conn;
                $query
            }
            $crate::store::db::Db::Postgres($conn) => {
                let $conn = &mut **$conn;
                $query
            }
        }
    };
}
pub(super) use on_both;

#[derive(QueryableByName)]
struct OneText {
    #[diesel(sql_type = Text)]
    value: String,
}

#[derive(QueryableByName)]
struct OneInteger {
    #[diesel(sql_type = BigInt)]
    value: i64,
}

impl Db {
    /// Connects to a database that may not be there yet: a file is made.
    pub fn create(url: &DatabaseUrl) -> Result<Self, StoreError> {
        if let DatabaseUrl::Sqlite(path) = url {
            let made = File::options().create(true).append(true).open(path);
            made.map_err(|cause| StoreError::Unavailable(format!("{}: {cause}", path.display())))?;
        }
        Self::connect(url, Purpose::Writing)
    }

    /// Connects, checks the version and sets what durability rests on.
    ///
    /// # Errors
    /// [`StoreError::Locked`] while somebody has the ledger for themselves.
    pub fn connect(url: &DatabaseUrl, purpose: Purpose) -> Result<Self, StoreError> {
        let mut db = Self::establish(url)?;
        match db {
            Self::Sqlite(_) => {
                db.run(SQLITE_SETTINGS)?;
                if purpose == Purpose::Reading {
                    db.run(SQLITE_READING)?;
                }
            }
            Self::Postgres(_) => {
                db.run(&format!("SELECT pg_advisory_lock_shared({LEDGER_LOCK})"))?;
            }
        }
        Ok(db)
    }

    /// Connects as the only one: nobody else has the ledger open, nor can anybody open it while
    /// this connection lives.
    ///
    /// # Errors
    /// [`StoreError::InUse`] while somebody has.
    pub fn connect_alone(url: &DatabaseUrl) -> Result<Self, StoreError> {
        let mut db = Self::establish(url)?;
        let is_free = match db {
            // Said before the file is used, this makes the first use lock the file as a whole,
            // and every connection keeps a share of that lock for as long as it lives.
            Self::Sqlite(_) => db
                .run(&format!(
                    "PRAGMA busy_timeout = {ALONE_WAIT_MAX_MS}; PRAGMA locking_mode = EXCLUSIVE;"
                ))
                .and_then(|()| db.run(SQLITE_SETTINGS))
                .and_then(|()| db.run("BEGIN IMMEDIATE; COMMIT;")),
            // A server notices a little later that a connection was closed.
            Self::Postgres(_) => db.run(&format!(
                "SET lock_timeout = {ALONE_WAIT_MAX_MS};
                 SELECT pg_advisory_lock({LEDGER_LOCK});
                 SET lock_timeout = {LOCK_WAIT_MAX_MS};"
            )),
        };
        match is_free {
            Ok(()) => Ok(db),
            Err(StoreError::Locked(_)) => Err(StoreError::InUse(url.to_string())),
            Err(other) => Err(other),
        }
    }

    /// Connects, and on PostgreSQL sets what durability rests on.
    fn establish(url: &DatabaseUrl) -> Result<Self, StoreError> {
        match url {
            DatabaseUrl::Sqlite(path) => {
                if !path.exists() {
                    // SQLite would make an empty file, which would then be in the way.
                    let words = format!("{} is not there", path.display());
                    return Err(StoreError::Unavailable(words));
                }
                let path = path
                    .to_str()
                    .ok_or_else(|| StoreError::Url(path.display().to_string()))?;
                let mut db = Self::Sqlite(Box::new(SqliteConnection::establish(path)?));
                // Before anything else, for even asking for the version opens the file, and whoever
                // closes the last connection to it has it to itself for a moment.
                db.run(&format!("PRAGMA busy_timeout = {LOCK_WAIT_MAX_MS}"))?;
                let version = db.text("SELECT sqlite_version() AS value")?;
                if !is_new_enough(&version) {
                    return Err(StoreError::TooOldSqlite(version));
                }
                Ok(db)
            }
            DatabaseUrl::Postgres(url) => {
                let mut db = Self::Postgres(Box::new(PgConnection::establish(url)?));
                db.run(POSTGRES_SETTINGS)?;
                Ok(db)
            }
        }
    }

    /// Runs statements that give nothing back.
    pub fn run(&mut self, sql: &str) -> Result<(), StoreError> {
        Ok(on_both!(self, conn => conn.batch_execute(sql))?)
    }

    /// Runs a query for one text, in a column named `value`.
    pub fn text(&mut self, sql: &str) -> Result<String, StoreError> {
        let row: OneText = on_both!(self, conn => diesel::sql_query(sql).get_result(conn))?;
        Ok(row.value)
    }

    /// Runs a query for one integer, in a column named `value`.
    pub fn integer(&mut self, sql: &str) -> Result<i64, StoreError> {
        let row: OneInteger = on_both!(self, conn => diesel::sql_query(sql).get_result(conn))?;
        Ok(row.value)
    }

    /// Begins a transaction that will write. On SQLite it takes the write lock at once; on
    /// PostgreSQL locking the head row does.
    pub fn begin_write(&mut self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(conn) => conn.batch_execute("BEGIN IMMEDIATE")?,
            Self::Postgres(conn) => conn.batch_execute("BEGIN")?,
        }
        Ok(())
    }

    /// Begins a transaction that sees one state throughout.
    pub fn begin_read(&mut self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(conn) => conn.batch_execute("BEGIN")?,
            Self::Postgres(conn) => {
                conn.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
            }
        }
        Ok(())
    }
}

fn is_new_enough(version: &str) -> bool {
    let mut parts = version
        .split('.')
        .map(|part| part.parse::<u32>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    (next(), next(), next()) >= SQLITE_VERSION_MIN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(is_new_enough("3.51.3"));
        assert!(is_new_enough("3.100.0"));
        assert!(is_new_enough("4.0.0"));
        assert!(!is_new_enough("3.51.2"));
        assert!(!is_new_enough("3.9.9"));
        assert!(!is_new_enough("unknown"));
    }
}
