//! Stretches of a log: 32,768 entries that follow each other.
//!
//! Sites are as scattered as goods are. An index by site alone is therefore written all over, one page
//! a record, and the more pages the larger the ledger is. Those of lines that are held and of shipments
//! hold a stretch together, by site: appends write the pages of the newest stretch, and a reader asks
//! one stretch after the other, which costs a few microseconds each.

use super::convert::Result;
use super::db::on_both;
use super::read::Reader;
use super::schema::{head, movement, shipment};
use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, ValidGrouping, is_aggregate};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Bool};

/// Bits of an entry's place within its stretch.
const STRETCH_BITS: u32 = 15;

/// Bits of an index in the key of an entry.
const INDEX_BITS: u32 = 40;

/// Bits of a line's number in its key.
pub(super) const LINE_BITS: u32 = 10;

/// The stretch of an entry by its key.
pub(super) const fn of_entry(key: i64) -> i64 {
    key >> STRETCH_BITS
}

/// The stretch of a line by its key.
pub(super) const fn of_line(key: i64) -> i64 {
    of_entry(key >> LINE_BITS)
}

/// Declares expressions over columns of a table whose numbers stand in the text of the statement,
/// because an index is of use only if they are known when the statement is planned.
macro_rules! expressions {
    ($($(#[$doc:meta])* $name:ident($table:ident: $sql:ty) = $column:ident $end:literal)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, QueryId)]
        pub(super) struct $name;

        impl Expression for $name {
            type SqlType = $sql;
        }

        impl AppearsOnTable<$table::table> for $name {}

        impl<G> ValidGrouping<G> for $name {
            type IsAggregate = is_aggregate::No;
        }

        impl<DB: Backend> QueryFragment<DB> for $name
        where
            $table::$column: QueryFragment<DB>,
        {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
                out.push_sql("(");
                $table::$column.walk_ast(out.reborrow())?;
                out.push_sql($end);
                Ok(())
            }
        }
    )*};
}

expressions! {
    /// Whether something is left of a line.
    IsHeld(movement: Bool) = held " = 1)"
    /// The stretch of a line.
    LineStretch(movement: BigInt) = key " >> 25)"
    /// The stretch of a shipment.
    ShipmentStretch(shipment: BigInt) = key " >> 15)"
}

impl Reader<'_> {
    /// The stretches that there are in this view, in the order of the keys in them.
    pub(super) fn stretches(&mut self) -> Result<impl DoubleEndedIterator<Item = i64> + use<>> {
        let logs = head::table
            .filter(head::size.gt(0))
            .order(head::log)
            .select((head::log, head::size));
        let logs: Vec<(i64, i64)> = on_both!(self.db, conn => logs.load(conn))?;
        Ok(logs.into_iter().flat_map(|(log, size)| {
            let first = log << INDEX_BITS;
            of_entry(first)..=of_entry(first | (size - 1))
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::custody::{EntryKey, LogNo, MoveFacts, MoveRole};
    use crate::core::ids::{Division, SiteId, SiteNo};
    use crate::core::quantity::{Amount, Uom};
    use crate::store::db::{Db, Purpose};
    use crate::store::facts;
    use crate::store::hot::values::insert_all;
    use crate::store::names::Names;
    use crate::store::rows::ShipmentRow;
    use crate::store::{DatabaseUrl, Store, Way};
    use diesel::sql_types::Text;
    use diesel::sqlite::Sqlite;

    #[derive(QueryableByName)]
    struct Step {
        #[diesel(sql_type = Text)]
        detail: String,
    }

    /// How SQLite would find what is asked for.
    fn plan<Q: QueryFragment<Sqlite>>(query: &Q) -> String {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ledger.sqlite");
        drop(std::fs::File::create(&path).unwrap());
        Store::make_tables(&DatabaseUrl::Sqlite(path.clone())).unwrap();
        let mut conn = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
        let text = diesel::debug_query::<Sqlite, _>(query).to_string();
        let (text, _binds) = text.split_once(" -- binds").unwrap();
        let steps: Vec<Step> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {text}"))
            .load(&mut conn)
            .unwrap();
        steps.first().unwrap().detail.clone()
    }

    #[test]
    fn what_a_site_holds_is_found_in_the_index_that_has_nothing_else() {
        let rows = movement::table
            .filter(LineStretch.eq(1_i64))
            .filter(movement::site.eq(1_i64))
            .filter(IsHeld)
            .filter(movement::key.gt(7_i64))
            .order(movement::key)
            .select(movement::key);
        let step = plan(&rows);
        assert!(
            step.contains("movement_held (<expr>=? AND site=?"),
            "{step}"
        );
    }

    #[test]
    fn shipments_of_a_site_are_found_in_their_indexes() {
        let of_stretch = shipment::table
            .filter(ShipmentStretch.eq(1_i64))
            .order(shipment::key.desc())
            .select(shipment::key);
        let from = plan(&of_stretch.filter(shipment::from_site.eq("a")));
        assert!(
            from.contains("shipment_from (<expr>=? AND from_site=?"),
            "{from}"
        );
        let to = plan(&of_stretch.filter(shipment::to_site.eq("a")));
        assert!(to.contains("shipment_to (<expr>=? AND to_site=?"), "{to}");
    }

    /// Tables with two logs of several stretches.
    fn two_logs(dir: &tempfile::TempDir) -> Db {
        let path = dir.path().join("ledger.sqlite");
        drop(std::fs::File::create(&path).unwrap());
        let url = DatabaseUrl::Sqlite(path);
        Store::make_tables(&url).unwrap();
        let mut db = Db::connect(&url, Purpose::Writing).unwrap();
        db.run(
            "INSERT INTO head (log, origin, size, root, beat_at, bumped)
             VALUES (1, 'a', 100000, x'', 0, 0), (2, 'b', 0, x'', 0, 0), (3, 'c', 40000, x'', 0, 0)",
        )
        .unwrap();
        db
    }

    /// Places in both logs, in their order, some at the ends of stretches.
    fn places() -> Vec<EntryKey> {
        let home = [0, 5, 32_767, 32_768, 32_769, 70_000, 99_999];
        let other = [1, 32_768, 39_999];
        let of = |log, index: &u64| EntryKey::new(LogNo::new(log).unwrap(), *index).unwrap();
        let home = home.iter().map(|index| of(1, index));
        home.chain(other.iter().map(|index| of(3, index))).collect()
    }

    #[test]
    fn what_a_site_holds_is_listed_page_by_page_over_all_stretches() {
        let dir = tempfile::tempdir().unwrap();
        let mut db = two_logs(&dir);
        let (site, other) = (EntryKey::from_i64(7), EntryKey::from_i64(8));
        let amount = |micro| Amount::from_micro(micro).unwrap();
        let line = |(entry, n, site, left)| MoveFacts {
            key: EntryKey::line(entry, n),
            role: MoveRole::Received,
            lot: EntryKey::line(entry, n),
            site,
            uom: Uom::Kilogram,
            amount: amount(5),
            of: None,
            left: amount(left),
            disputed: amount(0),
        };
        let lines = places().into_iter().flat_map(|entry| {
            [
                (entry, 1, site, 5),
                (entry, 2, other, 5),
                (entry, 3, site, 0),
            ]
            .map(line)
        });
        let rows: Vec<_> = lines.map(|line| facts::movement_row(&line)).collect();
        let Db::Sqlite(conn) = &mut db else {
            unreachable!("a file")
        };
        insert_all(conn, &rows).unwrap();
        let names = Names::new(1);
        let mut reader = Reader::new(&mut db, &names);
        let expected: Vec<_> = places().iter().map(|entry| entry.line(1)).collect();
        for limit in 1..=11 {
            let mut found = Vec::new();
            loop {
                let page = reader.holdings(site, found.last().copied(), limit).unwrap();
                assert!(page.len() <= usize::try_from(limit).unwrap());
                if page.is_empty() {
                    break;
                }
                found.extend(page.iter().map(|line| line.key));
            }
            assert_eq!(found, expected, "{limit} a page");
        }
    }

    #[test]
    fn shipments_of_a_site_are_listed_page_by_page_over_all_stretches() {
        let dir = tempfile::tempdir().unwrap();
        let mut db = two_logs(&dir);
        let county = Division::parse("330421").unwrap();
        let site = |n| SiteId::Registrar(SiteNo::issue(county, n).unwrap());
        let row = |key, from, to| ShipmentRow {
            key,
            log: 1,
            waybill: "W".to_owned(),
            from_site: site(from).as_str().to_owned(),
            sender: "91330100799655058B".to_owned(),
            to_site: site(to).as_str().to_owned(),
            carrier: None,
            sent_at: 0,
        };
        let there_and_back =
            |place: EntryKey| [row(place.get(), 1, 2), row(place.get() + 100, 2, 1)];
        let rows: Vec<_> = places().into_iter().flat_map(there_and_back).collect();
        let Db::Sqlite(conn) = &mut db else {
            unreachable!("a file")
        };
        insert_all(conn, &rows).unwrap();
        let names = Names::new(1);
        let mut reader = Reader::new(&mut db, &names);
        let mut expected = places();
        expected.reverse();
        for limit in 1..=11 {
            let mut found: Vec<EntryKey> = Vec::new();
            loop {
                let before = found.last().copied();
                let page = reader
                    .shipments_of(&site(1), Way::Out, before, limit)
                    .unwrap();
                if page.is_empty() {
                    break;
                }
                found.extend(page.iter().map(|shipment| shipment.facts.key));
            }
            assert_eq!(found, expected, "{limit} a page");
        }
        let all = reader.shipments_of(&site(2), Way::In, None, 100).unwrap();
        assert_eq!(all.len(), expected.len());
    }

    #[test]
    fn lines_are_in_the_stretch_of_their_entry() {
        for index in [0, 1, 32_767, 32_768, 1_000_000] {
            let entry = EntryKey::new(LogNo::HOME, index).unwrap();
            assert_eq!(
                of_entry(entry.get()),
                (1 << 25) + i64::try_from(index >> 15).unwrap()
            );
            assert_eq!(of_line(entry.line(1023).get()), of_entry(entry.get()));
        }
    }
}
