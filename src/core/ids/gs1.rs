//! GS1 keys and attributes (GS1 General Specifications; formats as in the GS1 syntax dictionary).

use super::ascii::{Ascii, TextVisitor, require_ascii, require_check, text_identifier};
use super::check_digit::gs1_check;
use super::error::{Fault, IdError, IdKind};

/// Whether GS1's character set 82 (the invariant part of ISO/IEC 646) has this character;
/// batch and serial numbers are written in it, so Chinese characters never occur in them.
#[must_use]
pub const fn is_cset82(byte: u8) -> bool {
    matches!(byte, b'!' | b'"' | b'%'..=b'?' | b'A'..=b'Z' | b'_' | b'a'..=b'z')
}

/// Reads `N` digits of which the last is the GS1 check digit.
fn read_key<const N: usize>(kind: IdKind, text: &str) -> Result<Ascii<N>, IdError> {
    let key = Ascii::<N>::read(kind, text, N, |_, byte| byte.is_ascii_digit())?;
    let body = key.part(0, N.saturating_sub(1));
    let expected = gs1_check(body).ok_or(kind.fault(Fault::Shape))?;
    require_check(kind, expected, key.at(N.saturating_sub(1)))?;
    Ok(key)
}

/// A trade item number, kept as 14 digits with leading zeros, which is its canonical form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gtin(Ascii<14>);

impl Gtin {
    /// Reads the 8, 12, 13 or 14 digits that stand under a bar code.
    ///
    /// # Errors
    /// Says whether the length, a character or the check digit is wrong.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        require_ascii(IdKind::Gtin, text)?;
        let padding: &[u8] = match text.len() {
            14 => b"",
            13 => b"0",
            12 => b"00",
            8 => b"000000",
            found => {
                return Err(IdKind::Gtin.fault(Fault::Length {
                    found,
                    min: 8,
                    max: 14,
                }));
            }
        };
        let digits = Ascii::<14>::read(IdKind::Gtin, text, 8, |_, byte| byte.is_ascii_digit())?;
        let mut padded = Ascii::<14>::EMPTY;
        for byte in padding.iter().chain(digits.bytes()) {
            padded.push(*byte);
        }
        Self::parse_canonical(padded.as_str())
    }

    /// Reads the canonical 14 digits only.
    ///
    /// # Errors
    /// Says whether the length, a character or the check digit is wrong.
    pub fn parse_canonical(text: &str) -> Result<Self, IdError> {
        read_key(IdKind::Gtin, text).map(Self)
    }

    /// The 14 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl std::str::FromStr for Gtin {
    type Err = IdError;
    /// Reads the canonical 14 digits, since records have one spelling.
    fn from_str(text: &str) -> Result<Self, IdError> {
        Self::parse_canonical(text)
    }
}

impl std::fmt::Display for Gtin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

impl serde::Serialize for Gtin {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for Gtin {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor::<Self>::new())
    }
}

/// A location or party number: 13 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gln(Ascii<13>);

impl Gln {
    /// Reads 13 digits with the right check digit.
    ///
    /// # Errors
    /// Says whether the length, a character or the check digit is wrong.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        read_key(IdKind::Gln, text).map(Self)
    }

    /// The 13 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// A logistic unit (pallet, case, tank): 18 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sscc(Ascii<18>);

impl Sscc {
    /// Reads 18 digits with the right check digit.
    ///
    /// # Errors
    /// Says whether the length, a character or the check digit is wrong.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        read_key(IdKind::Sscc, text).map(Self)
    }

    /// The 18 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// A returnable asset (crate, tank): `0`, 13 digits with a check digit, and a serial of up to
/// 16 characters of set 82 (AI 8003).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Grai(Ascii<30>);

impl Grai {
    /// Reads a zero, 13 digits and an optional serial.
    ///
    /// # Errors
    /// Says whether the length, a character or the check digit is wrong.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let kind = IdKind::Grai;
        let asset = Ascii::<30>::read(kind, text, 14, |place, byte| match place {
            0 => byte == b'0',
            1..=13 => byte.is_ascii_digit(),
            _ => is_cset82(byte),
        })?;
        let expected = gs1_check(asset.part(1, 13)).ok_or(kind.fault(Fault::Shape))?;
        require_check(kind, expected, asset.at(13))?;
        Ok(Self(asset))
    }

    /// The digits and serial.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// Declares attributes that are a number of characters of set 82.
macro_rules! cset82_attribute {
    ($($(#[$doc:meta])* $name:ident, $max:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Ascii<$max>);

        impl $name {
            #[doc = concat!("Reads 1 to ", $max, " characters of GS1's set 82.")]
            ///
            /// # Errors
            /// Says whether the length or a character is wrong.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                Ascii::read(IdKind::$name, text, 1, |_, byte| is_cset82(byte)).map(Self)
            }

            /// The characters.
            #[must_use]
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }
    )+};
}

cset82_attribute! {
    /// An individual asset (vehicle, sensor, delivery box): AI 8004.
    Giai, 30;
    /// A batch or lot number: AI 10.
    BatchNo, 20;
    /// A serial number: AI 21.
    Serial, 20;
    /// A consumer product variant: AI 22.
    Variant, 20;
}

text_identifier!(Gln, Sscc, Grai, Giai, BatchNo, Serial, Variant);
