//! A served log that nobody writes to says from time to time that its clock goes on.

use crate::common::draft::create;
use crate::host::{Host, config, run};
use crate::place::{PATIENCE, Place, on_both_databases};
use shisu::app::config::Config;
use shisu::app::node::Node;
use shisu::core::record::RecordType;
use std::time::{Duration, Instant};

on_both_databases! {
    a_log_that_nobody_writes_to_gets_a_beat_when_one_is_due_and_no_other
    a_served_log_may_be_idle_for_longer_than_a_clock_may_be_ahead
    without_beats_a_clock_that_is_far_ahead_stops_appends
    of_two_servers_one_writes_the_beat
    whoever_writes_needs_no_beat_of_its_own
}

const DAY_S: u64 = 24 * 3_600;

/// Longer than the pause between two looks of a server.
const SEVERAL_LOOKS: Duration = Duration::from_millis(2_500);

fn beating(seconds: u64) -> Config {
    let mut config = config();
    config.log.beat_every_s = seconds;
    config
}

#[track_caller]
fn wait_for(host: &Host, size: u64) {
    let deadline = Instant::now() + PATIENCE;
    while host.town.place.head().size < size {
        assert!(Instant::now() < deadline, "the log does not grow");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(host.town.place.head().size, size);
}

fn kinds(host: &Host) -> Vec<RecordType> {
    let entries = host.town.place.entries();
    let kinds = entries
        .iter()
        .map(|entry| entry.record(|_| true).unwrap().claims.kind);
    kinds.collect()
}

fn a_log_that_nobody_writes_to_gets_a_beat_when_one_is_due_and_no_other(place: Place) {
    let mut host = Host::with(place, beating(60));
    let size = host.town.place.head().size;
    host.town.pass(59);
    std::thread::sleep(SEVERAL_LOOKS);
    assert_eq!(host.town.place.head().size, size, "none is due");
    host.town.pass(1);
    wait_for(&host, size + 1);
    assert_eq!(host.town.place.head().beat_at.get(), host.town.world.now);
    std::thread::sleep(SEVERAL_LOOKS);
    assert_eq!(host.town.place.head().size, size + 1, "one is enough");
    assert_eq!(kinds(&host).last(), Some(&RecordType::Beat));
    let shown = host.client().get("/log/checkpoint");
    let signed = shown.text().lines().nth(1).unwrap().to_owned();
    assert_eq!(signed, (size + 1).to_string(), "it is signed for at once");
    host.stop();
    assert_eq!(host.town.check().entries, size + 1);
}

fn a_served_log_may_be_idle_for_longer_than_a_clock_may_be_ahead(place: Place) {
    let mut host = Host::with(place, beating(DAY_S));
    let size = host.town.place.head().size;
    for weeks in 1..=8 {
        host.town.pass(7 * DAY_S);
        wait_for(&host, size + weeks);
    }
    host.put("farm", &create("t/LATE", "10", "KGM", "leafy_vegetable"));
    host.stop();
    host.town.check();
}

fn without_beats_a_clock_that_is_far_ahead_stops_appends(place: Place) {
    let mut host = Host::with(place, beating(0));
    let size = host.town.place.head().size;
    host.town.pass(20 * DAY_S);
    std::thread::sleep(SEVERAL_LOOKS);
    host.town.pass(11 * DAY_S);
    let deadline = Instant::now() + PATIENCE;
    while host.client().get("/healthz").status == 200 {
        assert!(Instant::now() < deadline, "nobody notices");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(
        host.client()
            .get("/healthz")
            .text()
            .contains("clock_forwards")
    );
    assert_eq!(host.town.place.head().size, size);
}

fn of_two_servers_one_writes_the_beat(place: Place) {
    let mut host = Host::with(place, beating(60));
    let options = host.town.place.another_node("other");
    let (_, stop, thread) = run(Node::open(options, beating(60)).unwrap());
    let size = host.town.place.head().size;
    for round in 1..=3 {
        host.town.pass(60);
        wait_for(&host, size + round);
        std::thread::sleep(SEVERAL_LOOKS);
        assert_eq!(host.town.place.head().size, size + round, "round {round}");
    }
    stop.begin();
    thread.join().unwrap();
    host.stop();
    host.town.check();
}

fn whoever_writes_needs_no_beat_of_its_own(place: Place) {
    let mut host = Host::with(place, beating(60));
    host.put("farm", &create("t/LOT-1", "10", "KGM", "leafy_vegetable"));
    let size = host.town.place.head().size;
    host.town.pass(50);
    host.put("farm", &create("t/LOT-2", "10", "KGM", "leafy_vegetable"));
    assert_eq!(host.town.place.head().size, size + 2, "a beat and a record");
    host.town.pass(50);
    std::thread::sleep(SEVERAL_LOOKS);
    assert_eq!(
        host.town.place.head().size,
        size + 2,
        "the last beat is 50 seconds old"
    );
}
