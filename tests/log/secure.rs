//! Monitors that follow a log over TLS, and that sign in where entries are not for everybody.

use crate::common::world::{BEGINNING, signing_key};
use crate::support::{Fixture, shisu};
use crate::watched::{fault, good};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use shisu::app::clock::SetClock;
use shisu::app::config::{Config, Tls};
use shisu::app::monitor::{Monitor, Settings};
use shisu::app::node::Node;
use shisu::core::record::Jwk;
use shisu::core::time::UnixSeconds;
use shisu::server::{Server, Stop};
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::thread::JoinHandle;

/// A log that is served over TLS; it ends with the test.
struct Secure {
    fixture: Fixture,
    clock: SetClock,
    dir: tempfile::TempDir,
    url: String,
    running: Option<(Stop, JoinHandle<()>)>,
}

/// An authority of one's own, as a PEM file, and the files of a server that it vouches for.
fn certified(dir: &Path) -> Tls {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    std::fs::write(dir.join("ca.pem"), params.self_signed(&key).unwrap().pem()).unwrap();
    let issuer = Issuer::new(params, key);
    let own = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let certificate = params.signed_by(&own, &issuer).unwrap();
    let tls = Tls {
        certificates: dir.join("server.pem"),
        key: dir.join("server.key"),
        reload_every_ms: 0,
    };
    std::fs::write(&tls.certificates, certificate.pem()).unwrap();
    std::fs::write(&tls.key, own.serialize_pem()).unwrap();
    tls
}

impl Secure {
    fn new() -> Self {
        let (mut fixture, clock) = Fixture::with_clock(BEGINNING);
        fixture.grow(300);
        let dir = tempfile::tempdir().unwrap();
        let mut config = Config::default();
        config.listen.set_port(0);
        config.workers = 1;
        config.rates.address_per_s = 0;
        config.tls = Some(certified(dir.path()));
        config.access.peers = vec![Jwk::of(&signing_key("peer")).kid()];
        let node = Node::open(fixture.options.clone(), config).unwrap();
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
            fixture,
            clock,
            dir,
            url: format!("https://{address}/log"),
            running: Some((stop, thread)),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The file of the key of `name`.
    fn key(&self, name: &str) -> PathBuf {
        let path = self.path(&format!("{name}.jwk"));
        if !path.exists() {
            shisu::app::keyfile::write(&path, &signing_key(name)).unwrap();
        }
        path
    }

    fn vkey(&self) -> String {
        let identity = self.fixture.options.home.identity().unwrap();
        identity.verifier().unwrap().to_string()
    }

    fn settings(&self, sign_in: Option<&str>) -> Settings {
        let identity = self.fixture.options.home.identity().unwrap();
        Settings {
            key: Some(identity.verifier().unwrap()),
            entries: true,
            ca: Some(self.path("ca.pem")),
            sign_in: sign_in.map(|name| self.key(name)),
            ..Settings::default()
        }
    }

    fn monitor(&self, settings: Settings) -> Monitor {
        Monitor::open(&self.url, settings, self.fixture.options.clock.clone()).unwrap()
    }
}

impl Drop for Secure {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.running.take() {
            stop.begin();
            drop(thread.join());
        }
    }
}

#[test]
fn a_monitor_follows_a_log_over_tls_that_its_own_authority_vouches_for() {
    let secure = Secure::new();
    let (vkey, ca) = (secure.vkey(), secure.path("ca.pem"));
    let call = ["monitor", &secure.url, "--key", &vkey, "--once", "--json"];
    let believing = [&call[..], &["--ca", ca.to_str().unwrap()]].concat();
    let seen = shisu(&believing);
    assert!(seen.is_good(), "{}{}", seen.answer, seen.errors);
    let report: serde_json::Value = serde_json::from_str(&seen.answer).unwrap();
    assert_eq!(report["ok"], true);
    assert_eq!(report["audited"], secure.fixture.head().size);

    let unbelieving = shisu(&call);
    assert_eq!(
        unbelieving.status,
        Some(1),
        "the system knows no such authority"
    );
    assert!(
        unbelieving.answer.contains("server_gone"),
        "{}",
        unbelieving.answer
    );
    let another = tempfile::tempdir().unwrap();
    certified(another.path());
    let mut settings = secure.settings(None);
    settings.entries = false;
    settings.ca = Some(another.path().join("ca.pem"));
    fault(
        &secure.monitor(settings).round(None).unwrap(),
        "server_gone",
        "",
    );
}

#[test]
fn whoever_has_a_role_reads_the_entries_and_nobody_else() {
    let secure = Secure::new();
    let nobody = secure.monitor(secure.settings(None)).round(None).unwrap();
    fault(&nobody, "tile_refused", "tile/entries/");
    let stranger = secure
        .monitor(secure.settings(Some("stranger")))
        .round(None);
    fault(&stranger.unwrap(), "not_let_in", "");
    let peer = secure
        .monitor(secure.settings(Some("peer")))
        .round(None)
        .unwrap();
    good(&peer);
    assert_eq!(peer.audited, secure.fixture.head().size);
    assert_eq!(peer.not_checked, ["freshness"], "the entries were compared");
    let (vkey, ca, key) = (secure.vkey(), secure.path("ca.pem"), secure.key("peer"));
    let seen = shisu(&[
        "monitor",
        &secure.url,
        "--key",
        &vkey,
        "--once",
        "--entries",
        "--ca",
        ca.to_str().unwrap(),
        "--sign-in",
        key.to_str().unwrap(),
    ]);
    assert!(seen.is_good(), "{}{}", seen.answer, seen.errors);
}

#[test]
fn a_monitor_signs_in_again_when_its_session_is_over() {
    let mut secure = Secure::new();
    let mut monitor = secure.monitor(secure.settings(Some("peer")));
    let mut now = BEGINNING;
    for round in 0..3 {
        good(&monitor.round(None).unwrap());
        // Longer than a token lasts.
        now += 20 * 60;
        secure.clock.set(UnixSeconds::new(now).unwrap());
        secure.fixture.grow(10 + round);
    }
    let report = monitor.round(None).unwrap();
    good(&report);
    assert_eq!(report.audited, secure.fixture.head().size);
}

#[test]
fn nobody_signs_in_to_a_folder() {
    let dir = tempfile::tempdir().unwrap();
    let key = dir.path().join("key.jwk");
    shisu::app::keyfile::write(&key, &signing_key("peer")).unwrap();
    let folder = dir.path().to_str().unwrap();
    let refused = shisu(&[
        "monitor",
        folder,
        "--entries",
        "--sign-in",
        key.to_str().unwrap(),
    ]);
    refused.assert_refused("input");
}
