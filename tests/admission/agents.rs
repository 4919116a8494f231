//! Who signs for a smallholder: the party that the registry names as their agent, and nobody else,
//! whatever the record is.

use crate::common::draft::{
    Draft, about_lot, count, create, difference, dispatch, dispose, enter, recall, receive, sell,
    settle, transform,
};
use crate::common::ledger::Ledger;
use crate::common::{Line, world::BEGINNING};
use serde_json::json;
use shisu::core::custody::Gravity;
use shisu::core::record::RecordId;

/// A chain with a smallholder for whom the co-operative signs.
fn with_smallholder() -> (Ledger, String) {
    let mut ledger = Ledger::with_chain();
    let draft = ledger.world.register_party("nonghu", "smallholder");
    let draft = draft.body("agent", ledger.party("coop"));
    ledger.put("registrar", &draft);
    let nonghu = ledger.party("nonghu");
    (ledger, nonghu)
}

fn input() -> Draft {
    let body = json!({
        "kind": "pesticide", "name": "示例农药", "source": "示例农资店", "usage": "喷雾",
        "dose": "10 mL", "plot": "一号棚", "from": "2026-11-01", "until": "2026-11-02",
    });
    Draft::new("use_input", body)
}

/// A check of one's own.
fn self_check(about: &[String]) -> Draft {
    let body = json!({"mode": "self_check", "at": BEGINNING, "passed": true});
    Draft::new("inspect", body).about(about)
}

/// A dispatch of which the shop received one kilogram less: the dispatch and the receipt's line.
fn short(ledger: &mut Ledger, name: &str, held: &Line) -> (RecordId, Line) {
    let sent = ledger.send(name, "shop", held, "2");
    let less = json!([difference(1, "1", "0", "0")]);
    let receipt = ledger.put("shop", &receive(&[(&sent, "1")]).body("differences", less));
    (sent.record, receipt.line(1))
}

/// Every record that says for whom it was signed, of goods that are at this site.
fn records(ledger: &mut Ledger, name: &str, lot: &str) -> Vec<Draft> {
    let held = ledger.harvest(name, lot, "10");
    let shop = ledger.site("shop");
    let other = ledger.harvest("shop", &format!("{lot}-SHOP"), "10");
    let coming = ledger.send("shop", name, &other, "3");
    let (sent, received) = short(ledger, name, &held);
    let correction = json!({"record": held.record, "reason": "typing"});
    vec![
        receive(&[(&coming, "3")]),
        transform(
            "pack",
            &[(&held, "1")],
            (&format!("{lot}-PACK"), "1", "leafy_vegetable"),
        ),
        count(&[], &[(&held, "9")]),
        settle(sent, &received, "1", "taken_back"),
        self_check(&[format!("site/{}", ledger.site(name))]),
        Draft::new("correct", correction),
        create(&format!("{lot}-NEW"), "1", "KGM", "leafy_vegetable"),
        enter(&format!("{lot}-IN"), "1", "KGM", "leafy_vegetable"),
        input(),
        dispatch(&shop, &[(&held, "1")]),
        sell(&[(&held, "1")]),
        dispose(&[(&held, "1")]),
    ]
}

#[test]
fn whatever_an_agent_signs_for_its_smallholder_says_so() {
    let (mut ledger, nonghu) = with_smallholder();
    for draft in records(&mut ledger, "coop", "t/LOT-1") {
        let admitted = ledger.put("coop", &draft.body("on_behalf_of", nonghu.clone()));
        for lot in &admitted.effects.lots {
            assert_eq!(lot.party.to_string(), nonghu, "it is the smallholder's");
        }
    }
}

#[test]
fn what_is_signed_for_another_without_proof_of_their_consent_is_a_finding() {
    let (mut ledger, nonghu) = with_smallholder();
    let consent = json!([{"hash": RecordId::from_bytes([9; 32]), "bytes": 9, "class": "trade"}]);
    for draft in records(&mut ledger, "coop", "t/LOT-1") {
        let bare = draft.clone().body("on_behalf_of", nonghu.clone());
        let found = ledger.put("coop", &bare).expect_finding("no_consent");
        assert_eq!(found.gravity(), Gravity::Unproven);
    }
    for draft in records(&mut ledger, "coop", "t/LOT-2") {
        let own = ledger.party("coop");
        let proven = draft.set("blobs", consent.clone());
        let proven = proven.body("on_behalf_of", nonghu.clone());
        for draft in [proven, input(), input().body("on_behalf_of", own)] {
            let admitted = ledger.put("coop", &draft);
            let findings = admitted.findings();
            assert!(findings.iter().all(|(_, code)| *code != "no_consent"));
        }
    }
}

#[test]
fn nobody_signs_for_a_party_that_did_not_name_them() {
    let (mut ledger, nonghu) = with_smallholder();
    let other = ledger.party("farm");
    for draft in records(&mut ledger, "farm", "t/LOT-1") {
        let draft = draft.body("on_behalf_of", nonghu.clone());
        ledger.submit("farm", &draft).expect_refusal("not_entitled");
    }
    for draft in records(&mut ledger, "coop", "t/LOT-2") {
        let draft = draft.body("on_behalf_of", other.clone());
        ledger.submit("coop", &draft).expect_refusal("not_entitled");
    }
}

#[test]
fn nobody_signs_for_a_party_that_is_not_enrolled() {
    let (mut ledger, _) = with_smallholder();
    drop(ledger.world.register_party("ghost", "smallholder"));
    let ghost = ledger.party("ghost");
    for draft in records(&mut ledger, "coop", "t/LOT-1") {
        let draft = draft.body("on_behalf_of", ghost.clone());
        ledger
            .submit("coop", &draft)
            .expect_refusal("unknown_party");
    }
}

#[test]
fn an_agent_that_was_replaced_signs_no_more_for_them() {
    let (mut ledger, nonghu) = with_smallholder();
    let drafts = records(&mut ledger, "coop", "t/LOT-1");
    let body = json!({
        "party": nonghu, "kind": "smallholder", "county": crate::common::world::COUNTY,
        "person": {"name": "示例农户"}, "agent": ledger.party("farm"),
    });
    ledger.put("registrar", &Draft::new("register_party", body));
    for draft in drafts {
        let draft = draft.body("on_behalf_of", nonghu.clone());
        ledger.submit("coop", &draft).expect_refusal("not_entitled");
    }
}

#[test]
fn for_whom_is_a_party_in_every_record_that_says_it_and_a_stranger_to_the_others() {
    let (mut ledger, nonghu) = with_smallholder();
    for draft in records(&mut ledger, "coop", "t/LOT-1") {
        let draft = draft.body("on_behalf_of", "老张");
        ledger.submit("coop", &draft).expect_refusal("malformed");
    }
    let sensors = json!([{"device": "T-1", "readings": [[BEGINNING, "4"]]}]);
    let readings = Draft::new("observe", json!({"zone": "1号库", "sensors": sensors}));
    ledger.put("coop", &readings);
    ledger
        .submit("coop", &readings.body("on_behalf_of", nonghu))
        .expect_refusal("malformed");
}

#[test]
fn what_an_agent_makes_for_its_smallholder_is_the_smallholders_to_add_to_and_to_call_back() {
    let (mut ledger, nonghu) = with_smallholder();
    let held = ledger.harvest("coop", "t/LOT-1", "10");
    let packed = transform(
        "pack",
        &[(&held, "4")],
        ("t/PACK-1", "4", "leafy_vegetable"),
    );
    ledger.put("coop", &packed.body("on_behalf_of", nonghu.clone()));
    let for_them = |lot: &str| recall(lot).body("on_behalf_of", nonghu.clone());
    // Nobody calls back in the name of one what is another's.
    ledger
        .submit("coop", &for_them("t/LOT-1"))
        .expect_refusal("not_entitled");
    let called = ledger.put("coop", &for_them("t/PACK-1"));
    let end = json!({"recall": called.record.id, "summary": "示例", "on_behalf_of": nonghu});
    ledger.put("coop", &Draft::new("close_recall", end));
}

#[test]
fn an_agent_checks_premises_of_its_smallholder_and_of_nobody_else() {
    let (mut ledger, nonghu) = with_smallholder();
    let plot = ledger.world.register_site("plot", "nonghu", "farm");
    ledger.put("registrar", &plot);
    let plot = self_check(&[format!("site/{}", ledger.site("plot"))]);
    ledger.submit("coop", &plot).expect_refusal("not_concerned");
    let for_them = |draft: &Draft| draft.clone().body("on_behalf_of", nonghu.clone());
    ledger.put("coop", &for_them(&plot));
    let shop = self_check(&[format!("site/{}", ledger.site("shop"))]);
    ledger
        .submit("coop", &for_them(&shop))
        .expect_refusal("not_concerned");
}

#[test]
fn an_office_inspects_for_nobody() {
    let (mut ledger, _) = with_smallholder();
    ledger.harvest("farm", "t/LOT-1", "10");
    let draft = ledger.world.register_party("ward", "smallholder");
    let draft = draft.body("agent", ledger.party("regulator"));
    ledger.put("registrar", &draft);
    let body = json!({"mode": "routine", "at": BEGINNING, "passed": true});
    let routine = about_lot("inspect", "t/LOT-1", body);
    ledger.put("regulator", &routine);
    let ward = ledger.party("ward");
    ledger
        .submit("regulator", &routine.body("on_behalf_of", ward))
        .expect_refusal("contradiction");
}
