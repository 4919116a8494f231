//! What came in and was sold at a site, day by day, and for whom; and the key that receipts are checked with.

use crate::common::draft::{
    Draft, create, difference, dispatch, dispose, enter, receive, sell, settle,
};
use crate::court::Court;
use crate::host::{ndjson, post_lines};
use crate::place::{Place, on_both_databases};
use serde_json::{Value, json};
use shisu::core::log::{Policy, Receipt};
use std::collections::BTreeSet;

on_both_databases! {
    a_daybook_tells_what_was_received_entered_and_sold_with_its_sender
    a_daybook_is_of_the_days_that_are_asked_for_and_of_this_site_alone
    a_daybook_is_for_those_whom_the_table_names
    a_book_of_the_stock_tells_what_came_and_left_and_whose_it_was
    a_month_of_thousands_of_sales_is_told_page_by_page_and_whole
    a_daybook_tells_what_others_did_to_the_goods
    a_site_that_changed_hands_has_the_daybook_of_all_who_had_it
    numbers_that_are_far_apart_are_no_gap_in_a_daybook
    what_is_signed_too_late_is_in_the_book_of_the_day_on_which_it_was_recorded
    what_is_recorded_too_late_is_in_the_book_of_that_day_and_in_no_other
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

/// Every page of a daybook.
fn pages(court: &Court, name: &str, site: &str, days: &str) -> Vec<Value> {
    let token = court.token(name);
    let site = &court.host.town.world.sites[site];
    let mut next = Some(format!("/v1/sites/{site}/daybook?{days}"));
    let mut pages = Vec::new();
    while let Some(path) = next {
        let answer = court.ask(Some(&token), "GET", &path, "");
        assert_eq!(answer.status, 200, "{}", answer.text());
        let page = answer.json();
        next = page["next"].as_str().map(str::to_owned);
        pages.push(page);
        assert!(pages.len() < 20, "pages without end");
    }
    pages
}

/// A booth's month: more than was once looked through in one request.
fn a_month_of_thousands_of_sales_is_told_page_by_page_and_whole(place: Place) {
    const SALES: usize = 6_200;
    let mut court = Court::new(place);
    let entered = enter("t/MANY-1", "100000", "KGM", "leafy_vegetable");
    let entered = court.host.put("shop", &entered);
    let sale = sell(&[(&entered.line(1), "0.5")]);
    let town = &mut court.host.town;
    let texts: Vec<String> = (0..SALES).map(|_| town.sign("shop", &sale)).collect();
    for texts in texts.chunks(500) {
        let answer = post_lines(&mut court.client(), &ndjson(texts));
        let accepted = answer.text().matches("\"accepted\"").count();
        assert_eq!(accepted, texts.len(), "{}", answer.text());
    }
    let month = "from=2026-11-01&to=2026-11-30";
    let pages = pages(&court, "shop-admin", "shop", month);
    assert!(pages.len() >= 4, "{} pages", pages.len());
    let rows: Vec<&Value> = pages
        .iter()
        .flat_map(|page| page["rows"].as_array().unwrap())
        .collect();
    let records: BTreeSet<&str> = rows
        .iter()
        .map(|row| row["record"].as_str().unwrap())
        .collect();
    // And what was received and entered.
    assert_eq!((rows.len(), records.len()), (SALES + 2, SALES + 2));
    for page in &pages {
        assert_eq!(page["complete"], true);
        assert!(page["rows"].as_array().unwrap().len() <= 2_000);
    }
    let others = |page: &Value| page["others"].as_array().unwrap().len();
    assert!(pages.iter().skip(1).all(|page| others(page) == 0));
    let token = court.token("shop-admin");
    let shop = &court.host.town.world.sites["shop"];
    for bad in ["x", "__________8", ""] {
        let path = format!("/v1/sites/{shop}/daybook?{month}&cursor={bad}");
        let answer = court.ask(Some(&token), "GET", &path, "");
        assert_eq!(answer.problem(400), "bad_cursor", "{bad}");
    }
}

fn a_daybook_tells_what_others_did_to_the_goods(place: Place) {
    let mut court = Court::new(place);
    let (dispatch, shop) = (
        court.sent.record.id,
        court.host.town.world.sites["shop"].clone(),
    );
    let now = court.host.town.world.now;
    let delivered = json!({"dispatch": dispatch, "at": now, "seals_intact": true});
    court.host.put("carrier", &Draft::new("deliver", delivered));
    let about = [format!("site/{shop}")];
    let inspected = json!({"mode": "routine", "at": now, "passed": false});
    court
        .host
        .put("regulator", &Draft::new("inspect", inspected).about(&about));
    // What the site checks itself is no matter of others.
    let own = json!({"mode": "self_check", "at": now, "passed": true});
    court
        .host
        .put("shop", &Draft::new("inspect", own).about(&about));
    let others = |book: &Value| -> Vec<(String, String, Value)> {
        let told = book["others"].as_array().unwrap().iter();
        told.map(|one| {
            let word = |name: &str| one[name].as_str().unwrap_or("").to_owned();
            (word("kind"), word("waybill"), one["passed"].clone())
        })
        .collect()
    };
    let told =
        |kind: &str, waybill: &str, passed: Value| (kind.to_owned(), waybill.to_owned(), passed);
    assert_eq!(
        others(&book(&court, "shop-admin", "shop", DAY)),
        [
            told("deliver", "YD-1", Value::Null),
            told("inspect", "", json!(false))
        ]
    );
    // To the sender the carrier and the receiver are others.
    assert_eq!(
        others(&book(&court, "farm-admin", "farm", DAY)),
        [
            told("receive", "YD-1", Value::Null),
            told("deliver", "YD-1", Value::Null)
        ]
    );
    let before = "from=2026-11-20&to=2026-11-21";
    assert_eq!(others(&book(&court, "shop-admin", "shop", before)), []);
    let text = book(&court, "shop-admin", "shop", DAY).to_string();
    assert!(!text.contains("SECRET"), "{text}");
}

fn a_site_that_changed_hands_has_the_daybook_of_all_who_had_it(place: Place) {
    let mut court = Court::new(place);
    let entered = enter("t/BOUGHT-1", "20", "KGM", "leafy_vegetable");
    court.host.put("shop", &entered);
    let sold = court
        .host
        .town
        .world
        .reopen_site("shop", "canteen", "shop", true);
    court.host.put("registrar", &sold);
    let book = book(&court, "canteen-admin", "shop", DAY);
    assert_eq!(rows(&book), [("receive", "7.891"), ("enter", "20")]);
    assert_eq!(book["complete"], true);
}

/// A key may leave out as many numbers as it likes.
fn numbers_that_are_far_apart_are_no_gap_in_a_daybook(place: Place) {
    let mut court = Court::new(place);
    for (lot, seq) in [("t/FAR-1", 1_u64 << 21), ("t/FAR-2", 1 << 50)] {
        let entered = enter(lot, "20", "KGM", "leafy_vegetable").set("seq", seq);
        court.host.put("shop", &entered);
    }
    let book = book(&court, "shop-admin", "shop", DAY);
    assert_eq!(
        rows(&book),
        [("receive", "7.891"), ("enter", "20"), ("enter", "20")]
    );
}

/// Rows of a book that are marked as late, and the others, by their days.
fn by_time(book: &Value) -> (Vec<&str>, Vec<&str>) {
    let rows = book["rows"].as_array().unwrap();
    let days = |late: bool| {
        let rows = rows.iter().filter(|row| row["late"] == late);
        rows.map(|row| row["day"].as_str().unwrap()).collect()
    };
    (days(true), days(false))
}

fn what_is_signed_too_late_is_in_the_book_of_the_day_on_which_it_was_recorded(place: Place) {
    let mut court = Court::new(place);
    for (lot, day) in [
        ("t/LATE-1", "2026-11-14"),
        ("t/LATE-2", "2026-11-15"),
        ("t/LATE-3", "2026-03-01"),
    ] {
        let entered = enter(lot, "20", "KGM", "leafy_vegetable").body("received_on", day);
        court.host.put("shop", &entered);
    }
    let told = |days: &str| book(&court, "shop-admin", "shop", days);
    let of = |day: &str| told(&format!("from={day}&to={day}"));
    let recorded = of("2026-11-22");
    let late = (vec!["2026-11-14", "2026-03-01"], vec!["2026-11-22"]);
    assert_eq!(by_time(&recorded), late);
    assert_eq!(by_time(&of("2026-11-14")), (vec![], vec![]));
    assert_eq!(
        by_time(&of("2026-11-15")),
        (vec![], vec!["2026-11-15"]),
        "within a week"
    );
    assert_eq!(by_time(&of("2026-03-01")), (vec![], vec![]));
    // A month has each of them once, those that came late among them.
    let month = told("from=2026-11-01&to=2026-11-30");
    let all = (late.0, vec!["2026-11-22", "2026-11-15"]);
    assert_eq!(by_time(&month), all);
}

fn what_is_recorded_too_late_is_in_the_book_of_that_day_and_in_no_other(place: Place) {
    let mut court = Court::new(place);
    // A phone that lies in a drawer: signed in time, sent after two months.
    let entered = enter("t/DRAWER", "20", "KGM", "leafy_vegetable");
    let drawer = court.host.town.sign("shop", &entered);
    for week in 0..9 {
        court.pass(7 * 86_400);
        let made = create(&format!("t/WEEK-{week}"), "5", "KGM", "leafy_vegetable");
        court.host.put("farm", &made);
    }
    assert_eq!(court.host.submit(&drawer).status, 201);
    let told = |days: &str| book(&court, "shop-admin", "shop", days);
    // The goods that were received in time, and those that are told of late.
    assert_eq!(by_time(&told(DAY)), (vec![], vec!["2026-11-22"]));
    let recorded = told("from=2027-01-24&to=2027-01-24");
    assert_eq!(by_time(&recorded), (vec!["2026-11-22"], vec![]));
    assert_eq!(recorded["complete"], true);
    for month in [
        "from=2026-12-01&to=2026-12-31",
        "from=2027-02-01&to=2027-02-28",
    ] {
        assert_eq!(by_time(&told(month)), (vec![], vec![]), "{month}");
    }
}

/// Lines of a book of the stock: kind, way, quantity, and whose it was.
fn moved(book: &Value) -> Vec<String> {
    let rows = book["rows"].as_array().unwrap().iter();
    let told = |row: &Value| {
        let word = |name: &str| row[name].as_str().unwrap_or("?").to_owned();
        ["kind", "way", "quantity", "owner"].map(word).join(" ")
    };
    rows.map(told).collect()
}

fn a_book_of_the_stock_tells_what_came_and_left_and_whose_it_was(place: Place) {
    let mut court = Court::new(place);
    let world = &court.host.town.world;
    let [farm, shop] = ["farm", "shop"].map(|name| world.parties[name].clone());
    let (canteen, site) = (world.sites["canteen"].clone(), world.sites["shop"].clone());
    // What is only on its way is in no book of whoever is to receive it.
    let made = create("t/WAY-1", "9", "KGM", "leafy_vegetable");
    let made = court.host.put("farm", &made);
    court
        .host
        .put("farm", &dispatch(&site, &[(&made.line(1), "9")]));
    let entered = enter("t/OWN-1", "20", "KGM", "leafy_vegetable");
    let entered = court.host.put("shop", &entered);
    court.host.put("shop", &sell(&[(&entered.line(1), "1.5")]));
    let theirs = court.received.line(1);
    court.host.put("shop", &dispose(&[(&theirs, "0.5")]));
    let sent = dispatch(&canteen, &[(&theirs, "5"), (&entered.line(1), "3")]);
    let sent = court.host.put("shop", &sent.body("waybill", "YD-OUT"));
    let lines = [(&sent.line(1), "3"), (&sent.line(2), "3")];
    let received = receive(&lines).body("differences", json!([difference(1, "0", "2", "0")]));
    let received = court.host.put("canteen", &received);
    let back = settle(sent.record.id, &received.line(1), "2", "taken_back");
    court.host.put("shop", &back);

    let stock = format!("{DAY}&stock=true");
    let told = book(&court, "shop-admin", "shop", &stock);
    let row = |text: &str, owner: &str| format!("{text} {owner}");
    assert_eq!(
        moved(&told),
        [
            row("receive in 7.891", &farm),
            row("enter in 20", &shop),
            row("sell out 1.5", &shop),
            row("dispose out 0.5", &farm),
            row("dispatch out 5", &farm),
            row("dispatch out 3", &shop),
            row("settle in 2", &farm),
        ]
    );
    let out = ["waybill", "to", "from"].map(|name| told["rows"][4][name].as_str());
    assert_eq!(out, [Some("YD-OUT"), Some(&*canteen), None]);
    // The till and the purchase ledger have what they had, and no owners.
    let trade = book(&court, "shop-admin", "shop", DAY);
    assert_eq!(
        moved(&trade),
        ["receive in 7.891 ?", "enter in 20 ?", "sell out 1.5 ?"]
    );
}
