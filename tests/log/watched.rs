//! A published log to watch, and what a report must say.

use crate::common::world::BEGINNING;
use crate::support::Fixture;
use shisu::app::clock::{Clock, SetClock};
use shisu::app::monitor::{Monitor, Report, Settings};
use shisu::app::publish::Publisher;
use shisu::core::log::VerifierKey;
use std::path::PathBuf;
use tempfile::TempDir;

/// A ledger with more than two full tiles, published with its entries.
pub struct Log {
    pub fixture: Fixture,
    pub clock: SetClock,
    pub dir: TempDir,
}

impl Log {
    pub fn new() -> Self {
        let (mut fixture, clock) = Fixture::with_clock(BEGINNING);
        fixture.grow(600);
        let dir = tempfile::tempdir().unwrap();
        let log = Self {
            fixture,
            clock,
            dir,
        };
        log.publish();
        log
    }

    pub fn public(&self) -> PathBuf {
        self.dir.path().join("public")
    }

    pub fn state(&self) -> PathBuf {
        self.dir.path().join("state.json")
    }

    pub fn publish(&self) -> u64 {
        let mut publisher = Publisher::open(&self.fixture.options, &self.public(), true).unwrap();
        publisher.publish().unwrap().size
    }

    pub fn grow(&mut self, count: usize) -> u64 {
        self.fixture.grow(count);
        self.publish()
    }

    pub fn key(&self) -> VerifierKey {
        let identity = self.fixture.options.home.identity().unwrap();
        identity.verifier().unwrap()
    }

    pub fn settings(&self) -> Settings {
        Settings {
            key: Some(self.key()),
            state: Some(self.state()),
            entries: true,
            reread_tiles: 64,
            ..Settings::default()
        }
    }

    pub fn monitor_at(&self, place: &str, settings: Settings) -> Monitor {
        Monitor::open(place, settings, Clock::Set(self.clock.clone())).unwrap()
    }

    pub fn monitor(&self) -> Monitor {
        self.monitor_at(self.public().to_str().unwrap(), self.settings())
    }

    /// Flips a bit of a published file.
    pub fn alter(&self, file: &str, at: usize) {
        let path = self.public().join(file);
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[at] ^= 1;
        std::fs::write(&path, bytes).unwrap();
    }

    pub fn partial(&self, tile: &str) -> String {
        let mut found = std::fs::read_dir(self.public().join(format!("{tile}.p"))).unwrap();
        let name = found.next().unwrap().unwrap().file_name();
        assert!(found.next().is_none());
        format!("{tile}.p/{}", name.to_str().unwrap())
    }
}

#[track_caller]
pub fn good(report: &Report) {
    assert!(report.ok && report.code.is_none(), "{report:?}");
    assert!(report.evidence.is_none());
}

#[track_caller]
pub fn fault(report: &Report, code: &str, named: &str) {
    assert!(!report.ok);
    assert_eq!(report.code, Some(code), "{report:?}");
    let why = report.why.as_ref().unwrap();
    assert!(why.en.contains(named), "{why:?} does not name {named}");
    assert!(!why.zh.is_empty());
}
