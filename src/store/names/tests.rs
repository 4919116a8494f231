//! Names on SQLite, against a plain map: with processes that append in turns, transactions that are
//! undone, and views that are old.

use super::recent::{Named, Recent, feed_name, slice_of};
use super::{Added, Names};
use crate::store::db::Db;
use crate::store::migrations;
use crate::store::schema::{entry_name, entry_recent};
use crate::store::url::DatabaseUrl;
use diesel::SqliteConnection;
use diesel::prelude::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Few enough for every slice to have its turn many times.
const WAITING_MAX: usize = 40;

struct Process {
    db: Db,
    names: Names,
}

impl Process {
    fn on(url: &DatabaseUrl) -> Self {
        Self {
            db: Db::connect(url).unwrap(),
            names: Names::new(WAITING_MAX),
        }
    }

    fn conn(&mut self) -> &mut SqliteConnection {
        match &mut self.db {
            Db::Sqlite(conn) => conn,
            Db::Postgres(_) => panic!("not SQLite"),
        }
    }

    /// Appends a batch, or undoes it at the last moment.
    fn append(&mut self, batch: &[Named], commits: bool) {
        self.db.begin_write().unwrap();
        let Self { db, names } = self;
        let Db::Sqlite(conn) = db else {
            panic!("not SQLite")
        };
        let added = Added {
            batches: Some(names.recent().add(conn, batch).unwrap()),
        };
        if commits {
            db.run("COMMIT").unwrap();
            names.committed(added);
        } else {
            db.run("ROLLBACK").unwrap();
            names.undone(added);
        }
    }

    fn find(&mut self, name: i64) -> Vec<i64> {
        self.names.of_ids(&mut self.db, &[name]).unwrap()
    }
}

fn file() -> (tempfile::TempDir, DatabaseUrl) {
    let dir = tempfile::tempdir().unwrap();
    let url = DatabaseUrl::Sqlite(dir.path().join("names.sqlite"));
    migrations::run(&mut Db::create(&url).unwrap()).unwrap();
    (dir, url)
}

/// A name like a hash: all over the range, and the same again for the same number.
const fn hashed(number: i64) -> i64 {
    number.wrapping_mul(0x1234_5678_9abc_def1).rotate_left(31)
}

const fn named(entry: i64) -> Named {
    Named {
        entry,
        // Every seventh shares the name of another.
        id: hashed(if entry % 7 == 0 { entry / 2 } else { entry }),
        number: feed_name(hashed(entry % 5), entry / 5),
    }
}

#[derive(Debug, Clone)]
enum Step {
    Append {
        process: usize,
        count: i64,
        commits: bool,
    },
    View,
    Restart {
        process: usize,
    },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (0..2_usize, 1..30_i64, prop::bool::weighted(0.8))
            .prop_map(|(process, count, commits)| Step::Append { process, count, commits }),
        1 => Just(Step::View),
        1 => (0..2_usize).prop_map(|process| Step::Restart { process }),
    ]
}

/// Whether this process finds exactly the entries up to `last`, and beside them only what can be
/// told apart by reading it: entries of the same name.
fn finds_all(process: &mut Process, last: i64) -> Result<(), TestCaseError> {
    for entry in (1..=last).step_by(3) {
        let Named { id, number, .. } = named(entry);
        for name in [id, number] {
            let found = process.find(name);
            prop_assert!(found.contains(&entry), "entry {entry} of {last}");
            for other in found {
                let other = named(other);
                prop_assert!(other.id == name || other.number == name);
            }
        }
    }
    prop_assert!(process.find(hashed(1_000_003)).is_empty());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_view_of_every_process_finds_every_entry_it_has(
        steps in prop::collection::vec(step(), 1..60)
    ) {
        let (_dir, url) = file();
        let mut processes = [Process::on(&url), Process::on(&url)];
        let mut views: Vec<(usize, i64)> = Vec::new();
        let mut readers = [Process::on(&url), Process::on(&url), Process::on(&url)];
        let mut last = 0_i64;
        for step in steps {
            match step {
                Step::Append { process, count, commits } => {
                    let batch: Vec<Named> = (last + 1..=last + count).map(named).collect();
                    processes[process].append(&batch, commits);
                    last += if commits { count } else { 0 };
                }
                Step::View => {
                    let free = views.len();
                    if let Some(reader) = readers.get_mut(free) {
                        reader.db.begin_read().unwrap();
                        reader.db.integer("SELECT batches AS value FROM entry_turn").unwrap();
                        views.push((free, last));
                    }
                }
                Step::Restart { process } => processes[process] = Process::on(&url),
            }
            for process in &mut processes {
                finds_all(process, last)?;
            }
        }
        for (reader, seen) in views {
            // A view shares the memory of the process it is in, which may be far ahead of it.
            std::mem::swap(&mut readers[reader].names, &mut processes[0].names);
            finds_all(&mut readers[reader], seen)?;
            std::mem::swap(&mut readers[reader].names, &mut processes[0].names);
        }
    }
}

#[test]
fn the_table_takes_what_memory_and_batches_let_go() {
    let (_dir, url) = file();
    let mut process = Process::on(&url);
    for first in (1..4_000).step_by(10) {
        let batch: Vec<Named> = (first..first + 10).map(named).collect();
        process.append(&batch, true);
    }
    let in_table: i64 = entry_name::table
        .count()
        .get_result(process.conn())
        .unwrap();
    assert!(in_table > 7_000, "{in_table}");
    let batches: i64 = entry_recent::table
        .count()
        .get_result(process.conn())
        .unwrap();
    // Sixteen batches move all slices, and two turns later a batch is let go.
    assert!(batches <= 33, "{batches}");
    assert!(process.names.recent().len() < 800);
}

#[test]
fn slices_share_the_whole_range_in_the_order_of_names() {
    assert_eq!(slice_of(i64::MIN), 0);
    assert_eq!(slice_of(-1), 63);
    assert_eq!(slice_of(0), 64);
    assert_eq!(slice_of(i64::MAX), 127);
}

#[test]
fn numbers_that_follow_each_other_lie_together_whatever_the_key() {
    let key = hashed(7);
    let names: BTreeSet<i64> = (0..1_000).map(|seq| feed_name(key, seq)).collect();
    let (Some(first), Some(last)) = (names.first(), names.last()) else {
        panic!("no names");
    };
    assert_eq!(names.len(), 1_000);
    assert!(last - first < 1 << 20);
    assert_ne!(feed_name(key, 1), feed_name(hashed(8), 1));
}

#[test]
fn a_batch_whose_bytes_are_cut_is_damage_and_not_fewer_names() {
    let (_dir, url) = file();
    let mut process = Process::on(&url);
    process.append(&[named(1), named(2)], true);
    process
        .db
        .run("UPDATE entry_recent SET places = substr(places, 1, 30)")
        .unwrap();
    let mut other = Process::on(&url);
    assert!(other.names.of_ids(&mut other.db, &[named(1).id]).is_err());
    assert_eq!(Recent::new(1).len(), 0);
}
