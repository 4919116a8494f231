//! Multiples of a point that is used again and again, from a table of its own (a comb, Lim and Lee
//! 1994, with signed teeth): `sB - kA` with a fifth of the work of computing it from nothing.
//!
//! All arithmetic on points and scalars is that of `curve25519-dalek`, whose addition is complete, so
//! there are no special cases here. A multiple is computed modulo the order of the prime-order group;
//! so whoever makes a table of a point makes sure that the point is in that group.

use curve25519_dalek::constants::ED25519_BASEPOINT_POINT;
use curve25519_dalek::{EdwardsPoint, Scalar};
use std::sync::LazyLock;

/// Columns that are added one after the other, with a doubling between them.
const COLUMNS: u32 = 26;
/// Bits that the teeth of a comb cover together, at least those of the group's order (253).
const BITS: u32 = 260;
/// Bits of the words that scalars are handled in.
const WORD_BITS: u32 = 64;

/// Teeth and blocks of the table of a key: 5 × 2 × 26 = 260 bits, 32 points.
const KEY_TEETH: usize = 5;
const KEY_BLOCKS: usize = 2;
const KEY_POINTS: usize = 1 << (KEY_TEETH - 1);

/// Teeth of the table of the base point, of which there is one: 10 × 26 = 260 bits, 512 points.
const BASE_TEETH: usize = 10;
const BASE_POINTS: usize = 1 << (BASE_TEETH - 1);

/// Every sum of a point's teeth in which the last tooth counts positive: bit `i` of the place says
/// whether tooth `i` does.
#[derive(Clone)]
struct Block<const POINTS: usize>(Box<[EdwardsPoint; POINTS]>);

impl<const POINTS: usize> Block<POINTS> {
    fn new(teeth: &[EdwardsPoint]) -> Self {
        let mut points = Box::new([EdwardsPoint::default(); POINTS]);
        if let Some((last, others)) = teeth.split_last() {
            let lowest = others.iter().fold(*last, |sum, tooth| sum - tooth);
            if let Some(first) = points.first_mut() {
                *first = lowest;
            }
            for (i, tooth) in others.iter().enumerate() {
                let (done, rest) = points.split_at_mut(1 << i);
                for (from, to) in done.iter().zip(rest) {
                    *to = from + (tooth + tooth);
                }
            }
        }
        Self(points)
    }

    /// Adds to `sum` what the teeth say, of which each bit of `signs` is one.
    fn add(&self, signs: u64, sum: &EdwardsPoint) -> Option<EdwardsPoint> {
        let places = u64::try_from(POINTS).ok()?;
        let mask = places.wrapping_sub(1);
        let is_positive = signs & places != 0;
        let place = if is_positive { signs } else { !signs } & mask;
        let point = self.0.get(usize::try_from(place).ok()?)?;
        Some(if is_positive {
            sum + point
        } else {
            sum - point
        })
    }
}

/// A table of multiples of a point of the prime-order group: 32 points, 5 KiB.
#[derive(Clone)]
pub(super) struct Comb {
    blocks: [Block<KEY_POINTS>; KEY_BLOCKS],
}

/// Bytes of a [`Comb`].
pub(super) const COMB_BYTES: usize = KEY_BLOCKS * KEY_POINTS * size_of::<EdwardsPoint>();

static BASE: LazyLock<Block<BASE_POINTS>> =
    LazyLock::new(|| Block::new(&teeth(ED25519_BASEPOINT_POINT)));

/// What `k` is computed with: see [`signed_bits`].
static RECODING: LazyLock<Recoding> = LazyLock::new(|| {
    let two = Scalar::from(2_u64);
    let all = (0..BITS).fold(Scalar::ONE, |power, _| power * two) - Scalar::ONE;
    Recoding {
        all,
        half: two.invert(),
    }
});

struct Recoding {
    /// 2^260 - 1.
    all: Scalar,
    /// The inverse of two.
    half: Scalar,
}

impl Comb {
    /// The table of `point`, which must be in the prime-order group; otherwise multiples are wrong.
    pub(super) fn new(point: EdwardsPoint) -> Self {
        let all = teeth(point);
        let (even, odd): (Vec<_>, Vec<_>) = all
            .chunks(KEY_BLOCKS)
            .filter_map(|pair| Some((*pair.first()?, *pair.last()?)))
            .unzip();
        Self {
            blocks: [Block::new(&even), Block::new(&odd)],
        }
    }

    /// `k` times the table's point and `s` times the base point, added up. None only if a table lacked
    /// a point, which it never does.
    pub(super) fn multiply_and_add(&self, k: &Scalar, s: &Scalar) -> Option<EdwardsPoint> {
        let of_key = rows(k);
        let of_base = rows(s);
        let base = &*BASE;
        let [low, high] = &self.blocks;
        let mut sum = EdwardsPoint::default();
        for column in (0..COLUMNS).rev() {
            sum = sum + sum;
            let (even, odd) = alternate(&of_key, column);
            sum = low.add(even, &sum)?;
            sum = high.add(odd, &sum)?;
            sum = base.add(column_of(of_base.iter(), column), &sum)?;
        }
        Some(sum)
    }
}

impl std::fmt::Debug for Comb {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Comb")
    }
}

/// The point times 1, 2^26, 2^52 and so on.
fn teeth(point: EdwardsPoint) -> [EdwardsPoint; BASE_TEETH] {
    let mut teeth = [point; BASE_TEETH];
    let mut power = point;
    for tooth in &mut teeth {
        *tooth = power;
        // Eight times three doublings and two make 26.
        power = (0..8).fold(power, |power, _| power.mul_by_cofactor());
        power = power + power;
        power = power + power;
    }
    teeth
}

/// The 260 bits of which one says +2^i where it is set and -2^i where it is not, and which add up to
/// `k` modulo the group's order: those of `(k + 2^260 - 1) / 2`, and no others are ever zero.
fn signed_bits(k: &Scalar) -> [u64; 4] {
    let recoded = (k + RECODING.all) * RECODING.half;
    let bytes = recoded.to_bytes();
    let (words, _none) = bytes.as_chunks::<8>();
    let mut bits = [0; 4];
    for (to, from) in bits.iter_mut().zip(words) {
        *to = u64::from_le_bytes(*from);
    }
    bits
}

/// The signed bits of a scalar, 26 at a time.
fn rows(k: &Scalar) -> [u64; BASE_TEETH] {
    let mut rest = signed_bits(k);
    let mut rows = [0; BASE_TEETH];
    for row in &mut rows {
        let [a, b, c, d] = rest;
        *row = a & ((1 << COLUMNS) - 1);
        let up = WORD_BITS - COLUMNS;
        rest = [
            a >> COLUMNS | b << up,
            b >> COLUMNS | c << up,
            c >> COLUMNS | d << up,
            d >> COLUMNS,
        ];
    }
    rows
}

/// One bit of each row, as a number.
fn column_of<'a>(rows: impl DoubleEndedIterator<Item = &'a u64>, column: u32) -> u64 {
    rows.rev()
        .fold(0, |signs, row| signs << 1 | (row >> column & 1))
}

/// The same for every other row, from the first and from the second.
fn alternate(rows: &[u64; BASE_TEETH], column: u32) -> (u64, u64) {
    let even = rows.iter().step_by(KEY_BLOCKS);
    let odd = rows.iter().skip(1).step_by(KEY_BLOCKS);
    (column_of(even, column), column_of(odd, column))
}

#[cfg(test)]
mod tests;
