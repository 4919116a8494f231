//! The examples of docs/examples, as they are printed there: each makes a key, joins, submits,
//! checks its receipt and reads the verdict. None of them knows any code of ours.

use crate::host::{Host, at_home, both, run, run_json, shisu};
use crate::place::Place;
use crate::proxy::{Fate, Proxy};
use serde_json::Value;
use shisu::core::log::{NoteSigner, Origin};
use std::process::Command;

fn python() -> Command {
    let mut command = Command::new("python3");
    command.arg("docs/examples/python/shisu_client.py");
    command
}

fn node() -> Command {
    let mut command = Command::new("node");
    command.arg("docs/examples/javascript/shisu-client.mjs");
    command
}

/// The command, told everything but key, number and log key.
fn told(host: &Host, server: &str, mut command: Command) -> Command {
    let world = &host.town.world;
    command.args(["--server", server, "--log", &world.log]);
    command.args([
        "--party",
        &world.parties["farm"],
        "--site",
        &world.sites["farm"],
    ]);
    command.arg("--key").arg(host.path("example.jwk"));
    command
}

/// Lets the registrar add the key of an example that runs for the first time.
fn enrol(host: &Host, command: Command) {
    let made = run_json(&mut told(host, &host.url(), command));
    let proof = host.write("proof.json", made.to_string());
    let registrar = host.town.place.home().join("keys").join("registrar.jwk");
    let mut add = shisu();
    add.args(["device", "add", "--role", "clerk"]).arg(proof);
    let added = run_json(at_home(host, &mut add).arg("--key").arg(registrar));
    assert_eq!(added[0]["outcome"], "accepted");
}

fn shows_what_it_should(example: fn() -> Command, lot: &str) {
    let host = Host::new(Place::sqlite());
    enrol(&host, example());
    // The answer to the first try is lost on the way, as happens.
    let proxy = Proxy::before(host.address, &[Fate::LoseAnswer, Fate::Pass]);
    let mut first = told(&host, &proxy.url(), example());
    let first: Value =
        run_json(first.args(["--lot", lot, "--seq", "1", "--log-key", &host.log_key()]));
    assert_eq!(first["verdict"]["state"], first["state"]);
    assert!(first["state"].is_string(), "{first}");
    let entries = host.town.place.entries();
    let entry = &entries[usize::try_from(first["index"].as_u64().unwrap()).unwrap()];
    assert_eq!(entry.id.to_string(), first["id"].as_str().unwrap());

    let second = format!("{lot}-2");
    // An id may begin with a hyphen.
    let after = |said: &Value| format!("--prev={}", said["id"].as_str().unwrap());
    let mut again = told(&host, &host.url(), example());
    again.args(["--lot", &second, "--seq", "2", &after(&first)]);
    let again = run_json(again.args(["--log-key", &host.log_key()]));
    assert!(again["index"].as_u64() > first["index"].as_u64());

    // With the key of somebody else who calls himself the same log, the receipt is not believed.
    let origin = Origin::new(&host.town.world.log).unwrap();
    let other = NoteSigner::new(origin, crate::common::world::signing_key("impostor")).unwrap();
    let mut deceived = told(&host, &host.url(), example());
    deceived.args(["--lot", &second, "--seq", "3", &after(&again)]);
    let deceived = run(deceived.args(["--log-key", &other.verifier_key().to_string()]));
    assert!(!deceived.status.success(), "{}", both(&deceived));
    assert!(
        both(&deceived).contains("the log has not signed"),
        "{}",
        both(&deceived)
    );

    // A number used twice is refused, and the example says so.
    let mut refused = told(&host, &host.url(), example());
    let refused = run(refused.args(["--lot", lot, "--seq", "1", "--log-key", &host.log_key()]));
    assert!(!refused.status.success());
    assert!(both(&refused).contains("seq_reused"), "{}", both(&refused));
}

#[test]
fn the_python_example_submits_and_believes_no_false_receipt() {
    shows_what_it_should(python, "t/PY-1");
}

#[test]
fn the_javascript_example_submits_and_believes_no_false_receipt() {
    shows_what_it_should(node, "t/JS-1");
}
