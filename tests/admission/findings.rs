//! Findings: what is wrong though the record stands. Real trade goes on, and a ledger that turned
//! it away would record nothing.

use crate::common::draft::{
    count, create, difference, dispatch, enter, observe, receive, sell, transform,
};
use crate::common::world::{BEGINNING, COUNTY, DAY, HOUR};
use crate::common::{Admitted, Draft, Ledger};
use serde_json::{Value, json};
use shisu::core::custody::{FindingCode, Gravity};
use shisu::core::quantity::{Amount, Uom};

fn harvest(lot: &str) -> Draft {
    create(lot, "10", "KGM", "leafy_vegetable")
}

#[test]
fn a_record_that_comes_more_than_a_day_late_is_marked() {
    let mut ledger = Ledger::with_chain();
    ledger.pass(2 * DAY);
    let now = ledger.world.now;
    let in_time = ledger.put("farm", &harvest("t/LOT-1").set("iat", now - DAY));
    assert_eq!(in_time.findings(), []);
    let late = harvest("t/LOT-2").set("iat", now - DAY - 2 * HOUR);
    let found = ledger.submit("farm", &late).expect_finding("late_entry");
    assert_eq!(found, FindingCode::LateEntry { hours: 26 });
    let just = harvest("t/LOT-3").set("iat", now - DAY - 1);
    ledger.submit("farm", &just).expect_finding("late_entry");
}

fn at_shop() -> (Ledger, crate::common::Line) {
    let mut ledger = Ledger::with_chain();
    let credit = ledger.harvest("farm", "t/LOT-1", "10");
    let sent = ledger.send("farm", "shop", &credit, "10");
    (ledger, sent)
}

#[test]
fn readings_that_are_late_repeated_or_out_of_order_are_counted() {
    let (mut ledger, sent) = at_shop();
    ledger.pass(3 * DAY);
    let now = ledger.world.now;
    for (readings, disordered) in [
        (vec![(now - 60, "4"), (now - 30, "4"), (now, "4")], 0),
        (vec![(now - 30, "4"), (now - 60, "4"), (now, "4")], 1),
        (vec![(now - 30, "4"), (now - 30, "5")], 1),
        (vec![(now - DAY, "4"), (now - 30, "4")], 0),
        (vec![(now - DAY - 1, "4"), (now - 30, "4")], 1),
        (vec![(now - 30, "4"), (now + 1, "4")], 1),
        (
            vec![(now - 3, "4"), (now - 9, "4"), (now - 6, "4"), (now, "4")],
            2,
        ),
    ] {
        let admitted = ledger.put("farm", &observe(sent.record, &readings));
        if disordered == 0 {
            assert_eq!(admitted.findings(), [], "{readings:?}");
        } else {
            let found = admitted.expect_finding("disordered_readings");
            assert_eq!(found, FindingCode::DisorderedReadings { count: disordered });
        }
    }
}

#[test]
fn each_sensor_has_its_own_order() {
    let (mut ledger, sent) = at_shop();
    let now = ledger.world.now;
    let sensor =
        |device: &str| json!({"device": device, "readings": [[now - 60, "4"], [now, "4"]]});
    let two = observe(sent.record, &[]).body("sensors", json!([sensor("T-1"), sensor("T-2")]));
    assert_eq!(ledger.put("farm", &two).findings(), []);
}

fn made(operation: &str, quantity: &str, output: (&str, &str, &str)) -> Admitted {
    let mut ledger = Ledger::with_chain();
    let credit = ledger.harvest("plant", "t/LOT-1", "100");
    ledger.put(
        "plant",
        &transform(operation, &[(&credit, quantity)], output),
    )
}

#[test]
fn packing_that_adds_to_the_goods_contradicts_conservation() {
    let more = made("pack", "10", ("t/LOT-2", "10.000001", "leafy_vegetable"));
    let found = more.expect_finding("odd_yield");
    let FindingCode::OddYield {
        reference,
        rule,
        ratio,
    } = &found
    else {
        panic!("{found:?}")
    };
    assert_eq!((*reference, rule.as_str()), (false, "conserve_pack_kgm"));
    assert_eq!(ratio.unwrap().to_string(), "1");
    assert_eq!(found.gravity(), Gravity::Anomaly);
    let same = made("pack", "10", ("t/LOT-2", "10", "leafy_vegetable"));
    assert_eq!(same.findings(), []);
}

#[test]
fn a_loss_beyond_the_usual_is_for_reference_only() {
    let loss = made("pack", "10", ("t/LOT-2", "9.4", "leafy_vegetable"));
    let found = loss.expect_finding("odd_yield");
    let FindingCode::OddYield { reference, .. } = &found else {
        panic!("{found:?}")
    };
    assert!(*reference);
    assert_eq!(found.gravity(), Gravity::Reference);
}

#[test]
fn heads_and_kilograms_are_judged_by_the_rule_between_them() {
    let mut ledger = Ledger::with_chain();
    let pigs = create("t/PIGS", "10", "HEA", "live_pig");
    let pigs = ledger.put("slaughter", &pigs).line(1);
    let usual = transform(
        "slaughter",
        &[(&pigs, "5")],
        ("t/PORK-1", "400", "pork_carcass"),
    );
    assert_eq!(ledger.put("slaughter", &usual).findings(), []);
    let odd = transform(
        "slaughter",
        &[(&pigs, "1")],
        ("t/PORK-2", "800", "pork_carcass"),
    );
    let found = ledger.submit("slaughter", &odd).expect_finding("odd_yield");
    let FindingCode::OddYield {
        reference, ratio, ..
    } = found
    else {
        panic!("{found:?}")
    };
    assert!(reference, "what a pig weighs rests on no source");
    assert_eq!(ratio.unwrap().to_string(), "800");
}

#[test]
fn a_code_with_two_origins_is_found_on_both_entries() {
    let mut ledger = Ledger::with_chain();
    let first = ledger.put("farm", &harvest("t/LOT-1"));
    let second = ledger.put("coop", &harvest("t/LOT-1"));
    let code = "code_with_two_origins";
    assert_eq!(
        second.findings(),
        [(first.entry, code), (second.entry, code)]
    );
    let third = ledger.put("shop", &enter("t/LOT-1", "1", "KGM", "leafy_vegetable"));
    let about = [first.entry, second.entry, third.entry].map(|entry| (entry, code));
    assert_eq!(third.findings(), about);
    ledger.put("farm", &sell(&[(&first.line(1), "10")]));
    ledger.put("coop", &sell(&[(&second.line(1), "10")]));
}

#[test]
fn a_stocktake_that_differs_says_by_how_much() {
    let mut ledger = Ledger::with_chain();
    let credit = ledger.harvest("farm", "t/LOT-1", "10");
    let same = ledger.put("farm", &count(&[], &[(&credit, "10")]));
    assert_eq!(same.findings(), []);
    let draft = count(&[(&credit, "2")], &[(&credit, "8")]);
    let found = ledger
        .submit("farm", &draft)
        .expect_finding("stocktake_difference");
    let difference = FindingCode::StocktakeDifference {
        held: Amount::whole(10),
        counted: Amount::whole(8),
        uom: Uom::Kilogram,
    };
    assert_eq!(found, difference);
    let after = ledger.put("farm", &count(&[], &[(&credit, "8")]));
    assert_eq!(after.findings(), [], "what was missing is out");
    let more = ledger.submit("farm", &count(&[], &[(&credit, "9")]));
    more.expect_finding("stocktake_difference");
    let sold = ledger.put("farm", &sell(&[(&credit, "8")])).line(1);
    let debit = count(&[], &[(&sold, "8")]);
    ledger
        .submit("farm", &debit)
        .expect_refusal("credit_of_other");
}

#[test]
fn goods_short_damaged_or_refused_are_disputed() {
    let (mut ledger, sent) = at_shop();
    let differences = json!([difference(1, "1", "0.5", "0.25")]);
    let receipt = receive(&[(&sent, "8.25")]).body("differences", differences);
    let found = ledger
        .submit("shop", &receipt)
        .expect_finding("disputed_quantity");
    let disputed = FindingCode::DisputedQuantity {
        n: 1,
        amount: Amount::parse("1.75").unwrap(),
        uom: Uom::Kilogram,
    };
    assert_eq!(found, disputed);
}

#[test]
fn goods_stored_where_no_filing_was_made_are_a_finding() {
    let mut ledger = Ledger::with_chain();
    let credit = ledger.harvest("farm", "t/LOT-1", "10");
    let sent = ledger.send("farm", "store", &credit, "5");
    ledger
        .submit("store", &receive(&[(&sent, "5")]))
        .expect_finding("storage_not_filed");
    let filed = Draft::new(
        "register_site",
        json!({
            "site": ledger.site("store"), "party": ledger.party("store"), "kind": "warehouse",
            "name": "示例冷库", "county": COUNTY, "open": true,
            "filing": {"number": "CC-1", "filed_on": "2026-11-01"},
        }),
    );
    ledger.put("registrar", &filed);
    let sent = ledger.send("farm", "store", &credit, "5");
    assert_eq!(
        ledger.put("store", &receive(&[(&sent, "5")])).findings(),
        []
    );
}

/// A tank load whose sheet is in order except for what `change` does.
fn tank_load(change: impl Fn(&mut Value)) -> Admitted {
    let mut ledger = Ledger::with_chain();
    let credit = ledger.harvest("plant", "t/OIL-1", "10");
    let mut sheet = json!({
        "sheet": "LD-1", "kind": "edible_vegetable_oil", "container": "G-1", "permit": "ZY-1",
        "permit_valid_to": "2026-11-22", "mark_checked": true,
        "previous_cargoes": ["edible_vegetable_oil", "honey"],
        "cleaning": {"method": "热水", "at": BEGINNING - HOUR},
    });
    change(&mut sheet);
    let draft = dispatch(&ledger.site("shop"), &[(&credit, "10")]).body("bulk", sheet);
    ledger.put("plant", &draft)
}

#[test]
fn a_tank_load_in_order_has_no_finding() {
    assert_eq!(tank_load(|_| {}).findings(), []);
}

#[test]
fn a_tank_load_without_a_permit_that_runs_is_a_finding() {
    for (member, value) in [
        ("permit", json!(null)),
        ("permit_valid_to", json!("2026-11-21")),
    ] {
        tank_load(|sheet| sheet[member] = value.clone()).expect_finding("bulk_permit");
    }
}

#[test]
fn a_previous_cargo_that_nobody_knows_is_a_finding() {
    let load = tank_load(|sheet| sheet["previous_cargoes"] = json!(["神秘液体"]));
    let found = load.expect_finding("unknown_previous_cargo");
    assert_eq!(found.gravity(), Gravity::Unproven);
}

#[test]
fn a_tank_that_was_not_cleaned_or_whose_past_is_blank_is_a_finding() {
    tank_load(|sheet| sheet["cleaning"] = json!(null)).expect_finding("tank_not_cleaned");
    tank_load(|sheet| sheet["previous_cargoes"] = json!([])).expect_finding("tank_not_cleaned");
}

#[test]
fn a_tank_whose_mark_was_not_checked_is_a_finding() {
    tank_load(|sheet| sheet["mark_checked"] = json!(false)).expect_finding("tank_mark");
}

#[test]
fn every_finding_is_explained_in_both_languages() {
    let load = tank_load(|sheet| {
        sheet["permit"] = json!(null);
        sheet["cleaning"] = json!(null);
        sheet["mark_checked"] = json!(false);
        sheet["previous_cargoes"] = json!(["神秘液体"]);
    });
    assert_eq!(load.effects.findings.len(), 4);
    for finding in &load.effects.findings {
        let words = finding.code.explain();
        assert!(!words.en.is_empty() && words.zh.chars().any(|c| c > '\u{4e00}'));
    }
}
