//! The database behind the store's back.

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::Text;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

#[derive(QueryableByName)]
struct Value {
    #[diesel(sql_type = Text)]
    value: String,
}

/// A connection that keeps no rules but the database's own.
pub fn connect(path: &Path) -> SqliteConnection {
    let mut conn = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    conn.batch_execute("PRAGMA busy_timeout = 5000").unwrap();
    conn
}

/// Changes what is never changed: the triggers go first.
pub fn tamper(path: &Path, sql: &str) {
    let mut conn = connect(path);
    for trigger in texts(
        &mut conn,
        "SELECT name AS value FROM sqlite_schema WHERE type = 'trigger'",
    ) {
        conn.batch_execute(&format!("DROP TRIGGER {trigger}"))
            .unwrap();
    }
    let before = contents_of(&mut conn);
    conn.batch_execute(sql).unwrap();
    assert!(
        contents_of(&mut conn) != before,
        "nothing was changed: {sql}"
    );
}

/// One text.
pub fn text(path: &Path, sql: &str) -> String {
    let mut all = texts(&mut connect(path), sql);
    assert_eq!(all.len(), 1);
    all.remove(0)
}

/// Every row of every table, as the database writes them.
pub fn contents(path: &Path) -> BTreeMap<String, String> {
    contents_of(&mut connect(path))
}

/// The tables in which two ledgers differ.
pub fn differing(a: &BTreeMap<String, String>, b: &BTreeMap<String, String>) -> Vec<String> {
    let tables = a.keys().chain(b.keys()).collect::<BTreeSet<_>>();
    let differ = tables
        .into_iter()
        .filter(|table| a.get(*table) != b.get(*table));
    differ.cloned().collect()
}

fn contents_of(conn: &mut SqliteConnection) -> BTreeMap<String, String> {
    let tables = texts(
        conn,
        "SELECT name AS value FROM sqlite_schema WHERE type = 'table' ORDER BY name",
    );
    let rows = |table: String| {
        let columns = texts(
            conn,
            &format!(
                "SELECT 'quote(\"' || name || '\")' AS value FROM pragma_table_info('{table}')"
            ),
        );
        let columns = columns.join(" || ',' || ");
        let rows = texts(
            conn,
            &format!(
                "SELECT coalesce(group_concat(line, char(10)), '') AS value \
                 FROM (SELECT {columns} AS line FROM \"{table}\" ORDER BY line)"
            ),
        );
        (table, rows.concat())
    };
    tables.into_iter().map(rows).collect()
}

fn texts(conn: &mut SqliteConnection, sql: &str) -> Vec<String> {
    let rows: Vec<Value> = diesel::sql_query(sql).load(conn).unwrap();
    rows.into_iter().map(|row| row.value).collect()
}
