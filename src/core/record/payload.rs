//! The signed payload: what every record says, whatever its type.

use super::body::RecordType;
use super::hashes::{BlobHash, Digest, RecordId};
use super::limits::{ABOUT_MAX, BLOBS_MAX, LINE_NUMBERS, MOVES_MAX, REFS_MAX};
use super::sealed::Class;
use super::words::Bounded;
use crate::core::ids::{LotCode, PartyId, SiteId};
use crate::core::log::Origin;
use crate::core::quantity::Uom;
use crate::core::time::UnixSeconds;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// Version of the format written in `v`.
pub const FORMAT_VERSION: u64 = 1;

/// The digest algorithm of sealed fields, the only one.
pub const SD_ALG: &str = "sha-256";

/// A line of a record: the record's id and the line's number. A citation by hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LineRef(pub RecordId, pub u16);

/// Whether a line brings goods in or takes them out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// A credit: goods come in.
    In,
    /// A debit: goods go out.
    Out,
}

/// A line that moves goods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MoveLine {
    /// Number of the line, 1 to 999, unique in the record.
    pub n: u16,
    /// Credit or debit.
    pub op: Direction,
    /// The lot.
    pub lot: LotCode,
    /// What it answers: a debit names its credit, a receipt line its dispatch line, an addition
    /// to a lot the lot's origin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<LineRef>,
    /// Unit of the sealed quantity.
    pub uom: Uom,
    /// Digest of the sealed quantity.
    #[serde(rename = "_sd")]
    pub sd: Vec<Digest>,
}

/// A picture or document kept beside the ledger, by hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blob {
    /// SHA-256 of the bytes.
    pub hash: BlobHash,
    /// Size in bytes.
    pub bytes: u64,
    /// Who may see it.
    pub class: BlobClass,
}

/// Who may see a picture or document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlobClass {
    /// Whoever sees sealed values of the class balance.
    Balance,
    /// Whoever sees those of the class trade.
    Trade,
    /// Whoever sees those of the class personal.
    Personal,
    /// Everybody, as what stands in the clear in the record: a certificate that hangs out in a shop.
    Record,
}

impl BlobClass {
    /// The class of sealed values that is seen by the same; none if everybody sees it.
    #[must_use]
    pub const fn sealed(self) -> Option<Class> {
        match self {
            Self::Balance => Some(Class::Balance),
            Self::Trade => Some(Class::Trade),
            Self::Personal => Some(Class::Personal),
            Self::Record => None,
        }
    }
}

/// What a statement is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A lot, by code.
    Lot(LotCode),
    /// A lot by code and origin record, where a code has two.
    LotOf(LotCode, RecordId),
    /// Premises.
    Site(SiteId),
    /// Another record: a shipment by its dispatch, a recall, a paper.
    Record(RecordId),
}

impl Subject {
    /// Reads `lot/…`, `lot@<record id>/…`, `site/…` or `record/…`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(code) = text.strip_prefix("lot/") {
            return LotCode::parse(code).ok().map(Self::Lot);
        }
        if let Some(site) = text.strip_prefix("site/") {
            return SiteId::parse(site).ok().map(Self::Site);
        }
        if let Some(id) = text.strip_prefix("record/") {
            return RecordId::parse(id).map(Self::Record);
        }
        let (origin, code) = text.strip_prefix("lot@")?.split_once('/')?;
        Some(Self::LotOf(
            LotCode::parse(code).ok()?,
            RecordId::parse(origin)?,
        ))
    }
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Lot(code) => write!(f, "lot/{code}"),
            Self::LotOf(code, origin) => write!(f, "lot@{origin}/{code}"),
            Self::Site(site) => write!(f, "site/{site}"),
            Self::Record(id) => write!(f, "record/{id}"),
        }
    }
}

impl Serialize for Subject {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Subject {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            serde::de::Error::custom("subject is lot/…, lot@…/…, site/… or record/…")
        })
    }
}

/// What every record says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// Type.
    pub kind: RecordType,
    /// The home log it is written for; no other log admits it.
    pub log: Origin,
    /// Party that says it.
    pub iss: PartyId,
    /// Premises where it happens; absent for what registrars and nodes say.
    pub site: Option<SiteId>,
    /// When the author says so.
    pub iat: UnixSeconds,
    /// Number in the key's feed; gaps are allowed.
    pub seq: u64,
    /// A record of this key that has a receipt.
    pub prev: Option<RecordId>,
    /// Lines that move goods.
    pub moves: Bounded<MoveLine, MOVES_MAX>,
    /// Other records it relies on.
    pub refs: Bounded<RecordId, REFS_MAX>,
    /// What a statement is about.
    pub about: Bounded<Subject, ABOUT_MAX>,
    /// Pictures and documents.
    pub blobs: Bounded<Blob, BLOBS_MAX>,
}

/// The payload as it stands in the signed bytes; the body is read by type afterwards.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WirePayload<'a> {
    pub v: u64,
    #[serde(borrow, rename = "type")]
    pub kind: std::borrow::Cow<'a, str>,
    pub log: Origin,
    pub iss: PartyId,
    #[serde(default)]
    pub site: Option<SiteId>,
    pub iat: UnixSeconds,
    #[serde(deserialize_with = "super::words::exact_integer")]
    pub seq: u64,
    pub prev: Option<RecordId>,
    #[serde(default)]
    pub moves: Bounded<MoveLine, MOVES_MAX>,
    #[serde(default)]
    pub refs: Bounded<RecordId, REFS_MAX>,
    #[serde(default)]
    pub about: Bounded<Subject, ABOUT_MAX>,
    #[serde(default)]
    pub blobs: Bounded<Blob, BLOBS_MAX>,
    #[serde(borrow)]
    pub body: &'a RawValue,
    #[serde(borrow, rename = "_sd_alg")]
    pub sd_alg: std::borrow::Cow<'a, str>,
}

/// Whether line numbers are in range and unique, and those cited in range.
pub(super) fn line_numbers_are_sound(moves: &[MoveLine]) -> bool {
    let mut seen = [0_u64; 16];
    moves.iter().all(|line| {
        let (word, bit) = (usize::from(line.n >> 6), 1_u64 << (line.n & 63));
        let cited = line.of.is_none_or(|of| LINE_NUMBERS.contains(&of.1));
        let in_range = LINE_NUMBERS.contains(&line.n);
        in_range
            && cited
            && seen.get_mut(word).is_some_and(|bits| {
                let fresh = *bits & bit == 0;
                *bits |= bit;
                fresh
            })
    })
}
