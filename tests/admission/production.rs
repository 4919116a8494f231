//! Production: who brings lots into being, and how long what is made of them keeps.

use crate::common::draft::{create, picture, transform};
use crate::common::{Draft, Ledger, Line};
use serde_json::json;
use shisu::core::custody::{FindingCode, Gravity};

/// A hundred kilograms at the plant that keep until the 29th, and as many until the 25th.
fn two_lots() -> (Ledger, Line, Line) {
    let mut ledger = Ledger::with_chain();
    let mut lot = |code: &str, best_before: &str| {
        let lots = json!([{
            "n": 1, "class": "leafy_vegetable", "name": "示例产品", "made_on": "2026-11-20",
            "best_before": best_before,
        }]);
        let draft = create(code, "100", "KGM", "leafy_vegetable").body("lots", lots);
        ledger.put("plant", &draft).line(1)
    };
    let (late, early) = (lot("t/LATE", "2026-11-29"), lot("t/EARLY", "2026-11-25"));
    (ledger, late, early)
}

fn made(operation: &str, inputs: &[(&Line, &str)], best_before: Option<&str>) -> Draft {
    made_on("2026-11-20", operation, inputs, best_before)
}

fn made_on(
    day: &str,
    operation: &str,
    inputs: &[(&Line, &str)],
    best_before: Option<&str>,
) -> Draft {
    let lots = json!([{
        "n": 100, "class": "leafy_vegetable", "name": "示例产品", "made_on": day,
        "best_before": best_before,
    }]);
    let output = ("t/MADE", "2", "leafy_vegetable");
    transform(operation, inputs, output).body("lots", lots)
}

#[test]
fn what_is_split_or_relabelled_keeps_no_longer_than_the_first_to_end() {
    let (mut ledger, late, early) = two_lots();
    for operation in ["split", "relabel"] {
        let both = [(&late, "1"), (&early, "1")];
        for longer in [Some("2026-11-26"), None] {
            ledger
                .submit("plant", &made(operation, &both, longer))
                .expect_refusal("express_ban");
        }
        ledger.put("plant", &made(operation, &both, Some("2026-11-25")));
    }
}

#[test]
fn what_is_split_or_relabelled_was_made_no_later_than_it_was() {
    let mut ledger = Ledger::with_chain();
    let tofu = create("t/TOFU", "100", "KGM", "leafy_vegetable");
    let tofu = ledger.put("plant", &tofu).line(1);
    let one = [(&tofu, "2")];
    for operation in ["split", "relabel"] {
        let fresh = made_on("2026-11-21", operation, &one, None);
        let refused = ledger.submit("plant", &fresh);
        refused.expect_refusal("express_ban");
        ledger.put("plant", &made_on("2026-11-20", operation, &one, None));
        ledger.put("plant", &made_on("2026-11-19", operation, &one, None));
    }
    ledger.put("plant", &made_on("2026-11-21", "cut", &one, None));
}

#[test]
fn what_is_changed_may_keep_longer_and_is_shown_for_reference_beyond_the_usual() {
    for (operation, usual, unusual, days) in [
        ("cut", "2026-11-25", "2026-11-26", 1),
        ("pack", "2026-11-25", "2026-11-26", 1),
        ("mix", "2026-11-25", "2026-11-26", 1),
        ("cook", "2026-12-02", "2026-12-03", 8),
        ("process", "2028-11-24", "2028-11-25", 731),
    ] {
        let (mut ledger, late, early) = two_lots();
        let both = [(&late, "1"), (&early, "1")];
        let code = "longer_shelf_life";
        let usual = ledger.put("plant", &made(operation, &both, Some(usual)));
        assert!(usual.findings().iter().all(|(_, found)| *found != code));
        let unusual = ledger.put("plant", &made(operation, &both, Some(unusual)));
        let found = unusual.expect_finding(code);
        let reference = true;
        assert_eq!(found, FindingCode::LongerShelfLife { reference, days });
        assert_eq!(found.gravity(), Gravity::Reference, "it accuses nobody");
    }
}

#[test]
fn a_shop_or_a_carrier_that_farms_is_unusual_and_is_not_turned_away() {
    let mut ledger = Ledger::with_chain();
    let harvest = |lot: &str| create(lot, "1", "KGM", "leafy_vegetable");
    for (name, lot) in [
        ("shop", "t/LOT-A"),
        ("carrier", "t/LOT-B"),
        ("store", "t/LOT-C"),
    ] {
        let found = ledger
            .submit(name, &harvest(lot))
            .expect_finding("unusual_producer");
        assert_eq!(found.gravity(), Gravity::Reference, "it accuses nobody");
    }
    for (name, lot) in [("farm", "t/LOT-D"), ("coop", "t/LOT-E")] {
        assert_eq!(ledger.put(name, &harvest(lot)).findings(), []);
    }
    let baked = harvest("t/LOT-F").body("how", "production");
    assert_eq!(ledger.put("shop", &baked).findings(), []);
}

#[test]
fn an_agent_is_judged_by_those_for_whom_it_signs() {
    let mut ledger = Ledger::with_chain();
    let nonghu = ledger.world.register_party("nonghu", "smallholder");
    let nonghu = nonghu.body("agent", ledger.party("shop"));
    ledger.put("registrar", &nonghu);
    let harvest = create("t/LOT-A", "1", "KGM", "leafy_vegetable");
    let harvest = harvest.body("on_behalf_of", ledger.party("nonghu"));
    let harvest = harvest.set("blobs", json!([picture()]));
    assert_eq!(ledger.put("shop", &harvest).findings(), []);
}
