//! The page of a shop after its licence, grade and posts were registered anew, and after a recall.

use crate::common::Draft;
use crate::common::draft::recall;
use crate::host::Host;
use crate::place::{Place, on_both_databases};
use serde_json::json;

on_both_databases! {
    a_shop_is_shown_as_it_was_registered_last
    what_is_recorded_is_on_a_page_that_was_remembered
}

const HTML: (&str, &str) = ("Accept", "text/html");

fn page(host: &Host, path: &str) -> String {
    let answer = host.client().ask("GET", path, &[HTML], b"");
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.text().to_owned()
}

/// Registers the shop's party with a licence of this number and a grade.
fn party(host: &Host, number: &str, grade: &str) -> Draft {
    let world = &host.town.world;
    let body = json!({
        "party": world.parties["shop"], "kind": "retailer", "county": "330421", "name": "示例商店",
        "licences": [{"kind": "food_operation", "number": number, "valid_to": "2031-01-01"}],
        "risk_grade": grade,
    });
    Draft::new("register_party", body)
}

fn a_shop_is_shown_as_it_was_registered_last(place: Place) {
    let mut host = Host::new(place);
    let path = format!("/s/{}", host.town.world.sites["shop"]);
    let before = page(&host, &path);
    assert!(before.contains("未登记岗位"), "{before}");
    for (number, grade, post) in [("JY-OLD", "B", "店长"), ("JY-NEW", "A", "值班经理")] {
        let draft = party(&host, number, grade);
        host.put("registrar", &draft);
        let again = host.town.world.reopen_site("shop", "shop", "shop", true);
        let again = again.body("safety_officer", post);
        host.put("registrar", &again.body("safety_director", "副总经理"));
    }
    let after = page(&host, &path);
    for wanted in ["JY-NEW", "<dd>A</dd>", "值班经理", "副总经理"] {
        assert!(after.contains(wanted), "{wanted}: {after}");
    }
    for gone in ["JY-OLD", "<dd>B</dd>", "店长", "未登记岗位"] {
        assert!(!after.contains(gone), "{gone}: {after}");
    }
    host.stop();
    host.town.check();
}

fn what_is_recorded_is_on_a_page_that_was_remembered(place: Place) {
    let mut host = Host::new(place);
    let path = format!("/s/{}", host.town.world.sites["shop"]);
    for _ in 0..2 {
        assert!(!page(&host, "/recalls").contains("t/BAD-LOT"));
        assert!(!page(&host, &path).contains("bar bad"));
    }
    let draft = crate::common::draft::create("t/BAD-LOT", "1", "KGM", "leafy_vegetable");
    host.put("farm", &draft);
    host.put("regulator", &recall("t/BAD-LOT"));
    assert!(page(&host, "/recalls").contains("t/BAD-LOT"));
    let about = format!("site/{}", host.town.world.sites["shop"]);
    host.put("regulator", &recall("t/BAD-LOT").about(&[about]));
    assert!(page(&host, &path).contains("bar bad"));
}
