//! The second copy of the head against old backups, forks, and crashes between commit and
//! signature.

use crate::common::world::BEGINNING;
use crate::support::fixture::code;
use crate::support::{Fixture, shisu};
use std::path::{Path, PathBuf};

/// Bytes of files, to be put back.
struct Saved(Vec<(PathBuf, Option<Vec<u8>>)>);

impl Saved {
    fn of(paths: impl IntoIterator<Item = PathBuf>) -> Self {
        let paths = paths.into_iter();
        Self(
            paths
                .map(|path| (path.clone(), std::fs::read(&path).ok()))
                .collect(),
        )
    }

    fn copies(fixture: &Fixture) -> Self {
        Self::of(fixture.head_copies())
    }

    /// Of a ledger that is closed.
    fn database(fixture: &Fixture) -> Self {
        let path = fixture.database();
        assert!(
            !path.with_extension("sqlite-wal").exists(),
            "it is still open"
        );
        Self::of([path])
    }

    fn put_back(&self) {
        for (path, bytes) in &self.0 {
            match bytes {
                Some(bytes) => std::fs::write(path, bytes).unwrap(),
                None => drop(std::fs::remove_file(path)),
            }
        }
    }
}

fn remove_copies(fixture: &Fixture) {
    for path in fixture.head_copies() {
        drop(std::fs::remove_file(path));
    }
}

#[test]
fn a_crash_between_commit_and_signature_is_signed_at_the_next_start() {
    let (mut fixture, _clock) = Fixture::with_clock(BEGINNING);
    let copies = Saved::copies(&fixture);
    let older = fixture.copied_size();
    let receipts = fixture.grow(4);
    copies.put_back();
    assert_eq!(fixture.copied_size(), older);
    let ledger = fixture.open();
    ledger.tick().unwrap();
    let signed = ledger.head().unwrap();
    assert_eq!(signed.checkpoint().size(), receipts.size_max());
    ledger.close();
    assert_eq!(fixture.copied_size(), receipts.size_max());
    receipts.assert_kept(&fixture);
    assert_eq!(
        fixture.check().unwrap().signed_head,
        Some(receipts.size_max())
    );
}

#[test]
fn an_old_backup_behind_a_signed_head_is_refused() {
    let (mut fixture, _clock) = Fixture::with_clock(BEGINNING);
    fixture.grow(4);
    let backup = Saved::database(&fixture);
    let receipts = fixture.grow(4);
    let newest = Saved::database(&fixture);
    backup.put_back();
    assert_eq!(fixture.refusal_to_open(), "behind_signed_head");
    assert_eq!(code(fixture.check()), "behind_signed_head");
    newest.put_back();
    receipts.assert_kept(&fixture);
    fixture.check().unwrap();
}

/// A copy of everything in a folder.
fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy_folder(&entry.path(), &target),
            false => drop(std::fs::copy(entry.path(), target).unwrap()),
        }
    }
}

/// Puts a whole folder back as it was.
fn put_folder_back(backup: &Path, folder: &Path) {
    std::fs::remove_dir_all(folder).unwrap();
    copy_folder(backup, folder);
}

#[test]
fn an_old_backup_of_the_whole_folder_is_refused_if_the_second_copy_is_elsewhere() {
    let dir = tempfile::tempdir().unwrap();
    let (backup, disk) = (dir.path().join("backup"), dir.path().join("other-disk"));
    let mut fixture = Fixture::new();
    let copies = fixture.head_copies();
    fixture.options.head_copy = Some(disk.join("head"));
    // Whoever moves the copy takes the newest along.
    assert_eq!(fixture.refusal_to_open(), "head_copy_missing");
    std::fs::create_dir_all(&disk).unwrap();
    std::fs::copy(&copies[1], disk.join("head")).unwrap();
    fixture.grow(4);
    copy_folder(fixture.home(), &backup);
    fixture.grow(4);
    put_folder_back(&backup, fixture.home());
    assert_eq!(fixture.refusal_to_open(), "behind_signed_head");
    assert_eq!(code(fixture.check()), "behind_signed_head");

    let (home, copy) = (fixture.home_text(), disk.join("head"));
    let said = ["--data-dir", &home, "--head-copy", copy.to_str().unwrap()];
    shisu(&[&["check"][..], &said].concat()).assert_refused("behind_signed_head");
    shisu(&[&["submit"][..], &said].concat()).assert_refused("behind_signed_head");
    fixture.options.head_copy = None;
    fixture.open().close();
}

#[test]
fn a_ledger_begun_with_a_second_copy_elsewhere_needs_not_be_told_again() {
    let dir = tempfile::tempdir().unwrap();
    let disk = dir.path().join("other-disk").join("head");
    let mut fixture = Fixture::at_with(dir.path(), |options| {
        options.head_copy = Some(disk.clone());
    });
    fixture.options.head_copy = None;
    assert_eq!(fixture.head_copy(), disk);
    let backup = dir.path().join("backup");
    copy_folder(fixture.home(), &backup);
    let receipts = fixture.grow(4);
    assert_eq!(fixture.copied_size(), receipts.size_max());
    put_folder_back(&backup, fixture.home());
    assert_eq!(fixture.refusal_to_open(), "behind_signed_head");
    assert!(!fixture.home().join("head").exists());
}

#[test]
fn a_history_that_is_another_one_than_was_signed_is_refused() {
    let (mut fixture, _clock) = Fixture::with_clock(BEGINNING);
    fixture.grow(4);
    let backup = Saved::database(&fixture);
    let mut others = fixture.supply.clone();
    let receipts = fixture.grow(4);
    let copies = Saved::copies(&fixture);
    // Somebody restores the backup, waves the missing copy through, and other records follow.
    backup.put_back();
    remove_copies(&fixture);
    fixture.options.accept_missing_copy = true;
    others.next(2);
    for more in [2, 2] {
        fixture.admit(&others.next(more));
    }
    assert!(fixture.head().size > receipts.size_max());
    fixture.options.accept_missing_copy = false;
    copies.put_back();
    assert_eq!(fixture.refusal_to_open(), "fork");
    let ended = shisu(&["check", "--data-dir", &fixture.home_text()]);
    ended.assert_refused("fork");
}

#[test]
fn a_missing_second_copy_is_refused_unless_somebody_answers_for_it() {
    let mut fixture = Fixture::new();
    let receipts = fixture.grow(4);
    remove_copies(&fixture);
    assert_eq!(fixture.refusal_to_open(), "head_copy_missing");
    let empty = fixture.home().join("nothing");
    std::fs::write(&empty, "").unwrap();
    let (empty, home) = (empty.to_str().unwrap(), fixture.home_text());
    shisu(&["submit", empty, "--data-dir", &home]).assert_refused("head_copy_missing");
    fixture.options.accept_missing_copy = true;
    let ledger = fixture.open();
    ledger.tick().unwrap();
    ledger.close();
    fixture.options.accept_missing_copy = false;
    assert_eq!(fixture.copied_size(), receipts.size_max());
    receipts.assert_kept(&fixture);
    fixture.assert_sound();
}

#[test]
fn the_command_line_can_answer_for_a_missing_second_copy() {
    let mut fixture = Fixture::new();
    fixture.grow(2);
    remove_copies(&fixture);
    let records = fixture.home().join("records");
    std::fs::write(&records, fixture.supply.next(2).join("\n")).unwrap();
    let (records, home) = (records.to_str().unwrap(), fixture.home_text());
    let arguments = ["submit", records, "--data-dir", &home];
    shisu(&arguments).assert_refused("head_copy_missing");
    let answered = [&arguments[..], &["--accept-missing-head-copy"]].concat();
    assert!(shisu(&answered).is_good());
    assert_eq!(fixture.copied_size(), fixture.head().size);
}

#[test]
fn a_second_copy_that_was_cut_off_falls_back_to_the_one_forced_to_disk() {
    let (mut fixture, _clock) = Fixture::with_clock(BEGINNING);
    let receipts = fixture.grow(4);
    let [synced, newest] = fixture.head_copies();
    std::fs::write(&newest, "").unwrap();
    receipts.assert_kept(&fixture);
    std::fs::write(&newest, "").unwrap();
    std::fs::write(&synced, "").unwrap();
    assert_eq!(fixture.refusal_to_open(), "head_copy");
}

#[test]
fn a_second_copy_signed_by_somebody_else_is_refused() {
    let (mut fixture, _clock) = Fixture::with_clock(BEGINNING);
    fixture.grow(2);
    let (before, [_, newest]) = (fixture.head(), fixture.head_copies());
    let text = std::fs::read_to_string(&newest).unwrap();
    // One character of the signature, in the middle where no bit is spare.
    let at = text.len() - 40;
    let (head, rest) = text.split_at(at);
    let other = if rest.starts_with('A') { "B" } else { "A" };
    let forged = format!("{head}{other}{}", rest.split_at(1).1);
    for path in fixture.head_copies() {
        std::fs::write(path, &forged).unwrap();
    }
    assert_eq!(fixture.refusal_to_open(), "checkpoint");
    assert_eq!(fixture.head(), before);
}
