//! Requests that are malformed, tricky, or for something that is not there.

use crate::client::Client;
use crate::host::{Host, config};
use crate::place::Place;
use std::time::{Duration, Instant};

fn host() -> Host {
    Host::new(Place::sqlite())
}

#[test]
fn paths_that_try_to_leave_lead_nowhere() {
    let host = host();
    let tricks = [
        "/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/docs/../../../etc/passwd",
        "/docs/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/docs/..%5c..%5cwindows",
        "//etc/passwd",
        "/v1/../metrics",
        "/v1//lots",
        "/v1/lots/",
        "/v1/records/../../healthz",
        "/v1/records/%00",
        "/v1/records/%ff",
        "/v1/records/%",
        "/01/",
        "/01/..%2f..%2f",
        "/t/..",
        "/.git/config",
        "/v1/parties/%2e%2e",
    ];
    for path in tricks {
        let answer = host.client().get(path);
        assert!(
            matches!(answer.status, 400 | 404),
            "{path}: {}",
            answer.status
        );
        answer.problem(answer.status);
    }
}

#[test]
fn identifiers_that_are_none_are_explained() {
    let host = host();
    for path in [
        "/v1/lots?code=X",
        "/v1/lots/X",
        "/v1/lots/X/verdict",
        "/v1/lots/01/09520002000034/10/A/trace",
        "/v1/lots/t/lower/bundle",
        "/v1/records/short",
        "/v1/parties/91320509MA1M00033X",
        "/v1/sites/x",
        "/v1/shipments/x",
        "/v1/certificates/x",
        "/01/09520002000034/10/A",
        "/t/x",
    ] {
        assert_eq!(
            host.client().get(path).problem(400),
            "bad_identifier",
            "{path}"
        );
    }
    for path in [
        "/v1/lots",
        "/v1/lots?code=t/LOT-1&code=t/LOT-2",
        "/v1/lots?code=t/LOT-1&other=1",
        "/v1/lots/t/LOT-1/trace?direction=up",
        "/v1/certificates",
        "/v1/certificates?number=",
    ] {
        assert_eq!(
            host.client().get(path).problem(400),
            "bad_request",
            "{path}"
        );
    }
}

#[test]
fn what_is_not_there_is_not_found() {
    let host = host();
    let id = "A".repeat(43);
    for (path, code) in [
        ("/nothing", "not_found"),
        ("/v1", "not_found"),
        ("/v1/lots?code=t/LOT-1", "unknown_lot"),
        ("/v1/lots/t/LOT-1", "unknown_lot"),
        ("/v1/lots/t/LOT-1/bundle", "unknown_lot"),
        (&format!("/v1/records/{id}"), "unknown_record"),
        (&format!("/v1/records/{id}/receipt"), "unknown_record"),
        (&format!("/v1/shipments/{id}"), "not_found"),
        (&format!("/v1/certificates/{id}"), "not_found"),
        ("/v1/certificates?number=NONE", "not_found"),
        ("/v1/parties/91320509MA1M00033P", "not_found"),
        ("/01/09520002000033", "not_found"),
    ] {
        assert_eq!(host.client().get(path).problem(404), code, "{path}");
    }
}

#[test]
fn another_method_is_told_which_there_are() {
    let host = host();
    for (method, path, allow) in [
        ("DELETE", "/v1/records", "POST"),
        ("GET", "/v1/records", "POST"),
        (
            "PUT",
            "/v1/lots/01/09520002000033/10/Q0417-1/verdict",
            "GET, HEAD",
        ),
        ("POST", "/healthz", "GET, HEAD"),
        ("BREW", "/v1/parties/91320509MA1M00033P", "GET, HEAD"),
    ] {
        let answer = host.client().ask(method, path, &[], b"");
        assert_eq!(answer.problem(405), "method_not_allowed", "{method} {path}");
        assert_eq!(answer.header("allow"), Some(allow), "{method} {path}");
    }
    assert_eq!(
        host.client().ask("DELETE", "/none", &[], b"").problem(404),
        "not_found"
    );
}

#[test]
fn what_can_be_had_can_be_asked_about() {
    let host = host();
    let mut client = host.client();
    let whole = client.get("/healthz");
    let head = client.ask("HEAD", "/healthz", &[], b"");
    assert_eq!(head.status, 200);
    assert_eq!(
        head.header("content-length"),
        whole.header("content-length")
    );
    assert_eq!(client.get("/healthz").status, 200, "the connection goes on");
}

#[test]
fn a_flood_of_headers_is_refused() {
    let host = host();
    let mut client = host.client();
    let mut head = Client::head("GET", "/healthz", &[]);
    for n in 0..5_000 {
        head.push_str(&format!("X-Flood-{n}: {}\r\n", "x".repeat(100)));
    }
    client.send(format!("{head}\r\n").as_bytes());
    let answer = client.answer(true);
    assert!(answer.is_none_or(|answer| (400..500).contains(&answer.status)));
    assert_eq!(
        host.client().get("/healthz").status,
        200,
        "others are served"
    );
}

#[test]
fn a_header_without_end_is_refused() {
    let host = host();
    let mut client = host.client();
    client.send(Client::head("GET", "/healthz", &[]).as_bytes());
    client.send(b"X-Long: ");
    let part = "x".repeat(65_536);
    let mut sent = 0;
    while sent < 64 << 20 && client.send(part.as_bytes()) {
        sent += part.len();
    }
    assert!(sent < 16 << 20, "{sent} bytes were taken");
}

#[test]
fn an_address_without_end_is_refused() {
    let host = host();
    let path = format!("/{}", "x".repeat(1 << 20));
    let mut client = host.client();
    client.send(format!("{}\r\n", Client::head("GET", &path, &[])).as_bytes());
    let answer = client.answer(true);
    assert!(answer.is_none_or(|answer| (400..500).contains(&answer.status)));
}

#[test]
fn half_a_head_is_given_up() {
    let mut config = config();
    config.limits.head_wait_ms = 300;
    let host = Host::with(Place::sqlite(), config);
    for half in ["", "GET", "GET /healthz HTTP/1.1\r\nHost: x\r\n"] {
        let mut client = host.client();
        client.send(half.as_bytes());
        let began = Instant::now();
        client.until_closed();
        assert!(began.elapsed() < Duration::from_secs(10), "{half:?}");
    }
}

#[test]
fn a_head_that_comes_drop_by_drop_is_given_up() {
    let mut config = config();
    config.limits.head_wait_ms = 500;
    let host = Host::with(Place::sqlite(), config);
    let mut client = host.client();
    let began = Instant::now();
    client.send(b"GET /healthz HTTP/1.1\r\nX: ");
    while client.send(b"x") {
        assert!(
            began.elapsed() < Duration::from_secs(15),
            "it may go on for ever"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn what_is_no_http_is_ended() {
    let host = host();
    let rubbish: [&[u8]; 4] = [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"hello\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\0 HTTP/1.1\r\n\r\n",
    ];
    for bytes in rubbish {
        let mut client = host.client();
        client.send(bytes);
        let said = String::from_utf8_lossy(&client.until_closed()).into_owned();
        assert!(said.is_empty() || said.starts_with("HTTP/1.1 4"), "{said}");
    }
}

#[test]
fn two_lengths_are_no_length() {
    // The way to make a proxy and a server disagree where a request ends.
    let host = host();
    for headers in [
        [("Content-Length", "5"), ("Content-Length", "6")],
        [("Content-Length", "5"), ("Transfer-Encoding", "chunked")],
        [
            ("Transfer-Encoding", "x"),
            ("Transfer-Encoding", "identity"),
        ],
    ] {
        let mut client = host.client();
        let mut all = vec![("Content-Type", "application/sd-jwt")];
        all.extend(headers);
        let head = Client::head("POST", "/v1/records", &all);
        client.send(format!("{head}\r\n0\r\n\r\n").as_bytes());
        let answer = client.answer(true).expect("an answer");
        assert_eq!(answer.status, 400, "{headers:?}");
    }
}

#[test]
fn a_request_keeps_a_plain_name_and_gets_another_for_a_tricky_one() {
    let host = host();
    let named = |name: &str| {
        let answer = host
            .client()
            .ask("GET", "/none", &[("X-Request-Id", name)], b"");
        answer.problem(404);
        answer.header("x-request-id").unwrap().to_owned()
    };
    assert_eq!(named("till-7.0042_a"), "till-7.0042_a");
    for tricky in ["a b", "<script>", &"x".repeat(65), "\u{fc}"] {
        let given = named(tricky);
        assert!(!given.contains(tricky) && given.len() < 40, "{given}");
    }
    assert_ne!(named(""), named(""));
}
