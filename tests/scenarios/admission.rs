//! What admission must not accuse anybody of.

use super::book::{Book, today};
use serde_json::{Value, json};
use shisu::app::scenario::{Cast, Journey, demo_identity, script};

/// Codes of the findings at admission of a journey whose steps were changed, with their steps.
fn found(name: &str, edit: impl Fn(&mut Vec<Value>)) -> Vec<(String, &'static str)> {
    let path = format!(
        "{}/fixtures/scenarios/{name}.json",
        env!("CARGO_MANIFEST_DIR")
    );
    let mut file: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    edit(file["steps"].as_array_mut().unwrap());
    let journey = Journey::parse(name, &file.to_string()).unwrap();
    let cast = Cast::embedded().unwrap();
    let book = Book::of(&script(&cast, &[journey], &demo_identity().unwrap(), today()).unwrap());
    let step = |finding: &shisu::core::custody::Finding| book.steps[&finding.entry].1.clone();
    book.findings
        .iter()
        .map(|finding| (step(finding), finding.code.code()))
        .collect()
}

fn step<'a>(steps: &'a mut [Value], id: &str) -> &'a mut Value {
    steps.iter_mut().find(|step| step["id"] == id).unwrap()
}

/// `rules::paper` says so already: the term of a quarantine certificate binds the journey.
#[test]
fn a_quarantine_certificate_that_held_on_arrival_is_not_expired_at_slaughter_or_sale() {
    let after_midnight =
        |steps: &mut Vec<Value>| step(steps, "slaughter")["at"] = json!("-2T00:30");
    let codes = found("04-chicken", after_midnight);
    assert!(
        codes.iter().all(|(_, code)| *code != "paper_expired"),
        "{codes:?}"
    );

    let sold_later = |steps: &mut Vec<Value>| {
        step(steps, "product_quarantine")["body"]["valid_until"] = json!("{date:-1}");
        step(steps, "sale2")["refs"] = json!(["@product_quarantine"]);
    };
    assert_eq!(found("01-pork", sold_later), []);
}

/// What was taken back was never delivered: sending it again is not a second use of the paper.
#[test]
fn goods_taken_back_and_sent_again_do_not_overdraw_their_paper() {
    let codes = found("04-chicken", |steps| {
        step(steps, "product_quarantine")["body"]["certified"] = json!("120");
        let mut again = step(steps, "leg_dispatch").clone();
        again["id"] = json!("again");
        again["at"] = json!("-1T12:00");
        again["moves"][0]["of"] = json!(["@settle", 1]);
        again["moves"][0]["quantity"] = json!("40");
        steps.retain(|step| step["id"] != "destroyed");
        steps.push(again);
    });
    assert!(
        codes.iter().all(|(_, code)| *code != "paper_over_used"),
        "{codes:?}"
    );
}

#[test]
fn a_paper_named_twice_in_refs_is_judged_once() {
    let codes = found("02-tomato", |steps| {
        step(steps, "farm_certificate")["body"]["certified"] = json!("1100");
        let twice = json!(["@farm_certificate", "@farm_certificate"]);
        step(steps, "to_market_dispatch")["refs"] = twice;
    });
    assert_eq!(
        codes,
        [("to_market_dispatch".to_owned(), "paper_over_used")]
    );
}
