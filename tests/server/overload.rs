//! More than can be done: writers are told to come back, readers are answered.

use crate::client::Client;
use crate::common::draft::create;
use crate::host::{Host, config, post};
use crate::place::Place;
use crate::town::{parse, prove};
use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, SqliteConnection};
use shisu::core::log::Receipt;
use std::time::{Duration, Instant};

/// Writers at the same time: more than may wait.
const WRITERS: u64 = 200;

#[test]
fn when_the_writer_is_stuck_writers_are_turned_away_and_readers_are_not() {
    let mut config = config();
    config.limits.submissions_max = 50;
    let mut host = Host::with(Place::sqlite(), config);
    let texts: Vec<String> = (1..=WRITERS)
        .map(|seq| {
            let draft = create(&format!("t/LOT-{seq}"), "1", "KGM", "leafy_vegetable");
            host.town.world.text("farm", &draft.set("seq", seq))
        })
        .collect();
    // Somebody else holds the database's lock, for less than the writer is patient.
    let mut other = SqliteConnection::establish(&host.town.place.url).unwrap();
    other
        .batch_execute("PRAGMA busy_timeout = 5000; BEGIN IMMEDIATE")
        .unwrap();
    let address = host.address;
    let writers: Vec<_> = texts
        .iter()
        .cloned()
        .map(|text| std::thread::spawn(move || post(&mut Client::to(address), &text)))
        .collect();
    std::thread::sleep(Duration::from_millis(500));
    let mut client = host.client();
    for _ in 0..20 {
        let began = Instant::now();
        assert_eq!(client.get("/v1/lots/t/NONE/verdict").status, 200);
        assert!(
            began.elapsed() < Duration::from_secs(2),
            "{:?}",
            began.elapsed()
        );
    }
    other.batch_execute("ROLLBACK").unwrap();
    let mut turned_away = 0;
    for (text, writer) in texts.iter().zip(writers) {
        let answer = writer.join().unwrap();
        match answer.status {
            201 => prove(
                &host.town.world,
                text,
                &Receipt::parse(answer.text()).unwrap(),
            ),
            503 => {
                assert_eq!(answer.problem(503), "overloaded");
                assert!(answer.header("retry-after").is_some());
                turned_away += 1;
            }
            other => panic!("{other}: {}", answer.text()),
        }
    }
    assert!((1..WRITERS).contains(&turned_away), "{turned_away}");
    // Whoever comes back is recorded.
    for text in &texts {
        assert!(matches!(host.submit(text).status, 200 | 201));
    }
    let entries = host.town.place.entries();
    for text in &texts {
        let id = parse(text).id;
        assert_eq!(entries.iter().filter(|entry| entry.id == id).count(), 1);
    }
}
