//! For `check` and `rebuild`: projections row by row in a canonical form, and the way to empty
//! them. A row depends on the log only, so two ledgers with the same log print the same rows.

use super::convert::{Result, json_of};
use super::db::{Db, on_both};
use super::read::Reader;
use super::rows::{
    AboutRow, CiteRow, FeedRow, FindingRow, KeyRow, LotRow, MovementRow, PaperRow, PartyRow, Row,
    ShipmentRow, SiteRow,
};
use super::schema::{
    about, cite, disclosure, feed, finding, lot, movement, paper, party, shipment, signing_key,
    site,
};
use crate::core::custody::EntryKey;
use crate::core::record::sealed::Class;
use diesel::connection::DefaultLoadingMode;
use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;

/// A table that can be dropped and rebuilt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Projection {
    /// Parties.
    Party,
    /// Sites.
    Site,
    /// Keys.
    SigningKey,
    /// Where the feeds of keys stand.
    Feed,
    /// Lots.
    Lot,
    /// Lines.
    Movement,
    /// Shipments.
    Shipment,
    /// Papers.
    Paper,
    /// What statements are about.
    About,
    /// Which entry cites which.
    Cite,
    /// Findings.
    Finding,
}

impl Projection {
    /// Every projection.
    pub const ALL: [Self; 11] = [
        Self::Party,
        Self::Site,
        Self::SigningKey,
        Self::Feed,
        Self::Lot,
        Self::Movement,
        Self::Shipment,
        Self::Paper,
        Self::About,
        Self::Cite,
        Self::Finding,
    ];

    /// The table's name.
    #[must_use]
    pub const fn table(self) -> &'static str {
        match self {
            Self::Party => "party",
            Self::Site => "site",
            Self::SigningKey => "signing_key",
            Self::Feed => "feed",
            Self::Lot => "lot",
            Self::Movement => "movement",
            Self::Shipment => "shipment",
            Self::Paper => "paper",
            Self::About => "about",
            Self::Cite => "cite",
            Self::Finding => "finding",
        }
    }
}

/// Streams a table in the order of its key: SQLite gives rows one by one anyway, PostgreSQL only
/// when asked to.
macro_rules! each {
    ($db:expr, $table:ident, ($($key:ident),*), $row:ident, $visit:expr) => {{
        let query = $table::table.order(($($table::$key,)*)).select($row::COLUMNS);
        match $db {
            Db::Sqlite(conn) => {
                for row in query.load_iter::<$row, DefaultLoadingMode>(&mut **conn)? {
                    $visit(&json_of(&row?)?);
                }
            }
            Db::Postgres(conn) => {
                for row in query.load_iter::<$row, PgRowByRowLoadingMode>(&mut **conn)? {
                    $visit(&json_of(&row?)?);
                }
            }
        }
    }};
}

impl Reader<'_> {
    /// Visits every row of a projection in the order of its key, as one line of JSON.
    ///
    /// # Errors
    /// What the database reports.
    pub fn dump(&mut self, projection: Projection, mut visit: impl FnMut(&str)) -> Result<()> {
        let db = &mut *self.db;
        match projection {
            Projection::Party => each!(db, party, (id, log), PartyRow, visit),
            Projection::Site => each!(db, site, (id, log), SiteRow, visit),
            Projection::SigningKey => each!(db, signing_key, (kid, log), KeyRow, visit),
            Projection::Feed => each!(db, feed, (kid, log), FeedRow, visit),
            Projection::Lot => each!(db, lot, (key), LotRow, visit),
            Projection::Movement => each!(db, movement, (key), MovementRow, visit),
            Projection::Shipment => each!(db, shipment, (key), ShipmentRow, visit),
            Projection::Paper => each!(db, paper, (key), PaperRow, visit),
            Projection::About => each!(db, about, (subject, entry), AboutRow, visit),
            Projection::Cite => each!(db, cite, (cited, entry), CiteRow, visit),
            Projection::Finding => each!(db, finding, (found_at, ord), FindingRow, visit),
        }
        Ok(())
    }
}

/// Empties every projection.
pub(super) fn clear(db: &mut Db) -> Result<()> {
    for projection in Projection::ALL {
        db.run(&format!("DELETE FROM {}", projection.table()))?;
    }
    Ok(())
}

/// Erases one class of the sealed values of an entry.
pub(super) fn erase(db: &mut Db, entry: EntryKey, class: Class) -> Result<()> {
    let row = disclosure::table.find(entry.get());
    let none = None::<String>;
    match class {
        Class::Balance => {
            on_both!(db, conn => diesel::update(row).set(disclosure::balance.eq(none)).execute(conn))?
        }
        Class::Trade => {
            on_both!(db, conn => diesel::update(row).set(disclosure::trade.eq(none)).execute(conn))?
        }
        Class::Personal => {
            on_both!(db, conn => diesel::update(row).set(disclosure::personal.eq(none)).execute(conn))?
        }
    };
    Ok(())
}
