//! Whoever tries keys or codes is slowed and turned away, and nobody else is.

use crate::client::Answer;
use crate::host::{Host, config};
use crate::place::Place;
use serde_json::json;
use std::time::{Duration, Instant};

const TRIES: u32 = 3;

/// A server that turns whoever tries too often away at once.
fn host() -> Host {
    let mut config = config();
    config.rates.wait_max_ms = 0;
    config.rates.sign_in_per_s = 1;
    config.rates.sign_in_burst = TRIES;
    config.rates.join_per_s = 1;
    config.rates.join_burst = TRIES;
    Host::with(Place::sqlite(), config)
}

fn post(host: &Host, path: &str, body: &serde_json::Value) -> Answer {
    let kind = [("Content-Type", "application/json")];
    host.client()
        .ask("POST", path, &kind, body.to_string().as_bytes())
}

fn challenge(host: &Host) -> Answer {
    post(
        host,
        "/v1/session/challenge",
        &json!({ "kid": "A".repeat(43) }),
    )
}

fn answer(host: &Host) -> Answer {
    let body = json!({ "challenge": "", "signature": "A".repeat(86) });
    post(host, "/v1/session", &body)
}

fn look(host: &Host, code: &str) -> Answer {
    let path = format!("/v1/invitations/{}/look", "0".repeat(20));
    post(host, &path, &json!({ "code": code }))
}

fn accept(host: &Host) -> Answer {
    let jwk =
        json!({"crv": "Ed25519", "kty": "OKP", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"});
    let path = format!("/v1/invitations/{}/accept", "0".repeat(20));
    let code = "0000-0000-0000-0000";
    post(
        host,
        &path,
        &json!({ "code": code, "jwk": jwk, "proof": "A".repeat(86) }),
    )
}

#[track_caller]
fn expect_turned_away(answer: &Answer) {
    assert_eq!(answer.problem(429), "too_many_requests");
    let seconds: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=5).contains(&seconds), "{seconds}");
}

#[test]
fn challenges_and_answers_to_them_have_a_limit_of_their_own() {
    let host = host();
    assert_eq!(challenge(&host).status, 200);
    assert_eq!(answer(&host).status, 401);
    assert_eq!(challenge(&host).status, 200);
    expect_turned_away(&challenge(&host));
    expect_turned_away(&answer(&host));
    assert_eq!(
        host.client().get("/v1/lots?code=t/NONE").status,
        404,
        "whoever reads goes on"
    );
    assert_eq!(
        look(&host, "0000-0000-0000-0000").status,
        404,
        "and so does who joins"
    );
}

#[test]
fn codes_of_invitations_cannot_be_tried_often() {
    let host = host();
    assert_eq!(look(&host, "0000-0000-0000-0000").status, 404);
    assert_eq!(
        look(&host, "rubbish").status,
        404,
        "what is no code counts as well"
    );
    assert_eq!(accept(&host).status, 404);
    expect_turned_away(&look(&host, "0000-0000-0000-0000"));
    expect_turned_away(&accept(&host));
    assert_eq!(challenge(&host).status, 200, "whoever signs in goes on");
    assert_eq!(host.client().get("/v1/lots?code=t/NONE").status, 404);
    let began = Instant::now();
    while look(&host, "0000-0000-0000-0000").status == 429 {
        assert!(began.elapsed() < Duration::from_secs(10), "for ever");
        std::thread::sleep(Duration::from_millis(50));
    }
}
