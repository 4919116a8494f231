//! A server over a ledger of journeys, on a day of its own.

use crate::client::{Answer, Client};
use shisu::app::clock::{Clock, SetClock};
use shisu::app::config::Config;
use shisu::app::demo::load_script;
use shisu::app::home::Home;
use shisu::app::ledger::Options;
use shisu::app::node::Node;
use shisu::app::scenario::{Cast, Journey, Script, demo_identity, script};
use shisu::core::time::{ChinaDate, UnixSeconds};
use shisu::server::{Server, Stop};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::thread::JoinHandle;
use tempfile::TempDir;

/// What a browser says that it takes.
pub const HTML: (&str, &str) = ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");

/// The last day of the journeys.
pub fn day() -> ChinaDate {
    ChinaDate::from_ymd(2026, 11, 21).unwrap()
}

/// The moment at which pages are read: nine o'clock in China on the last day.
pub fn now() -> UnixSeconds {
    day().begins().plus(9 * 3_600)
}

/// The demo's journeys, told on that day.
pub fn demo_script() -> Script {
    let (cast, journeys) = (Cast::embedded().unwrap(), Journey::embedded().unwrap());
    script(&cast, &journeys, &demo_identity().unwrap(), day()).unwrap()
}

/// A server that runs until it is dropped.
pub struct Site {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its clock.
    pub clock: SetClock,
    dir: TempDir,
    running: Option<(Stop, JoinHandle<()>)>,
}

impl Site {
    /// A server over the demo's journeys.
    pub fn demo() -> Self {
        Self::of(&demo_script(), Config::default())
    }

    /// A server over what a script tells. Tests ask faster than people do, so their address has no
    /// rate; the others are the shipped ones.
    pub fn of(script: &Script, mut config: Config) -> Self {
        config.rates.address_per_s = 0;
        Self::shipped(script, config)
    }

    /// A server over what a script tells, with no other limits than `config` has.
    pub fn shipped(script: &Script, mut config: Config) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("data");
        load_script(&data, script, &|_, _| {}).unwrap();
        let clock = SetClock::at(now());
        let mut options = Options::of(Home::at(&data));
        options.clock = Clock::Set(clock.clone());
        config.listen.set_port(0);
        config.workers = 2;
        let node = Node::open(options, config).unwrap();
        let (sender, started) = sync_channel(1);
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = Server::start(node).unwrap();
                sender.send((server.address(), server.stopper())).unwrap();
                server.run().await.unwrap();
            });
        });
        let (address, stop) = started.recv().unwrap();
        Self {
            address,
            clock,
            dir,
            running: Some((stop, thread)),
        }
    }

    /// The folder of its ledger.
    pub fn data(&self) -> std::path::PathBuf {
        Path::new(self.dir.path()).join("data")
    }

    /// A page, as a browser asks for it that says nothing of languages.
    #[track_caller]
    pub fn page(&self, path: &str) -> Answer {
        self.get(path, &[HTML])
    }

    /// Asks with these headers.
    #[track_caller]
    pub fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        Client::to(self.address).ask("GET", path, headers, b"")
    }

    /// Sends a body.
    #[track_caller]
    pub fn post(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        Client::to(self.address).ask("POST", path, headers, body)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.running.take() {
            stop.begin();
            // A server that failed has said so already.
            drop(thread.join());
        }
    }
}
