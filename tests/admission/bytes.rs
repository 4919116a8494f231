//! The bytes: a record has one spelling, and every other is refused.

use crate::common::draft::{create, receive, sell};
use crate::common::wire::header;
use crate::common::{Draft, Ledger, Wire};
use base64::Engine as _;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use serde_json::json;

fn harvest() -> Draft {
    create("t/LOT-1", "10", "KGM", "leafy_vegetable")
}

/// A ledger, and the parts of a record that it would admit.
fn ready() -> (Ledger, Wire) {
    let mut ledger = Ledger::with_chain();
    let wire = ledger.world.wire("farm", &harvest());
    (ledger, wire)
}

fn refuse(ledger: &mut Ledger, text: &str, code: &str) {
    ledger.submit_text("farm", text).expect_refusal(code);
}

#[test]
fn the_builder_of_these_tests_signs_what_the_author_of_the_product_signs() {
    let (mut ledger, wire) = ready();
    let mut claims = harvest().claims().clone();
    let farm = ledger.world.authors["farm"].clone();
    for (member, value) in [
        ("log", json!(ledger.world.log)),
        ("iss", json!(farm.party)),
        ("site", json!(farm.site)),
        ("iat", json!(ledger.world.now)),
        ("seq", json!(1)),
        ("prev", json!(null)),
    ] {
        claims.insert(member.into(), value);
    }
    let mut salts = 0;
    let mut fresh = || {
        salts += 1;
        let mut salt = [0; 16];
        salt[0] = salts;
        salt
    };
    let record = shisu::core::record::author::sign(claims.into(), &farm.key, &mut fresh).unwrap();
    let text = record.to_sd_jwt(|_| true);
    assert_eq!(
        text.split('.').next(),
        wire.sign().split('.').next(),
        "the same header"
    );
    ledger.submit_text("farm", &text).admitted();
}

#[test]
fn any_altered_bit_of_a_record_and_its_disclosures_is_noticed() {
    let mut ledger = Ledger::with_chain();
    let credit = ledger.harvest("farm", "t/LOT-1", "10");
    let sent = ledger.send("farm", "shop", &credit, "10");
    let text = ledger.world.text("shop", &receive(&[(&sent, "10")]));
    assert!(
        text.matches('~').count() > 3,
        "disclosures are there to be altered"
    );
    for at in 0..text.len() {
        for bit in 0..7 {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1 << bit;
            let altered = String::from_utf8(bytes).unwrap();
            let outcome = ledger.submit_text("shop", &altered);
            let refused = matches!(outcome, crate::common::Outcome::Refused(_));
            assert!(refused, "byte {at}, bit {bit}: {outcome:?}");
        }
    }
    let admitted = ledger.submit_text("shop", &text).admitted();
    for at in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[at] ^= 1;
        let outcome = ledger.submit_text("shop", &String::from_utf8(bytes).unwrap());
        let refused = matches!(outcome, crate::common::Outcome::Refused(_));
        assert!(refused, "byte {at} of a record that is here: {outcome:?}");
    }
    ledger
        .submit_text("shop", &text)
        .expect_duplicate(admitted.entry);
}

#[test]
fn padding_and_another_alphabet_are_refused_in_every_part() {
    let (mut ledger, wire) = ready();
    let text = wire.sign();
    let (jwt, disclosures) = text.split_once('~').unwrap();
    let [header, payload, signature] =
        <[&str; 3]>::try_from(jwt.split('.').collect::<Vec<_>>()).unwrap();
    for (padded, part) in [
        (format!("{header}="), 0),
        (format!("{payload}="), 1),
        (format!("{signature}="), 2),
        (format!("{signature}=="), 2),
    ] {
        let mut parts = [header, payload, signature];
        parts[part] = &padded;
        let text = format!("{}~{disclosures}", parts.join("."));
        refuse(&mut ledger, &text, "not_canonical_base64");
    }
    let padded = wire.sign_input(&format!("{header}.{}", URL_SAFE.encode(&wire.payload)));
    if padded.split('~').next() != Some(jwt) {
        refuse(&mut ledger, &padded, "not_canonical_base64");
    }
    let plus = text.replacen('_', "/", 1).replacen('-', "+", 1);
    assert_ne!(plus, text);
    refuse(&mut ledger, &plus, "not_canonical_base64");
    for i in 0..wire.disclosures.len() {
        let padded = format!("{}=", wire.disclosures[i]);
        let text = wire.clone().disclose_as(i, &padded).sign();
        refuse(&mut ledger, &text, "not_canonical_base64");
    }
}

/// `text` with the loose bits of its last character set, if it has any.
fn loosen(text: &str) -> Option<String> {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let loose = match text.len() % 4 {
        2 => 4,
        3 => 2,
        _ => return None,
    };
    let (head, last) = text.split_at(text.len() - 1);
    let value = ALPHABET.find(last)?;
    let other = ALPHABET.chars().nth(value | (loose - 1))?;
    Some(format!("{head}{other}"))
}

#[test]
fn loose_bits_are_refused_in_every_part() {
    let (mut ledger, mut wire) = ready();
    let mut tried = 0;
    // Spaces after the JSON move the end of each part to where there are loose bits.
    for _ in 0..3 {
        wire.payload.push(b' ');
        let text = wire.sign();
        let jwt = text.split('~').next().unwrap();
        let parts: Vec<&str> = jwt.split('.').collect();
        for i in [1, 2] {
            let Some(loose) = loosen(parts[i]) else {
                continue;
            };
            let mut parts = parts.clone();
            parts[i] = &loose;
            let input = format!("{}.{}", parts[0], parts[1]);
            let forged = if i == 2 {
                text.replace(jwt, &parts.join("."))
            } else {
                wire.sign_input(&input)
            };
            refuse(&mut ledger, &forged, "not_canonical_base64");
            tried += 1;
        }
    }
    assert!(
        tried >= 5,
        "two of three payloads and every signature have loose bits: {tried}"
    );
    for i in 0..wire.disclosures.len() {
        for spaces in ["", " ", "  "] {
            let json = format!("{}{spaces}", wire.disclosure(i));
            if let Some(loose) = loosen(&URL_SAFE_NO_PAD.encode(json)) {
                let text = wire.clone().disclose_as(i, &loose).sign();
                refuse(&mut ledger, &text, "not_canonical_base64");
            }
        }
    }
}

#[test]
fn ids_have_one_spelling() {
    let mut ledger = Ledger::with_chain();
    let credit = ledger.harvest("farm", "t/LOT-1", "10");
    let id = credit.record.to_string();
    let loose = loosen(&id).unwrap();
    let wire = ledger
        .world
        .wire("farm", &sell(&[(&credit, "1")]).refs(&[credit.record]));
    for other in [format!("{id}="), loose, id.replace(['-', '_'], "+")] {
        if other == id {
            continue;
        }
        for member in [r#""of":["#, r#""prev":"#, r#""refs":["#] {
            let from = format!(r#"{member}"{id}""#);
            let to = format!(r#"{member}"{other}""#);
            refuse(
                &mut ledger,
                &wire.clone().replace(&from, &to).sign(),
                "malformed",
            );
        }
    }
    let digest = shisu::core::record::sealed::disclosure_digest(&wire.disclosures[0]).to_string();
    let text = wire
        .clone()
        .replace(&digest, &loosen(&digest).unwrap())
        .sign();
    refuse(&mut ledger, &text, "malformed");
    let kid = ledger.world.jwk("farm").kid().to_string();
    let mut wire = wire;
    wire.header = wire.header.replace(&kid, &loosen(&kid).unwrap());
    refuse(&mut ledger, &wire.sign(), "header_members");
}

#[test]
fn a_header_is_exactly_the_one_of_the_profile() {
    let (mut ledger, wire) = ready();
    let plain = wire.header.clone();
    let kid = ledger.world.jwk("farm").kid();
    let variants = [
        (plain.replace('{', r#"{"jwk":{},"#), "header_members"),
        (plain.replace('}', r#","crit":["exp"]}"#), "header_members"),
        (plain.replace('}', r#","kid":"x"}"#), "header_members"),
        (plain.replace("EdDSA", "none"), "algorithm"),
        (plain.replace("EdDSA", "ES256"), "algorithm"),
        (plain.replace("EdDSA", "Ed25519"), "algorithm"),
        (
            plain.replace("shisu-record+sd-jwt", "dc+sd-jwt"),
            "header_members",
        ),
        (plain.replace(':', ": "), "header_members"),
        (format!("{plain} "), "header_members"),
        (
            format!(r#"{{"typ":"shisu-record+sd-jwt","alg":"EdDSA","kid":"{kid}"}}"#),
            "header_members",
        ),
        (
            format!(r#"{{"alg":"EdDSA","kid":"{kid}"}}"#),
            "header_members",
        ),
        (
            r#"{"alg":"EdDSA","typ":"shisu-record+sd-jwt"}"#.to_owned(),
            "header_members",
        ),
        ("[]".to_owned(), "header_members"),
        (String::new(), "header_members"),
    ];
    for (header, code) in variants {
        let mut wire = wire.clone();
        wire.header = header;
        refuse(&mut ledger, &wire.sign(), code);
    }
    assert_eq!(wire.header, header(&wire.key));
    ledger.submit_text("farm", &wire.sign()).admitted();
}

#[test]
fn a_record_is_three_parts_and_disclosures_that_end() {
    let (mut ledger, wire) = ready();
    let text = wire.sign();
    let jwt = text.split('~').next().unwrap();
    for bad in [
        jwt.to_owned(),
        text.trim_end_matches('~').to_owned(),
        format!("{text}~"),
        format!("{jwt}.~"),
        format!("{}~", jwt.rsplit_once('.').unwrap().0),
        format!("{text}eyJhbGciOiJFZERTQSJ9.e30.AA"),
        String::new(),
        "~".to_owned(),
    ] {
        refuse(&mut ledger, &bad, "not_sd_jwt");
    }
}

#[test]
fn disclosures_in_another_order_are_the_same_record() {
    let (mut ledger, wire) = ready();
    let mut reordered = wire.clone();
    reordered.disclosures.reverse();
    assert_ne!(wire.disclosures, reordered.disclosures);
    let admitted = ledger.submit_text("farm", &wire.sign()).admitted();
    ledger
        .submit_text("farm", &reordered.sign())
        .expect_duplicate(admitted.entry);
}
