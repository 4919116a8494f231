use super::*;
use crate::core::quantity::Amount;
use crate::core::record::sealed::Class;
use crate::core::record::{LineRef, RecordId};
use crate::core::testing::{Journey, Ledger, line, pork};
use proptest::prelude::*;
use serde_json::json;
use std::collections::BTreeSet;

fn subject(lot: &str, at: Option<crate::core::ids::SiteId>) -> Subject {
    Subject {
        lot: lot.parse().unwrap(),
        origin: None,
        at,
    }
}

fn back(graph: &Graph<'_>, subject: &Subject) -> Trace {
    trace(graph, subject, Direction::Back, &Limits::default())
}

fn ids(trace: &Trace) -> Vec<RecordId> {
    trace.steps.iter().map(|step| step.id).collect()
}

#[test]
fn a_lot_at_a_shop_is_traced_step_by_step_to_the_farm() {
    let journey = pork();
    let input = journey.ledger.input();
    let graph = Graph::build(&input);
    let trace = back(
        &graph,
        &subject("t/CUTS-1120", Some(journey.ledger.site("shop"))),
    );
    let Journey {
        herd,
        farm_dispatch,
        slaughter_receipt,
        slaughter,
        cutting,
        dispatch,
        receipt,
        ..
    } = journey;
    assert_eq!(
        ids(&trace),
        [
            herd,
            farm_dispatch,
            slaughter_receipt,
            slaughter,
            cutting,
            dispatch,
            receipt
        ]
    );
    let depths: Vec<u32> = trace.steps.iter().map(|step| step.depth).collect();
    assert_eq!(depths, [6, 5, 4, 3, 2, 1, 0]);
    assert_eq!((trace.found, trace.cut), (Found::Here, None));
    assert_eq!(trace.steps[5].legs.len(), 3, "pick-up, readings, delivery");
    let lots: Vec<_> = trace
        .lots
        .iter()
        .map(|lot| (lot.lot.code.as_str(), lot.ancestor))
        .collect();
    assert_eq!(lots[0], ("t/CUTS-1120", false));
    assert!(lots.contains(&("t/PIG-2026-1120", true)) && lots.contains(&("t/CARCASS-1120", true)));
}

#[test]
fn without_a_site_only_what_is_upstream_of_the_origin_is_traced() {
    let journey = pork();
    let input = journey.ledger.input();
    let graph = Graph::build(&input);
    let trace = back(&graph, &subject("t/CUTS-1120", None));
    assert_eq!(trace.steps.last().unwrap().id, journey.cutting);
    let forward = super::trace(
        &graph,
        &subject("t/PIG-2026-1120", None),
        Direction::Forward,
        &Limits::default(),
    );
    assert_eq!(ids(&forward).last(), Some(&journey.receipt));
}

#[test]
fn a_code_nobody_brought_in_is_found_nowhere_and_a_site_that_never_had_it_is_told_apart() {
    let journey = pork();
    let input = journey.ledger.input();
    let graph = Graph::build(&input);
    assert_eq!(
        back(&graph, &subject("t/NEVER-SEEN", None)).found,
        Found::Nowhere
    );
    let farm = journey.ledger.site("farm");
    assert_eq!(
        back(&graph, &subject("t/CUTS-1120", Some(farm))).found,
        Found::NotAtSite
    );
}

#[test]
fn a_missing_record_cuts_the_trace_and_is_named() {
    let journey = pork();
    let mut input = journey.ledger.input();
    input
        .entries
        .retain(|entry| entry.record.id != journey.slaughter);
    let graph = Graph::build(&input);
    let trace = back(&graph, &subject("t/CUTS-1120", None));
    assert_eq!(
        trace.cut,
        Some(Cut::NotIncluded {
            line: LineRef(journey.slaughter, 2)
        })
    );
}

#[test]
fn limits_cut_and_say_so() {
    let journey = pork();
    let input = journey.ledger.input();
    let graph = Graph::build(&input);
    let limits = |depth_max, lines_max| Limits {
        depth_max,
        lines_max,
    };
    let cut = |limits| {
        trace(
            &graph,
            &subject("t/CUTS-1120", None),
            Direction::Back,
            &limits,
        )
        .cut
    };
    assert_eq!(cut(limits(2, 100)), Some(Cut::Depth { max: 2 }));
    assert_eq!(cut(limits(100, 3)), Some(Cut::Lines { max: 3 }));
    assert_eq!(cut(limits(4, 100)), None, "exactly as deep as the limit");
}

#[test]
fn quantities_on_edges_are_those_moved_and_closed_ones_are_none_never_zero() {
    let journey = pork();
    let input = journey.ledger.input();
    let graph = Graph::build(&input);
    let whole = back(&graph, &subject("t/CUTS-1120", None));
    let becomes = whole
        .edges
        .iter()
        .filter(|edge| edge.kind == EdgeKind::Becomes);
    let amounts: BTreeSet<_> = becomes.map(|edge| edge.quantity).collect();
    assert_eq!(
        amounts,
        [Some(Amount::whole(70)), Some(Amount::whole(100))].into()
    );
    let input = journey.ledger.input_with(|class| class != Class::Balance);
    let graph = Graph::build(&input);
    let closed = back(&graph, &subject("t/CUTS-1120", None));
    assert_eq!(ids(&closed), ids(&whole));
    assert!(closed.edges.iter().all(|edge| edge.quantity.is_none()));
    assert!(balance(&graph, &closed.lots[0].lot).unproven);
}

#[test]
fn the_balance_of_a_lot_accounts_for_everything_also_for_what_is_disputed() {
    let changes = crate::core::testing::Changes {
        short_kg: 10,
        ..Default::default()
    };
    let mut journey = Journey::with(&changes);
    let lot = |graph: &Graph<'_>| {
        back(graph, &subject("t/CUTS-1120", None)).lots[0]
            .lot
            .clone()
    };
    let input = journey.ledger.input();
    let graph = Graph::build(&input);
    let found = balance(&graph, &lot(&graph));
    assert_eq!(
        (found.brought_in, found.held, found.disputed),
        (Amount::whole(65), Amount::whole(55), Amount::whole(10))
    );
    assert!(found.is_even() && !found.unproven);
    let (dispatch, receipt) = (journey.dispatch, journey.receipt);
    journey.ledger.say("slaughter", "settle", json!({
        "moves": [line(1, "in", "t/CUTS-1120", Some((receipt, 1)), "4"), line(2, "out", "t/CUTS-1120", Some((receipt, 1)), "6")],
        "body": {"dispatch": dispatch, "receipt": receipt, "lines": [{"n": 1, "outcome": "taken_back"}, {"n": 2, "outcome": "lost"}]},
    }));
    let input = journey.ledger.input();
    let graph = Graph::build(&input);
    let found = balance(&graph, &lot(&graph));
    assert_eq!(
        (found.held, found.disputed, found.disposed),
        (Amount::whole(59), Amount::ZERO, Amount::whole(6))
    );
    assert!(found.is_even());
    assert_eq!(balance_faults(&graph), []);
}

#[test]
fn goods_that_nobody_received_leave_transit_when_they_are_settled() {
    let mut journey = Journey::with(&crate::core::testing::Changes::default());
    let shop = journey.ledger.site("shop");
    let cutting = journey.cutting;
    let sent = journey.ledger.say(
        "slaughter",
        "dispatch",
        json!({
            "moves": [line(1, "out", "t/CUTS-1120", Some((cutting, 2)), "5")],
            "body": {"waybill": "W9", "consignee": shop, "transport": "own",
                     "load_county": "330421", "unload_county": "310118"},
        }),
    );
    let look = |journey: &Journey| {
        let input = journey.ledger.input();
        let graph = Graph::build(&input);
        assert_eq!(balance_faults(&graph), []);
        let lot = back(&graph, &subject("t/CUTS-1120", None)).lots[0]
            .lot
            .clone();
        balance(&graph, &lot)
    };
    assert_eq!(look(&journey).in_transit, Amount::whole(5));
    journey.ledger.wait(31 * 24 * crate::core::testing::HOUR);
    let of = Some((sent, 1));
    journey.ledger.say("slaughter", "settle", json!({
        "moves": [line(1, "in", "t/CUTS-1120", of, "3"), line(2, "out", "t/CUTS-1120", of, "2")],
        "body": {"dispatch": sent, "receipt": sent, "lines": [{"n": 1, "outcome": "taken_back"}, {"n": 2, "outcome": "lost"}]},
    }));
    let found = look(&journey);
    assert_eq!(
        (found.in_transit, found.disputed, found.disposed, found.held),
        (
            Amount::ZERO,
            Amount::ZERO,
            Amount::whole(2),
            Amount::whole(63)
        )
    );
    assert!(found.is_even());
}

#[test]
fn all_parents_of_a_merged_lot_are_kept_and_the_deepest_way_counts() {
    let mut mill = Mill::new();
    let a = mill.create("t/GRAIN-A");
    let b = mill.create("t/GRAIN-B");
    let a2 = mill.make("t/GRAIN-A2", &[a]);
    let mix = mill.make("t/MIXED", &[a2, b]);
    let input = mill.ledger.input();
    let graph = Graph::build(&input);
    let trace = back(&graph, &subject("t/MIXED", None));
    let depth = |id: RecordId| trace.steps.iter().find(|step| step.id == id).unwrap().depth;
    assert_eq!(
        (depth(mix.0), depth(a2.0), depth(a.0), depth(b.0)),
        (0, 1, 2, 1)
    );
    let parents: BTreeSet<_> = trace
        .edges
        .iter()
        .filter(|edge| edge.to == mix)
        .map(|edge| edge.from.1)
        .collect();
    assert_eq!(parents, [1, 2].into(), "both inputs lead to the mixture");
}

#[test]
fn a_second_harvest_day_belongs_to_the_lot_and_a_shipment_of_it_reaches_the_origin() {
    let mut mill = Mill::new();
    let first = mill.create("t/GRAIN-A");
    let second = mill.ledger.say("mill", "create", json!({
        "moves": [line(1, "in", "t/GRAIN-A", Some((first.0, 1)), "1000")], "body": {"how": "harvest"},
    }));
    let made = mill.make("t/MADE-A", &[LineRef(second, 1)]);
    let input = mill.ledger.input();
    let graph = Graph::build(&input);
    let trace = back(&graph, &subject("t/MADE-A", None));
    assert_eq!(ids(&trace), [first.0, second, made.0]);
    let lot = trace.lots.iter().find(|lot| lot.ancestor).unwrap();
    assert_eq!(lot.lot.origin, first);
    assert_eq!(balance(&graph, &lot.lot).brought_in, Amount::whole(2000));
}

#[test]
fn the_tree_draws_every_step_once_and_marks_what_it_repeats() {
    let mut mill = Mill::new();
    let a = mill.create("t/GRAIN-A");
    let left = mill.make("t/GRAIN-L", &[a]);
    let right = mill.make("t/GRAIN-R", &[a]);
    mill.make("t/MIXED", &[left, right]);
    let input = mill.ledger.input();
    let graph = Graph::build(&input);
    let root = tree(&back(&graph, &subject("t/MIXED", None)), &graph);
    assert_eq!(
        (root.word.zh.as_str(), root.children.len(), root.repeated),
        ("混合", 2, false)
    );
    let leaves: Vec<_> = root
        .children
        .iter()
        .flat_map(|child| &child.children)
        .collect();
    assert_eq!(
        leaves
            .iter()
            .map(|leaf| (leaf.id, leaf.repeated))
            .collect::<Vec<_>>(),
        [(Some(a.0), false), (Some(a.0), true)]
    );
    assert_eq!(leaves[0].place.as_deref(), Some("浙江省嘉兴市嘉善县"));
    assert_eq!(leaves[0].who, "mill有限公司");
    assert_eq!(leaves[0].goods[0].quantity, Some(Amount::whole(1000)));
}

/// One site that makes lots out of lots.
struct Mill {
    ledger: Ledger,
}

impl Mill {
    fn new() -> Self {
        let mut ledger = Ledger::new();
        ledger.enrol("mill", "processor", "plant", "330421");
        Self { ledger }
    }

    fn create(&mut self, lot: &str) -> LineRef {
        let id = self.ledger.say("mill", "create", json!({
            "moves": [line(1, "in", lot, None, "1000")],
            "body": {"how": "harvest", "lots": [crate::core::testing::info(1, "paddy", "稻谷", json!({}))]},
        }));
        LineRef(id, 1)
    }

    fn make(&mut self, lot: &str, from: &[LineRef]) -> LineRef {
        let n = u16::try_from(from.len()).unwrap() + 1;
        let code = |at: &LineRef| {
            let entry = self
                .ledger
                .entries
                .iter()
                .find(|entry| entry.record.id == at.0)
                .unwrap();
            entry
                .record
                .claims
                .moves
                .iter()
                .find(|line| line.n == at.1)
                .unwrap()
                .lot
                .to_string()
        };
        let mut moves: Vec<_> = (1..)
            .zip(from)
            .map(|(n, at)| line(n, "out", &code(at), Some((at.0, at.1)), "10"))
            .collect();
        moves.push(line(n, "in", lot, None, "1000"));
        let id = self.ledger.say("mill", "transform", json!({
            "moves": moves,
            "body": {"operation": "mix", "lots": [crate::core::testing::info(n, "paddy", "稻谷", json!({}))]},
        }));
        LineRef(id, n)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn forward_is_the_inverse_of_back(picks in proptest::collection::vec(proptest::collection::btree_set(0_usize..1000, 1..4), 1..14)) {
        let mut mill = Mill::new();
        let mut lots = vec![mill.create("t/LOT-A0"), mill.create("t/LOT-B0")];
        for (i, picks) in picks.iter().enumerate() {
            let from: BTreeSet<_> = picks.iter().map(|pick| lots[pick % lots.len()]).collect();
            let from: Vec<_> = from.into_iter().collect();
            lots.push(mill.make(&format!("t/MADE-{i}"), &from));
        }
        let input = mill.ledger.input();
        let graph = Graph::build(&input);
        let reached = |lot: &LineRef, direction| -> BTreeSet<RecordId> {
            let code = graph.line(graph.position(lot).unwrap()).unwrap().lot.code.clone();
            let trace = trace(&graph, &Subject { lot: code, origin: None, at: None }, direction, &Limits::default());
            trace.steps.iter().map(|step| step.id).collect()
        };
        for a in &lots {
            let before = reached(a, Direction::Back);
            let both = reached(a, Direction::Both);
            let after = reached(a, Direction::Forward);
            prop_assert_eq!(&both, &before.union(&after).copied().collect());
            for b in &lots {
                prop_assert_eq!(before.contains(&b.0), reached(b, Direction::Forward).contains(&a.0));
            }
            let depth_ok = |trace: &Trace| trace.edges.iter().filter(|edge| edge.from.0 != edge.to.0).all(|edge| {
                let depth = |id| trace.steps.iter().find(|step| step.id == id).unwrap().depth;
                depth(edge.from.0) > depth(edge.to.0)
            });
            let code = graph.line(graph.position(a).unwrap()).unwrap().lot.code.clone();
            let trace = back(&graph, &Subject { lot: code, origin: None, at: None });
            prop_assert!(depth_ok(&trace), "causes lie deeper than consequences");
            prop_assert!(balance(&graph, &trace.lots[0].lot).is_even());
        }
    }
}
