//! Rows of tables that two devices of one site have: a record is admitted for them once, whichever device
//! is first, and the second is told which record it is.

use crate::common::Draft;
use crate::common::draft::{create, enter};
use crate::court::Court;
use crate::host::{ndjson, post_lines};
use crate::place::{Place, on_both_databases};
use crate::town::parse;
use serde_json::{Value, json};

on_both_databases! {
    the_same_table_from_two_devices_is_recorded_once
    two_devices_at_once_record_each_row_once
    rows_in_another_order_and_another_file_are_the_same_and_equal_rows_are_two
    refused_rows_are_signed_anew
    rows_are_those_of_one_party_at_one_site
    whose_rows_they_are_nobody_else_finds_out
    a_whole_with_rows_that_are_recorded_is_withheld
}

const SALES: &str =
    "批次码,数量,销售日期\nGOODS,6,2026-11-22\nGOODS,3,2026-11-22\nGOODS,3,2026-11-22\n";

/// Submits records, each with the key of its rows; what became of them.
fn submit(court: &Court, named: &[(String, &str)]) -> Vec<Value> {
    let line = |(record, import): &(String, &str)| {
        json!({ "record": record, "import": import }).to_string() + "\n"
    };
    let body: String = named.iter().map(line).collect();
    let answer = post_lines(&mut court.client(), &body);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let lines = answer.text().lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn outcomes(told: &[Value]) -> Vec<&str> {
    let word = |one: &Value| one.get("code").or(one.get("outcome")).cloned();
    let words = told.iter().map(word);
    words
        .map(|word| match word.as_ref().and_then(Value::as_str) {
            Some("accepted") => "accepted",
            Some("duplicate") => "duplicate",
            Some("already_imported") => "already_imported",
            Some("credit_exceeded") => "credit_exceeded",
            other => panic!("{other:?}"),
        })
        .collect()
}

fn id(text: &str) -> String {
    parse(text).id.to_string()
}

/// Goods at the shop, of which a table sells.
fn stocked(place: Place, quantity: &str) -> Court {
    let mut court = Court::new(place);
    let entered = enter("t/GOODS", quantity, "KGM", "leafy_vegetable");
    court.host.put("shop", &entered);
    court
}

fn looked(court: &Court, name: &str, table: &str) -> Value {
    let bearer = format!("Bearer {}", court.token(name));
    let site = &court.host.town.world.sites["shop"];
    let answer = court.client().ask(
        "POST",
        &format!("/v1/imports/sales/preview?site={site}"),
        &[("Content-Type", "text/csv"), ("Authorization", &bearer)],
        table.as_bytes(),
    );
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

/// The drafts of a preview, signed by a device of the shop, with their keys.
fn signed<'a>(court: &mut Court, name: &str, looked: &'a Value) -> Vec<(String, &'a str)> {
    let drafts = looked["drafts"].as_array().unwrap().iter();
    let mut sign = |draft: &'a Value| {
        let made = Draft::new(draft["type"].as_str().unwrap(), draft["body"].clone());
        let made = made
            .set("site", draft["site"].clone())
            .moves(draft["moves"].as_array().unwrap().clone());
        (
            court.host.town.sign(name, &made),
            draft["key"].as_str().unwrap(),
        )
    };
    drafts.map(&mut sign).collect()
}

fn the_same_table_from_two_devices_is_recorded_once(place: Place) {
    let mut court = stocked(place, "12");
    let first = looked(&court, "shop", SALES);
    assert_eq!(
        (&first["wrong"], &first["recorded"]),
        (&json!(0), &json!([]))
    );
    let one = signed(&mut court, "shop", &first);
    assert_eq!(outcomes(&submit(&court, &one)), ["accepted"; 3]);
    assert_eq!(outcomes(&submit(&court, &one)), ["duplicate"; 3]);

    // The other device hears of it before it signs, and by which records; nothing of it counts against the stock.
    let again = looked(&court, "shop-admin", SALES);
    assert_eq!((&again["wrong"], &again["drafts"]), (&json!(0), &json!([])));
    let recorded: Vec<Value> = one
        .iter()
        .map(|(text, key)| json!({ "key": key, "record": id(text) }))
        .collect();
    assert_eq!(again["recorded"], json!(recorded));
    // If it did not ask again, or could not, it is told by the refusal.
    let two = signed(&mut court, "shop-admin", &first);
    let told = submit(&court, &two);
    assert_eq!(outcomes(&told), ["already_imported"; 3]);
    for ((text, _), told) in one.iter().zip(&told) {
        assert_eq!(told["earlier"], id(text));
        assert!(told["why"]["zh"].as_str().unwrap().contains(&id(text)));
    }
    // By their keys alone, as a program asks that reads the table itself.
    let token = court.token("shop-admin");
    let ask = |body: Value| {
        court.ask(
            Some(&token),
            "POST",
            "/v1/imports/recorded",
            &body.to_string(),
        )
    };
    let site = court.host.town.world.sites["shop"].clone();
    let none = "0".repeat(32);
    let told = ask(json!({"site": site, "keys": [none, one[0].1]})).json();
    assert_eq!(told["recorded"], json!([recorded[0]]));
    assert_eq!(
        ask(json!({"site": site, "keys": ["x"]})).problem(400),
        "bad_json"
    );
    let many = vec![none; 257];
    assert_eq!(
        ask(json!({"site": site, "keys": many})).problem(400),
        "bad_request"
    );
    court.host.town.check();
}

fn two_devices_at_once_record_each_row_once(place: Place) {
    let mut court = stocked(place, "100");
    // In one request, which is one commit.
    let more = looked(&court, "shop", "批次码,数量,销售日期\nGOODS,1,2026-11-22\n");
    let mut both = signed(&mut court, "shop", &more);
    both.extend(signed(&mut court, "shop-driver", &more));
    let told = outcomes(&submit(&court, &both)).join(" ");
    assert_eq!(told, "accepted already_imported");
    // In two, of which either may be first.
    let first = looked(&court, "shop", SALES);
    let one = signed(&mut court, "shop", &first);
    let two = signed(&mut court, "shop-admin", &first);
    let told = std::thread::scope(|scope| {
        let both = [&one, &two].map(|named| {
            let court = &court;
            scope.spawn(move || submit(court, named))
        });
        both.map(|asked| asked.join().unwrap())
    });
    for (one, two) in outcomes(&told[0]).iter().zip(outcomes(&told[1])) {
        let mut both = [*one, two];
        both.sort_unstable();
        assert_eq!(both, ["accepted", "already_imported"]);
    }
}

fn rows_in_another_order_and_another_file_are_the_same_and_equal_rows_are_two(place: Place) {
    let mut court = stocked(place, "100");
    let first = looked(&court, "shop", SALES);
    let one = signed(&mut court, "shop", &first);
    assert_ne!(one[1].1, one[2].1, "two sales that say the same are two");
    assert_eq!(outcomes(&submit(&court, &one)), ["accepted"; 3]);
    let other = "数量,销售日期,批次码\n3,2026-11-22,GOODS\n3.0公斤,2026/11/22,GOODS\n3,2026-11-22,GOODS\n6,2026-11-22,GOODS\n";
    let again = looked(&court, "shop-admin", other);
    assert_eq!(again["recorded"].as_array().unwrap().len(), 3, "{again}");
    let new = signed(&mut court, "shop-admin", &again);
    assert_eq!(new.len(), 1, "the one that says its unit");
    assert_eq!(outcomes(&submit(&court, &new)), ["accepted"]);
    let third = looked(&court, "shop", &format!("{SALES}GOODS,3,2026-11-22\n"));
    let third = signed(&mut court, "shop", &third);
    assert_eq!(third.len(), 1, "the third of three that say the same");
    assert_eq!(outcomes(&submit(&court, &third)), ["accepted"]);
}

fn refused_rows_are_signed_anew(place: Place) {
    let mut court = stocked(place, "100");
    let first = looked(&court, "shop", SALES);
    let draft = &first["drafts"][0];
    let key = draft["key"].as_str().unwrap();
    let made = Draft::new("sell", draft["body"].clone());
    let mut line = draft["moves"][0].clone();
    line["quantity"] = json!("101");
    let made = made.moves(vec![line]);
    let too_much = court.host.town.world.text("shop", &made);
    let told = submit(&court, &[(too_much, key)]);
    assert_eq!(outcomes(&told), ["credit_exceeded"]);
    assert_eq!(looked(&court, "shop", SALES)["recorded"], json!([]));
    let anew = signed(&mut court, "shop-admin", &first);
    assert_eq!(outcomes(&submit(&court, &anew)), ["accepted"; 3]);
}

/// A key as good as any, for rows of a program of one's own.
fn key() -> String {
    "0123456789abcdef".repeat(2)
}

fn rows_are_those_of_one_party_at_one_site(place: Place) {
    let mut court = Court::new(place);
    let key = key();
    for name in ["farm", "coop"] {
        let draft = create("t/ROW-1", "10", "KGM", "leafy_vegetable");
        let text = court.host.town.sign(name, &draft);
        assert_eq!(outcomes(&submit(&court, &[(text, &key)])), ["accepted"]);
    }
    // What is submitted without rows is asked for none.
    for lot in ["t/ONE-1", "t/TWO-1"] {
        let draft = create(lot, "10", "KGM", "leafy_vegetable");
        let text = court.host.town.sign("farm", &draft);
        let answer = post_lines(&mut court.client(), &ndjson(&[text]));
        assert!(answer.text().contains("accepted"), "{}", answer.text());
    }
    // A record that was recorded without its rows stands for them from when it is sent with them.
    let text = court
        .host
        .town
        .sign("farm", &create("t/LATE", "10", "KGM", "leafy_vegetable"));
    court.host.submit(&text);
    let late = "f".repeat(32);
    assert_eq!(
        outcomes(&submit(&court, &[(text.clone(), &late)])),
        ["duplicate"]
    );
    let other = create("t/OTHER", "10", "KGM", "leafy_vegetable");
    let other = court.host.town.sign("farm", &other);
    let told = submit(&court, &[(other, &late)]);
    assert_eq!(
        (outcomes(&told)[0], &told[0]["earlier"]),
        ("already_imported", &json!(id(&text)))
    );
}

fn whose_rows_they_are_nobody_else_finds_out(place: Place) {
    let mut court = Court::new(place);
    let key = key();
    let draft = create("t/ROW-1", "10", "KGM", "leafy_vegetable");
    let text = court.host.town.sign("farm", &draft);
    submit(&court, &[(text, &key)]);
    // Somebody else says that they are the farm.
    let world = &court.host.town.world;
    let (party, site) = (world.parties["farm"].clone(), world.sites["farm"].clone());
    let forged = draft.set("iss", party).set("site", site.clone());
    let forged = court.host.town.world.text("shop", &forged);
    let told = submit(&court, &[(forged, &key)]);
    assert_eq!(told[0]["code"], "key_of_other_party");
    assert_eq!(told[0].get("earlier"), None);
    let body = json!({"site": site, "keys": [key]}).to_string();
    let token = court.token("shop-admin");
    let asked = court.ask(Some(&token), "POST", "/v1/imports/recorded", &body);
    assert_eq!(asked.problem(403), "not_allowed");
    let asked = court.ask(None, "POST", "/v1/imports/recorded", &body);
    assert_eq!(asked.problem(401), "sign_in_required");
    let asked = court.ask(
        Some(&token),
        "POST",
        "/v1/imports/recorded",
        &body.replace(&site, "A33042199"),
    );
    assert!(matches!(asked.status, 400 | 404), "{}", asked.text());
}

fn a_whole_with_rows_that_are_recorded_is_withheld(place: Place) {
    let mut court = Court::new(place);
    let key = key();
    let mut sign = |(name, lot): (&str, &str)| {
        let draft = create(lot, "10", "KGM", "leafy_vegetable");
        court.host.town.sign(name, &draft)
    };
    let [first, second, third] = [
        ("farm", "t/ONE-1"),
        ("farm", "t/TWO-1"),
        ("coop", "t/THREE"),
    ]
    .map(&mut sign);
    assert_eq!(outcomes(&submit(&court, &[(first, &key)])), ["accepted"]);
    let body = format!(
        "{}\n{}\n",
        json!({"record": second, "import": key}),
        json!({"record": third})
    );
    let kind = [("Content-Type", "application/x-ndjson")];
    let answer = court
        .client()
        .ask("POST", "/v1/records?atomic=true", &kind, body.as_bytes());
    let told: Vec<&str> = answer.text().lines().collect();
    assert!(
        told[0].contains("already_imported") && told[1].contains("withheld"),
        "{told:?}"
    );
}
