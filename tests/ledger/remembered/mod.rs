//! Answers that are remembered are the answers that would be given anew: after every record, at
//! every later minute, whoever appended.

mod asked;

use crate::book::{scripted, today};
use crate::common::draft::{about_lot, certify, create, hold, recall, sell, transform};
use crate::common::{Draft, Line};
use crate::journeys;
use crate::place::{Place, on_both_databases};
use crate::town::{Town, begin, line_of, parse, world};
use crate::workload::{Plan, workload};
use asked::{Asked, officer, question};
use proptest::prelude::*;
use serde_json::{Value, json};
use shisu::app::ledger::Outcome;
use shisu::app::scenario::{Cast, Journey};
use shisu::app::sight::Audience;
use shisu::core::ids::SiteId;
use shisu::core::trace::Direction;

on_both_databases! {
    whatever_is_said_of_a_lot_is_heard_at_once
    trade_in_other_lots_leaves_an_answer_as_it_is
    what_another_process_appends_is_heard_at_once
    behind_more_than_is_worth_reading_everything_is_forgotten
    every_journey_is_remembered_as_it_is_told_and_on_the_days_after
}

fn plans() -> impl Strategy<Value = Plan> {
    let seconds = prop_oneof![4 => Just(0_u64), 2 => Just(1), 2 => 2_u64..7_200, 1 => Just(86_400)];
    let choice = (any::<u8>(), any::<u8>(), any::<u8>());
    let batch = (
        seconds,
        prop::bool::weighted(0.1),
        prop::collection::vec(choice, 0..6),
    );
    prop::collection::vec(batch, 5..20)
}

/// Submits the batches of a plan to one of some nodes each, and asks all of them after each batch.
fn holds(plan: &Plan, place: &Place, nodes: usize) -> Asked {
    let work = workload(plan);
    begin(place, &world());
    let mut options = vec![place.options()];
    options.extend((1..nodes).map(|n| place.another_node(&format!("node-{n}"))));
    let mut asked = Asked::of(options.clone());
    let lots: Vec<String> = (0..6).map(|n| format!("t/LOT-{n}")).collect();
    let made = (0..4).map(|n| format!("t/MADE-{n}"));
    let lots: Vec<String> = lots.into_iter().chain(made).collect();
    let shop = SiteId::parse(&work.model.state.sites.iter().next().unwrap().0.to_string()).unwrap();
    for (number, batch) in work.batches.iter().enumerate() {
        place.set_clock(batch.now);
        if batch.is_reopened {
            asked.nodes.clear();
            asked.nodes = Asked::of(options.clone()).nodes;
        }
        let node = number % nodes;
        let said: Vec<Outcome> = asked.nodes[node].ledger().submit(&batch.texts).unwrap();
        assert_eq!(said.len(), batch.texts.len());
        for (n, lot) in lots.iter().enumerate() {
            let at = (n + number).is_multiple_of(3).then_some(shop);
            let direction = match (n + number) % 4 {
                0 => Direction::Both,
                1 => Direction::Forward,
                _ => Direction::Back,
            };
            let audience = match (n + number) % 5 {
                0 => officer(),
                _ => Audience::Public,
            };
            for node in 0..nodes {
                asked.ask(
                    node,
                    &question(lot, None, Direction::Back),
                    &Audience::Public,
                );
                asked.ask(node, &question(lot, at, direction), &audience);
            }
        }
    }
    asked
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn what_is_remembered_is_what_would_be_said_anew_on_sqlite(plan in plans(), nodes in 1..3_usize) {
        holds(&plan, &Place::sqlite(), nodes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3, ..ProptestConfig::default() })]

    #[test]
    fn what_is_remembered_is_what_would_be_said_anew_on_postgresql(plan in plans(), nodes in 1..3_usize) {
        holds(&plan, &Place::postgres(), nodes);
    }
}

/// A property about answers that are all made anew would prove nothing.
#[test]
fn the_workloads_are_answered_from_memory_and_anew() {
    let plan: Plan = (0..40_u8)
        .map(|n| {
            (
                u64::from(n % 3),
                false,
                vec![
                    (n.wrapping_mul(5), n, n.wrapping_mul(3)),
                    (n.wrapping_mul(7), n.wrapping_mul(11), n),
                ],
            )
        })
        .collect();
    let asked = holds(&plan, &Place::sqlite(), 2);
    // Two nodes ask here, and each looks anew at what the other recorded.
    assert!(
        asked.remembered > 200,
        "{} {}",
        asked.remembered,
        asked.made
    );
    assert!(asked.made > 200, "{} {}", asked.remembered, asked.made);
}

/// A town whose ledger is open in nodes.
struct Court {
    town: Town,
    asked: Asked,
}

impl Court {
    fn new(place: Place, others: usize) -> Self {
        let mut town = Town::new(place);
        town.close();
        let mut options = vec![town.place.options()];
        options.extend((0..others).map(|n| town.place.another_node(&format!("node-{n}"))));
        let asked = Asked::of(options);
        Self { town, asked }
    }

    /// Submits to a node what must be accepted; gives its first line, if it has lines.
    fn put(&mut self, node: usize, name: &str, draft: &Draft) -> Option<Line> {
        let text = self.town.sign(name, draft);
        let outcomes = self.asked.nodes[node]
            .ledger()
            .submit(std::slice::from_ref(&text));
        let outcomes = outcomes.unwrap();
        assert_eq!(outcomes[0].code(), "accepted", "{outcomes:?}");
        let record = parse(&text);
        let first = record.claims.moves.iter().next().map(|line| line.n);
        first.map(|n| line_of(&record, n))
    }

    fn public(&mut self, node: usize, lot: &str) -> Value {
        let question = question(lot, None, Direction::Back);
        let given = self.asked.ask(node, &question, &Audience::Public);
        serde_json::from_slice(&given.body).unwrap()
    }
}

fn codes(answer: &Value) -> Vec<&str> {
    let findings = answer["verdict"]["findings"].as_array().unwrap();
    findings
        .iter()
        .map(|one| one["code"].as_str().unwrap())
        .collect()
}

fn whatever_is_said_of_a_lot_is_heard_at_once(place: Place) {
    let mut court = Court::new(place, 0);
    // One record, two lots: what is found on it later concerns both.
    let two = create("t/LOT-1", "10", "KGM", "leafy_vegetable")
        .moves(vec![crate::common::draft::bring(
            2, "t/TWIN-1", "10", "KGM",
        )])
        .body(
            "lots",
            json!([
                crate::common::draft::lot_info(1, "leafy_vegetable"),
                crate::common::draft::lot_info(2, "leafy_vegetable")
            ]),
        );
    let credit = court.put(0, "farm", &two).unwrap();
    let farm = court.town.world.parties["farm"].clone();
    let paper = certify("farm_certificate", "issued", "NO-1", "t/LOT-1").body("issuer_party", farm);
    let renamed = {
        let site = court.town.world.reopen_site("farm", "farm", "farm", true);
        site.body("name", "示例新名")
    };
    let body = json!({"mode": "self_check", "at": court.town.world.now, "passed": false});
    let said: Vec<(&str, Draft, Option<&str>)> = vec![
        ("regulator", hold("t/LOT-1"), Some("held")),
        (
            "regulator",
            about_lot("inspect", "t/LOT-1", body),
            Some("inspection_failed"),
        ),
        ("farm", recall("t/LOT-1"), Some("recalled")),
        ("farm", paper.clone(), None),
        ("farm", paper, Some("paper_number_reused")),
        (
            "coop",
            create("t/TWIN-1", "1", "KGM", "leafy_vegetable"),
            Some("code_with_two_origins"),
        ),
        ("registrar", renamed, None),
    ];
    let mut before = court.public(0, "t/LOT-1");
    for (name, draft, code) in said {
        let made = court.asked.made;
        court.put(0, name, &draft);
        let now = court.public(0, "t/LOT-1");
        if let Some(code) = code {
            assert!(!codes(&before).contains(&code), "{code} too early");
            assert!(
                codes(&now).contains(&code),
                "{code} not in {:?}",
                codes(&now)
            );
        }
        assert_eq!(court.asked.made, made + 1, "{name} {:?}", draft.claims());
        before = now;
    }
    let used = court.put(
        0,
        "farm",
        &transform(
            "pack",
            &[(&credit, "5")],
            ("t/MADE-1", "5", "leafy_vegetable"),
        ),
    );
    assert!(used.is_some());
    let made = court.public(0, "t/MADE-1");
    assert!(codes(&made).contains(&"recalled"), "{:?}", codes(&made));
}

fn trade_in_other_lots_leaves_an_answer_as_it_is(place: Place) {
    let mut court = Court::new(place, 1);
    court.put(
        0,
        "farm",
        &create("t/LOT-1", "10", "KGM", "leafy_vegetable"),
    );
    let first = court.public(0, "t/LOT-1");
    court.public(1, "t/LOT-1");
    let (made, remembered) = (court.asked.made, court.asked.remembered);
    for n in 0..20 {
        let lot = format!("t/OTHER-{n}");
        let credit = court.put(n % 2, "farm", &create(&lot, "10", "KGM", "leafy_vegetable"));
        court.put(n % 2, "farm", &sell(&[(&credit.unwrap(), "1")]));
        assert_eq!(court.public(0, "t/LOT-1"), first);
        court.public(1, "t/LOT-1");
    }
    assert_eq!(court.asked.made, made, "the same farm, other lots");
    assert_eq!(court.asked.remembered, remembered + 40);
}

fn what_another_process_appends_is_heard_at_once(place: Place) {
    let mut court = Court::new(place, 1);
    let credit = court.put(
        0,
        "farm",
        &create("t/LOT-1", "10", "KGM", "leafy_vegetable"),
    );
    for node in [0, 1] {
        assert!(!codes(&court.public(node, "t/LOT-1")).contains(&"held"));
    }
    court.put(1, "regulator", &hold("t/LOT-1"));
    assert!(codes(&court.public(0, "t/LOT-1")).contains(&"held"));
    court.put(0, "farm", &recall("t/LOT-1"));
    assert!(codes(&court.public(1, "t/LOT-1")).contains(&"recalled"));
    court.put(1, "farm", &sell(&[(&credit.unwrap(), "1")]));
    court.public(0, "t/LOT-1");
}

fn behind_more_than_is_worth_reading_everything_is_forgotten(place: Place) {
    let mut court = Court::new(place, 1);
    court.put(
        0,
        "farm",
        &create("t/LOT-1", "10", "KGM", "leafy_vegetable"),
    );
    let first = court.public(0, "t/LOT-1");
    let texts: Vec<String> = (0..2_100)
        .map(|n| {
            let lot = format!("t/OTHER-{n}");
            court
                .town
                .sign("farm", &create(&lot, "1", "KGM", "leafy_vegetable"))
        })
        .collect();
    court.asked.nodes[1].ledger().submit(&texts).unwrap();
    let made = court.asked.made;
    assert_eq!(
        court.public(0, "t/LOT-1")["verdict"]["state"],
        first["verdict"]["state"]
    );
    assert_eq!(court.asked.made, made + 1);
    assert_eq!(
        court.public(0, "t/LOT-1")["verdict"]["state"],
        first["verdict"]["state"]
    );
    assert_eq!(
        court.asked.made,
        made + 1,
        "and from then on remembered again"
    );
}

/// Questions that each event is followed by: some of all there are, others each time.
const QUESTIONS_PER_EVENT: usize = 6;

fn every_journey_is_remembered_as_it_is_told_and_on_the_days_after(place: Place) {
    let script = scripted(today());
    journeys::begin(&place, &script);
    let cast = Cast::embedded().unwrap();
    let mut questions = Vec::new();
    for journey in Journey::embedded().unwrap() {
        let site = journey.at.as_deref();
        let site = site.map(|name| cast.site(&journey.key, name).unwrap().id);
        for (at, direction) in [
            (None, Direction::Back),
            (site, Direction::Back),
            (None, Direction::Both),
        ] {
            questions.push(question(journey.lot.as_str(), at, direction));
        }
    }
    let mut asked = Asked::of([place.options()]);
    let mut next = 0_usize;
    let mut some = |asked: &mut Asked, count: usize| {
        for _ in 0..count {
            // Seven is no divisor of how many there are, so all have their turn.
            next = (next + 7) % questions.len();
            let audience = [Audience::Public, officer()][next % 2].clone();
            asked.ask(0, &questions[next], &audience);
        }
    };
    for event in &script.events {
        place.clock.set(event.at);
        let text = std::slice::from_ref(&event.sd_jwt);
        let outcomes = asked.nodes[0].ledger().submit(text).unwrap();
        assert_eq!(
            outcomes[0].code(),
            "accepted",
            "{}:{}",
            event.journey,
            event.step
        );
        some(&mut asked, QUESTIONS_PER_EVENT);
    }
    let last = script.events.last().unwrap().at;
    for hours in [0, 1, 1, 5, 17, 18, 24, 25, 48, 72, 24 * 30, 24 * 200] {
        place.clock.set(last.plus(hours * 3_600));
        some(&mut asked, questions.len());
    }
    assert!(
        asked.remembered > 100,
        "{} {}",
        asked.remembered,
        asked.made
    );
    assert!(asked.made > 100, "{} {}", asked.remembered, asked.made);
}
