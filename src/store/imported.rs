//! Which record stands for which rows of imported tables. It is no part of the ledger and no projection: a
//! rebuild leaves it alone.

use super::append::AppendTx;
use super::convert::{Result, record_id};
use super::db::{Db, on_both};
use super::read::Reader;
use super::schema::imported;
use crate::core::imports::RowName;
use crate::core::record::RecordId;
use diesel::prelude::*;
use std::collections::HashMap;

#[derive(Queryable, Insertable)]
#[diesel(table_name = imported)]
struct ImportedRow {
    name: Vec<u8>,
    record: Vec<u8>,
}

fn find(db: &mut Db, names: &[RowName]) -> Result<HashMap<RowName, RecordId>> {
    if names.is_empty() {
        return Ok(HashMap::new());
    }
    let wanted = names.iter().map(|name| name.as_bytes().as_slice());
    let rows = imported::table.filter(imported::name.eq_any(wanted));
    let rows: Vec<ImportedRow> = on_both!(db, conn => rows.load(conn))?;
    let records: HashMap<Vec<u8>, Vec<u8>> =
        rows.into_iter().map(|row| (row.name, row.record)).collect();
    let found = names.iter().filter_map(|name| {
        let record = records.get(name.as_bytes().as_slice())?;
        Some(record_id(record).map(|id| (*name, id)))
    });
    found.collect()
}

impl AppendTx<'_> {
    /// The records that stand for these rows, as far as there are any.
    ///
    /// # Errors
    /// What the database reports.
    pub fn imported(&mut self, names: &[RowName]) -> Result<HashMap<RowName, RecordId>> {
        let found = find(self.db(), names);
        self.noted(found)
    }

    /// Notes which records stand for rows of which none did.
    ///
    /// # Errors
    /// What the database reports.
    pub fn note_imported(&mut self, new: &[(RowName, RecordId)]) -> Result<()> {
        let rows: Vec<ImportedRow> = new
            .iter()
            .map(|(name, id)| ImportedRow {
                name: name.as_bytes().to_vec(),
                record: id.as_bytes().to_vec(),
            })
            .collect();
        let done = match self.db() {
            // Diesel would begin a transaction of its own for rows together.
            Db::Sqlite(conn) => rows.iter().try_for_each(|row| {
                let insert = diesel::insert_into(imported::table).values(row);
                insert.execute(&mut **conn).map(drop)
            }),
            Db::Postgres(conn) => {
                let insert = diesel::insert_into(imported::table).values(&rows);
                insert.execute(&mut **conn).map(drop)
            }
        };
        self.noted(done.map_err(Into::into))
    }
}

impl Reader<'_> {
    /// The records that stand for these rows, as far as there are any.
    ///
    /// # Errors
    /// What the database reports.
    pub fn imported(&mut self, names: &[RowName]) -> Result<HashMap<RowName, RecordId>> {
        find(self.db, names)
    }
}
