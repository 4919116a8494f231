//! Signatures and keys on which verifiers disagree, made by hand.

use crate::tools::{key, of_hex, raised};
use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha512};

/// The canonical encodings of the points of order 1, 2, 4 and 8.
pub const SMALL_ORDER: [&str; 8] = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
];

/// A signature to judge.
pub struct Crafted {
    pub name: &'static str,
    pub key: [u8; 32],
    pub message: Vec<u8>,
    pub signature: Vec<u8>,
    pub accepted: bool,
}

fn point(encoding: &str) -> [u8; 32] {
    of_hex(encoding).try_into().unwrap()
}

/// A point of order 8 added to a key's point.
pub fn with_torsion(key: &VerifyingKey) -> [u8; 32] {
    let small = VerifyingKey::from_bytes(&point(SMALL_ORDER[4]))
        .unwrap()
        .to_edwards();
    (key.to_edwards() + small).compress().to_bytes()
}

fn challenge(r: &[u8], key: &[u8], message: &[u8]) -> [u8; 64] {
    Sha512::new()
        .chain_update(r)
        .chain_update(key)
        .chain_update(message)
        .finalize()
        .into()
}

/// `unit` times the challenge, added up bit by bit: the type of scalars has no name here.
fn times<S>(challenge: &[u8; 64], unit: S) -> S
where
    S: Copy + std::ops::Sub<Output = S> + std::ops::AddAssign,
{
    let mut sum = S::sub(unit, unit);
    for byte in challenge.iter().rev() {
        for bit in (0..8).rev() {
            sum += sum;
            if byte >> bit & 1 == 1 {
                sum += unit;
            }
        }
    }
    sum
}

/// The signature whose R is the bytes `r` and whose S is `nonce + challenge * secret`: what a
/// dishonest signer computes who knows the discrete logarithms and writes another R or key.
fn crafted(
    r: &[u8],
    nonce: &SigningKey,
    secret: &SigningKey,
    key: &[u8; 32],
    message: &[u8],
) -> Vec<u8> {
    let product = times(&challenge(r, key, message), secret.to_scalar());
    let s = nonce.to_scalar() + product;
    [r, &s.to_bytes()[..]].concat()
}

/// The same with the nonce zero: the R that solves the equation is the identity.
fn crafted_on_the_identity(r: &[u8], secret: &SigningKey, message: &[u8]) -> Vec<u8> {
    let key = secret.verifying_key().to_bytes();
    let s = times(&challenge(r, &key, message), secret.to_scalar());
    [r, &s.to_bytes()[..]].concat()
}

/// A message for which the challenge is a multiple of eight, so that torsion in the key vanishes.
fn message_with_even_challenge(r: &[u8], key: &[u8; 32]) -> Vec<u8> {
    let order_mod_8 = |text: &[u8]| challenge_mod_order_low_bits(&challenge(r, key, text));
    (0..10_000)
        .map(|number| format!("message {number}").into_bytes())
        .find(|text| order_mod_8(text) == 0)
        .unwrap()
}

/// The lowest three bits of the challenge reduced by the group order.
fn challenge_mod_order_low_bits(challenge: &[u8; 64]) -> u8 {
    let unit = key("unit").to_scalar();
    times(challenge, unit * unit.invert()).to_bytes()[0] & 7
}

fn flipped(signature: &[u8], at: usize) -> Vec<u8> {
    let mut bytes = signature.to_vec();
    bytes[at] ^= 1;
    bytes
}

/// Every case.
pub fn all() -> Vec<Crafted> {
    let (signer, nonce) = (key("edwards"), key("edwards nonce"));
    let public = signer.verifying_key().to_bytes();
    let text = b"message".to_vec();
    let genuine = signer.sign(&text).to_bytes().to_vec();
    let made = |name, signature: Vec<u8>, accepted| Crafted {
        name,
        key: public,
        message: text.clone(),
        signature,
        accepted,
    };
    let honest_r = nonce.verifying_key().to_bytes();
    let mixed_r = with_torsion(&nonce.verifying_key());
    let identity = point(SMALL_ORDER[0]);
    let identity_respelled =
        point("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");
    let mut out = vec![
        made("genuine", genuine.clone(), true),
        made(
            "r_of_the_signers_choice",
            crafted(&honest_r, &nonce, &signer, &public, &text),
            true,
        ),
        made("r_altered", flipped(&genuine, 0), false),
        made("s_altered", flipped(&genuine, 32), false),
        made("s_raised_by_the_order", raised(&genuine), false),
        made(
            "r_with_torsion_that_cofactored_verifiers_accept",
            crafted(&mixed_r, &nonce, &signer, &public, &text),
            false,
        ),
        made(
            "r_is_the_identity",
            crafted_on_the_identity(&identity, &signer, &text),
            false,
        ),
        made(
            "r_is_the_identity_in_a_second_spelling",
            crafted_on_the_identity(&identity_respelled, &signer, &text),
            false,
        ),
        made("all_zero", vec![0; 64], false),
        made("of_63_bytes", genuine[..63].to_vec(), false),
        made("of_65_bytes", [&genuine[..], &[0]].concat(), false),
    ];
    out.extend([
        Crafted {
            message: b"massage".to_vec(),
            ..made("another_message", genuine.clone(), false)
        },
        Crafted {
            key: key("another").verifying_key().to_bytes(),
            ..made("another_key", genuine.clone(), false)
        },
        Crafted {
            message: Vec::new(),
            ..made(
                "genuine_of_nothing",
                signer.sign(b"").to_bytes().to_vec(),
                true,
            )
        },
    ]);
    out.extend(by_weak_keys());
    out
}

/// Signatures that the plain rule accepts and for whose keys nobody may sign.
fn by_weak_keys() -> [Crafted; 2] {
    let (signer, nonce) = (key("edwards"), key("edwards nonce"));
    let r = nonce.verifying_key().to_bytes();
    let mixed = with_torsion(&signer.verifying_key());
    let message = message_with_even_challenge(&r, &mixed);
    let signature = crafted(&r, &nonce, &signer, &mixed, &message);
    let identity = point(SMALL_ORDER[0]);
    let cases = [
        Crafted {
            name: "key_with_torsion_that_plain_verifiers_accept",
            key: mixed,
            message,
            signature,
            accepted: false,
        },
        Crafted {
            name: "key_of_small_order_whose_signature_fits_all",
            key: identity,
            message: b"message".to_vec(),
            signature: [&identity[..], &[0; 32]].concat(),
            accepted: false,
        },
    ];
    for case in &cases {
        let Crafted { name, key, .. } = case;
        assert!(
            plainly_accepted(key, &case.message, &case.signature),
            "{name}"
        );
    }
    cases
}

/// Whether the rule of RFC 8032 without any strictness accepts it: else the case shows nothing.
fn plainly_accepted(key: &[u8; 32], message: &[u8], signature: &[u8]) -> bool {
    let key = VerifyingKey::from_bytes(key).unwrap();
    let signature = ed25519_dalek::Signature::from_slice(signature).unwrap();
    ed25519_dalek::Verifier::verify(&key, message, &signature).is_ok()
}
