//! The payload: strict JSON, known members, exact numbers, and limits on everything.

use crate::common::draft::{bring, create, observe, receive};
use crate::common::{Draft, Ledger, Wire};
use serde_json::{Value, json};
use shisu::core::record::RecordId;
use shisu::core::record::limits::{
    ABOUT_MAX, BLOB_BYTES_MAX, BLOBS_MAX, MOVES_MAX, READINGS_MAX, RECORD_BYTES_MAX, REFS_MAX,
    SENSORS_MAX,
};

fn harvest() -> Draft {
    create("t/LOT-1", "10", "KGM", "leafy_vegetable")
}

fn ready() -> (Ledger, Wire) {
    let mut ledger = Ledger::with_chain();
    let wire = ledger.world.wire("farm", &harvest());
    (ledger, wire)
}

/// Every edit of the payload of a good record must be refused with its code.
fn refuse_edits(edits: &[(&str, &str, &str)]) {
    let (mut ledger, wire) = ready();
    for (from, to, code) in edits {
        let text = wire.clone().replace(from, to).sign();
        ledger.submit_text("farm", &text).expect_refusal(code);
    }
    ledger.submit_text("farm", &wire.sign()).admitted();
}

#[test]
fn a_member_is_named_once_wherever_it_stands() {
    refuse_edits(&[
        (r#""seq":1"#, r#""seq":1,"seq":1"#, "duplicate_member"),
        (r#""v":1"#, r#""v":1,"v":1"#, "duplicate_member"),
        (
            r#""n":1,"op":"in""#,
            r#""n":1,"n":1,"op":"in""#,
            "duplicate_member",
        ),
        (
            r#""how":"harvest""#,
            r#""how":"harvest","how":"catch""#,
            "duplicate_member",
        ),
        (
            r#""class":"leafy_vegetable""#,
            r#""class":"tomato","class":"tomato""#,
            "duplicate_member",
        ),
        (r#""seq":1"#, r#""s\u0065q":1,"seq":1"#, "duplicate_member"),
    ]);
}

#[test]
fn numbers_are_integers_below_two_to_the_53rd() {
    let (_, wire) = ready();
    let iat = format!(r#""iat":{}"#, crate::common::world::BEGINNING);
    assert!(String::from_utf8(wire.payload).unwrap().contains(&iat));
    refuse_edits(&[
        (r#""seq":1"#, r#""seq":1.0"#, "inexact_number"),
        (r#""seq":1"#, r#""seq":1e0"#, "inexact_number"),
        (r#""seq":1"#, r#""seq":1E+2"#, "inexact_number"),
        (r#""seq":1"#, r#""seq":9007199254740992"#, "inexact_number"),
        (
            r#""seq":1"#,
            r#""seq":18446744073709551616"#,
            "inexact_number",
        ),
        (r#""seq":1"#, r#""seq":-1"#, "malformed"),
        (r#""seq":1"#, r#""seq":01"#, "malformed"),
        (r#""seq":1"#, r#""seq":"1""#, "malformed"),
        (&iat, r#""iat":9007199254740992"#, "inexact_number"),
        (&iat, r#""iat":1795312800.5"#, "inexact_number"),
        (
            r#""n":1,"op":"in""#,
            r#""n":1.0,"op":"in""#,
            "inexact_number",
        ),
    ]);
    let mut ledger = Ledger::with_chain();
    let largest = harvest().set("seq", 9_007_199_254_740_991_u64);
    ledger.put("farm", &largest);
}

#[test]
fn what_a_node_says_of_its_peers_is_exact_too() {
    let mut ledger = Ledger::new();
    let beat = |size: u64| {
        let peers = json!([{"log": "anhui.example/log", "size": size}]);
        Draft::new(
            "beat",
            json!({"at": ledger.world.now, "rules": "rules-of-tests", "peers": peers}),
        )
    };
    let (exact, inexact) = (beat(9_007_199_254_740_991), beat(9_007_199_254_740_992));
    ledger
        .submit("node", &inexact)
        .expect_refusal("inexact_number");
    ledger.put("node", &exact);
}

#[test]
fn members_that_nobody_knows_are_refused() {
    refuse_edits(&[
        (r#""seq":1"#, r#""seq":1,"exp":1"#, "malformed"),
        (
            r#""n":1,"op":"in""#,
            r#""n":1,"note":"x","op":"in""#,
            "malformed",
        ),
        (
            r#""how":"harvest""#,
            r#""how":"harvest","price":"1""#,
            "malformed",
        ),
        (
            r#""class":"leafy_vegetable""#,
            r#""class":"tomato","colour":"red""#,
            "malformed",
        ),
    ]);
}

#[test]
fn members_that_a_type_needs_are_there() {
    refuse_edits(&[
        (r#""seq":1,"#, "", "malformed"),
        (r#""how":"harvest","#, "", "malformed"),
        (r#","v":1"#, "", "malformed"),
        (r#""_sd_alg":"sha-256","#, "", "malformed"),
    ]);
}

#[test]
fn other_versions_types_and_digests_are_refused() {
    refuse_edits(&[
        (r#""v":1"#, r#""v":2"#, "version"),
        (r#""v":1"#, r#""v":0"#, "version"),
        (r#""type":"create""#, r#""type":"creat""#, "unknown_type"),
        (r#""type":"create""#, r#""type":"""#, "unknown_type"),
        (
            r#""_sd_alg":"sha-256""#,
            r#""_sd_alg":"sha-512""#,
            "malformed",
        ),
    ]);
}

#[test]
fn an_object_is_written_as_an_object() {
    let (_, wire) = ready();
    let payload: Value = serde_json::from_slice(&wire.payload).unwrap();
    let digest = &payload["moves"][0]["_sd"];
    let line = payload["moves"][0].to_string();
    let listed = json!([1, "in", "t/LOT-1", null, "KGM", digest]).to_string();
    let body = payload["body"].to_string();
    let lots = &payload["body"]["lots"];
    let bare = json!(["harvest", lots, null, null, null, payload["body"]["_sd"]]).to_string();
    let whole = String::from_utf8(wire.payload.clone()).unwrap();
    let order = [
        "v", "type", "log", "iss", "site", "iat", "seq", "prev", "moves", "refs", "about", "blobs",
        "body", "_sd_alg",
    ];
    let members: Vec<Value> = order
        .iter()
        .map(|name| match payload.get(name) {
            Some(value) => value.clone(),
            None => json!([]),
        })
        .collect();
    refuse_edits(&[
        (&line, &listed, "malformed"),
        (&body, &bare, "malformed"),
        (&whole, &Value::Array(members).to_string(), "malformed"),
    ]);
}

#[test]
fn json_is_utf8_and_not_deep() {
    let (mut ledger, wire) = ready();
    let mut bytes = wire.clone();
    let at = bytes
        .payload
        .windows(3)
        .position(|it| it == "示".as_bytes())
        .unwrap();
    bytes.payload[at] = 0xff;
    ledger
        .submit_text("farm", &bytes.sign())
        .expect_refusal("invalid_utf8");
    for depth in [20, 200, 20_000] {
        let deep = format!(r#""seq":1,"x":{}1{}"#, "[".repeat(depth), "]".repeat(depth));
        let text = wire.clone().replace(r#""seq":1"#, &deep).sign();
        ledger.submit_text("farm", &text).expect_refusal("too_deep");
        let deep = format!(r#""how":{}1{}"#, "[".repeat(depth), "]".repeat(depth));
        let text = wire.clone().replace(r#""how":"harvest""#, &deep).sign();
        ledger.submit_text("farm", &text).expect_refusal("too_deep");
    }
    let text = wire.clone().replace(r#""seq":1"#, r#""seq":1;"#).sign();
    ledger
        .submit_text("farm", &text)
        .expect_refusal("malformed");
}

#[test]
fn names_carry_no_marks_that_hide_or_turn_text() {
    for bad in ["\\u202eabc", "a\\nb", " a", ""] {
        refuse_edits(&[("示例产品", bad, "malformed")]);
    }
}

#[test]
fn line_numbers_are_unique_and_between_1_and_999() {
    refuse_edits(&[
        (r#""n":1,"op":"in""#, r#""n":0,"op":"in""#, "line_numbers"),
        (
            r#""n":1,"op":"in""#,
            r#""n":1000,"op":"in""#,
            "line_numbers",
        ),
        (r#""n":1,"op":"in""#, r#""n":70000,"op":"in""#, "malformed"),
    ]);
    let mut ledger = Ledger::with_chain();
    let twice = harvest().moves(vec![bring(1, "t/LOT-2", "1", "KGM")]);
    ledger.submit("farm", &twice).expect_refusal("line_numbers");
    let info = crate::common::draft::lot_info(999, "tomato");
    let highest = harvest().body("lots", json!([info])).line(1, "n", 999);
    ledger.put("farm", &highest);
}

#[test]
fn a_record_fits_a_log_entry() {
    let mut ledger = Ledger::with_chain();
    let info = "例".repeat(2000);
    let text = |draft: Draft, ledger: &mut Ledger| ledger.world.text("farm", &draft);
    let fits = text(harvest().body("health_record", info), &mut ledger);
    assert!(fits.len() < RECORD_BYTES_MAX);
    ledger.submit_text("farm", &fits).admitted();
    let slashes = "%2F".repeat(20);
    let subject = format!("lot/01/09520001123467/22/{slashes}/10/{slashes}/21/{slashes}");
    let subjects = vec![subject; ABOUT_MAX];
    let large = text(harvest().about(&subjects), &mut ledger);
    assert!(large.len() > RECORD_BYTES_MAX);
    ledger
        .submit_text("farm", &large)
        .expect_refusal("too_large");
    let huge = format!(
        "{}~{}~",
        fits.split('~').next().unwrap(),
        "A".repeat(262_144)
    );
    ledger
        .submit_text("farm", &huge)
        .expect_refusal("too_large");
}

#[test]
fn lists_end_at_their_limits() {
    let mut ledger = Ledger::with_chain();
    let farm = ledger.harvest("farm", "t/LOT-0", "10");
    let cited = vec![farm.record; REFS_MAX];
    ledger.put("farm", &harvest().refs(&cited));
    let subjects = vec!["lot/t/LOT-0".to_owned(); ABOUT_MAX + 1];
    let blob = |bytes: u64| json!({"hash": RecordId::from_bytes([7; 32]), "bytes": bytes, "class": "trade"});
    let aliases = vec!["a"; 65];
    let mut info = crate::common::draft::lot_info(1, "tomato");
    info["aliases"] = json!(aliases);
    for draft in [
        harvest().refs(&vec![farm.record; REFS_MAX + 1]),
        harvest().about(&subjects),
        harvest().set("blobs", json!(vec![blob(1); BLOBS_MAX + 1])),
        harvest().body("lots", json!([info])),
    ] {
        ledger.submit("farm", &draft).expect_refusal("too_many");
    }
    let lines = (1..)
        .take(MOVES_MAX + 1)
        .map(|n| bring(n, "t/LOTX", "1", "KGM"));
    let many = harvest().set("moves", json!([])).moves(lines.collect());
    ledger.submit("farm", &many).expect_refusal("too_large");
    let heavy = harvest().set("blobs", json!([blob(BLOB_BYTES_MAX + 1)]));
    ledger.submit("farm", &heavy).expect_refusal("too_large");
}

#[test]
fn an_observation_has_so_many_sensors_and_readings_all_together() {
    let mut ledger = Ledger::with_chain();
    let credit = ledger.harvest("farm", "t/LOT-1", "10");
    let sent = ledger.send("farm", "shop", &credit, "10");
    let now = ledger.world.now;
    let readings =
        |count: u64| -> Vec<(u64, &str)> { (0..count).map(|n| (now - count + n, "4")).collect() };
    let most = u64::try_from(READINGS_MAX).unwrap();
    let sensor = |count| json!({"device": "T-1", "readings": readings(count)});
    let of = |sensors: Value| observe(sent.record, &[]).body("sensors", sensors);
    for sensors in [
        json!([sensor(most + 1)]),
        json!([sensor(most / 2), sensor(most / 2 + 1)]),
        json!(vec![sensor(1); SENSORS_MAX + 1]),
    ] {
        ledger
            .submit("farm", &of(sensors))
            .expect_refusal("too_many");
    }
    let full = ledger.put("farm", &of(json!([sensor(most)])));
    assert_eq!(full.findings(), []);
}

#[test]
fn subjects_have_one_of_four_forms() {
    let mut ledger = Ledger::with_chain();
    for bad in [
        "t/LOT-1",
        "lot/",
        "lot/01/09520001123467",
        "party/x",
        "record/abc",
        "lot@x/t/LOT-1",
    ] {
        let draft = harvest().about(&[bad.to_owned()]);
        ledger.submit("farm", &draft).expect_refusal("malformed");
    }
}

#[test]
fn sealed_values_are_as_strict_as_the_payload() {
    let mut ledger = Ledger::with_chain();
    let credit = ledger.harvest("farm", "t/LOT-1", "10");
    let sent = ledger.send("farm", "shop", &credit, "10");
    let difference =
        json!([{"n": 1, "short": "1", "damaged": "0", "refused": "0", "reason": "short"}]);
    let draft = receive(&[(&sent, "9")]).body("differences", difference);
    let wire = ledger.world.wire("shop", &draft);
    let json = wire.disclosure(1);
    assert!(json.contains("differences"), "{json}");
    for (from, to, code) in [
        (r#""n":1"#, r#""n":1,"n":1"#, "duplicate_member"),
        (r#""n":1"#, r#""n":1.0"#, "inexact_number"),
        (r#""n":1"#, r#""n":1,"x":2"#, "malformed"),
        (r#""short":"1""#, r#""short":1"#, "malformed"),
        (r#""short":"1""#, r#""short":"01""#, "malformed"),
        (r#""short":"1""#, r#""short":"-1""#, "malformed"),
        (
            r#"[{"damaged""#,
            r#"[[[[[[[[[[[[[[[[{"damaged""#,
            "too_deep",
        ),
    ] {
        let edited = json.replace(from, to);
        assert_ne!(edited, json);
        let text = wire.clone().disclose(1, &edited).sign();
        ledger.submit_text("shop", &text).expect_refusal(code);
    }
    let listed = json.split('{').next().unwrap().to_owned() + r#"[1,"1","0","0","short"]]]"#;
    let text = wire.clone().disclose(1, &listed).sign();
    ledger
        .submit_text("shop", &text)
        .expect_refusal("malformed");
    ledger.submit_text("shop", &wire.sign()).admitted();
}
