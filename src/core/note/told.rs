//! What notes hold, kind by kind, with their limits.

use crate::core::ids::{LotCode, PartyId, Plate, PlateColour};
use crate::core::quantity::{Amount, Uom};
use crate::core::record::sealed::Class;
use crate::core::record::words::{Bounded, Name};
use crate::core::record::{Blob, BlobHash, RecordId};
use crate::core::rules::product::ProductClass;
use crate::core::time::{ChinaDate, UnixSeconds};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

/// Earlier cargoes of a tank that are kept.
const CARGOES_MAX: usize = 12;

/// Days between self-checks at most.
const CHECK_DAYS_MAX: u16 = 999;

/// Characters of the file of a track, compressed, in base64url: 720 KiB of gzip. A day of one point each ten
/// seconds takes some 150 KiB.
pub(super) const FILE_CHARS_MAX: usize = 960 * 1024;

/// A kind of note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    /// A vehicle's file 一车一档.
    Vehicle,
    /// A sample of a meal 留样.
    Sample,
    /// How often the site checks itself 自查.
    SelfCheck,
    /// A product of the site's own, for the next time.
    Template,
    /// A track whose hash was recorded.
    Track,
    /// For whom the party acts, and where their consent is.
    Consent,
}

impl NoteKind {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Vehicle,
        Self::Sample,
        Self::SelfCheck,
        Self::Template,
        Self::Track,
        Self::Consent,
    ];

    /// The stable word for it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Vehicle => "vehicle",
            Self::Sample => "sample",
            Self::SelfCheck => "self_check",
            Self::Template => "template",
            Self::Track => "track",
            Self::Consent => "consent",
        }
    }

    /// The kind with this word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Notes of this kind of one site at most, those that were deleted among them.
    #[must_use]
    pub const fn count_max(self) -> i64 {
        match self {
            Self::SelfCheck => 1,
            Self::Template => 100,
            Self::Vehicle | Self::Track | Self::Consent => 200,
            Self::Sample => 1_000,
        }
    }

    /// Bytes of a note of this kind at most, as JSON.
    #[must_use]
    pub const fn bytes_max(self) -> usize {
        match self {
            Self::Track => 1024 * 1024,
            _ => 16 * 1024,
        }
    }

    /// The class of what it holds, as the access table and the journal name it; none if it says
    /// nothing that would be sealed in a record.
    #[must_use]
    pub const fn class(self) -> Option<Class> {
        match self {
            Self::Vehicle | Self::Sample | Self::Track | Self::Consent => Some(Class::Personal),
            Self::Template => Some(Class::Trade),
            Self::SelfCheck => None,
        }
    }
}

/// What a note says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Told {
    /// A vehicle's file.
    Vehicle(Box<Vehicle>),
    /// A sample of a meal.
    Sample(Box<Sample>),
    /// How often the site checks itself.
    SelfCheck(SelfCheck),
    /// A product.
    Template(Box<Template>),
    /// A track.
    Track(Box<Track>),
    /// For whom the party acts.
    Consent(Box<Consent>),
}

/// A vehicle's file 一车一档, as it was said last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vehicle {
    /// Its plate.
    pub plate: Plate,
    /// Colour of the plate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub colour: Option<PlateColour>,
    /// Plate of its trailer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trailer: Option<Name>,
    /// Who drives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub driver: Option<Name>,
    /// Their phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Name>,
    /// 道路运输证号.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub road_permit: Option<Name>,
    /// The last day of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub road_permit_valid_to: Option<ChinaDate>,
    /// How it was cleaned last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cleaning: Option<Name>,
    /// When, in China's time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cleaned_at: Option<Name>,
    /// Number of its tank.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container: Option<Name>,
    /// 准运证编号 of the tank.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tank_permit: Option<Name>,
    /// The last day of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tank_permit_valid_to: Option<ChinaDate>,
    /// What the tank carried, the last first.
    #[serde(default, skip_serializing_if = "Bounded::is_empty")]
    pub cargoes: Bounded<Name, CARGOES_MAX>,
}

/// A sample of a meal 留样.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// The record that cooked it.
    pub record: RecordId,
    /// The line of it.
    pub n: u16,
    /// Its lot.
    pub lot: LotCode,
    /// Unit of the lot.
    pub uom: Uom,
    /// What it is.
    pub goods: Name,
    /// How many grams.
    pub grams: Amount,
    /// The same in the unit of the lot.
    pub amount: Amount,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Name>,
    /// Who took it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Name>,
    /// Since when.
    pub since: UnixSeconds,
    /// Until when.
    pub until: UnixSeconds,
    /// Whether it was disposed of.
    pub over: bool,
}

/// How often the site checks itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelfCheck {
    /// Days from one to the next.
    #[serde(deserialize_with = "check_days")]
    pub days: u16,
}

/// A product of the site's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// Its class.
    pub class: ProductClass,
    /// What it is called.
    pub name: Name,
    /// Unit.
    pub uom: Uom,
    /// 规格.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spec: Option<Name>,
    /// From whom, where it was bought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplier: Option<Name>,
}

/// A track whose hash was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Track {
    /// SHA-256 of the file, as the record has it.
    pub hash: BlobHash,
    /// The shipment.
    pub dispatch: RecordId,
    /// Name of the file.
    pub name: Name,
    /// How many points.
    pub count: u32,
    /// When the first was.
    pub first: UnixSeconds,
    /// When the last was.
    pub last: UnixSeconds,
    /// System of coordinates.
    pub system: Name,
    /// The file, compressed (gzip), base64url; none where it is too large and lies on one device alone.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "file"
    )]
    pub file: Option<String>,
}

/// For whom the party acts 代办, and where their consent is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// For whom.
    pub party: PartyId,
    /// What they are called.
    pub called: Name,
    /// Whether the registry named this party their agent when it was asked; none if it was not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreed: Option<bool>,
    /// The picture of their consent.
    pub blob: Blob,
    /// The day on which it was taken.
    pub on: ChinaDate,
}

impl Told {
    /// Of which kind it is.
    #[must_use]
    pub const fn kind(&self) -> NoteKind {
        match self {
            Self::Vehicle(_) => NoteKind::Vehicle,
            Self::Sample(_) => NoteKind::Sample,
            Self::SelfCheck(_) => NoteKind::SelfCheck,
            Self::Template(_) => NoteKind::Template,
            Self::Track(_) => NoteKind::Track,
            Self::Consent(_) => NoteKind::Consent,
        }
    }

    /// What it is about: of two notes about the same thing there is one.
    #[must_use]
    pub fn about(&self) -> String {
        match self {
            Self::Vehicle(one) => one.plate.to_string(),
            Self::Sample(one) => format!("{}#{}", one.record, one.n),
            Self::SelfCheck(_) => String::new(),
            Self::Template(one) => {
                let supplier = one.supplier.as_ref().map_or("", Name::as_str);
                format!("{}\n{}\n{supplier}", one.class.code(), one.name)
            }
            Self::Track(one) => one.hash.to_string(),
            Self::Consent(one) => one.party.to_string(),
        }
    }
}

fn check_days<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    let days = u16::deserialize(deserializer)?;
    match (1..=CHECK_DAYS_MAX).contains(&days) {
        true => Ok(days),
        false => Err(D::Error::custom("self-checks are 1 to 999 days apart")),
    }
}

fn file<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    let is_base64url = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    match &text {
        Some(text) if text.len() > FILE_CHARS_MAX || !text.chars().all(is_base64url) => {
            Err(D::Error::custom("this is no compressed file in base64url"))
        }
        _ => Ok(text),
    }
}
