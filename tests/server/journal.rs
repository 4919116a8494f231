//! The end of the journal: what no longer has to be kept goes, and nothing else.

use crate::court::Court;
use crate::place::{PATIENCE, Place, on_both_databases};
use serde_json::Value;
use std::time::{Duration, Instant};

on_both_databases! {
    accesses_go_when_their_time_is_over_and_no_sooner
    a_long_journal_goes_in_slices_while_the_server_answers
    without_an_end_the_journal_is_kept
    what_has_to_be_kept_cannot_be_deleted_by_hand
}

const DAY_S: u64 = 24 * 3_600;

fn court(place: Place, days: u32) -> Court {
    Court::told(place, |told| told.access.journal_kept_days = days)
}

fn journal(court: &Court) -> Value {
    let answer = court.get_as("operator", "/v1/access-journal?limit=500");
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn times(journal: &Value) -> Vec<u64> {
    let accesses = journal["accesses"].as_array().unwrap().iter();
    accesses
        .map(|access| access["at"].as_u64().unwrap())
        .collect()
}

fn look(court: &Court) -> u64 {
    let path = format!("/v1/records/{}?open=trade", court.sent.record.id);
    assert_eq!(court.get_as("shop-admin", &path).status, 200);
    court.host.town.world.now
}

#[track_caller]
fn wait_for(court: &Court, expected: &[u64]) -> Value {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let journal = journal(court);
        if times(&journal) == expected {
            return journal;
        }
        assert!(
            Instant::now() < deadline,
            "{:?}, not {expected:?}",
            times(&journal)
        );
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn accesses_go_when_their_time_is_over_and_no_sooner(place: Place) {
    let mut court = court(place, 30);
    let first = look(&court);
    court.pass(9 * DAY_S);
    let second = look(&court);
    let all = journal(&court);
    assert_eq!(times(&all), [second, first]);
    assert_eq!(all["kept_from"], 0, "nothing was deleted");
    court.pass(21 * DAY_S);
    std::thread::sleep(Duration::from_millis(2_500));
    assert_eq!(
        times(&journal(&court)),
        [second, first],
        "30 days are not over"
    );
    court.pass(60);
    let rest = wait_for(&court, &[second]);
    assert_eq!(rest["kept_from"], first + 1, "it is said up to when");
    let own = court.get_as("farm-admin", "/v1/access-journal").json();
    assert_eq!(own["kept_from"], first + 1, "to the party too");
    court.pass(9 * DAY_S);
    assert_eq!(wait_for(&court, &[])["kept_from"], second + 1);
    let third = look(&court);
    assert_eq!(times(&journal(&court)), [third], "it goes on");
}

fn a_long_journal_goes_in_slices_while_the_server_answers(place: Place) {
    let mut court = court(place, 30);
    look(&court);
    const COLUMNS: &str = "at, kid, party, role, relation, entry, owner, class, purpose";
    let doubled = format!("INSERT INTO access_note ({COLUMNS}) SELECT {COLUMNS} FROM access_note;");
    court.host.town.place.sql(&doubled.repeat(11));
    let beaten = court.host.town.place.head().size;
    court.pass(20 * DAY_S);
    let kept = look(&court);
    let deadline = Instant::now() + PATIENCE;
    while court.host.town.place.head().size == beaten {
        assert!(
            Instant::now() < deadline,
            "the server's clock has to be known"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    court.pass(11 * DAY_S);
    let deadline = Instant::now() + PATIENCE;
    let store = court.host.town.place.store();
    let mut counts = vec![2_049];
    while counts.last() != Some(&1) {
        let left = store.read(|reader| reader.accesses(None, None, 10_000));
        let left = left.unwrap().len();
        assert!(Instant::now() < deadline, "{left} are left");
        if counts.last() != Some(&left) {
            counts.push(left);
        }
        assert_eq!(court.client().get("/healthz").status, 200);
    }
    let slices: Vec<usize> = counts
        .iter()
        .zip(&counts[1..])
        .map(|(a, b)| a - b)
        .collect();
    assert!(slices.iter().all(|slice| *slice <= 500), "{slices:?}");
    drop(store);
    assert_eq!(times(&journal(&court)), [kept]);
    court.host.stop();
    court.host.town.check();
}

fn without_an_end_the_journal_is_kept(place: Place) {
    let mut court = court(place, 0);
    let first = look(&court);
    for _ in 0..4 {
        court.pass(25 * DAY_S);
        std::thread::sleep(Duration::from_millis(1_500));
    }
    assert_eq!(times(&journal(&court)), [first]);
}

fn what_has_to_be_kept_cannot_be_deleted_by_hand(place: Place) {
    let mut court = court(place, 30);
    look(&court);
    court.pass(25 * DAY_S);
    let second = look(&court);
    court.pass(6 * DAY_S);
    wait_for(&court, &[second]);
    for sql in [
        "DELETE FROM access_note",
        "UPDATE access_note SET purpose = 'nothing'",
        "UPDATE journal_horizon SET before_at = 0",
        "DELETE FROM journal_horizon",
    ] {
        let place = &court.host.town.place;
        let run = std::panic::AssertUnwindSafe(|| place.sql(sql));
        assert!(std::panic::catch_unwind(run).is_err(), "{sql}");
    }
    assert_eq!(times(&journal(&court)), [second]);
}
