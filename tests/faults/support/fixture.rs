//! A ledger in a temporary folder, with farms enrolled.

use super::program::shisu;
use super::{Receipts, Supply};
use crate::common::world::signing_key;
use shisu::app::AppError;
use shisu::app::check::{Checked, check};
use shisu::app::clock::{Clock, SetClock};
use shisu::app::home::Home;
use shisu::app::init::{Beginning, Keys, init};
use shisu::app::ledger::{Ledger, Options, Outcome};
use shisu::core::custody::LogNo;
use shisu::core::ids::{Division, PartyId};
use shisu::core::log::{Origin, SignedCheckpoint};
use shisu::core::record::words::Name;
use shisu::core::text::Explain as _;
use shisu::core::time::UnixSeconds;
use shisu::store::{DatabaseUrl, Head, Store};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};
use tempfile::TempDir;

/// A ledger of its own.
pub struct Fixture {
    _dir: Option<TempDir>,
    pub options: Options,
    pub supply: Supply,
}

impl Fixture {
    /// On the system's clock, for programs.
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut fixture = Self::at(dir.path(), Clock::System, system_now());
        fixture._dir = Some(dir);
        fixture
    }

    /// On a clock that stands still.
    pub fn with_clock(now: u64) -> (Self, SetClock) {
        let dir = tempfile::tempdir().unwrap();
        let clock = SetClock::at(UnixSeconds::new(now).unwrap());
        let mut fixture = Self::at(dir.path(), Clock::Set(clock.clone()), now);
        fixture._dir = Some(dir);
        (fixture, clock)
    }

    /// In a folder inside `dir`.
    pub fn at(dir: &Path, clock: Clock, now: u64) -> Self {
        let options = Options {
            clock,
            ..Options::of(Home::at(&dir.join("ledger")))
        };
        Self::begun(options, now)
    }

    /// In a folder inside `dir`, on the system's clock, with options of its own.
    pub fn at_with(dir: &Path, choose: impl FnOnce(&mut Options)) -> Self {
        let mut options = Options::of(Home::at(&dir.join("ledger")));
        choose(&mut options);
        Self::begun(options, system_now())
    }

    fn begun(options: Options, now: u64) -> Self {
        let mut supply = Supply::new(now);
        begin(&options, &supply);
        let enrolments = supply.enrolments();
        let fixture = Self {
            _dir: None,
            options,
            supply,
        };
        fixture.admit(&enrolments);
        fixture
    }

    pub fn home(&self) -> &Path {
        self.options.home.dir()
    }

    pub fn database(&self) -> PathBuf {
        match self.options.database() {
            DatabaseUrl::Sqlite(path) => path,
            DatabaseUrl::Postgres(_) => unreachable!("these ledgers are on SQLite"),
        }
    }

    pub fn head_copies(&self) -> [PathBuf; 2] {
        let newest = self.head_copy();
        [newest.with_extension("synced"), newest]
    }

    /// The newest second copy of the head.
    pub fn head_copy(&self) -> PathBuf {
        let description = self.options.home.description().unwrap();
        self.options.head_copy(&description)
    }

    pub fn open(&self) -> Ledger {
        Ledger::open(&self.options).unwrap()
    }

    /// Why the ledger does not open.
    pub fn refusal_to_open(&self) -> &'static str {
        code(Ledger::open(&self.options))
    }

    /// Opens, submits what must be admitted, and closes.
    pub fn admit(&self, texts: &[String]) -> Receipts {
        let ledger = self.open();
        let receipts = admit_into(&ledger, texts);
        ledger.close();
        receipts
    }

    /// Admits the next `count` records.
    pub fn grow(&mut self, count: usize) -> Receipts {
        let texts = self.supply.next(count);
        self.admit(&texts)
    }

    pub fn check(&self) -> Result<Checked, AppError> {
        check(&self.options, &|_| {})
    }

    /// The program finds the ledger sound too.
    pub fn assert_sound(&self) -> u64 {
        let ended = shisu(&["check", "--json", "--data-dir", &self.home_text()]);
        assert!(ended.is_good(), "{}", ended.errors);
        let checked: serde_json::Value = serde_json::from_str(&ended.answer).unwrap();
        checked["entries"].as_u64().unwrap()
    }

    /// The head in the database.
    pub fn head(&self) -> Head {
        let store = Store::open(&self.options.database(), None).unwrap();
        store
            .read(|reader| reader.head(LogNo::HOME))
            .unwrap()
            .unwrap()
    }

    /// Entries of the second copy of the head.
    pub fn copied_size(&self) -> u64 {
        let text = std::fs::read_to_string(self.head_copy()).unwrap();
        let head = SignedCheckpoint::parse(&text).unwrap();
        head.verify(&self.options.home.identity().unwrap().verifier().unwrap())
            .unwrap();
        head.checkpoint().size()
    }

    pub fn home_text(&self) -> String {
        self.home().to_str().unwrap().to_owned()
    }
}

/// Begins a ledger with the keys that the supply's world knows.
pub fn begin(options: &Options, supply: &Supply) {
    let beginning = Beginning {
        origin: Origin::new(supply.log()).unwrap(),
        province: Division::parse("330000").unwrap(),
        registrar: PartyId::parse(supply.registrar()).unwrap(),
        registrar_name: Name::new("浙江省示例登记中心").unwrap(),
    };
    let keys = Keys {
        log: signing_key("log"),
        node: signing_key("node"),
        registrar: signing_key("registrar"),
    };
    init(options, &beginning, &keys).unwrap();
}

/// Submits what must be admitted.
pub fn admit_into(ledger: &Ledger, texts: &[String]) -> Receipts {
    let mut receipts = Receipts::default();
    for (text, outcome) in texts.iter().zip(ledger.submit(texts).unwrap()) {
        match outcome {
            Outcome::Accepted(receipt) => receipts.keep(text, &receipt.to_string()),
            other => panic!("not admitted: {other:?}"),
        }
    }
    assert_eq!(receipts.count(), texts.len());
    receipts
}

/// The code of what must have failed.
pub fn code<T>(result: Result<T, AppError>) -> &'static str {
    match result {
        Ok(_) => panic!("this had to be refused"),
        Err(error) => error.code(),
    }
}

/// The system's clock.
pub fn system_now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs()
}
