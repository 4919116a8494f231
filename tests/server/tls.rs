//! TLS by the server itself.

use crate::client::{Client, PATIENCE};
use crate::host::{Host, config};
use crate::place::Place;
use crate::town::Town;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use shisu::app::config::{Config, Tls};
use shisu::app::node::Node;
use shisu::server::Server;
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

fn certified(dir: &Path) -> (Tls, CertificateDer<'static>) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let tls = Tls {
        certificates: dir.join("certificate.pem"),
        key: dir.join("key.pem"),
        reload_every_ms: 50,
    };
    std::fs::write(&tls.certificates, made.cert.pem()).unwrap();
    std::fs::write(&tls.key, made.signing_key.serialize_pem()).unwrap();
    (tls, made.cert.der().clone())
}

fn told(tls: Tls) -> Config {
    let mut config = config();
    config.limits.handshake_wait_ms = 500;
    config.tls = Some(tls);
    config
}

/// A session with the server, by this certificate, for which these protocols are asked.
fn session(
    host: &Host,
    certificate: &CertificateDer<'static>,
    protocols: &[&str],
) -> StreamOwned<ClientConnection, TcpStream> {
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols
        .iter()
        .map(|name| name.as_bytes().to_vec())
        .collect();
    let name = ServerName::try_from("localhost").unwrap();
    let session = ClientConnection::new(Arc::new(config), name).unwrap();
    let stream = TcpStream::connect(host.address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    StreamOwned::new(session, stream)
}

/// Speaks TLS to the server.
fn connect(host: &Host, certificate: &CertificateDer<'static>) -> Client {
    Client::over(session(host, certificate, &[]))
}

/// Whether the server shows this certificate to a new connection.
fn shows(host: &Host, certificate: &CertificateDer<'static>) -> bool {
    let mut session = session(host, certificate, &[]);
    session.conn.complete_io(&mut session.sock).is_ok()
}

#[track_caller]
fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < deadline, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_server_with_a_certificate_speaks_tls() {
    let dir = tempfile::tempdir().unwrap();
    let (tls, certificate) = certified(dir.path());
    let host = Host::with(Place::sqlite(), told(tls));
    let mut client = connect(&host, &certificate);
    assert_eq!(client.get("/healthz").status, 200);
    assert_eq!(client.get("/t/NONE").json()["lot"], "t/NONE");
}

#[test]
fn whoever_does_not_finish_the_handshake_is_dropped() {
    let dir = tempfile::tempdir().unwrap();
    let (tls, certificate) = certified(dir.path());
    let host = Host::with(Place::sqlite(), told(tls));
    for half in [
        &b""[..],
        b"\x16\x03\x01\x02\x00",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    ] {
        let mut client = Client::to(host.address);
        client.send(half);
        let began = Instant::now();
        let said = client.until_closed();
        assert!(began.elapsed() < Duration::from_secs(10));
        assert!(
            !said.starts_with(b"HTTP"),
            "nothing is answered in the clear"
        );
    }
    assert_eq!(connect(&host, &certificate).get("/healthz").status, 200);
}

#[test]
fn files_that_hold_no_certificate_are_refused_at_the_start() {
    let dir = tempfile::tempdir().unwrap();
    let (tls, _) = certified(dir.path());
    let (another, _) = {
        let other = dir.path().join("other");
        std::fs::create_dir(&other).unwrap();
        certified(&other)
    };
    let not_there = Tls {
        certificates: dir.path().join("none.pem"),
        key: tls.key.clone(),
        ..tls.clone()
    };
    let not_matching = Tls {
        certificates: tls.certificates.clone(),
        key: another.key,
        ..tls.clone()
    };
    let no_key = Tls {
        certificates: tls.certificates.clone(),
        key: tls.certificates.clone(),
        ..tls
    };
    let mut town = Town::new(Place::sqlite());
    town.close();
    for files in [not_there, not_matching, no_key] {
        let node = Node::open(town.place.options(), told(files)).unwrap();
        let started =
            actix_web::rt::System::new().block_on(async { Server::start(node).map(drop) });
        assert!(started.is_err());
    }
}

#[test]
fn new_certificates_are_taken_up_and_open_connections_go_on() {
    let dir = tempfile::tempdir().unwrap();
    let (tls, old) = certified(dir.path());
    let host = Host::with(Place::sqlite(), told(tls));
    let mut open = connect(&host, &old);
    assert_eq!(open.get("/healthz").status, 200);
    let (_, new) = certified(dir.path());
    wait_until("the new one is not shown", || shows(&host, &new));
    assert!(!shows(&host, &old), "the old one is no longer shown");
    assert_eq!(open.get("/healthz").status, 200, "who was there goes on");
    let mut fresh = connect(&host, &new);
    assert!(
        fresh
            .get("/metrics")
            .text()
            .contains("shisu_certificate_renewals_total{outcome=\"taken\"} 1")
    );
}

#[test]
fn files_that_are_unfit_leave_the_old_certificates_in_use() {
    let dir = tempfile::tempdir().unwrap();
    let (tls, good) = certified(dir.path());
    let host = Host::with(Place::sqlite(), told(tls.clone()));
    let other = dir.path().join("other");
    std::fs::create_dir(&other).unwrap();
    let (another, _) = certified(&other);
    let refused = |count: usize| {
        let line = format!("shisu_certificate_renewals_total{{outcome=\"refused\"}} {count}\n");
        wait_until(&line, || {
            connect(&host, &good).get("/metrics").text().contains(&line)
        });
    };
    std::fs::write(&tls.certificates, "-----BEGIN CERTIFICATE-----\nAA").unwrap();
    refused(1);
    std::fs::copy(&another.certificates, &tls.certificates).unwrap();
    refused(2);
    std::fs::remove_file(&tls.key).unwrap();
    refused(3);
    std::thread::sleep(Duration::from_millis(300));
    refused(3);
    let (_, new) = certified(dir.path());
    wait_until("good files are taken up again", || shows(&host, &new));
}

#[test]
fn a_process_that_is_told_so_looks_at_its_certificates() {
    let dir = tempfile::tempdir().unwrap();
    let (mut tls, old) = certified(dir.path());
    tls.reload_every_ms = 0;
    let host = Host::with(Place::sqlite(), told(tls));
    let (_, new) = certified(dir.path());
    std::thread::sleep(Duration::from_millis(600));
    assert!(shows(&host, &old), "nobody said anything");
    signal_hook::low_level::raise(signal_hook::consts::SIGHUP).unwrap();
    wait_until("the new one is not shown", || shows(&host, &new));
}

#[test]
fn http_2_is_not_offered() {
    let dir = tempfile::tempdir().unwrap();
    let (tls, certificate) = certified(dir.path());
    let host = Host::with(Place::sqlite(), told(tls));
    let mut both = session(&host, &certificate, &["h2", "http/1.1"]);
    both.conn.complete_io(&mut both.sock).unwrap();
    assert_eq!(both.conn.alpn_protocol(), Some(&b"http/1.1"[..]));
    let mut only = session(&host, &certificate, &["h2"]);
    assert!(only.conn.complete_io(&mut only.sock).is_err());
}
