//! Which names and keys are taken, and how strictly signatures are judged.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

use super::super::testing::{LOG_KEY, WITNESS_KEY, log_signer, signing_key, witness};
use super::*;

fn hex(text: &str) -> [u8; 32] {
    let byte = |at: usize| u8::from_str_radix(text.get(2 * at..2 * at + 2).unwrap(), 16).unwrap();
    std::array::from_fn(byte)
}

/// The points of order 1, 2, 4 and 8 in their canonical encodings.
const SMALL_ORDER: [&str; 8] = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
];

#[test]
fn small_order_keys_are_refused() {
    for point in SMALL_ORDER {
        assert_eq!(
            torsion_free_key(&hex(point)),
            Err(KeyError::SmallOrder),
            "{point}"
        );
    }
}

#[test]
fn second_spellings_of_a_key_are_refused() {
    for spelling in [
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ] {
        let refused = torsion_free_key(&hex(spelling)).unwrap_err();
        assert!(
            matches!(refused, KeyError::NotCanonical | KeyError::NotAPoint),
            "{spelling}"
        );
    }
}

#[test]
fn bytes_that_are_no_point_are_refused() {
    let two = "0200000000000000000000000000000000000000000000000000000000000000";
    assert_eq!(torsion_free_key(&hex(two)), Err(KeyError::NotAPoint));
}

#[test]
fn a_key_with_a_torsion_component_is_refused() {
    let honest = signing_key(1).verifying_key();
    assert_eq!(torsion_free_key(honest.as_bytes()), Ok(honest));
    for small in &SMALL_ORDER[1..] {
        let small = VerifyingKey::from_bytes(&hex(small)).unwrap().to_edwards();
        let mixed = (honest.to_edwards() + small).compress().to_bytes();
        assert_eq!(torsion_free_key(&mixed), Err(KeyError::Torsion));
    }
}

/// The text under the signatures below, which a separate implementation computed.
const TEXT: &str = "zhejiang.shisu.example/log\n5\nq1uiQNXF9m1XxD/D6UjYe+ylGdTaiwKLbFgv2nu/mbQ=\n";

fn accepts(signature: &str) -> bool {
    let signature = STANDARD.decode(signature).unwrap();
    VerifierKey::parse(LOG_KEY)
        .unwrap()
        .accepts(TEXT.as_bytes(), &signature)
}

#[test]
fn the_genuine_signature_is_accepted() {
    assert!(accepts(
        "unk7ay9DnkC7lWobhBJfme+NxwvKeu3/g5jcatIwG6vLuv1bkMtFl8vaoIxnZh+JEa8EvLm/MdxGy68SVspQAw=="
    ));
}

#[test]
fn a_signature_whose_s_is_raised_by_the_group_order_is_refused() {
    assert!(!accepts(
        "unk7ay9DnkC7lWobhBJfme+NxwvKeu3/g5jcatIwG6u4jvO4qi5Y76F3mC9GYP6dEa8EvLm/MdxGy68SVspQEw=="
    ));
}

#[test]
fn a_signature_with_a_small_order_r_is_refused_though_it_solves_the_equation() {
    let crafted =
        "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB/n5lZTepSVp1dRioCOWmIint6yVcJA7yvq9q9dLgyBg==";
    assert!(!accepts(crafted));
    // The plain rule of RFC 8032 would take it: this vector tests the strict rule.
    let signature = Signature::from_slice(&STANDARD.decode(crafted).unwrap()).unwrap();
    let key = signing_key(1).verifying_key();
    assert!(ed25519_dalek::Verifier::verify(&key, TEXT.as_bytes(), &signature).is_ok());
}

#[test]
fn a_small_order_key_for_which_one_signature_fits_all_is_refused() {
    let crafted =
        "uGJAn7XExBI98qv3RiuI8EGtNt1oZM6HL9VHK+NjxbEHAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==";
    let signature = Signature::from_slice(&STANDARD.decode(crafted).unwrap()).unwrap();
    let identity = VerifyingKey::from_bytes(&hex(SMALL_ORDER[0])).unwrap();
    assert!(ed25519_dalek::Verifier::verify(&identity, b"anything", &signature).is_ok());
    assert!(identity.verify_strict(b"anything", &signature).is_err());
    let name = Origin::new("any.example/log").unwrap();
    let refused = VerifierKey::new(name, SignatureKind::Ed25519, &identity);
    assert_eq!(refused, Err(KeyError::SmallOrder));
}

#[test]
fn verifier_keys_are_printed_as_a_separate_implementation_prints_them() {
    assert_eq!(log_signer().verifier_key().to_string(), LOG_KEY);
    assert_eq!(witness(1).verifier_key().to_string(), WITNESS_KEY);
    for key in [LOG_KEY, WITNESS_KEY] {
        assert_eq!(VerifierKey::parse(key).unwrap().to_string(), key);
    }
}

#[test]
fn a_verifier_key_of_signed_note_is_ours() {
    let text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    let key = VerifierKey::parse(text).unwrap();
    assert_eq!(key.name().as_str(), "PeterNeumann");
    assert_eq!(key.id(), 0xC74F_20A3);
    assert_eq!(key.kind(), SignatureKind::Ed25519);
    assert_eq!(key.to_string(), text);
    signed_note::StandardVerifier::new(LOG_KEY).unwrap();
}

#[test]
fn a_verifier_key_is_read_in_its_one_form_only() {
    let key64 = LOG_KEY.rsplit_once("bfd409d7+").unwrap().1;
    let name = "zhejiang.shisu.example/log";
    let cases = [
        (String::new(), KeyError::Format),
        (name.to_owned(), KeyError::Format),
        (format!("{name}+bfd409d7"), KeyError::Format),
        (format!("{name}+BFD409D7+{key64}"), KeyError::Format),
        (format!("{name}+fd409d7+{key64}"), KeyError::Format),
        (format!("{name}++fd409d7+{key64}"), KeyError::Format),
        (format!("{name}+bfd409d8+{key64}"), KeyError::Id),
        (format!("{name}x+bfd409d7+{key64}"), KeyError::Id),
        (format!("{name}+bfd409d7+{key64}="), KeyError::Format),
        (
            format!("{name}+bfd409d7+{}", key64.get(..40).unwrap()),
            KeyError::Format,
        ),
        (format!(" {name}+bfd409d7+{key64}"), KeyError::Name),
        (format!("+bfd409d7+{key64}"), KeyError::Name),
        (
            format!("{name}+bfd409d7+{}", STANDARD.encode([6; 1313])),
            KeyError::Algorithm(6),
        ),
        (
            format!("{name}+bfd409d7+{}", STANDARD.encode([1; 32])),
            KeyError::Format,
        ),
    ];
    for (text, error) in cases {
        assert_eq!(VerifierKey::parse(&text), Err(error), "{text}");
    }
}

#[test]
fn names_have_no_spaces_plus_signs_or_hidden_characters() {
    let longest = "n".repeat(ORIGIN_BYTES_MAX);
    for good in [
        "a",
        "zhejiang.shisu.example/log",
        "溯源.example/log",
        longest.as_str(),
    ] {
        assert_eq!(Origin::new(good).unwrap().as_str(), good);
    }
    let long = "n".repeat(ORIGIN_BYTES_MAX + 1);
    for bad in [
        "",
        "a b",
        "a+b",
        "a\nb",
        "a\u{3000}b",
        "a\u{a0}b",
        "a\u{200b}b",
        "a\u{202e}b",
        "a\u{7f}",
        "\u{feff}a",
        long.as_str(),
    ] {
        assert_eq!(Origin::new(bad), Err(KeyError::Name), "{bad:?}");
    }
    assert!(serde_json::from_str::<Origin>("\"a b\"").is_err());
    assert_eq!(
        serde_json::from_str::<Origin>("\"a.example\"")
            .unwrap()
            .as_str(),
        "a.example"
    );
}

proptest! {
    #[test]
    fn no_text_makes_the_key_parser_panic(text in "[a-z]{0,4}\\+?[0-9a-f]{0,9}\\+?\\PC{0,60}") {
        if let Ok(key) = VerifierKey::parse(&text) {
            prop_assert_eq!(key.to_string(), text);
        }
    }
}
