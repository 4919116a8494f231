//! `shisu serve` as a program: started, asked to end, and what it writes down.

use crate::client::Client;
use crate::common::draft::create;
use crate::host::post;
use crate::place::Place;
use crate::town::Town;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

/// The program, serving.
pub struct Program {
    /// The process.
    pub child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Program {
    fn serving(town: &Town, config: &str) -> Self {
        Self::start(&mut Self::command(town, config, ":"))
    }

    /// What runs it over the ledger of `town`, after a shell has done what `before` says.
    pub fn command(town: &Town, config: &str, before: &str) -> Command {
        let home = town.place.home();
        let file = home.join("serve.toml");
        std::fs::write(&file, config).unwrap();
        let mut command = Command::new("sh");
        command
            .arg("-c")
            .arg(format!(r#"{before} && exec "$0" "$@""#))
            .arg(env!("CARGO_BIN_EXE_shisu"))
            .arg("serve")
            .arg("--data-dir")
            .arg(&home)
            .arg("--database-url")
            .arg(&town.place.url)
            .arg("--config")
            .arg(&file)
            .args(["--listen", "127.0.0.1:0"])
            .env("SHISU_LOG_FORMAT", "json")
            .env_remove("SHISU_LOG");
        command
    }

    /// Runs it.
    pub fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        let address = line.trim().rsplit_once("//").expect("an address").1;
        Self {
            address: address.parse().unwrap(),
            child,
        }
    }

    /// Asks it to end, as an init system does; its log.
    pub fn end(mut self) -> String {
        let pid = self.child.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        assert!(asked.success());
        let mut log = String::new();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut log)
            .unwrap();
        assert!(self.child.wait().unwrap().success(), "{log}");
        log
    }
}

impl Drop for Program {
    /// A test that failed leaves nothing running.
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn town() -> Town {
    let mut town = Town::new(Place::sqlite());
    town.close();
    town
}

#[test]
fn it_ends_when_it_is_asked_to_and_what_it_accepted_is_there() {
    let mut town = town();
    let program = Program::serving(&town, "");
    let draft = create("t/LOT-1", "10", "KGM", "leafy_vegetable");
    let text = town.sign("farm", &draft);
    let answer = post(&mut Client::to(program.address), &text);
    assert_eq!(answer.status, 201, "{}", answer.text());
    program.end();
    assert_eq!(town.check().signed_head, Some(town.place.head().size));
    let again = Program::serving(&town, "");
    assert_eq!(post(&mut Client::to(again.address), &text).status, 200);
    again.end();
}

#[test]
fn its_log_is_structured_and_tells_no_secrets() {
    let mut town = town();
    let program = Program::serving(&town, "");
    let draft = create("t/LOT-1", "10", "KGM", "leafy_vegetable");
    let text = town.sign("farm", &draft);
    let mut client = Client::to(program.address);
    let headers = [
        ("Content-Type", "application/sd-jwt"),
        ("Authorization", "Bearer very-secret-token"),
        ("Cookie", "session=very-secret-session"),
        ("X-Request-Id", "till-7"),
    ];
    let answer = client.ask(
        "POST",
        "/v1/records?atomic=false",
        &headers,
        text.as_bytes(),
    );
    assert_eq!(answer.status, 201);
    client.get("/t/LOT-1?very-secret-question=1");
    let log = program.end();
    let lines: Vec<serde_json::Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    let answered = lines
        .iter()
        .find(|line| line["id"] == "till-7")
        .expect(&log);
    assert_eq!(
        (answered["path"].as_str(), answered["status"].as_u64()),
        (Some("/v1/records"), Some(201))
    );
    assert_eq!(answered["method"], "POST");
    assert!(answered["took_us"].as_u64().unwrap() > 0);
    assert!(!log.contains("very-secret"), "{log}");
    let (jwt, disclosures) = text.split_once('~').unwrap();
    assert!(!log.contains(jwt));
    for disclosure in disclosures.split('~').filter(|one| !one.is_empty()) {
        assert!(!log.contains(disclosure));
    }
}

#[test]
fn a_configuration_that_is_misspelt_is_refused() {
    let town = town();
    let file = town.place.home().join("bad.toml");
    std::fs::write(&file, "[limits]\nbody_wait_s = 1\n").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_shisu"))
        .arg("serve")
        .arg("--data-dir")
        .arg(town.place.home())
        .arg("--config")
        .arg(&file)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("body_wait_s"), "{said}");
}

#[test]
fn what_the_configuration_says_counts() {
    let town = town();
    let program = Program::serving(
        &town,
        "metrics_from = []\n[limits]\nndjson_records_max = 1\n",
    );
    let mut client = Client::to(program.address);
    assert_eq!(client.get("/metrics").problem(403), "not_allowed");
    let answer = crate::host::post_lines(&mut client, "x\nx\n");
    assert_eq!(answer.problem(413), "too_many_records");
    program.end();
}

/// Where the system tells it; see `src/server/pages.rs`.
#[cfg(target_os = "linux")]
#[test]
fn it_keeps_its_memory_in_small_pages() {
    let town = town();
    let program = Program::serving(&town, "");
    let status = std::fs::read_to_string(format!("/proc/{}/status", program.child.id())).unwrap();
    let told = status.lines().find(|line| line.starts_with("THP_enabled"));
    assert!(told.is_none_or(|line| line.ends_with('0')), "{told:?}");
    program.end();
}
