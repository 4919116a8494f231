//! Lot codes: how records name a batch of goods.

use std::sync::Arc;

use super::ascii::{Ascii, require_ascii, text_identifier};
use super::error::{Fault, IdError, IdKind};
use super::gs1::{BatchNo, Gtin, Serial, Variant};
use super::percent::{Decoded, Decoder, encode_into};

/// Longest lot code in bytes: all three attributes of 20 characters percent-encoded.
pub const LOT_CODE_BYTES_MAX: usize = 17 + 3 * (4 + 60);

/// Shortest code of a lot without GTIN, in characters.
pub const OWN_CODE_MIN: usize = 4;

/// Longest code of a lot without GTIN, in characters.
pub const OWN_CODE_MAX: usize = 40;

text_identifier!(LotCode);

/// The code of a lot, in its one canonical spelling.
///
/// With a GTIN it is the path of a GS1 Digital Link without host,
/// `01/{gtin14}[/22/{variant}]/10/{batch}[/21/{serial}]`, percent-encoded where the character
/// is not unreserved in RFC 3986. Without a GTIN it is `t/{code}`, 4 to 40 of `A-Z0-9-` that
/// neither begins nor ends with a hyphen. A GTIN alone names a product, never a lot.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LotCode(Arc<str>);

impl LotCode {
    /// Reads a lot code in canonical spelling.
    ///
    /// # Errors
    /// Says which part is wrong, or that the spelling is not the canonical one.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let kind = IdKind::LotCode;
        if text.len() > LOT_CODE_BYTES_MAX {
            return Err(kind.fault(Fault::Length {
                found: text.chars().count(),
                min: OWN_CODE_MIN + 2,
                max: LOT_CODE_BYTES_MAX,
            }));
        }
        match text.split_once('/') {
            Some(("t", code)) => check_own(code)?,
            Some(("01", rest)) => check_link(rest)?,
            _ => {
                require_ascii(kind, text)?;
                return Err(kind.fault(Fault::Shape));
            }
        }
        Ok(Self(Arc::from(text)))
    }

    /// The code of the batch of a trade item.
    ///
    /// # Errors
    /// A part that is `.` or `..` cannot stand in a path.
    pub fn from_parts(
        gtin: &Gtin,
        variant: Option<&Variant>,
        batch: &BatchNo,
        serial: Option<&Serial>,
    ) -> Result<Self, IdError> {
        let mut path = format!("01/{gtin}");
        let parts = [
            ("/22/", variant.map(Variant::as_str)),
            ("/10/", Some(batch.as_str())),
            ("/21/", serial.map(Serial::as_str)),
        ];
        for (key, value) in parts {
            if let Some(value) = value {
                path.push_str(key);
                encode_into(&mut path, value);
            }
        }
        Self::parse(&path)
    }

    /// The code of a lot without GTIN, from its part after `t/`.
    ///
    /// # Errors
    /// Says whether the length or a character is wrong.
    pub fn own(code: &str) -> Result<Self, IdError> {
        Self::parse(&format!("t/{code}"))
    }

    /// The canonical spelling, which is also the path under any Digital Link host.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The trade item, if the lot has one.
    #[must_use]
    pub fn gtin(&self) -> Option<Gtin> {
        let digits = self.0.strip_prefix("01/")?.split('/').next()?;
        Gtin::parse_canonical(digits).ok()
    }

    /// The variant of the trade item (AI 22), if the code has one.
    #[must_use]
    pub fn variant(&self) -> Option<Variant> {
        Variant::parse(decode(self.part("22")?)?.as_str()).ok()
    }

    /// The batch number (AI 10), if the lot has a GTIN.
    #[must_use]
    pub fn batch(&self) -> Option<BatchNo> {
        BatchNo::parse(decode(self.part("10")?)?.as_str()).ok()
    }

    /// The serial number (AI 21), if the code names one item.
    #[must_use]
    pub fn serial(&self) -> Option<Serial> {
        Serial::parse(decode(self.part("21")?)?.as_str()).ok()
    }

    /// The code of the lot that the item with this serial number belongs to; none if this code names
    /// no single item.
    #[must_use]
    pub fn without_serial(&self) -> Option<Self> {
        self.part("21")?;
        let (lot, _) = self.0.rsplit_once("/21/")?;
        Self::parse(lot).ok()
    }

    /// The code after `t/`, if the lot has no GTIN.
    #[must_use]
    pub fn own_code(&self) -> Option<&str> {
        self.0.strip_prefix("t/")
    }

    /// The encoded value after this application identifier.
    fn part(&self, key: &str) -> Option<&str> {
        let mut segments = self.0.strip_prefix("01/")?.split('/').skip(1);
        while let (Some(found), Some(value)) = (segments.next(), segments.next()) {
            if found == key {
                return Some(value);
            }
        }
        None
    }
}

/// Checks a code without GTIN.
fn check_own(code: &str) -> Result<(), IdError> {
    let kind = IdKind::LotCode;
    let read = Ascii::<OWN_CODE_MAX>::read(kind, code, OWN_CODE_MIN, |_, byte| {
        byte.is_ascii_digit() || byte.is_ascii_uppercase() || byte == b'-'
    })?;
    if code.starts_with('-') || code.ends_with('-') {
        let position = if code.starts_with('-') {
            1
        } else {
            read.bytes().len()
        };
        return Err(kind.fault(Fault::Character {
            position,
            found: '-',
        }));
    }
    Ok(())
}

/// Checks what follows `01/`.
fn check_link(rest: &str) -> Result<(), IdError> {
    let shape = IdKind::LotCode.fault(Fault::Shape);
    let mut segments = rest.split('/');
    Gtin::parse_canonical(segments.next().ok_or(shape)?)?;
    let mut key = segments.next().ok_or(shape)?;
    if key == "22" {
        let variant = canonical(IdKind::Variant, segments.next().ok_or(shape)?)?;
        Variant::parse(variant.as_str())?;
        key = segments.next().ok_or(shape)?;
    }
    if key != "10" {
        return Err(shape);
    }
    let batch = canonical(IdKind::BatchNo, segments.next().ok_or(shape)?)?;
    BatchNo::parse(batch.as_str())?;
    match segments.next() {
        None => return Ok(()),
        Some("21") => {}
        Some(_) => return Err(shape),
    }
    let serial = canonical(IdKind::Serial, segments.next().ok_or(shape)?)?;
    Serial::parse(serial.as_str())?;
    segments.next().map_or(Ok(()), |_| Err(shape))
}

/// Room for a decoded attribute and one character more, so that its own parser says it is long.
type Attribute = Ascii<21>;

/// Decodes a segment that must be in canonical spelling.
fn canonical(kind: IdKind, segment: &str) -> Result<Attribute, IdError> {
    require_ascii(kind, segment)?;
    if matches!(segment, "." | "..") {
        return Err(kind.fault(Fault::DotSegment));
    }
    let mut out = Attribute::EMPTY;
    for decoded in Decoder::new(segment) {
        let byte = match decoded {
            Decoded::Canonical(byte) => byte,
            Decoded::Other(_) => return Err(kind.fault(Fault::NotCanonical)),
            Decoded::Broken => return Err(kind.fault(Fault::BrokenEncoding)),
        };
        // Zero and bytes beyond ASCII are outside set 82; refuse them before they are kept.
        if !super::gs1::is_cset82(byte) {
            return Err(kind.fault(Fault::Character {
                position: out.bytes().len().saturating_add(1),
                found: foreign_char(segment, byte),
            }));
        }
        if !out.push(byte) {
            break;
        }
    }
    Ok(out)
}

/// The character that a byte outside set 82 begins, so that an error can show `批` and not `æ`.
fn foreign_char(segment: &str, byte: u8) -> char {
    if byte.is_ascii() {
        return char::from(byte);
    }
    let bytes: Vec<u8> = Decoder::new(segment)
        .filter_map(|decoded| match decoded {
            Decoded::Canonical(byte) | Decoded::Other(byte) => Some(byte),
            Decoded::Broken => None,
        })
        .collect();
    std::str::from_utf8(&bytes)
        .ok()
        .and_then(|text| text.chars().find(|c| !c.is_ascii()))
        .unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// Decodes a segment that is known to be canonical.
fn decode(segment: &str) -> Option<Attribute> {
    canonical(IdKind::LotCode, segment).ok()
}
