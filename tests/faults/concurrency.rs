//! Two at once on one file, a lock that is not given back, a file that goes away.

use crate::support::fixture::code;
use crate::support::{Fixture, Receipts, Stream, sql};
use diesel::connection::SimpleConnection as _;
use shisu::store::LOCK_WAIT_MAX_MS;
use std::time::{Duration, Instant};

#[test]
fn two_programs_append_to_one_file_at_once() {
    let mut fixture = Fixture::new();
    let mut left = fixture.supply.clone();
    let more = left.next(1_200);
    // Two halves that do not need each other: records of a farm follow one another.
    let farms = |even: bool| -> Vec<String> {
        let texts = more.iter().enumerate();
        let half = texts.filter(|(turn, _)| (turn % 2 == 0) == even);
        half.map(|(_, text)| text.clone()).collect()
    };
    let a = Stream::start(fixture.home(), farms(true), &[]);
    let b = Stream::start(fixture.home(), farms(false), &[]);
    let (a, b) = (a.finish(), b.finish());
    let mut receipts = Receipts::default();
    for (ended, told) in [a, b] {
        assert!(ended.is_good(), "{}", ended.errors);
        assert_eq!(told.duplicates(), 0);
        receipts.keep_all(told.receipts());
    }
    assert_eq!(receipts.count(), more.len());
    assert_eq!(receipts.indices().len(), more.len());
    assert_eq!(fixture.copied_size(), fixture.head().size);
    assert_eq!(fixture.copied_size(), receipts.size_max());
    receipts.assert_kept(&fixture);
    fixture.assert_sound();
    fixture.supply = left;
    fixture.grow(2);
}

#[test]
fn a_writer_waits_for_a_lock_that_is_given_back() {
    let mut fixture = Fixture::new();
    let ledger = fixture.open();
    let mut other = sql::connect(&fixture.database());
    other.batch_execute("BEGIN IMMEDIATE").unwrap();
    let texts = fixture.supply.next(3);
    let outcomes = std::thread::scope(|scope| {
        let submitting = scope.spawn(|| ledger.submit(&texts));
        std::thread::sleep(Duration::from_millis(700));
        assert!(!submitting.is_finished());
        other.batch_execute("COMMIT").unwrap();
        submitting.join().unwrap()
    });
    for outcome in outcomes.unwrap() {
        assert_eq!(outcome.code(), "accepted");
    }
}

#[test]
fn a_lock_that_is_not_given_back_is_said_and_the_node_goes_on_afterwards() {
    let mut fixture = Fixture::new();
    let ledger = fixture.open();
    let texts = fixture.supply.next(3);
    let mut other = sql::connect(&fixture.database());
    other.batch_execute("BEGIN IMMEDIATE").unwrap();
    let before = fixture.head();
    let begun = Instant::now();
    assert_eq!(code(ledger.submit(&texts)), "database_locked");
    assert!(begun.elapsed() >= Duration::from_millis(LOCK_WAIT_MAX_MS.into()));
    assert_eq!(fixture.head(), before);
    other.batch_execute("COMMIT").unwrap();
    assert!(ledger.stopped().is_none());
    for outcome in ledger.submit(&texts).unwrap() {
        assert_eq!(outcome.code(), "accepted");
    }
    ledger.close();
    fixture.assert_sound();
}

#[test]
fn a_database_that_was_moved_away_gets_no_records_until_it_is_back() {
    let mut fixture = Fixture::new();
    let ledger = fixture.open();
    let receipts = crate::support::fixture::admit_into(&ledger, &fixture.supply.next(3));
    let away = fixture.home().join("elsewhere.sqlite");
    std::fs::rename(fixture.database(), &away).unwrap();
    let texts = fixture.supply.next(3);
    for _ in 0..2 {
        assert_eq!(code(ledger.submit(&texts)), "unavailable");
    }
    assert!(
        !fixture.database().exists(),
        "an empty database must not appear"
    );
    std::fs::rename(&away, fixture.database()).unwrap();
    for outcome in ledger.submit(&texts).unwrap() {
        assert_eq!(outcome.code(), "accepted");
    }
    ledger.close();
    receipts.assert_kept(&fixture);
    fixture.assert_sound();
}

#[test]
fn a_database_that_was_deleted_gets_no_records_and_is_not_begun_again() {
    let mut fixture = Fixture::new();
    let ledger = fixture.open();
    let texts = fixture.supply.next(6);
    ledger.submit(&texts[..3]).unwrap();
    let backup = std::fs::read(fixture.database()).unwrap();
    std::fs::remove_file(fixture.database()).unwrap();
    assert_eq!(code(ledger.submit(&texts[3..])), "unavailable");
    ledger.close();
    assert!(!fixture.database().exists());
    assert_eq!(fixture.refusal_to_open(), "not_initialised");
    // Without what was in the write-ahead log the copy is older than the head that was signed.
    for beside in ["ledger.sqlite-wal", "ledger.sqlite-shm"] {
        drop(std::fs::remove_file(fixture.home().join(beside)));
    }
    std::fs::write(fixture.database(), backup).unwrap();
    assert_eq!(fixture.refusal_to_open(), "behind_signed_head");
}

#[test]
fn another_file_in_the_place_of_the_database_gets_no_records() {
    let mut fixture = Fixture::new();
    let ledger = fixture.open();
    fixture.admit(&fixture.supply.clone().next(3));
    let texts = fixture.supply.next(6);
    let copy = fixture.home().join("copy.sqlite");
    std::fs::copy(fixture.database(), &copy).unwrap();
    std::fs::rename(&copy, fixture.database()).unwrap();
    assert_eq!(code(ledger.submit(&texts)), "unavailable");
    assert_eq!(code(ledger.tick()), "unavailable");
}

#[test]
fn a_write_ahead_log_that_was_deleted_stops_the_node() {
    let mut fixture = Fixture::new();
    let ledger = fixture.open();
    let texts = fixture.supply.next(6);
    ledger.submit(&texts[..3]).unwrap();
    std::fs::remove_file(fixture.home().join("ledger.sqlite-wal")).unwrap();
    assert_eq!(code(ledger.submit(&texts[3..])), "io_error");
    assert!(ledger.stopped().unwrap().contains("ledger.sqlite-wal"));
    assert_eq!(code(ledger.submit(&texts[3..])), "stopped");
}
