//! A database and a folder of its own for each test.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use shisu::app::clock::{Clock, SetClock};
use shisu::app::home::Home;
use shisu::app::ledger::Options;
use shisu::core::custody::LogNo;
use shisu::core::time::UnixSeconds;
use shisu::store::{DatabaseUrl, Head, Projection, Store, StoreError, StoredEntry};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// How long a test waits for what must happen.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Runs each test on both databases.
macro_rules! on_both_databases {
    ($($name:ident)*) => {
        mod on_sqlite {
            $(#[test] fn $name() { super::$name($crate::place::Place::sqlite()); })*
        }
        mod on_postgres {
            $(#[test] fn $name() { super::$name($crate::place::Place::postgres()); })*
        }
    };
}
pub(crate) use on_both_databases;

/// Where a ledger lives; it goes away with the test.
pub struct Place {
    /// Address of the database, as the command line takes it.
    pub url: String,
    /// The clock of whoever opens the ledger, unless a test wants the system's.
    pub clock: SetClock,
    dir: tempfile::TempDir,
    /// The server and the name of the database, on PostgreSQL.
    server: Option<(String, String)>,
}

impl Place {
    /// A place on SQLite.
    pub fn sqlite() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ledger.sqlite");
        Self {
            url: path.to_str().unwrap().to_owned(),
            clock: SetClock::default(),
            dir,
            server: None,
        }
    }

    /// A place on PostgreSQL.
    pub fn postgres() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let server = std::env::var("SHISU_TEST_POSTGRES_URL").expect(
            "the ledger is tested on PostgreSQL too: run the tests with \
             `scripts/with-postgres cargo test`, or set SHISU_TEST_POSTGRES_URL to a server on \
             which the tests may create databases",
        );
        let number = NEXT.fetch_add(1, Ordering::SeqCst);
        let unique = uuid::Uuid::new_v4().simple().to_string();
        let name = format!("ledger_{number}_{unique}");
        let mut conn = PgConnection::establish(&server).unwrap();
        conn.batch_execute(&format!("CREATE DATABASE {name}"))
            .unwrap();
        Self {
            url: with_database(&server, &name),
            clock: SetClock::default(),
            dir: tempfile::tempdir().unwrap(),
            server: Some((server, name)),
        }
    }

    /// Whether the database is a file.
    pub fn is_sqlite(&self) -> bool {
        self.server.is_none()
    }

    /// The folder of the ledger.
    pub fn home(&self) -> PathBuf {
        self.dir.path().join("home")
    }

    /// How to open the ledger.
    pub fn options(&self) -> Options {
        self.options_in(&self.home())
    }

    /// How another node opens the same ledger: a copy of the folder, with a head copy of its own.
    pub fn another_node(&self, name: &str) -> Options {
        let folder = self.dir.path().join(name);
        copy_folder(&self.home(), &folder);
        self.options_in(&folder)
    }

    fn options_in(&self, folder: &Path) -> Options {
        let mut options = Options::of(Home::at(folder));
        options.database = Some(DatabaseUrl::parse(&self.url).unwrap());
        options.clock = Clock::Set(self.clock.clone());
        options
    }

    /// Sets the clock.
    pub fn set_clock(&self, seconds: u64) {
        self.clock.set(UnixSeconds::new(seconds).unwrap());
    }

    /// The store, to look at.
    pub fn store(&self) -> Store {
        Store::open(&DatabaseUrl::parse(&self.url).unwrap(), None).unwrap()
    }

    /// Where the log stands.
    pub fn head(&self) -> Head {
        let head = self.store().read(|reader| reader.head(LogNo::HOME));
        head.unwrap().unwrap()
    }

    /// Every entry, in order.
    pub fn entries(&self) -> Vec<StoredEntry> {
        let read = |reader: &mut shisu::store::Reader<'_>| -> Result<_, StoreError> {
            let size = reader.head(LogNo::HOME)?.map_or(0, |head| head.size);
            let mut all = Vec::new();
            let mut from = 0;
            while from < size {
                let to = (from + shisu::store::CHUNK_MAX).min(size);
                all.extend(reader.entries(LogNo::HOME, from, to)?);
                from = to;
            }
            Ok(all)
        };
        self.store().read(read).unwrap()
    }

    /// Every row of every projection.
    pub fn projections(&self) -> Vec<String> {
        let mut rows = Vec::new();
        let mut dump = |reader: &mut shisu::store::Reader<'_>| -> Result<(), StoreError> {
            for projection in Projection::ALL {
                reader.dump(projection, |row| {
                    rows.push(format!("{} {row}", projection.table()));
                })?;
            }
            Ok(())
        };
        self.store().read(&mut dump).unwrap();
        rows
    }

    /// Runs SQL behind the ledger's back.
    pub fn sql(&self, sql: &str) {
        if self.is_sqlite() {
            let mut conn = SqliteConnection::establish(&self.url).unwrap();
            conn.batch_execute("PRAGMA busy_timeout = 10000").unwrap();
            conn.batch_execute(sql).unwrap();
        } else {
            let mut conn = PgConnection::establish(&self.url).unwrap();
            conn.batch_execute(sql).unwrap();
        }
    }

    /// Ends every connection to the database on the server; how many there were.
    pub fn cut_connections(&self) -> usize {
        self.cut_connections_that("true")
    }

    /// Ends the connections to the database that are as `condition` says of `pg_stat_activity`,
    /// and waits until they are gone; how many there were.
    pub fn cut_connections_that(&self, condition: &str) -> usize {
        let (server, name) = self.server.as_ref().unwrap();
        let mut conn = PgConnection::establish(server).unwrap();
        let ended = diesel::sql_query(format!(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity \
             WHERE datname = '{name}' AND {condition}"
        ));
        ended.execute(&mut conn).unwrap()
    }

    /// Waits until some connection to the database is as `condition` says of `pg_stat_activity`.
    pub fn wait_for_connection(&self, condition: &str) {
        let (server, name) = self.server.as_ref().unwrap();
        let mut conn = PgConnection::establish(server).unwrap();
        let deadline = Instant::now() + PATIENCE;
        let sql =
            format!("SELECT pid FROM pg_stat_activity WHERE datname = '{name}' AND {condition}");
        while diesel::sql_query(&sql).execute(&mut conn).unwrap() == 0 {
            assert!(Instant::now() < deadline, "no connection with {condition}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Lets nobody connect to the database, or everybody again.
    pub fn allow_connections(&self, allowed: bool) {
        let (server, name) = self.server.as_ref().unwrap();
        let mut conn = PgConnection::establish(server).unwrap();
        conn.batch_execute(&format!(
            "ALTER DATABASE {name} ALLOW_CONNECTIONS {allowed}"
        ))
        .unwrap();
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.server
            && let Ok(mut conn) = PgConnection::establish(server)
        {
            let _ = conn.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)"));
        }
    }
}

/// The address of another database on the same server.
fn with_database(server: &str, name: &str) -> String {
    let (base, options) = match server.split_once('?') {
        Some((base, options)) => (base, format!("?{options}")),
        None => (server, String::new()),
    };
    let (host, _) = base.rsplit_once('/').unwrap();
    format!("{host}/{name}{options}")
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
