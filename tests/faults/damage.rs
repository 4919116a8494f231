//! A ledger that somebody changed or that rotted: `check` names what is wrong, and `rebuild` makes
//! good what the log still tells.

use crate::common::world::BEGINNING;
use crate::support::fixture::code;
use crate::support::{Fixture, shisu, sql};
use shisu::app::AppError;
use shisu::app::rebuild::rebuild;
use shisu::core::custody::{EntryKey, LogNo};
use std::path::Path;

/// Entries enough for a full tile.
const RECORDS: usize = 270;

/// An entry of a farm, in the middle.
const VICTIM: u64 = 100;

/// Its name in the database.
fn key(index: u64) -> i64 {
    EntryKey::new(LogNo::HOME, index).unwrap().get()
}

fn sound() -> Fixture {
    let (mut fixture, _clock) = Fixture::with_clock(BEGINNING);
    fixture.grow(RECORDS);
    fixture.check().unwrap();
    fixture
}

/// Another ledger with the same bytes.
fn copy_of(original: &Path, copy: &Path) {
    std::fs::create_dir_all(copy).unwrap();
    for entry in std::fs::read_dir(original).unwrap() {
        let entry = entry.unwrap();
        let to = copy.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_of(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// What a check finds after this SQL.
fn found_after(original: &Fixture, sql: &str) -> AppError {
    let dir = tempfile::tempdir().unwrap();
    copy_of(original.home(), dir.path());
    sql::tamper(&dir.path().join("ledger.sqlite"), sql);
    let mut options = original.options.clone();
    options.home = shisu::app::home::Home::at(dir.path());
    shisu::app::check::check(&options, &|_| {}).unwrap_err()
}

fn assert_names_entry(found: &AppError, entry: u64) {
    match found {
        AppError::Damaged { index, .. } => assert_eq!(*index, entry, "{found}"),
        other => panic!("no entry is named: {other}"),
    }
}

#[test]
fn a_change_of_history_is_found_at_its_entry() {
    let fixture = sound();
    let victim = key(VICTIM);
    let at = format!("WHERE key = {victim}");
    // The signature, the payload, the header: one letter each; then whole columns.
    for sql in [
        format!(
            "UPDATE entry SET jwt = substr(jwt, 1, length(jwt) - 20) || iif(substr(jwt, -20, 1) = 'A', 'B', 'A') || substr(jwt, -19) {at}"
        ),
        format!(
            "UPDATE entry SET jwt = substr(jwt, 1, 200) || iif(substr(jwt, 201, 1) = 'A', 'B', 'A') || substr(jwt, 202) {at}"
        ),
        format!("UPDATE entry SET jwt = 'X' || substr(jwt, 2) {at}"),
        format!("UPDATE entry SET jwt = (SELECT jwt FROM entry WHERE key = {victim} + 1) {at}"),
        format!("UPDATE entry SET id = zeroblob(32) {at}"),
        format!(
            "UPDATE disclosure SET balance = replace(balance, 'e', 'f') WHERE entry = {victim}"
        ),
        format!("UPDATE disclosure SET balance = NULL WHERE entry = {victim}"),
        format!("DELETE FROM entry {at}"),
    ] {
        assert_names_entry(&found_after(&fixture, &sql), VICTIM);
    }
}

#[test]
fn entries_that_changed_places_are_found() {
    let fixture = sound();
    let victim = key(VICTIM);
    let swap = format!(
        "UPDATE entry SET key = -1 WHERE key = {victim}; \
         UPDATE entry SET key = {victim} WHERE key = {victim} + 1; \
         UPDATE entry SET key = {victim} + 1 WHERE key = -1"
    );
    assert_names_entry(&found_after(&fixture, &swap), VICTIM);
}

#[test]
fn an_end_that_was_cut_off_is_found() {
    let fixture = sound();
    let size = fixture.head().size;
    let last = size - 1;
    let found = found_after(
        &fixture,
        &format!("DELETE FROM entry WHERE key = {}", key(last)),
    );
    assert_names_entry(&found, last);
    let found = found_after(
        &fixture,
        &format!(
            "DELETE FROM entry WHERE key = {}; UPDATE head SET size = {last}",
            key(last)
        ),
    );
    assert!(
        matches!(found, AppError::BehindSignedHead { .. }),
        "{found}"
    );
}

#[test]
fn a_changed_tile_or_head_is_named() {
    let fixture = sound();
    let cases = [
        ("UPDATE tile SET hashes = zeroblob(length(hashes))", "tile"),
        ("DELETE FROM tile", "tile"),
        ("UPDATE head SET root = zeroblob(32)", "head"),
        ("UPDATE head SET beat_at = beat_at + 1", "head"),
    ];
    for (sql, name) in cases {
        match found_after(&fixture, sql) {
            AppError::Contradicts { what } => assert!(what.starts_with(name), "{sql}: {what}"),
            other => panic!("{sql}: {other}"),
        }
    }
}

#[test]
fn a_changed_row_of_a_projection_is_named_with_its_table() {
    let fixture = sound();
    let cases = [
        (
            "UPDATE party SET name = 'other' WHERE id = (SELECT max(id) FROM party)",
            "party",
        ),
        (
            "DELETE FROM site WHERE id = (SELECT max(id) FROM site)",
            "site",
        ),
        ("UPDATE signing_key SET until_at = 1", "signing_key"),
        ("UPDATE feed SET seq_max = seq_max + 1", "feed"),
        ("UPDATE movement SET held = 1 - held", "movement"),
        (
            "UPDATE lot SET made_on = '2020-01-01' WHERE key = (SELECT max(key) FROM lot)",
            "lot",
        ),
        (
            "UPDATE movement SET left_amount = left_amount + 1 WHERE key = (SELECT min(key) FROM movement)",
            "movement",
        ),
        (
            "DELETE FROM movement WHERE key = (SELECT max(key) FROM movement)",
            "movement",
        ),
        (
            "INSERT INTO about (subject, entry, log) VALUES ('lot/01/09520001123467/10/F0X1', 40, 0)",
            "about",
        ),
        (
            "INSERT INTO finding (found_at, ord, log, entry, code, detail) VALUES (40, 9, 0, 40, 'late', '{}')",
            "finding",
        ),
        (
            "INSERT INTO cite (cited, entry, log) VALUES (40, 41, 1)",
            "cite",
        ),
        (
            "DELETE FROM entry_recent WHERE batch = (SELECT max(batch) FROM entry_recent)",
            "entry_name",
        ),
        (
            "INSERT INTO entry_name (name, entry) VALUES (7, 40)",
            "entry_name",
        ),
    ];
    for (sql, table) in cases {
        match found_after(&fixture, sql) {
            AppError::Contradicts { what } => {
                assert!(what.starts_with(&format!("{table}:")), "{sql}: {what}");
            }
            other => panic!("{sql}: {other}"),
        }
    }
}

#[test]
fn a_rebuild_gives_the_same_projections_again() {
    let mut fixture = sound();
    let path = fixture.database();
    let before = sql::contents(&path);
    let mut damaged = sql::connect(&path);
    use diesel::connection::SimpleConnection as _;
    for sql in [
        "UPDATE movement SET left_amount = 7",
        "DELETE FROM lot",
        "UPDATE site SET name = 'other'",
        "INSERT INTO cite (cited, entry, log) VALUES (40, 41, 1)",
        "UPDATE feed SET seq_max = 999",
        "DELETE FROM entry_recent",
        "INSERT INTO finding (found_at, ord, log, entry, code, detail) VALUES (40, 9, 0, 40, 'late', '{}')",
    ] {
        damaged.batch_execute(sql).unwrap();
    }
    drop(damaged);
    assert_eq!(code(fixture.check()), "contradicts");
    let rebuilt = rebuild(&fixture.options, &|_| {}).unwrap();
    assert_eq!(rebuilt.entries, fixture.head().size);
    // Names come in other batches than they once did; that they are all there is the check's to say.
    let mut differing = sql::differing(&sql::contents(&path), &before);
    differing.retain(|table| !["entry_recent", "entry_turn"].contains(&table.as_str()));
    assert!(differing.is_empty(), "{differing:?}");
    fixture.check().unwrap();
    fixture.grow(2);
    fixture.check().unwrap();
}

#[test]
fn a_byte_that_flipped_in_the_file_is_found_at_its_entry() {
    let fixture = sound();
    let path = fixture.database();
    let jwt = sql::text(
        &path,
        &format!("SELECT jwt AS value FROM entry WHERE key = {}", key(VICTIM)),
    );
    let mut bytes = std::fs::read(&path).unwrap();
    // The beginning of the signature: where a record spills over to another page it is no longer
    // in one piece, so a short stretch is looked for.
    let signature = jwt.rsplit_once('.').unwrap().1;
    let stretch = &signature.as_bytes()[..16];
    let places: Vec<usize> = bytes
        .windows(stretch.len())
        .enumerate()
        .filter(|(_, window)| *window == stretch)
        .map(|(place, _)| place)
        .collect();
    assert_eq!(places.len(), 1, "the signature is not in one place");
    // An upper case letter becomes the lower case one and the other way round, and so on: still
    // a letter of base64url for most, and another one in any case.
    bytes[places[0] + 3] ^= 0x01;
    std::fs::write(&path, bytes).unwrap();
    assert_names_entry(&fixture.check().unwrap_err(), VICTIM);
    let ended = shisu(&["check", "--data-dir", &fixture.home_text()]);
    ended.assert_refused("damaged");
    assert!(
        ended.errors.contains(&format!("entry {VICTIM}")),
        "{}",
        ended.errors
    );
}

#[test]
fn a_file_that_was_truncated_is_refused() {
    let fixture = sound();
    let path = fixture.database();
    let bytes = std::fs::read(&path).unwrap();
    let head = fixture.head();
    for keep in [bytes.len() / 2, bytes.len() - 4096, 4096, 100] {
        std::fs::write(&path, &bytes[..keep]).unwrap();
        let found = code(fixture.check());
        assert!(
            ["corrupt", "damaged", "io_error"].contains(&found),
            "{keep}: {found}"
        );
    }
    std::fs::write(&path, &bytes).unwrap();
    assert_eq!(fixture.head(), head);
    fixture.check().unwrap();
}

#[test]
fn a_node_does_not_sign_on_top_of_a_damaged_tree() {
    let mut fixture = sound();
    let before = fixture.head();
    sql::tamper(
        &fixture.database(),
        "UPDATE tile SET hashes = zeroblob(length(hashes))",
    );
    let ledger = fixture.open();
    let texts = fixture.supply.next(2);
    assert_eq!(code(ledger.submit(&texts)), "damaged");
    assert!(ledger.submit(&texts).is_err());
    assert!(ledger.stopped().unwrap().contains("root"));
    ledger.close();
    assert_eq!(fixture.head(), before);
}

#[test]
fn a_database_that_cannot_be_read_is_not_said_to_need_a_migration() {
    let fixture = sound();
    let path = fixture.database();
    let sql = "SELECT CAST(rootpage * 4096 AS TEXT) AS value FROM sqlite_schema \
               WHERE type = 'index' AND tbl_name = '__diesel_schema_migrations'";
    let end: usize = sql::text(&path, sql).parse().unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    // The page that says which migrations were made.
    bytes[end - 4096..end].fill(0xFF);
    std::fs::write(&path, bytes).unwrap();
    assert_eq!(fixture.refusal_to_open(), "corrupt");
}

#[test]
fn a_tree_that_cannot_be_read_is_not_said_to_be_another_history() {
    let (mut fixture, _clock) = Fixture::with_clock(BEGINNING);
    fixture.grow(RECORDS);
    let copies = fixture.head_copies();
    let older = copies.each_ref().map(|path| std::fs::read(path).unwrap());
    fixture.grow(2);
    sql::tamper(&fixture.database(), "UPDATE tile SET hashes = zeroblob(10)");
    // The copy is of the newest head, so the tree is read only when a batch needs its edge.
    let ledger = fixture.open();
    assert_eq!(code(ledger.submit(&fixture.supply.next(1))), "corrupt");
    ledger.close();
    for (path, bytes) in copies.iter().zip(older) {
        std::fs::write(path, bytes).unwrap();
    }
    assert_eq!(fixture.refusal_to_open(), "corrupt");
}
