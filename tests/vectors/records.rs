//! `records.json`: good records of every type, bad ones for every reason, and records from which
//! sealed fields were withheld.

use crate::story::{Story, canteen};
use crate::tools::{assert_names_are_unique, header, join, jwk, settle, sign_raw};
use crate::{bad_bodies, bad_bytes, bad_claims, bad_sealed};
use serde_json::{Value, json};
use shisu::core::log::Hash;
use shisu::core::record::sealed::Class;
use shisu::core::record::{Completeness, Jwk, Record, RecordError, RecordType};
use shisu::core::text::Explain;
use std::collections::BTreeSet;

/// A bad record: its name, its bytes, and the code with which it is refused.
pub struct Bad {
    pub name: String,
    pub code: &'static str,
    pub sd_jwt: String,
}

/// Bytes up to which a bad record stands in the file as it is.
const LITERAL_BYTES_MAX: usize = 100_000;

/// Reads a record as a home node does, with the key it is said to be by.
fn judge(sd_jwt: &str, jwk: &Value, completeness: Completeness) -> Result<Record, RecordError> {
    let jwk: Jwk = serde_json::from_value(jwk.clone()).unwrap();
    let record = Record::parse(sd_jwt, completeness)?;
    record.verify(&jwk.verifying_key()?)?;
    assert_eq!(record.kid, jwk.kid());
    Ok(record)
}

/// Good records whose bytes are spelled unlike those that Shisu itself writes: the signed bytes
/// are the author's, and only the rules of the format bind them.
fn unusual(story: &mut Story) {
    let (vector, key) = (story.good.last().unwrap().clone(), canteen().key());
    let sd_jwt = story.good.iter().find(|v| v["name"] == "receive").unwrap()["sd_jwt"].clone();
    let base = Record::parse(sd_jwt.as_str().unwrap(), Completeness::Complete).unwrap();
    let mut disclosures: Vec<String> = base
        .slots
        .iter()
        .map(|slot| slot.opened.as_ref().unwrap().disclosure.to_string())
        .collect();
    let part = base.jwt().split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(&bad_claims::decode(part)).unwrap();
    let spaced = serde_json::to_string_pretty(&claims).unwrap();
    let escaped = spaced
        .replace("\"receive\"", "\"re\\u0063eive\"")
        .replace("t/", "t\\/");
    let kid = Jwk::of(&key).kid().to_string();
    let of = |payload: &str, disclosures: &[String]| {
        sign_raw(
            header(&kid).as_bytes(),
            payload.as_bytes(),
            &key,
            disclosures,
        )
    };
    let open = story.good.iter().find(|v| v["name"] == "receive").unwrap()["payload"].clone();
    let mut keep = |name: &str, text: &str| {
        let record = Record::parse(text, Completeness::Complete).unwrap();
        let mut vector = vector.clone();
        vector["name"] = json!(name);
        vector["sd_jwt"] = json!(text);
        vector["jwk"] = jwk(&key);
        vector["payload"] = open.clone();
        vector["id"] = json!(record.id);
        vector["leaf"] = json!(record.leaf.to_base64url());
        story.good.push(vector);
    };
    keep(
        "payload_with_white_space_and_escapes",
        &of(&escaped, &disclosures),
    );
    disclosures.reverse();
    let reversed = join(base.jwt(), &disclosures);
    keep("disclosures_in_another_order", &reversed);
}

/// Records as others than the home node hold them.
fn partial(good: &[Value]) -> Vec<Value> {
    let vector = |name: &str| good.iter().find(|v| v["name"] == name).unwrap();
    let mut out = Vec::new();
    for (name, withheld, classes) in [
        (
            "dispatch_to_the_public",
            "dispatch_with_every_member",
            &[][..],
        ),
        (
            "dispatch_to_a_node",
            "dispatch_with_every_member",
            &[Class::Balance][..],
        ),
        (
            "dispatch_to_the_consignee",
            "dispatch_with_every_member",
            &[Class::Balance, Class::Trade][..],
        ),
        (
            "observe_with_the_track_erased",
            "observe_leg",
            &[Class::Balance][..],
        ),
    ] {
        let whole = vector(withheld);
        let record = Record::parse(whole["sd_jwt"].as_str().unwrap(), Completeness::Complete);
        let text = record.unwrap().to_sd_jwt(|class| classes.contains(&class));
        let mut payload = whole["payload"].clone();
        for slot in Record::parse(&text, Completeness::Partial).unwrap().slots {
            if slot.opened.is_none() {
                match slot.place {
                    shisu::core::record::sealed::Place::Body => {
                        payload["body"]
                            .as_object_mut()
                            .unwrap()
                            .remove(slot.field.name);
                    }
                    shisu::core::record::sealed::Place::Line(n) => {
                        for line in payload["moves"].as_array_mut().unwrap() {
                            if line["n"] == n {
                                line.as_object_mut().unwrap().remove(slot.field.name);
                            }
                        }
                    }
                }
            }
        }
        out.push(json!({
            "name": name, "sd_jwt": text, "jwk": whole["jwk"], "payload": payload,
            "id": whole["id"], "leaf": whole["leaf"],
        }));
    }
    out
}

fn check_good(vector: &Value, completeness: Completeness) {
    let name = &vector["name"];
    let text = vector["sd_jwt"].as_str().unwrap();
    let record =
        judge(text, &vector["jwk"], completeness).unwrap_or_else(|e| panic!("{name}: {e}"));
    assert_eq!(json!(record.id), vector["id"], "{name}");
    let leaf = Hash::from_base64url(vector["leaf"].as_str().unwrap());
    assert_eq!(Some(record.leaf), leaf, "{name}");
    let said = &vector["payload"];
    assert_eq!(said["type"], record.kind().code(), "{name}");
    assert_eq!(said["iss"], record.claims.iss.as_str(), "{name}");
    assert_eq!(said["seq"], record.claims.seq, "{name}");
    for line in said["moves"].as_array().into_iter().flatten() {
        let n = u16::try_from(line["n"].as_u64().unwrap()).unwrap();
        let amount = record.quantity(n).map(|amount| json!(amount));
        assert_eq!(line.get("quantity"), amount.as_ref(), "{name}");
    }
}

#[test]
fn records_are_read_and_refused_as_the_vectors_say() {
    let mut story = Story::tell();
    unusual(&mut story);
    let partial = partial(&story.good);
    for vector in &story.good {
        check_good(vector, Completeness::Complete);
    }
    for vector in &partial {
        check_good(vector, Completeness::Partial);
        let refused = judge(
            vector["sd_jwt"].as_str().unwrap(),
            &vector["jwk"],
            Completeness::Complete,
        );
        assert_eq!(refused.unwrap_err().code(), "disclosure_missing");
    }
    let key = jwk(&canteen().key());
    let (mut bad, mut long) = (Vec::new(), Vec::new());
    // New ones at the end, so that no earlier one moves.
    let all = [
        bad_bytes::all(),
        bad_claims::all(),
        bad_sealed::all(),
        bad_bodies::all(),
        bad_sealed::differences_of_no_line(),
    ];
    for vector in all.into_iter().flatten() {
        let Bad { name, code, sd_jwt } = vector;
        let refused = judge(&sd_jwt, &key, Completeness::Complete).map(|record| record.id);
        let refused = refused.expect_err(&name);
        assert_eq!(refused.code(), code, "{name}: {refused}");
        if sd_jwt.len() > LITERAL_BYTES_MAX {
            long.push(by_repetition(&name, &sd_jwt, &key, code));
        } else {
            bad.push(json!({"name": name, "sd_jwt": sd_jwt, "jwk": key, "code": code}));
        }
    }
    assert_names_are_unique(&[&story.good, &bad, &long, &partial]);
    assert_every_type_and_code(&story.good, &bad);
    settle(
        "records.json",
        &json!({
            "good": story.good, "bad": bad, "bad_by_repetition": long, "partial": partial,
        }),
    );
}

/// A bad record of which one long part repeats a letter: `head`, `times` times `repeat`, `tail`.
fn by_repetition(name: &str, sd_jwt: &str, jwk: &Value, code: &str) -> Value {
    let run = "A".repeat(LITERAL_BYTES_MAX);
    let (head, rest) = sd_jwt.split_once(&run).unwrap();
    let tail = rest.trim_start_matches('A');
    let times = sd_jwt.len() - head.len() - tail.len();
    json!({
        "name": name, "head": head, "repeat": "A", "times": times, "tail": tail, "jwk": jwk,
        "code": code,
    })
}

/// Codes of [`RecordError`] that are not about the bytes of a record: `keys.json` and
/// `possession.json` have their vectors.
const ELSEWHERE: [&str; 2] = ["possession_proof", "weak_key"];

fn assert_every_type_and_code(good: &[Value], bad: &[Value]) {
    let told: BTreeSet<&str> = good
        .iter()
        .map(|v| v["payload"]["type"].as_str().unwrap())
        .collect();
    let types: BTreeSet<&str> = RecordType::ALL.iter().map(|kind| kind.code()).collect();
    assert_eq!(told, types);
    let shown: BTreeSet<&str> = bad.iter().map(|v| v["code"].as_str().unwrap()).collect();
    let codes: BTreeSet<&str> = every_error().iter().map(Explain::code).collect();
    let missing: Vec<_> = codes.difference(&shown).copied().collect();
    assert_eq!(missing, ELSEWHERE);
}

/// One error of each kind. A new kind does not compile until it stands here.
pub fn every_error() -> Vec<RecordError> {
    use RecordError as E;
    let (part, what, name) = ("payload", "record", "note");
    let all = vec![
        E::TooLarge { what, limit: 1 },
        E::TooMany {
            part,
            cause: String::new(),
        },
        E::NotSdJwt { reason: "" },
        E::NotCanonicalBase64 { part },
        E::HeaderMembers,
        E::Algorithm,
        E::InvalidUtf8 { part },
        E::DuplicateMember { part },
        E::InexactNumber { part },
        E::TooDeep { part },
        E::Malformed {
            part,
            cause: String::new(),
        },
        E::Version(2),
        E::UnknownType(String::new()),
        E::SealedInClear(name),
        E::LineNumbers,
        E::DigestCount {
            place: "body",
            expected: 1,
            found: 0,
        },
        E::DisclosureDoubled,
        E::DisclosureMissing(name),
        E::DisclosureUnknown,
        E::DisclosureMismatch {
            name: String::new(),
            expected: name,
        },
        E::WeakSalt,
        E::Signature,
        E::WeakKey,
        E::PossessionProof,
    ];
    for error in &all {
        match error {
            E::TooLarge { .. }
            | E::TooMany { .. }
            | E::NotSdJwt { .. }
            | E::NotCanonicalBase64 { .. }
            | E::HeaderMembers
            | E::Algorithm
            | E::InvalidUtf8 { .. }
            | E::DuplicateMember { .. }
            | E::InexactNumber { .. }
            | E::TooDeep { .. }
            | E::Malformed { .. }
            | E::Version(_)
            | E::UnknownType(_)
            | E::SealedInClear(_)
            | E::LineNumbers
            | E::DigestCount { .. }
            | E::DisclosureDoubled
            | E::DisclosureMissing(_)
            | E::DisclosureUnknown
            | E::DisclosureMismatch { .. }
            | E::WeakSalt
            | E::Signature
            | E::WeakKey
            | E::PossessionProof => {}
        }
    }
    all
}
