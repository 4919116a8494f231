//! Short ASCII texts kept in place, so that parsing and cloning an identifier costs no
//! allocation, and the trait implementations that all identifiers share.

use std::marker::PhantomData;
use std::str::FromStr;

use super::error::{Fault, IdError, IdKind};

/// An ASCII text of at most `N` bytes (`N` below 256) kept in place.
///
/// Unused bytes are zero and no text contains a zero byte, so the derived order is text order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Ascii<const N: usize> {
    bytes: [u8; N],
    len: u8,
}

impl<const N: usize> Ascii<N> {
    /// Reads a text of `min` to `N` ASCII characters, each allowed at its place (from 0).
    pub(super) fn read(
        kind: IdKind,
        text: &str,
        min: usize,
        allowed: impl Fn(usize, u8) -> bool,
    ) -> Result<Self, IdError> {
        require_ascii(kind, text)?;
        if text.len() < min || text.len() > N {
            return Err(kind.fault(Fault::Length {
                found: text.len(),
                min,
                max: N,
            }));
        }
        let mut out = Self::EMPTY;
        for (place, byte) in text.bytes().enumerate() {
            if byte == 0 || !allowed(place, byte) {
                return Err(kind.fault(Fault::Character {
                    position: place.saturating_add(1),
                    found: char::from(byte),
                }));
            }
            out.push(byte);
        }
        Ok(out)
    }

    /// Nothing yet.
    pub(super) const EMPTY: Self = Self {
        bytes: [0; N],
        len: 0,
    };

    /// Appends one byte if there is room, and says whether there was.
    pub(super) fn push(&mut self, byte: u8) -> bool {
        match self.bytes.get_mut(usize::from(self.len)) {
            Some(slot) => {
                *slot = byte;
                self.len = self.len.saturating_add(1);
                true
            }
            None => false,
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or_default()
    }

    /// The bytes `from..to`, or nothing if there are not so many.
    pub(super) fn part(&self, from: usize, to: usize) -> &[u8] {
        self.bytes().get(from..to).unwrap_or_default()
    }

    /// The text `from..to`, or nothing if there is not so much.
    pub(super) fn text(&self, from: usize, to: usize) -> &str {
        self.as_str().get(from..to).unwrap_or_default()
    }

    /// The byte at `place` (from 0), or zero past the end.
    pub(super) fn at(&self, place: usize) -> u8 {
        self.bytes().get(place).copied().unwrap_or_default()
    }

    pub(super) fn as_str(&self) -> &str {
        std::str::from_utf8(self.bytes()).unwrap_or_default()
    }
}

impl<const N: usize> std::fmt::Debug for Ascii<N> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(self.as_str(), f)
    }
}

/// Refuses the first character that is not ASCII, which is how full-width digits and Chinese
/// characters get an error that names them instead of one about a length in bytes.
pub(super) fn require_ascii(kind: IdKind, text: &str) -> Result<(), IdError> {
    if text.is_ascii() {
        return Ok(());
    }
    match text.chars().enumerate().find(|(_, c)| !c.is_ascii()) {
        None => Ok(()),
        Some((place, found)) => Err(kind.fault(Fault::Character {
            position: place.saturating_add(1),
            found,
        })),
    }
}

/// Compares a check character with what it should be.
pub(super) fn require_check(kind: IdKind, expected: u8, found: u8) -> Result<(), IdError> {
    if expected == found {
        return Ok(());
    }
    Err(kind.fault(Fault::CheckDigit {
        expected: char::from(expected),
        found: char::from(found),
    }))
}

/// Reads a string through [`FromStr`] without allocating for the string itself.
pub(super) struct TextVisitor<T>(PhantomData<T>);

impl<T> TextVisitor<T> {
    pub(super) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T> serde::de::Visitor<'_> for TextVisitor<T>
where
    T: FromStr,
    T::Err: std::fmt::Display,
{
    type Value = T;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an identifier as a string")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

/// Implements `FromStr`, `Display` and serde through `parse` and `as_str`.
macro_rules! text_identifier {
    ($($name:ty),+ $(,)?) => {$(
        impl std::str::FromStr for $name {
            type Err = $crate::core::ids::IdError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str($crate::core::ids::ascii::TextVisitor::<Self>::new())
            }
        }
    )+};
}

pub(super) use text_identifier;
