//! Which ledger a database holds. Only an explicit init writes it; whoever opens a database
//! checks it, so that no node ever begins an empty log where its own should be.

use super::append;
use super::convert::{Result, corrupt, signed, time};
use super::db::{Db, on_both};
use super::error::StoreError;
use super::migrations;
use super::schema::instance;
use super::url::DatabaseUrl;
use crate::core::custody::LogNo;
use crate::core::log::Origin;
use crate::core::time::UnixSeconds;
use diesel::prelude::*;
use uuid::Uuid;

/// Version of what the tables mean; raised when old rows must be read differently.
pub const STORE_FORMAT: u64 = 1;

/// The identity of a ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// Made at init, from randomness.
    pub uuid: Uuid,
    /// Name of the node's own log.
    pub origin: Origin,
    /// When init ran.
    pub created_at: UnixSeconds,
}

impl std::fmt::Display for Instance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.origin, self.uuid)
    }
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = instance)]
struct InstanceRow {
    uuid: String,
    format: i64,
    origin: String,
    created_at: i64,
}

/// Makes the tables and writes the identity and the empty head of the node's own log. Tables that
/// nobody has written an identity into are what an interrupted call left.
pub(super) fn create(url: &DatabaseUrl, wanted: &Instance) -> Result<()> {
    let mut db = Db::create(url)?;
    if has_tables(&mut db)? && !rows(&mut db)?.is_empty() {
        return Err(StoreError::AlreadyInitialised);
    }
    migrations::run(&mut db)?;
    db.begin_write()?;
    let written = write(&mut db, wanted);
    match written {
        Ok(()) => db.run("COMMIT").map_err(StoreError::in_commit),
        Err(error) => {
            db.run("ROLLBACK")?;
            Err(error)
        }
    }
}

fn write(db: &mut Db, wanted: &Instance) -> Result<()> {
    if matches!(db, Db::Postgres(_)) {
        // As a write on SQLite does: nobody else may be writing an identity meanwhile.
        db.run("LOCK TABLE instance IN EXCLUSIVE MODE")?;
    }
    if !rows(db)?.is_empty() {
        return Err(StoreError::AlreadyInitialised);
    }
    let row = InstanceRow {
        uuid: wanted.uuid.to_string(),
        format: signed(STORE_FORMAT)?,
        origin: wanted.origin.to_string(),
        created_at: wanted.created_at.as_i64(),
    };
    on_both!(db, conn => diesel::insert_into(instance::table).values(&row).execute(conn))?;
    append::add_log(db, LogNo::HOME, &wanted.origin)
}

/// The identities that were written; there must be one.
fn rows(db: &mut Db) -> Result<Vec<InstanceRow>> {
    Ok(on_both!(db, conn => instance::table.limit(2).load(conn))?)
}

/// Checks that the tables are those of this program, reads the identity and compares it with the
/// one that is expected.
pub(super) fn check(db: &mut Db, expected: Option<&Instance>) -> Result<Instance> {
    if !has_tables(db)? {
        return Err(StoreError::NotInitialised);
    }
    migrations::of(db)?.expect_current()?;
    identity(db, expected)
}

/// Reads the identity, which has had one form since the first migration, and compares it with the
/// one that is expected.
pub(super) fn identity(db: &mut Db, expected: Option<&Instance>) -> Result<Instance> {
    if !has_tables(db)? {
        return Err(StoreError::NotInitialised);
    }
    let rows = rows(db)?;
    let [row] = rows.as_slice() else {
        return Err(if rows.is_empty() {
            StoreError::NotInitialised
        } else {
            corrupt("identities of the ledger", rows.len())
        });
    };
    if row.format != signed(STORE_FORMAT)? {
        let other = format!("format {} of the store, not {STORE_FORMAT}", row.format);
        return Err(StoreError::TablesNewer(other));
    }
    let found = Instance {
        uuid: Uuid::parse_str(&row.uuid).map_err(|cause| corrupt("uuid", cause))?,
        origin: Origin::new(&row.origin).map_err(|cause| corrupt("origin", cause))?,
        created_at: time(row.created_at)?,
    };
    match expected {
        Some(expected) if expected.uuid != found.uuid || expected.origin != found.origin => {
            Err(StoreError::ForeignDatabase {
                found: found.to_string(),
                expected: expected.to_string(),
            })
        }
        _ => Ok(found),
    }
}

fn has_tables(db: &mut Db) -> Result<bool> {
    let sql = match db {
        Db::Sqlite(_) => {
            "SELECT count(*) AS value FROM sqlite_schema WHERE type = 'table' AND name = 'instance'"
        }
        Db::Postgres(_) => {
            "SELECT CASE WHEN to_regclass('instance') IS NULL THEN 0 ELSE 1 END::bigint AS value"
        }
    };
    Ok(db.integer(sql)? != 0)
}
