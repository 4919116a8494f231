//! Shipments: each dispatch line is answered once, in full, by the site it was sent to.

use crate::common::draft::{difference, dispatch, observe, receive, sell, settle};
use crate::common::{Draft, Ledger, Line};
use serde_json::json;
use shisu::core::custody::MoveRole;
use shisu::core::ids::PartyId;
use shisu::core::quantity::Amount;
use shisu::core::record::RecordId;

/// 10 kg on their way from the farm to the shop.
fn sent() -> (Ledger, Line) {
    let mut ledger = Ledger::with_chain();
    let credit = ledger.harvest("farm", "t/LOT-1", "10");
    let sent = ledger.send("farm", "shop", &credit, "10");
    (ledger, sent)
}

/// The shop accepts 6 kg of 10; 1 is short, 2 are damaged, 1 is refused.
fn disputed() -> (Ledger, Line, Line) {
    let (mut ledger, sent) = sent();
    let receipt =
        receive(&[(&sent, "6")]).body("differences", json!([difference(1, "1", "2", "1")]));
    let received = ledger.put("shop", &receipt).line(1);
    (ledger, sent, received)
}

#[test]
fn goods_received_can_be_sold_and_what_was_sent_is_no_longer_in_transit() {
    let (mut ledger, sent) = sent();
    let receipt = ledger.put("shop", &receive(&[(&sent, "10")]));
    assert_eq!(receipt.findings(), []);
    assert_eq!(receipt.effects.left.len(), 1);
    assert!(receipt.effects.left[0].1.is_zero());
    ledger.put("shop", &sell(&[(&receipt.line(1), "10")]));
}

#[test]
fn a_line_is_closed_once() {
    let (mut ledger, sent) = sent();
    let receipt = receive(&[(&sent, "10")]);
    ledger.put("shop", &receipt);
    ledger
        .submit("shop", &receipt)
        .expect_refusal("line_closed");
}

#[test]
fn a_line_is_closed_once_even_within_one_record() {
    let (mut ledger, sent) = sent();
    let twice = receive(&[(&sent, "10"), (&sent, "10")]);
    ledger.submit("shop", &twice).expect_refusal("line_closed");
}

#[test]
fn a_line_that_was_refused_in_full_is_closed_too() {
    let (mut ledger, sent) = sent();
    let nothing =
        receive(&[(&sent, "0")]).body("differences", json!([difference(1, "0", "0", "10")]));
    let received = ledger.put("shop", &nothing).line(1);
    ledger
        .submit("shop", &nothing)
        .expect_refusal("line_closed");
    ledger
        .submit("shop", &sell(&[(&received, "1")]))
        .expect_refusal("credit_exceeded");
}

#[test]
fn a_line_is_closed_by_the_site_it_was_sent_to() {
    let (mut ledger, sent) = sent();
    for name in ["canteen", "farm"] {
        ledger
            .submit(name, &receive(&[(&sent, "10")]))
            .expect_refusal("line_of_other_site");
    }
}

#[test]
fn what_was_accepted_and_what_was_not_add_up_to_what_was_sent() {
    let (mut ledger, sent) = sent();
    for (accepted, differences) in [
        ("9", json!([])),
        ("11", json!([])),
        ("9", json!([difference(1, "0.5", "0", "0")])),
        ("9", json!([difference(1, "1", "0.5", "0.5")])),
        ("10", json!([difference(1, "0", "0", "0.000001")])),
    ] {
        let receipt = receive(&[(&sent, accepted)]).body("differences", differences);
        ledger.submit("shop", &receipt).expect_refusal("line_sum");
    }
    let absurd = json!([difference(1, "1000000000000", "1000000000000", "0")]);
    let receipt = receive(&[(&sent, "9")]).body("differences", absurd);
    ledger.submit("shop", &receipt).expect_refusal("overflow");
}

#[test]
fn a_difference_belongs_to_one_line_of_the_receipt() {
    let (mut ledger, sent) = sent();
    for differences in [
        json!([difference(2, "1", "0", "0")]),
        json!([difference(1, "1", "0", "0"), difference(1, "0", "0", "0")]),
    ] {
        let receipt = receive(&[(&sent, "9")]).body("differences", differences);
        ledger
            .submit("shop", &receipt)
            .expect_refusal("contradiction");
    }
}

#[test]
fn a_receipt_answers_lines_of_the_dispatch_it_names() {
    let (mut ledger, sent) = sent();
    let credit = ledger.harvest("farm", "t/LOT-2", "10");
    let other = ledger.send("farm", "shop", &credit, "5");
    let crossed = receive(&[(&sent, "10")]).body("dispatch", json!(other.record));
    ledger
        .submit("shop", &crossed)
        .expect_refusal("credit_unknown");
    let credit_cited = receive(&[(&credit, "10")]).body("dispatch", json!(sent.record));
    ledger
        .submit("shop", &credit_cited)
        .expect_refusal("credit_unknown");
    let not_a_dispatch = receive(&[(&credit, "10")]);
    ledger
        .submit("shop", &not_a_dispatch)
        .expect_refusal("citation_kind");
}

#[test]
fn a_receipt_names_lot_and_unit_of_the_line_it_answers() {
    let (mut ledger, sent) = sent();
    let mut other = sent.clone();
    other.lot = "t/LOT-2".into();
    ledger
        .submit("shop", &receive(&[(&other, "10")]))
        .expect_refusal("lot_mismatch");
    let mut grams = sent.clone();
    grams.uom = "GRM".into();
    ledger
        .submit("shop", &receive(&[(&grams, "10")]))
        .expect_refusal("unit_mismatch");
}

#[test]
fn a_receipt_ahead_of_its_dispatch_waits_for_it() {
    let (mut ledger, sent) = sent();
    let absent = Line {
        record: RecordId::from_bytes([9; 32]),
        ..sent
    };
    let receipt = receive(&[(&absent, "10")]);
    let text = ledger.world.text("shop", &receipt);
    let size = ledger.replay.size();
    ledger
        .submit_text("shop", &text)
        .expect_parked(absent.record);
    assert_eq!(ledger.replay.size(), size, "a parked record has no effect");
    let next = ledger.harvest("shop", "t/LOT-9", "1");
    assert_ne!(next.record, absent.record);
}

#[test]
fn a_receipt_by_a_stranger_is_refused_rather_than_parked() {
    let (mut ledger, sent) = sent();
    let absent = Line {
        record: RecordId::from_bytes([9; 32]),
        ..sent
    };
    ledger
        .submit("regulator", &receive(&[(&absent, "10")]))
        .expect_refusal("not_entitled");
}

#[test]
fn a_dispatch_goes_to_another_site_that_is_enrolled_with_a_carrier_that_is() {
    let mut ledger = Ledger::with_chain();
    let credit = ledger.harvest("farm", "t/LOT-1", "10");
    let (shop, farm) = (ledger.site("shop"), ledger.site("farm"));
    let to_shop = || dispatch(&shop, &[(&credit, "1")]);
    let ghost = ledger.world.register_site("ghost", "farm", "shop");
    drop(ghost);
    let to_ghost = dispatch(&ledger.site("ghost"), &[(&credit, "1")]);
    ledger
        .submit("farm", &to_ghost)
        .expect_refusal("unknown_site");
    let to_itself = dispatch(&farm, &[(&credit, "1")]);
    ledger
        .submit("farm", &to_itself)
        .expect_refusal("contradiction");
    let no_carrier = to_shop().body("transport", "carrier");
    ledger
        .submit("farm", &no_carrier)
        .expect_refusal("contradiction");
    let two_carriers = to_shop().body("carrier", ledger.party("carrier"));
    ledger
        .submit("farm", &two_carriers)
        .expect_refusal("contradiction");
    ledger.world.register_party("ghost", "carrier");
    let ghost_carrier = no_carrier.body("carrier", ledger.party("ghost"));
    ledger
        .submit("farm", &ghost_carrier)
        .expect_refusal("unknown_party");
}

#[test]
fn the_sender_settles_what_was_disputed_and_no_more() {
    let (mut ledger, sent, received) = disputed();
    let dispatch = sent.record;
    ledger.put("farm", &settle(dispatch, &received, "1", "lost"));
    ledger.put("farm", &settle(dispatch, &received, "2", "disposed"));
    ledger
        .submit("farm", &settle(dispatch, &received, "1.5", "taken_back"))
        .expect_refusal("credit_exceeded");
    let back = ledger.put("farm", &settle(dispatch, &received, "1", "taken_back"));
    assert_eq!(back.effects.moves[0].role, MoveRole::TakenBack);
    ledger
        .submit("farm", &settle(dispatch, &received, "0.000001", "lost"))
        .expect_refusal("credit_exceeded");
    ledger.put("farm", &sell(&[(&back.line(1), "1")]));
}

#[test]
fn two_lines_of_a_settlement_may_not_exceed_the_dispute_together() {
    let (mut ledger, sent, received) = disputed();
    let second = crate::common::draft::answer(2, "out", &received, "2.5");
    let lines = json!([{"n": 1, "outcome": "lost"}, {"n": 2, "outcome": "lost"}]);
    let draft = settle(sent.record, &received, "2", "lost").moves(vec![second]);
    let draft = draft.body("lines", lines);
    ledger
        .submit("farm", &draft)
        .expect_refusal("credit_exceeded");
}

#[test]
fn a_sender_settles_what_was_disputed_of_its_own_dispatch_only() {
    let (mut ledger, sent, _) = disputed();
    let credit = ledger.harvest("coop", "t/LOT-2", "10");
    let others = ledger.send("coop", "shop", &credit, "10");
    let receipt =
        receive(&[(&others, "9")]).body("differences", json!([difference(1, "1", "0", "0")]));
    let received = ledger.put("shop", &receipt).line(1);
    ledger
        .submit("farm", &settle(sent.record, &received, "1", "taken_back"))
        .expect_refusal("credit_unknown");
    ledger.put("coop", &settle(others.record, &received, "1", "taken_back"));
}

#[test]
fn a_settlement_answers_lines_of_the_receipt_it_names() {
    let mut ledger = Ledger::with_chain();
    let credit = ledger.harvest("farm", "t/LOT-1", "20");
    let both = dispatch(&ledger.site("shop"), &[(&credit, "10"), (&credit, "10")]);
    let both = ledger.put("farm", &both);
    let short = |n| {
        receive(&[(&both.line(n), "9")]).body("differences", json!([difference(1, "1", "0", "0")]))
    };
    let first = ledger.put("shop", &short(1)).line(1);
    let second = ledger.put("shop", &short(2)).line(1);
    let crossed = settle(both.record.id, &second, "1", "lost").body("receipt", json!(first.record));
    ledger
        .submit("farm", &crossed)
        .expect_refusal("credit_unknown");
    ledger.put("farm", &settle(both.record.id, &second, "1", "lost"));
}

#[test]
fn strangers_settle_nothing() {
    let (mut ledger, sent, received) = disputed();
    for name in ["shop", "coop", "lab"] {
        ledger
            .submit(name, &settle(sent.record, &received, "1", "lost"))
            .expect_refusal("line_of_other_site");
    }
}

#[test]
fn an_authority_settles_what_nobody_answers_but_takes_nothing_home() {
    let (mut ledger, sent, received) = disputed();
    ledger.put(
        "regulator",
        &settle(sent.record, &received, "1", "disposed"),
    );
    ledger
        .submit(
            "regulator",
            &settle(sent.record, &received, "1", "taken_back"),
        )
        .expect_refusal("line_of_other_site");
}

#[test]
fn a_settlement_says_what_became_of_each_of_its_lines() {
    let (mut ledger, sent, received) = disputed();
    let lost = settle(sent.record, &received, "1", "lost");
    for lines in [
        json!([]),
        json!([{"n": 2, "outcome": "lost"}]),
        json!([{"n": 1, "outcome": "lost"}, {"n": 1, "outcome": "lost"}]),
        json!([{"n": 1, "outcome": "taken_back"}]),
    ] {
        let draft = lost.clone().body("lines", lines);
        ledger
            .submit("farm", &draft)
            .expect_refusal("contradiction");
    }
    let of_dispatch =
        settle(sent.record, &sent, "1", "lost").body("receipt", json!(received.record));
    ledger
        .submit("farm", &of_dispatch)
        .expect_refusal("credit_unknown");
    let zero = settle(sent.record, &received, "0", "lost");
    ledger.submit("farm", &zero).expect_refusal("nothing_moved");
}

#[test]
fn legs_are_signed_by_who_sends_carries_or_receives() {
    let mut ledger = Ledger::with_chain();
    let credit = ledger.harvest("farm", "t/LOT-1", "10");
    let draft = dispatch(&ledger.site("shop"), &[(&credit, "10")])
        .body("transport", "carrier")
        .body("carrier", ledger.party("carrier"));
    let id = ledger.put("farm", &draft).record.id;
    let at = ledger.world.now;
    let leg = |kind: &str| {
        Draft::new(
            kind,
            json!({"dispatch": id, "at": at, "seals_intact": true}),
        )
    };
    let readings = observe(id, &[(at, "4")]);
    for draft in [leg("pick_up"), leg("deliver"), readings] {
        ledger.submit("coop", &draft).expect_refusal("not_entitled");
        for name in ["farm", "carrier", "shop"] {
            ledger.put(name, &draft);
        }
    }
}

#[test]
fn who_takes_over_signs_from_then_on_and_who_handed_over_no_longer() {
    let mut ledger = Ledger::with_chain();
    ledger.enrol("relief", "carrier", "depot");
    let credit = ledger.harvest("farm", "t/LOT-1", "10");
    let draft = dispatch(&ledger.site("shop"), &[(&credit, "10")])
        .body("transport", "carrier")
        .body("carrier", ledger.party("carrier"));
    let id = ledger.put("farm", &draft).record.id;
    let at = ledger.world.now;
    let hand_on = Draft::new(
        "hand_on",
        json!({"dispatch": id, "at": at, "reason": "breakdown"}),
    )
    .body("to", ledger.party("relief"));
    let deliver = Draft::new(
        "deliver",
        json!({"dispatch": id, "at": at, "seals_intact": true}),
    );
    ledger
        .submit("relief", &deliver)
        .expect_refusal("not_entitled");
    ledger.put("carrier", &hand_on);
    ledger.put("relief", &deliver);
    ledger
        .submit("carrier", &deliver)
        .expect_refusal("not_entitled");
    // The readings of the leg that is over are still those of who drove it.
    ledger.put("carrier", &observe(id, &[(at, "4")]));
    let back = hand_on.clone().body("to", ledger.party("carrier"));
    let back = ledger.put("relief", &back).effects.shipment.unwrap();
    let named = |party: &PartyId| party.to_string();
    assert_eq!(
        back.carrier.as_ref().map(named),
        Some(ledger.party("carrier"))
    );
    let before: Vec<String> = back.carried_before.iter().map(named).collect();
    assert_eq!(
        before,
        [ledger.party("relief")],
        "each once, without the last"
    );
    ledger.put("carrier", &hand_on);
    ledger.world.register_party("ghost", "carrier");
    let to_ghost = hand_on.body("to", ledger.party("ghost"));
    ledger
        .submit("relief", &to_ghost)
        .expect_refusal("unknown_party");
}

#[test]
fn a_tank_that_carried_anything_but_food_carries_no_food() {
    let mut ledger = Ledger::with_chain();
    let credit = ledger.harvest("plant", "t/OIL-1", "10");
    let sheet = json!({
        "sheet": "LD-1", "kind": "edible_vegetable_oil", "container": "G-1",
        "mark_checked": true, "previous_cargoes": ["honey", "diesel"],
    });
    let draft = dispatch(&ledger.site("shop"), &[(&credit, "10")]).body("bulk", sheet);
    ledger.submit("plant", &draft).expect_refusal("express_ban");
}

#[test]
fn readings_belong_to_a_leg_or_to_a_zone() {
    let (mut ledger, sent) = sent();
    let at = ledger.world.now;
    let both = observe(sent.record, &[(at, "4")]).body("zone", "冷库1");
    ledger.submit("shop", &both).expect_refusal("contradiction");
    let neither = observe(sent.record, &[(at, "4")]).body("dispatch", json!(null));
    ledger
        .submit("shop", &neither)
        .expect_refusal("contradiction");
    ledger.put("shop", &neither.body("zone", "冷库1"));
}

#[test]
fn a_partial_dispatch_leaves_the_rest_where_it_was() {
    let mut ledger = Ledger::with_chain();
    let credit = ledger.harvest("farm", "t/LOT-1", "10");
    ledger.move_on("farm", "shop", &credit, "4");
    let sale = ledger.put("farm", &sell(&[(&credit, "5")]));
    assert_eq!(sale.effects.left[0].1, Amount::whole(1));
}
