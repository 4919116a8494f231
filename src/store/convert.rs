//! Between the values of the core and those of the database. Whatever a row holds that the core
//! does not accept is corruption: it was written by this program from accepted values.

use super::error::StoreError;
use crate::core::ids::{Division, PartyId, SiteId};
use crate::core::log::Hash;
use crate::core::quantity::{Amount, Uom};
use crate::core::record::RecordId;
use crate::core::time::{ChinaDate, UnixSeconds};
use serde::de::IntoDeserializer as _;
use serde::de::value::{Error as ValueError, StrDeserializer};
use serde::{Deserialize, Serialize};

pub(super) type Result<T> = std::result::Result<T, StoreError>;

/// The error for a row that cannot be.
pub(super) fn corrupt(what: &str, value: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt(format!("{what}: {value}"))
}

/// A count as the database keeps it.
pub(super) fn signed(value: u64) -> Result<i64> {
    i64::try_from(value).map_err(|_large| corrupt("a number is too large", value))
}

/// A count from the database.
pub(super) fn unsigned(value: i64) -> Result<u64> {
    u64::try_from(value).map_err(|_negative| corrupt("a count is negative", value))
}

pub(super) fn small(value: i64) -> Result<i16> {
    i16::try_from(value).map_err(|_large| corrupt("a small number is large", value))
}

pub(super) fn amount(micro: i64) -> Result<Amount> {
    Amount::from_micro(micro).ok_or_else(|| corrupt("a quantity is negative", micro))
}

pub(super) fn uom(number: i64) -> Result<Uom> {
    Uom::from_number(small(number)?).ok_or_else(|| corrupt("no such unit", number))
}

pub(super) fn time(seconds: i64) -> Result<UnixSeconds> {
    UnixSeconds::new(unsigned(seconds)?).ok_or_else(|| corrupt("no such time", seconds))
}

pub(super) fn date(text: &str) -> Result<ChinaDate> {
    ChinaDate::parse(text).ok_or_else(|| corrupt("no such date", text))
}

pub(super) fn party_id(text: &str) -> Result<PartyId> {
    PartyId::parse(text).map_err(|cause| corrupt("party", cause))
}

pub(super) fn site_id(text: &str) -> Result<SiteId> {
    SiteId::parse(text).map_err(|cause| corrupt("site", cause))
}

pub(super) fn division(code: i64) -> Result<Division> {
    let number = u32::try_from(code).ok().and_then(Division::from_number);
    number.ok_or_else(|| corrupt("no such division", code))
}

pub(super) fn record_id(bytes: &[u8]) -> Result<RecordId> {
    RecordId::from_slice(bytes).ok_or_else(|| corrupt("bytes of a record id", bytes.len()))
}

pub(super) fn hash(bytes: &[u8]) -> Result<Hash> {
    Hash::from_slice(bytes).ok_or_else(|| corrupt("bytes of a hash", bytes.len()))
}

/// The word by which records and tables name one of a few choices.
pub(super) fn word_of<T: Serialize>(choice: &T) -> Result<String> {
    match serde_json::to_value(choice) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        other => Err(corrupt("a choice has no word", format!("{other:?}"))),
    }
}

/// The choice with this word.
pub(super) fn of_word<'de, T: Deserialize<'de>>(word: &'de str) -> Result<T> {
    let words: StrDeserializer<'de, ValueError> = word.into_deserializer();
    T::deserialize(words).map_err(|cause| corrupt("no such choice", cause))
}

/// A short list as JSON text.
pub(super) fn json_of<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|cause| corrupt("not JSON", cause))
}

/// A short list from JSON text.
pub(super) fn of_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|cause| corrupt("JSON", cause))
}
