//! Strict verification of signatures by keys that sign often. It gives the answer of
//! `VerifyingKey::verify_strict` to every signature, each judged alone; it only computes it faster:
//! with a table of multiples of the key, and by comparing encodings first, so that `R` need not be
//! decoded. What makes both the same is in `docs/decisions/0015-tables-for-keys.md`.

use super::comb::{COMB_BYTES, Comb};
use super::error::RecordError;
use super::hashes::Kid;
use super::keys::Jwk;
use super::reader::Record;
use crate::core::log::torsion_free_key;
use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::{EdwardsPoint, Scalar};
use ed25519_dalek::VerifyingKey;
use sha2::{Digest as _, Sha512};
use std::sync::LazyLock;

/// A key with a table of its multiples. To make one costs about as much as two verifications.
#[derive(Debug, Clone)]
pub struct QuickKey {
    kid: Kid,
    bytes: [u8; 32],
    /// Of the key's point, negated.
    comb: Comb,
}

/// Encodings of the points of small order; a signature of which `R` is one fits several messages.
static SMALL_ORDER: LazyLock<[[u8; 32]; 8]> =
    LazyLock::new(|| EIGHT_TORSION.map(|point| point.compress().to_bytes()));

impl QuickKey {
    /// Bytes that one takes, about.
    pub const BYTES: usize = COMB_BYTES + size_of::<Self>();

    /// Makes the table; none for a key that may not be registered, of which multiples are not those of
    /// the prime-order group.
    #[must_use]
    pub fn new(key: &VerifyingKey) -> Option<Self> {
        let key = torsion_free_key(key.as_bytes()).ok()?;
        Some(Self {
            kid: Jwk::from_bytes(key.to_bytes()).kid(),
            bytes: key.to_bytes(),
            comb: Comb::new(-key.to_edwards()),
        })
    }

    /// The point whose encoding is `R` of a signature over the message, if the signature is good. None
    /// if no `R` can make it so.
    fn expected(&self, message: &[u8], signature: &[u8; 64]) -> Option<EdwardsPoint> {
        let (r, s) = halves(signature)?;
        let s = Option::<Scalar>::from(Scalar::from_canonical_bytes(*s))?;
        let mut digest = Sha512::new();
        digest.update(r);
        digest.update(self.bytes);
        digest.update(message);
        let k = Scalar::from_bytes_mod_order_wide(&digest.finalize().into());
        self.comb.multiply_and_add(&k, &s)
    }
}

/// Verifies signatures over messages, each by its key. The answers are those of `verify_strict` to each
/// of them; together they share nothing but the inversion that encoding a point takes.
#[must_use]
pub fn verify_each(signed: &[(&QuickKey, &[u8], &[u8; 64])]) -> Vec<bool> {
    let expected: Vec<Option<EdwardsPoint>> = signed
        .iter()
        .map(|(key, message, signature)| key.expected(message, signature))
        .collect();
    let points: Vec<EdwardsPoint> = expected.iter().copied().flatten().collect();
    let mut encoded = EdwardsPoint::compress_batch_alloc(&points).into_iter();
    expected
        .into_iter()
        .zip(signed)
        .map(|(expected, (_, _, signature))| {
            let Some(encoded) = expected.and_then(|_| encoded.next()) else {
                return false;
            };
            let encoded = encoded.to_bytes();
            halves(signature).is_some_and(|(r, _)| *r == encoded) && !SMALL_ORDER.contains(&encoded)
        })
        .collect()
}

/// Verifies the signatures of records, each by the key beside it.
#[must_use]
pub fn verify_records(signed: &[(&QuickKey, &Record)]) -> Vec<Result<(), RecordError>> {
    let inputs: Vec<_> = signed
        .iter()
        .map(|(key, record)| (*key, record.signing_input(), record.signature()))
        .collect();
    let verdicts = verify_each(&inputs);
    signed
        .iter()
        .zip(verdicts)
        .map(|((key, record), is_good)| {
            let is_good = is_good && key.kid == record.kid;
            is_good.then_some(()).ok_or(RecordError::Signature)
        })
        .collect()
}

/// `R` and `S`.
fn halves(signature: &[u8; 64]) -> Option<(&[u8; 32], &[u8; 32])> {
    let (halves, _none) = signature.as_chunks::<32>();
    Some((halves.first()?, halves.last()?))
}

#[cfg(test)]
mod tests;
