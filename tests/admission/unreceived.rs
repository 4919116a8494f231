//! Goods that were sent and that nobody received: who may say what became of them, and when.

use crate::common::draft::{answer, dispatch, receive, sell, settle_unreceived};
use crate::common::world::DAY;
use crate::common::{Ledger, Line};
use serde_json::json;
use shisu::core::custody::{FindingCode, Gravity, MoveRole};

/// Days the consignee has to receive what was sent.
const WAIT_DAYS: u64 = 30;

/// 10 kg on their way from the farm to the shop.
fn sent() -> (Ledger, Line) {
    let mut ledger = Ledger::with_chain();
    let credit = ledger.harvest("farm", "t/LOT-1", "10");
    let sent = ledger.send("farm", "shop", &credit, "10");
    (ledger, sent)
}

#[test]
fn an_authority_settles_what_nobody_received_at_any_time() {
    for (outcome, role) in [("lost", MoveRole::Lost), ("disposed", MoveRole::Destroyed)] {
        let (mut ledger, sent) = sent();
        let settled = ledger.put("regulator", &settle_unreceived(&sent, "10", outcome));
        assert_eq!(settled.effects.moves[0].role, role);
        assert!(settled.effects.left[0].1.is_zero(), "no longer on the way");
        assert_eq!(settled.effects.disputed, []);
        let found = settled.expect_finding("never_received");
        assert_eq!(found, FindingCode::NeverReceived);
        assert_eq!(found.gravity(), Gravity::Unproven, "one side says so");
    }
}

#[test]
fn an_authority_takes_nothing_home_that_nobody_received() {
    let (mut ledger, sent) = sent();
    ledger
        .submit("regulator", &settle_unreceived(&sent, "10", "taken_back"))
        .expect_refusal("line_of_other_site");
}

#[test]
fn a_sender_waits_for_the_receipt_before_settling_alone() {
    let (mut ledger, sent) = sent();
    let back = settle_unreceived(&sent, "10", "taken_back");
    ledger.submit("farm", &back).expect_refusal("still_awaited");
    ledger.pass(WAIT_DAYS * DAY - 1);
    ledger.submit("farm", &back).expect_refusal("still_awaited");
    ledger.pass(1);
    let back = ledger.put("farm", &back);
    assert_eq!(back.effects.moves[0].role, MoveRole::TakenBack);
    back.expect_finding("never_received");
    ledger.put("farm", &sell(&[(&back.line(1), "10")]));
}

#[test]
fn a_sender_settles_at_once_what_a_closed_site_can_no_longer_receive() {
    for outcome in ["taken_back", "lost", "disposed"] {
        let (mut ledger, sent) = sent();
        ledger.close("shop", "shop");
        ledger
            .submit("shop", &receive(&[(&sent, "10")]))
            .expect_refusal("site_closed");
        ledger.put("farm", &settle_unreceived(&sent, "10", outcome));
    }
}

#[test]
fn neither_strangers_nor_the_consignee_settle_what_was_not_received() {
    let (mut ledger, sent) = sent();
    ledger.pass(WAIT_DAYS * DAY);
    for name in ["shop", "coop", "lab", "carrier"] {
        ledger
            .submit(name, &settle_unreceived(&sent, "10", "lost"))
            .expect_refusal("line_of_other_site");
    }
}

#[test]
fn a_line_so_settled_can_be_neither_received_nor_settled_again() {
    let (mut ledger, sent) = sent();
    ledger.put("regulator", &settle_unreceived(&sent, "10", "lost"));
    ledger
        .submit("shop", &receive(&[(&sent, "10")]))
        .expect_refusal("line_closed");
    ledger
        .submit("regulator", &settle_unreceived(&sent, "10", "lost"))
        .expect_refusal("line_closed");
}

#[test]
fn a_line_that_was_received_is_not_settled_as_never_received() {
    let (mut ledger, sent) = sent();
    ledger.put("shop", &receive(&[(&sent, "10")]));
    ledger
        .submit("regulator", &settle_unreceived(&sent, "10", "lost"))
        .expect_refusal("line_closed");
}

#[test]
fn what_nobody_received_is_settled_in_full_like_a_receipt() {
    let (mut ledger, sent) = sent();
    ledger
        .submit("regulator", &settle_unreceived(&sent, "9", "lost"))
        .expect_refusal("line_sum");
    ledger
        .submit("regulator", &settle_unreceived(&sent, "11", "lost"))
        .expect_refusal("credit_exceeded");
    let parts = settle_unreceived(&sent, "4", "lost")
        .moves(vec![answer(2, "out", &sent, "6")])
        .body(
            "lines",
            json!([{"n": 1, "outcome": "lost"}, {"n": 2, "outcome": "disposed"}]),
        );
    let parts = ledger.put("regulator", &parts);
    assert!(parts.effects.left.iter().all(|(_, left)| left.is_zero()));
}

#[test]
fn other_lines_of_the_dispatch_can_still_be_received() {
    let mut ledger = Ledger::with_chain();
    let credit = ledger.harvest("farm", "t/LOT-1", "20");
    let both = dispatch(&ledger.site("shop"), &[(&credit, "10"), (&credit, "10")]);
    let both = ledger.put("farm", &both);
    ledger.put("regulator", &settle_unreceived(&both.line(1), "10", "lost"));
    ledger.put("shop", &receive(&[(&both.line(2), "10")]));
}

#[test]
fn a_settlement_without_a_receipt_answers_lines_of_the_dispatch_it_names() {
    let (mut ledger, sent) = sent();
    let credit = ledger.harvest("farm", "t/LOT-2", "10");
    let other = ledger.send("farm", "shop", &credit, "10");
    let crossed = settle_unreceived(&sent, "10", "lost")
        .body("dispatch", json!(other.record))
        .body("receipt", json!(other.record));
    ledger
        .submit("regulator", &crossed)
        .expect_refusal("credit_unknown");
    ledger
        .submit("regulator", &settle_unreceived(&credit, "10", "lost"))
        .expect_refusal("citation_kind");
}
