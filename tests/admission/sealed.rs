//! Sealed fields: each has its place and one value, and the node admits a record only with all.

use crate::common::draft::{create, dispatch, sell};
use crate::common::{Draft, Ledger, Wire};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use shisu::core::record::limits::DISCLOSURES_MAX;
use shisu::core::record::sealed::Class;
use shisu::core::record::{Completeness, Record, RecordType};

fn ready() -> (Ledger, Wire) {
    let mut ledger = Ledger::with_chain();
    let draft = create("t/LOT-1", "10", "KGM", "leafy_vegetable");
    let wire = ledger.world.wire("farm", &draft);
    (ledger, wire)
}

#[test]
fn a_record_comes_with_every_disclosure() {
    let (mut ledger, wire) = ready();
    for i in 0..wire.disclosures.len() {
        let mut wire = wire.clone();
        wire.disclosures.remove(i);
        ledger
            .submit_text("farm", &wire.sign())
            .expect_refusal("disclosure_missing");
    }
}

#[test]
fn a_disclosure_comes_once() {
    let (mut ledger, wire) = ready();
    for i in 0..wire.disclosures.len() {
        let mut wire = wire.clone();
        wire.disclosures.push(wire.disclosures[i].clone());
        ledger
            .submit_text("farm", &wire.sign())
            .expect_refusal("disclosure_doubled");
    }
}

#[test]
fn one_digest_stands_in_one_place() {
    let mut ledger = Ledger::with_chain();
    let draft = create("t/LOT-1", "10", "KGM", "leafy_vegetable")
        .body(
            "lots",
            json!([1, 2].map(|n| crate::common::draft::lot_info(n, "tomato"))),
        )
        .moves(vec![crate::common::draft::bring(2, "t/LOT-2", "10", "KGM")]);
    let wire = ledger.world.wire("farm", &draft);
    let payload: Value = serde_json::from_slice(&wire.payload).unwrap();
    let digest = |n: usize| payload["moves"][n]["_sd"][0].as_str().unwrap().to_owned();
    let mut wire = wire.replace(&digest(1), &digest(0));
    ledger
        .submit_text("farm", &wire.sign())
        .expect_refusal("disclosure_doubled");
    wire.disclosures.remove(1);
    ledger
        .submit_text("farm", &wire.sign())
        .expect_refusal("disclosure_doubled");
}

#[test]
fn a_disclosure_of_another_record_fits_nowhere() {
    let (mut ledger, mut wire) = ready();
    let salted = json!(["5VWgYIjhPoECmhXh3kLZCg", "quantity", "99"]).to_string();
    wire.disclosures.push(URL_SAFE_NO_PAD.encode(&salted));
    ledger
        .submit_text("farm", &wire.sign())
        .expect_refusal("disclosure_unknown");
    wire.disclosures.pop();
    wire.disclosures[0] = URL_SAFE_NO_PAD.encode(&salted);
    ledger
        .submit_text("farm", &wire.sign())
        .expect_refusal("disclosure_unknown");
}

#[test]
fn a_disclosure_names_the_field_whose_place_it_has() {
    let (mut ledger, wire) = ready();
    let json = wire.disclosure(0).replace("quantity", "amount");
    let text = wire.clone().disclose(0, &json).sign();
    ledger
        .submit_text("farm", &text)
        .expect_refusal("disclosure_mismatch");
}

#[test]
fn two_fields_of_one_record_do_not_change_places() {
    let mut ledger = Ledger::with_chain();
    let credit = ledger.harvest("farm", "t/LOT-1", "10");
    let wire = ledger.world.wire("farm", &sell(&[(&credit, "1")]));
    let payload: Value = serde_json::from_slice(&wire.payload).unwrap();
    let digests = &payload["body"]["_sd"];
    let swapped = json!([digests[1], digests[0]]).to_string();
    let text = wire.replace(&digests.to_string(), &swapped).sign();
    ledger
        .submit_text("farm", &text)
        .expect_refusal("disclosure_mismatch");
}

#[test]
fn a_salt_is_long_and_not_constant() {
    let (mut ledger, wire) = ready();
    let salts = [
        URL_SAFE_NO_PAD.encode([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]),
        URL_SAFE_NO_PAD.encode([0; 16]),
        URL_SAFE_NO_PAD.encode([0xAB; 32]),
        URL_SAFE_NO_PAD.encode((0..65).collect::<Vec<u8>>()),
        format!("{}=", URL_SAFE_NO_PAD.encode((0..16).collect::<Vec<u8>>())),
        "salt of words".to_owned(),
        String::new(),
    ];
    for salt in salts {
        let json = json!([salt, "quantity", "10"]).to_string();
        let text = wire.clone().disclose(0, &json).sign();
        ledger
            .submit_text("farm", &text)
            .expect_refusal("weak_salt");
    }
    for bytes in [16, 64] {
        let salt = URL_SAFE_NO_PAD.encode((0..bytes).collect::<Vec<u8>>());
        let json = json!([salt, "quantity", "10"]).to_string();
        let text = wire.clone().disclose(0, &json).sign();
        let record = Record::parse(&text, Completeness::Complete).unwrap();
        assert_eq!(record.quantity(1).unwrap().to_string(), "10");
    }
}

#[test]
fn a_disclosure_is_salt_name_and_value_and_nothing_more() {
    let (mut ledger, wire) = ready();
    let salt = URL_SAFE_NO_PAD.encode((0..16).collect::<Vec<u8>>());
    for json in [
        json!([salt, "quantity"]).to_string(),
        json!([salt, "quantity", "10", "11"]).to_string(),
        json!([salt, "10"]).to_string(),
        json!({"salt": salt, "name": "quantity", "value": "10"}).to_string(),
        format!(r#"["{salt}","quantity","10"] x"#),
        json!([salt, "quantity", null]).to_string(),
        json!([salt, "quantity", 10]).to_string(),
    ] {
        let text = wire.clone().disclose(0, &json).sign();
        ledger
            .submit_text("farm", &text)
            .expect_refusal("malformed");
    }
}

#[test]
fn a_sealed_field_in_the_clear_is_refused() {
    let (mut ledger, wire) = ready();
    let open = wire
        .clone()
        .replace(r#""how":"harvest""#, r#""how":"harvest","note":"x""#);
    ledger
        .submit_text("farm", &open.sign())
        .expect_refusal("sealed_in_clear");
    let open = wire.replace(r#""n":1,"op":"in""#, r#""n":1,"op":"in","quantity":"10""#);
    ledger
        .submit_text("farm", &open.sign())
        .expect_refusal("sealed_in_clear");
}

#[test]
fn every_type_seals_its_fields() {
    for kind in RecordType::ALL {
        for field in kind.sealed_fields() {
            let mut ledger = Ledger::with_chain();
            let mut wire = ledger
                .world
                .wire("farm", &Draft::new(kind.code(), json!({})));
            let clear = format!(r#""body":{{"{}":null,"#, field.name);
            wire = wire.replace(r#""body":{"#, &clear);
            ledger
                .submit_text("farm", &wire.sign())
                .expect_refusal("sealed_in_clear");
        }
    }
}

#[test]
fn the_number_of_digests_is_that_of_the_type() {
    let (mut ledger, wire) = ready();
    let payload: Value = serde_json::from_slice(&wire.payload).unwrap();
    let (line, body) = (&payload["moves"][0]["_sd"], &payload["body"]["_sd"]);
    let decoy = RecordType::Create.code();
    let decoy = shisu::core::record::sealed::disclosure_digest(decoy);
    for (from, to) in [
        (line, json!([line[0], decoy])),
        (line, json!([])),
        (body, json!([body[0], decoy])),
        (body, json!([])),
    ] {
        let text = wire
            .clone()
            .replace(&from.to_string(), &to.to_string())
            .sign();
        ledger
            .submit_text("farm", &text)
            .expect_refusal("digest_count");
    }
}

#[test]
fn so_many_disclosures_and_no_more() {
    let (mut ledger, mut wire) = ready();
    wire.disclosures = vec![wire.disclosures[0].clone(); DISCLOSURES_MAX + 1];
    ledger
        .submit_text("farm", &wire.sign())
        .expect_refusal("too_large");
}

#[test]
fn whoever_may_see_less_holds_the_same_record() {
    let mut ledger = Ledger::with_chain();
    let credit = ledger.harvest("farm", "t/LOT-1", "10");
    let draft = dispatch(&ledger.site("shop"), &[(&credit, "10")])
        .body("vehicle", json!({"plate": "沪A12345", "colour": "2"}))
        .body("terms", "8.20 元/千克");
    let admitted = ledger.put("farm", &draft);
    let public = admitted.record.to_sd_jwt(|_| false);
    let trade = admitted.record.to_sd_jwt(|class| class == Class::Trade);
    for text in [&public, &trade] {
        assert_eq!(
            Record::parse(text, Completeness::Complete).unwrap_err(),
            shisu::core::record::RecordError::DisclosureMissing("quantity")
        );
        let partial = Record::parse(text, Completeness::Partial).unwrap();
        assert_eq!(
            (partial.id, partial.leaf),
            (admitted.record.id, admitted.record.leaf)
        );
        assert!(
            partial
                .verify(&ledger.world.authors["farm"].key.verifying_key())
                .is_ok()
        );
        assert_eq!(partial.quantity(1), None);
    }
    assert!(!public.contains(&URL_SAFE_NO_PAD.encode("x")) && public.matches('~').count() == 1);
    assert!(
        Record::parse(&trade, Completeness::Partial)
            .unwrap()
            .sealed("terms")
            .is_some()
    );
}
