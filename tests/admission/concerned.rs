//! Who has to do with a lot: producers and their agents, those who held it, and those whose office
//! it is to judge the goods of others. A stranger's word does no harm.

use crate::common::draft::{about_lot, add_to, certify, create, picture, recall};
use crate::common::{Draft, Ledger};
use serde_json::json;

/// A lot that the farm harvested and the shop received part of.
fn with_lot() -> Ledger {
    let mut ledger = Ledger::with_chain();
    let credit = ledger.harvest("farm", "t/LOT-1", "10");
    ledger.move_on("farm", "shop", &credit, "4");
    ledger.enrol("market", "wholesale_market", "market");
    ledger
}

fn self_check() -> Draft {
    let body = json!({"mode": "self_check", "at": 1_795_312_800, "passed": false});
    about_lot("inspect", "t/LOT-1", body)
}

fn failed(kind: &str) -> Draft {
    certify(kind, "transcribed", "NO-1", "t/LOT-1")
        .body("passed", false)
        .set("blobs", json!([picture()]))
}

#[test]
fn producers_and_holders_check_their_lots_themselves_and_strangers_do_not() {
    let mut ledger = with_lot();
    for name in ["farm", "shop"] {
        ledger.put(name, &self_check());
    }
    for name in ["coop", "canteen", "carrier"] {
        ledger
            .submit(name, &self_check())
            .expect_refusal("not_concerned");
    }
}

#[test]
fn strangers_do_not_type_in_that_a_lot_failed() {
    let mut ledger = with_lot();
    for kind in ["test_report", "rapid_test", "sampling_result"] {
        for name in ["farm", "shop", "lab", "regulator", "market"] {
            ledger.put(name, &failed(kind));
        }
        for name in ["coop", "canteen", "carrier"] {
            ledger
                .submit(name, &failed(kind))
                .expect_refusal("not_concerned");
            let passed = failed(kind).body("passed", true);
            ledger.put(name, &passed);
        }
    }
}

#[test]
fn a_rapid_test_of_ones_own_says_no_more_about_others_goods() {
    let mut ledger = with_lot();
    let issued = |ledger: &Ledger, name: &str| {
        certify("rapid_test", "issued", "NO-1", "t/LOT-1")
            .body("issuer_party", ledger.party(name))
            .body("passed", false)
    };
    for name in ["shop", "market"] {
        let draft = issued(&ledger, name);
        ledger.put(name, &draft);
    }
    let draft = issued(&ledger, "canteen");
    ledger
        .submit("canteen", &draft)
        .expect_refusal("not_concerned");
}

#[test]
fn every_lot_that_is_named_has_to_be_ones_concern() {
    let mut ledger = with_lot();
    ledger.harvest("coop", "t/LOT-2", "10");
    let both = self_check().about(&["lot/t/LOT-1".into(), "lot/t/LOT-2".into()]);
    ledger.submit("shop", &both).expect_refusal("not_concerned");
    let unknown = failed("rapid_test").about(&["lot/t/LOT-7".into()]);
    ledger
        .submit("shop", &unknown)
        .expect_refusal("not_concerned");
}

#[test]
fn premises_are_checked_by_whose_they_are_and_shipments_by_both_ends() {
    let mut ledger = with_lot();
    let credit = ledger.harvest("farm", "t/LOT-3", "10");
    let sent = ledger.send("farm", "shop", &credit, "10");
    let shop = self_check().about(&[format!("site/{}", ledger.site("shop"))]);
    let shipment = self_check().about(&[format!("record/{}", sent.record)]);
    ledger.put("shop", &shop);
    ledger.submit("coop", &shop).expect_refusal("not_concerned");
    ledger.put("farm", &shipment);
    ledger.put("shop", &shipment);
    ledger
        .submit("coop", &shipment)
        .expect_refusal("not_concerned");
}

/// A smallholder for whom the co-operative signs.
fn with_smallholder() -> Ledger {
    let mut ledger = Ledger::with_chain();
    let draft = ledger.world.register_party("nonghu", "smallholder");
    let draft = draft.body("agent", ledger.party("coop"));
    ledger.put("registrar", &draft);
    ledger
}

#[test]
fn a_lot_that_an_agent_records_is_the_smallholders() {
    let mut ledger = with_smallholder();
    let nonghu = ledger.party("nonghu");
    let harvest =
        create("t/LOT-1", "10", "KGM", "leafy_vegetable").body("on_behalf_of", nonghu.clone());
    let harvest = ledger.put("coop", &harvest);
    assert_eq!(harvest.effects.lots[0].party.to_string(), nonghu);
    let more = add_to(&harvest.line(1), "5");
    ledger.submit("coop", &more).expect_refusal("lot_of_other");
    ledger.put("coop", &more.body("on_behalf_of", nonghu));
    ledger.put("coop", &recall("t/LOT-1"));
    ledger
        .submit("farm", &recall("t/LOT-1"))
        .expect_refusal("not_entitled");
}

#[test]
fn who_is_no_longer_the_agent_no_longer_speaks_for_the_smallholder() {
    let mut ledger = with_smallholder();
    let nonghu = ledger.party("nonghu");
    let harvest =
        create("t/LOT-1", "10", "KGM", "leafy_vegetable").body("on_behalf_of", nonghu.clone());
    ledger.put("coop", &harvest);
    let body = json!({
        "party": nonghu, "kind": "smallholder", "county": crate::common::world::COUNTY,
        "person": {"name": "示例农户"}, "agent": ledger.party("farm"),
    });
    ledger.put("registrar", &Draft::new("register_party", body));
    ledger
        .submit("coop", &recall("t/LOT-1"))
        .expect_refusal("not_entitled");
    ledger.put("farm", &recall("t/LOT-1"));
}

#[test]
fn an_agent_issues_the_commitment_certificate_of_its_smallholder_and_nothing_else() {
    let mut ledger = with_smallholder();
    ledger.harvest("coop", "t/LOT-1", "10");
    let paper = |ledger: &Ledger, kind: &str| {
        certify(kind, "issued", "NO-1", "t/LOT-1").body("issuer_party", ledger.party("nonghu"))
    };
    let certificate = paper(&ledger, "farm_certificate");
    ledger
        .submit("farm", &certificate)
        .expect_refusal("not_entitled");
    ledger.put("coop", &certificate);
    let test = paper(&ledger, "rapid_test");
    ledger.submit("coop", &test).expect_refusal("not_entitled");
    let ghost = ledger.world.register_party("ghost", "smallholder");
    drop(ghost);
    let nobody = certificate.body("issuer_party", ledger.party("ghost"));
    ledger
        .submit("coop", &nobody)
        .expect_refusal("unknown_party");
}
