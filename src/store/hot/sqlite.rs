//! The append path on SQLite: one cached statement a table, run once a row.

use super::Rows;
use crate::core::custody::MoveRole;
use crate::store::convert::Result;
use crate::store::rows::{FeedRow, LeftRow, MovementRow};
use crate::store::schema::{
    about, cite, disclosure, entry, finding, lot, movement, paper, shipment, tile,
};
use diesel::SqliteConnection;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::query_dsl::methods::ExecuteDsl;
use diesel::sql_types::{BigInt, Binary, Nullable};
use diesel::sqlite::Sqlite;

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
    run_each(conn, lines.iter().map(SetLeft))
}

pub(super) fn update_papers(conn: &mut SqliteConnection, papers: &[(i64, i64)]) -> Result<usize> {
    run_each(conn, papers.iter().map(SetPaper))
}

pub(super) fn update_feeds(conn: &mut SqliteConnection, feeds: &[FeedRow]) -> Result<usize> {
    run_each(conn, feeds.iter().map(SetFeed))
}

fn run_each<Q>(conn: &mut SqliteConnection, statements: impl Iterator<Item = Q>) -> Result<usize>
where
    Q: RunQueryDsl<SqliteConnection> + ExecuteDsl<SqliteConnection>,
{
    let mut changed = 0_usize;
    for statement in statements {
        changed = changed.saturating_add(RunQueryDsl::execute(statement, conn)?);
    }
    Ok(changed)
}

/// Declares updates of fixed text. Diesel prepares its own updates anew each time, since their
/// columns may differ from one to the next; these it keeps.
macro_rules! fixed_updates {
    ($($(#[$doc:meta])* $name:ident($row:ty): |$of:ident| [$($text:literal $sql:ty = $value:expr),* $(,)?])*) => {$(
        $(#[$doc])*
        struct $name<'a>(&'a $row);

        impl QueryId for $name<'_> {
            type QueryId = $name<'static>;
            const HAS_STATIC_QUERY_ID: bool = true;
        }

        impl QueryFragment<Sqlite> for $name<'_> {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
                let $of = self.0;
                $(out.push_sql($text);
                out.push_bind_param::<$sql, _>($value)?;)*
                Ok(())
            }
        }

        impl RunQueryDsl<SqliteConnection> for $name<'_> {}
    )*};
}

fixed_updates! {
    /// What is left of a line, and what of it is disputed.
    SetLeft(LeftRow): |row| [
        "UPDATE movement SET left_amount = " BigInt = &row.left_amount,
        ", disputed = " BigInt = &row.disputed,
        " WHERE key = " BigInt = &row.key,
    ]
    /// What is left of a paper.
    SetPaper((i64, i64)): |row| [
        "UPDATE paper SET left_amount = " BigInt = &row.1,
        " WHERE key = " BigInt = &row.0,
    ]
    /// Where a feed stands.
    SetFeed(FeedRow): |row| [
        "UPDATE signing_key SET seq_max = " Nullable<BigInt> = &row.seq_max,
        ", last_id = " Nullable<Binary> = &row.last_id,
        ", anchored = " Nullable<BigInt> = &row.anchored,
        " WHERE kid = " Binary = &row.kid,
        " AND log = " BigInt = &row.log,
    ]
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
