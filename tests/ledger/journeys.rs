//! The nine journeys, told into a real ledger: the same log, projections and verdicts on both
//! databases, and the same verdicts as the pure core gives.

use crate::asked;
use crate::book::{Book, scripted, today};
use crate::place::Place;
use serde_json::{Value, json};
use shisu::app::check::check;
use shisu::app::init::{Beginning, Keys, init};
use shisu::app::ledger::Ledger;
use shisu::app::rebuild::rebuild;
use shisu::app::scenario::{Cast, Journey, Script, demo_identity};
use shisu::app::trace::{Question, Tracer};
use shisu::core::record::words::Name;
use shisu::core::time::UnixSeconds;
use shisu::core::trace::{Direction, Graph, balance_faults};
use shisu::core::verdict::Verdict;
use std::collections::BTreeSet;

/// Begins the ledger to which the script is told.
pub fn begin(place: &Place, script: &Script) {
    let identity = demo_identity().unwrap();
    place.clock.set(script.events[0].at);
    let beginning = Beginning {
        origin: identity.origin.clone(),
        province: identity.province,
        registrar: identity.registrar,
        registrar_name: Name::new(&identity.registrar_name).unwrap(),
    };
    let keys = Keys {
        log: identity.log_key.clone(),
        node: identity.node_key.clone(),
        registrar: identity.registrar_key.clone(),
    };
    init(&place.options(), &beginning, &keys).unwrap();
}

/// Tells the script to a new ledger, each event at its own time.
fn tell(place: &Place, script: &Script) {
    begin(place, script);
    let ledger = Ledger::open(&place.options()).unwrap();
    for event in &script.events {
        place.clock.set(event.at);
        let outcome = ledger.submit(std::slice::from_ref(&event.sd_jwt)).unwrap();
        let code = outcome[0].code();
        assert_eq!(
            code, "accepted",
            "{}:{} {outcome:?}",
            event.journey, event.step
        );
    }
    ledger.close();
}

/// When somebody asks.
fn asked_at() -> UnixSeconds {
    today().begins().plus(8 * 3600)
}

/// What the store answers about every journey, without a site and at the journey's own.
fn answers(place: &Place) -> Vec<(String, Value)> {
    place.clock.set(asked_at());
    let tracer = Tracer::open(&place.options()).unwrap();
    let cast = Cast::embedded().unwrap();
    let mut answers = Vec::new();
    for journey in Journey::embedded().unwrap() {
        let site = journey
            .at
            .as_deref()
            .map(|name| cast.site(&journey.key, name).unwrap().id);
        for at in [None, site] {
            let question = Question {
                lot: journey.lot.clone(),
                at,
                direction: Direction::Back,
            };
            let answer = tracer.ask(&question).unwrap();
            let said = json!({ "verdict": answer.verdict, "tree": answer.tree });
            answers.push((format!("{} {at:?}", journey.key), said));
        }
    }
    answers
}

/// What the pure core answers from every record.
fn pure_answers(book: &Book) -> Vec<(String, Verdict)> {
    let input = asked::input(book);
    let graph = Graph::build(&input);
    assert_eq!(balance_faults(&graph).len(), 0, "balances are even");
    let cast = Cast::embedded().unwrap();
    let mut answers = Vec::new();
    for journey in Journey::embedded().unwrap() {
        let site = journey
            .at
            .as_deref()
            .map(|name| cast.site(&journey.key, name).unwrap().id);
        for at in [None, site] {
            let verdict = asked::ask(&graph, &journey, at, asked_at());
            answers.push((format!("{} {at:?}", journey.key), verdict));
        }
    }
    answers
}

/// The verdict says what the journey's file expects of it.
fn expect(journey: &Journey, verdict: &Value, is_at_site: bool) {
    let codes: BTreeSet<String> = verdict["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["code"].as_str().unwrap().to_owned())
        .collect();
    let codes: Vec<String> = codes.into_iter().collect();
    let expect = &journey.expect;
    let (state, findings) = match (&expect.at_site, is_at_site) {
        (Some(state), true) => (state, &expect.findings_at_site),
        _ if is_at_site => return,
        _ => (&expect.verdict, &expect.findings),
    };
    assert_eq!(verdict["state"], json!(state), "{}", journey.key);
    assert_eq!(&codes, findings, "{}", journey.key);
}

#[test]
fn both_databases_and_the_pure_core_tell_and_judge_the_journeys_alike() {
    let script = scripted(today());
    let (here, there) = (Place::sqlite(), Place::postgres());
    for place in [&here, &there] {
        tell(place, &script);
        let checked = check(&place.options(), &|_| {}).unwrap();
        assert_eq!(checked.entries, place.head().size);
        assert_eq!(checked.partly_closed, 0);
        let rows = place.projections();
        let rebuilt = rebuild(&place.options(), &|_| {}).unwrap();
        assert_eq!(rebuilt.entries, checked.entries);
        assert_eq!(place.projections(), rows, "a rebuild gives the same rows");
        assert_eq!(check(&place.options(), &|_| {}).unwrap(), checked);
    }
    assert_eq!(here.head(), there.head(), "one log to the byte");
    assert_eq!(here.projections(), there.projections());

    let (ours, theirs) = (answers(&here), answers(&there));
    assert_eq!(ours, theirs);
    let book = Book::of(&script);
    for ((place, answer), (same_place, pure)) in ours.iter().zip(pure_answers(&book)) {
        assert_eq!(place, &same_place);
        assert_eq!(answer["verdict"], json!(pure), "{place}");
    }
    for (journey, pair) in Journey::embedded().unwrap().iter().zip(ours.chunks(2)) {
        expect(journey, &pair[0].1["verdict"], false);
        expect(journey, &pair[1].1["verdict"], true);
    }
}
