//! A ledger is made once, on purpose, and is never taken for another.

use crate::support::{Database, instance, on_both_databases};
use shisu::core::log::Origin;
use shisu::core::text::Explain as _;
use shisu::store::{DatabaseUrl, Instance, LoneLedger, Store};
use uuid::Uuid;

on_both_databases! {
    a_ledger_is_made_once_and_found_again
    opening_never_makes_a_ledger
    a_foreign_ledger_is_refused
    the_tables_go_down_and_up_again
}

fn code<T>(outcome: Result<T, shisu::store::StoreError>) -> &'static str {
    outcome.err().map_or("ok", |error| error.code())
}

fn a_ledger_is_made_once_and_found_again(database: &Database) {
    let store = database.create();
    assert_eq!(store.instance(), &instance());
    assert_eq!(
        code(Store::create(&database.url, &instance())),
        "already_initialised"
    );
    let again = Store::open(&database.url, Some(&instance())).unwrap();
    assert_eq!(again.instance(), &instance());
    let size = again.append(|tx| Ok::<_, shisu::store::StoreError>(tx.head().size));
    assert_eq!(size.unwrap(), 0);
    let bytes = again.read(|reader| reader.database_bytes()).unwrap();
    assert!(bytes > 4_096, "{bytes}");
    let version = again.read(|reader| reader.database_version()).unwrap();
    assert!(version.starts_with(if database.is_sqlite() {
        "SQLite 3."
    } else {
        "PostgreSQL "
    }));
}

fn opening_never_makes_a_ledger(database: &Database) {
    assert_eq!(code(Store::open(&database.url, None)), "not_initialised");
    assert_eq!(
        code(Store::open(&database.url, Some(&instance()))),
        "not_initialised"
    );
    if let DatabaseUrl::Sqlite(path) = &database.url {
        assert!(!path.exists(), "not even an empty file");
    }
}

fn a_foreign_ledger_is_refused(database: &Database) {
    drop(database.create());
    let uuid = Instance {
        uuid: Uuid::from_u128(8),
        ..instance()
    };
    let origin = Instance {
        origin: Origin::new("jiangsu.example/log").unwrap(),
        ..instance()
    };
    for other in [uuid, origin] {
        assert_eq!(
            code(Store::open(&database.url, Some(&other))),
            "foreign_database"
        );
    }
}

fn the_tables_go_down_and_up_again(database: &Database) {
    drop(database.create());
    Store::destroy(&database.url).unwrap();
    assert_eq!(code(Store::open(&database.url, None)), "not_initialised");
    let store = database.create();
    assert_eq!(store.instance(), &instance());
    drop(store);
    let mut lone = LoneLedger::take(&database.url, Some(&instance())).unwrap();
    lone.migrate().unwrap();
    drop(lone);
    Store::open(&database.url, Some(&instance())).unwrap();
}
