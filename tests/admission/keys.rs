//! Who may sign: the standing of a key is judged at the record's place in the log.

use crate::common::draft::create;
use crate::common::world::{COUNTY, DAY, HOUR};
use crate::common::{Draft, Ledger};
use serde_json::json;

fn harvest() -> Draft {
    create("t/LOT-1", "10", "KGM", "leafy_vegetable")
}

fn revoke(ledger: &Ledger, name: &str) -> Draft {
    let kid = ledger.world.jwk(name).kid();
    Draft::new("revoke_key", json!({"key": kid, "reason": "lost"}))
}

#[test]
fn a_clerk_of_the_site_signs_for_it() {
    let mut ledger = Ledger::with_chain();
    let admitted = ledger.put("farm", &harvest());
    assert_eq!(admitted.findings(), []);
    assert_eq!(admitted.entry.index(), ledger.replay.size() - 1);
}

#[test]
fn a_key_that_nobody_enrolled_is_unknown() {
    let mut ledger = Ledger::with_chain();
    ledger.world.invent_author("stranger", "farm", Some("farm"));
    ledger
        .submit("stranger", &harvest())
        .expect_refusal("unknown_key");
}

#[test]
fn a_signature_by_another_key_than_the_header_names_is_refused() {
    let mut ledger = Ledger::with_chain();
    let mut wire = ledger.world.wire("farm", &harvest());
    wire.key = crate::common::world::signing_key("coop");
    let text = wire.sign();
    ledger
        .submit_text("farm", &text)
        .expect_refusal("signature");
}

#[test]
fn a_revoked_key_signs_no_more() {
    let mut ledger = Ledger::with_chain();
    let revoke = revoke(&ledger, "farm");
    ledger.put("registrar", &revoke);
    ledger
        .submit("farm", &harvest())
        .expect_refusal("key_revoked");
    ledger
        .submit("registrar", &revoke)
        .expect_refusal("key_revoked");
}

#[test]
fn what_was_admitted_before_the_key_was_revoked_keeps_its_index() {
    let mut ledger = Ledger::with_chain();
    let admitted = ledger.put("farm", &harvest());
    let revoke = revoke(&ledger, "farm");
    ledger.put("registrar", &revoke);
    ledger
        .submit_text("farm", &admitted.text)
        .expect_duplicate(admitted.entry);
}

#[test]
fn a_key_does_not_count_before_its_time() {
    let mut ledger = Ledger::with_chain();
    let from = ledger.world.now + HOUR;
    let key = ledger.world.add_key("early", "farm", Some("farm"), "clerk");
    ledger.put("registrar", &key.body("from", from));
    ledger
        .submit("early", &harvest())
        .expect_refusal("key_not_yet_valid");
    ledger.pass(HOUR - 60);
    // The node's clock decides, though the author's may be a little ahead.
    ledger
        .submit("early", &harvest().set("iat", from))
        .expect_refusal("key_not_yet_valid");
    ledger.pass(60);
    let before = harvest().set("iat", from - 1);
    ledger
        .submit("early", &before)
        .expect_refusal("key_not_yet_valid");
    ledger.put("early", &harvest());
}

#[test]
fn a_key_ends_by_itself_but_what_it_signed_in_time_may_still_arrive() {
    let mut ledger = Ledger::with_chain();
    let until = ledger.world.now + HOUR;
    let key = ledger.world.add_key("short", "farm", Some("farm"), "clerk");
    ledger.put("registrar", &key.body("until", until));
    ledger.pass(2 * HOUR);
    ledger
        .submit("short", &harvest())
        .expect_refusal("key_expired");
    ledger.put("short", &harvest().set("iat", until));
    ledger.pass(DAY);
    let late = create("t/LOT-2", "10", "KGM", "leafy_vegetable").set("iat", until);
    ledger.submit("short", &late).expect_refusal("key_expired");
}

#[test]
fn a_key_signs_for_its_own_party_only() {
    let mut ledger = Ledger::with_chain();
    let other = ledger.party("coop");
    ledger
        .submit("farm", &harvest().set("iss", other))
        .expect_refusal("key_of_other_party");
}

#[test]
fn a_key_signs_at_its_own_site_only() {
    let mut ledger = Ledger::with_chain();
    let second = ledger.world.register_site("second", "farm", "farm");
    ledger.put("registrar", &second);
    let there = harvest().set("site", ledger.site("second"));
    ledger
        .submit("farm", &there)
        .expect_refusal("key_of_other_site");
    ledger.enrol_key("everywhere", "farm", None, "clerk");
    ledger.put("everywhere", &there);
}

#[test]
fn nobody_signs_at_the_site_of_another_party() {
    let mut ledger = Ledger::with_chain();
    ledger.enrol_key("everywhere", "farm", None, "clerk");
    let there = harvest().set("site", ledger.site("coop"));
    ledger
        .submit("everywhere", &there)
        .expect_refusal("site_of_other_party");
}

#[test]
fn goods_move_at_a_site_that_is_enrolled_named_and_open() {
    let mut ledger = Ledger::with_chain();
    ledger.enrol_key("everywhere", "farm", None, "clerk");
    ledger
        .submit("everywhere", &harvest())
        .expect_refusal("unknown_site");
    let nowhere = harvest().set("site", format!("S-{COUNTY}-0999998"));
    let refused = ledger.submit("everywhere", &nowhere);
    assert!(matches!(refused, crate::common::Outcome::Refused(_)));
    let site = ledger.site("farm");
    let closed = Draft::new(
        "register_site",
        json!({
            "site": site, "party": ledger.party("farm"), "kind": "farm", "name": "示例",
            "county": COUNTY, "open": false,
        }),
    );
    ledger.put("registrar", &closed);
    ledger
        .submit("farm", &harvest())
        .expect_refusal("site_closed");
}

#[test]
fn each_role_signs_its_own_types() {
    let mut ledger = Ledger::with_chain();
    let credit = ledger.harvest("farm", "t/LOT-1", "10");
    let sent = ledger.send("farm", "shop", &credit, "10");
    ledger.enrol_key("driver", "farm", None, "driver");
    ledger.enrol_key("logger", "farm", None, "device");
    let dispatch = sent.record;
    let leg = Draft::new(
        "pick_up",
        json!({"dispatch": dispatch, "at": ledger.world.now, "seals_intact": true}),
    );
    let readings = crate::common::draft::observe(dispatch, &[(ledger.world.now, "4")]);
    for (name, draft) in [
        ("driver", harvest()),
        ("logger", harvest()),
        ("logger", leg.clone()),
        ("farm", revoke(&ledger, "farm")),
        ("node", revoke(&ledger, "farm")),
    ] {
        ledger.submit(name, &draft).expect_refusal("key_role");
    }
    ledger.put("driver", &leg);
    ledger.put("driver", &readings);
    ledger.put("logger", &readings);
}

#[test]
fn an_admin_key_manages_the_keys_of_its_own_party_and_no_other() {
    let mut ledger = Ledger::with_chain();
    ledger.enrol_key("boss", "farm", None, "admin");
    let own = ledger.world.add_key("hand", "farm", Some("farm"), "clerk");
    ledger.put("boss", &own);
    ledger.put("hand", &harvest());
    let others = ledger.world.add_key("thief", "coop", Some("coop"), "clerk");
    ledger
        .submit("boss", &others)
        .expect_refusal("not_entitled");
    let revoke_other = revoke(&ledger, "coop");
    ledger
        .submit("boss", &revoke_other)
        .expect_refusal("not_entitled");
    let revoke_own = revoke(&ledger, "hand");
    ledger.put("boss", &revoke_own);
}

#[test]
fn a_key_limited_to_a_site_must_name_one() {
    let mut ledger = Ledger::with_chain();
    let harvest = ledger.put("farm", &harvest());
    let correct = json!({ "record": harvest.record.id, "reason": "typing" });
    // The same hand, the same limit, but the record does not say where.
    ledger.world.authors.get_mut("farm").unwrap().site = None;
    ledger
        .submit("farm", &Draft::new("correct", correct))
        .expect_refusal("key_of_other_site");
}

#[test]
fn an_admin_key_limited_to_a_site_grants_and_revokes_within_it_only() {
    let mut ledger = Ledger::with_chain();
    let second = ledger.world.register_site("second", "farm", "farm");
    ledger.put("registrar", &second);
    ledger.enrol_key("foreman", "farm", Some("farm"), "admin");
    ledger.enrol_key("elsewhere", "farm", Some("second"), "clerk");
    let unlimited = ledger.world.add_key("wide", "farm", None, "admin");
    ledger
        .submit("foreman", &unlimited)
        .expect_refusal("not_entitled");
    let other = ledger
        .world
        .add_key("there", "farm", Some("second"), "clerk");
    ledger
        .submit("foreman", &other)
        .expect_refusal("not_entitled");
    let own = ledger.world.add_key("here", "farm", Some("farm"), "clerk");
    ledger.submit("foreman", &own).admitted();
    let revoke = revoke(&ledger, "elsewhere");
    ledger
        .submit("foreman", &revoke)
        .expect_refusal("not_entitled");
}
