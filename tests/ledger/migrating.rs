//! A ledger that an earlier version made, brought to this one.

use crate::place::{Place, on_both_databases};
use crate::town::Town;
use shisu::app::AppError;
use shisu::app::backup::{Restore, backup, restore};
use shisu::app::check::check;
use shisu::app::ledger::{Ledger, Options};
use shisu::app::migrate::{Migrated, migrate};
use shisu::core::text::Explain as _;
use shisu::store::{DatabaseUrl, LoneLedger};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

on_both_databases! {
    a_ledger_of_every_earlier_version_becomes_one_of_this_and_goes_on
    a_ledger_is_not_migrated_while_somebody_has_it_open
    whoever_opens_a_ledger_that_is_being_migrated_waits
    a_ledger_that_a_later_version_made_is_left_as_it_is
    the_ledger_of_another_folder_is_not_migrated
}

/// The migrations of a database, in order, with what undoes each.
fn migrations(place: &Place) -> Vec<(String, String)> {
    let dialect = if place.is_sqlite() {
        "sqlite"
    } else {
        "postgres"
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("migrations")
        .join(dialect);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let read = |path: PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (
            name,
            std::fs::read_to_string(path.join("down.sql")).unwrap(),
        )
    };
    paths.into_iter().map(read).collect()
}

/// The version of a migration, as the database keeps it.
fn version(name: &str) -> String {
    let (version, _) = name.split_once('_').unwrap();
    version.replace('-', "")
}

/// Makes the tables what they were after `kept` migrations; the names of the others.
fn make_older(place: &Place, kept: usize) -> Vec<String> {
    let mut undone = Vec::new();
    for (name, down) in migrations(place).split_off(kept).into_iter().rev() {
        let forget = format!(
            "DELETE FROM __diesel_schema_migrations WHERE version = '{}';",
            version(&name)
        );
        place.sql(&format!("{down}\n{forget}"));
        undone.insert(0, name);
    }
    undone
}

fn code<T>(outcome: Result<T, AppError>) -> &'static str {
    outcome.err().map_or("ok", |error| error.code())
}

/// Migrates, and gives what was said before too.
fn migrated(options: &Options) -> (Vec<String>, Migrated) {
    let said = Mutex::new(Vec::new());
    let migrated = migrate(options, &|found| {
        said.lock().unwrap().extend(found.pending.clone());
    });
    (said.into_inner().unwrap(), migrated.unwrap())
}

fn a_ledger_of_every_earlier_version_becomes_one_of_this_and_goes_on(place: Place) {
    let mut town = Town::new(place);
    town.harvest("farm", "t/BEFORE", "10");
    let again = town.world.reopen_site("farm", "farm", "farm", true);
    town.put("registrar", &again);
    town.close();
    let all = migrations(&town.place);
    let (head, rows) = (town.place.head(), town.place.projections());
    let options = town.place.options();
    for kept in 1..all.len() {
        let undone = make_older(&town.place, kept);
        for refused in [Ledger::open(&options).err(), check(&options, &|_| {}).err()] {
            let refused = refused.unwrap();
            assert_eq!(refused.code(), "tables_older");
            let words = refused.explain();
            assert!(words.zh.contains("shisu migrate"), "{words:?}");
            assert!(words.en.contains("shisu migrate"), "{words:?}");
            assert!(words.en.contains(undone.first().unwrap()), "{words:?}");
        }
        let (said, made) = migrated(&options);
        assert_eq!(said, undone, "what will be done is said before");
        assert_eq!(made.made, undone);
        assert_eq!(made.done.len(), all.len());
        assert_eq!(
            (made.log, made.entries),
            (town.world.log.clone(), head.size)
        );
        assert_eq!(town.place.head(), head, "the log is not touched");
        assert_eq!(town.place.projections(), rows);
        assert_eq!(town.check().entries, head.size);
    }
    let (said, again) = migrated(&options);
    assert_eq!(
        (said, again.made),
        (Vec::new(), Vec::new()),
        "nothing is left to do"
    );
    town.reopen();
    town.harvest("farm", "t/AFTER", "10");
    assert!(town.check().entries > head.size);
}

fn a_ledger_is_not_migrated_while_somebody_has_it_open(place: Place) {
    let mut town = Town::new(place);
    let options = town.place.options();
    assert_eq!(code(migrate(&options, &|_| {})), "ledger_in_use");
    town.harvest("farm", "t/STILL-OPEN", "10");
    town.close();
    let store = town.place.store();
    assert_eq!(
        code(migrate(&options, &|_| {})),
        "ledger_in_use",
        "a reader"
    );
    drop(store);
    assert_eq!(code(migrate(&options, &|_| {})), "ok");
}

fn whoever_opens_a_ledger_that_is_being_migrated_waits(place: Place) {
    let mut town = Town::new(place);
    town.close();
    let url = DatabaseUrl::parse(&town.place.url).unwrap();
    let lone = LoneLedger::take(&url, None).unwrap();
    std::thread::scope(|scope| {
        let opening = scope.spawn(|| town.place.store().instance().clone());
        std::thread::sleep(std::time::Duration::from_millis(300));
        assert!(!opening.is_finished(), "it was opened at the same time");
        drop(lone);
        assert_eq!(opening.join().unwrap().origin.to_string(), town.world.log);
    });
}

fn a_ledger_that_a_later_version_made_is_left_as_it_is(place: Place) {
    let mut town = Town::new(place);
    town.close();
    town.place
        .sql("INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231000001')");
    let options = town.place.options();
    assert_eq!(code(Ledger::open(&options)), "tables_newer");
    assert_eq!(code(migrate(&options, &|_| {})), "tables_newer");
}

fn the_ledger_of_another_folder_is_not_migrated(place: Place) {
    let mut town = Town::new(place);
    town.close();
    let undone = make_older(&town.place, 1);
    let other = Place::sqlite();
    crate::town::begin(&other, &crate::town::world());
    let mut mixed = other.options();
    mixed.database = town.place.options().database;
    assert_eq!(code(migrate(&mixed, &|_| {})), "foreign_database");
    // Named alone, without a folder that says what it should be, it is taken as it is.
    let mut alone = Options::of(shisu::app::home::Home::at(&town.place.home().join("none")));
    alone.database = mixed.database;
    assert_eq!(migrated(&alone).1.made, undone);
}

#[test]
fn a_backup_of_an_earlier_version_is_restored_as_a_ledger_of_this() {
    let mut town = Town::new(Place::sqlite());
    let size = town.place.head().size;
    town.close();
    make_older(&town.place, 1);
    let database = PathBuf::from(&town.place.url);
    let kept = database.with_extension("db");
    std::fs::copy(&database, &kept).unwrap();
    std::fs::remove_file(&database).unwrap();
    let wanted = Restore {
        from: kept.clone(),
        published: None,
        ca: None,
        replace: false,
    };
    let options = town.place.options();
    let restored = restore(&options, &wanted, &|_| {}).unwrap();
    assert_eq!(restored.size, size);
    town.reopen();
    town.harvest("farm", "t/RESTORED", "10");
    let older = Options {
        database: Some(DatabaseUrl::Sqlite(kept.clone())),
        ..options
    };
    let copy = kept.with_file_name("copy.db");
    assert_eq!(
        code(backup(&older, &copy, false)),
        "tables_older",
        "it is as it was"
    );
}
