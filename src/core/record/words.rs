//! Bounded words and lists of the record format: nothing in a record is of unlimited size, and
//! no text carries control characters that could disturb a terminal, a label or a page.

use super::limits::{
    LINE_NUMBERS, LIST_MAX, NAME_CHARS_MAX, TEMP_MAX_C, TEMP_MIN_C, TEXT_CHARS_MAX,
};
use crate::core::quantity::SignedDecimal;
use crate::core::time::INTEGER_MAX;
use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// Reads the number of a line, 1 to 999, for a member that says which line it speaks of.
pub(in crate::core::record) fn line_number<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<u16, D::Error> {
    let number = u16::deserialize(deserializer)?;
    if LINE_NUMBERS.contains(&number) {
        return Ok(number);
    }
    Err(D::Error::custom("a line number is 1 to 999"))
}

/// Whether somebody can have measured so many degrees Celsius, by [`TEMP_MIN_C`] and [`TEMP_MAX_C`].
#[must_use]
pub fn can_be_measured(temp_c: SignedDecimal) -> bool {
    (SignedDecimal::whole(TEMP_MIN_C)..=SignedDecimal::whole(TEMP_MAX_C)).contains(&temp_c)
}

/// Reads a temperature that was measured, within [`TEMP_MIN_C`] and [`TEMP_MAX_C`].
pub(in crate::core::record) fn measured_c<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<SignedDecimal, D::Error> {
    let read = SignedDecimal::deserialize(deserializer)?;
    if can_be_measured(read) {
        return Ok(read);
    }
    Err(D::Error::custom("a measured temperature is -80 to 100"))
}

/// The same for one that may be absent.
pub(in crate::core::record) fn measured_c_if_any<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<SignedDecimal>, D::Error> {
    Ok(Option::<MeasuredC>::deserialize(deserializer)?.map(|MeasuredC(read)| read))
}

/// A temperature that was measured, as a list or an option reads it.
#[derive(Deserialize)]
pub(in crate::core::record) struct MeasuredC(
    #[serde(deserialize_with = "measured_c")] pub(in crate::core::record) SignedDecimal,
);

/// The number of a line as an element of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Line(#[serde(deserialize_with = "line_number")] pub u16);

/// Characters of a stable code at most.
const CODE_CHARS_MAX: usize = 64;

/// A stable code: a letter, then letters, digits and `_`, all in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Code(Box<str>);

impl Code {
    /// Accepts `text` if it is written as codes are.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let begins = text.starts_with(|c: char| c.is_ascii_lowercase());
        let is_part = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_';
        let fits = text.len() <= CODE_CHARS_MAX && text.bytes().all(is_part);
        (begins && fits).then(|| Self(text.into()))
    }

    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        Self::new(&text).ok_or_else(|| D::Error::custom("a code is 1 to 64 of a-z, 0-9 and _"))
    }
}

/// A text of 1 to `MAX` characters without control characters and outer white space.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Words<const MAX: usize>(Box<str>);

/// A name, a number on a paper, a place: one short line.
pub type Name = Words<NAME_CHARS_MAX>;

/// A longer text for people.
pub type Text = Words<TEXT_CHARS_MAX>;

impl<const MAX: usize> Words<MAX> {
    /// Accepts `text` if it is not empty, not too long, and has no control characters.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let fits = !text.is_empty() && (text.len() <= MAX || text.chars().count() <= MAX);
        let clean = text.trim() == text && !text.chars().any(unprintable);
        (fits && clean).then(|| Self(text.into()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Control characters and the invisible marks that reverse the direction of text, with which a
/// name can be made to look like another.
fn unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

impl<const MAX: usize> fmt::Display for Words<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl<const MAX: usize> Serialize for Words<MAX> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de, const MAX: usize> Deserialize<'de> for Words<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        Self::new(&text).ok_or_else(|| {
            D::Error::custom(format!("text must have 1 to {MAX} printable characters"))
        })
    }
}

/// Reads an integer that JSON readers in every language keep exact.
pub(crate) fn exact_integer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let integer = u64::deserialize(deserializer)?;
    if integer > INTEGER_MAX {
        return Err(D::Error::custom("integer is beyond 2^53"));
    }
    Ok(integer)
}

/// What the message of a list past its bound begins with.
pub(super) const TOO_MANY: &str = "too many elements";

/// A list of at most `MAX` elements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounded<T, const MAX: usize>(Vec<T>);

/// A list of the usual bound.
pub type List<T> = Bounded<T, LIST_MAX>;

impl<T, const MAX: usize> Bounded<T, MAX> {
    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T, const MAX: usize> Default for Bounded<T, MAX> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T, const MAX: usize> std::ops::Deref for Bounded<T, MAX> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T: Serialize, const MAX: usize> Serialize for Bounded<T, MAX> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>, const MAX: usize> Deserialize<'de> for Bounded<T, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Elements<T, const MAX: usize>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>, const MAX: usize> Visitor<'de> for Elements<T, MAX> {
            type Value = Vec<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a list of at most {MAX} elements")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<T>, A::Error> {
                let mut elements = Vec::new();
                while let Some(element) = seq.next_element()? {
                    if elements.len() == MAX {
                        return Err(A::Error::custom(format!("{TOO_MANY}, at most {MAX}")));
                    }
                    elements.push(element);
                }
                Ok(elements)
            }
        }
        deserializer
            .deserialize_seq(Elements::<T, MAX>(PhantomData))
            .map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_printable_and_honest() {
        assert!(Name::new("嘉善某生猪养殖专业合作社").is_some());
        assert!(Name::new(&"猪".repeat(NAME_CHARS_MAX)).is_some());
        for bad in [
            "",
            " a",
            "a ",
            "a\nb",
            "a\u{202e}b",
            "a\u{200b}b",
            &"猪".repeat(NAME_CHARS_MAX + 1),
        ] {
            assert!(Name::new(bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn lists_end_at_their_bound() {
        assert!(serde_json::from_str::<Bounded<u8, 2>>("[1,2]").is_ok());
        assert!(serde_json::from_str::<Bounded<u8, 2>>("[1,2,3]").is_err());
    }
}
