//! Which papers a dispatch asks for, and what the entry check says at the door.

use crate::common::Draft;
use crate::common::draft::{
    about_lot, bring, certify, create, dispatch, lot_info, picture, recall, receive,
};
use crate::court::Court;
use crate::place::{Place, on_both_databases};
use serde_json::{Value, json};

on_both_databases! {
    before_a_dispatch_is_signed_the_missing_papers_are_named_with_their_reasons
    goods_that_stay_still_lack_what_was_asked_for_when_they_came_in
    the_entry_check_says_accept_note_hold_or_refuse_and_why
    of_a_shipment_of_many_lots_some_are_asked_about_at_a_time
    goods_kept_aside_and_recalled_goods_are_named_until_somebody_has_decided
}

fn ask(court: &Court, name: &str, path: &str, body: &Value) -> Value {
    let answer = court.ask(Some(&court.token(name)), "POST", path, &body.to_string());
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn codes(reasons: &Value) -> Vec<&str> {
    let reasons = reasons.as_array().unwrap().iter();
    reasons.map(|one| one["code"].as_str().unwrap()).collect()
}

fn before_a_dispatch_is_signed_the_missing_papers_are_named_with_their_reasons(place: Place) {
    let mut court = Court::new(place);
    court
        .host
        .put("farm", &create("t/LOT-2", "5", "KGM", "leafy_vegetable"));
    let sites = &court.host.town.world.sites;
    let asked = json!({
        "from": sites["farm"], "to": sites["shop"], "lots": ["t/LOT-1", "t/LOT-2", "t/NOWHERE"],
    });
    let found = ask(&court, "farm-admin", "/v1/dispatch-check", &asked);
    assert_eq!(found["complete"], false);
    let [with, without, unknown] = &found["lots"].as_array().unwrap()[..] else {
        panic!("{found}");
    };
    assert_eq!(with["papers"][0]["kind"], "farm_certificate");
    assert_eq!(with["papers"][0]["at_hand"], "issued");
    assert_eq!(with["wrong"], json!([]), "{with}");
    assert_eq!(without["papers"][0]["at_hand"], Value::Null);
    assert_eq!(codes(&without["wrong"]), ["paper_missing"]);
    let why = without["wrong"][0]["why"]["zh"].as_str().unwrap();
    assert!(
        why.contains("承诺达标合格证") && why.contains("开具"),
        "{why}"
    );
    assert!(
        without["papers"][0]["source"]
            .as_str()
            .unwrap()
            .contains("MARA")
    );
    assert_eq!(
        (&unknown["known"], &unknown["class"]),
        (&json!(false), &Value::Null)
    );
    let only = json!({"from": sites["farm"], "to": sites["shop"], "lots": ["t/LOT-1"]});
    assert_eq!(
        ask(&court, "farm-admin", "/v1/dispatch-check", &only)["complete"],
        true
    );

    let many: Vec<String> = (0..65).map(|n| format!("t/MANY-{n}")).collect();
    let body = json!({"from": sites["farm"], "to": sites["shop"], "lots": many}).to_string();
    let token = court.token("farm-admin");
    let answer = court.ask(Some(&token), "POST", "/v1/dispatch-check", &body);
    assert_eq!(answer.problem(400), "bad_request");
    let none = json!({"from": sites["farm"], "to": sites["shop"], "lots": []}).to_string();
    let answer = court.ask(Some(&token), "POST", "/v1/dispatch-check", &none);
    assert_eq!(answer.problem(400), "bad_request");
    let lots = ["t/LOT-1"];
    let nowhere = json!({"from": "A32050901", "to": sites["shop"], "lots": lots}).to_string();
    let answer = court.ask(Some(&token), "POST", "/v1/dispatch-check", &nowhere);
    assert_eq!(answer.problem(404), "not_found");
}

fn goods_that_stay_still_lack_what_was_asked_for_when_they_came_in(place: Place) {
    let mut court = Court::new(place);
    let lot = create("t/LOT-2", "5", "KGM", "leafy_vegetable");
    let made = court.host.put("farm", &lot);
    let shop = court.host.town.world.sites["shop"].clone();
    let sent = court
        .host
        .put("farm", &dispatch(&shop, &[(&made.line(1), "5")]));
    let asked = json!({"from": shop, "to": shop, "lots": ["t/LOT-2"]});
    let wrong = |court: &Court| {
        let found = ask(court, "shop-admin", "/v1/dispatch-check", &asked);
        found["lots"][0]["wrong"].clone()
    };
    court.host.put("shop", &receive(&[(&sent.line(1), "5")]));
    let lacking = wrong(&court);
    assert_eq!(codes(&lacking), ["paper_missing"], "{lacking}");
    assert_eq!(lacking[0]["kind"], "farm_certificate");

    let typed = certify("farm_certificate", "transcribed", "HGZ-2", "t/LOT-2");
    court
        .host
        .put("shop", &typed.set("blobs", json!([picture()])));
    assert_eq!(codes(&wrong(&court)), ["paper_only_transcribed"]);
}

fn the_entry_check_says_accept_note_hold_or_refuse_and_why(place: Place) {
    let mut court = Court::new(place);
    let lot = create("t/LOT-2", "5", "KGM", "leafy_vegetable");
    let made = court.host.put("farm", &lot);
    let shop = court.host.town.world.sites["shop"].clone();
    let sent = dispatch(&shop, &[(&made.line(1), "5")]).body("temp_max_c", "8");
    let sent = court.host.put("farm", &sent.body("seals", json!(["S-1"])));
    let id = sent.record.id;
    let check = |court: &Court, more: Value| {
        let mut asked = json!({"dispatch": id, "temp_c": "5"});
        asked
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        ask(court, "shop-admin", "/v1/entry-check", &asked)
    };
    let found = check(&court, json!({}));
    assert_eq!(found["advice"], "hold", "{found}");
    let lot = &found["lots"][0];
    assert_eq!(lot["temp_max_c"], "8");
    assert!(codes(&lot["reasons"]).contains(&"paper_missing"), "{lot}");
    // Whoever stands at the door is about to sign: that nobody has yet is no reason for anything.
    assert!(!codes(&lot["reasons"]).contains(&"not_received"), "{lot}");

    let seen = json!({"papers_seen": ["farm_certificate"], "seals_intact": true});
    let found = check(&court, seen.clone());
    assert_eq!(found["advice"], "accept_with_note", "{found}");
    assert!(codes(&found["lots"][0]["reasons"]).contains(&"paper_only_transcribed"));

    for (more, code) in [
        (json!({"temp_c": "9.5"}), "temperature_on_arrival"),
        (
            json!({"temps_c": {"t/LOT-2": "8.1"}}),
            "temperature_on_arrival",
        ),
        (json!({"seals_intact": false}), "seals_broken"),
    ] {
        let mut told = seen.clone();
        told.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let found = check(&court, told);
        assert_eq!(found["advice"], "hold", "{found}");
        assert_eq!(codes(&found["lots"][0]["reasons"])[0], code);
    }

    court.host.put("regulator", &recall("t/LOT-2"));
    let found = check(&court, seen);
    assert_eq!(found["advice"], "refuse");
    assert_eq!(found["words"]["zh"], "应当拒收");
    for (name, status) in [("farm-admin", 403), ("carrier", 403), ("officer", 200)] {
        let body = json!({"dispatch": id}).to_string();
        let answer = court.ask(Some(&court.token(name)), "POST", "/v1/entry-check", &body);
        assert_eq!(answer.status, status, "{name}");
    }
}

fn of_a_shipment_of_many_lots_some_are_asked_about_at_a_time(place: Place) {
    let mut court = Court::new(place);
    let mut credits = Vec::new();
    for (name, lots) in [("MANY", 64), ("MORE", 1)] {
        let infos: Vec<Value> = (1..=lots).map(|n| lot_info(n, "leafy_vegetable")).collect();
        let lines = (1..=lots).map(|n| bring(n, &format!("t/{name}-{n}"), "10", "KGM"));
        let made = Draft::new("create", json!({"how": "harvest", "lots": infos}));
        let made = court.host.put("farm", &made.moves(lines.collect()));
        credits.extend((1..=lots).map(|n| made.line(n)));
    }
    let sent: Vec<_> = credits.iter().map(|credit| (credit, "10")).collect();
    let shop = court.host.town.world.sites["shop"].clone();
    let sent = court.host.put("farm", &dispatch(&shop, &sent));
    court.host.put("regulator", &recall("t/MORE-1"));

    let id = sent.record.id;
    let token = court.token("shop-admin");
    let whole = json!({"dispatch": id}).to_string();
    let answer = court.ask(Some(&token), "POST", "/v1/entry-check", &whole);
    assert_eq!(answer.status, 400, "{}", answer.text());
    assert!(answer.text().contains("一次至多 64 个批次"));

    let check = |lots: &[String]| {
        let asked = json!({"dispatch": id, "lots": lots});
        ask(&court, "shop-admin", "/v1/entry-check", &asked)
    };
    let first: Vec<String> = (1..=64).map(|n| format!("t/MANY-{n}")).collect();
    let found = check(&first);
    assert_eq!(found["advice"], "hold", "papers are missing");
    assert_eq!(found["lots"].as_array().unwrap().len(), 64);
    let found = check(&["t/MORE-1".to_owned()]);
    assert_eq!(found["advice"], "refuse", "{found}");
    // Lots that are not of the shipment are none of it.
    let asked = json!({"dispatch": id, "lots": ["t/LOT-1"]}).to_string();
    let answer = court.ask(Some(&token), "POST", "/v1/entry-check", &asked);
    assert_eq!(answer.status, 404, "{}", answer.text());
}

fn goods_kept_aside_and_recalled_goods_are_named_until_somebody_has_decided(place: Place) {
    let mut court = Court::new(place);
    let lot = create("t/LOT-2", "5", "KGM", "leafy_vegetable");
    let made = court.host.put("farm", &lot);
    let shop = court.host.town.world.sites["shop"].clone();
    let sent = court
        .host
        .put("farm", &dispatch(&shop, &[(&made.line(1), "5")]));
    let kept = receive(&[(&sent.line(1), "5")]).body("check", "hold").body(
        "reasons",
        json!([{"code": "paper_missing", "check": "hold", "paper": "farm_certificate"}]),
    );
    let receipt = court.host.put("shop", &kept);
    let asked = json!({"from": shop, "to": shop, "lots": ["t/LOT-2"]});
    let stops = |court: &Court| {
        let found = ask(court, "shop-admin", "/v1/dispatch-check", &asked);
        assert_eq!(found["complete"], false);
        found["lots"][0]["stops"].clone()
    };
    let found = stops(&court);
    assert_eq!(codes(&found), ["entry_check_pending"]);
    assert_eq!(found[0]["records"], json!([receipt.record.id]));
    assert_eq!(
        found[0]["why"]["zh"],
        "收货方暂存待查:缺证明(承诺达标合格证)"
    );

    // Whoever received it has looked again.
    let at = crate::common::world::BEGINNING;
    let body = json!({"mode": "self_check", "at": at, "passed": true});
    let cleared = about_lot("inspect", "t/LOT-2", body);
    let subject = format!("record/{}", receipt.record.id);
    court
        .host
        .put("shop", &cleared.about(std::slice::from_ref(&subject)));
    assert_eq!(stops(&court), json!([]));

    court.host.put("regulator", &recall("t/LOT-2"));
    assert_eq!(codes(&stops(&court)), ["recalled"]);
    assert_eq!(stops(&court)[0]["advice"], "refuse");
}
