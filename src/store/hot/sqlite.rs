//! The append path on SQLite: one cached statement a table, run once a row.

use super::Rows;
use super::values::{insert_all, values};
use crate::core::custody::{EntryKey, MoveRole};
use crate::core::record::sealed::Class;
use crate::store::convert::{Result, signed};
use crate::store::facts;
use crate::store::rows::{FeedRow, LeftRow, MovementRow};
use crate::store::schema::movement;
use crate::store::write::NewEntry;
use diesel::SqliteConnection;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::query_dsl::methods::ExecuteDsl;
use diesel::sql_types::{BigInt, Binary, Nullable, Text};
use diesel::sqlite::Sqlite;
use std::borrow::Cow;

/// Lines an entry can have: keys of its lines are `entry << 10 | n`.
const LINE_BITS: u32 = 10;

/// An entry, with what it borrows from its record.
struct EntryValues<'a> {
    key: i64,
    log: i64,
    kind: i64,
    id_prefix: i64,
    kid_prefix: i64,
    kid_entry: i64,
    seq: i64,
    id: &'a [u8],
    jwt: &'a str,
}

values!(EntryValues<'_>, EntryValues<'static>, "INSERT" entry {
    key: BigInt,
    log: BigInt,
    kind: BigInt,
    id_prefix: BigInt,
    kid_prefix: BigInt,
    kid_entry: BigInt,
    seq: BigInt,
    id: Binary,
    jwt: Text,
});

impl<'a> EntryValues<'a> {
    fn of(entry: &NewEntry<'a>) -> Result<Self> {
        let record = entry.record;
        Ok(Self {
            key: entry.key.get(),
            log: facts::log_number(entry.key.log()),
            kind: record.kind().number().into(),
            id_prefix: record.id.prefix(),
            kid_prefix: record.kid.prefix(),
            kid_entry: entry.kid_entry.map_or(0, EntryKey::get),
            seq: signed(record.claims.seq)?,
            id: record.id.as_bytes(),
            jwt: record.jwt(),
        })
    }
}

/// Its sealed values.
struct DisclosureValues<'a> {
    entry: i64,
    log: i64,
    balance: Option<Cow<'a, str>>,
    trade: Option<Cow<'a, str>>,
    personal: Option<Cow<'a, str>>,
}

values!(DisclosureValues<'_>, DisclosureValues<'static>, "INSERT" disclosure {
    entry: BigInt,
    log: BigInt,
    balance: Nullable<Text>,
    trade: Nullable<Text>,
    personal: Nullable<Text>,
});

impl<'a> DisclosureValues<'a> {
    fn of(entry: &NewEntry<'a>) -> Self {
        Self {
            entry: entry.key.get(),
            log: facts::log_number(entry.key.log()),
            balance: entry.record.disclosures(Class::Balance),
            trade: entry.record.disclosures(Class::Trade),
            personal: entry.record.disclosures(Class::Personal),
        }
    }
}

pub(super) fn insert(conn: &mut SqliteConnection, rows: &Rows<'_>) -> Result<()> {
    let entries = rows.entries.iter().map(EntryValues::of);
    insert_all(conn, &entries.collect::<Result<Vec<_>>>()?)?;
    let disclosures = rows.entries.iter().map(DisclosureValues::of);
    insert_all(conn, &disclosures.collect::<Vec<_>>())?;
    insert_all(conn, &rows.movements)?;
    insert_all(conn, &rows.lots)?;
    insert_all(conn, &rows.shipments)?;
    insert_all(conn, &rows.papers)?;
    insert_all(conn, &rows.abouts)?;
    insert_all(conn, &rows.cites)?;
    insert_all(conn, &rows.findings)?;
    insert_all(conn, &rows.tiles)
}

pub(super) fn update_left(conn: &mut SqliteConnection, lines: &[LeftRow]) -> Result<usize> {
    let changed = run_each(conn, lines.iter().map(SetLeft))?;
    run_each(conn, lines.iter().map(SetHeld))?;
    Ok(changed)
}

pub(super) fn update_papers(conn: &mut SqliteConnection, papers: &[(i64, i64)]) -> Result<usize> {
    run_each(conn, papers.iter().map(SetPaper))
}

pub(super) fn update_feeds(conn: &mut SqliteConnection, feeds: &[FeedRow]) -> Result<usize> {
    insert_all(conn, feeds)?;
    Ok(feeds.len())
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
    ($($(#[$doc:meta])* $name:ident($row:ty): |$of:ident|
        [$($text:literal $sql:ty = $value:expr),* $(,)?])*) => {$(
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
    /// Whether something is left of a line, if that has changed: naming the column writes its index.
    SetHeld(LeftRow): |row| [
        "UPDATE movement SET held = " BigInt = &row.held,
        " WHERE key = " BigInt = &row.key,
        " AND held <> " BigInt = &row.held,
    ]
    /// What is left of a paper.
    SetPaper((i64, i64)): |row| [
        "UPDATE paper SET left_amount = " BigInt = &row.1,
        " WHERE key = " BigInt = &row.0,
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
