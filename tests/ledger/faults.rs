//! Databases that go away and come back, and databases that are not what was signed.

use crate::common::draft::create;
use crate::place::{PATIENCE, Place, on_both_databases};
use crate::town::Town;
use shisu::app::AppError;
use shisu::app::ledger::{Ledger, Outcome};
use shisu::core::text::Explain as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

on_both_databases! {
    a_database_that_was_rolled_back_under_a_running_node_is_refused_for_good
    a_database_that_tells_another_history_under_a_running_node_is_refused_for_good
    a_database_that_is_behind_the_signed_head_is_not_opened
    a_database_that_tells_another_history_is_not_opened
}

fn texts(town: &mut Town, count: usize, lot: &str) -> Vec<String> {
    (0..count)
        .map(|n| {
            let draft = create(&format!("t/{lot}-{n}"), "1", "KGM", "leafy_vegetable");
            town.sign("farm", &draft)
        })
        .collect()
}

fn is_in(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Accepted(_) | Outcome::Duplicate(_))
}

/// Takes away what keeps the database from being changed, as somebody with its password can.
fn disarm(place: &Place) {
    if place.is_sqlite() {
        place.sql(
            "DROP TRIGGER head_grows; DROP TRIGGER entry_no_delete; DROP TRIGGER disclosure_stays",
        );
        place.sql("DROP TRIGGER entry_no_update");
    } else {
        place.sql("ALTER TABLE head DISABLE TRIGGER ALL; ALTER TABLE entry DISABLE TRIGGER ALL");
        place.sql("ALTER TABLE disclosure DISABLE TRIGGER ALL");
    }
}

/// What an older backup would hold: the log as it was with `size` entries.
struct Backup {
    head: shisu::store::Head,
    dir: tempfile::TempDir,
}

impl Backup {
    /// Remembers how the log stands now.
    fn of(town: &Town) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let head = town.place.home().join("head");
        for name in ["checkpoint", "checkpoint.synced"] {
            if head.join(name).exists() {
                std::fs::copy(head.join(name), dir.path().join(name)).unwrap();
            }
        }
        Self {
            head: town.place.head(),
            dir,
        }
    }

    /// Brings the log back to that, as a restored backup or a standby that lags does.
    fn restore(&self, place: &Place) {
        disarm(place);
        let size = self.head.size;
        let root = self.head.root.as_bytes().iter();
        let root: String = root.map(|byte| format!("{byte:02x}")).collect();
        let root = if place.is_sqlite() {
            format!("x'{root}'")
        } else {
            format!("'\\x{root}'::bytea")
        };
        let first = (1_i64 << 40) | i64::try_from(size).unwrap();
        let first_line = first << 10;
        place.sql(&format!(
            "DELETE FROM disclosure WHERE entry >= {first}; DELETE FROM entry WHERE key >= {first};
             DELETE FROM movement WHERE key >= {first_line}; DELETE FROM lot WHERE key >= {first_line};
             UPDATE head SET size = {size}, root = {root}, beat_at = {};",
            self.head.beat_at.get()
        ));
        if place.is_sqlite() {
            place.sql(&format!(
                "DELETE FROM entry_recent WHERE hex(substr(places, 1, 8)) >= printf('%016X', {first});
                 UPDATE entry_turn SET batches = (SELECT coalesce(max(batch) + 1, 0) FROM entry_recent);"
            ));
        }
    }

    /// Restores the copy of the head too.
    fn restore_copy(&self, place: &Place) {
        let head = place.home().join("head");
        std::fs::remove_dir_all(&head).unwrap();
        std::fs::create_dir_all(&head).unwrap();
        for entry in std::fs::read_dir(self.dir.path()).unwrap() {
            let entry = entry.unwrap();
            std::fs::copy(entry.path(), head.join(entry.file_name())).unwrap();
        }
    }
}

/// A refusal after which the node must not append: it names its reason and stays.
#[track_caller]
fn refused_for_good(ledger: &Ledger, texts: &[String], code: &str) {
    let error = ledger.submit(texts).unwrap_err();
    assert_eq!(error.code(), code, "{error}");
    assert!(error.is_fatal());
    let deadline = Instant::now() + PATIENCE;
    while ledger.stopped().is_none() {
        assert!(Instant::now() < deadline);
    }
    let again = ledger.submit(texts).unwrap_err();
    assert!(matches!(again, AppError::Stopped { .. }), "{again}");
}

fn a_database_that_was_rolled_back_under_a_running_node_is_refused_for_good(place: Place) {
    let mut town = Town::new(place);
    let backup = Backup::of(&town);
    let lost = texts(&mut town, 3, "LOST");
    town.submit(&lost);
    let signed = town.ledger().head().unwrap();
    backup.restore(&town.place);
    refused_for_good(town.ledger(), &lost, "behind_signed_head");
    assert_eq!(town.place.head(), backup.head, "nothing was written");
    assert_eq!(
        town.ledger().head().unwrap(),
        signed,
        "and no other head signed"
    );
    let error = Ledger::open(&town.place.options()).unwrap_err();
    assert_eq!(error.code(), "behind_signed_head");
}

/// Another node goes on from an old backup and does not know what was signed.
fn fork(town: &mut Town) -> Vec<String> {
    let backup = Backup::of(town);
    let lost = texts(town, 3, "LOST");
    town.submit(&lost);
    backup.restore(&town.place);
    let other_node = {
        let mut options = town.place.another_node("restored");
        options.accept_missing_copy = true;
        std::fs::remove_dir_all(options.home.dir().join("head")).unwrap();
        Ledger::open(&options).unwrap()
    };
    let others: Vec<String> = (0..6)
        .map(|n| {
            let draft = create(&format!("t/OTHER-{n}"), "1", "KGM", "leafy_vegetable");
            town.sign("coop", &draft)
        })
        .collect();
    assert!(other_node.submit(&others).unwrap().iter().all(is_in));
    other_node.close();
    lost
}

fn a_database_that_tells_another_history_under_a_running_node_is_refused_for_good(place: Place) {
    let mut town = Town::new(place);
    let lost = fork(&mut town);
    let head = town.place.head();
    refused_for_good(town.ledger(), &lost, "fork");
    assert_eq!(town.place.head(), head, "nothing was written");
}

fn a_database_that_is_behind_the_signed_head_is_not_opened(place: Place) {
    let mut town = Town::new(place);
    let backup = Backup::of(&town);
    let lost = texts(&mut town, 3, "LOST");
    town.submit(&lost);
    town.close();
    backup.restore(&town.place);
    let error = Ledger::open(&town.place.options()).unwrap_err();
    assert_eq!(error.code(), "behind_signed_head");
    // Restored together with its copy it is what it was, and nothing tells.
    backup.restore_copy(&town.place);
    town.reopen();
    assert!(town.submit(&lost).iter().all(is_in));
    town.check();
}

fn a_database_that_tells_another_history_is_not_opened(place: Place) {
    let mut town = Town::new(place);
    fork(&mut town);
    town.close();
    let error = Ledger::open(&town.place.options()).unwrap_err();
    assert_eq!(error.code(), "fork");
}

#[test]
fn a_connection_that_idled_and_was_cut_is_replaced_without_anybody_noticing() {
    let mut town = Town::new(Place::postgres());
    for round in 0..3 {
        let batch = texts(&mut town, 2, &format!("LOT-{round}"));
        assert!(town.place.cut_connections() > 0);
        for (text, outcome) in batch.iter().zip(town.submit(&batch)) {
            assert_eq!(outcome.code(), "accepted");
            town.proven(text, &outcome);
        }
    }
    town.check();
}

#[test]
fn a_database_that_is_gone_is_reported_and_a_retry_goes_in_when_it_is_back() {
    let mut town = Town::new(Place::postgres());
    let batch = texts(&mut town, 5, "LOT");
    let head = town.place.head();
    town.place.allow_connections(false);
    town.place.cut_connections();
    for _ in 0..2 {
        let error = town.ledger().submit(&batch).unwrap_err();
        assert_eq!(error.code(), "unavailable", "{error}");
        assert!(!error.is_fatal() && town.ledger().stopped().is_none());
    }
    town.place.allow_connections(true);
    assert_eq!(town.place.head(), head, "nothing of it is there");
    for (text, outcome) in batch.iter().zip(town.submit(&batch)) {
        assert_eq!(outcome.code(), "accepted");
        town.proven(text, &outcome);
    }
    town.check();
}

/// Whoever waits for a lock has begun, but not committed.
#[test]
fn a_connection_that_is_lost_in_a_transaction_leaves_nothing_and_the_retry_goes_in() {
    let mut town = Town::new(Place::postgres());
    let batch = texts(&mut town, 5, "LOT");
    let head = town.place.head();
    let store = town.place.store();
    let (ledger, place, batch_ref) = (town.ledger(), &town.place, &batch);
    let (held, cut) = (&AtomicBool::new(false), &AtomicBool::new(false));
    let store = &store;
    let error = std::thread::scope(|scope| {
        // Another writer holds the head until the connection is cut, and rolls back.
        let holder = scope.spawn(move || {
            let done = store.append(|_tx| -> Result<(), AppError> {
                held.store(true, Ordering::SeqCst);
                let deadline = Instant::now() + PATIENCE;
                while !cut.load(Ordering::SeqCst) && Instant::now() < deadline {
                    std::thread::sleep(Duration::from_millis(10));
                }
                Err(AppError::Overloaded)
            });
            assert!(done.is_err());
        });
        while !held.load(Ordering::SeqCst) {
            std::thread::yield_now();
        }
        let submitted = scope.spawn(move || ledger.submit(batch_ref));
        // Only the one that waits is cut: were the holder cut first, the other would go in.
        let waits = "wait_event_type = 'Lock'";
        place.wait_for_connection(waits);
        assert_eq!(place.cut_connections_that(waits), 1);
        let error = submitted.join().unwrap().unwrap_err();
        cut.store(true, Ordering::SeqCst);
        holder.join().unwrap();
        error
    });
    assert_eq!(error.code(), "unavailable", "{error}");
    assert!(!error.is_fatal());
    assert_eq!(town.place.head(), head, "nothing of it is there");
    for (text, outcome) in batch.iter().zip(town.submit(&batch)) {
        assert_eq!(outcome.code(), "accepted");
        town.proven(text, &outcome);
    }
    town.check();
}

/// A trigger that runs at commit lets the test break the connection there: before it has ended,
/// the client cannot know what became of its commit.
#[test]
fn a_commit_whose_outcome_is_unknown_is_resolved_by_the_retry() {
    let mut town = Town::new(Place::postgres());
    town.place.sql(
        "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN PERFORM pg_sleep(60); RETURN NULL; END $$;
         CREATE CONSTRAINT TRIGGER dawdles AFTER UPDATE ON head DEFERRABLE INITIALLY DEFERRED
         FOR EACH ROW EXECUTE FUNCTION dawdle();",
    );
    let batch = texts(&mut town, 5, "LOT");
    let head = town.place.head();
    let (ledger, place, batch_ref) = (town.ledger(), &town.place, &batch);
    let error = std::thread::scope(|scope| {
        let submitted = scope.spawn(move || ledger.submit(batch_ref));
        place.wait_for_connection("query = 'COMMIT' AND wait_event = 'PgSleep'");
        place.cut_connections();
        submitted.join().unwrap().unwrap_err()
    });
    assert_eq!(error.code(), "commit_unknown", "{error}");
    assert!(!error.is_fatal());
    town.place.sql("DROP TRIGGER dawdles ON head");
    assert_eq!(town.place.head(), head, "the server had not committed");
    assert!(
        town.submit(&batch)
            .iter()
            .all(|outcome| outcome.code() == "accepted")
    );
    town.check();
}

/// The other outcome: the server committed, the answer was lost. Another process that appends the
/// same records stands for the commit nobody heard of.
#[test]
fn a_commit_nobody_heard_of_is_told_only_after_a_commit_of_our_own() {
    let mut town = Town::new(Place::postgres());
    let batch = texts(&mut town, 3, "LOT");
    let other = Ledger::open(&town.place.another_node("second")).unwrap();
    assert!(other.submit(&batch).unwrap().iter().all(is_in));
    other.close();
    let before = bumped(&town);
    let again = town.submit(&batch);
    for (text, outcome) in batch.iter().zip(&again) {
        assert_eq!(outcome.code(), "duplicate");
        town.proven(text, outcome);
    }
    assert_eq!(bumped(&town), before + 1, "a commit that wrote");
    town.check();
}

fn bumped(town: &Town) -> i64 {
    use diesel::prelude::*;
    #[derive(QueryableByName)]
    struct Bumped {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        bumped: i64,
    }
    let mut conn = PgConnection::establish(&town.place.url).unwrap();
    let row: Bumped = diesel::sql_query("SELECT bumped FROM head")
        .get_result(&mut conn)
        .unwrap();
    row.bumped
}
