//! A clock that goes backwards.

use crate::common::world::BEGINNING;
use crate::support::Fixture;
use crate::support::fixture::{admit_into, code};
use shisu::core::custody::LogNo;
use shisu::core::record::{Body, Record};
use shisu::core::time::UnixSeconds;
use shisu::store::Store;

/// Small steps are made by time servers.
const SMALL_STEP_S: u64 = 5;

fn at(seconds: u64) -> UnixSeconds {
    UnixSeconds::new(seconds).unwrap()
}

/// The times of all beats, in the order of the log.
fn beats(fixture: &Fixture) -> Vec<u64> {
    let store = Store::open(&fixture.options.database(), None).unwrap();
    let size = fixture.head().size;
    let entries = store.read(|reader| reader.entries(LogNo::HOME, 0, size));
    let records = entries
        .unwrap()
        .into_iter()
        .map(|entry| -> Record { entry.record(|_| true).unwrap() });
    let beats = records.filter_map(|record| match record.body {
        Body::Beat(beat) => Some(beat.at.get()),
        _ => None,
    });
    beats.collect()
}

#[test]
fn a_node_does_not_start_on_a_clock_that_went_backwards() {
    let (mut fixture, clock) = Fixture::with_clock(BEGINNING);
    fixture.grow(2);
    let before = fixture.head();
    clock.set(at(BEGINNING - SMALL_STEP_S - 1));
    assert_eq!(fixture.refusal_to_open(), "clock_backwards");
    assert_eq!(fixture.head(), before);
    clock.set(at(BEGINNING));
    fixture.grow(2);
    fixture.check().unwrap();
}

#[test]
fn a_running_node_does_not_append_while_its_clock_is_behind() {
    let (mut fixture, clock) = Fixture::with_clock(BEGINNING);
    let ledger = fixture.open();
    admit_into(&ledger, &fixture.supply.next(2));
    let texts = fixture.supply.next(2);
    let before = fixture.head();
    clock.set(at(BEGINNING - SMALL_STEP_S - 1));
    assert_eq!(code(ledger.submit(&texts)), "clock_backwards");
    assert_eq!(fixture.head(), before);
    clock.set(at(BEGINNING + 1));
    admit_into(&ledger, &texts);
    ledger.close();
    fixture.check().unwrap();
}

#[test]
fn a_small_step_back_is_bridged_and_beats_never_go_back() {
    let (mut fixture, clock) = Fixture::with_clock(BEGINNING);
    for now in [
        BEGINNING + 60,
        BEGINNING + 60 - SMALL_STEP_S,
        BEGINNING + 59,
        BEGINNING + 61,
    ] {
        clock.set(at(now));
        // A new start and a running node alike: each opens and writes a beat.
        fixture.grow(2);
    }
    let beats = beats(&fixture);
    assert!(beats.is_sorted(), "{beats:?}");
    assert_eq!(beats.last(), Some(&(BEGINNING + 61)));
    assert_eq!(
        beats.iter().filter(|at| **at == BEGINNING + 60).count(),
        3,
        "{beats:?}"
    );
    fixture.check().unwrap();
}

/// A month: a clock further ahead of the last beat needs somebody's word.
const FORWARD_STEP_S: u64 = 30 * 24 * 3_600;

#[test]
fn a_node_does_not_start_on_a_clock_far_ahead_unless_somebody_says_it_is_right() {
    let (mut fixture, clock) = Fixture::with_clock(BEGINNING);
    fixture.grow(2);
    let before = fixture.head();
    clock.set(at(BEGINNING + FORWARD_STEP_S + 1));
    assert_eq!(fixture.refusal_to_open(), "clock_forwards");
    assert_eq!(fixture.head(), before);
    fixture.options.accept_clock = true;
    fixture.grow(2);
    fixture.options.accept_clock = false;
    fixture.grow(2);
    clock.set(at(BEGINNING + 2 * FORWARD_STEP_S + 1));
    fixture.grow(2);
    fixture.check().unwrap();
}

#[test]
fn a_running_node_does_not_append_when_its_clock_jumps_ahead() {
    let (mut fixture, clock) = Fixture::with_clock(BEGINNING);
    fixture.options.accept_clock = true;
    let ledger = fixture.open();
    admit_into(&ledger, &fixture.supply.next(2));
    let texts = fixture.supply.next(2);
    let before = fixture.head();
    clock.set(at(BEGINNING + FORWARD_STEP_S + 1));
    assert_eq!(
        code(ledger.submit(&texts)),
        "clock_forwards",
        "what was said at the start is no word about later"
    );
    assert_eq!(fixture.head(), before);
    clock.set(at(BEGINNING + FORWARD_STEP_S));
    admit_into(&ledger, &texts);
    ledger.close();
    fixture.check().unwrap();
}
