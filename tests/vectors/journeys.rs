//! Bundles of the fixture journeys, made by the program itself from a ledger of the demo, told on a
//! fixed day.

use shisu::app::bundle::{Audience, bundle};
use shisu::app::clock::{Clock, SetClock};
use shisu::app::home::Home;
use shisu::app::init::{Beginning, Keys, init};
use shisu::app::ledger::{Ledger, Options, Outcome};
use shisu::app::scenario::{Cast, Journey, demo_identity, script};
use shisu::app::trace::Question;
use shisu::core::bundle::Bundle;
use shisu::core::log::NoteSigner;
use shisu::core::record::words::Name;
use shisu::core::time::{ChinaDate, UnixSeconds};
use shisu::core::trace::Direction;

/// The last day of the stories.
const TODAY: &str = "2026-11-22";

/// A ledger in which the journeys were told; it goes away with the test.
pub struct Journeys {
    _dir: tempfile::TempDir,
    options: Options,
    told: Vec<Journey>,
    /// When the bundles are made.
    pub now: UnixSeconds,
    /// A policy that trusts the ledger's log.
    pub policy: String,
}

/// Tells all journeys, each record at its own time.
pub fn tell() -> Journeys {
    let identity = demo_identity().unwrap();
    let today = ChinaDate::parse(TODAY).unwrap();
    let told = Journey::embedded().unwrap();
    let script = script(&Cast::embedded().unwrap(), &told, &identity, today).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let clock = SetClock::at(script.events.first().unwrap().at);
    let mut options = Options::of(Home::at(&dir.path().join("home")));
    options.clock = Clock::Set(clock.clone());
    let beginning = Beginning {
        origin: identity.origin.clone(),
        province: identity.province,
        registrar: identity.registrar,
        registrar_name: Name::new(&identity.registrar_name).unwrap(),
    };
    let keys = Keys {
        log: identity.log_key.clone(),
        node: identity.node_key.clone(),
        registrar: identity.registrar_key.clone(),
    };
    init(&options, &beginning, &keys).unwrap();
    let ledger = Ledger::open(&options).unwrap();
    for together in script.events.chunk_by(|a, b| a.at == b.at) {
        clock.set(together.first().unwrap().at);
        let texts: Vec<String> = together.iter().map(|event| event.sd_jwt.clone()).collect();
        for outcome in ledger.submit(&texts).unwrap() {
            assert!(matches!(outcome, Outcome::Accepted(_)), "{outcome:?}");
        }
    }
    ledger.close();
    let now = today.begins().plus(20 * 3_600);
    clock.set(now);
    let log = NoteSigner::new(identity.origin, identity.log_key).unwrap();
    Journeys {
        _dir: dir,
        options,
        told,
        now,
        policy: format!("log {}\nquorum none\n", log.verifier_key()),
    }
}

impl Journeys {
    /// The bundle of the lot of a journey.
    pub fn bundle(&self, journey: &str, audience: &Audience) -> Bundle {
        let told = self.told.iter().find(|told| told.key == journey).unwrap();
        let question = Question {
            lot: told.lot.clone(),
            at: None,
            direction: Direction::Back,
        };
        bundle(&self.options, &question, audience).unwrap()
    }
}
