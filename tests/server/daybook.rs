//! What came in and was sold at a site, day by day, and for whom; and the key that receipts are checked with.

use crate::common::draft::{create, dispatch, enter, receive, sell};
use crate::court::Court;
use crate::place::{Place, on_both_databases};
use serde_json::{Value, json};
use shisu::core::log::{Policy, Receipt};

on_both_databases! {
    a_daybook_tells_what_was_received_entered_and_sold_with_its_sender
    a_daybook_is_of_the_days_that_are_asked_for_and_of_this_site_alone
    a_daybook_is_for_those_whom_the_table_names
    the_key_that_the_server_names_is_that_of_its_receipts
}

const DAY: &str = "from=2026-11-22&to=2026-11-22";

fn book(court: &Court, name: &str, site: &str, days: &str) -> Value {
    let site = &court.host.town.world.sites[site];
    let answer = court.get_as(name, &format!("/v1/sites/{site}/daybook?{days}"));
    assert_eq!(answer.status, 200, "{name}: {}", answer.text());
    answer.json()
}

fn rows(book: &Value) -> Vec<(&str, &str)> {
    let rows = book["rows"].as_array().unwrap().iter();
    rows.map(|row| {
        let told = (row["kind"].as_str(), row["quantity"].as_str());
        (told.0.unwrap(), told.1.unwrap_or("closed"))
    })
    .collect()
}

fn a_daybook_tells_what_was_received_entered_and_sold_with_its_sender(place: Place) {
    let mut court = Court::new(place);
    let entered = enter("t/BOUGHT-1", "20", "KGM", "leafy_vegetable");
    let entered = court.host.put("shop", &entered);
    court.host.put("shop", &sell(&[(&entered.line(1), "1.5")]));
    let book = book(&court, "shop-admin", "shop", DAY);
    assert_eq!(
        rows(&book),
        [("receive", "7.891"), ("enter", "20"), ("sell", "1.5")]
    );
    let row = &book["rows"][0];
    let world = &court.host.town.world;
    assert_eq!(row["from"], world.sites["farm"].as_str());
    assert_eq!(row["waybill"], "YD-1");
    assert_eq!(row["record"], court.received.record.id.to_string());
    let lot = |at: usize| {
        &book["goods"][usize::try_from(book["rows"][at]["goods"].as_u64().unwrap()).unwrap()]
    };
    assert_eq!(lot(0)["lot"], "t/LOT-1");
    assert_eq!(lot(1)["lot"], "t/BOUGHT-1");
    assert_eq!(lot(2)["lot"], "t/BOUGHT-1");
    assert_eq!(book["complete"], true);
    assert!(!book.to_string().contains("SECRET"), "{book}");
}

fn a_daybook_is_of_the_days_that_are_asked_for_and_of_this_site_alone(place: Place) {
    let mut court = Court::new(place);
    for (days, count) in [
        ("from=2026-11-01&to=2026-11-30", 1),
        ("from=2026-11-21&to=2026-11-21", 0),
        ("from=2026-11-23&to=2026-11-23", 0),
    ] {
        let found = book(&court, "shop-admin", "shop", days);
        assert_eq!(rows(&found).len(), count, "{days}");
    }
    // What the farm made and sent is neither received nor sold there.
    let made = create("t/LOT-3", "5", "KGM", "leafy_vegetable");
    let made = court.host.put("farm", &made);
    assert_eq!(rows(&book(&court, "farm-admin", "farm", DAY)).len(), 0);
    // Goods that are on their way are in no daybook until they are received.
    let shop = court.host.town.world.sites["shop"].clone();
    let sent = dispatch(&shop, &[(&made.line(1), "5")]);
    let sent = court.host.put("farm", &sent);
    assert_eq!(rows(&book(&court, "shop-admin", "shop", DAY)).len(), 1);
    court.host.put("shop", &receive(&[(&sent.line(1), "5")]));
    assert_eq!(rows(&book(&court, "shop-admin", "shop", DAY)).len(), 2);

    let token = court.token("shop-admin");
    for bad in [
        "from=2026-11-22&to=2026-11-21",
        "from=2026-01-01&to=2026-11-22",
        "from=2026-11-31&to=2026-11-31",
        "from=yesterday&to=today",
        "from=2026-11-22",
    ] {
        let path = format!("/v1/sites/{shop}/daybook?{bad}");
        let answer = court.ask(Some(&token), "GET", &path, "");
        assert_eq!(answer.problem(400), "bad_request", "{bad}");
    }
    let path = format!("/v1/sites/A32050901/daybook?{DAY}");
    let answer = court.ask(Some(&token), "GET", &path, "");
    assert_eq!(answer.problem(404), "not_found");
}

fn a_daybook_is_for_those_whom_the_table_names(place: Place) {
    let court = Court::new(place);
    let shop = court.host.town.world.sites["shop"].clone();
    for (name, status) in [
        ("farm-admin", 403),
        ("carrier", 403),
        ("logger", 403),
        ("officer", 200),
    ] {
        let path = format!("/v1/sites/{shop}/daybook?{DAY}");
        let answer = court.ask(Some(&court.token(name)), "GET", &path, "");
        assert_eq!(answer.status, status, "{name}: {}", answer.text());
    }
}

fn the_key_that_the_server_names_is_that_of_its_receipts(place: Place) {
    let court = Court::new(place);
    let told = court.client().ask("GET", "/v1/log", &[], b"");
    assert_eq!(told.status, 200, "{}", told.text());
    let (key, origin) = (&told.json()["key"], &told.json()["origin"]);
    let key = key.as_str().unwrap();
    assert!(key.starts_with(origin.as_str().unwrap()), "{key}");
    let policy = Policy::parse(&format!("log {key}\nquorum none\n")).unwrap();
    let receipt = Receipt::parse(&court.received.receipt.to_string()).unwrap();
    assert_eq!(
        json!(receipt.checkpoint().checkpoint().origin().to_string()),
        *origin
    );
    policy.accept(receipt.checkpoint()).unwrap();
}
