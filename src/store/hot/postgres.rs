//! The append path on PostgreSQL: one cached statement a table for a whole batch. The texts are
//! fixed, so each is prepared once a connection, and the columns travel as arrays.

use super::Rows;
use crate::store::convert::Result;
use crate::store::facts;
use crate::store::rows::{FeedRow, LeftRow, MovementRow, Row};
use crate::store::schema::movement;
use diesel::PgConnection;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::methods::ExecuteDsl;
use diesel::sql_types::{Array, BigInt, Binary, Nullable};

/// One column of what a statement is given.
enum Column {
    Integers(Vec<i64>),
    OptIntegers(Vec<Option<i64>>),
    Bytes(Vec<Vec<u8>>),
}

/// A statement over a table `given` whose columns travel as arrays; the shorter ones end in nulls.
/// `tail` names the columns and says what to do with them.
struct Given {
    columns: Vec<Column>,
    tail: &'static str,
}

impl QueryId for Given {
    // The text, not the type, tells these statements apart.
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Pg> for Given {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("WITH given AS (SELECT * FROM UNNEST(");
        for (n, column) in self.columns.iter().enumerate() {
            if n > 0 {
                out.push_sql(", ");
            }
            match column {
                Column::Integers(column) => out.push_bind_param::<Array<BigInt>, _>(column)?,
                Column::OptIntegers(column) => {
                    out.push_bind_param::<Array<Nullable<BigInt>>, _>(column)?;
                }
                Column::Bytes(column) => out.push_bind_param::<Array<Binary>, _>(column)?,
            }
        }
        out.push_sql(") ");
        out.push_sql(self.tail);
        Ok(())
    }
}

impl Query for Given {
    type SqlType = movement::SqlType;
}

impl<Conn> RunQueryDsl<Conn> for Given {}

fn put<R>(conn: &mut PgConnection, rows: Vec<R>) -> Result<()>
where
    R: Row,
    R::Columns: RunQueryDsl<PgConnection> + ExecuteDsl<PgConnection, Pg>,
{
    if !rows.is_empty() {
        RunQueryDsl::execute(R::columns(rows), conn)?;
    }
    Ok(())
}

pub(super) fn insert(conn: &mut PgConnection, rows: Rows<'_>) -> Result<()> {
    let entries = rows.entries.iter().map(facts::entry_row);
    put(conn, entries.collect::<Result<_>>()?)?;
    put(
        conn,
        rows.entries.iter().map(facts::disclosure_row).collect(),
    )?;
    put(conn, rows.movements)?;
    put(conn, rows.lots)?;
    put(conn, rows.shipments)?;
    put(conn, rows.papers)?;
    put(conn, rows.abouts)?;
    put(conn, rows.cites)?;
    put(conn, rows.findings)?;
    put(conn, rows.tiles)
}

pub(super) fn update_left(conn: &mut PgConnection, lines: &[LeftRow]) -> Result<usize> {
    let columns = vec![
        Column::Integers(lines.iter().map(|line| line.key).collect()),
        Column::Integers(lines.iter().map(|line| line.left_amount).collect()),
        Column::Integers(lines.iter().map(|line| line.disputed).collect()),
        Column::Integers(lines.iter().map(|line| line.held).collect()),
    ];
    let tail = include_str!("../sql/update_left.sql");
    Ok(RunQueryDsl::execute(Given { columns, tail }, conn)?)
}

pub(super) fn update_papers(conn: &mut PgConnection, papers: &[(i64, i64)]) -> Result<usize> {
    let (keys, left) = papers.iter().copied().unzip();
    let columns = vec![Column::Integers(keys), Column::Integers(left)];
    let tail = include_str!("../sql/update_papers.sql");
    Ok(RunQueryDsl::execute(Given { columns, tail }, conn)?)
}

pub(super) fn update_feeds(conn: &mut PgConnection, feeds: Vec<FeedRow>) -> Result<usize> {
    let logs = feeds.iter().map(|feed| feed.log).collect();
    let highest = feeds.iter().map(|feed| feed.seq_max).collect();
    let anchored = feeds.iter().map(|feed| feed.anchored).collect();
    let (kids, last) = feeds
        .into_iter()
        .map(|feed| (feed.kid, feed.last_id))
        .unzip();
    let columns = vec![
        Column::Bytes(kids),
        Column::Integers(logs),
        Column::Integers(highest),
        Column::Bytes(last),
        Column::OptIntegers(anchored),
    ];
    let tail = include_str!("../sql/update_feeds.sql");
    Ok(RunQueryDsl::execute(Given { columns, tail }, conn)?)
}

pub(super) fn lines_back(
    conn: &mut PgConnection,
    keys: Vec<i64>,
    entries: Vec<i64>,
) -> Result<Vec<MovementRow>> {
    let columns = vec![Column::Integers(keys), Column::Integers(entries)];
    let tail = include_str!("../sql/lines_back.sql");
    Ok(Given { columns, tail }.load(conn)?)
}

pub(super) fn lines_forward(
    conn: &mut PgConnection,
    keys: Vec<i64>,
    entries: Vec<i64>,
) -> Result<Vec<MovementRow>> {
    let columns = vec![Column::Integers(keys), Column::Integers(entries)];
    let tail = include_str!("../sql/lines_forward.sql");
    Ok(Given { columns, tail }.load(conn)?)
}
