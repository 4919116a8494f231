//! Who signs for a smallholder: the party that the registry names as their agent, and nobody else,
//! whatever the record is.

use crate::common::draft::{Draft, create, dispatch, dispose, enter, sell};
use crate::common::ledger::Ledger;
use serde_json::json;

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

/// Every record that says for whom it was signed, of goods that are at this site.
fn records(ledger: &mut Ledger, name: &str, lot: &str) -> Vec<Draft> {
    let held = ledger.harvest(name, lot, "10");
    let shop = ledger.site("shop");
    vec![
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
    let shop = format!("site/{}", ledger.site("coop"));
    let check =
        json!({"mode": "self_check", "at": crate::common::world::BEGINNING, "passed": true});
    let check = Draft::new("inspect", check).about(&[shop]);
    ledger.put("coop", &check);
    ledger
        .submit("coop", &check.body("on_behalf_of", nonghu))
        .expect_refusal("malformed");
}
