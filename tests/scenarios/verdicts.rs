//! What asking about each journey's lot gives.

use super::asked::{ask, input};
use super::book::{Book, scripted, today};
use shisu::app::scenario::{Cast, Journey};
use shisu::core::trace::Graph;
use shisu::core::verdict::{State, Verdict};
use std::collections::BTreeSet;

#[test]
fn every_journey_has_the_verdict_its_file_expects() {
    let book = Book::of(&scripted(today()));
    let input = input(&book);
    let graph = Graph::build(&input);
    let now = today().begins().plus(8 * 3600);
    let cast = Cast::embedded().unwrap();
    let code = |state: State| {
        serde_json::to_value(state)
            .unwrap()
            .as_str()
            .unwrap()
            .to_owned()
    };
    let mut wrong = Vec::new();
    for journey in Journey::embedded().unwrap() {
        let verdict = ask(&graph, &journey, None, now);
        let site = journey
            .at
            .as_deref()
            .map(|name| cast.site(&journey.key, name).unwrap().id);
        let at_site = site.map(|site| ask(&graph, &journey, Some(site), now));
        let codes = |verdict: &Verdict| -> Vec<String> {
            let codes = verdict.findings.iter().map(|finding| finding.code.clone());
            codes.collect::<BTreeSet<_>>().into_iter().collect()
        };
        let expect = journey.expect;
        let mut compare = |place: &str, verdict: &Verdict, expected: (&str, &[String])| {
            let (state, codes) = (code(verdict.state), codes(verdict));
            if (state.as_str(), codes.as_slice()) != expected {
                let why = verdict.findings.iter();
                let why: Vec<_> = why
                    .map(|f| format!("  {:?} {} {}", f.gravity, f.code, f.text.en))
                    .collect();
                wrong.push(format!(
                    "{} {place}: expected {expected:?}, found {state} {codes:?}\n{}",
                    journey.key,
                    why.join("\n")
                ));
            }
        };
        compare("anywhere", &verdict, (&expect.verdict, &expect.findings));
        if let (Some(there), Some(state)) = (&at_site, &expect.at_site) {
            compare("there", there, (state, &expect.findings_at_site));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
