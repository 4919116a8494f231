//! Bodies that are too large, too slow, cut off, blown up, or of another kind.

use crate::client::{Client, PATIENCE};
use crate::common::draft::create;
use crate::host::{Host, config, ndjson, post_lines};
use crate::place::Place;
use crate::town::parse;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write as _;
use std::time::{Duration, Instant};

const SD_JWT: (&str, &str) = ("Content-Type", "application/sd-jwt");
const NDJSON: (&str, &str) = ("Content-Type", "application/x-ndjson");

fn host() -> Host {
    Host::new(Place::sqlite())
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn resident_kib() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .unwrap();
    line.trim().trim_end_matches(" kB").trim().parse().unwrap()
}

#[test]
fn a_body_of_a_gigabyte_is_refused_before_it_is_sent() {
    let host = host();
    for kind in [SD_JWT, NDJSON] {
        let mut client = host.client();
        let length = ("Content-Length", "1073741824");
        let head = Client::head("POST", "/v1/records", &[kind, length]);
        assert!(client.send(format!("{head}\r\n").as_bytes()));
        let answer = client.answer(true).expect("an answer before the body");
        assert_eq!(answer.problem(413), "body_too_large");
    }
}

#[test]
fn a_gigabyte_in_chunks_is_cut_off_at_the_limit() {
    let host = host();
    for (method, path) in [
        ("POST", "/v1/records"),
        ("GET", "/healthz"),
        ("PUT", "/none"),
    ] {
        pour(&host, method, path);
    }
}

fn pour(host: &Host, method: &str, path: &str) {
    let mut client = host.client();
    let chunked = ("Transfer-Encoding", "chunked");
    let head = Client::head(method, path, &[NDJSON, chunked]);
    assert!(client.send(format!("{head}\r\n").as_bytes()));
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(65_536));
    let (mut sent, began) = (0_u64, Instant::now());
    while client.send(chunk.as_bytes()) {
        sent += 65_536;
        // What it still takes is thrown away, and only for so long that the answer can be read.
        assert!(
            began.elapsed() < Duration::from_secs(10),
            "{sent} bytes were taken"
        );
    }
}

#[test]
fn a_small_body_that_blows_up_is_refused_and_takes_no_memory() {
    let host = host();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..512 {
        encoder.write_all(&[b'x'; 1 << 20]).unwrap();
    }
    let bomb = encoder.finish().unwrap();
    assert!(bomb.len() < 1 << 20, "{}", bomb.len());
    let before = resident_kib();
    let headers = [NDJSON, ("Content-Encoding", "gzip")];
    let answer = host.client().ask("POST", "/v1/records", &headers, &bomb);
    assert_eq!(answer.problem(413), "body_too_large");
    let grown = resident_kib().saturating_sub(before);
    assert!(grown < 256 << 10, "{grown} KiB more");
}

#[test]
fn a_compressed_body_is_understood() {
    let mut host = host();
    let draft = create("t/LOT-1", "10", "KGM", "leafy_vegetable");
    let text = host.town.sign("farm", &draft);
    let body = gzip(ndjson(&[text]).as_bytes());
    let headers = [NDJSON, ("Content-Encoding", "gzip")];
    let answer = host.client().ask("POST", "/v1/records", &headers, &body);
    assert_eq!(answer.lines()[0]["outcome"], "accepted");
}

#[test]
fn encodings_that_blow_up_unseen_are_not_undone() {
    let host = host();
    for encoding in ["br", "zstd", "deflate", "gzip, gzip", "x"] {
        let headers = [NDJSON, ("Content-Encoding", encoding)];
        let answer = host.client().ask("POST", "/v1/records", &headers, b"x");
        assert_eq!(answer.problem(415), "unsupported_encoding", "{encoding}");
    }
    let headers = [NDJSON, ("Content-Encoding", "gzip")];
    let answer = host
        .client()
        .ask("POST", "/v1/records", &headers, b"no gzip");
    assert_eq!(answer.problem(400), "bad_encoding");
}

#[test]
fn another_kind_of_content_is_refused() {
    let host = host();
    for kind in [
        "application/json",
        "text/plain",
        "application/sd-jwt-not",
        "",
        "multipart/form-data",
    ] {
        let headers = [("Content-Type", kind)];
        let answer = host.client().ask("POST", "/v1/records", &headers, b"x");
        assert_eq!(answer.problem(415), "unsupported_media_type", "{kind}");
    }
    let answer = host.client().ask("POST", "/v1/records", &[], b"x");
    assert_eq!(answer.problem(415), "unsupported_media_type");
    let headers = [("Content-Type", "Application/SD-JWT; charset=utf-8")];
    let answer = host.client().ask("POST", "/v1/records", &headers, b"x");
    assert_eq!(
        answer.problem(422),
        "not_sd_jwt",
        "a parameter does no harm"
    );
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let host = host();
    let answer = host
        .client()
        .ask("POST", "/v1/records", &[NDJSON], b"\xff\xfe\n");
    assert_eq!(answer.problem(400), "bad_encoding");
    let answer = host.client().ask("POST", "/v1/records", &[SD_JWT], b"");
    assert_eq!(answer.problem(422), "not_sd_jwt");
    let answer = host.client().ask("POST", "/v1/records", &[NDJSON], b"\n\n");
    assert_eq!(
        (answer.status, answer.body.len()),
        (200, 0),
        "nothing in, nothing out"
    );
}

#[test]
fn a_record_that_is_too_long_is_refused_alone() {
    let mut host = host();
    let draft = create("t/LOT-1", "10", "KGM", "leafy_vegetable");
    let good = host.town.sign("farm", &draft);
    let long = format!("{}~", "x".repeat(300_000));
    let answer = post_lines(&mut host.client(), &ndjson(&[long.clone(), good]));
    let outcomes = answer.lines();
    assert_eq!(outcomes[0]["outcome"], "refused");
    assert_eq!(outcomes[1]["outcome"], "accepted");
    assert_eq!(host.submit(&long).problem(413), "body_too_large");
}

#[test]
fn more_lines_than_the_limit_are_refused() {
    let mut config = config();
    config.limits.ndjson_records_max = 10;
    let host = Host::with(Place::sqlite(), config);
    let answer = post_lines(&mut host.client(), &"x\n".repeat(11));
    assert_eq!(answer.problem(413), "too_many_records");
    assert_eq!(
        post_lines(&mut host.client(), &"x\n".repeat(10)).status,
        200
    );
}

#[test]
fn a_body_that_does_not_come_is_given_up() {
    let mut config = config();
    config.limits.body_wait_ms = 300;
    let host = Host::with(Place::sqlite(), config);
    let mut client = host.client();
    let began = Instant::now();
    let head = Client::head("POST", "/v1/records", &[SD_JWT, ("Content-Length", "100")]);
    assert!(client.send(format!("{head}\r\nhalf").as_bytes()));
    let answer = client.answer(true).expect("an answer");
    assert_eq!(answer.problem(408), "body_timeout");
    assert!(began.elapsed() < PATIENCE / 2);
}

#[test]
fn a_body_that_comes_drop_by_drop_is_given_up() {
    let mut config = config();
    config.limits.body_wait_ms = 500;
    let host = Host::with(Place::sqlite(), config);
    let mut client = host.client();
    let head = Client::head("POST", "/v1/records", &[SD_JWT, ("Content-Length", "1000")]);
    assert!(client.send(format!("{head}\r\n").as_bytes()));
    let began = Instant::now();
    while client.send(b"x") && began.elapsed() < Duration::from_secs(2) {
        std::thread::sleep(Duration::from_millis(50));
    }
    let answer = client.answer(true).expect("an answer");
    assert_eq!(answer.problem(408), "body_timeout");
}

#[test]
fn half_a_record_records_nothing() {
    let mut host = host();
    let draft = create("t/LOT-1", "10", "KGM", "leafy_vegetable");
    let text = host.town.sign("farm", &draft);
    let length = text.len().to_string();
    let head = Client::head(
        "POST",
        "/v1/records",
        &[SD_JWT, ("Content-Length", &length)],
    );
    let mut client = host.client();
    let (half, _) = text.split_at(text.len() / 2);
    assert!(client.send(format!("{head}\r\n{half}").as_bytes()));
    drop(client);
    assert_eq!(host.submit(&text).status, 201, "the first half did nothing");
    let id = parse(&text).id;
    let entries = host.town.place.entries();
    let recorded = entries.iter().filter(|entry| entry.id == id);
    assert_eq!(recorded.count(), 1);
}

#[test]
fn bodies_together_are_bounded_and_reading_goes_on() {
    let mut config = config();
    config.limits.bodies_bytes_max = 100_000;
    let host = Host::with(Place::sqlite(), config);
    let head = Client::head(
        "POST",
        "/v1/records",
        &[SD_JWT, ("Content-Length", "99000")],
    );
    let deadline = Instant::now() + PATIENCE;
    let greedy = loop {
        // Somebody announces almost all there is room for, and sends nothing. Should the other
        // body be there first, there is no room for this one, and it has to try again.
        let mut greedy = host.client();
        assert!(greedy.send(format!("{head}\r\n").as_bytes()));
        std::thread::sleep(Duration::from_millis(100));
        let answer = host.submit(&format!("{}~", "x".repeat(2_000)));
        if answer.status == 503 {
            assert_eq!(answer.problem(503), "overloaded");
            assert!(answer.header("retry-after").is_some());
            break greedy;
        }
        assert!(
            Instant::now() < deadline,
            "{} {}",
            answer.status,
            answer.text()
        );
    };
    assert_eq!(host.client().get("/v1/lots/t/NONE/verdict").status, 200);
    drop(greedy);
    let deadline = Instant::now() + PATIENCE;
    while host.submit(&format!("{}~", "x".repeat(2_000))).status == 503 {
        assert!(Instant::now() < deadline, "the room is given back");
        std::thread::sleep(Duration::from_millis(20));
    }
}
