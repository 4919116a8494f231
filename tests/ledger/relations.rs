//! What admission asks about earlier records is found in the database too: every step is said to a
//! process that remembers nothing.

use crate::common::Draft;
use crate::common::draft::{
    about_lot, certify, dispatch, hold, observe, receive, settle_unreceived,
};
use crate::place::{Place, on_both_databases};
use crate::town::{Town, line_of, parse};
use serde_json::json;
use shisu::app::ledger::Outcome;
use shisu::core::text::Explain as _;

on_both_databases! {
    who_held_a_lot_is_known_after_a_restart
    a_hold_that_was_lifted_stays_lifted_after_a_restart
    a_number_given_twice_is_found_after_a_restart
    former_carriers_are_known_after_a_restart
    receipts_that_find_no_room_to_wait_hear_so_and_those_that_wait_go_on_waiting
    what_was_settled_without_a_receipt_stays_settled_after_a_restart
}

/// The code with which `name` is refused.
fn refusal(town: &mut Town, name: &str, draft: &Draft) -> &'static str {
    let text = town.world.text(name, draft);
    match town.submit_one(&text) {
        Outcome::Refused(refusal) => refusal.code(),
        other => panic!("not refused: {other:?}"),
    }
}

fn who_held_a_lot_is_known_after_a_restart(place: Place) {
    let mut town = Town::new(place);
    let credit = town.harvest("farm", "t/LOT-1", "10");
    let (sent, received) = town.signed_shipment("shop", &credit, "4");
    town.submit(&[sent, received]);
    let body = json!({"mode": "self_check", "at": town.world.now, "passed": true});
    let check = about_lot("inspect", "t/LOT-1", body);
    for name in ["farm", "shop"] {
        town.reopen();
        town.put(name, &check);
    }
    for name in ["coop", "canteen"] {
        town.reopen();
        assert_eq!(refusal(&mut town, name, &check), "not_concerned");
    }
    town.check();
}

fn a_hold_that_was_lifted_stays_lifted_after_a_restart(place: Place) {
    let mut town = Town::new(place);
    town.harvest("farm", "t/LOT-1", "10");
    let first = town.put("regulator", &hold("t/LOT-1")).record.id;
    let other = town.put("regulator", &hold("t/LOT-1")).record.id;
    let release = |id| Draft::new("release", json!({"hold": id}));
    town.reopen();
    town.put("regulator", &release(other).refs(&[first]));
    town.reopen();
    assert_eq!(
        refusal(&mut town, "regulator", &release(other)),
        "already_closed"
    );
    town.put("regulator", &release(first));
    town.check();
}

fn a_number_given_twice_is_found_after_a_restart(place: Place) {
    let mut town = Town::new(place);
    town.harvest("farm", "t/LOT-1", "10");
    let issuer = town.world.parties["farm"].clone();
    let paper = certify("farm_certificate", "issued", "NO-1", "t/LOT-1");
    let paper = paper.body("issuer_party", issuer);
    town.put("farm", &paper);
    let before = town.place.projections().len();
    town.reopen();
    town.put("farm", &paper);
    let rows = town.place.projections();
    let found = rows
        .iter()
        .filter(|row| row.contains("paper_number_reused"));
    assert_eq!(found.count(), 2, "on both papers, beside {before} rows");
    town.check();
}

fn former_carriers_are_known_after_a_restart(place: Place) {
    let mut town = Town::new(place);
    let credit = town.harvest("farm", "t/LOT-1", "10");
    let to = town.world.sites["shop"].clone();
    let id = town
        .put("farm", &dispatch(&to, &[(&credit, "10")]))
        .record
        .id;
    let at = town.world.now;
    for (from, to) in [("farm", "coop"), ("coop", "plant")] {
        let body = json!({
            "dispatch": id, "at": at, "reason": "transfer", "to": town.world.parties[to],
        });
        town.reopen();
        town.put(from, &Draft::new("hand_on", body));
    }
    let readings = observe(id, &[(at, "4")]);
    let deliver = json!({"dispatch": id, "at": at, "seals_intact": true});
    town.reopen();
    town.put("coop", &readings);
    let deliver = Draft::new("deliver", deliver);
    assert_eq!(refusal(&mut town, "coop", &deliver), "not_entitled");
    assert_eq!(refusal(&mut town, "canteen", &readings), "not_entitled");
    town.put("plant", &deliver);
    town.check();
}

/// Receipts that may wait for one dispatch.
const WAITING_MAX: u64 = 32;

fn receipts_that_find_no_room_to_wait_hear_so_and_those_that_wait_go_on_waiting(place: Place) {
    let mut town = Town::new(place);
    let credit = town.harvest("farm", "t/LOT-1", "10");
    let (sent, _) = town.signed_shipment("canteen", &credit, "4");
    let line = line_of(&parse(&sent), 1);
    let at = town.world.now;
    let mut receipt = |number: u64| {
        let draft = receive(&[(&line, "4")]).body("at", at + number);
        town.world.text("shop", &draft)
    };
    let texts: Vec<String> = (0..=WAITING_MAX).map(&mut receipt).collect();
    let outcomes = town.submit(&texts);
    let (last, waiting) = outcomes.split_last().unwrap();
    assert!(waiting.iter().all(|outcome| outcome.code() == "parked"));
    let Outcome::Refused(refusal) = last else {
        panic!("{last:?}")
    };
    assert_eq!(refusal.code(), "parked_full");
    assert_eq!(
        town.submit_one(&texts[0]).code(),
        "parked",
        "it waits already"
    );
}

fn what_was_settled_without_a_receipt_stays_settled_after_a_restart(place: Place) {
    let mut town = Town::new(place);
    let credit = town.harvest("farm", "t/LOT-1", "10");
    let (sent, received) = town.signed_shipment("shop", &credit, "4");
    town.submit(std::slice::from_ref(&sent));
    let line = line_of(&parse(&sent), 1);
    town.reopen();
    let early = settle_unreceived(&line, "4", "lost");
    assert_eq!(refusal(&mut town, "farm", &early), "still_awaited");
    town.reopen();
    town.put("regulator", &early);
    town.reopen();
    let Outcome::Refused(late) = town.submit_one(&received) else {
        panic!("a settled line was received")
    };
    assert_eq!(late.code(), "line_closed");
    town.check();
}
