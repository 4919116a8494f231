//! The demo: what everybody sees first.

use crate::program::{demo, redacted, shisu};

#[test]
fn a_demo_is_loaded_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let arguments = ["demo", "--load-only", "--data-dir", "demo"];
    insta::assert_snapshot!("load_first", shisu(path, &arguments).page(path));
    insta::assert_snapshot!("load_again", shisu(path, &arguments).page(path));
    let for_machines = [&arguments[..], &["--json"]].concat();
    insta::assert_snapshot!("load_json", shisu(path, &for_machines).page(path));
}

#[test]
fn the_demo_tells_every_journey_with_its_verdict_its_tree_and_its_code() {
    let folder = demo();
    let path = folder.path();
    let ended = shisu(path, &["demo", "--data-dir", "demo"]).good();
    assert!(ended.errors.is_empty(), "{}", ended.errors);
    let text = redacted(&ended.answer, path);
    let journeys: Vec<&str> = text.split("━━ ").skip(1).collect();
    assert_eq!(journeys.len(), 9);
    for journey in &journeys {
        let has_code = journey
            .lines()
            .filter(|line| line.contains("▀▀▀▀▀"))
            .count();
        assert!(has_code >= 2, "a QR code: {journey}");
    }
    insta::assert_snapshot!("journey_pork", without_hints(journeys[0]));
    for (name, number) in [
        ("greens", 2),
        ("chicken", 3),
        ("canteen", 5),
        ("sausage", 7),
    ] {
        insta::assert_snapshot!(format!("journey_{name}"), without_code(journeys[number]));
    }
    let (_, hints) = text.split_once("接下来 / next:").unwrap();
    insta::assert_snapshot!("hints", hints);
}

fn without_hints(journey: &str) -> &str {
    journey
        .split_once("接下来")
        .map_or(journey, |(journey, _)| journey)
}

/// The journey without its QR code, which would be the longest part.
fn without_code(journey: &str) -> String {
    let lines = journey.lines();
    let kept = lines.filter(|line| !line.trim().is_empty() && !line.contains(['▀', '▄', '█']));
    kept.map(|line| format!("{line}\n")).collect()
}

#[test]
fn the_demo_speaks_to_machines() {
    let folder = demo();
    let ended = shisu(folder.path(), &["demo", "--json", "--data-dir", "demo"]).good();
    let journeys = ended.json()["journeys"].as_array().unwrap().clone();
    assert_eq!(journeys.len(), 9);
    let one = serde_json::to_string_pretty(&journeys[2]).unwrap();
    insta::assert_snapshot!("journey_json", redacted(&one, folder.path()));
}

#[test]
fn the_demo_does_not_touch_another_ledger() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    crate::own_ledger::begin(path).good();
    insta::assert_snapshot!(shisu(path, &["demo", "--data-dir", "ledger"]).page(path));
}
