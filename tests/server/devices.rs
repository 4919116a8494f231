//! Devices of a party, as whoever manages its keys tells them apart: by what they were called, and by who holds them.

use crate::common::world::signing_key;
use crate::court::Court;
use crate::place::{Place, on_both_databases};
use serde_json::{Value, json};
use shisu::core::ids::PartyId;
use shisu::core::joining::Code;
use shisu::core::log::Origin;
use shisu::core::record::{Jwk, PossessionProof};

on_both_databases! {
    a_device_keeps_the_name_of_its_invitation_and_whoever_holds_it_is_told_on_request
}

const DAY_S: u64 = 86_400;

/// A device of the shop that was invited, answered, and was added for somebody.
fn joins(court: &mut Court, name: &str) {
    let world = &court.host.town.world;
    let shop = world.parties["shop"].clone();
    let token = court.token("shop-admin");
    let ask = |path: &str, body: Value| {
        let answer = court.ask(Some(&token), "POST", path, &body.to_string());
        assert!(answer.status < 300, "{}", answer.text());
        answer.json()
    };
    let asked = json!({"party": shop, "role": "clerk", "label": "收货口手机"});
    let made = ask("/v1/invitations", asked);
    let code = made["code"].as_str().unwrap();
    let key = signing_key(name);
    let (log, party) = (Origin::new(&world.log), PartyId::parse(&shop));
    let proof = PossessionProof::sign(&key, &log.unwrap(), &party.unwrap());
    let path = format!("/v1/invitations/{}/accept", Code::parse(code).unwrap().id());
    ask(
        &path,
        json!({"code": code, "jwk": Jwk::of(&key), "proof": proof}),
    );
    let added = court.host.town.world.add_key(name, "shop", None, "clerk");
    let added = added.body("person", json!({"name": "示例员工"}));
    court.host.put("shop-admin", &added);
}

fn listed(court: &Court, name: &str, more: &str) -> Vec<Value> {
    let party = &court.host.town.world.parties["shop"];
    let answer = court.get_as(name, &format!("/v1/devices?party={party}{more}"));
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["devices"].as_array().unwrap().clone()
}

/// What the list says of a device, and of how many others it says something.
fn told(devices: &[Value], kid: &str) -> (Value, Value, usize) {
    let one = devices.iter().find(|one| one["kid"] == kid).unwrap();
    let is_told = |one: &&Value| !one["label"].is_null() || !one["person"].is_null();
    let others = devices.iter().filter(|one| one["kid"] != kid);
    let (label, person) = (one["label"].clone(), one["person"].clone());
    (label, person, others.filter(is_told).count())
}

fn a_device_keeps_the_name_of_its_invitation_and_whoever_holds_it_is_told_on_request(place: Place) {
    let mut court = Court::new(place);
    joins(&mut court, "gate-phone");
    let kid = court.kid("gate-phone");
    let looks = |court: &Court| -> Vec<Value> {
        let journal = court.get_as("operator", "/v1/access-journal?limit=500");
        journal.json()["accesses"].as_array().unwrap().clone()
    };
    let plain = listed(&court, "shop-admin", "");
    assert_eq!(told(&plain, &kid), (json!("收货口手机"), Value::Null, 0));
    assert_eq!(looks(&court).len(), 0, "nothing was opened");
    let open = listed(&court, "shop-admin", "&people=true");
    assert_eq!(
        told(&open, &kid),
        (json!("收货口手机"), json!("示例员工"), 0)
    );
    let noted = looks(&court);
    assert_eq!((noted.len(), &noted[0]["class"]), (1, &json!("personal")));
    // The registrar manages all keys and sees what it signed itself.
    let theirs = listed(&court, "registrar", "&people=true");
    assert_eq!(told(&theirs, &kid).1, Value::Null);
    assert_eq!(looks(&court).len(), 1);
    // Invitations that are long over are forgotten, and what a device is called that joined is not.
    court.pass(200 * DAY_S);
    let shop = court.host.town.world.parties["shop"].clone();
    let token = court.token("shop-admin");
    let asked = json!({"party": shop, "role": "clerk"}).to_string();
    let made = court.ask(Some(&token), "POST", "/v1/invitations", &asked);
    assert_eq!(made.status, 201, "{}", made.text());
    assert_eq!(
        told(&listed(&court, "shop-admin", ""), &kid).0,
        "收货口手机"
    );
}
