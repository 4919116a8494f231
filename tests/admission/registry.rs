//! Enrolment: every standing derives from the log's first record.

use crate::common::draft::create;
use crate::common::world::{COUNTY, HOUR, signing_key};
use crate::common::{Draft, Ledger, World};
use serde_json::json;
use shisu::core::custody::{FindingCode, Replay};
use shisu::core::ids::PartyId;
use shisu::core::log::Origin;
use shisu::core::record::{Completeness, Jwk, PossessionProof, Record};
use shisu::core::text::Explain as _;

/// The refusal of `draft` as the first record of a log.
fn refused_as_first(world: &mut World, name: &str, draft: &Draft) -> &'static str {
    let text = world.text(name, draft);
    let record = Record::parse(&text, Completeness::Complete).unwrap();
    let mut replay = Replay::new(Origin::new(&world.log).unwrap());
    let refusal = replay.push(&record).unwrap_err();
    assert_eq!(replay.size(), 0);
    refusal.code()
}

#[test]
fn a_log_begins_with_a_genesis_beat_of_the_node_it_names() {
    let mut world = World::default();
    let genesis = world.genesis();
    let plain = world.beat();
    assert_eq!(refused_as_first(&mut world, "node", &plain), "unknown_key");
    assert_eq!(
        refused_as_first(&mut world, "registrar", &genesis),
        "signature"
    );
    let with_ref = genesis.set("prev", json!(Jwk::of(&signing_key("x")).kid()));
    assert_eq!(
        refused_as_first(&mut world, "node", &with_ref),
        "not_genesis"
    );
}

#[test]
fn the_node_and_the_registrar_have_different_keys() {
    let mut world = World::default();
    let genesis = world.genesis();
    let mut claims = genesis.claims().clone();
    claims["body"]["genesis"]["registrar_key"] = json!(world.jwk("node"));
    let genesis = Draft::new("beat", claims["body"].clone());
    assert_eq!(
        refused_as_first(&mut world, "node", &genesis),
        "not_genesis"
    );
}

#[test]
fn a_log_has_one_beginning() {
    let mut ledger = Ledger::with_chain();
    let again = ledger.world.clone().genesis();
    ledger
        .submit("node", &again)
        .expect_refusal("second_genesis");
}

#[test]
fn only_the_node_says_what_time_it_is() {
    let mut ledger = Ledger::with_chain();
    ledger.enrol_key("boss", "farm", None, "admin");
    ledger.world.now += HOUR;
    let beat = ledger.world.beat();
    ledger.world.now -= HOUR;
    for name in ["farm", "boss", "registrar"] {
        ledger.submit(name, &beat).expect_refusal("node_only");
    }
    let refused = ledger
        .world
        .add_key("second node", "registrar", None, "node");
    ledger
        .submit("registrar", &refused)
        .expect_refusal("node_only");
    let kid = ledger.world.jwk("node").kid();
    let revoke = Draft::new("revoke_key", json!({"key": kid, "reason": "lost"}));
    ledger
        .submit("registrar", &revoke)
        .expect_refusal("node_only");
}

#[test]
fn time_does_not_run_backwards() {
    let mut ledger = Ledger::with_chain();
    ledger.pass(HOUR);
    ledger.world.now -= 1;
    let earlier = ledger.world.beat();
    ledger
        .submit("node", &earlier)
        .expect_refusal("beat_backwards");
    ledger.world.now += 1;
}

#[test]
fn only_the_registrar_enrols() {
    let mut ledger = Ledger::with_chain();
    ledger.enrol_key("boss", "farm", None, "admin");
    ledger.enrol_key("chief", "regulator", None, "admin");
    let party = ledger.world.register_party("newcomer", "retailer");
    let site = ledger.world.register_site("newcomer", "farm", "shop");
    for name in ["boss", "chief"] {
        ledger.submit(name, &party).expect_refusal("not_entitled");
        ledger.submit(name, &site).expect_refusal("not_entitled");
    }
    ledger.submit("farm", &party).expect_refusal("key_role");
    ledger.put("registrar", &party);
}

#[test]
fn a_registrar_appoints_no_other_registrar() {
    let mut ledger = Ledger::new();
    let party = ledger.world.register_party("second", "registrar");
    ledger
        .submit("registrar", &party)
        .expect_refusal("not_entitled");
}

#[test]
fn a_registrar_stays_a_registrar() {
    let mut ledger = Ledger::new();
    let id = ledger.party("registrar");
    let body = |kind: &str| json!({"party": id, "kind": kind, "name": "浙江省示例登记中心", "county": COUNTY});
    let other = Draft::new("register_party", body("regulator"));
    let same = Draft::new("register_party", body("registrar"));
    ledger
        .submit("registrar", &other)
        .expect_refusal("contradiction");
    ledger.put("registrar", &same);
    ledger.enrol("farm", "farm", "farm");
}

#[test]
fn a_site_and_a_key_need_a_party_that_is_enrolled() {
    let mut ledger = Ledger::new();
    ledger.world.register_party("ghost", "farm");
    let site = ledger.world.register_site("ghost", "ghost", "farm");
    let key = ledger.world.add_key("ghost", "ghost", None, "clerk");
    ledger
        .submit("registrar", &site)
        .expect_refusal("unknown_party");
    ledger
        .submit("registrar", &key)
        .expect_refusal("unknown_party");
}

#[test]
fn a_key_is_enrolled_once() {
    let mut ledger = Ledger::with_chain();
    let again = ledger.world.add_key("farm", "farm", Some("farm"), "clerk");
    ledger
        .submit("registrar", &again)
        .expect_refusal("key_known");
}

#[test]
fn a_key_is_enrolled_for_sites_of_its_own_party() {
    let mut ledger = Ledger::with_chain();
    let elsewhere = ledger.world.add_key("new", "farm", Some("coop"), "clerk");
    ledger
        .submit("registrar", &elsewhere)
        .expect_refusal("site_of_other_party");
    let ended = ledger.world.add_key("new", "farm", Some("farm"), "clerk");
    let ended = ended.body("from", 10).body("until", 10);
    ledger
        .submit("registrar", &ended)
        .expect_refusal("contradiction");
}

#[test]
fn nobody_enrols_a_key_they_do_not_have() {
    let mut ledger = Ledger::with_chain();
    let honest = ledger.world.add_key("new", "farm", Some("farm"), "clerk");
    let log = Origin::new(&ledger.world.log).unwrap();
    let other_log = Origin::new("anhui.example/log").unwrap();
    let farm = PartyId::parse(&ledger.party("farm")).unwrap();
    let coop = PartyId::parse(&ledger.party("coop")).unwrap();
    let (new, other) = (signing_key("new"), signing_key("other"));
    for forged in [
        PossessionProof::sign(&other, &log, &farm),
        PossessionProof::sign(&new, &other_log, &farm),
        PossessionProof::sign(&new, &log, &coop),
    ] {
        let draft = honest.clone().body("proof", json!(forged));
        ledger
            .submit("registrar", &draft)
            .expect_refusal("possession_proof");
    }
    ledger.put("registrar", &honest);
}

#[test]
fn weak_public_keys_are_refused() {
    let mut ledger = Ledger::with_chain();
    let honest = ledger.world.add_key("new", "farm", Some("farm"), "clerk");
    let mut identity = [0; 32];
    identity[0] = 1;
    let order_eight = [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67,
        0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac,
        0x03, 0x7a,
    ];
    let small = ed25519_dalek::VerifyingKey::from_bytes(&order_eight).unwrap();
    let mixed = signing_key("new").verifying_key().to_edwards() + small.to_edwards();
    let mut not_canonical = [0xff; 32];
    not_canonical[0] = 0xee;
    for weak in [
        [0; 32],
        identity,
        order_eight,
        mixed.compress().to_bytes(),
        not_canonical,
        [0xff; 32],
    ] {
        let draft = honest.clone().body("jwk", json!(Jwk::from_bytes(weak)));
        ledger
            .submit("registrar", &draft)
            .expect_refusal("weak_key");
    }
}

#[test]
fn a_smallholder_has_a_sealed_name_and_no_public_one() {
    let mut ledger = Ledger::new();
    let honest = ledger.world.register_party("nonghu", "smallholder");
    let public = honest.clone().body("name", "示例农户");
    ledger
        .submit("registrar", &public)
        .expect_refusal("contradiction");
    let nameless = honest.clone().body("person", json!(null));
    ledger
        .submit("registrar", &nameless)
        .expect_refusal("contradiction");
    let business = honest.clone().body("kind", "farm").body("name", "示例");
    ledger
        .submit("registrar", &business)
        .expect_refusal("contradiction");
    let admitted = ledger.put("registrar", &honest);
    assert_eq!(admitted.effects.party.unwrap().name, None);
}

#[test]
fn a_business_has_a_public_name() {
    let mut ledger = Ledger::new();
    let draft = ledger
        .world
        .register_party("firm", "retailer")
        .body("name", json!(null));
    ledger
        .submit("registrar", &draft)
        .expect_refusal("contradiction");
}

#[test]
fn an_agent_signs_for_the_smallholder_who_named_it() {
    let mut ledger = Ledger::with_chain();
    let draft = ledger.world.register_party("nonghu", "smallholder");
    let draft = draft.body("agent", ledger.party("coop"));
    ledger.put("registrar", &draft);
    let harvest = create("t/LOT-1", "10", "KGM", "leafy_vegetable")
        .body("on_behalf_of", ledger.party("nonghu"));
    ledger.put("coop", &harvest);
    ledger
        .submit("farm", &harvest)
        .expect_refusal("not_entitled");
}

#[test]
fn a_change_of_registration_keeps_its_first_entry() {
    let mut ledger = Ledger::with_chain();
    let site = ledger.site("farm");
    let first = ledger.harvest("farm", "t/LOT-1", "10");
    let moved = Draft::new(
        "register_site",
        json!({
            "site": site, "party": ledger.party("farm"), "kind": "farm", "name": "新名",
            "county": COUNTY, "open": true,
        }),
    );
    ledger.put("registrar", &moved);
    let sale = crate::common::draft::sell(&[(&first, "10")]);
    ledger.put("farm", &sale);
}

#[test]
fn a_site_that_passes_to_another_party_is_found_because_nobody_signed_for_its_goods() {
    let mut ledger = Ledger::with_chain();
    let credit = ledger.harvest("farm", "t/LOT-1", "10");
    let same = ledger.world.reopen_site("farm", "farm", "farm", true);
    assert_eq!(ledger.put("registrar", &same).findings(), []);
    let sold = ledger.world.reopen_site("farm", "coop", "farm", true);
    let found = ledger
        .submit("registrar", &sold)
        .expect_finding("site_changed_hands");
    let FindingCode::SiteChangedHands { from } = &found else {
        panic!("{found:?}")
    };
    assert_eq!(from.to_string(), ledger.party("farm"));
    let sale = crate::common::draft::sell(&[(&credit, "1")]);
    ledger
        .submit("farm", &sale)
        .expect_refusal("site_of_other_party");
}

#[test]
fn a_key_that_revokes_itself_as_no_longer_safe_is_suspect_in_that_very_record() {
    let mut ledger = Ledger::with_chain();
    ledger.enrol_key("boss", "farm", None, "admin");
    let kid = ledger.world.jwk("boss").kid();
    let now = ledger.world.now;
    let revoke = |since: u64| {
        let body = json!({"key": kid, "reason": "compromised", "suspect_since": since});
        Draft::new("revoke_key", body)
    };
    let mut safe = Ledger::with_chain();
    safe.enrol_key("boss", "farm", None, "admin");
    assert_eq!(safe.put("boss", &revoke(now + 1)).findings(), []);
    ledger
        .submit("boss", &revoke(now))
        .expect_finding("suspect_key");
}
