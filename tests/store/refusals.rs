//! What the databases themselves refuse, whatever a program does.

use crate::support::{Database, Ledger, line, lot_code, on_both_databases, record};
use shisu::core::custody::Effects;

on_both_databases! {
    history_is_only_ever_added_to
    a_log_never_becomes_shorter
    a_sealed_value_can_be_erased_but_not_changed
}

/// A ledger with one entry and one full tile.
fn filled(database: &Database) {
    let store = database.create();
    let made = (
        record(1, &[line(1, "in", &lot_code(1))]),
        Effects::default(),
    );
    Ledger::new().append(&store, &[made]).unwrap();
    let tile = if database.is_sqlite() {
        "zeroblob(8192)"
    } else {
        "'\\x00'::bytea"
    };
    database
        .sql(&format!("INSERT INTO tile VALUES (1, 0, 0, {tile})"))
        .unwrap();
}

fn history_is_only_ever_added_to(database: &Database) {
    filled(database);
    let mut refused = vec![
        "UPDATE entry SET seq = 2",
        "UPDATE entry SET jwt = jwt",
        "DELETE FROM entry",
        "UPDATE tile SET idx = 1",
        "DELETE FROM tile",
        "UPDATE instance SET origin = 'other.example/log'",
        "DELETE FROM instance",
    ];
    if !database.is_sqlite() {
        refused.extend(["TRUNCATE entry", "TRUNCATE tile", "TRUNCATE instance"]);
    }
    for sql in refused {
        let answer = database.sql(sql).unwrap_err();
        assert!(
            answer.contains("history is only ever added to"),
            "{sql}: {answer}"
        );
    }
}

fn a_log_never_becomes_shorter(database: &Database) {
    filled(database);
    database.sql("UPDATE head SET bumped = bumped + 1").unwrap();
    database.sql("UPDATE head SET size = size + 1").unwrap();
    for sql in ["UPDATE head SET size = size - 1", "DELETE FROM head"] {
        let answer = database.sql(sql).unwrap_err();
        assert!(
            answer.contains("a log never becomes shorter"),
            "{sql}: {answer}"
        );
    }
}

fn a_sealed_value_can_be_erased_but_not_changed(database: &Database) {
    filled(database);
    for sql in [
        "UPDATE disclosure SET balance = 'another'",
        "UPDATE disclosure SET entry = entry + 1",
        "DELETE FROM disclosure",
    ] {
        let answer = database.sql(sql).unwrap_err();
        assert!(
            answer.contains("can be erased, not changed"),
            "{sql}: {answer}"
        );
    }
    database
        .sql("UPDATE disclosure SET balance = NULL")
        .unwrap();
}
