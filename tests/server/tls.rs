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

/// Speaks TLS to the server, with the protocol that is asked for.
fn connect(host: &Host, certificate: CertificateDer<'static>) -> Client {
    let mut roots = RootCertStore::empty();
    roots.add(certificate).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let session = ClientConnection::new(Arc::new(config), name).unwrap();
    let stream = TcpStream::connect(host.address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    Client::over(StreamOwned::new(session, stream))
}

#[test]
fn a_server_with_a_certificate_speaks_tls() {
    let dir = tempfile::tempdir().unwrap();
    let (tls, certificate) = certified(dir.path());
    let host = Host::with(Place::sqlite(), told(tls));
    let mut client = connect(&host, certificate);
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
    assert_eq!(connect(&host, certificate).get("/healthz").status, 200);
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
    };
    let not_matching = Tls {
        certificates: tls.certificates.clone(),
        key: another.key,
    };
    let no_key = Tls {
        certificates: tls.certificates.clone(),
        key: tls.certificates,
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
