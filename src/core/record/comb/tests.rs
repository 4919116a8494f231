//! Multiples by table are multiples.

use super::*;
use curve25519_dalek::constants::ED25519_BASEPOINT_POINT as B;
use proptest::prelude::*;

fn scalar(bytes: [u8; 32]) -> Scalar {
    Scalar::from_bytes_mod_order(bytes)
}

/// Scalars at which a recoding could go wrong.
fn edges() -> Vec<Scalar> {
    let mut all = vec![
        Scalar::ZERO,
        Scalar::ONE,
        -Scalar::ONE,
        Scalar::from(2_u64),
        RECODING.half,
        RECODING.all,
        -RECODING.all,
        Scalar::from(u64::MAX),
    ];
    let two = Scalar::from(2_u64);
    let powers = (0..253).scan(Scalar::ONE, |power, _| {
        let this = *power;
        *power *= two;
        Some(this)
    });
    for power in powers {
        all.extend([power, power - Scalar::ONE, -power]);
    }
    all
}

#[test]
fn a_table_has_the_size_it_says() {
    let comb = Comb::new(B);
    let points: usize = comb.blocks.iter().map(|block| block.0.len()).sum();
    assert_eq!(points * size_of::<EdwardsPoint>(), COMB_BYTES);
    assert_eq!(COMB_BYTES, 5_120);
}

#[test]
fn multiples_by_scalars_at_the_edges_are_those_of_plain_multiplication() {
    let point = B * Scalar::from(0x5EED_u64);
    let comb = Comb::new(point);
    let edges = edges();
    for (k, s) in edges.iter().zip(edges.iter().rev()) {
        for (k, s) in [(k, s), (k, k), (s, &Scalar::ZERO), (&Scalar::ZERO, s)] {
            let sum = comb.multiply_and_add(k, s).unwrap();
            assert_eq!(sum, point * k + B * s, "{k:?} {s:?}");
        }
    }
}

#[test]
fn what_adds_up_to_nothing_is_nothing() {
    let k = Scalar::from(77_u64);
    let sum = Comb::new(-B).multiply_and_add(&k, &k).unwrap();
    assert_eq!(sum, EdwardsPoint::default());
}

proptest! {
    #[test]
    fn multiples_by_any_scalars_are_those_of_plain_multiplication(
        point: [u8; 32], k: [u8; 32], s: [u8; 32]
    ) {
        let (point, k, s) = (B * scalar(point), scalar(k), scalar(s));
        let sum = Comb::new(point).multiply_and_add(&k, &s).unwrap();
        prop_assert_eq!(sum, point * k + B * s);
    }
}
