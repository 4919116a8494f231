//! What a state that forgets must ask for again: nothing may look free, absent or allowed only
//! because it was forgotten.

use crate::common::draft::{about_lot, certify, create, hold, observe, recall};
use crate::common::{Admitted, Draft, Ledger};
use serde_json::json;
use shisu::core::custody::{Needs, Working};
use shisu::core::ids::{LotCode, SiteId};
use shisu::core::log::Origin;
use shisu::core::record::{Completeness, Record};

fn harvest() -> Draft {
    create("t/LOT-1", "10", "KGM", "leafy_vegetable")
}

fn record(ledger: &mut Ledger, name: &str, draft: &Draft) -> Record {
    let text = ledger.world.text(name, draft);
    Record::parse(&text, Completeness::Complete).unwrap()
}

fn needs(state: &Working, record: &Record) -> Needs {
    let mut needs = Needs::default();
    state.need(record, &mut needs);
    needs
}

/// A ledger in which the farm wrote a record, and that record.
fn ready() -> (Ledger, Admitted) {
    let mut ledger = Ledger::with_chain();
    let admitted = ledger.put("farm", &harvest());
    (ledger, admitted)
}

#[test]
fn a_state_that_forgot_nothing_needs_nothing() {
    let (mut ledger, admitted) = ready();
    let next = record(
        &mut ledger,
        "farm",
        &recall("t/LOT-1").refs(&[admitted.record.id]),
    );
    assert!(needs(ledger.replay.state(), &next).is_empty());
}

#[test]
fn a_state_that_knows_nothing_needs_all_that_a_record_names() {
    let (_, admitted) = ready();
    let claims = &admitted.record.claims;
    let needs = needs(&Working::new(10), &admitted.record);
    assert!(needs.kids.contains(&admitted.record.kid));
    assert!(needs.parties.contains(&claims.iss));
    assert!(needs.sites.contains(claims.site.as_ref().unwrap()));
    assert!(needs.codes.contains(&LotCode::parse("t/LOT-1").unwrap()));
}

#[test]
fn a_key_whose_feed_was_forgotten_is_asked_for_again() {
    let (ledger, admitted) = ready();
    let kid = admitted.record.kid;
    let (known, mut state) = (ledger.replay.state(), Working::new(10));
    state.keys.put(kid, known.keys.get(&kid).unwrap().clone());
    assert!(needs(&state, &admitted.record).kids.contains(&kid));
    state.feeds.put(kid, *known.feeds.get(&kid).unwrap());
    assert!(!needs(&state, &admitted.record).kids.contains(&kid));
}

#[test]
fn a_code_whose_lots_were_forgotten_is_asked_for_again() {
    let (mut ledger, admitted) = ready();
    let recall = record(&mut ledger, "farm", &recall("t/LOT-1"));
    let code = LotCode::parse("t/LOT-1").unwrap();
    let lot = admitted.effects.lots[0].clone();
    let mut state = Working::new(10);
    state.codes.put(code.clone(), vec![lot.key]);
    assert!(needs(&state, &recall).codes.contains(&code));
    state.lots.put(lot.key, lot);
    assert!(!needs(&state, &recall).codes.contains(&code));
}

#[test]
fn the_origin_that_a_subject_names_is_asked_for() {
    let (mut ledger, admitted) = ready();
    let origin = admitted.record.id;
    let draft = recall("t/LOT-1").about(&[format!("lot@{origin}/t/LOT-1")]);
    let recall = record(&mut ledger, "farm", &draft);
    assert!(needs(&Working::new(10), &recall).records.contains(&origin));
}

#[test]
fn the_site_a_shipment_goes_to_is_asked_for_since_its_party_may_sign_the_leg() {
    let (mut ledger, admitted) = ready();
    let sent = ledger.send("farm", "shop", &admitted.line(1), "10");
    let now = ledger.world.now;
    let leg = record(&mut ledger, "shop", &observe(sent.record, &[(now, "4")]));
    let known = ledger.replay.state();
    let entry = known.entries.get(&sent.record).unwrap().clone();
    let mut state = Working::new(10);
    let shipment = known.shipments.get(&entry.key).unwrap().clone();
    state.shipments.put(entry.key, shipment);
    state.entries.put(sent.record, entry);
    let shop = SiteId::parse(&ledger.site("shop")).unwrap();
    assert!(needs(&state, &leg).sites.contains(&shop));
}

#[test]
fn whether_a_lot_came_to_the_authors_site_is_asked_for_when_they_say_they_checked_it() {
    let (mut ledger, admitted) = ready();
    ledger.move_on("farm", "shop", &admitted.line(1), "10");
    let body = json!({"mode": "self_check", "at": ledger.world.now, "passed": true});
    let check = record(&mut ledger, "shop", &about_lot("inspect", "t/LOT-1", body));
    let known = ledger.replay.state();
    assert!(needs(known, &check).is_empty(), "a replay forgets nothing");
    let lot = admitted.effects.lots[0].clone();
    let shop = SiteId::parse(&ledger.site("shop")).unwrap();
    let shop = known.sites.get(&shop).unwrap().clone();
    let mut state = Working::new(10);
    let place = (lot.key, shop.entry);
    state.codes.put(lot.code.clone(), vec![lot.key]);
    state.sites.put(shop.id, shop);
    assert!(!needs(&state, &check).parties.contains(&lot.party));
    state.lots.put(lot.key, lot.clone());
    let asked = needs(&state, &check);
    assert!(asked.arrivals.contains(&place));
    assert!(asked.parties.contains(&lot.party), "who may act for them");
    state.arrivals.put(place, true);
    assert!(needs(&state, &check).arrivals.is_empty());
}

#[test]
fn a_hold_that_may_have_been_lifted_meanwhile_is_asked_for_again() {
    let (mut ledger, _) = ready();
    let held = ledger.put("lab", &hold("t/LOT-1"));
    let id = held.record.id;
    let release = Draft::new("release", json!({"hold": id}));
    let release = record(&mut ledger, "lab", &release);
    let known = ledger.replay.state();
    let mut state = Working::new(10);
    state
        .entries
        .put(id, known.entries.get(&id).unwrap().clone());
    assert!(needs(&state, &release).records.contains(&id));
    state.ended.put(held.entry, false);
    assert!(!needs(&state, &release).records.contains(&id));
}

#[test]
fn whether_an_issuer_used_a_number_is_asked_for() {
    let (mut ledger, _) = ready();
    let paper = |standing: &str| certify("farm_certificate", standing, "NO-1", "t/LOT-1");
    let issued = paper("issued").body("issuer_party", ledger.party("farm"));
    let issued = record(&mut ledger, "farm", &issued);
    let mut state = Working::new(10);
    let asked = needs(&state, &issued).numbers;
    assert_eq!(asked.len(), 1);
    for number in asked {
        state.numbers.put(number, Vec::new());
    }
    assert!(needs(&state, &issued).numbers.is_empty());
    let typed = paper("transcribed").body("issuer_party", ledger.party("farm"));
    let typed = record(&mut ledger, "farm", &typed);
    assert!(needs(&state, &typed).numbers.is_empty(), "another's number");
}

#[test]
fn what_comes_with_the_batch_is_not_asked_for() {
    let (mut ledger, admitted) = ready();
    let made = record(&mut ledger, "farm", &harvest());
    let citing = record(&mut ledger, "farm", &recall("t/LOT-1").refs(&[made.id]));
    let state = ledger.replay.state();
    let home = &admitted.record.claims.log;
    assert!(needs(state, &citing).records.contains(&made.id));
    assert!(state.is_coming(&made, home), "its number is new");
    let mut needs = Needs {
        coming: std::iter::once(made.id).collect(),
        ..Needs::default()
    };
    state.need(&citing, &mut needs);
    assert!(needs.is_empty());
}

#[test]
fn what_may_be_in_the_log_already_is_not_taken_for_coming() {
    let (mut ledger, admitted) = ready();
    let home = admitted.record.claims.log.clone();
    let state = ledger.replay.state();
    assert!(
        !state.is_coming(&admitted.record, &home),
        "its number is used"
    );
    let other = Origin::new("elsewhere.example/log").unwrap();
    let next = record(&mut ledger, "farm", &harvest());
    assert!(
        !ledger.replay.state().is_coming(&next, &other),
        "of another log"
    );
    assert!(
        !Working::new(10).is_coming(&next, &home),
        "a feed that was forgotten"
    );
}
