//! A closed site: nothing comes in any more, what is there goes out.

use crate::common::draft::{
    add_to, certify, count, create, difference, dispatch, dispose, enter, picture, recall, receive,
    sell, settle, transform,
};
use crate::common::world::HOUR;
use crate::common::{Draft, Ledger, Line};
use serde_json::json;

/// A shop that holds 10 kg, and is closed.
fn closed_shop() -> (Ledger, Line) {
    let mut ledger = Ledger::with_chain();
    let credit = ledger.harvest("farm", "t/LOT-1", "30");
    let held = ledger.move_on("farm", "shop", &credit, "10");
    ledger.close("shop", "shop");
    (ledger, held)
}

#[test]
fn nothing_is_sent_to_a_closed_site() {
    let mut ledger = Ledger::with_chain();
    let credit = ledger.harvest("farm", "t/LOT-1", "10");
    let draft = dispatch(&ledger.site("shop"), &[(&credit, "10")]);
    ledger.close("shop", "shop");
    ledger
        .submit("farm", &draft)
        .expect_refusal("consignee_closed");
    let open = ledger.world.reopen_site("shop", "shop", "shop", true);
    ledger.put("registrar", &open);
    ledger.put("farm", &draft);
}

#[test]
fn what_a_closed_site_holds_goes_out() {
    let (mut ledger, held) = closed_shop();
    ledger.put("shop", &dispose(&[(&held, "2")]));
    ledger.put("shop", &count(&[(&held, "1")], &[]));
    let paper = certify("other", "transcribed", "NO-1", "t/LOT-1").set("blobs", json!([picture()]));
    ledger.put("shop", &paper);
    let draft = dispatch(&ledger.site("canteen"), &[(&held, "7")]);
    let sent = ledger.put("shop", &draft);
    let at = ledger.world.now;
    let leg = json!({"dispatch": sent.record.id, "at": at, "seals_intact": true});
    ledger.put("shop", &Draft::new("pick_up", leg));
    let received =
        receive(&[(&sent.line(1), "5")]).body("differences", json!([difference(1, "2", "0", "0")]));
    let received = ledger.put("canteen", &received).line(1);
    ledger.put("shop", &settle(sent.record.id, &received, "1", "lost"));
    ledger
        .submit(
            "shop",
            &settle(sent.record.id, &received, "1", "taken_back"),
        )
        .expect_refusal("site_closed");
}

#[test]
fn nothing_comes_into_a_closed_site_and_it_does_no_business() {
    let (mut ledger, held) = closed_shop();
    ledger.pass(HOUR);
    let output = ("t/LOT-2", "1", "leafy_vegetable");
    for draft in [
        create("t/LOT-3", "1", "KGM", "leafy_vegetable"),
        add_to(&held, "1"),
        enter("t/LOT-3", "1", "KGM", "leafy_vegetable"),
        transform("pack", &[(&held, "1")], output),
        sell(&[(&held, "1")]),
    ] {
        ledger.submit("shop", &draft).expect_refusal("site_closed");
    }
}

#[test]
fn a_producer_whose_site_is_closed_still_calls_its_goods_back() {
    let mut ledger = Ledger::with_chain();
    ledger.harvest("farm", "t/LOT-1", "10");
    ledger.close("farm", "farm");
    ledger.put("farm", &recall("t/LOT-1"));
}
