//! What the dialects do not share: a batch goes in row by row through cached statements on
//! SQLite, where a call costs nothing, and column by column on PostgreSQL, where every statement
//! is a round trip. The two files have the same functions, side by side.

mod postgres;
mod sqlite;
pub(super) mod values;

use super::convert::{Result, corrupt};
use super::db::Db;
use super::rows::{
    AboutRow, CiteRow, FeedRow, FindingRow, LeftRow, LotRow, MovementRow, PaperRow, ShipmentRow,
    TileRow,
};
use super::write::NewEntry;

/// The rows of a batch, by table.
#[derive(Debug, Default)]
pub(super) struct Rows<'a> {
    /// With their sealed values.
    pub entries: &'a [NewEntry<'a>],
    pub movements: Vec<MovementRow>,
    pub lots: Vec<LotRow>,
    pub shipments: Vec<ShipmentRow>,
    pub papers: Vec<PaperRow>,
    pub abouts: Vec<AboutRow>,
    pub cites: Vec<CiteRow>,
    pub findings: Vec<FindingRow>,
    pub tiles: Vec<TileRow>,
}

/// Inserts the rows of a batch.
pub(super) fn insert(db: &mut Db, rows: Rows<'_>) -> Result<()> {
    match db {
        Db::Sqlite(conn) => sqlite::insert(conn, &rows),
        Db::Postgres(conn) => postgres::insert(conn, rows),
    }
}

/// Says what is left of earlier lines.
pub(super) fn update_left(db: &mut Db, lines: &[LeftRow]) -> Result<()> {
    let changed = match db {
        _ if lines.is_empty() => 0,
        Db::Sqlite(conn) => sqlite::update_left(conn, lines)?,
        Db::Postgres(conn) => postgres::update_left(conn, lines)?,
    };
    all_changed("lines", changed, lines.len())
}

/// Says what is left of earlier papers.
pub(super) fn update_papers(db: &mut Db, papers: &[(i64, i64)]) -> Result<()> {
    let changed = match db {
        _ if papers.is_empty() => 0,
        Db::Sqlite(conn) => sqlite::update_papers(conn, papers)?,
        Db::Postgres(conn) => postgres::update_papers(conn, papers)?,
    };
    all_changed("papers", changed, papers.len())
}

/// Says where feeds stand.
pub(super) fn update_feeds(db: &mut Db, feeds: Vec<FeedRow>) -> Result<()> {
    let wanted = feeds.len();
    let changed = match db {
        _ if feeds.is_empty() => 0,
        Db::Sqlite(conn) => sqlite::update_feeds(conn, &feeds)?,
        Db::Postgres(conn) => postgres::update_feeds(conn, feeds)?,
    };
    all_changed("feeds", changed, wanted)
}

/// What may have been used for `made` lines, by the entries they stand in, and lines by key: one
/// step back.
pub(super) fn lines_back(
    db: &mut Db,
    keys: Vec<i64>,
    entries: Vec<i64>,
) -> Result<Vec<MovementRow>> {
    match db {
        Db::Sqlite(conn) => sqlite::lines_back(conn, &keys, &entries),
        Db::Postgres(conn) => postgres::lines_back(conn, keys, entries),
    }
}

/// What answers lines, and what was made in entries: one step forward.
pub(super) fn lines_forward(
    db: &mut Db,
    keys: Vec<i64>,
    entries: Vec<i64>,
) -> Result<Vec<MovementRow>> {
    match db {
        Db::Sqlite(conn) => sqlite::lines_forward(conn, &keys, &entries),
        Db::Postgres(conn) => postgres::lines_forward(conn, keys, entries),
    }
}

fn all_changed(what: &str, changed: usize, wanted: usize) -> Result<()> {
    if changed == wanted {
        return Ok(());
    }
    let missing = wanted.saturating_sub(changed);
    Err(corrupt(
        "rows that must be there are not",
        format!("{missing} {what}"),
    ))
}
