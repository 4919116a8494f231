//! What whoever operates a server relies on.

use crate::client::Client;
use crate::common::draft::create;
use crate::host::{Host, config};
use crate::place::Place;
use std::net::IpAddr;
use std::time::{Duration, Instant};

#[test]
fn figures_say_what_happened() {
    let mut host = Host::new(Place::sqlite());
    let draft = create("t/LOT-1", "10", "KGM", "leafy_vegetable");
    let text = host.town.sign("farm", &draft);
    host.submit(&text);
    host.submit(&text);
    host.submit("rubbish");
    host.client().get("/v1/lots/t/LOT-1/verdict");
    host.client().get("/some/path/of/theirs");
    let answer = host.client().get("/metrics");
    assert_eq!(answer.status, 200);
    let size = host.town.place.head().size;
    for line in [
        "shisu_outcomes_total{code=\"accepted\"} 1",
        "shisu_outcomes_total{code=\"duplicate\"} 1",
        "shisu_refusals_total{code=\"not_sd_jwt\"} 1",
        "shisu_problems_total{code=\"not_found\"} 1",
        "shisu_requests_total{route=\"/v1/lots/{code:.+}/verdict\",method=\"GET\",status=\"200\"} 1",
        "shisu_requests_total{route=\"none\",method=\"GET\",status=\"404\"} 1",
        "shisu_queue_records 0",
        "shisu_appends_work 1",
        &format!("shisu_log_entries {size}"),
    ] {
        assert!(
            answer.text().lines().any(|found| found == line),
            "{line}\n{}",
            answer.text()
        );
    }
    for name in [
        "batch_records_count",
        "batch_duration_seconds_bucket",
        "request_duration_seconds_sum",
    ] {
        assert!(answer.text().contains(&format!("shisu_{name}")), "{name}");
    }
    assert!(!answer.text().contains("theirs"), "a path is no label");
}

#[test]
fn figures_are_for_addresses_that_the_configuration_names() {
    let mut config = config();
    config.metrics_from = vec![IpAddr::from([192, 0, 2, 1])];
    let host = Host::with(Place::sqlite(), config);
    assert_eq!(host.client().get("/metrics").problem(403), "not_allowed");
    // Nobody becomes another by saying so.
    let said = [("X-Forwarded-For", "192.0.2.1")];
    let answer = host.client().ask("GET", "/metrics", &said, b"");
    assert_eq!(answer.problem(403), "not_allowed");
}

#[test]
fn health_says_which_log_and_how_long_it_is() {
    let host = Host::new(Place::sqlite());
    for path in ["/healthz", "/readyz"] {
        let body = host.client().get(path).json();
        assert_eq!(body["status"], "ok");
        assert_eq!(body["log"], host.town.world.log);
        assert_eq!(body["size"], host.town.place.head().size);
    }
}

#[test]
fn a_server_that_stops_answers_what_is_under_way_and_takes_nothing_new() {
    let mut host = Host::new(Place::sqlite());
    let mut slow = host.client();
    let draft = create("t/LOT-1", "10", "KGM", "leafy_vegetable");
    let text = host.town.sign("farm", &draft);
    let length = text.len().to_string();
    let headers = [
        ("Content-Type", "application/sd-jwt"),
        ("Content-Length", &*length),
    ];
    let head = Client::head("POST", "/v1/records", &headers);
    let (one, two) = text.split_at(text.len() / 2);
    assert!(slow.send(format!("{head}\r\n{one}").as_bytes()));
    std::thread::sleep(Duration::from_millis(200));
    host.begin_to_stop();
    std::thread::sleep(Duration::from_millis(200));
    assert!(slow.send(two.as_bytes()));
    let answer = slow.answer(true).expect("what is under way is answered");
    assert_eq!(answer.status, 201, "{}", answer.text());
    let began = Instant::now();
    host.stop();
    assert!(began.elapsed() < Duration::from_secs(10));
    assert!(
        std::net::TcpStream::connect(host.address).is_err(),
        "nobody listens"
    );
    host.town.check();
}

#[test]
fn the_ledger_can_be_opened_again_at_once() {
    let mut host = Host::new(Place::sqlite());
    for n in 0..3 {
        let draft = create(&format!("t/LOT-{n}"), "10", "KGM", "leafy_vegetable");
        let text = host.town.sign("farm", &draft);
        assert_eq!(host.submit(&text).status, 201);
        host.stop();
        let node = shisu::app::node::Node::open(host.town.place.options(), config()).unwrap();
        let (address, stop, thread) = crate::host::run(node);
        assert_eq!(
            Client::to(address)
                .get(&format!("/v1/lots/t/LOT-{n}"))
                .status,
            200
        );
        host.replace(address, stop, thread);
    }
}
