//! What the tests of the log share: a tree by the words of RFC 6962, and sources of tiles.

use std::convert::Infallible;

use ed25519_dalek::SigningKey;

use super::cosignature::Cosigner;
use super::hash::{Hash, empty_root, leaf_hash, node_hash};
use super::note::NoteSigner;
use super::prove::HashSource;
use crate::core::time::UnixSeconds;

/// A leaf unlike any other.
pub fn leaf(index: u64) -> Hash {
    leaf_hash(&index.to_be_bytes())
}

/// The first `count` leaves.
pub fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(leaf).collect()
}

/// MTH of RFC 6962, section 2.1, word for word.
pub fn naive_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => empty_root(),
        [only] => *only,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            node_hash(&naive_root(left), &naive_root(right))
        }
    }
}

/// PATH of RFC 6962, section 2.1.1, word for word.
pub fn naive_path(index: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let middle = leaves.len().next_power_of_two() / 2;
    let (left, right) = leaves.split_at(middle);
    let (mut path, beside) = if index < middle {
        (naive_path(index, left), right)
    } else {
        (naive_path(index - middle, right), left)
    };
    path.push(naive_root(beside));
    path
}

/// A source of tiles over a tree of so many leaves, with the hashes of every tile level.
pub struct Leaves(Vec<Vec<Hash>>);

impl Leaves {
    pub fn new(count: u64) -> Self {
        let mut levels = vec![leaves(count)];
        while levels.last().unwrap().len() >= 256 {
            let below = levels.last().unwrap();
            levels.push(below.chunks_exact(256).map(naive_root).collect());
        }
        Self(levels)
    }
}

impl HashSource for Leaves {
    type Error = Infallible;

    fn tile(&self, level: u8, index: u64, width: u16) -> Result<Vec<Hash>, Infallible> {
        let first = usize::try_from(index).unwrap() * 256;
        Ok(self.0[usize::from(level)][first..first + usize::from(width)].to_vec())
    }
}

/// The private key made of one repeated byte.
pub fn signing_key(byte: u8) -> SigningKey {
    SigningKey::from_bytes(&[byte; 32])
}

/// The log that signs in the tests.
pub fn log_signer() -> NoteSigner {
    NoteSigner::new(
        "zhejiang.shisu.example/log".parse().unwrap(),
        signing_key(1),
    )
    .unwrap()
}

/// The witness with this number; the first has the key of the vectors.
pub fn witness(number: u8) -> Cosigner {
    let name = format!("witness.shisu.example/w{number}");
    Cosigner::new(name.parse().unwrap(), signing_key(number + 1)).unwrap()
}

/// A moment in September 2026.
pub fn moment() -> UnixSeconds {
    UnixSeconds::new(1_790_000_000).unwrap()
}

/// A receipt for "record 2" of five records, cosigned by witness 1, in bytes that were computed
/// by a separate implementation of RFC 6962, RFC 8032 and the C2SP texts.
pub const RECEIPT: &str = "\
c2sp.org/tlog-proof@v1
index 2
zgHiTyZCGwocqrHsogbzT7tOTci5RDQ4qWNCPZqvb50=
XDShEgWHfs8sTyjiVJXQgwGzPb+4YkGfeUb6b9+BJO8=
4/xhsimX2iSB/tWu1E/YKdvUyNH5pt75w0DiEhlhg+k=

zhejiang.shisu.example/log
5
q1uiQNXF9m1XxD/D6UjYe+ylGdTaiwKLbFgv2nu/mbQ=

— zhejiang.shisu.example/log v9QJ17p5O2svQ55Au5VqG4QSX5nvjccLynrt/4OY3GrSMBury7r9W5DLRZfL2qCMZ2YfiRGvBLy5vzHcRsuvElbKUAM=
— witness.shisu.example/w1 muO54AAAAABqsTuAwhpVXRSEMX0N+wTOTsYXJEWAUwEh9Cw0LeUcM2tUYFVVqNNKr3No7xCnCBR/hqMVO4PCfOPDqwGo2Te93kD9Dw==
";

/// The public key of the log in [`RECEIPT`].
pub const LOG_KEY: &str =
    "zhejiang.shisu.example/log+bfd409d7+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c";

/// The public key of the witness in [`RECEIPT`].
pub const WITNESS_KEY: &str =
    "witness.shisu.example/w1+9ae3b9e0+BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU";

/// Receipts for the entry `record 2`, good and bad, for fixtures that other programs check too:
/// what each is, its text, and whether a verifier that knows [`LOG_KEY`] and requires a
/// cosignature of [`WITNESS_KEY`] accepts it.
pub fn receipt_vectors() -> Vec<(&'static str, String, bool)> {
    let with = |from: &str, to: &str| RECEIPT.replacen(from, to, 1);
    let without = |part: &str| {
        let kept = RECEIPT
            .split_inclusive('\n')
            .filter(|line| !line.contains(part));
        kept.collect::<String>()
    };
    // S of the log's signature raised by the order of the group, in base64 behind the key id.
    let high_s = "v9QJ17p5O2svQ55Au5VqG4QSX5nvjccLynrt/4OY3GrSMBuruI7zuKouWO+hd5gvRmD+nRGvBLy5vzHcRsuvElbKUBM=";
    let log_line = "v9QJ17p5O2svQ55Au5VqG4QSX5nvjccLynrt/4OY3GrSMBury7r9W5DLRZfL2qCMZ2YfiRGvBLy5vzHcRsuvElbKUAM=";
    vec![
        ("genuine", RECEIPT.to_owned(), true),
        (
            "with_extra_data",
            with("index 2\n", "extra AAEC\nindex 2\n"),
            true,
        ),
        (
            "with_a_strangers_signature",
            format!("{RECEIPT}— grease.example AAAAAGdyZWFzZQ==\n"),
            true,
        ),
        ("without_the_witness", without("— witness"), false),
        ("without_the_log", without("— zhejiang"), false),
        ("another_index", with("index 2", "index 3"), false),
        ("index_beyond_the_tree", with("index 2", "index 5"), false),
        (
            "index_with_leading_zero",
            with("index 2", "index 02"),
            false,
        ),
        ("proof_too_short", without("4/xhsimX2iSB"), false),
        ("proof_out_of_order", swapped_proof(), false),
        ("another_size", with("\n5\n", "\n6\n"), false),
        ("another_origin", with("\nzhejiang", "\njiangsu"), false),
        ("windows_line_ends", RECEIPT.replace('\n', "\r\n"), false),
        ("no_last_newline", RECEIPT.trim_end().to_owned(), false),
        ("signature_with_high_s", with(log_line, high_s), false),
    ]
}

fn swapped_proof() -> String {
    let mut lines: Vec<&str> = RECEIPT.split_inclusive('\n').collect();
    lines.swap(2, 3);
    lines.concat()
}
