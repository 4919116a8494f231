//! A site's desk: what it holds, what comes and goes, what has to be settled, and for whom.

use crate::common::draft::{create, difference, dispatch, receive, settle};
use crate::court::Court;
use crate::place::{Place, on_both_databases};
use crate::town::Put;
use serde_json::{Value, json};

on_both_databases! {
    a_desk_shows_a_shipment_at_both_ends_until_it_is_received
    what_came_otherwise_than_it_was_sent_is_on_the_senders_desk_until_it_is_settled
    a_desk_is_for_those_whom_the_table_names
    whose_key_it_is_everybody_may_ask
}

fn desk(court: &Court, name: &str, site: &str) -> Value {
    let site = &court.host.town.world.sites[site];
    let answer = court.get_as(name, &format!("/v1/sites/{site}/desk"));
    assert_eq!(answer.status, 200, "{name}: {}", answer.text());
    answer.json()
}

/// Ten kilograms of a lot, sent to the shop.
fn send(court: &mut Court, lot: &str) -> Put {
    let made = create(lot, "10", "KGM", "leafy_vegetable");
    let made = court.host.put("farm", &made);
    let shop = court.host.town.world.sites["shop"].clone();
    let sent = dispatch(&shop, &[(&made.line(1), "10")]);
    court.host.put("farm", &sent)
}

fn a_desk_shows_a_shipment_at_both_ends_until_it_is_received(place: Place) {
    let mut court = Court::new(place);
    let sent = send(&mut court, "t/DESK-1");
    let (here, there) = (
        desk(&court, "shop-admin", "shop"),
        desk(&court, "farm-admin", "farm"),
    );
    let incoming = &here["incoming"][0];
    assert_eq!(incoming["id"], sent.record.id.to_string());
    assert_eq!(there["outgoing"][0]["id"], incoming["id"]);
    assert_eq!(
        incoming["other"]["id"],
        court.host.town.world.sites["farm"].as_str()
    );
    assert_eq!(incoming["lines"][0]["left"], "10");
    let goods =
        &here["goods"][usize::try_from(incoming["lines"][0]["goods"].as_u64().unwrap()).unwrap()];
    assert_eq!(goods["lot"], "t/DESK-1");
    assert!(goods["name"].is_string(), "{goods}");
    // The dispatch can be checked and received with this answer alone.
    let text = incoming["sd_jwt"].as_str().unwrap();
    assert!(text.starts_with(sent.record.jwt()), "{text}");
    assert!(
        text.len() > sent.record.jwt().len() + 1,
        "the quantity is open"
    );
    let signer = court.get_as("shop-admin", &format!("/v1/keys/{}/owner", sent.record.kid));
    assert_eq!(signer.json()["jwk"], incoming["jwk"]);

    let received = court.host.put("shop", &receive(&[(&sent.line(1), "10")]));
    let (here, there) = (
        desk(&court, "shop-admin", "shop"),
        desk(&court, "farm-admin", "farm"),
    );
    assert_eq!(here["incoming"], json!([]));
    assert_eq!(there["outgoing"], json!([]));
    let mut held = here["held"].as_array().unwrap().iter();
    let held = held.find(|one| one["record"] == received.record.id.to_string());
    assert_eq!(held.unwrap()["left"], "10");
}

fn what_came_otherwise_than_it_was_sent_is_on_the_senders_desk_until_it_is_settled(place: Place) {
    let mut court = Court::new(place);
    let sent = send(&mut court, "t/DESK-2");
    let receipt = receive(&[(&sent.line(1), "7.5")])
        .body("check", "accept_with_note")
        .body("differences", json!([difference(1, "2.5", "0", "0")]));
    let received = court.host.put("shop", &receipt);
    let there = desk(&court, "farm-admin", "farm");
    let disputed = &there["disputed"][0];
    assert_eq!(disputed["record"], received.record.id.to_string());
    assert_eq!(disputed["dispatch"], sent.record.id.to_string());
    assert_eq!(
        (&disputed["open"], &disputed["uom"]),
        (&json!("2.5"), &json!("KGM"))
    );
    assert_eq!(desk(&court, "shop-admin", "shop")["disputed"], json!([]));

    let settled = settle(sent.record.id, &received.line(1), "2.5", "lost");
    court.host.put("farm", &settled);
    assert_eq!(desk(&court, "farm-admin", "farm")["disputed"], json!([]));
}

fn a_desk_is_for_those_whom_the_table_names(place: Place) {
    let court = Court::new(place);
    let site = &court.host.town.world.sites["shop"];
    let path = format!("/v1/sites/{site}/desk");
    assert_eq!(court.ask(None, "GET", &path, "").status, 401);
    for (name, status) in [
        ("shop-admin", 200),
        ("officer", 200),
        ("farm-admin", 403),
        ("driver", 403),
        ("carrier", 403),
    ] {
        assert_eq!(court.get_as(name, &path).status, status, "{name}");
    }
    for (path, status) in [
        ("/v1/sites/JY13101180000999/desk", 400),
        ("/v1/sites/nothing/desk", 400),
    ] {
        assert_eq!(court.get_as("province", path).status, status, "{path}");
    }
}

fn whose_key_it_is_everybody_may_ask(place: Place) {
    let court = Court::new(place);
    let kid = court.kid("shop-admin");
    let answer = court.ask(None, "GET", &format!("/v1/keys/{kid}/owner"), "");
    let owner = answer.json();
    assert_eq!(
        owner["party"],
        court.host.town.world.parties["shop"].as_str()
    );
    assert_eq!(
        (&owner["role"], &owner["revoked"]),
        (&json!("admin"), &json!(false))
    );
    for unknown in ["A".repeat(43), "nothing".to_owned()] {
        let path = format!("/v1/keys/{unknown}/owner");
        assert_eq!(court.ask(None, "GET", &path, "").status, 404, "{unknown}");
    }
}
