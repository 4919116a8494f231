//! Connections: how many, how long, how fast, and over TLS.

use crate::client::Client;
use crate::common::draft::create;
use crate::host::{Host, config, post};
use crate::place::Place;
use std::time::{Duration, Instant};

#[test]
fn one_address_has_a_bounded_number_of_connections() {
    let mut config = config();
    config.limits.connections_per_address_max = 8;
    let host = Host::with(Place::sqlite(), config);
    let mut open: Vec<Client> = (0..8).map(|_| host.client()).collect();
    for client in &mut open {
        assert_eq!(client.get("/healthz").status, 200);
    }
    let mut one_more = host.client();
    one_more.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_eq!(
        one_more.until_closed(),
        b"",
        "ended before anything was read"
    );
    assert_eq!(
        open[0].get("/healthz").status,
        200,
        "those that were there go on"
    );
    open.clear();
    let deadline = Instant::now() + crate::client::PATIENCE;
    loop {
        let mut client = host.client();
        client.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
        if client.answer(true).is_some() {
            break;
        }
        assert!(Instant::now() < deadline, "places are given back");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn an_idle_connection_is_ended_after_its_time() {
    let mut config = config();
    config.limits.keep_alive_ms = 300;
    let host = Host::with(Place::sqlite(), config);
    let mut client = host.client();
    assert_eq!(client.get("/healthz").status, 200);
    let began = Instant::now();
    client.until_closed();
    let took = began.elapsed();
    assert!((200..10_000).contains(&took.as_millis()), "{took:?}");
}

#[test]
fn a_connection_carries_many_requests() {
    let mut host = Host::new(Place::sqlite());
    let mut client = host.client();
    for n in 0..20 {
        let draft = create(&format!("t/LOT-{n}"), "10", "KGM", "leafy_vegetable");
        let text = host.town.sign("farm", &draft);
        assert_eq!(post(&mut client, &text).status, 201);
        assert_eq!(client.get(&format!("/v1/lots/t/LOT-{n}")).status, 200);
    }
}

#[test]
fn whoever_asks_too_often_is_slowed_and_then_turned_away() {
    let mut config = config();
    config.rates.address_per_s = 20;
    config.rates.address_burst = 5;
    config.rates.wait_max_ms = 200;
    let host = Host::with(Place::sqlite(), config);
    let began = Instant::now();
    let mut client = host.client();
    for _ in 0..15 {
        assert_eq!(client.get("/v1/lots/t/NONE/verdict").status, 200);
    }
    let took = began.elapsed();
    assert!(
        took > Duration::from_millis(400),
        "ten had to wait their turn: {took:?}"
    );
    let address = host.address;
    let crowd: Vec<_> = (0..20)
        .map(|_| std::thread::spawn(move || Client::to(address).get("/v1/lots/t/NONE/verdict")))
        .collect();
    let answers: Vec<_> = crowd.into_iter().map(|one| one.join().unwrap()).collect();
    let turned_away: Vec<_> = answers.iter().filter(|one| one.status == 429).collect();
    assert!(
        !turned_away.is_empty() && turned_away.len() < 20,
        "{}",
        turned_away.len()
    );
    for answer in turned_away {
        assert_eq!(answer.problem(429), "too_many_requests");
        assert!(
            answer
                .header("retry-after")
                .unwrap()
                .parse::<u64>()
                .unwrap()
                >= 1
        );
    }
    assert_eq!(
        client.get("/healthz").status,
        200,
        "whoever looks after it has no turn"
    );
}

#[test]
fn two_hundred_phones_behind_one_address_are_all_served() {
    let mut config = config();
    config.rates.address_per_s = 100;
    config.rates.address_burst = 20;
    config.rates.wait_max_ms = 5_000;
    let host = Host::with(Place::sqlite(), config);
    let address = host.address;
    let phones: Vec<_> = (0..200)
        .map(|_| std::thread::spawn(move || Client::to(address).get("/t/NONE").status))
        .collect();
    for phone in phones {
        assert_eq!(phone.join().unwrap(), 200);
    }
}

#[test]
fn a_key_that_submits_too_much_is_slowed_and_nobody_else_is() {
    let mut config = config();
    config.rates.key_per_s = 10;
    config.rates.key_burst = 3;
    config.rates.wait_max_ms = 0;
    let mut host = Host::with(Place::sqlite(), config);
    let submit = |host: &mut Host, name: &str, n: u32| {
        let draft = create(
            &format!("t/{}-{n}", name.to_uppercase()),
            "1",
            "KGM",
            "leafy_vegetable",
        );
        let text = host.town.sign(name, &draft);
        (host.submit(&text), text)
    };
    for n in 0..4 {
        assert_eq!(submit(&mut host, "farm", n).0.status, 201);
    }
    let (answer, text) = submit(&mut host, "farm", 4);
    assert_eq!(answer.problem(429), "too_many_requests");
    assert_eq!(submit(&mut host, "coop", 0).0.status, 201, "another key");
    // Anybody can send what names the key of another; only what it signed counts.
    for _ in 0..30 {
        let forged = text.replacen("~", "A~", 1);
        assert!(matches!(host.submit(&forged).status, 422 | 429));
    }
    std::thread::sleep(Duration::from_millis(1_200));
    assert_eq!(host.submit(&text).status, 201, "it has its turn again");
}

/// Answers that one client asks for and does not read: more than the system keeps for it.
const UNREAD: usize = 2_000;

#[test]
fn whoever_does_not_read_is_given_up() {
    let mut config = config();
    config.limits.answer_wait_ms = 1_000;
    let host = Host::with(Place::sqlite(), config);
    let whole = host.client().get("/openapi.json").body.len();
    let mut client = host.client();
    let ask = "GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n".repeat(UNREAD);
    let asked = std::thread::spawn(move || {
        client.send(ask.as_bytes());
        client
    });
    std::thread::sleep(Duration::from_secs(6));
    assert_eq!(
        host.client().get("/healthz").status,
        200,
        "others are served"
    );
    let mut client = asked.join().unwrap();
    let read = client.until_closed().len();
    assert!(read < whole * UNREAD / 2, "{read} of {}", whole * UNREAD);
}

#[test]
fn large_answers_together_are_bounded() {
    let mut config = config();
    config.limits.answers_bytes_max = 100_000;
    let host = Host::with(Place::sqlite(), config);
    let answer = host.client().get("/openapi.json");
    assert_eq!(answer.problem(503), "overloaded");
    assert_eq!(
        host.client().get("/t/NONE").status,
        200,
        "small ones are answered"
    );
}
