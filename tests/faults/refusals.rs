//! What is refused leaves nothing behind.

use crate::common::world::BEGINNING;
use crate::support::fixture::{begin, code};
use crate::support::{Fixture, Supply, sql};
use shisu::app::clock::{Clock, SetClock};
use shisu::app::home::Home;
use shisu::app::ledger::{Ledger, Options};
use shisu::core::time::UnixSeconds;
use shisu::store::Store;
use std::collections::BTreeMap;

fn changed(fixture: &Fixture, before: &BTreeMap<String, String>) -> Vec<String> {
    sql::differing(&sql::contents(&fixture.database()), before)
}

#[test]
fn refused_records_leave_nothing() {
    let (mut fixture, _clock) = Fixture::with_clock(BEGINNING);
    fixture.grow(12);
    let before = sql::contents(&fixture.database());
    let head = fixture.head();
    let good = fixture.supply.clone().next(1).remove(0);
    let refused = [
        "not a record".to_owned(),
        good.replacen('.', "..", 1),
        good.replacen("ey", "eY", 1),
        good.trim_end_matches('~').to_owned(),
        fixture.supply.impossible(),
    ];
    let ledger = fixture.open();
    for outcome in ledger.submit(&refused).unwrap() {
        assert_eq!(outcome.code(), "refused", "{outcome:?}");
    }
    for text in &refused {
        let outcome = ledger.submit(std::slice::from_ref(text)).unwrap().remove(0);
        assert_eq!(outcome.code(), "refused", "{outcome:?}");
    }
    ledger.close();
    assert_eq!(fixture.head(), head);
    assert!(changed(&fixture, &before).is_empty());
    fixture.check().unwrap();
}

#[test]
fn refused_records_do_no_harm_to_those_beside_them() {
    let (mut fixture, _clock) = Fixture::with_clock(BEGINNING);
    let impossible = fixture.supply.impossible();
    let good = fixture.supply.next(2);
    let mixed = [
        "nonsense".to_owned(),
        good[0].clone(),
        impossible,
        good[1].clone(),
    ];
    let ledger = fixture.open();
    let outcomes = ledger.submit(&mixed).unwrap();
    ledger.close();
    let codes: Vec<&str> = outcomes.iter().map(|outcome| outcome.code()).collect();
    assert_eq!(codes, ["refused", "accepted", "refused", "accepted"]);
    fixture.check().unwrap();
}

#[test]
fn a_duplicate_adds_no_entry() {
    let (mut fixture, _clock) = Fixture::with_clock(BEGINNING);
    let receipts = fixture.grow(4);
    let before = sql::contents(&fixture.database());
    let head = fixture.head();
    receipts.assert_kept(&fixture);
    // That it was asked is counted beside the head; nothing else changes.
    assert_eq!(fixture.head(), head);
    assert_eq!(changed(&fixture, &before), ["head"]);
}

fn options(dir: &std::path::Path) -> Options {
    let now = UnixSeconds::new(BEGINNING).unwrap();
    Options {
        clock: Clock::Set(SetClock::at(now)),
        ..Options::of(Home::at(dir))
    }
}

#[test]
fn a_folder_without_a_ledger_is_refused_and_stays_empty() {
    let dir = tempfile::tempdir().unwrap();
    let options = options(dir.path());
    assert_eq!(code(Ledger::open(&options)), "no_ledger");
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn a_folder_whose_database_is_missing_is_refused_and_none_is_made() {
    let (fixture, _clock) = Fixture::with_clock(BEGINNING);
    std::fs::remove_file(fixture.database()).unwrap();
    assert_eq!(fixture.refusal_to_open(), "not_initialised");
    assert!(!fixture.database().exists());
    std::fs::write(fixture.database(), "").unwrap();
    assert_eq!(fixture.refusal_to_open(), "not_initialised");
}

#[test]
fn the_database_of_another_ledger_is_refused() {
    let (fixture, _clock) = Fixture::with_clock(BEGINNING);
    let dir = tempfile::tempdir().unwrap();
    let other = options(&dir.path().join("other"));
    begin(&other, &Supply::new(BEGINNING));
    let before = std::fs::read(fixture.database()).unwrap();
    std::fs::copy(dir.path().join("other/ledger.sqlite"), fixture.database()).unwrap();
    assert_eq!(fixture.refusal_to_open(), "foreign_database");
    assert!(fixture.check().is_err());
    std::fs::write(fixture.database(), before).unwrap();
    fixture.check().unwrap();
}

#[test]
fn a_ledger_is_not_begun_where_one_is() {
    let (fixture, _clock) = Fixture::with_clock(BEGINNING);
    let before = sql::contents(&fixture.database());
    let instance = fixture.options.home.description().unwrap().instance();
    let again = Store::create(&fixture.options.database(), &instance);
    assert!(again.is_err());
    assert!(changed(&fixture, &before).is_empty());
}
