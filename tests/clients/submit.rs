//! `shisu submit --server`: whatever the network does, each record is in the log once, and its
//! receipt says where.

use crate::host::{Host, both, lines, run, run_json, shisu};
use crate::place::{Place, on_both_databases};
use crate::proxy::{Fate, Proxy};
use crate::town::prove;
use serde_json::Value;
use shisu::core::log::Receipt;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

on_both_databases! {
    receipts_are_checked_and_kept
    an_answer_that_is_lost_is_asked_for_again_and_the_index_is_the_same
}

fn submit(server: &str, input: &Path) -> Command {
    let mut command = shisu();
    command
        .args(["submit", "--json", "--server", server])
        .arg(input);
    command
}

fn outcomes(rows: &Value) -> Vec<&str> {
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| row["outcome"].as_str().unwrap()).collect()
}

fn input(host: &Host, records: &[String]) -> std::path::PathBuf {
    host.write("records.txt", records.join("\n") + "\n")
}

fn receipts_are_checked_and_kept(place: Place) {
    let mut host = Host::new(place);
    let records = host.harvests(0..3);
    let input = input(&host, &records);
    let folder = host.path("receipts");
    let mut command = submit(&host.url(), &input);
    command.arg("--receipts").arg(&folder);
    let rows = run_json(command.args(["--log-key", &host.log_key()]));
    assert_eq!(outcomes(&rows), ["accepted"; 3]);
    for (row, text) in rows.as_array().unwrap().iter().zip(&records) {
        assert_eq!(row["verified"], true);
        let name = format!("{:012}.tlog-proof", row["index"].as_u64().unwrap());
        let receipt = std::fs::read_to_string(folder.join(name)).unwrap();
        prove(&host.town.world, text, &Receipt::parse(&receipt).unwrap());
    }
    assert_eq!(lines(&host.path("records.txt.state")).len(), 4);
}

fn an_answer_that_is_lost_is_asked_for_again_and_the_index_is_the_same(place: Place) {
    for fate in [Fate::LoseAnswer, Fate::HalfAnswer] {
        let mut host = Host::new(if place.is_sqlite() {
            Place::sqlite()
        } else {
            Place::postgres()
        });
        let before = host.size();
        let records = host.harvests(0..2);
        let input = input(&host, &records);
        let proxy = Proxy::before(host.address, &[fate, Fate::Pass]);
        let rows = run_json(submit(&proxy.url(), &input).args(["--log-key", &host.log_key()]));
        // The first try was recorded; the second found it there.
        assert_eq!(outcomes(&rows), ["duplicate"; 2], "{fate:?}");
        assert_eq!(proxy.records_seen(), [2, 2]);
        let again = run_json(
            submit(&host.url(), &input)
                .arg("--state")
                .arg(host.path("another")),
        );
        for (row, other) in rows
            .as_array()
            .unwrap()
            .iter()
            .zip(again.as_array().unwrap())
        {
            assert_eq!(row["index"], other["index"]);
            assert_eq!(
                other["verified"], false,
                "nobody said which key the log has"
            );
        }
        let entries = host.town.place.entries();
        let texts: std::collections::BTreeSet<_> = entries.iter().map(|entry| &entry.jwt).collect();
        assert_eq!(texts.len(), entries.len(), "each record once");
        // Two harvests, and perhaps a beat of the node.
        assert!((2..=3).contains(&(host.size() - before)));
    }
}

#[test]
fn an_interrupted_run_goes_on_where_it_ended() {
    let mut host = Host::new(Place::sqlite());
    let records = host.harvests(0..1_002);
    let input = input(&host, &records);
    // A thousand go together; then the network is gone.
    let proxy = Proxy::before(host.address, &[Fate::Pass, Fate::Drop]);
    let ended = run(submit(&proxy.url(), &input).args(["--give-up-after", "1"]));
    assert_eq!(ended.status.code(), Some(1));
    assert!(both(&ended).contains("[unreachable]"), "{}", both(&ended));
    assert_eq!(lines(&host.path("records.txt.state")).len(), 1_001);
    let proxy = Proxy::before(host.address, &[Fate::Pass]);
    let rows = run_json(&mut submit(&proxy.url(), &input));
    assert_eq!(proxy.records_seen(), [2], "only what has no receipt yet");
    let outcomes = outcomes(&rows);
    assert_eq!(outcomes[..1_000], ["known"; 1_000]);
    assert_eq!(outcomes[1_000..], ["accepted"; 2]);
    assert!(rows[0]["index"].as_u64() < rows[1_001]["index"].as_u64());
}

#[test]
fn what_was_not_verified_is_asked_for_again_once_the_key_is_known() {
    let mut host = Host::new(Place::sqlite());
    let records = host.harvests(0..1);
    let input = input(&host, &records);
    let rows = run_json(&mut submit(&host.url(), &input));
    assert_eq!(rows[0]["verified"], false);
    let rows = run_json(&mut submit(&host.url(), &input));
    assert_eq!(outcomes(&rows), ["known"]);
    let key = host.log_key();
    let rows = run_json(submit(&host.url(), &input).args(["--log-key", &key]));
    assert_eq!(
        (outcomes(&rows), &rows[0]["verified"]),
        (vec!["duplicate"], &Value::Bool(true))
    );
    let rows = run_json(submit(&host.url(), &input).args(["--log-key", &key]));
    assert_eq!(
        (outcomes(&rows), &rows[0]["verified"]),
        (vec!["known"], &Value::Bool(true))
    );
}

#[test]
fn a_receipt_of_another_log_is_an_error_and_is_not_remembered() {
    let mut host = Host::new(Place::sqlite());
    let records = host.harvests(0..1);
    let input = input(&host, &records);
    let mut other = host.town.world.clone();
    other.log = "jiangsu.example/log".into();
    let other = crate::town::verifier(&other).to_string();
    let done = run(submit(&host.url(), &input).args(["--log-key", &other]));
    assert_eq!(done.status.code(), Some(1));
    assert!(both(&done).contains("[receipt]"), "{}", both(&done));
    assert_eq!(
        lines(&host.path("records.txt.state")).len(),
        1,
        "the header alone"
    );
}

#[test]
fn whoever_is_told_to_wait_waits() {
    let mut host = Host::new(Place::sqlite());
    let records = host.harvests(0..1);
    let input = input(&host, &records);
    let proxy = Proxy::before(host.address, &[Fate::Busy, Fate::Drop, Fate::Pass]);
    let began = Instant::now();
    let rows = run_json(&mut submit(&proxy.url(), &input));
    assert!(began.elapsed() >= Duration::from_secs(1));
    assert_eq!(outcomes(&rows), ["accepted"]);
    assert_eq!(proxy.records_seen(), [1, 1, 1]);
}

#[test]
fn one_bad_record_harms_no_other_and_is_not_remembered() {
    let mut host = Host::new(Place::sqlite());
    let mut records = host.harvests(0..2);
    records.insert(1, "no record at all".into());
    let input = input(&host, &records);
    let done = run(&mut submit(&host.url(), &input));
    assert_eq!(done.status.code(), Some(1));
    let rows: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(outcomes(&rows), ["accepted", "refused", "accepted"]);
    assert_eq!(rows[1]["code"], "not_sd_jwt");
    assert!(rows[1]["why"]["zh"].is_string());
    assert_eq!(lines(&host.path("records.txt.state")).len(), 3);
}

#[test]
fn an_address_that_is_none_is_refused_before_anything_is_sent() {
    let host = Host::new(Place::sqlite());
    let input = host.write("records.txt", "x\n");
    for bad in [
        "localhost:8080",
        "ftp://localhost",
        "http://me@localhost",
        "http://h/?q",
    ] {
        let done = run(&mut submit(bad, &input));
        assert!(both(&done).contains("[input]"), "{bad}: {}", both(&done));
    }
}
