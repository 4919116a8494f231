//! Schemathesis, a program that knows nothing of ours but the OpenAPI document, asks a server over
//! the demo: what the document shows, what lies at its edges, what it rules out, and one request
//! after another. No answer may be a fault of the server, and each must be one that the document
//! describes, to its status, media type, headers and members. `scripts/setup test` brings it; without
//! it these tests fail. How it asks stands in `tests/interop-python/schemathesis.toml`.

use crate::client::Client;
use crate::court::{answer_to, post};
use crate::examples::Demo;
use crate::host::config;
use ed25519_dalek::SigningKey;
use serde_json::{Value, json};
use shisu::app::scenario::demo_key;
use shisu::core::record::Jwk;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How long one run may take before it counts as stuck: ten seconds where nothing else is running.
const RUN_MAX: Duration = Duration::from_secs(240);

/// Requests of a run over all operations: far fewer would mean that it gave up.
const CASES_MIN: u64 = 600;

/// The operation that ends the session with which everything else is asked.
const SIGN_OUT: &str = "sign_out";

#[test]
fn a_stranger_finds_nothing_that_the_document_does_not_say() {
    let demo = demo();
    let report = explore(&demo, None, &[]);
    assert_explored(&report, CASES_MIN);
}

#[test]
fn nor_does_a_party() {
    let demo = demo();
    let token = sign_in(&demo, &demo_key("retail_a"));
    let report = explore(&demo, Some(&token), &["--exclude-operation-id", SIGN_OUT]);
    assert_explored(&report, CASES_MIN);
    assert_answered(
        &report,
        &[
            "GET /v1/session",
            "GET /v1/access-journal",
            "POST /v1/records",
        ],
    );
    // Last, since it ends the session.
    let report = explore(&demo, Some(&token), &["--include-operation-id", SIGN_OUT]);
    assert_explored(&report, 1);
    assert_eq!(who(&demo, &token), 401);
}

#[test]
fn nor_does_the_registrar() {
    let demo = demo();
    let token = sign_in(&demo, &demo_key("registrar"));
    let report = explore(&demo, Some(&token), &["--exclude-operation-id", SIGN_OUT]);
    assert_explored(&report, CASES_MIN);
    assert_answered(
        &report,
        &[
            "POST /v1/invitations",
            "GET /v1/invitations/pending",
            "GET /v1/devices",
            "POST /v1/enrolment/preview",
        ],
    );
}

#[test]
fn nor_does_a_county_officer() {
    let demo = demo();
    let token = sign_in(&demo, &demo_key("mr_wujiang"));
    let report = explore(&demo, Some(&token), &["--exclude-operation-id", SIGN_OUT]);
    assert_explored(&report, CASES_MIN);
    assert_answered(&report, &["GET /v1/holdings", "GET /v1/records/{id}"]);
}

#[test]
fn nor_does_an_operator() {
    let demo = demo();
    let token = sign_in(&demo, &operator());
    let report = explore(&demo, Some(&token), &["--exclude-operation-id", SIGN_OUT]);
    assert_explored(&report, CASES_MIN);
    assert_answered(&report, &["GET /metrics", "GET /v1/access-journal"]);
}

fn operator() -> SigningKey {
    demo_key("operator of a test")
}

fn demo() -> Demo {
    let mut config = config();
    config.access.operators = vec![Jwk::of(&operator()).kid()];
    config.rates.sign_in_per_s = 0;
    config.metrics_from = Vec::new();
    Demo::new(config)
}

fn sign_in(demo: &Demo, key: &SigningKey) -> String {
    let mut client = Client::to(demo.address);
    let asked = json!({ "kid": Jwk::of(key).kid() });
    let challenge = post(&mut client, "/v1/session/challenge", &asked).json();
    let challenge = challenge["challenge"].as_str().unwrap();
    let answer = answer_to(&mut client, challenge, key, "token");
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["token"].as_str().unwrap().to_owned()
}

fn who(demo: &Demo, token: &str) -> u16 {
    let bearer = format!("Bearer {token}");
    let headers = [("Authorization", &*bearer)];
    let mut client = Client::to(demo.address);
    client.ask("GET", "/v1/session", &headers, b"").status
}

/// A fault of Python before 3.12.1 when several threads parse at once, which says nothing of the server:
/// <https://github.com/python/cpython/issues/106905>.
const FAULT_OF_PYTHON: &str = "AST constructor recursion depth mismatch";

/// Runs that may end with that fault before it counts: the first asks with two threads, the others with one.
const WORKERS: [&str; 3] = ["2", "1", "1"];

/// Lets schemathesis ask, as whoever has the token; its report.
fn explore(demo: &Demo, token: Option<&str>, which: &[&str]) -> Value {
    let mut runs = WORKERS
        .iter()
        .map(|workers| explore_once(demo, token, &[&["--workers", workers], which].concat()));
    let is_ours = |(status, said, _): &(ExitStatus, String, Option<String>)| {
        status.success() || !said.contains(FAULT_OF_PYTHON)
    };
    let (status, said, report) = runs.find(is_ours).expect("Python faltered each time");
    assert!(status.success(), "{status}\n{said}");
    serde_json::from_str(&report.unwrap()).unwrap()
}

/// One run: how it ended, what it said, and its report if it wrote one.
fn explore_once(
    demo: &Demo,
    token: Option<&str>,
    which: &[&str],
) -> (ExitStatus, String, Option<String>) {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let ours = root.join("tests/interop-python");
    let program = root.join(".venv/bin/schemathesis");
    assert!(
        program.is_file(),
        "schemathesis asks our server: run `scripts/setup test`, which brings it"
    );
    // It leaves traces of its own where it runs.
    let dir = tempfile::tempdir().unwrap();
    let (report, said) = (dir.path().join("report.json"), dir.path().join("said.txt"));
    let mut command = Command::new(program);
    command.arg("--no-color").arg("--config-file");
    command.arg(ours.join("schemathesis.toml")).arg("run");
    command.arg("--report-json-path").arg(&report).args(which);
    if let Some(token) = token {
        command
            .arg("-H")
            .arg(format!("Authorization: Bearer {token}"));
    }
    command.arg(format!("http://{}/openapi.json", demo.address));
    let output = std::fs::File::create(&said).unwrap();
    let mut running = command
        .current_dir(dir.path())
        .env("PYTHONPATH", &ours)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("NO_PROXY", "*")
        .stdin(Stdio::null())
        .stderr(output.try_clone().unwrap())
        .stdout(output)
        .spawn()
        .unwrap();
    let began = Instant::now();
    let status = loop {
        if let Some(status) = running.try_wait().unwrap() {
            break status;
        }
        if began.elapsed() > RUN_MAX {
            running.kill().unwrap();
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    let said = std::fs::read_to_string(&said).unwrap();
    (status, said, std::fs::read_to_string(&report).ok())
}

/// It went through every operation it was told to, and found nothing.
#[track_caller]
fn assert_explored(report: &Value, cases_min: u64) {
    let operations = &report["operations"];
    assert_eq!(report["complete"], true);
    assert_eq!(operations["tested"], operations["selected"], "{operations}");
    assert_eq!(operations["errored"], 0);
    let cases = &report["test_cases"];
    let count = |name: &str| cases[name].as_u64().unwrap();
    assert!(count("generated") >= cases_min, "{cases}");
    // A few steps of one request after another find nothing to go on with.
    assert!(
        count("without_checks") * 20 <= count("generated"),
        "{cases}"
    );
    assert_eq!(
        (count("with_failures"), count("errored")),
        (0, 0),
        "{cases}"
    );
}

/// What these operations were asked was answered at least once, and not refused each time.
#[track_caller]
fn assert_answered(report: &Value, operations: &[&str]) {
    for operation in operations {
        let rates = report["valid_rates"][operation].as_object();
        let rates = rates.unwrap_or_else(|| panic!("{operation} was not asked"));
        let accepted: u64 = rates
            .values()
            .filter_map(|phase| phase["accepted"].as_u64())
            .sum();
        assert!(accepted > 0, "{operation}: {rates:?}");
    }
}
