//! The append path on SQLite: one cached statement a table, run once a row.

use super::Rows;
use crate::core::custody::MoveRole;
use crate::store::convert::Result;
use crate::store::rows::{FeedRow, LeftRow, MovementRow};
use crate::store::schema::{
    about, cite, disclosure, entry, finding, lot, movement, paper, shipment, signing_key, tile,
};
use diesel::SqliteConnection;
use diesel::prelude::*;

/// Lines an entry can have: keys of its lines are `entry << 10 | n`.
const LINE_BITS: u32 = 10;

pub(super) fn insert(conn: &mut SqliteConnection, rows: &Rows) -> Result<()> {
    for row in &rows.entries {
        diesel::insert_into(entry::table)
            .values(row)
            .execute(conn)?;
    }
    for row in &rows.disclosures {
        diesel::insert_into(disclosure::table)
            .values(row)
            .execute(conn)?;
    }
    for row in &rows.movements {
        diesel::insert_into(movement::table)
            .values(row)
            .execute(conn)?;
    }
    for row in &rows.lots {
        diesel::insert_into(lot::table).values(row).execute(conn)?;
    }
    for row in &rows.shipments {
        diesel::insert_into(shipment::table)
            .values(row)
            .execute(conn)?;
    }
    for row in &rows.papers {
        diesel::insert_into(paper::table)
            .values(row)
            .execute(conn)?;
    }
    for row in &rows.abouts {
        diesel::insert_into(about::table)
            .values(row)
            .execute(conn)?;
    }
    for row in &rows.cites {
        diesel::insert_into(cite::table).values(row).execute(conn)?;
    }
    for row in &rows.findings {
        diesel::insert_into(finding::table)
            .values(row)
            .execute(conn)?;
    }
    for row in &rows.tiles {
        diesel::insert_into(tile::table).values(row).execute(conn)?;
    }
    Ok(())
}

pub(super) fn update_left(conn: &mut SqliteConnection, lines: &[LeftRow]) -> Result<usize> {
    let mut changed = 0_usize;
    for line in lines {
        let row = movement::table.find(line.key);
        let rows = diesel::update(row)
            .set((
                movement::left_amount.eq(line.left_amount),
                movement::disputed.eq(line.disputed),
            ))
            .execute(conn)?;
        changed = changed.saturating_add(rows);
    }
    Ok(changed)
}

pub(super) fn update_papers(conn: &mut SqliteConnection, papers: &[(i64, i64)]) -> Result<usize> {
    let mut changed = 0_usize;
    for (key, left) in papers {
        let rows = diesel::update(paper::table.find(key))
            .set(paper::left_amount.eq(left))
            .execute(conn)?;
        changed = changed.saturating_add(rows);
    }
    Ok(changed)
}

pub(super) fn update_feeds(conn: &mut SqliteConnection, feeds: &[FeedRow]) -> Result<usize> {
    let mut changed = 0_usize;
    for feed in feeds {
        let rows = diesel::update(signing_key::table.find((&feed.kid, feed.log)))
            .set((
                signing_key::seq_max.eq(feed.seq_max),
                signing_key::last_id.eq(&feed.last_id),
                signing_key::anchored.eq(feed.anchored),
            ))
            .execute(conn)?;
        changed = changed.saturating_add(rows);
    }
    Ok(changed)
}

pub(super) fn lines_back(
    conn: &mut SqliteConnection,
    keys: &[i64],
    entries: &[i64],
) -> Result<Vec<MovementRow>> {
    let mut found = Vec::with_capacity(keys.len());
    for key in keys {
        found.extend(
            movement::table
                .find(key)
                .first::<MovementRow>(conn)
                .optional()?,
        );
    }
    of_entries(conn, entries, MoveRole::Used, &mut found)?;
    Ok(found)
}

pub(super) fn lines_forward(
    conn: &mut SqliteConnection,
    keys: &[i64],
    entries: &[i64],
) -> Result<Vec<MovementRow>> {
    let mut found = Vec::with_capacity(keys.len());
    for key in keys {
        let answers = movement::table.filter(movement::of_line.eq(key));
        found.extend(answers.load::<MovementRow>(conn)?);
    }
    of_entries(conn, entries, MoveRole::Made, &mut found)?;
    Ok(found)
}

fn of_entries(
    conn: &mut SqliteConnection,
    entries: &[i64],
    role: MoveRole,
    found: &mut Vec<MovementRow>,
) -> Result<()> {
    for entry in entries {
        let first = entry << LINE_BITS;
        let last = first | ((1 << LINE_BITS) - 1);
        let lines = movement::table
            .filter(movement::key.between(first, last))
            .filter(movement::role.eq(i64::from(role.number())));
        found.extend(lines.load::<MovementRow>(conn)?);
    }
    Ok(())
}
