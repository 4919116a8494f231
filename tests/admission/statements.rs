//! What laboratories, authorities and producers say about lots.

use crate::common::draft::{about_lot, hold, recall};
use crate::common::world::DAY;
use crate::common::{Draft, Ledger};
use serde_json::json;
use shisu::core::record::RecordId;

fn with_lot() -> Ledger {
    let mut ledger = Ledger::with_chain();
    ledger.harvest("farm", "t/LOT-1", "10");
    ledger
}

fn release(hold: RecordId) -> Draft {
    Draft::new("release", json!({"hold": hold}))
}

#[test]
fn laboratories_and_authorities_hold_and_nobody_else_does() {
    let mut ledger = with_lot();
    for name in ["lab", "regulator", "vet", "customs"] {
        ledger.put(name, &hold("t/LOT-1"));
    }
    for name in ["farm", "shop"] {
        ledger
            .submit(name, &hold("t/LOT-1"))
            .expect_refusal("not_entitled");
    }
}

#[test]
fn a_laboratory_lifts_its_own_hold_but_not_that_of_an_authority() {
    let mut ledger = with_lot();
    let authority = ledger.put("regulator", &hold("t/LOT-1")).record.id;
    ledger
        .submit("lab", &release(authority))
        .expect_refusal("not_entitled");
    let own = ledger.put("lab", &hold("t/LOT-1")).record.id;
    ledger.put("lab", &release(own));
    ledger.put("regulator", &release(authority));
    ledger
        .submit("farm", &release(own))
        .expect_refusal("not_entitled");
}

#[test]
fn a_release_names_a_hold() {
    let mut ledger = with_lot();
    let recall = ledger.put("farm", &recall("t/LOT-1")).record.id;
    ledger
        .submit("regulator", &release(recall))
        .expect_refusal("citation_kind");
    let absent = RecordId::from_bytes([9; 32]);
    ledger
        .submit("regulator", &release(absent))
        .expect_refusal("citation_unknown");
}

#[test]
fn producers_call_back_their_own_lots_and_authorities_anybodys() {
    let mut ledger = with_lot();
    ledger.put("farm", &recall("t/LOT-1"));
    ledger.put("regulator", &recall("t/LOT-1"));
    for name in ["coop", "shop", "lab"] {
        ledger
            .submit(name, &recall("t/LOT-1"))
            .expect_refusal("not_entitled");
    }
}

#[test]
fn a_copied_code_gives_no_power_over_anothers_lot() {
    let mut ledger = with_lot();
    let original = ledger.harvest("farm", "t/LOT-2", "10");
    let copied = ledger.harvest("coop", "t/LOT-2", "1");
    ledger
        .submit("coop", &recall("t/LOT-2"))
        .expect_refusal("not_entitled");
    let of = |origin: RecordId| recall("t/LOT-2").about(&[format!("lot@{origin}/t/LOT-2")]);
    ledger
        .submit("coop", &of(original.record))
        .expect_refusal("not_entitled");
    ledger.put("coop", &of(copied.record));
    ledger.put("farm", &of(original.record));
    ledger.put("regulator", &recall("t/LOT-2"));
}

#[test]
fn a_statement_about_a_lot_by_origin_names_an_origin_of_that_lot() {
    let mut ledger = with_lot();
    let other = ledger.harvest("farm", "t/LOT-2", "10");
    let mistaken = hold("t/LOT-1").about(&[format!("lot@{}/t/LOT-1", other.record)]);
    ledger
        .submit("lab", &mistaken)
        .expect_refusal("unknown_lot");
}

#[test]
fn a_recall_follows_rules_that_are_known() {
    let mut ledger = with_lot();
    let draft = recall("t/LOT-1").body("policy", "recall_1999");
    ledger
        .submit("farm", &draft)
        .expect_refusal("contradiction");
}

#[test]
fn a_recall_is_ended_by_its_author_or_an_authority() {
    let mut ledger = with_lot();
    let recall = ledger.put("farm", &recall("t/LOT-1")).record.id;
    let close = Draft::new(
        "close_recall",
        json!({"recall": recall, "summary": "已收回"}),
    );
    ledger.submit("shop", &close).expect_refusal("not_entitled");
    ledger.put("farm", &close);
    for name in ["farm", "regulator"] {
        ledger.submit(name, &close).expect_refusal("already_closed");
    }
}

#[test]
fn a_hold_is_lifted_once() {
    let mut ledger = with_lot();
    let first = ledger.put("lab", &hold("t/LOT-1")).record.id;
    let other = ledger.put("lab", &hold("t/LOT-1")).record.id;
    // To cite a hold is not to lift it.
    ledger.put("lab", &release(other).refs(&[first]));
    ledger.put("regulator", &release(first));
    for name in ["lab", "regulator"] {
        ledger
            .submit(name, &release(first))
            .expect_refusal("already_closed");
    }
}

#[test]
fn a_statement_that_blocks_names_something_that_is_here() {
    let mut ledger = with_lot();
    let ghost = ledger.world.register_site("ghost", "farm", "shop");
    drop(ghost);
    ledger
        .submit("lab", &hold("t/LOT-7"))
        .expect_refusal("unknown_lot");
    ledger
        .submit("lab", &hold("t/LOT-1").set("about", json!([])))
        .expect_refusal("contradiction");
    let site = format!("site/{}", ledger.site("ghost"));
    ledger
        .submit("lab", &hold("t/LOT-1").about(&[site]))
        .expect_refusal("unknown_site");
    let record = format!("record/{}", RecordId::from_bytes([9; 32]));
    ledger
        .submit("lab", &hold("t/LOT-1").about(&[record]))
        .expect_refusal("citation_unknown");
    let site = format!("site/{}", ledger.site("farm"));
    ledger.put("lab", &hold("t/LOT-1").about(&[site]));
}

#[test]
fn businesses_inspect_themselves_only() {
    let mut ledger = with_lot();
    let inspect = |mode: &str| {
        about_lot(
            "inspect",
            "t/LOT-1",
            json!({"mode": mode, "at": 1_795_312_800, "passed": true}),
        )
    };
    ledger
        .submit("farm", &inspect("routine"))
        .expect_refusal("not_entitled");
    ledger.put("farm", &inspect("self_check"));
    ledger.put("lab", &inspect("sampling"));
    ledger.put("regulator", &inspect("unannounced"));
}

#[test]
fn only_its_own_author_corrects_a_record() {
    let mut ledger = Ledger::with_chain();
    let first = ledger.harvest("farm", "t/LOT-1", "10").record;
    let correct = Draft::new("correct", json!({"record": first, "reason": "typing"}));
    for name in ["coop", "lab", "regulator", "registrar"] {
        ledger.submit(name, &correct).expect_refusal("not_entitled");
    }
    let admitted = ledger.put("farm", &correct);
    assert!(admitted.effects.moves.is_empty() && admitted.effects.left.is_empty());
}

#[test]
fn an_input_was_used_from_one_day_until_a_later_one() {
    let mut ledger = Ledger::with_chain();
    let used = Draft::new(
        "use_input",
        json!({
            "kind": "pesticide", "name": "示例农药", "source": "示例农资店", "usage": "喷雾",
            "dose": "10 mL", "plot": "一号棚", "from": "2026-11-02", "until": "2026-11-01",
        }),
    );
    ledger.submit("farm", &used).expect_refusal("contradiction");
    ledger.pass(DAY);
    ledger.put("farm", &used.body("until", "2026-11-02"));
}
