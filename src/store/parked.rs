//! Records that wait: receipts that arrived before their dispatch. They have no place in the log
//! and no effect yet.

use super::convert::{Result, record_id, time};
use super::db::{Db, on_both};
use super::facts::log_number;
use super::schema::parked;
use crate::core::custody::LogNo;
use crate::core::ids::SiteId;
use crate::core::record::{Record, RecordId};
use crate::core::time::UnixSeconds;
use diesel::prelude::*;

/// A record that waits for another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parked {
    /// Its id.
    pub id: RecordId,
    /// The record it waits for.
    pub awaits: RecordId,
    /// Since when.
    pub parked_at: UnixSeconds,
    /// The record with every disclosure, as it was submitted.
    pub sd_jwt: String,
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = parked)]
pub(super) struct ParkedRow {
    id: Vec<u8>,
    log: i64,
    awaits: Vec<u8>,
    awaits_prefix: i64,
    parked_at: i64,
    sd_jwt: String,
    site: Option<String>,
}

impl ParkedRow {
    fn parked(self) -> Result<Parked> {
        Ok(Parked {
            id: record_id(&self.id)?,
            awaits: record_id(&self.awaits)?,
            parked_at: time(self.parked_at)?,
            sd_jwt: self.sd_jwt,
        })
    }
}

pub(super) fn park(
    db: &mut Db,
    log: LogNo,
    record: &Record,
    awaits: &RecordId,
    at: UnixSeconds,
) -> Result<()> {
    let row = ParkedRow {
        id: record.id.as_bytes().to_vec(),
        log: log_number(log),
        awaits: awaits.as_bytes().to_vec(),
        awaits_prefix: awaits.prefix(),
        parked_at: at.as_i64(),
        sd_jwt: record.to_sd_jwt(|_class| true),
        site: record.claims.site.map(|site| site.as_str().to_owned()),
    };
    on_both!(db, conn => diesel::insert_into(parked::table)
        .values(&row)
        .on_conflict(parked::id)
        // What waited before sites were kept learns its own when it is submitted again.
        .do_update()
        .set(parked::site.eq(&row.site))
        .execute(conn))?;
    Ok(())
}

pub(super) fn unpark(db: &mut Db, ids: &[RecordId]) -> Result<()> {
    let ids = ids.iter().map(|id| id.as_bytes().as_slice());
    let rows = parked::table.filter(parked::id.eq_any(ids));
    on_both!(db, conn => diesel::delete(rows).execute(conn))?;
    Ok(())
}

pub(super) fn awaiting(db: &mut Db, ids: &[RecordId]) -> Result<Vec<Parked>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let prefixes = ids.iter().map(RecordId::prefix);
    let rows = parked::table
        .filter(parked::awaits_prefix.eq_any(prefixes))
        .order((parked::parked_at, parked::id))
        .select(parked::all_columns);
    let rows: Vec<ParkedRow> = on_both!(db, conn => rows.load(conn))?;
    let mut found = rows
        .into_iter()
        .map(ParkedRow::parked)
        .collect::<Result<Vec<_>>>()?;
    found.retain(|parked| ids.contains(&parked.awaits));
    Ok(found)
}

/// Records of a site that wait since `before` or longer, oldest first, at most `limit`.
pub(super) fn at_site(
    db: &mut Db,
    site: &SiteId,
    before: UnixSeconds,
    limit: i64,
) -> Result<Vec<Parked>> {
    let rows = parked::table
        .filter(parked::site.eq(site.as_str()))
        .filter(parked::parked_at.le(before.as_i64()))
        .order((parked::parked_at, parked::id))
        .limit(limit)
        .select(parked::all_columns);
    let rows: Vec<ParkedRow> = on_both!(db, conn => rows.load(conn))?;
    rows.into_iter().map(ParkedRow::parked).collect()
}

/// Parked records, oldest first, at most `limit`.
pub(super) fn all(db: &mut Db, limit: i64) -> Result<Vec<Parked>> {
    let rows = parked::table
        .order((parked::parked_at, parked::id))
        .limit(limit)
        .select(parked::all_columns);
    let rows: Vec<ParkedRow> = on_both!(db, conn => rows.load(conn))?;
    rows.into_iter().map(ParkedRow::parked).collect()
}
