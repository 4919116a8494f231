//! With a table or without: the same answer, to good signatures, bad ones, and those on which
//! verifiers disagree.

use super::*;
use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT as B, EIGHT_TORSION};
use curve25519_dalek::edwards::CompressedEdwardsY;
use ed25519_dalek::{Signature, Signer as _, SigningKey};
use proptest::prelude::*;

const MESSAGE: &[u8] = b"a record";

/// The group's order, little-endian.
const ORDER: [u8; 32] = {
    let mut order = [0; 32];
    let low = 27_742_317_777_372_353_535_851_937_790_883_648_493_u128.to_le_bytes();
    let mut at = 0;
    while at < 16 {
        order[at] = low[at];
        at += 1;
    }
    order[31] = 0x10;
    order
};

fn key(number: u8) -> SigningKey {
    SigningKey::from_bytes(&[number; 32])
}

fn quick(key: &SigningKey) -> QuickKey {
    QuickKey::new(&key.verifying_key()).unwrap()
}

/// What both say, which must be the same.
fn judged(key: &SigningKey, message: &[u8], signature: &[u8; 64]) -> bool {
    let strict = key
        .verifying_key()
        .verify_strict(message, &Signature::from_bytes(signature))
        .is_ok();
    assert_eq!(
        verify_each(&[(&quick(key), message, signature)]),
        [strict],
        "{signature:02x?}"
    );
    strict
}

fn challenge(r: &[u8; 32], key: &SigningKey, message: &[u8]) -> Scalar {
    let digest = Sha512::new()
        .chain_update(r)
        .chain_update(key.verifying_key().as_bytes())
        .chain_update(message)
        .finalize();
    Scalar::from_bytes_mod_order_wide(&digest.into())
}

/// A signature with this encoding of `R`, and the `s` that fits `R` being `r` times the base point.
fn crafted(key: &SigningKey, encoding: [u8; 32], r: Scalar) -> [u8; 64] {
    let s = r + challenge(&encoding, key, MESSAGE) * key.to_scalar();
    joined(&encoding, s.as_bytes())
}

fn joined(r: &[u8; 32], s: &[u8; 32]) -> [u8; 64] {
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(r);
    signature[32..].copy_from_slice(s);
    signature
}

#[test]
fn a_good_signature_is_good() {
    let signature = key(1).sign(MESSAGE).to_bytes();
    assert!(judged(&key(1), MESSAGE, &signature));
    assert!(!judged(&key(2), MESSAGE, &signature));
    assert!(!judged(&key(1), b"another", &signature));
}

#[test]
fn a_signature_made_by_hand_is_good_so_that_the_crafted_ones_are_bad_for_their_own_reason() {
    let r = Scalar::from(99_u64);
    let signature = crafted(&key(1), (B * r).compress().to_bytes(), r);
    assert!(judged(&key(1), MESSAGE, &signature));
}

#[test]
fn a_second_spelling_of_s_is_refused() {
    let signature = key(1).sign(MESSAGE).to_bytes();
    let (r, s) = halves(&signature).unwrap();
    let mut carry = 0_u16;
    let raised: [u8; 32] = std::array::from_fn(|at| {
        let sum = u16::from(s[at]) + u16::from(ORDER[at]) + carry;
        carry = sum >> 8;
        sum.to_le_bytes()[0]
    });
    assert_eq!(Scalar::from_bytes_mod_order(raised).as_bytes(), s);
    assert!(!judged(&key(1), MESSAGE, &joined(r, &raised)));
}

#[test]
fn an_s_with_high_bits_is_refused() {
    for bit in [0x20, 0x40, 0x80] {
        let mut signature = key(1).sign(MESSAGE).to_bytes();
        signature[63] |= bit;
        assert!(!judged(&key(1), MESSAGE, &signature));
    }
}

#[test]
fn an_r_of_small_order_is_refused_though_the_equation_holds() {
    let identity = EdwardsPoint::default().compress().to_bytes();
    let signature = crafted(&key(1), identity, Scalar::ZERO);
    let quick = quick(&key(1));
    let expected = quick.expected(MESSAGE, &signature).unwrap();
    assert_eq!(
        expected.compress().to_bytes(),
        identity,
        "the equation holds"
    );
    assert!(!judged(&key(1), MESSAGE, &signature));
    for small in EIGHT_TORSION {
        let signature = crafted(&key(1), small.compress().to_bytes(), Scalar::ZERO);
        assert!(!judged(&key(1), MESSAGE, &signature));
    }
}

#[test]
fn an_r_with_a_torsion_component_is_refused_though_eight_times_the_equation_holds() {
    let r = Scalar::from(99_u64);
    for small in EIGHT_TORSION.into_iter().skip(1) {
        let signature = crafted(&key(1), (B * r + small).compress().to_bytes(), r);
        assert!(!judged(&key(1), MESSAGE, &signature));
    }
}

#[test]
fn second_spellings_of_r_are_refused() {
    // The y of a point is spelled a second time by adding the field's prime, where that fits; and zero
    // has a second sign.
    let mut spellings: Vec<[u8; 32]> = (0xED..=0xFF_u8)
        .flat_map(|low| [0x7F, 0xFF].map(|high| (low, high)))
        .map(|(low, high)| {
            let mut y = [0xFF; 32];
            y[0] = low;
            y[31] = high;
            y
        })
        .collect();
    for sign_of_nothing in [[1, 0x80], [0xEC, 0xFF]] {
        let [low, high] = sign_of_nothing;
        let mut y = [if low == 1 { 0 } else { 0xFF }; 32];
        y[0] = low;
        y[31] = high;
        spellings.push(y);
    }
    let mut points = 0;
    for spelling in spellings {
        points += usize::from(CompressedEdwardsY(spelling).decompress().is_some());
        let signature = crafted(&key(1), spelling, Scalar::ZERO);
        assert!(!judged(&key(1), MESSAGE, &signature));
    }
    assert!(points >= 4, "some of them are read as points");
}

#[test]
fn an_r_that_is_no_point_is_refused() {
    let mut two = [0; 32];
    two[0] = 2;
    assert!(CompressedEdwardsY(two).decompress().is_none());
    assert!(!judged(
        &key(1),
        MESSAGE,
        &crafted(&key(1), two, Scalar::ONE)
    ));
}

#[test]
fn a_key_outside_the_prime_order_group_has_no_table() {
    let honest = key(1).verifying_key();
    assert!(QuickKey::new(&honest).is_some());
    for small in EIGHT_TORSION {
        let alone = VerifyingKey::from_bytes(&small.compress().to_bytes()).unwrap();
        assert!(QuickKey::new(&alone).is_none());
    }
    for small in EIGHT_TORSION.into_iter().skip(1) {
        let mixed = (honest.to_edwards() + small).compress().to_bytes();
        let mixed = VerifyingKey::from_bytes(&mixed).unwrap();
        assert!(QuickKey::new(&mixed).is_none());
    }
    let mut one_again = [0xFF; 32];
    one_again[0] = 0xEE;
    one_again[31] = 0x7F;
    let respelled = VerifyingKey::from_bytes(&one_again).unwrap();
    assert!(QuickKey::new(&respelled).is_none());
}

#[test]
fn each_of_many_is_judged_alone() {
    let keys: Vec<QuickKey> = (0..40).map(|number| quick(&key(number))).collect();
    let mut signatures: Vec<[u8; 64]> = (0..40)
        .map(|number| key(number).sign(MESSAGE).to_bytes())
        .collect();
    // Errors that would cancel out in a sum: one s is raised by one, the next lowered.
    for (at, change) in [(10, Scalar::ONE), (11, -Scalar::ONE)] {
        let (r, s) = halves(&signatures[at]).unwrap();
        let s = Scalar::from_canonical_bytes(*s).unwrap() + change;
        signatures[at] = joined(r, s.as_bytes());
    }
    signatures[20][63] |= 0xE0;
    let all: Vec<_> = keys
        .iter()
        .zip(&signatures)
        .map(|(key, signature)| (key, MESSAGE, signature))
        .collect();
    let bad: Vec<usize> = verify_each(&all)
        .iter()
        .enumerate()
        .filter_map(|(at, is_good)| (!is_good).then_some(at))
        .collect();
    assert_eq!(bad, [10, 11, 20]);
    assert_eq!(verify_each(&[]), Vec::<bool>::new());
}

/// Signatures good and bad: made well, with bits flipped, or any bytes at all.
fn any_signature() -> impl Strategy<Value = (u8, Vec<u8>, [u8; 64])> {
    let message = prop::collection::vec(any::<u8>(), 0..200);
    let flips = prop::collection::vec(0..512_usize, 0..3);
    (any::<u8>(), message, flips, any::<Option<[[u8; 32]; 2]>>()).prop_map(
        |(number, message, flips, other)| {
            let mut signature = key(number).sign(&message).to_bytes();
            if let Some([r, s]) = other.filter(|_| flips.len() == 2) {
                signature = joined(&r, Scalar::from_bytes_mod_order(s).as_bytes());
            }
            for flip in flips {
                signature[flip / 8] ^= 1 << (flip % 8);
            }
            (number, message, signature)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_signature_is_judged_otherwise_than_by_verify_strict(all in prop::collection::vec(any_signature(), 1..6)) {
        let keys: Vec<QuickKey> = all.iter().map(|(number, ..)| quick(&key(*number))).collect();
        let signed: Vec<_> = keys
            .iter()
            .zip(&all)
            .map(|(key, (_, message, signature))| (key, &**message, signature))
            .collect();
        let strict: Vec<bool> = all
            .iter()
            .map(|(number, message, signature)| judged(&key(*number), message, signature))
            .collect();
        prop_assert_eq!(verify_each(&signed), strict);
    }
}
