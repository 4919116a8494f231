//! Several writers on one database: threads, ledgers in one process, and processes.

use crate::common::draft::create;
use crate::common::world::World;
use crate::place::{Place, on_both_databases};
use crate::town::{Town, begin, enrolment, parse, prove, sign, verifier, world};
use serde_json::Value;
use shisu::app::check::check;
use shisu::app::clock::Clock;
use shisu::app::ledger::{Ledger, Outcome};
use shisu::core::custody::LogNo;
use shisu::core::log::{Prover, Receipt, SignedCheckpoint, verify_consistency};
use shisu::core::record::{Kid, RecordId};
use shisu::store::StoreError;
use std::collections::HashMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

on_both_databases! {
    eight_threads_submit_to_one_ledger_at_once
    two_ledgers_append_to_one_database_in_turn
    two_ledgers_append_to_one_database_at_once
}

/// Records of one author, signed in order.
fn feed(world: &mut World, name: &str, count: usize) -> Vec<String> {
    let lot = |n| format!("t/{}-{n}", name.to_uppercase());
    (0..count)
        .map(|n| sign(world, name, &create(&lot(n), "1", "KGM", "leafy_vegetable")))
        .collect()
}

/// Enrols `count` more keys of the farm: their names.
fn devices(town: &mut Town, count: usize) -> Vec<String> {
    let names: Vec<String> = (0..count).map(|n| format!("device-{n}")).collect();
    for name in &names {
        let draft = town.world.add_key(name, "farm", Some("farm"), "clerk");
        town.put("registrar", &draft);
    }
    names
}

/// Submits in pieces and proves every receipt.
fn submit_in_pieces(
    ledger: &Ledger,
    world: &World,
    texts: &[String],
    piece: usize,
) -> Vec<Receipt> {
    let mut receipts = Vec::new();
    for texts in texts.chunks(piece) {
        for (text, outcome) in texts.iter().zip(patiently(ledger, texts)) {
            assert_eq!(outcome.code(), "accepted", "{outcome:?}");
            let receipt = outcome.receipt().unwrap();
            prove(world, text, receipt);
            receipts.push(receipt.clone());
        }
    }
    receipts
}

/// Submits until the database is not too busy. Two writers of one SQLite file can be in each
/// other's way; whoever is turned away comes again.
fn patiently(ledger: &Ledger, texts: &[String]) -> Vec<Outcome> {
    for _ in 0..100 {
        match ledger.submit(texts) {
            Ok(outcomes) => return outcomes,
            Err(error) => {
                assert!(!error.is_fatal(), "{error}");
                std::thread::sleep(Duration::from_millis(20));
            }
        }
    }
    panic!("nobody was let in");
}

/// Every index of the log is some record's, and no two records share one.
fn gapless(place: &Place, receipts: &[Receipt]) {
    let mut indices: Vec<u64> = receipts.iter().map(Receipt::index).collect();
    indices.sort_unstable();
    assert!(indices.windows(2).all(|pair| pair[0] != pair[1]));
    let entries = place.entries();
    assert_eq!(u64::try_from(entries.len()).unwrap(), place.head().size);
    for (index, entry) in (0..).zip(&entries) {
        assert_eq!(entry.key.index(), index);
    }
}

/// The feed of every key is a chain without gaps: each record names the one before it.
fn chained(place: &Place, kids: &[Kid], count: u64) {
    let mut last: HashMap<Kid, (u64, RecordId)> = HashMap::new();
    for entry in place.entries() {
        let record = entry.record(|_| true).unwrap();
        let prev = last.get(&record.kid).map(|(_, id)| *id);
        assert_eq!(record.claims.prev, prev, "{}", record.kid);
        last.insert(record.kid, (record.claims.seq, record.id));
    }
    for kid in kids {
        assert_eq!(last.get(kid).unwrap().0, count);
    }
}

/// Every head is the root of a beginning of the log that the later heads continue.
fn consistent(place: &Place, world: &World, heads: &[SignedCheckpoint]) {
    let mut heads: Vec<_> = heads.iter().map(SignedCheckpoint::checkpoint).collect();
    heads.sort_by_key(|head| head.size());
    let prove = |reader: &mut shisu::store::Reader<'_>| -> Result<(), StoreError> {
        let tiles = reader.hashes(LogNo::HOME)?;
        for pair in heads.windows(2) {
            let (old, new) = (pair[0], pair[1]);
            assert_eq!(old.origin().to_string(), world.log);
            let mut prover = Prover::new(new.size(), &tiles).unwrap();
            let proof = prover.consistency(old.size()).ok().unwrap();
            let (from, to) = ((old.size(), *old.root()), (new.size(), *new.root()));
            verify_consistency(from.0, &from.1, to.0, &to.1, &proof).unwrap();
        }
        Ok(())
    };
    place.store().read(prove).unwrap();
}

fn heads(receipts: &[Receipt], world: &World) -> Vec<SignedCheckpoint> {
    let heads = receipts.iter().map(|receipt| {
        let head = SignedCheckpoint::clone(receipt.checkpoint());
        head.verify(&verifier(world)).unwrap();
        head
    });
    heads.collect()
}

fn eight_threads_submit_to_one_ledger_at_once(place: Place) {
    let mut town = Town::new(place);
    let names = devices(&mut town, 8);
    let mut world = town.world.clone();
    let feeds: Vec<Vec<String>> = names
        .iter()
        .map(|name| feed(&mut world, name, 40))
        .collect();
    let (ledger, world) = (town.ledger(), &world);
    let receipts: Vec<Receipt> = std::thread::scope(|scope| {
        let threads: Vec<_> = (1..)
            .zip(&feeds)
            .map(|(piece, texts)| {
                scope.spawn(move || submit_in_pieces(ledger, world, texts, piece))
            })
            .collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect()
    });
    assert_eq!(receipts.len(), 8 * 40);
    gapless(&town.place, &receipts);
    let kids: Vec<Kid> = names.iter().map(|name| world.jwk(name).kid()).collect();
    chained(&town.place, &kids, 40);
    consistent(&town.place, world, &heads(&receipts, world));
    town.check();
}

fn two_ledgers_append_to_one_database_in_turn(place: Place) {
    let mut town = Town::new(place);
    let names = devices(&mut town, 2);
    let other = Ledger::open(&town.place.another_node("second")).unwrap();
    let mut receipts = Vec::new();
    let mut world = town.world.clone();
    let feeds: Vec<Vec<String>> = names
        .iter()
        .map(|name| feed(&mut world, name, 12))
        .collect();
    for (here, there) in feeds[0].chunks(2).zip(feeds[1].chunks(3).cycle()) {
        receipts.extend(submit_in_pieces(town.ledger(), &world, here, 2));
        if receipts.len() < 24 && !there.is_empty() {
            let outcomes = patiently(&other, there);
            receipts.extend(outcomes.iter().filter_map(|outcome| match outcome {
                Outcome::Accepted(receipt) => Some(receipt.clone()),
                _ => None,
            }));
        }
        town.pass(1);
    }
    assert_eq!(receipts.len(), 24);
    // What one of them admitted the other one knows.
    for (text, ledger) in [(&feeds[0][0], &other), (&feeds[1][0], town.ledger())] {
        let again = patiently(ledger, std::slice::from_ref(text)).remove(0);
        assert_eq!(again.code(), "duplicate");
        prove(&world, text, again.receipt().unwrap());
    }
    gapless(&town.place, &receipts);
    let kids: Vec<Kid> = names.iter().map(|name| world.jwk(name).kid()).collect();
    chained(&town.place, &kids, 12);
    consistent(&town.place, &world, &heads(&receipts, &world));
    other.close();
    town.check();
}

fn two_ledgers_append_to_one_database_at_once(place: Place) {
    let mut town = Town::new(place);
    let names = devices(&mut town, 2);
    let other = Ledger::open(&town.place.another_node("second")).unwrap();
    let mut world = town.world.clone();
    let feeds: Vec<Vec<String>> = names
        .iter()
        .map(|name| feed(&mut world, name, 60))
        .collect();
    let (here, world) = (town.ledger(), &world);
    let receipts: Vec<Receipt> = std::thread::scope(|scope| {
        let ours = scope.spawn(|| submit_in_pieces(here, world, &feeds[0], 3));
        let theirs = scope.spawn(|| submit_in_pieces(&other, world, &feeds[1], 4));
        let mut receipts = ours.join().unwrap();
        receipts.extend(theirs.join().unwrap());
        receipts
    });
    gapless(&town.place, &receipts);
    let kids: Vec<Kid> = names.iter().map(|name| world.jwk(name).kid()).collect();
    chained(&town.place, &kids, 60);
    consistent(&town.place, world, &heads(&receipts, world));
    town.check();
    let second = check(&town.place.another_node("third"), &|_| {}).unwrap();
    assert_eq!(second.entries, town.place.head().size);
    other.close();
}

/// Starts a process that submits the records of a file; its receipts go to a folder.
fn submit_process(place: &Place, folder: &Path, records: &Path, receipts: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shisu"));
    command
        .arg("submit")
        .arg("--data-dir")
        .arg(folder)
        .args(["--database-url", &place.url, "--json", "--receipts"])
        .arg(receipts)
        .arg(records)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

#[test]
fn two_processes_append_to_one_postgresql_at_once() {
    let place = Place::postgres();
    let mut world = world();
    // Processes have the system's clock.
    world.now = Clock::System.now().get();
    begin(&place, &world);
    let mut texts = enrolment(&mut world);
    let names = ["process-a", "process-b"];
    for name in names {
        let draft = world.add_key(name, "farm", Some("farm"), "clerk");
        texts.push(sign(&mut world, "registrar", &draft));
    }
    let mut options = place.options();
    options.clock = Clock::System;
    let ledger = Ledger::open(&options).unwrap();
    submit_in_pieces(&ledger, &world, &texts, 50);
    ledger.close();

    let work = tempfile::tempdir().unwrap();
    let mut running = Vec::new();
    for name in names {
        // More than one submission each, so that they really take turns.
        let feed = feed(&mut world, name, 2_500);
        let records = work.path().join(format!("{name}.records"));
        std::fs::write(&records, feed.join("\n")).unwrap();
        let folder = place.another_node(name).home.dir().to_path_buf();
        let receipts = work.path().join(format!("{name}.receipts"));
        running.push((feed, folder, records, receipts));
    }
    let children: Vec<_> = running
        .iter()
        .map(|(_, folder, records, receipts)| {
            submit_process(&place, folder, records, receipts)
                .spawn()
                .unwrap()
        })
        .collect();
    let mut proven = Vec::new();
    for (child, (feed, _, _, folder)) in children.into_iter().zip(&running) {
        let done = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(done.status.success(), "{said}");
        let rows: Vec<Value> = serde_json::from_slice(&done.stdout).unwrap();
        assert_eq!(rows.len(), feed.len());
        for (text, row) in feed.iter().zip(&rows) {
            assert_eq!(row["outcome"], "accepted", "{row}");
            let path = folder.join(format!("{:012}.tlog-proof", row["index"].as_u64().unwrap()));
            let receipt = Receipt::parse(&std::fs::read_to_string(path).unwrap()).unwrap();
            proven.push((parse(text).leaf, receipt));
        }
    }
    let log = verifier(&world);
    for (leaf, receipt) in &proven {
        receipt.verify_signed_by(leaf, &log).unwrap();
    }
    let receipts: Vec<Receipt> = proven.into_iter().map(|(_, receipt)| receipt).collect();
    gapless(&place, &receipts);
    let kids: Vec<Kid> = names.iter().map(|name| world.jwk(name).kid()).collect();
    chained(&place, &kids, 2_500);
    let mut heads = heads(&receipts, &world);
    heads.dedup();
    assert!(heads.len() >= 6, "they took turns: {}", heads.len());
    consistent(&place, &world, &heads);
    for (_, folder, ..) in &running {
        let mut options = place.options();
        options.home = shisu::app::home::Home::at(folder);
        let checked = check(&options, &|_| {}).unwrap();
        assert_eq!(checked.entries, place.head().size);
        assert!(checked.signed_head.is_some());
    }
}
