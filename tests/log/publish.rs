//! The log as files: what is there, in which order it comes, and what is never published.

use crate::common::world::BEGINNING;
use crate::in_another_order;
use crate::support::fixture::code;
use crate::support::{Fixture, shisu};
use shisu::app::monitor::{Monitor, Settings};
use shisu::app::publish::{Published, Publisher};
use shisu::app::tiles;
use shisu::core::log::layout::{entry_tiles, hash_tiles};
use shisu::core::log::{SignedCheckpoint, TilePath};
use shisu::store::Store;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The newest checkpoint that is signed, and the one that is published.
fn signed(fixture: &Fixture) -> SignedCheckpoint {
    let description = fixture.options.home.description().unwrap();
    let copy = fixture.options.head_copy(&description);
    let text = std::fs::read_to_string(copy).unwrap();
    SignedCheckpoint::parse(&text).unwrap()
}

fn published(dir: &Path) -> SignedCheckpoint {
    let text = std::fs::read_to_string(dir.join("checkpoint")).unwrap();
    SignedCheckpoint::parse(&text).unwrap()
}

fn publish(fixture: &Fixture, dir: &Path, entries: bool) -> Published {
    let mut publisher = Publisher::open(&fixture.options, dir, entries).unwrap();
    publisher.publish().unwrap()
}

/// Every file below `dir`, with paths as on the wire.
fn files(dir: &Path) -> BTreeSet<String> {
    fn walk(root: &Path, dir: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, found);
            } else {
                let below = path.strip_prefix(root).unwrap();
                found.insert(below.to_str().unwrap().to_owned());
            }
        }
    }
    let mut found = BTreeSet::new();
    walk(dir, dir, &mut found);
    found
}

fn all_tiles(size: u64) -> impl Iterator<Item = TilePath> {
    hash_tiles(0, size).chain(entry_tiles(0, size))
}

#[test]
fn what_is_published_is_what_is_served_byte_for_byte() {
    let (mut fixture, _clock) = Fixture::with_clock(BEGINNING);
    fixture.grow(600);
    let dir = tempfile::tempdir().unwrap();
    let told = publish(&fixture, dir.path(), true);
    let signed = signed(&fixture);
    let size = signed.checkpoint().size();
    assert!(told.moved && told.size == size && size > 512, "{told:?}");
    assert_eq!(published(dir.path()), signed);
    let store = Store::open(&fixture.options.database(), None).unwrap();
    let mut wanted: BTreeSet<String> = [".publish.lock", "checkpoint"].map(String::from).into();
    for tile in all_tiles(size) {
        let served = tiles::tile(&store, &signed, tile).unwrap().unwrap();
        let file = std::fs::read(dir.path().join(tile.to_string())).unwrap();
        assert_eq!(served, file, "{tile}");
        wanted.insert(tile.to_string());
    }
    assert_eq!(files(dir.path()), wanted, "and nothing else");
    let count = u64::try_from(wanted.len()).unwrap() - 1;
    assert_eq!(told.files, count, "the lock is not counted");
}

#[test]
fn publishing_needs_no_private_key() {
    let fixture = Fixture::new();
    std::fs::remove_dir_all(fixture.home().join("keys")).unwrap();
    let dir = tempfile::tempdir().unwrap();
    assert!(publish(&fixture, dir.path(), false).moved);
}

#[test]
fn entries_are_published_only_when_asked_for_and_can_be_added_later() {
    let (mut fixture, _clock) = Fixture::with_clock(BEGINNING);
    fixture.grow(300);
    let dir = tempfile::tempdir().unwrap();
    publish(&fixture, dir.path(), false);
    assert!(!dir.path().join("tile/entries").exists());
    let told = publish(&fixture, dir.path(), true);
    assert!(!told.moved);
    for tile in entry_tiles(0, told.size) {
        assert!(dir.path().join(tile.to_string()).exists(), "{tile}");
    }
}

#[test]
fn a_tile_beyond_the_signed_head_is_not_given_out() {
    let (mut fixture, _clock) = Fixture::with_clock(BEGINNING);
    let old = signed(&fixture);
    fixture.grow(300);
    let store = Store::open(&fixture.options.database(), None).unwrap();
    let tile = |path: &str| tiles::tile(&store, &old, TilePath::parse(path).unwrap()).unwrap();
    let size = old.checkpoint().size();
    assert!(tile(&format!("tile/0/000.p/{size}")).is_some());
    assert_eq!(tile(&format!("tile/0/000.p/{}", size + 1)), None);
    assert_eq!(tile("tile/0/000"), None, "it is there, but not signed for");
    assert_eq!(tile("tile/entries/000"), None);
}

#[test]
fn later_rounds_add_what_is_new_and_take_away_what_is_full() {
    let (mut fixture, _clock) = Fixture::with_clock(BEGINNING);
    let dir = tempfile::tempdir().unwrap();
    let mut publisher = Publisher::open(&fixture.options, dir.path(), true).unwrap();
    publisher.publish().unwrap();
    let again = publisher.publish().unwrap();
    assert_eq!((again.files, again.moved), (0, false));
    fixture.grow(260);
    publisher.publish().unwrap();
    assert!(dir.path().join("tile/0/000").exists());
    assert!(
        dir.path().join("tile/0/000.p").exists(),
        "somebody may hold the checkpoint of a moment ago"
    );
    fixture.grow(1);
    let told = publisher.publish().unwrap();
    assert!(!dir.path().join("tile/0/000.p").exists());
    assert!(!dir.path().join("tile/entries/000.p").exists());
    assert_eq!(told.files, 3, "one hash tile, one bundle, the checkpoint");
    for tile in all_tiles(told.size) {
        assert!(dir.path().join(tile.to_string()).exists(), "{tile}");
    }
}

#[test]
fn tiles_that_are_missing_or_cut_short_are_written_again_at_the_next_start() {
    let (mut fixture, _clock) = Fixture::with_clock(BEGINNING);
    fixture.grow(300);
    let dir = tempfile::tempdir().unwrap();
    publish(&fixture, dir.path(), true);
    let before = std::fs::read(dir.path().join("tile/0/000")).unwrap();
    std::fs::write(dir.path().join("tile/0/000"), &before[..99]).unwrap();
    std::fs::remove_file(dir.path().join("tile/entries/000")).unwrap();
    let told = publish(&fixture, dir.path(), true);
    assert_eq!((told.files, told.moved), (2, false));
    assert_eq!(
        std::fs::read(dir.path().join("tile/0/000")).unwrap(),
        before
    );
}

#[test]
fn no_checkpoint_is_published_whose_tiles_are_not_there() {
    let (mut fixture, _clock) = Fixture::with_clock(BEGINNING);
    let dir = tempfile::tempdir().unwrap();
    let mut publisher = Publisher::open(&fixture.options, dir.path(), false).unwrap();
    let old = publisher.publish().unwrap();
    fixture.grow(300);
    // A file where the folder of tiles must be: the tiles cannot be written.
    let blocked = dir.path().join("tile/1");
    std::fs::write(&blocked, "in the way").unwrap();
    assert_eq!(code(publisher.publish()), "file");
    assert_eq!(published(dir.path()).checkpoint().size(), old.size);
    std::fs::remove_file(&blocked).unwrap();
    assert!(publisher.publish().unwrap().moved);
}

#[cfg(unix)]
#[test]
fn everybody_may_read_what_is_published_whatever_the_umask() {
    use std::os::unix::fs::PermissionsExt as _;
    let fixture = Fixture::new();
    let dir = tempfile::tempdir().unwrap();
    let target = dir.path().join("public");
    let program = env!("CARGO_BIN_EXE_shisu");
    let script = format!(
        "umask 077 && {program} publish {} --entries --data-dir {}",
        target.display(),
        fixture.home_text()
    );
    let done = std::process::Command::new("sh")
        .args(["-c", &script])
        .status();
    assert!(done.unwrap().success());
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for file in files(&target).iter().filter(|file| !file.starts_with('.')) {
        let path = target.join(file);
        assert_eq!(mode(&path), 0o644, "{file}");
        let folders = path
            .ancestors()
            .skip(1)
            .take_while(|above| *above != dir.path());
        for folder in folders {
            assert_eq!(mode(folder), 0o755, "{}", folder.display());
        }
    }
}

/// A ledger, a backup of it that was restored, and what was published in between.
fn restored() -> (Fixture, TempDir, PathBuf) {
    let (mut fixture, _clock) = Fixture::with_clock(BEGINNING);
    fixture.grow(4);
    let backup = std::fs::read(fixture.database()).unwrap();
    let supply = fixture.supply.clone();
    fixture.grow(6);
    fixture.supply = supply;
    let dir = tempfile::tempdir().unwrap();
    publish(&fixture, dir.path(), false);
    std::fs::write(fixture.database(), backup).unwrap();
    for copy in fixture.head_copies() {
        drop(std::fs::remove_file(copy));
    }
    fixture.options.accept_missing_copy = true;
    let target = dir.path().to_path_buf();
    (fixture, dir, target)
}

#[test]
fn a_ledger_behind_what_is_published_is_refused() {
    let (fixture, _dir, target) = restored();
    let ledger = fixture.open();
    ledger.tick().unwrap();
    ledger.close();
    let before = published(&target);
    let mut publisher = Publisher::open(&fixture.options, &target, false).unwrap();
    assert_eq!(code(publisher.publish()), "behind_published_head");
    assert_eq!(published(&target), before);
}

#[test]
fn another_history_than_the_published_one_is_refused() {
    let (fixture, _dir, target) = restored();
    fixture.admit(&in_another_order(fixture.supply.clone().next(12)));
    let before = published(&target);
    assert!(fixture.head().size > before.checkpoint().size());
    let mut publisher = Publisher::open(&fixture.options, &target, false).unwrap();
    assert_eq!(code(publisher.publish()), "published_fork");
    assert_eq!(published(&target), before);
}

#[test]
fn a_published_file_that_is_no_checkpoint_of_this_log_is_left_alone() {
    let fixture = Fixture::new();
    let dir = tempfile::tempdir().unwrap();
    publish(&fixture, dir.path(), false);
    let path = dir.path().join("checkpoint");
    let good = std::fs::read_to_string(&path).unwrap();
    for bad in [
        "",
        "nothing",
        &good.replace('\n', "\r\n"),
        &good.replacen('\n', "x\n", 1),
    ] {
        std::fs::write(&path, bad).unwrap();
        let mut publisher = Publisher::open(&fixture.options, dir.path(), false).unwrap();
        assert_eq!(code(publisher.publish()), "published_unreadable", "{bad:?}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), bad);
    }
}

#[test]
fn two_processes_do_not_publish_to_one_folder() {
    let fixture = Fixture::new();
    let dir = tempfile::tempdir().unwrap();
    let first = Publisher::open(&fixture.options, dir.path(), false).unwrap();
    let home = fixture.home_text();
    let target = dir.path().to_str().unwrap();
    let arguments = ["publish", target, "--data-dir", &home];
    shisu(&arguments).assert_refused("publish_busy");
    drop(first);
    assert!(shisu(&arguments).is_good());
}

#[test]
fn a_watch_follows_the_ledger_until_it_is_asked_to_end() {
    let mut fixture = Fixture::new();
    let dir = tempfile::tempdir().unwrap();
    let mut watch = std::process::Command::new(env!("CARGO_BIN_EXE_shisu"))
        .args(["publish", "--watch", "--json", "--data-dir"])
        .args([fixture.home(), dir.path()])
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let wait_for = |size: u64| {
        let begun = Instant::now();
        let is_there = || {
            dir.path().join("checkpoint").exists()
                && published(dir.path()).checkpoint().size() >= size
        };
        while !is_there() {
            assert!(begun.elapsed() < Duration::from_secs(20), "not at {size}");
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    wait_for(1);
    for _ in 0..2 {
        let receipts = fixture.grow(20);
        wait_for(receipts.size_max());
    }
    let pid = watch.id().to_string();
    let asked = std::process::Command::new("kill")
        .args(["-TERM", &pid])
        .status();
    assert!(asked.unwrap().success());
    assert_eq!(watch.wait().unwrap().code(), Some(0));
}

#[test]
fn killed_at_any_moment_it_leaves_a_log_whose_tiles_are_all_there() {
    let mut fixture = Fixture::new();
    let dir = tempfile::tempdir().unwrap();
    let key = fixture.options.home.identity().unwrap().verifier().unwrap();
    let mut seen = 0;
    for round in 0..8 {
        fixture.grow(150);
        let mut publishing = std::process::Command::new(env!("CARGO_BIN_EXE_shisu"))
            .args(["publish", "--entries", "--data-dir"])
            .args([fixture.home(), dir.path()])
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(12 * round));
        publishing.kill().unwrap();
        publishing.wait().unwrap();
        if !dir.path().join("checkpoint").exists() {
            continue;
        }
        let settings = Settings {
            key: Some(key.clone()),
            entries: true,
            ..Settings::default()
        };
        let place = dir.path().to_str().unwrap();
        let mut monitor = Monitor::open(place, settings, fixture.options.clock.clone()).unwrap();
        let report = monitor.round(None).unwrap();
        assert!(report.ok, "round {round}: {report:?}");
        assert!(report.size.unwrap() >= seen, "it never goes back");
        seen = report.size.unwrap();
    }
    let size = publish(&fixture, dir.path(), true).size;
    assert_eq!(size, fixture.head().size);
}
