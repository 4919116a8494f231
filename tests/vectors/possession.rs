//! `possession.json`: what a new key signs to show that its holder has it.

use crate::story::{canteen, farm};
use crate::tools::{LOG, assert_names_are_unique, base64url, key, of_base64, part, settle};
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};
use shisu::core::ids::PartyId;
use shisu::core::log::Origin;
use shisu::core::record::{Jwk, PossessionProof};
use shisu::core::text::Explain;

/// A key whose point is the identity.
const IDENTITY: &str = "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

fn message(log: &str, party: &str, kid: &str) -> String {
    format!("shisu-key-possession/v1\n{log}\n{party}\n{kid}\n")
}

fn judge(vector: &Value) -> Result<(), &'static str> {
    let text = |name: &str| vector[name].as_str().unwrap();
    let jwk: Jwk = serde_json::from_value(vector["jwk"].clone()).unwrap();
    let proof: PossessionProof = serde_json::from_value(vector["proof"].clone()).unwrap();
    let log = Origin::new(text("log")).unwrap();
    let party = PartyId::parse(text("party")).unwrap();
    proof
        .verify(&jwk, &log, &party)
        .map_err(|error| error.code())
}

fn sign(key: &SigningKey, text: &str) -> String {
    base64url(key.sign(text.as_bytes()).to_bytes())
}

fn vector(log: &str, party: &str, jwk: &Jwk, proof: String) -> Value {
    let message = message(log, party, &jwk.kid().to_string());
    json!({
        "log": log, "party": party, "jwk": jwk, "kid": jwk.kid(), "message": message,
        "proof": proof,
    })
}

fn false_proofs(signer: &SigningKey) -> Vec<Value> {
    let jwk = Jwk::of(signer);
    let stranger = Jwk::of(&key("possession, another"));
    let identity = Jwk::from_bytes(of_base64(IDENTITY).try_into().unwrap());
    let everyones = base64url([of_base64(IDENTITY), vec![0; 32]].concat());
    let (log, party, p) = (LOG, farm().party, "possession_proof");
    let genuine = message(log, &party, &jwk.kid().to_string());
    let of = |text: &str| vector(log, &party, &jwk, sign(signer, text));
    let proof = || sign(signer, &genuine);
    [
        ("another_key", p, vector(log, &party, &stranger, proof())),
        (
            "another_party",
            p,
            vector(log, &canteen().party, &jwk, proof()),
        ),
        (
            "another_log",
            p,
            vector("jiangsu.shisu.example/log", &party, &jwk, proof()),
        ),
        ("without_the_last_newline", p, of(genuine.trim_end())),
        ("another_version", p, of(&genuine.replace("/v1", "/v2"))),
        ("zeros", p, vector(log, &party, &jwk, base64url([0; 64]))),
        (
            "a_key_for_which_one_signature_fits_all",
            "weak_key",
            vector(log, &party, &identity, everyones),
        ),
    ]
    .into_iter()
    .map(|(name, code, mut vector)| {
        vector["name"] = json!(name);
        vector["code"] = json!(code);
        vector
    })
    .collect()
}

fn check(signer: &SigningKey, good: &[Value], bad: &[Value]) {
    for vector in good {
        let (log, party) = (
            vector["log"].as_str().unwrap(),
            vector["party"].as_str().unwrap(),
        );
        let made = PossessionProof::sign(
            signer,
            &Origin::new(log).unwrap(),
            &PartyId::parse(party).unwrap(),
        );
        assert_eq!(
            json!(made),
            vector["proof"],
            "the documented bytes are those that are signed"
        );
        assert_eq!(judge(vector), Ok(()), "{vector}");
    }
    for vector in bad {
        assert_eq!(
            judge(vector),
            Err(vector["code"].as_str().unwrap()),
            "{vector}"
        );
    }
}

#[test]
fn a_proof_of_possession_fits_one_key_one_party_and_one_log() {
    let signer = key("possession");
    let jwk = Jwk::of(&signer);
    let genuine = |log: &str, party: &str| {
        let proof = sign(&signer, &message(log, party, &jwk.kid().to_string()));
        vector(log, party, &jwk, proof)
    };
    let mut good = vec![
        genuine(LOG, &farm().party),
        genuine(LOG, "NH-330421-0000174"),
        genuine("溯源.example/log", &farm().party),
    ];
    for (vector, name) in good
        .iter_mut()
        .zip(["company", "smallholder", "log_in_chinese"])
    {
        vector["name"] = json!(name);
    }
    let bad = false_proofs(&signer);
    check(&signer, &good, &bad);
    let unreadable = unreadable(&good[0]["proof"]);
    for text in &unreadable {
        assert!(
            serde_json::from_value::<PossessionProof>(text["proof"].clone()).is_err(),
            "{text}"
        );
    }
    assert_names_are_unique(&[&good, &bad, &unreadable]);
    settle(
        "possession.json",
        &json!({"good": good, "bad": bad, "unreadable": unreadable}),
    );
}

/// Texts that are no proof at all, whatever the key.
fn unreadable(proof: &Value) -> Vec<Value> {
    let text = proof.as_str().unwrap();
    [
        ("padded", format!("{text}==")),
        ("too_short", part(text, ..84).to_owned()),
        ("too_long", format!("{text}AA")),
        ("loose_bits", format!("{}{}", part(text, ..85), loose(text))),
        ("empty", String::new()),
    ]
    .into_iter()
    .map(|(name, proof)| json!({"name": name, "proof": proof}))
    .collect()
}

/// The last character with one bit more, which means nothing.
fn loose(text: &str) -> char {
    match text.chars().last().unwrap() {
        'A' => 'B',
        'Q' => 'R',
        'g' => 'h',
        'w' => 'x',
        other => unreachable!("{other}"),
    }
}
