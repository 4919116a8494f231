//! The write-ahead log of SQLite, copied into the database beside the writer.
//!
//! SQLite by itself copies the log at a commit that makes it long, while everybody waits: for a log of
//! 36,000 pages a good part of a second, several times a minute under load. Here a thread copies while
//! the writer goes on, until little is left; the writer copies that after one of its commits, and then
//! the log begins anew. Nothing of what is durable rests on this: a commit is durable when the log is
//! synced, as before, and whoever copies syncs the log first and the database before the log may begin
//! anew. Should the thread be too slow, SQLite's own copying at a commit sets in.

use super::convert::Result;
use super::db::{Db, Purpose};
use super::url::DatabaseUrl;
use diesel::sql_types::Integer;
use diesel::{QueryableByName, RunQueryDsl as _, SqliteConnection};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

/// Pages that are in the log and not in the database from which they are copied.
pub(super) const WAL_PAGES: i32 = 36_000;

/// Commits between two looks at how long the log is; a large one writes some two thousand pages.
const COMMITS_PER_LOOK: u32 = 8;

/// Rounds of the thread at most; each copies what was written during the one before.
const ROUNDS_MAX: usize = 5;

/// The part of [`WAL_PAGES`] that may be left for the writer.
const REST_SHARE: i32 = 8;

/// Steps of `nice` by which the thread is less urgent than the writer.
const YIELD_STEPS: i32 = 5;

/// Pages of the log, and how many of them are in the database.
#[derive(Debug, Clone, Copy, QueryableByName)]
struct Progress {
    #[diesel(sql_type = Integer)]
    log: i32,
    #[diesel(sql_type = Integer)]
    checkpointed: i32,
}

impl Progress {
    /// Pages that are not in the database. A log that nobody has used yet says -1.
    fn rest(self) -> i32 {
        self.log.max(0).saturating_sub(self.checkpointed.max(0))
    }
}

fn look(conn: &mut SqliteConnection) -> Result<Progress> {
    Ok(diesel::sql_query("PRAGMA wal_checkpoint(NOOP)").get_result(conn)?)
}

/// Copies what no reader still needs in the log; waits for nobody.
fn copy(conn: &mut SqliteConnection) -> Result<Progress> {
    Ok(diesel::sql_query("PRAGMA wal_checkpoint(PASSIVE)").get_result(conn)?)
}

/// Who copies the log of a ledger.
pub(super) struct WalCopies {
    url: DatabaseUrl,
    wal_pages: i32,
    commits: AtomicU32,
    thread: Mutex<Option<JoinHandle<Result<()>>>>,
}

impl WalCopies {
    pub(super) const fn new(url: DatabaseUrl, wal_pages: i32) -> Self {
        Self {
            url,
            wal_pages,
            commits: AtomicU32::new(0),
            thread: Mutex::new(None),
        }
    }

    fn thread(&self) -> MutexGuard<'_, Option<JoinHandle<Result<()>>>> {
        self.thread.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// After a commit, outside of a transaction: starts to copy if it is time, or finishes.
    ///
    /// # Errors
    /// What copying met, here or in the thread. The commit is durable all the same.
    pub(super) fn after_commit(&self, db: &mut Db) -> Result<()> {
        let Db::Sqlite(conn) = db else {
            return Ok(());
        };
        let mut thread = self.thread();
        if let Some(copying) = thread.take() {
            if !copying.is_finished() {
                *thread = Some(copying);
                return Ok(());
            }
            // A thread that panicked has copied less, which does no harm.
            copying.join().unwrap_or(Ok(()))?;
            // The writer alone writes, so after this the log is in the database as a whole, unless
            // a reader is still at an older page; then the next time it will be.
            copy(conn)?;
            return Ok(());
        }
        let commits = self.commits.fetch_add(1, Ordering::Relaxed);
        if commits.is_multiple_of(COMMITS_PER_LOOK) && look(conn)?.rest() >= self.wal_pages {
            *thread = self.start();
        }
        Ok(())
    }

    fn start(&self) -> Option<JoinHandle<Result<()>>> {
        let (url, enough) = (self.url.clone(), self.wal_pages / REST_SHARE);
        std::thread::Builder::new()
            .name("shisu-wal".into())
            .spawn(move || copy_most(&url, enough))
            .map_err(|cause| tracing::warn!(%cause, "no thread to copy the write-ahead log"))
            .ok()
    }

    /// Waits for the thread, if there is one.
    #[cfg(test)]
    fn wait(&self) {
        while self
            .thread()
            .as_ref()
            .is_some_and(|copying| !copying.is_finished())
        {
            std::thread::yield_now();
        }
    }
}

impl Drop for WalCopies {
    fn drop(&mut self) {
        if let Some(copying) = self.thread().take() {
            // What it met is met again by whoever closes the database.
            drop(copying.join());
        }
    }
}

/// Copies in rounds until no more than `enough` pages are left.
fn copy_most(url: &DatabaseUrl, enough: i32) -> Result<()> {
    // On Linux this is said of one thread; elsewhere it is as urgent as the others.
    if cfg!(target_os = "linux")
        && let Err(cause) = rustix::process::nice(YIELD_STEPS)
    {
        tracing::debug!(%cause, "copying the write-ahead log is as urgent as the writer");
    }
    let mut db = Db::connect(url, Purpose::Reading)?;
    let Db::Sqlite(conn) = &mut db else {
        return Ok(());
    };
    for _ in 0..ROUNDS_MAX {
        copy(conn)?;
        if look(conn)?.rest() <= enough {
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: &str = "INSERT INTO row (bytes) VALUES (zeroblob(20000))";

    fn database(dir: &std::path::Path) -> (DatabaseUrl, Db) {
        let url = DatabaseUrl::Sqlite(dir.join("db.sqlite"));
        let mut db = Db::create(&url).unwrap();
        db.run("CREATE TABLE row (bytes BLOB NOT NULL)").unwrap();
        (url, db)
    }

    fn wal_of(db: &mut Db) -> Progress {
        let Db::Sqlite(conn) = db else {
            unreachable!("a file")
        };
        look(conn).unwrap()
    }

    #[test]
    fn a_long_log_is_copied_and_begins_anew() {
        let dir = tempfile::tempdir().unwrap();
        let (url, mut db) = database(dir.path());
        let copies = WalCopies::new(url, 100);
        let mut longest = 0;
        for _ in 0..200 {
            db.run(ROWS).unwrap();
            copies.after_commit(&mut db).unwrap();
            copies.wait();
            longest = longest.max(wal_of(&mut db).log);
        }
        assert!(longest >= 100, "it was long: {longest}");
        assert!(longest < 300, "and began anew: {longest}");
        let rows = db.integer("SELECT count(*) AS value FROM row").unwrap();
        assert_eq!(rows, 200);
    }

    #[test]
    fn a_log_that_a_reader_needs_is_copied_when_the_reader_is_gone() {
        let dir = tempfile::tempdir().unwrap();
        let (url, mut db) = database(dir.path());
        let mut reader = Db::connect(&url, Purpose::Reading).unwrap();
        reader.begin_read().unwrap();
        let before = reader.integer("SELECT count(*) AS value FROM row").unwrap();
        let copies = WalCopies::new(url, 100);
        let mut write = |times| {
            for _ in 0..times {
                db.run(ROWS).unwrap();
                copies.after_commit(&mut db).unwrap();
                copies.wait();
            }
            wal_of(&mut db).log
        };
        assert!(write(100) >= 500, "the reader's pages stay in the log");
        let again = reader.integer("SELECT count(*) AS value FROM row").unwrap();
        assert_eq!(again, before, "its view does not change");
        reader.run("ROLLBACK").unwrap();
        assert!(write(40) < 300, "afterwards the log begins anew");
    }

    #[test]
    fn what_the_thread_met_is_told_after_the_next_commit() {
        let dir = tempfile::tempdir().unwrap();
        let (_, mut db) = database(dir.path());
        let elsewhere = DatabaseUrl::Sqlite(dir.path().join("not-there.sqlite"));
        let copies = WalCopies::new(elsewhere, 1);
        db.run(ROWS).unwrap();
        copies.after_commit(&mut db).unwrap();
        copies.wait();
        assert!(copies.after_commit(&mut db).is_err());
        assert!(copies.after_commit(&mut db).is_ok(), "told once");
    }

    /// Says that this test runs in a process of its own.
    const OWN: &str = "SHISU_TEST_SMALL_FILES";

    /// Longest file in that process, in bytes.
    const FILE_MAX_BYTES: u64 = 2 << 20;

    /// No file of this process may be longer, in bytes; none for as long as they like.
    fn limit_files(bytes: Option<u64>) {
        use rustix::process::{Resource, getrlimit, setrlimit};
        let mut limit = getrlimit(Resource::Fsize);
        limit.current = bytes;
        setrlimit(Resource::Fsize, limit).unwrap();
    }

    #[test]
    fn a_database_that_cannot_grow_is_told_while_every_commit_stays() {
        const NAME: &str =
            "store::wal::tests::a_database_that_cannot_grow_is_told_while_every_commit_stays";
        if std::env::var_os(OWN).is_none() {
            // The limit is the process's, and other tests are in this one.
            let mut again = std::process::Command::new(std::env::current_exe().unwrap());
            let ended = again
                .args(["--exact", NAME])
                .env(OWN, "1")
                .output()
                .unwrap();
            let told = String::from_utf8_lossy(&ended.stdout);
            assert!(
                ended.status.success() && told.contains("1 passed"),
                "{told}"
            );
            return;
        }
        let heard = std::sync::Arc::default();
        signal_hook::flag::register(signal_hook::consts::SIGXFSZ, heard).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let (url, mut db) = database(dir.path());
        let copies = WalCopies::new(url, 100);
        limit_files(Some(FILE_MAX_BYTES));
        let mut written = 0;
        let met = loop {
            // The log begins anew and stays short; only what it is copied into grows.
            db.run(ROWS).unwrap();
            written += 1;
            assert!(written < 1_000, "the file had no limit");
            let told = copies.after_commit(&mut db);
            copies.wait();
            if let Err(error) = told {
                break error;
            }
        };
        let is_of_the_file = ["full", "I/O", "large"]
            .iter()
            .any(|word| met.to_string().contains(word));
        assert!(is_of_the_file, "{met}");
        let count = |db: &mut Db| db.integer("SELECT count(*) AS value FROM row").unwrap();
        assert_eq!(count(&mut db), written);
        limit_files(None);
        for _ in 0..u64::from(2 * COMMITS_PER_LOOK) {
            db.run(ROWS).unwrap();
            written += 1;
            copies.after_commit(&mut db).unwrap();
            copies.wait();
        }
        let grown = std::fs::metadata(dir.path().join("db.sqlite"))
            .unwrap()
            .len();
        assert!(
            grown > FILE_MAX_BYTES,
            "{grown}: it is copied once there is room"
        );
        assert_eq!(count(&mut db), written);
        let sound = db.integer(
            "SELECT count(*) AS value FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
        );
        assert_eq!(sound.unwrap(), 0);
    }
}
