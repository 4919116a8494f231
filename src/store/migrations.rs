//! The form of the tables: which migrations a database has had, and bringing an older one to the
//! newest while nobody else has it open.

use super::convert::Result;
use super::db::Db;
use super::error::StoreError;
use super::instance::{self, Instance};
use super::url::DatabaseUrl;
use diesel::backend::Backend;
use diesel::migration::{Migration, MigrationSource};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const SQLITE_MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES_MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/postgres");

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Which migrations a database has had, by name and in order.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Migrations {
    /// Those it has had.
    pub done: Vec<String>,
    /// Those that this program knows and the database has not had.
    pub pending: Vec<String>,
    /// Versions that the database has had and this program does not know: a later one made them.
    pub unknown: Vec<String>,
}

impl Migrations {
    /// That the tables are those of this program.
    ///
    /// # Errors
    /// [`StoreError::TablesOlder`] or [`StoreError::TablesNewer`], with the migrations.
    pub fn expect_current(&self) -> Result<()> {
        self.expect_known()?;
        match self.pending.is_empty() {
            true => Ok(()),
            false => Err(StoreError::TablesOlder(self.pending.join(", "))),
        }
    }

    /// That no later program made the tables.
    fn expect_known(&self) -> Result<()> {
        match self.unknown.is_empty() {
            true => Ok(()),
            false => Err(StoreError::TablesNewer(self.unknown.join(", "))),
        }
    }
}

/// Which migrations a database has had.
pub(super) fn of(db: &mut Db) -> Result<Migrations> {
    match db {
        Db::Sqlite(conn) => sorted(&mut **conn, &SQLITE_MIGRATIONS),
        Db::Postgres(conn) => sorted(&mut **conn, &POSTGRES_MIGRATIONS),
    }
    .map_err(failed)
}

fn sorted<B: Backend, C: MigrationHarness<B>>(
    conn: &mut C,
    known: &EmbeddedMigrations,
) -> std::result::Result<Migrations, Cause> {
    let known: Vec<Box<dyn Migration<B>>> = known.migrations()?;
    let had = conn.applied_migrations()?;
    let mut sorted = Migrations {
        done: Vec::new(),
        pending: Vec::new(),
        unknown: Vec::new(),
    };
    for one in &known {
        let is_done = had.contains(&one.name().version());
        let list = if is_done {
            &mut sorted.done
        } else {
            &mut sorted.pending
        };
        list.push(one.name().to_string());
    }
    let is_unknown = |version: &&_| known.iter().all(|one| one.name().version() != **version);
    let unknown = had.iter().filter(is_unknown).map(ToString::to_string);
    sorted.unknown = unknown.collect();
    sorted.done.sort();
    sorted.pending.sort();
    sorted.unknown.sort();
    Ok(sorted)
}

/// Brings the tables to the newest form; each migration is made whole or not at all.
pub(super) fn run(db: &mut Db) -> Result<()> {
    match db {
        Db::Sqlite(conn) => conn.run_pending_migrations(SQLITE_MIGRATIONS).map(drop),
        Db::Postgres(conn) => conn.run_pending_migrations(POSTGRES_MIGRATIONS).map(drop),
    }
    .map_err(failed)
}

/// Takes every table away.
pub(super) fn revert(db: &mut Db) -> Result<()> {
    match db {
        Db::Sqlite(conn) => conn.revert_all_migrations(SQLITE_MIGRATIONS).map(drop),
        Db::Postgres(conn) => conn.revert_all_migrations(POSTGRES_MIGRATIONS).map(drop),
    }
    .map_err(failed)
}

/// What kept migrations from being read or made: the database's own words, if it said any.
fn failed(cause: Cause) -> StoreError {
    match cause.downcast::<diesel::result::Error>() {
        Ok(cause) => StoreError::from(*cause),
        Err(other) => StoreError::Migration(other.to_string()),
    }
}

/// A ledger that nobody else has open, so that its tables may change. Whoever opens it meanwhile
/// waits.
pub struct LoneLedger {
    db: Db,
}

impl LoneLedger {
    /// Takes a ledger for oneself, whatever form its tables have.
    ///
    /// # Errors
    /// [`StoreError::InUse`] while another process has it open, [`StoreError::NotInitialised`],
    /// [`StoreError::ForeignDatabase`] if it is not the one expected, and what the database
    /// reports.
    pub fn take(url: &DatabaseUrl, expected: Option<&Instance>) -> Result<Self> {
        if let DatabaseUrl::Sqlite(path) = url
            && !path.exists()
        {
            return Err(StoreError::NotInitialised);
        }
        let mut db = Db::connect_alone(url)?;
        instance::identity(&mut db, expected)?;
        Ok(Self { db })
    }

    /// Which migrations it has had.
    ///
    /// # Errors
    /// What the database reports.
    pub fn migrations(&mut self) -> Result<Migrations> {
        of(&mut self.db)
    }

    /// Brings its tables to the newest form; each migration is made whole or not at all.
    ///
    /// # Errors
    /// [`StoreError::TablesNewer`] if a later program made them, [`StoreError::Migration`] with
    /// what went wrong, and what the database reports.
    pub fn migrate(&mut self) -> Result<()> {
        self.migrations()?.expect_known()?;
        run(&mut self.db)
    }
}
