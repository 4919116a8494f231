use super::*;
use crate::core::testing::{DAWN, Ledger, info, line, moment};
use crate::core::trace::{Direction, Limits, Subject, trace, tree};
use crate::core::verdict::{Scope, judge};
use serde_json::json;

const SMALLHOLDERS: [&str; 2] = ["NH-330421-1000014", "NH-330421-1000022"];
const LEAF: &str = "t/LEAF-1";

/// A co-operative that signs for two smallholders, and a harvest of the first on its plot.
fn village() -> Ledger {
    let mut ledger = Ledger::new();
    ledger.enrol("coop", "coop", "farm", "330421");
    ledger.enrol("shop", "retailer", "shop", "330421");
    for party in SMALLHOLDERS {
        let body = json!({
            "party": party, "kind": "smallholder", "county": "330421",
            "person": {"name": "示例农户"}, "agent": ledger.party("coop"),
        });
        ledger.say("registrar", "register_party", json!({"body": body}));
    }
    ledger
}

fn spray(ledger: &mut Ledger, party: Option<&str>) {
    let mut body = json!({
        "kind": "pesticide", "name": "示例农药", "source": "示例农资店", "usage": "喷雾",
        "dose": "10 mL", "plot": "一号棚", "from": "2026-11-18", "until": "2026-11-19",
        "interval_days": 30,
    });
    if let Some(party) = party {
        body["on_behalf_of"] = json!(party);
    }
    ledger.say("coop", "use_input", json!({"body": body}));
}

fn harvest(ledger: &mut Ledger) -> RecordId {
    let lots = [info(
        1,
        "leafy_vegetable",
        "小青菜",
        json!({"origin": "330421"}),
    )];
    let body = json!({
        "how": "harvest", "plot": "一号棚", "lots": lots, "on_behalf_of": SMALLHOLDERS[0],
    });
    let moves = json!([line(1, "in", LEAF, None, "10")]);
    ledger.say("coop", "create", json!({"moves": moves, "body": body}))
}

/// Codes of the findings about the lot.
fn found(ledger: &Ledger) -> Vec<String> {
    let input = ledger.input();
    let graph = Graph::build(&input);
    let subject = Subject {
        lot: LEAF.parse().unwrap(),
        origin: None,
        at: None,
    };
    let trace = trace(&graph, &subject, Direction::Back, &Limits::default());
    let verdict = judge(&trace, &graph, moment(DAWN), Scope::Full);
    verdict.findings.into_iter().map(|one| one.code).collect()
}

#[test]
fn what_an_agent_signed_says_for_whom_at_its_stop_in_the_tree_and_as_evidence() {
    let mut ledger = village();
    spray(&mut ledger, Some(SMALLHOLDERS[0]));
    let lot = harvest(&mut ledger);
    let body = json!({
        "waybill": "W1", "consignee": ledger.site("shop"), "transport": "own",
        "load_county": "330421", "unload_county": "330421", "on_behalf_of": SMALLHOLDERS[0],
    });
    let moves = json!([line(1, "out", LEAF, Some((lot, 1)), "4")]);
    ledger.say("coop", "dispatch", json!({"moves": moves, "body": body}));
    let moves = json!([line(1, "out", LEAF, Some((lot, 1)), "1")]);
    let body = json!({"channel": "consumer", "sold_on": "2026-11-20"});
    ledger.say("coop", "sell", json!({"moves": moves, "body": body}));
    let input = ledger.input();
    let graph = Graph::build(&input);
    let subject = Subject {
        lot: LEAF.parse().unwrap(),
        origin: None,
        at: None,
    };
    let trace_of = |direction| trace(&graph, &subject, direction, &Limits::default());
    let traced = trace_of(Direction::Back);
    let verdict = judge(&traced, &graph, moment(DAWN), Scope::Full);
    let drawn = picture(&traced, &graph, &verdict);
    let behind: Vec<Option<&str>> = drawn
        .stops
        .iter()
        .map(|stop| stop.on_behalf_of.as_ref().map(|who| who.name.as_str()))
        .collect();
    assert_eq!(behind, [Some(SMALLHOLDERS[0])]);
    let product = drawn.product.unwrap().on_behalf_of.unwrap();
    assert_eq!(
        (product.name.as_str(), product.is_person),
        (SMALLHOLDERS[0], true)
    );
    let evidence = drawn.evidence.values();
    let told: Vec<bool> = evidence.map(|one| one.on_behalf_of.is_some()).collect();
    assert_eq!(
        told,
        [true, true],
        "the harvest and the input too early before it"
    );
    let onward = tree(&trace_of(Direction::Forward), &graph);
    assert_eq!(onward.on_behalf_of.as_deref(), Some(SMALLHOLDERS[0]));
    let mut children: Vec<(&str, bool)> = onward
        .children
        .iter()
        .map(|node| (node.word.en.as_ref(), node.on_behalf_of.is_some()))
        .collect();
    children.sort_unstable();
    assert_eq!(children, [("sent", true), ("sold", false)]);
}

#[test]
fn an_input_that_was_used_for_one_smallholder_is_not_held_against_another_of_the_same_agent() {
    for (used_for, is_too_early) in [
        (Some(SMALLHOLDERS[0]), true),
        (Some(SMALLHOLDERS[1]), false),
        (None, true),
    ] {
        let mut ledger = village();
        spray(&mut ledger, used_for);
        harvest(&mut ledger);
        let found = found(&ledger);
        let is_found = found.iter().any(|code| code == "interval_too_early");
        assert_eq!(is_found, is_too_early, "{used_for:?}: {found:?}");
    }
}

/// The harvest of one smallholder, packed for another, or for the same.
fn packed_for(party: &str) -> Ledger {
    let mut ledger = village();
    let lot = harvest(&mut ledger);
    let lots = [info(2, "leafy_vegetable", "小青菜", json!({}))];
    let body = json!({"operation": "pack", "lots": lots, "on_behalf_of": party});
    let moves = json!([
        line(1, "out", LEAF, Some((lot, 1)), "10"),
        line(2, "in", "t/PACK-1", None, "10"),
    ]);
    ledger.say("coop", "transform", json!({"moves": moves, "body": body}));
    ledger
}

#[test]
fn what_is_packed_for_one_smallholder_is_of_goods_that_came_in_for_them() {
    for (party, is_of_other) in [(SMALLHOLDERS[0], false), (SMALLHOLDERS[1], true)] {
        let input = packed_for(party).input();
        let graph = Graph::build(&input);
        let subject = Subject {
            lot: "t/PACK-1".parse().unwrap(),
            origin: None,
            at: None,
        };
        let trace = trace(&graph, &subject, Direction::Back, &Limits::default());
        let verdict = judge(&trace, &graph, moment(DAWN), Scope::Full);
        let mut codes = verdict.findings.iter().map(|one| one.code.as_str());
        assert_eq!(codes.any(|code| code == "goods_of_other"), is_of_other);
        let drawn = picture(&trace, &graph, &verdict);
        let product = drawn.product.unwrap().on_behalf_of.unwrap();
        assert_eq!(product.name, party);
        let stops = drawn.stops.iter();
        let behind = stops.filter_map(|stop| Some(stop.on_behalf_of.as_ref()?.name.as_str()));
        assert_eq!(behind.collect::<Vec<_>>(), [SMALLHOLDERS[0], party]);
    }
}
