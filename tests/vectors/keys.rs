//! `keys.json`: public keys and their names, keys that are refused, and signatures on which
//! verifiers disagree.

use crate::edwards::{SMALL_ORDER, all, with_torsion};
use crate::tools::{assert_names_are_unique, base64url, hex, key, of_hex, part, settle};
use ed25519_dalek::Signature;
use serde_json::{Value, json};
use shisu::core::log::torsion_free_key;
use shisu::core::record::Jwk;
use shisu::core::text::Explain;

/// The key of RFC 8037, appendix A, whose thumbprint its section A.3 prints.
const RFC_8037: (&str, &str) = (
    "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
);

fn good() -> Vec<Value> {
    let vector = |name: &str, jwk: Jwk, seed: Option<String>| {
        let mut vector =
            json!({"name": name, "jwk": jwk, "kid": jwk.kid(), "hex": hex(jwk.as_bytes())});
        if let Some(seed) = seed {
            vector["seed_hex"] = json!(seed);
        }
        jwk.verifying_key().unwrap();
        vector
    };
    let published: Jwk =
        serde_json::from_value(json!({"kty": "OKP", "crv": "Ed25519", "x": RFC_8037.0})).unwrap();
    assert_eq!(published.kid().to_string(), RFC_8037.1);
    let mut out = vec![vector("rfc_8037_a3", published, None)];
    for name in ["farm", "canteen", "node", "溯源"] {
        let key = key(name);
        let seed = Some(hex(key.to_bytes()));
        out.push(vector(
            &format!("seed_is_sha256_of_{name}"),
            Jwk::of(&key),
            seed,
        ));
    }
    out
}

fn bad() -> Vec<Value> {
    let mut points: Vec<(String, Vec<u8>, &str)> = Vec::new();
    for (number, encoding) in SMALL_ORDER.iter().enumerate() {
        points.push((
            format!("small_order_{number}"),
            of_hex(encoding),
            "key_small_order",
        ));
    }
    let mixed = with_torsion(&key("edwards").verifying_key()).to_vec();
    points.push(("with_a_torsion_component".into(), mixed, "key_torsion"));
    let ones = "f".repeat(58);
    for (name, encoding, cause) in [
        (
            "y_is_p_plus_1",
            format!("eeffff{}7f", part(&ones, 2..)),
            "key_not_canonical",
        ),
        (
            "y_is_p",
            format!("edffff{}7f", part(&ones, 2..)),
            "key_not_canonical",
        ),
        (
            "x_is_zero_with_a_sign",
            format!("01{}80", "0".repeat(60)),
            "key_not_canonical",
        ),
        (
            "not_a_point",
            format!("02{}", "0".repeat(62)),
            "key_not_a_point",
        ),
    ] {
        points.push((name.into(), of_hex(&encoding), cause));
    }
    let mut out = Vec::new();
    for (name, bytes, cause) in points {
        let bytes: [u8; 32] = bytes.try_into().unwrap();
        let refused = torsion_free_key(&bytes).expect_err(&name);
        assert_eq!(refused.code(), cause, "{name}");
        let jwk = Jwk::from_bytes(bytes);
        let code = jwk.verifying_key().unwrap_err().code();
        assert_eq!(code, "weak_key", "{name}");
        out.push(
            json!({"name": name, "jwk": jwk, "hex": hex(bytes), "code": code, "cause": cause}),
        );
    }
    out
}

/// JSON texts that are no key at all.
fn unreadable() -> Vec<Value> {
    let x = RFC_8037.0;
    let texts = [
        (
            "another_curve",
            format!(r#"{{"kty":"OKP","crv":"X25519","x":"{x}"}}"#),
        ),
        (
            "another_type",
            format!(r#"{{"kty":"EC","crv":"Ed25519","x":"{x}"}}"#),
        ),
        (
            "with_the_private_half",
            format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}","d":"{x}"}}"#),
        ),
        (
            "with_a_kid",
            format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}","kid":"{x}"}}"#),
        ),
        (
            "loose_bits",
            format!(
                r#"{{"kty":"OKP","crv":"Ed25519","x":"{}"}}"#,
                x.replace("URo", "URp")
            ),
        ),
        (
            "padded",
            format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}="}}"#),
        ),
        (
            "31_bytes",
            format!(
                r#"{{"kty":"OKP","crv":"Ed25519","x":"{}"}}"#,
                base64url([1; 31])
            ),
        ),
        (
            "x_doubled",
            format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}","x":"{x}"}}"#),
        ),
        ("without_x", r#"{"kty":"OKP","crv":"Ed25519"}"#.to_owned()),
        ("text", format!("\"{x}\"")),
    ];
    let mut out = Vec::new();
    for (name, json) in texts {
        assert!(serde_json::from_str::<Jwk>(&json).is_err(), "{name}");
        out.push(json!({"name": name, "json": json}));
    }
    out
}

fn signatures() -> Vec<Value> {
    let mut out = Vec::new();
    for case in all() {
        let judged = Jwk::from_bytes(case.key).verifying_key().is_ok_and(|key| {
            Signature::from_slice(&case.signature)
                .is_ok_and(|signature| key.verify_strict(&case.message, &signature).is_ok())
        });
        assert_eq!(judged, case.accepted, "{}", case.name);
        out.push(json!({
            "name": case.name, "key_hex": hex(case.key), "message_hex": hex(&case.message),
            "signature_hex": hex(&case.signature), "accept": case.accepted,
        }));
    }
    out
}

#[test]
fn keys_and_signatures_are_judged_strictly() {
    let (good, bad, unreadable, signatures) = (good(), bad(), unreadable(), signatures());
    assert_names_are_unique(&[&good, &bad, &unreadable, &signatures]);
    settle(
        "keys.json",
        &json!({"good": good, "bad": bad, "unreadable": unreadable, "signatures": signatures}),
    );
}
