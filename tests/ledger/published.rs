//! The log as files, from both databases: published, followed, and the same bytes whoever asks.

use crate::common::draft::create;
use crate::place::{Place, on_both_databases};
use crate::town::{Town, verifier};
use shisu::app::backup::backup;
use shisu::app::clock::Clock;
use shisu::app::monitor::{Monitor, Settings};
use shisu::app::publish::Publisher;
use shisu::app::tiles;
use shisu::core::log::SignedCheckpoint;
use shisu::core::log::layout::{entry_tiles, hash_tiles};
use shisu::core::text::Explain as _;

on_both_databases! {
    the_log_is_published_and_followed_beside_whoever_appends
    only_a_database_that_is_a_file_is_backed_up_here
}

fn grow(town: &mut Town, count: usize) {
    let from = town.place.head().size;
    let texts: Vec<String> = (0..count)
        .map(|n| {
            let lot = format!("t/LOT-{from}-{n}");
            town.sign("farm", &create(&lot, "10", "KGM", "leafy_vegetable"))
        })
        .collect();
    town.submit(&texts);
}

fn the_log_is_published_and_followed_beside_whoever_appends(place: Place) {
    let mut town = Town::new(place);
    let dir = tempfile::tempdir().unwrap();
    let options = town.place.options();
    let mut publisher = Publisher::open(&options, dir.path(), true).unwrap();
    let settings = Settings {
        key: Some(verifier(&town.world)),
        entries: true,
        reread_tiles: 64,
        ..Settings::default()
    };
    let place = dir.path().to_str().unwrap();
    let mut monitor = Monitor::open(place, settings, Clock::System).unwrap();
    for more in [1, 300, 300] {
        grow(&mut town, more);
        let size = publisher.publish().unwrap().size;
        assert_eq!(size, town.place.head().size);
        let report = monitor.round(None).unwrap();
        assert!(report.ok && report.audited == size, "{report:?}");
    }
    let text = std::fs::read_to_string(dir.path().join("checkpoint")).unwrap();
    let signed = SignedCheckpoint::parse(&text).unwrap();
    let size = signed.checkpoint().size();
    let store = town.place.store();
    for tile in hash_tiles(0, size).chain(entry_tiles(0, size)) {
        let served = tiles::tile(&store, &signed, tile).unwrap().unwrap();
        let file = std::fs::read(dir.path().join(tile.to_string())).unwrap();
        assert_eq!(served, file, "{tile}");
    }
}

fn only_a_database_that_is_a_file_is_backed_up_here(place: Place) {
    let town = Town::new(place);
    let dir = tempfile::tempdir().unwrap();
    let made = backup(&town.place.options(), &dir.path().join("backup"), false);
    match town.place.is_sqlite() {
        true => assert_eq!(made.unwrap().size, town.place.head().size),
        false => assert_eq!(made.unwrap_err().code(), "backup_postgres"),
    }
}
