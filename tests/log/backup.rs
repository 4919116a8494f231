//! Backups that are taken while the ledger is written, and what restoring one must refuse.

use crate::common::world::BEGINNING;
use crate::in_another_order;
use crate::support::fixture::{admit_into, code};
use crate::support::{Fixture, Receipts, Supply, shisu};
use shisu::app::AppError;
use shisu::app::backup::{Restore, Restored, Witness, backup, restore};
use shisu::app::check::check;
use shisu::app::home::Home;
use shisu::app::ledger::{Ledger, Options};
use shisu::app::publish::Publisher;
use shisu::core::text::Explain as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use tempfile::TempDir;

/// The ledger of `fixture` in another folder.
fn elsewhere(fixture: &Fixture, dir: &Path) -> Options {
    Options {
        home: Home::at(dir),
        ..fixture.options.clone()
    }
}

fn from(path: &Path) -> Restore {
    Restore {
        from: path.to_path_buf(),
        published: None,
        ca: None,
        replace: false,
    }
}

fn run(options: &Options, wanted: &Restore) -> Result<Restored, AppError> {
    restore(options, wanted, &|_| {})
}

/// Every record is there: submitting it again gives the same index.
fn assert_all_there(options: &Options, receipts: &Receipts) {
    let ledger = Ledger::open(options).unwrap();
    receipts.assert_duplicates(&ledger);
    ledger.close();
}

struct Places {
    dir: TempDir,
    /// Signs on from where the first backup was made.
    supply: Option<Supply>,
}

impl Places {
    fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
            supply: None,
        }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }
}

#[test]
fn a_backup_taken_under_appends_holds_every_receipt_given_before_it() {
    let mut fixture = Fixture::new();
    let places = Places::new();
    let ledger = fixture.open();
    let is_done = AtomicBool::new(false);
    let before = admit_into(&ledger, &fixture.supply.next(300));
    let batches: Vec<Vec<String>> = (0..400).map(|_| fixture.supply.next(5)).collect();
    let made = std::thread::scope(|scope| {
        let (ledger, is_done) = (&ledger, &is_done);
        let appending = scope.spawn(move || {
            let mut after = 0;
            for batch in &batches {
                admit_into(ledger, batch);
                after += 1;
                if is_done.load(Ordering::SeqCst) {
                    break;
                }
            }
            after
        });
        let made: Vec<_> = ["first", "second"]
            .iter()
            .map(|name| backup(&fixture.options, &places.at(name), true).unwrap())
            .collect();
        is_done.store(true, Ordering::SeqCst);
        assert!(
            appending.join().unwrap() > 0,
            "nothing was appended meanwhile"
        );
        made
    });
    ledger.close();
    assert!(made[0].size >= before.size_max());
    assert!(made[1].size >= made[0].size);
    let mut options = elsewhere(&fixture, &places.at("restored"));
    options.accept_missing_copy = true;
    let restored = run(&options, &from(&places.at("second"))).unwrap();
    assert_eq!((restored.size, restored.root), (made[1].size, made[1].root));
    let checked = check(&options, &|_| {}).unwrap();
    assert_eq!(checked.entries, restored.size);
    assert_all_there(&options, &before);
}

/// A ledger, a backup of it, and more records after that; the last head is published.
fn grown(with_keys: bool) -> (Fixture, Places) {
    let (mut fixture, _clock) = Fixture::with_clock(BEGINNING);
    let mut places = Places::new();
    fixture.grow(20);
    backup(&fixture.options, &places.at("old"), with_keys).unwrap();
    places.supply = Some(fixture.supply.clone());
    fixture.grow(20);
    backup(&fixture.options, &places.at("new"), with_keys).unwrap();
    let mut publisher = Publisher::open(&fixture.options, &places.at("public"), false).unwrap();
    publisher.publish().unwrap();
    (fixture, places)
}

fn lose_database(fixture: &Fixture) {
    std::fs::remove_file(fixture.database()).unwrap();
}

#[test]
fn into_its_own_folder_the_newest_backup_is_restored_and_an_older_one_refused() {
    let (fixture, places) = grown(false);
    let size = fixture.head().size;
    lose_database(&fixture);
    let refused = run(&fixture.options, &from(&places.at("old"))).unwrap_err();
    assert_eq!(refused.code(), "restore_behind_head");
    let why = refused.explain();
    assert!(
        why.en.contains("way back") && why.zh.contains("出路"),
        "{why:?}"
    );
    assert!(!fixture.database().exists(), "nothing was changed");
    let restored = run(&fixture.options, &from(&places.at("new"))).unwrap();
    assert_eq!(restored.size, size);
    assert_eq!(
        restored.compared,
        [(Witness::Backup, size), (Witness::HeadCopy, size)]
    );
    assert_eq!(fixture.check().unwrap().entries, size);
    fixture.open().close();
}

#[test]
fn into_a_new_folder_the_published_head_decides() {
    let (fixture, places) = grown(true);
    let options = elsewhere(&fixture, &places.at("restored"));
    let mut wanted = from(&places.at("old"));
    assert_eq!(code(run(&options, &wanted)), "restore_unproven");
    wanted.published = Some(places.at("public").to_str().unwrap().to_owned());
    assert_eq!(code(run(&options, &wanted)), "restore_behind_head");
    assert!(!options.home.is_ledger(), "nothing was changed");
    wanted.from = places.at("new");
    let restored = run(&options, &wanted).unwrap();
    assert!(
        restored
            .compared
            .iter()
            .any(|(by, _)| *by == Witness::Published)
    );
    let ledger = Ledger::open(&options).unwrap();
    ledger.tick().unwrap();
    ledger.close();
    assert_eq!(check(&options, &|_| {}).unwrap().entries, restored.size);
}

#[test]
fn a_published_head_of_another_history_is_a_fork() {
    let (mut fixture, places) = grown(true);
    let mut supply = places.supply.clone().unwrap();
    lose_database(&fixture);
    for copy in fixture.head_copies() {
        drop(std::fs::remove_file(copy));
    }
    fixture.options.accept_missing_copy = true;
    run(&fixture.options, &from(&places.at("old"))).unwrap();
    fixture.admit(&in_another_order(supply.next(24)));
    backup(&fixture.options, &places.at("other"), true).unwrap();
    let options = elsewhere(&fixture, &places.at("restored"));
    let mut wanted = from(&places.at("other"));
    wanted.published = Some(places.at("public").to_str().unwrap().to_owned());
    assert_eq!(code(run(&options, &wanted)), "restore_fork");
}

#[test]
fn a_published_log_that_cannot_be_read_or_is_somebody_elses_stops_the_restore() {
    let (fixture, places) = grown(true);
    let options = elsewhere(&fixture, &places.at("restored"));
    let mut wanted = from(&places.at("new"));
    wanted.published = Some(places.at("nothing").to_str().unwrap().to_owned());
    assert_eq!(code(run(&options, &wanted)), "restore_published");
    let checkpoint = places.at("public").join("checkpoint");
    let text = std::fs::read_to_string(&checkpoint).unwrap();
    std::fs::write(&checkpoint, text.replacen('z', "y", 1)).unwrap();
    wanted.published = Some(places.at("public").to_str().unwrap().to_owned());
    assert_eq!(code(run(&options, &wanted)), "checkpoint");
}

#[test]
fn a_backup_whose_bytes_changed_or_that_was_not_completed_is_refused() {
    let (fixture, places) = grown(true);
    let mut options = elsewhere(&fixture, &places.at("restored"));
    options.accept_missing_copy = true;
    let database = places.at("new").join("ledger.sqlite");
    let good = std::fs::read(&database).unwrap();
    for at in [100, good.len() / 2, good.len() - 1] {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        std::fs::write(&database, bytes).unwrap();
        assert_eq!(
            code(run(&options, &from(&places.at("new")))),
            "backup_damaged"
        );
    }
    std::fs::write(&database, &good).unwrap();
    let manifest = places.at("new").join("backup.json");
    let text = std::fs::read(&manifest).unwrap();
    std::fs::remove_file(&manifest).unwrap();
    assert_eq!(
        code(run(&options, &from(&places.at("new")))),
        "backup_damaged"
    );
    assert!(!options.home.is_ledger());
    std::fs::write(&manifest, text).unwrap();
    run(&options, &from(&places.at("new"))).unwrap();
}

#[test]
fn a_database_that_is_there_is_put_aside_only_when_asked_and_never_deleted() {
    let (fixture, places) = grown(false);
    let wanted = from(&places.at("new"));
    assert_eq!(code(run(&fixture.options, &wanted)), "backup_exists");
    let before = std::fs::read(fixture.database()).unwrap();
    let wanted = Restore {
        replace: true,
        ..wanted
    };
    let aside = run(&fixture.options, &wanted).unwrap().put_aside.unwrap();
    assert_eq!(std::fs::read(aside).unwrap(), before);
    fixture.check().unwrap();
}

#[test]
fn keys_come_along_only_when_asked_and_a_folder_without_keys_is_refused() {
    let (fixture, places) = grown(false);
    assert!(!places.at("new").join("keys").exists());
    let mut options = elsewhere(&fixture, &places.at("restored"));
    options.accept_missing_copy = true;
    assert_eq!(
        code(run(&options, &from(&places.at("new")))),
        "keys_missing"
    );
    let keys = places.at("restored").join("keys");
    std::fs::create_dir_all(&keys).unwrap();
    for key in ["node.jwk", "log.jwk"] {
        std::fs::copy(fixture.home().join("keys").join(key), keys.join(key)).unwrap();
    }
    run(&options, &from(&places.at("new"))).unwrap();
    Ledger::open(&options).unwrap().close();
}

#[cfg(unix)]
#[test]
fn a_backup_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_fixture, places) = grown(true);
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = places.at("new");
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(&folder.join("keys")), 0o700);
    for file in [
        "ledger.sqlite",
        "backup.json",
        "ledger.json",
        "keys/log.jwk",
        "head/checkpoint",
    ] {
        assert_eq!(mode(&folder.join(file)), 0o600, "{file}");
    }
}

#[test]
fn a_single_file_is_a_backup_of_the_database_alone() {
    let fixture = Fixture::new();
    let places = Places::new();
    let file = places.at("copy.sqlite");
    let (file, home) = (file.to_str().unwrap(), fixture.home_text());
    let ended = shisu(&["backup", file, "--json", "--data-dir", &home]);
    assert!(ended.is_good(), "{}", ended.errors);
    shisu(&["backup", file, "--data-dir", &home]).assert_refused("backup_exists");
    lose_database(&fixture);
    let ended = shisu(&["restore", file, "--data-dir", &home]);
    assert!(ended.is_good(), "{}", ended.errors);
    fixture.assert_sound();
}

#[test]
fn postgresql_is_told_to_use_its_own_tools() {
    let fixture = Fixture::new();
    let places = Places::new();
    let (target, home) = (places.at("b"), fixture.home_text());
    let url = "postgres://nobody@127.0.0.1:1/none";
    let target = target.to_str().unwrap();
    for command in ["backup", "restore"] {
        let ended = shisu(&[command, target, "--data-dir", &home, "--database-url", url]);
        ended.assert_refused("backup_postgres");
        assert!(ended.errors.contains("pg_basebackup"), "{}", ended.errors);
    }
}

#[test]
fn a_backup_that_fails_leaves_nothing_in_the_way_of_the_next() {
    let fixture = Fixture::new();
    let places = Places::new();
    // The database is copied, then the policy cannot be.
    let policy = fixture.options.home.policy();
    let text = std::fs::read(&policy).unwrap();
    std::fs::remove_file(&policy).unwrap();
    std::fs::create_dir(&policy).unwrap();
    let target = places.at("backup");
    assert_eq!(code(backup(&fixture.options, &target, false)), "file");
    assert!(!target.exists());
    std::fs::remove_dir(&policy).unwrap();
    std::fs::write(&policy, text).unwrap();
    backup(&fixture.options, &target, false).unwrap();
}
