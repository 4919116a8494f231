//! The limit W of the benchmark: what the database does at best with the same bytes, one table,
//! one unique index, groups of a thousand, durable.

use super::db::Db;
use super::error::StoreError;
use super::url::DatabaseUrl;
use diesel::{ExpressionMethods as _, RunQueryDsl as _};
use std::path::Path;
use std::time::{Duration, Instant};

diesel::table! {
    /// What is inserted: nothing but the bytes and what they are looked up by.
    raw (id) {
        /// Looks like a record id.
        id -> Binary,
        /// As many bytes as a record.
        record -> Binary,
    }
}

/// Rows of one transaction.
const GROUP: u64 = 1_000;

/// Inserts rows of `bytes` bytes into a fresh SQLite file at `path` for about `measure`, and
/// gives rows per second. The file is removed afterwards.
///
/// # Errors
/// What the database reports.
pub fn raw_insert_rate(path: &Path, bytes: usize, measure: Duration) -> Result<f64, StoreError> {
    let mut db = Db::create(&DatabaseUrl::Sqlite(path.to_path_buf()))?;
    db.run("CREATE TABLE raw (id BLOB NOT NULL UNIQUE, record BLOB NOT NULL)")?;
    let Db::Sqlite(conn) = &mut db else {
        return Ok(0.0);
    };
    let record = vec![0x55_u8; bytes];
    let (started, mut count) = (Instant::now(), 0_u64);
    while started.elapsed() < measure {
        diesel::connection::SimpleConnection::batch_execute(&mut **conn, "BEGIN IMMEDIATE")?;
        for _ in 0..GROUP {
            let row = (
                raw::id.eq(scattered(count).to_vec()),
                raw::record.eq(record.as_slice()),
            );
            diesel::insert_into(raw::table)
                .values(row)
                .execute(&mut **conn)?;
            count = count.saturating_add(1);
        }
        diesel::connection::SimpleConnection::batch_execute(&mut **conn, "COMMIT")?;
    }
    let spent = started.elapsed();
    drop(db);
    for suffix in ["", "-wal", "-shm"] {
        let mut file = path.as_os_str().to_owned();
        file.push(suffix);
        // A probe that stays behind harms nobody; the benchmark's folder is removed as a whole.
        drop(std::fs::remove_file(file));
    }
    Ok(per_second(count, spent))
}

#[expect(
    clippy::as_conversions,
    reason = "a figure for people; the loss is below one in 2^52"
)]
fn per_second(count: u64, spent: Duration) -> f64 {
    count as f64 / spent.as_secs_f64().max(1e-9)
}

/// 32 bytes that look like a hash of `count`, cheaply: a unique index is as scattered as by ids.
fn scattered(count: u64) -> [u8; 32] {
    let mut id = [0; 32];
    let mut word = count;
    for part in id.chunks_mut(8) {
        word = word.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = word ^ (word >> 30);
        mixed = mixed.wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed ^= mixed >> 27;
        part.copy_from_slice(&mixed.to_le_bytes());
    }
    id
}
