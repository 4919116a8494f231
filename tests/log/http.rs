//! The log as a server gives it: the same bytes as published, with what caches may do with them.

use crate::common::world::BEGINNING;
use crate::support::Fixture;
use shisu::app::config::Config;
use shisu::app::home::Home;
use shisu::app::ledger::Options;
use shisu::app::monitor::{Monitor, Report, Settings};
use shisu::app::node::Node;
use shisu::app::publish::Publisher;
use shisu::core::log::SignedCheckpoint;
use shisu::core::log::layout::{entry_tiles, hash_tiles};
use shisu::server::{Server, Stop};
use std::path::Path;
use std::sync::mpsc::channel;
use std::thread::JoinHandle;

/// A server on a port of its own; it ends with the test.
struct Running {
    url: String,
    stop: Stop,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    fn start(options: &Options, entries_public: bool) -> Self {
        let mut config = Config::default();
        config.listen.set_port(0);
        config.workers = 1;
        config.rates.address_per_s = 0;
        config.log.entries_public = entries_public;
        let node = Node::open(options.clone(), config).unwrap();
        let (sender, started) = channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = Server::start(node).unwrap();
                sender.send((server.address(), server.stopper())).unwrap();
                server.run().await.unwrap();
            });
        });
        let (address, stop) = started.recv().unwrap();
        Self {
            url: format!("http://{address}/log"),
            stop,
            thread: Some(thread),
        }
    }

    fn get(&self, path: &str, have: Option<&str>) -> Answer {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build();
        let agent: ureq::Agent = config.into();
        let mut request = agent.get(format!("{}/{path}", self.url));
        if let Some(tag) = have {
            request = request.header("if-none-match", tag);
        }
        let mut answer = request.call().unwrap();
        let header = |name: &str| {
            let value = answer.headers().get(name);
            value.map_or("", |value| value.to_str().unwrap()).to_owned()
        };
        let (caching, kind, tag) = (
            header("cache-control"),
            header("content-type"),
            header("etag"),
        );
        Answer {
            status: answer.status().as_u16(),
            caching,
            kind,
            tag,
            body: answer.body_mut().read_to_vec().unwrap(),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.begin();
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

struct Answer {
    status: u16,
    caching: String,
    kind: String,
    tag: String,
    body: Vec<u8>,
}

impl Answer {
    fn assert_problem(&self, status: u16, code: &str) {
        assert_eq!(self.status, status);
        assert!(
            self.kind.starts_with("application/problem+json"),
            "{}",
            self.kind
        );
        let body: serde_json::Value = serde_json::from_slice(&self.body).unwrap();
        assert_eq!(body["code"], code);
        assert!(!self.caching.contains("max-age"), "{}", self.caching);
    }
}

fn monitor(fixture: &Fixture, place: &str, entries: bool) -> Monitor {
    let key = fixture.options.home.identity().unwrap().verifier().unwrap();
    let settings = Settings {
        key: Some(key),
        entries,
        ..Settings::default()
    };
    Monitor::open(place, settings, fixture.options.clock.clone()).unwrap()
}

fn look(monitor: &mut Monitor) -> Report {
    monitor.round(None).unwrap()
}

#[test]
fn a_server_gives_the_bytes_that_are_published_with_the_right_caching() {
    let (mut fixture, _clock) = Fixture::with_clock(BEGINNING);
    fixture.grow(600);
    let dir = tempfile::tempdir().unwrap();
    let mut publisher = Publisher::open(&fixture.options, dir.path(), true).unwrap();
    let size = publisher.publish().unwrap().size;
    let server = Running::start(&fixture.options, true);
    let file = |path: &str| std::fs::read(dir.path().join(path)).unwrap();
    let head = server.get("checkpoint", None);
    assert_eq!((head.status, head.caching.as_str()), (200, "no-cache"));
    assert_eq!(head.kind, "text/plain; charset=utf-8");
    assert_eq!(head.body, file("checkpoint"));
    let again = server.get("checkpoint", Some(&head.tag));
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(server.get("checkpoint", Some("W/\"1-x\"")).status, 200);
    for tile in hash_tiles(0, size).chain(entry_tiles(0, size)) {
        let answer = server.get(&tile.to_string(), None);
        assert_eq!(answer.status, 200, "{tile}");
        assert_eq!(answer.kind, "application/octet-stream");
        assert_eq!(answer.body, file(&tile.to_string()), "{tile}");
        let lasts = answer.caching.contains("immutable");
        assert_eq!(lasts, tile.is_full(), "{tile}: {}", answer.caching);
        assert!(!lasts || answer.caching.contains("max-age=31536000"));
    }
    assert!(look(&mut monitor(&fixture, &server.url, true)).ok);
}

#[test]
fn what_is_no_tile_or_not_there_yet_is_a_problem_that_no_cache_keeps() {
    let (mut fixture, _clock) = Fixture::with_clock(BEGINNING);
    fixture.grow(300);
    let server = Running::start(&fixture.options, true);
    for path in [
        "tile/0/1",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/00/000",
        "tile/64/000",
    ] {
        server.get(path, None).assert_problem(400, "bad_path");
    }
    for path in [
        "tile/0/002",
        "tile/1/000",
        "tile/1/000.p/2",
        "tile/63/000",
        "tile/entries/007",
    ] {
        server.get(path, None).assert_problem(404, "not_found");
    }
    server.get("nothing", None).assert_problem(404, "not_found");
}

#[test]
fn entries_are_for_those_with_a_role_unless_the_operator_opens_them() {
    let (mut fixture, _clock) = Fixture::with_clock(BEGINNING);
    fixture.grow(300);
    let server = Running::start(&fixture.options, false);
    server
        .get("tile/entries/000", None)
        .assert_problem(401, "sign_in_required");
    assert_eq!(server.get("tile/0/000", None).status, 200);
    assert!(look(&mut monitor(&fixture, &server.url, false)).ok);
    let report = look(&mut monitor(&fixture, &server.url, true));
    assert_eq!(report.code, Some("tile_refused"));
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else if path.extension().is_none_or(|end| end != "sqlite") {
            std::fs::copy(&path, target).unwrap();
        }
    }
}

#[test]
fn two_servers_on_one_database_never_show_a_smaller_log_one_after_the_other() {
    let (mut fixture, _clock) = Fixture::with_clock(BEGINNING);
    let dir = tempfile::tempdir().unwrap();
    copy(fixture.home(), dir.path());
    let other = Options {
        home: Home::at(dir.path()),
        database: Some(fixture.options.database()),
        ..fixture.options.clone()
    };
    let servers = [
        Running::start(&fixture.options, false),
        Running::start(&other, false),
    ];
    let mut last = 0;
    for round in 0..6 {
        // By a third process: neither server knows of it.
        fixture.grow(7);
        let server = &servers[round % 2];
        let text = String::from_utf8(server.get("checkpoint", None).body).unwrap();
        let head = SignedCheckpoint::parse(&text).unwrap();
        assert_eq!(head.checkpoint().size(), fixture.head().size);
        assert!(head.checkpoint().size() >= last + 7);
        last = head.checkpoint().size();
    }
}
