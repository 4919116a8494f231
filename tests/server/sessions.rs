//! Signing in, and everything that somebody may try instead.

use crate::common::Draft;
use crate::court::{Court, answer_to, key_of, post};
use crate::host::{config, run};
use crate::place::{Place, on_both_databases};
use serde_json::json;
use shisu::app::node::Node;
use shisu::core::record::Jwk;

on_both_databases! {
    whoever_signs_a_challenge_is_known_by_their_role
    a_challenge_works_once_on_all_servers_together
    a_challenge_is_for_one_key_one_log_and_one_minute
    whoever_has_no_key_learns_nothing
    the_session_of_a_revoked_key_ends_at_once
    a_session_ends_by_itself_or_when_it_is_told_to
    a_key_has_so_many_sessions_and_no_more
    a_cookie_is_for_browsers_and_only_for_our_own_pages
    a_token_is_no_cookie_and_a_cookie_is_no_token
    what_has_expired_is_swept
    sessions_are_no_part_of_the_ledger
    what_is_no_answer_is_refused
}

const WHO: &str = "/v1/session";

fn whoever_signs_a_challenge_is_known_by_their_role(place: Place) {
    let court = Court::new(place);
    for (name, role) in [
        ("shop", "party"),
        ("shop-admin", "party"),
        ("carrier", "carrier"),
        ("driver", "carrier"),
        ("lab", "laboratory"),
        ("officer", "county_officer"),
        ("province", "provincial_officer"),
        ("registrar", "registrar"),
        ("peer", "peer_node"),
        ("operator", "operator"),
    ] {
        let body = court.get_as(name, WHO).json();
        assert_eq!(body["roles"], json!(["public", role]), "{name}");
        assert_eq!(body["kid"], Jwk::of(&key_of(name)).kid().to_string());
    }
    assert_eq!(
        court.get_as("logger", WHO).json()["roles"],
        json!(["public"])
    );
    let shop = court.get_as("shop", WHO).json();
    assert_eq!(
        shop["party"],
        court.host.town.world.parties["shop"].as_str()
    );
    assert_eq!(shop["sites"], json!([court.host.town.world.sites["shop"]]));
}

fn a_challenge_works_once_on_all_servers_together(place: Place) {
    let court = Court::new(place);
    let other = court.host.town.place.another_node("other");
    let (address, stop, thread) = run(Node::open(other, config()).unwrap());
    let mut there = crate::client::Client::to(address);
    let challenge = court.challenge("shop");
    let key = key_of("shop");
    let answer = answer_to(&mut there, &challenge, &key, "token");
    assert_eq!(
        answer.status,
        201,
        "the other server knows it: {}",
        answer.text()
    );
    for _ in 0..2 {
        let replayed = court.answer(&challenge, &key, "token");
        assert_eq!(replayed.problem(401), "challenge_used");
        let replayed = answer_to(&mut there, &challenge, &key, "cookie");
        assert_eq!(replayed.problem(401), "challenge_used");
    }
    let token = answer.json()["token"].as_str().unwrap().to_owned();
    assert_eq!(
        court.ask(Some(&token), "GET", WHO, "").status,
        200,
        "and so is the session"
    );
    drop(there);
    stop.begin();
    thread.join().unwrap();
}

fn a_challenge_is_for_one_key_one_log_and_one_minute(place: Place) {
    let mut court = Court::new(place);
    let challenge = court.challenge("shop");
    let of_another_key = court.answer(&challenge, &key_of("canteen"), "token");
    assert_eq!(of_another_key.problem(401), "sign_in_failed");
    let kid = |name| Jwk::of(&key_of(name)).kid().to_string();
    let log = court.host.town.world.log.clone();
    for (from, to) in [
        (kid("shop"), kid("canteen")),
        (log, "jiangsu.example/log".to_owned()),
        ("expires: 1".to_owned(), "expires: 2".to_owned()),
        ("nonce: ".to_owned(), "nonce: A".to_owned()),
        ("shisu-sign-in/v1".to_owned(), "shisu-sign-in/v2".to_owned()),
    ] {
        let altered = challenge.replacen(&from, &to, 1);
        assert_ne!(altered, challenge, "{from}");
        for name in ["shop", "canteen"] {
            let refused = court.answer(&altered, &key_of(name), "token");
            assert_eq!(refused.problem(401), "challenge_foreign", "{from}");
        }
    }
    court.pass(61);
    let late = court.answer(&challenge, &key_of("shop"), "token");
    assert_eq!(late.problem(401), "challenge_expired");
    let fresh = court.challenge("shop");
    court.pass(60);
    assert_eq!(
        court.answer(&fresh, &key_of("shop"), "token").status,
        201,
        "in time"
    );
}

fn whoever_has_no_key_learns_nothing(place: Place) {
    let court = Court::new(place);
    let shape = |name: &str| {
        let text = court.challenge(name);
        let kid = Jwk::of(&key_of(name)).kid().to_string();
        let lines = text.replace(&kid, "KID");
        lines.lines().map(|line| line.len()).collect::<Vec<_>>()
    };
    assert_eq!(shape("shop"), shape("nobody"));
    // Somebody unknown with a good signature, and somebody known with a bad one, hear the same.
    let unknown = court.answer(&court.challenge("nobody"), &key_of("nobody"), "token");
    let forged = court.answer(&court.challenge("shop"), &key_of("nobody"), "token");
    assert_eq!(unknown.problem(401), "sign_in_failed");
    assert_eq!(forged.problem(401), "sign_in_failed");
    assert_eq!(unknown.json()["detail"], forged.json()["detail"]);
    assert_eq!(unknown.header("www-authenticate"), Some("Bearer"));
}

fn the_session_of_a_revoked_key_ends_at_once(place: Place) {
    let mut court = Court::new(place);
    let token = court.token("shop-admin");
    let waiting = court.challenge("shop-admin");
    let path = format!("/v1/records/{}?open=trade", court.sent.record.id);
    assert_eq!(court.ask(Some(&token), "GET", &path, "").status, 200);
    let kid = Jwk::of(&key_of("shop-admin")).kid();
    let revoked = Draft::new("revoke_key", json!({"key": kid, "reason": "lost"}));
    court.host.put("registrar", &revoked);
    for path in [&*path, WHO, "/v1/lots/t/LOT-1/verdict"] {
        let answer = court.ask(Some(&token), "GET", path, "");
        assert_eq!(answer.problem(401), "session_ended", "{path}");
    }
    let again = court.answer(&waiting, &key_of("shop-admin"), "token");
    assert_eq!(again.problem(401), "sign_in_failed");
    assert_eq!(
        court.get_as("shop", WHO).status,
        200,
        "the party's other key stands"
    );
}

fn a_session_ends_by_itself_or_when_it_is_told_to(place: Place) {
    let mut court = Court::new(place);
    let (token, other) = (court.token("shop"), court.token("shop"));
    let who = |court: &Court, token: &str| court.ask(Some(token), "GET", WHO, "").status;
    assert_eq!(court.ask(Some(&token), "DELETE", WHO, "").status, 204);
    assert_eq!(who(&court, &token), 401);
    assert_eq!(court.ask(Some(&token), "DELETE", WHO, "").status, 204);
    court.pass(15 * 60);
    assert_eq!(who(&court, &other), 200);
    court.pass(1);
    assert_eq!(who(&court, &other), 401);
    assert_eq!(
        court.ask(None, "DELETE", WHO, "").problem(401),
        "sign_in_required"
    );
    for forged in [
        "",
        "x",
        "a.b",
        &format!("{}x", other),
        &other.replace('.', ""),
    ] {
        let answer = court.ask(Some(forged), "GET", WHO, "");
        assert_eq!(answer.status, 401, "{forged}");
    }
}

fn a_key_has_so_many_sessions_and_no_more(place: Place) {
    let mut court = Court::new(place);
    let first = court.token("shop");
    court.pass(1);
    let later: Vec<String> = (0..16).map(|_| court.token("shop")).collect();
    assert_eq!(court.ask(Some(&first), "GET", WHO, "").status, 401);
    for token in &later {
        assert_eq!(court.ask(Some(token), "GET", WHO, "").status, 200);
    }
    assert_eq!(
        court.get_as("canteen", WHO).status,
        200,
        "others are not concerned"
    );
}

fn cookie_of(answer: &crate::client::Answer) -> String {
    let set = answer.header("set-cookie").unwrap();
    set.split(';').next().unwrap().to_owned()
}

fn a_cookie_is_for_browsers_and_only_for_our_own_pages(place: Place) {
    let court = Court::new(place);
    let signed_in = court.answer(&court.challenge("shop"), &key_of("shop"), "cookie");
    assert_eq!(signed_in.status, 201);
    assert!(
        signed_in.json().get("token").is_none(),
        "no script can read it"
    );
    let set = signed_in.header("set-cookie").unwrap();
    for part in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(set.contains(part), "{set}");
    }
    assert!(!set.contains("Domain"), "{set}");
    let cookie = cookie_of(&signed_in);
    let ask = |method: &str, more: &[(&str, &str)]| {
        let mut headers = vec![("Cookie", &*cookie)];
        headers.extend(more);
        court.client().ask(method, WHO, &headers, b"")
    };
    assert_eq!(ask("GET", &[]).status, 200);
    for stolen in [
        &[("Origin", "http://evil.example")][..],
        &[("Origin", "null")],
        &[("Sec-Fetch-Site", "cross-site")],
        &[],
    ] {
        assert_eq!(
            ask("DELETE", stolen).problem(403),
            "cross_site",
            "{stolen:?}"
        );
    }
    assert_eq!(
        ask("GET", &[("Origin", "http://evil.example")]).problem(403),
        "cross_site"
    );
    let out = ask("DELETE", &[("Origin", "http://test")]);
    assert_eq!(out.status, 204);
    assert!(out.header("set-cookie").unwrap().contains("Max-Age=0"));
    assert_eq!(ask("GET", &[]).problem(401), "session_ended");
}

fn a_token_is_no_cookie_and_a_cookie_is_no_token(place: Place) {
    let court = Court::new(place);
    let token = court.token("shop");
    let as_cookie = [("Cookie", &*format!("shisu={token}"))];
    let answer = court.client().ask("GET", WHO, &as_cookie, b"");
    assert_eq!(answer.problem(401), "session_ended");
    let signed_in = court.answer(&court.challenge("shop"), &key_of("shop"), "cookie");
    let cookie = cookie_of(&signed_in);
    let (_, value) = cookie.split_once('=').unwrap();
    let as_token = court.ask(Some(value), "GET", WHO, "");
    assert_eq!(as_token.problem(401), "session_ended");
    // Over TLS only the cookie that no neighbouring host can set counts.
    let over_tls = [("Cookie", &*cookie), ("X-Forwarded-Proto", "https")];
    let answer = court.client().ask("GET", WHO, &over_tls, b"");
    assert_eq!(answer.problem(401), "sign_in_required");
    let tls = [
        ("Content-Type", "application/json"),
        ("X-Forwarded-Proto", "https"),
    ];
    let challenge = court.challenge("shop");
    let body = sign_in_body(&challenge, "cookie");
    let answer = court.client().ask("POST", WHO, &tls, body.as_bytes());
    let set = answer.header("set-cookie").unwrap();
    assert!(
        set.starts_with("__Host-shisu=") && set.contains("Secure"),
        "{set}"
    );
}

fn sign_in_body(challenge: &str, carried: &str) -> String {
    use base64::Engine as _;
    use ed25519_dalek::Signer as _;
    let signature = key_of("shop").sign(challenge.as_bytes()).to_bytes();
    let signature = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(signature);
    json!({"challenge": challenge, "signature": signature, "as": carried}).to_string()
}

fn what_has_expired_is_swept(place: Place) {
    let mut court = Court::new(place);
    for _ in 0..3 {
        court.token("shop");
    }
    court.pass(3_600);
    court.token("canteen");
    let kept = court
        .host
        .town
        .place
        .store()
        .read(|reader| reader.sessions_kept());
    assert_eq!(kept.unwrap(), (1, 1));
}

fn sessions_are_no_part_of_the_ledger(place: Place) {
    let mut court = Court::new(place);
    let before = court.host.town.place.projections();
    court.get_as(
        "shop-admin",
        &format!("/v1/records/{}?open=trade", court.sent.record.id),
    );
    assert_eq!(court.host.town.place.projections(), before);
    court.host.stop();
    let checked = court.host.town.check();
    assert!(checked.entries > 20, "{checked:?}");
}

fn what_is_no_answer_is_refused(place: Place) {
    let court = Court::new(place);
    for (path, body, status) in [
        ("/v1/session/challenge", json!({}), 400),
        ("/v1/session/challenge", json!({"kid": "short"}), 400),
        (
            "/v1/session/challenge",
            json!({"kid": "A".repeat(43), "x": 1}),
            400,
        ),
        (
            "/v1/session",
            json!({"challenge": "", "signature": "x"}),
            400,
        ),
        (
            "/v1/session",
            json!({"challenge": 1, "signature": "A".repeat(86)}),
            400,
        ),
        (
            "/v1/session",
            json!({"challenge": "a".repeat(5_000), "signature": "x"}),
            413,
        ),
    ] {
        let answer = post(&mut court.client(), path, &body);
        answer.problem(status);
    }
    let plain = [("Content-Type", "text/plain")];
    let answer = court.client().ask("POST", "/v1/session", &plain, b"{}");
    assert_eq!(answer.problem(415), "unsupported_media_type");
}
