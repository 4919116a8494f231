//! Sealed fields. The signed bytes hold a salted hash; the value lives beside them in a
//! disclosure (RFC 9901), from which it can be withheld or erased while every signature and
//! proof stays valid. Which field is sealed, where, and in which class is fixed by type, so that
//! nobody can show two values for one field or say in the clear what should be closed.

use super::error::RecordError;
use super::hashes::{BlobHash, Digest};
use super::limits::{BLOBS_MAX, DISCLOSURE_BYTES_MAX, SALT_BYTES_MAX, SALT_BYTES_MIN};
use super::objects;
use super::words::{Bounded, List, Name, Text};
use crate::core::ids::{Plate, PlateColour};
use crate::core::quantity::Amount;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};

/// Who may see a sealed field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Quantities: nodes and the counterparties.
    Balance,
    /// Prices, exact addresses, unenrolled suppliers and buyers: the counterparties and, on
    /// request, authorities.
    Trade,
    /// People, phones, plates, drivers, tracks, free text: kept at the home node, handed out on
    /// request, erasable. No projection reads it.
    Personal,
}

impl Class {
    /// All classes, in the order in which the store keeps them.
    pub const ALL: [Self; 3] = [Self::Balance, Self::Trade, Self::Personal];
}

/// What the value of a sealed field looks like. Every field is always there; a value that is not
/// known is `null`, so that the number of digests tells nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// An exact decimal.
    Amount,
    /// An exact decimal or null.
    OptAmount,
    /// Text or null.
    OptText,
    /// A person or null.
    OptPerson,
    /// A vehicle or null.
    OptVehicle,
    /// A business that is not enrolled, or null.
    OptCounterparty,
    /// Exact places, or null.
    OptPlaces,
    /// What differed at a receipt, line by line; may be empty.
    Differences,
    /// What a stocktake counted, credit by credit.
    Counts,
}

/// A field that its type seals.
#[derive(Debug, PartialEq, Eq)]
pub struct SealedField {
    /// Member name in the disclosed object.
    pub name: &'static str,
    /// Who may see it.
    pub class: Class,
    /// What it looks like.
    pub shape: Shape,
}

const fn sealed(name: &'static str, class: Class, shape: Shape) -> SealedField {
    SealedField { name, class, shape }
}

/// The sealed fields of every line that moves goods.
pub static MOVE_FIELDS: [SealedField; 1] = [sealed("quantity", Class::Balance, Shape::Amount)];

pub(super) static DIFFERENCES: SealedField =
    sealed("differences", Class::Balance, Shape::Differences);
pub(super) static COUNTED: SealedField = sealed("counted", Class::Balance, Shape::Counts);
pub(super) static CERTIFIED: SealedField = sealed("certified", Class::Balance, Shape::OptAmount);
pub(super) static PERSON_NAME: SealedField = sealed("person", Class::Personal, Shape::OptPerson);
pub(super) static IDENTITY: SealedField = sealed("identity", Class::Personal, Shape::OptText);
pub(super) static ADDRESS: SealedField = sealed("address", Class::Trade, Shape::OptText);
pub(super) static SUPPLIER: SealedField = sealed("supplier", Class::Trade, Shape::OptCounterparty);
pub(super) static BUYER: SealedField = sealed("buyer", Class::Trade, Shape::OptCounterparty);
pub(super) static PLACES: SealedField = sealed("places", Class::Trade, Shape::OptPlaces);
pub(super) static TERMS: SealedField = sealed("terms", Class::Trade, Shape::OptText);
pub(super) static VEHICLE: SealedField = sealed("vehicle", Class::Personal, Shape::OptVehicle);
pub(super) static DRIVER: SealedField = sealed("driver", Class::Personal, Shape::OptPerson);
pub(super) static TRACK: SealedField = sealed("track", Class::Personal, Shape::OptText);
pub(super) static NOTE: SealedField = sealed("note", Class::Personal, Shape::OptText);

/// A natural person, as far as a duty asks for one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Name 姓名.
    pub name: Name,
    /// Phone 联系电话.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Name>,
    /// Number of a licence or certificate (a driver's, a vet's).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<Name>,
}

/// A vehicle; an articulated one has two plates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vehicle {
    /// Plate 车牌号 (GA 36-2018).
    pub plate: Plate,
    /// Plate colour; a plate is not unique without it.
    pub colour: PlateColour,
    /// Plate of the trailer 挂车.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trailer: Option<Plate>,
}

/// A supplier or buyer who is not enrolled: name, address, contact as 食品安全法 arts. 50, 53 ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counterparty {
    /// Name 名称.
    pub name: Name,
    /// Address 地址.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Name>,
    /// Contact 联系方式.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Name>,
    /// Licence number 许可证号, as printed on the paper shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<Name>,
}

/// Exact places of loading and unloading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Places {
    /// 装货地址.
    pub load: Name,
    /// 卸货地址.
    pub unload: Name,
}

/// What differed on one line of a receipt; what is not named was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// The receipt's own line.
    #[serde(deserialize_with = "super::words::line_number")]
    pub n: u16,
    /// Did not arrive 短少.
    pub short: Amount,
    /// Arrived damaged 破损.
    pub damaged: Amount,
    /// Refused 拒收.
    pub refused: Amount,
    /// Why, as a code.
    pub reason: DifferenceReason,
    /// Pictures of it, among those that the receipt names.
    #[serde(default, skip_serializing_if = "Bounded::is_empty")]
    pub photos: Bounded<BlobHash, BLOBS_MAX>,
}

/// Why goods were not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DifferenceReason {
    /// Fewer than the line says 数量不足.
    Short,
    /// Broken, leaking, crushed 破损.
    Damaged,
    /// Above or below the temperature asked for 温度不符.
    Temperature,
    /// Another lot than the line says 批次不符.
    WrongLot,
    /// A paper is missing 缺证.
    Papers,
    /// Bad quality 质量问题.
    Quality,
    /// Past its shelf life 超过保质期.
    Expired,
    /// It was recalled 已召回.
    Recalled,
    /// Something else 其他.
    Other,
}

/// What a stocktake counted of one credit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counted {
    /// The credit that was counted: record and line.
    pub of: super::payload::LineRef,
    /// What was there.
    pub amount: Amount,
}

/// The opened value of a sealed field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SealedValue {
    /// Not known to the author.
    Null,
    /// An exact decimal.
    Amount(Amount),
    /// Differences at a receipt.
    Differences(Vec<Difference>),
    /// Counts of a stocktake.
    Counts(Vec<Counted>),
    /// A value nothing computes with; its shape was checked, its JSON is kept.
    Json(Box<str>),
}

/// Where in a record a sealed field has its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the line with this number.
    Line(u16),
    /// In the body.
    Body,
}

/// A place for a sealed field, with its value if a disclosure opened it.
#[derive(Debug, Clone)]
pub struct Slot {
    /// Where it stands.
    pub place: Place,
    /// What it is.
    pub field: &'static SealedField,
    /// What the author signed.
    pub digest: Digest,
    /// The disclosure and its value, if it was opened.
    pub opened: Option<Opened>,
}

/// A disclosure that fits its digest.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The disclosure as it travels: base64url of `[salt, name, value]`.
    pub disclosure: Box<str>,
    /// The value, checked against the field's shape.
    pub value: SealedValue,
}

/// The sealed field of a vehicle, as dispatches and legs have it.
#[must_use]
pub fn vehicle_field() -> &'static SealedField {
    &VEHICLE
}

/// Hashes a disclosure as RFC 9901 section 4.2.3 says: over its ASCII bytes.
#[must_use]
pub fn disclosure_digest(disclosure: &str) -> Digest {
    Digest::from_bytes(Sha256::digest(disclosure.as_bytes()).into())
}

/// Opens `slot` with a disclosure whose digest it is known to have.
///
/// # Errors
/// Refuses non-canonical base64url, a weak salt, another name than the slot's, or a value that
/// does not have the field's shape.
pub fn open(field: &SealedField, disclosure: &str) -> Result<Opened, RecordError> {
    if disclosure.len() > DISCLOSURE_BYTES_MAX {
        return Err(RecordError::TooLarge {
            what: "disclosure",
            limit: DISCLOSURE_BYTES_MAX,
        });
    }
    let json = URL_SAFE_NO_PAD
        .decode(disclosure)
        .map_err(|_loose| RecordError::NotCanonicalBase64 { part: "disclosure" })?;
    let (salt, name, value): (&str, &str, &RawValue) =
        objects::read(&json).map_err(|cause| RecordError::of_json(&json, "disclosure", &cause))?;
    check_salt(salt)?;
    if name != field.name {
        return Err(RecordError::DisclosureMismatch {
            name: name.into(),
            expected: field.name,
        });
    }
    let value = read_value(field, value.get())?;
    Ok(Opened {
        disclosure: disclosure.into(),
        value,
    })
}

fn check_salt(salt: &str) -> Result<(), RecordError> {
    let mut bytes = [0_u8; SALT_BYTES_MAX];
    let length = URL_SAFE_NO_PAD
        .decode_slice(salt, &mut bytes)
        .map_err(|_unreadable| RecordError::WeakSalt)?;
    let salt = bytes.get(..length).unwrap_or_default();
    let constant = salt.windows(2).all(|pair| pair.first() == pair.last());
    if length < SALT_BYTES_MIN || constant {
        return Err(RecordError::WeakSalt);
    }
    Ok(())
}

fn read_value(field: &SealedField, json: &str) -> Result<SealedValue, RecordError> {
    fn typed<'a, T: Deserialize<'a>>(field: &SealedField, json: &'a str) -> Result<T, RecordError> {
        objects::read(json.as_bytes())
            .map_err(|cause| RecordError::of_json(json.as_bytes(), field.name, &cause))
    }
    fn checked<'a, T: Deserialize<'a>>(
        field: &SealedField,
        json: &'a str,
    ) -> Result<SealedValue, RecordError> {
        Ok(match typed::<Option<T>>(field, json)? {
            Some(_) => SealedValue::Json(json.into()),
            None => SealedValue::Null,
        })
    }
    match field.shape {
        Shape::Amount => typed(field, json).map(SealedValue::Amount),
        Shape::OptAmount => Ok(
            typed::<Option<Amount>>(field, json)?.map_or(SealedValue::Null, SealedValue::Amount)
        ),
        Shape::OptText => checked::<Text>(field, json),
        Shape::OptPerson => checked::<Person>(field, json),
        Shape::OptVehicle => checked::<Vehicle>(field, json),
        Shape::OptCounterparty => checked::<Counterparty>(field, json),
        Shape::OptPlaces => checked::<Places>(field, json),
        Shape::Differences => {
            let differences: super::words::Bounded<Difference, { super::limits::MOVES_MAX }> =
                typed(field, json)?;
            Ok(SealedValue::Differences(differences.to_vec()))
        }
        Shape::Counts => {
            let counts: List<Counted> = typed(field, json)?;
            Ok(SealedValue::Counts(counts.to_vec()))
        }
    }
}
