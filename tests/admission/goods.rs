//! Goods: every debit cites a credit that still holds it, at this site, in its lot and unit.

use crate::common::draft::{
    add_to, answer, bring, count, create, dispatch, dispose, enter, lot_info, sell, transform,
};
use crate::common::{Draft, Ledger, Line};
use serde_json::json;
use shisu::core::custody::Refusal;
use shisu::core::quantity::Amount;

fn two_lots() -> (Ledger, Line, Line) {
    let mut ledger = Ledger::with_chain();
    let first = ledger.harvest("farm", "t/LOT-1", "10");
    let second = ledger.harvest("farm", "t/LOT-2", "20.5");
    (ledger, first, second)
}

#[test]
fn a_debit_beyond_its_credit_is_refused_and_says_what_is_left() {
    let (mut ledger, credit, _) = two_lots();
    ledger.put("farm", &sell(&[(&credit, "4")]));
    let refusal = ledger
        .submit("farm", &sell(&[(&credit, "6.000001")]))
        .expect_refusal("credit_exceeded");
    let Refusal::CreditExceeded { left, asked, .. } = refusal else {
        panic!("{refusal:?}");
    };
    assert_eq!(
        (left, asked),
        (Amount::whole(6), Amount::parse("6.000001").unwrap())
    );
    ledger.put("farm", &sell(&[(&credit, "6")]));
    ledger
        .submit("farm", &sell(&[(&credit, "0.000001")]))
        .expect_refusal("credit_exceeded");
}

#[test]
fn two_lines_of_one_record_may_not_exceed_a_credit_together() {
    let (mut ledger, credit, _) = two_lots();
    let both = [(&credit, "6"), (&credit, "4.5")];
    for draft in [
        sell(&both),
        dispose(&both),
        dispatch(&ledger.site("shop"), &both),
        transform("pack", &both, ("t/LOT-3", "10", "leafy_vegetable")),
        count(&both, &[]),
    ] {
        ledger
            .submit("farm", &draft)
            .expect_refusal("credit_exceeded");
    }
    ledger.put("farm", &sell(&[(&credit, "6"), (&credit, "4")]));
}

#[test]
fn goods_held_at_another_site_cannot_be_taken_out() {
    let (mut ledger, credit, _) = two_lots();
    for draft in [
        sell(&[(&credit, "1")]),
        dispose(&[(&credit, "1")]),
        count(&[], &[(&credit, "1")]),
        transform(
            "pack",
            &[(&credit, "1")],
            ("t/LOT-3", "1", "leafy_vegetable"),
        ),
        dispatch(&ledger.site("shop"), &[(&credit, "1")]),
    ] {
        ledger
            .submit("coop", &draft)
            .expect_refusal("credit_of_other");
    }
}

#[test]
fn goods_at_another_site_of_the_same_party_are_somewhere_else_too() {
    let (mut ledger, credit, _) = two_lots();
    let second = ledger.world.register_site("second", "farm", "farm");
    ledger.put("registrar", &second);
    ledger.enrol_key("second", "farm", Some("second"), "clerk");
    ledger
        .submit("second", &sell(&[(&credit, "1")]))
        .expect_refusal("credit_of_other");
}

#[test]
fn a_debit_that_cites_a_debit_is_refused() {
    let (mut ledger, credit, _) = two_lots();
    let sold = ledger.put("farm", &sell(&[(&credit, "1")])).line(1);
    ledger
        .submit("farm", &sell(&[(&sold, "1")]))
        .expect_refusal("credit_unknown");
    let sent = ledger.send("farm", "shop", &credit, "2");
    ledger
        .submit("farm", &sell(&[(&sent, "1")]))
        .expect_refusal("credit_unknown");
    ledger
        .submit("shop", &sell(&[(&sent, "1")]))
        .expect_refusal("credit_unknown");
}

#[test]
fn a_debit_cites_a_line_that_exists() {
    let (mut ledger, credit, _) = two_lots();
    let mut absent = credit.clone();
    absent.n = 2;
    ledger
        .submit("farm", &sell(&[(&absent, "1")]))
        .expect_refusal("credit_unknown");
    absent = credit.clone();
    absent.record = shisu::core::record::RecordId::from_bytes([9; 32]);
    ledger
        .submit("farm", &sell(&[(&absent, "1")]))
        .expect_refusal("credit_unknown");
    let none = sell(&[(&credit, "1")]).line(1, "of", json!(null));
    ledger
        .submit("farm", &none)
        .expect_refusal("credit_unknown");
    let itself = transform(
        "pack",
        &[(&credit, "1")],
        ("t/LOT-3", "1", "leafy_vegetable"),
    );
    let itself = itself.line(1, "of", json!(null));
    ledger
        .submit("farm", &itself)
        .expect_refusal("credit_unknown");
}

#[test]
fn a_citation_has_one_spelling_so_a_line_number_does_not_wrap_around() {
    let (mut ledger, credit, _) = two_lots();
    for n in [1025, 2049, 1024, 1000, 0] {
        let mut wrapped = credit.clone();
        wrapped.n = n;
        ledger
            .submit("farm", &sell(&[(&wrapped, "1")]))
            .expect_refusal("line_numbers");
        let counted = count(&[], &[(&wrapped, "10")]);
        ledger
            .submit("farm", &counted)
            .expect_refusal("credit_unknown");
    }
}

#[test]
fn the_lot_is_that_of_the_line_cited() {
    let (mut ledger, first, second) = two_lots();
    let mut mixed = first.clone();
    mixed.lot = second.lot;
    ledger
        .submit("farm", &sell(&[(&mixed, "1")]))
        .expect_refusal("lot_mismatch");
    ledger
        .submit("farm", &add_to(&mixed, "1"))
        .expect_refusal("lot_mismatch");
}

#[test]
fn the_unit_is_that_of_the_line_cited() {
    let (mut ledger, credit, _) = two_lots();
    let mut tonnes = credit.clone();
    tonnes.uom = "TNE".into();
    ledger
        .submit("farm", &sell(&[(&tonnes, "0.001")]))
        .expect_refusal("unit_mismatch");
    ledger
        .submit("farm", &add_to(&tonnes, "1"))
        .expect_refusal("unit_mismatch");
}

#[test]
fn a_line_moves_something() {
    let (mut ledger, credit, _) = two_lots();
    for draft in [
        create("t/LOT-3", "0", "KGM", "leafy_vegetable"),
        enter("t/LOT-3", "0", "KGM", "leafy_vegetable"),
        add_to(&credit, "0"),
        sell(&[(&credit, "0")]),
        dispatch(&ledger.site("shop"), &[(&credit, "0")]),
        transform(
            "pack",
            &[(&credit, "0")],
            ("t/LOT-3", "1", "leafy_vegetable"),
        ),
        transform(
            "pack",
            &[(&credit, "1")],
            ("t/LOT-3", "0", "leafy_vegetable"),
        ),
    ] {
        ledger
            .submit("farm", &draft)
            .expect_refusal("nothing_moved");
    }
}

#[test]
fn a_new_lot_is_described_exactly_once() {
    let mut ledger = Ledger::with_chain();
    let lots = |lots: serde_json::Value| {
        create("t/LOT-1", "10", "KGM", "leafy_vegetable").body("lots", lots)
    };
    let info = |n| lot_info(n, "leafy_vegetable");
    let with_line = create("t/LOT-1", "10", "KGM", "leafy_vegetable")
        .moves(vec![bring(2, "t/LOT-2", "1", "KGM")]);
    let same_code = lots(json!([info(1), info(2)])).moves(vec![bring(2, "t/LOT-1", "1", "KGM")]);
    let mut backwards = info(1);
    backwards["best_before"] = json!("2026-11-19");
    for draft in [
        lots(json!([])),
        lots(json!([info(2)])),
        lots(json!([info(1), info(1)])),
        lots(json!([info(1), info(2)])),
        with_line,
        same_code,
        lots(json!([backwards])),
    ] {
        ledger.submit("farm", &draft).expect_refusal("lot_info");
    }
}

#[test]
fn goods_from_outside_cite_nothing_in_the_ledger() {
    let (mut ledger, credit, _) = two_lots();
    let entered = enter("t/LOT-1", "5", "KGM", "leafy_vegetable").line(
        1,
        "of",
        json!((credit.record, credit.n)),
    );
    ledger.submit("coop", &entered).expect_refusal("lot_info");
}

#[test]
fn only_its_own_author_adds_to_a_lot_and_only_at_its_origin() {
    let (mut ledger, origin, _) = two_lots();
    ledger
        .submit("coop", &add_to(&origin, "5"))
        .expect_refusal("lot_of_other");
    let added = ledger.put("farm", &add_to(&origin, "5"));
    assert_eq!(added.findings(), []);
    let added = added.line(1);
    ledger
        .submit("farm", &add_to(&added, "5"))
        .expect_refusal("lot_of_other");
    ledger.put("farm", &sell(&[(&origin, "10"), (&added, "5")]));
    let bought = ledger
        .put("farm", &enter("t/LOT-9", "1", "KGM", "leafy_vegetable"))
        .line(1);
    ledger
        .submit("farm", &add_to(&bought, "5"))
        .expect_refusal("lot_of_other");
}

#[test]
fn lines_fit_the_type_of_record() {
    let (mut ledger, credit, _) = two_lots();
    let shop = ledger.site("shop");
    let out = || answer(9, "out", &credit, "1");
    let into = || bring(9, "t/LOT-9", "1", "KGM");
    let hold = crate::common::draft::hold("t/LOT-1").moves(vec![out()]);
    ledger.submit("lab", &hold).expect_refusal("lines");
    for draft in [
        create("t/LOT-3", "1", "KGM", "leafy_vegetable").set("moves", json!([])),
        create("t/LOT-3", "1", "KGM", "leafy_vegetable").moves(vec![out()]),
        enter("t/LOT-3", "1", "KGM", "leafy_vegetable").moves(vec![out()]),
        transform("pack", &[], ("t/LOT-3", "1", "leafy_vegetable")),
        transform(
            "pack",
            &[(&credit, "1")],
            ("t/LOT-3", "1", "leafy_vegetable"),
        )
        .set("moves", json!([out()])),
        dispatch(&shop, &[]),
        dispatch(&shop, &[(&credit, "1")]).moves(vec![into()]),
        sell(&[]),
        sell(&[(&credit, "1")]).moves(vec![into()]),
        dispose(&[]),
        count(&[(&credit, "1")], &[]).moves(vec![into()]),
    ] {
        ledger.submit("farm", &draft).expect_refusal("lines");
    }
}

#[test]
fn public_bodies_hold_no_goods() {
    let (mut ledger, credit, _) = two_lots();
    for name in ["lab", "regulator", "vet", "customs"] {
        for draft in [
            create("t/LOT-3", "1", "KGM", "leafy_vegetable"),
            enter("t/LOT-3", "1", "KGM", "leafy_vegetable"),
            sell(&[(&credit, "1")]),
        ] {
            ledger.submit(name, &draft).expect_refusal("not_entitled");
        }
    }
}

fn dated(date: &str) -> serde_json::Value {
    let mut info = lot_info(1, "milk_pasteurised");
    info["best_before"] = json!(date);
    json!([info])
}

fn relabel(credit: &Line, best_before: Option<&str>) -> Draft {
    let mut info = lot_info(100, "milk_pasteurised");
    if let Some(date) = best_before {
        info["best_before"] = json!(date);
    }
    transform(
        "relabel",
        &[(credit, "1")],
        ("t/NEW-1", "1", "milk_pasteurised"),
    )
    .body("lots", json!([info]))
}

#[test]
fn a_new_label_may_not_lengthen_shelf_life() {
    let mut ledger = Ledger::with_chain();
    let milk = create("t/MILK", "10", "KGM", "milk_pasteurised").body("lots", dated("2026-11-29"));
    let milk = ledger.put("plant", &milk).line(1);
    for date in [Some("2026-11-30"), None] {
        ledger
            .submit("plant", &relabel(&milk, date))
            .expect_refusal("express_ban");
    }
    ledger.put("plant", &relabel(&milk, Some("2026-11-29")));
}

#[test]
fn splitting_a_lot_does_not_lengthen_shelf_life_either() {
    let mut ledger = Ledger::with_chain();
    let milk = create("t/MILK", "10", "KGM", "milk_pasteurised").body("lots", dated("2026-11-29"));
    let milk = ledger.put("plant", &milk).line(1);
    let split = relabel(&milk, Some("2026-11-30")).body("operation", "split");
    ledger.submit("plant", &split).expect_refusal("express_ban");
}
