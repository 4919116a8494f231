//! `shisu serve` in a process of its own, over the ledger of a small chain, and `shisu` to talk to
//! it.

use crate::common::Draft;
use crate::place::Place;
use crate::town::{Town, verifier};
use serde_json::Value;
use shisu::core::time::UnixSeconds;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

/// A server that runs until it is dropped.
pub struct Host {
    /// Who signs, and the ledger's place.
    pub town: Town,
    /// Where it listens.
    pub address: SocketAddr,
    /// Whether whoever manages speaks to the server, rather than to the ledger beside it.
    pub is_away: bool,
    /// A folder for what a test writes.
    pub desk: tempfile::TempDir,
    server: Child,
}

/// The system's clock, in seconds.
pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    UnixSeconds::new(since.as_secs()).unwrap().get()
}

/// The program.
pub fn shisu() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shisu"));
    for name in [
        "SHISU_DATA_DIR",
        "SHISU_DATABASE_URL",
        "SHISU_SERVER",
        "SHISU_TOKEN",
    ] {
        command.env_remove(name);
    }
    command.env("SHISU_LOG", "error");
    command
}

impl Host {
    /// A server with the chain enrolled.
    pub fn new(place: Place) -> Self {
        let mut town = Town::new_at(place, now());
        town.close();
        let (server, address) = serve(&town.place);
        Self {
            town,
            address,
            is_away: false,
            desk: tempfile::tempdir().unwrap(),
            server,
        }
    }

    /// Its address as clients name it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The log's key, as clients are given it.
    pub fn log_key(&self) -> String {
        verifier(&self.town.world).to_string()
    }

    /// A path in the test's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.desk.path().join(name)
    }

    /// Writes a file in the test's folder.
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Harvests of lots with these numbers, signed by the farm, one a line.
    pub fn harvests(&mut self, numbers: std::ops::Range<u32>) -> Vec<String> {
        let sign = |number| {
            let lot = format!("t/CL-{number}");
            self.town.sign("farm", &harvest(&lot))
        };
        numbers.map(sign).collect()
    }

    /// Entries of the log.
    pub fn size(&self) -> u64 {
        self.town.place.head().size
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// The options that name the ledger of a host, or its server.
pub fn at_home<'a>(host: &Host, command: &'a mut Command) -> &'a mut Command {
    if host.is_away {
        return command.args(["--server", &host.url()]);
    }
    command
        .args(["--database-url", &host.town.place.url])
        .arg("--data-dir")
        .arg(host.town.place.home())
}

/// A harvest of ten kilograms.
pub fn harvest(lot: &str) -> Draft {
    crate::common::draft::create(lot, "10", "KGM", "leafy_vegetable")
}

fn serve(place: &Place) -> (Child, SocketAddr) {
    let mut server = shisu()
        .args(["serve", "--listen", "127.0.0.1:0", "--database-url"])
        .arg(&place.url)
        .arg("--data-dir")
        .arg(place.home())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(server.stdout.take().unwrap());
    let mut line = String::new();
    said.read_line(&mut line).unwrap();
    let (_, address) = line.trim().rsplit_once('/').expect("an address");
    (server, address.parse().unwrap())
}

/// Runs a command to its end.
pub fn run(command: &mut Command) -> Output {
    command.stdin(Stdio::null()).output().unwrap()
}

/// Runs a command that must succeed, for its JSON.
#[track_caller]
pub fn run_json(command: &mut Command) -> Value {
    let done = run(command);
    assert!(done.status.success(), "{}", both(&done));
    serde_json::from_slice(&done.stdout).unwrap_or_else(|error| panic!("{error}: {}", both(&done)))
}

/// What a command said.
pub fn both(done: &Output) -> String {
    let text = String::from_utf8_lossy;
    format!("{}{}", text(&done.stdout), text(&done.stderr))
}

/// The lines of a file.
pub fn lines(path: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(str::to_owned).collect()
}
