//! A ledger that is closed and opened again, and the beats that say what time it was.

use crate::common::draft::create;
use crate::place::{Place, on_both_databases};
use crate::town::{Town, parse};
use shisu::app::AppError;
use shisu::app::ledger::{Ledger, Options};
use shisu::app::trace::Tracer;
use shisu::core::record::{Body, Record};
use shisu::core::text::Explain as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

on_both_databases! {
    a_ledger_goes_on_after_every_reopening
    a_beat_stands_before_the_first_record_of_a_changed_second_and_nowhere_else
    time_never_goes_back
    a_database_without_its_head_copy_is_not_opened_unless_somebody_says_so
    a_second_ledger_is_not_begun_where_one_is
}

fn harvest(town: &mut Town, lot: &str) -> u64 {
    town.put("farm", &create(lot, "10", "KGM", "leafy_vegetable"))
        .receipt
        .index()
}

fn records(town: &Town) -> Vec<Record> {
    let entries = town.place.entries();
    let records = entries.iter().map(|entry| entry.record(|_| true).unwrap());
    records.collect()
}

/// The times the beats say, in order; each must name the one before it and its own place.
fn beats(town: &Town) -> Vec<(u64, u64)> {
    let mut beats = Vec::new();
    let mut prev = None;
    for (index, record) in (0..).zip(records(town)) {
        if let Body::Beat(beat) = &record.body {
            assert_eq!(record.claims.prev, prev, "the beat at {index}");
            assert_eq!(record.claims.seq, index, "the beat's number is its place");
            prev = Some(record.id);
            beats.push((index, beat.at.get()));
        }
    }
    beats
}

fn a_ledger_goes_on_after_every_reopening(place: Place) {
    let mut town = Town::new(place);
    let mut expected = town.place.head().size;
    for round in 0..5 {
        let (head, rows) = (town.place.head(), town.place.projections());
        town.reopen();
        assert_eq!(town.place.head(), head, "opening writes nothing");
        assert_eq!(town.place.projections(), rows);
        if round % 2 == 1 {
            town.pass(30);
        }
        for lot in 0..3 {
            let index = harvest(&mut town, &format!("t/LOT-{round}-{lot}"));
            // A process begins with a beat, for it may bring other rules.
            expected += if lot == 0 { 2 } else { 1 };
            assert_eq!(index + 1, expected);
        }
        assert_eq!(town.check().entries, expected);
    }
    beats(&town);
}

fn a_beat_stands_before_the_first_record_of_a_changed_second_and_nowhere_else(place: Place) {
    let mut town = Town::new(place);
    let (size, beats_before) = (town.place.head().size, beats(&town).len());
    harvest(&mut town, "t/LOT-A");
    harvest(&mut town, "t/LOT-B");
    assert_eq!(town.place.head().size, size + 2, "the second has its beat");
    town.pass(1);
    town.submit(&["refused".into()]);
    town.ledger().tick().unwrap();
    assert_eq!(town.place.head().size, size + 2, "nothing happened");
    harvest(&mut town, "t/LOT-C");
    harvest(&mut town, "t/LOT-D");
    town.pass(100);
    harvest(&mut town, "t/LOT-E");
    let now = town.world.now;
    let beats = beats(&town);
    let fresh = &beats[beats_before..];
    assert_eq!(fresh, [(size + 2, now - 100), (size + 5, now)]);
    let again = parse(
        &town.place.entries()[0]
            .record(|_| true)
            .unwrap()
            .to_sd_jwt(|_| true),
    );
    assert!(matches!(again.body, Body::Beat(_)), "the beginning");
    town.check();
}

fn time_never_goes_back(place: Place) {
    let mut town = Town::new(place);
    town.pass(100);
    harvest(&mut town, "t/LOT-A");
    let now = town.world.now;
    // A small step is bridged by staying where time was.
    town.place.set_clock(now - 3);
    harvest(&mut town, "t/LOT-B");
    let times: Vec<u64> = beats(&town).into_iter().map(|(_, at)| at).collect();
    assert!(times.is_sorted() && times.last() == Some(&now), "{times:?}");

    town.place.set_clock(now - 60);
    let text = town.sign("farm", &create("t/LOT-C", "1", "KGM", "leafy_vegetable"));
    let head = town.place.head();
    let refused = town
        .ledger()
        .submit(std::slice::from_ref(&text))
        .unwrap_err();
    assert_eq!(refused.code(), "clock_backwards");
    assert!(!refused.is_fatal());
    assert_eq!(town.place.head(), head);
    town.close();
    let error = Ledger::open(&town.place.options()).unwrap_err();
    assert_eq!(error.code(), "clock_backwards");

    town.place.set_clock(now);
    town.reopen();
    assert_eq!(
        town.submit_one(&text).code(),
        "accepted",
        "the clock is right again"
    );
    town.check();
}

fn a_database_without_its_head_copy_is_not_opened_unless_somebody_says_so(place: Place) {
    let mut town = Town::new(place);
    town.close();
    std::fs::remove_dir_all(town.place.home().join("head")).unwrap();
    let mut options = town.place.options();
    let error = Ledger::open(&options).unwrap_err();
    assert_eq!(error.code(), "head_copy_missing");
    options.accept_missing_copy = true;
    let ledger = Ledger::open(&options).unwrap();
    ledger.tick().unwrap();
    assert_eq!(
        ledger.head().unwrap().checkpoint().size(),
        town.place.head().size
    );
    ledger.close();
    town.reopen();
    harvest(&mut town, "t/LOT-A");
    town.check();
}

fn a_second_ledger_is_not_begun_where_one_is(place: Place) {
    let mut town = Town::new(place);
    let head = town.place.head();
    let begin = |options| {
        let keys = shisu::app::init::Keys::generate().unwrap();
        let beginning = shisu::app::init::Beginning {
            origin: shisu::core::log::Origin::new("other.example/log").unwrap(),
            province: shisu::core::ids::Division::parse("310000").unwrap(),
            registrar: shisu::core::ids::PartyId::parse(&town.world.parties["registrar"]).unwrap(),
            registrar_name: shisu::core::record::words::Name::new("示例").unwrap(),
        };
        shisu::app::init::init(&options, &beginning, &keys).unwrap_err()
    };
    let in_folder = begin(town.place.options());
    assert!(
        matches!(in_folder, AppError::LedgerExists { .. }),
        "{in_folder}"
    );
    let mut elsewhere = town.place.options();
    elsewhere.home = shisu::app::home::Home::at(&town.place.home().join("other"));
    let in_database = begin(elsewhere.clone());
    assert_eq!(in_database.code(), "already_initialised");
    assert!(!elsewhere.home.is_ledger(), "nothing claims to be a ledger");
    assert_eq!(town.place.head(), head);
    harvest(&mut town, "t/LOT-A");
}

/// How often, and for how long at most, a ledger is opened while others close it.
const OPENINGS: usize = 400;
const OPENINGS_LAST_AT_MOST: Duration = Duration::from_secs(3);

/// Opens the ledger for reading and for appending, and closes it, which on SQLite clears away the
/// journal beside the file if nobody else has it open.
fn open_and_close(options: &Options) -> Result<(), AppError> {
    drop(Tracer::open(options)?);
    Ledger::open(options)?.close();
    Ok(())
}

#[test]
fn a_ledger_opens_while_others_are_just_closing_it() {
    let mut town = Town::new(Place::sqlite());
    town.close();
    let options = town.place.options();
    let is_over = AtomicBool::new(false);
    let begun = Instant::now();
    let failed = std::thread::scope(|scope| {
        let others: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    while !is_over.load(Ordering::SeqCst) {
                        open_and_close(&options)?;
                    }
                    Ok::<(), AppError>(())
                })
            })
            .collect();
        let mut failed = Vec::new();
        for _ in 0..OPENINGS {
            failed.extend(open_and_close(&options).err());
            if begun.elapsed() > OPENINGS_LAST_AT_MOST {
                break;
            }
        }
        is_over.store(true, Ordering::SeqCst);
        failed.extend(
            others
                .into_iter()
                .filter_map(|other| other.join().unwrap().err()),
        );
        failed
    });
    assert!(failed.is_empty(), "{} failed: {}", failed.len(), failed[0]);
}
