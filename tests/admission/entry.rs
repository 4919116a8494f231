//! The entry check in a receipt: what it concluded, why, and pictures of what differed.

use crate::common::draft::{difference, picture, receive};
use crate::common::{Ledger, Line};
use serde_json::json;

fn sent() -> (Ledger, Line) {
    let mut ledger = Ledger::with_chain();
    let credit = ledger.harvest("farm", "t/LOT-1", "10");
    let sent = ledger.send("farm", "shop", &credit, "10");
    (ledger, sent)
}

#[test]
fn refused_goods_are_not_taken_in() {
    let (mut ledger, sent) = sent();
    let refuse = |accepted: &str, refused: &str| {
        receive(&[(&sent, accepted)])
            .body("check", "refuse")
            .body(
                "reasons",
                json!([{"code": "recalled", "check": "refuse", "lines": [1]}]),
            )
            .body("differences", json!([difference(1, "0", "0", refused)]))
    };
    for (accepted, refused) in [("10", "0"), ("0.000001", "9.999999")] {
        ledger
            .submit("shop", &refuse(accepted, refused))
            .expect_refusal("contradiction");
    }
    ledger.put("shop", &refuse("0", "10"));
}

#[test]
fn pictures_of_a_difference_are_among_those_that_the_receipt_names() {
    let (mut ledger, sent) = sent();
    let mut damaged = difference(1, "0", "1", "0");
    damaged["photos"] = json!([picture()["hash"]]);
    let receipt = receive(&[(&sent, "9")]).body("differences", json!([damaged]));
    ledger
        .submit("shop", &receipt)
        .expect_refusal("contradiction");
    ledger.put("shop", &receipt.set("blobs", json!([picture()])));
}
