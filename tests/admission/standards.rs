//! Example values of the standards the format is a profile of.

use crate::common::draft::create;
use crate::common::{Ledger, Wire};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signature, SigningKey};
use serde_json::json;
use shisu::core::record::sealed::disclosure_digest;
use shisu::core::record::{Jwk, decode_hash, decode_signature};

/// The private key of RFC 8037 appendix A.1.
fn example_key() -> SigningKey {
    SigningKey::from_bytes(&decode_hash("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").unwrap())
}

#[test]
fn digests_of_disclosures_are_those_of_rfc_9901() {
    for (disclosure, digest) in [
        // Section 4.2.3, and the first disclosure of the example in section 5.1.
        (
            "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0",
            "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0",
        ),
        (
            "WyIyR0xDNDJzS1F2ZUNmR2ZyeU5STjl3IiwgImdpdmVuX25hbWUiLCAiSm9obiJd",
            "jsu9yVulwQQlhFlM_3JlzMaSFzglhQG0DpfayQwLUK4",
        ),
    ] {
        assert_eq!(disclosure_digest(disclosure).to_string(), digest);
    }
}

#[test]
fn keys_are_written_and_named_as_in_rfc_8037_and_rfc_7638() {
    let jwk = Jwk::of(&example_key());
    let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    assert_eq!(json!(jwk), json!({"kty": "OKP", "crv": "Ed25519", "x": x}));
    let thumbprint = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";
    assert_eq!(jwk.kid().to_string(), thumbprint);
}

#[test]
fn signatures_are_those_of_rfc_8037_appendix_a4() {
    let input = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    let signature =
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    let wire = Wire::new(&example_key(), &json!(null), Vec::new());
    assert_eq!(wire.sign_input(input), format!("{input}.{signature}~"));
    let key = Jwk::of(&example_key()).verifying_key().unwrap();
    let read = Signature::from_bytes(&decode_signature(signature).unwrap());
    assert!(key.verify_strict(input.as_bytes(), &read).is_ok());
}

#[test]
fn a_second_spelling_of_a_signature_is_refused() {
    // RFC 8032 section 5.1.7: the second half must be below the order of the group, so that a
    // signature cannot be changed into another that fits as well.
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
        0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut ledger = Ledger::with_chain();
    let draft = create("t/LOT-1", "10", "KGM", "leafy_vegetable");
    let text = ledger.world.text("farm", &draft);
    let jwt = text.split('~').next().unwrap();
    let (input, signature) = jwt.rsplit_once('.').unwrap();
    let mut bytes = decode_signature(signature).unwrap();
    let mut carry = 0_u16;
    for (byte, order) in bytes[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(order) + carry;
        [*byte, _] = sum.to_le_bytes();
        carry = sum >> 8;
    }
    assert_eq!(carry, 0);
    let second = format!("{input}.{}", URL_SAFE_NO_PAD.encode(bytes));
    let forged = text.replace(jwt, &second);
    ledger
        .submit_text("farm", &forged)
        .expect_refusal("signature");
    ledger.submit_text("farm", &text).admitted();
}
