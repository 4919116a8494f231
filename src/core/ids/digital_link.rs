//! GS1 Digital Link: identifiers as a web address, e.g.
//! `https://id.gs1.org/01/09520001123467/10/QP20261120C1?17=261130`.
//!
//! Read are any host, any path in front, old short names (`gtin`, `lot`, `ser`, `cpv`) and
//! shorter GTINs; written is the canonical form alone. Query members that are no application
//! identifiers (such as `linkType`) and fragments say nothing about the goods and are dropped.
//! Compressed links are not read.

use super::ai::{ApplicationIdentifier, Role, application_identifier, by_short_name};
use super::ascii::TextVisitor;
use super::error::Fault;
use super::gs1::{BatchNo, Gln, Gtin, Serial, Sscc, Variant};
use super::link_error::LinkError;
use super::lot::LotCode;
use super::percent::{Decoded, Decoder, encode_into};
use super::resolve::SCANNED_BYTES_MAX;

/// Host of the canonical form.
pub const CANONICAL_HOST: &str = "id.gs1.org";

/// One identifier with its value.
pub(super) type Element = (&'static ApplicationIdentifier, Box<str>);

/// What a Digital Link or an element string says: one key, its qualifiers, and attributes.
#[derive(Debug, Clone)]
pub struct DigitalLink {
    /// The key, its qualifiers in path order, then attributes in the order of their numbers.
    elements: Vec<Element>,
    /// How many of them stand in the path.
    in_path: usize,
}

impl DigitalLink {
    /// Reads a web address.
    ///
    /// # Errors
    /// Says what is wrong with the address, the order of its parts, or which value.
    pub fn parse(uri: &str) -> Result<Self, LinkError> {
        let address = split_address(uri)?;
        let segments: Vec<&str> = address.path.split('/').collect();
        let from = find_key(&segments)?;
        let mut elements: Vec<Element> = Vec::new();
        let mut parts = segments.iter().skip(from);
        while let (Some(key), Some(value)) = (parts.next(), parts.next()) {
            let ai = key_or_qualifier(key).ok_or(LinkError::Qualifiers)?;
            elements.push((ai, path_value(ai, value)?));
        }
        for member in address.query.split(['&', ';']).filter(|m| !m.is_empty()) {
            let (name, value) = member.split_once('=').ok_or(LinkError::Query)?;
            if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_digit()) {
                continue;
            }
            let ai = application_identifier(name).ok_or(LinkError::UnknownQueryAi)?;
            let name = ai.as_str();
            let of_the_key = elements
                .first()
                .is_some_and(|(key, _)| key.qualifiers().contains(&name));
            if of_the_key || matches!(name, "00" | "01") {
                return Err(LinkError::PathOnly { ai: name });
            }
            elements.push((ai, decode(value)?));
        }
        Self::from_elements(elements)
    }

    /// Reads an element string: `(01)…(10)…` with brackets, or plain with FNC1 as the group
    /// separator U+001D and perhaps a symbology identifier such as `]Q3` in front.
    ///
    /// # Errors
    /// Says what is wrong with the string, or which value.
    pub fn parse_element_string(text: &str) -> Result<Self, LinkError> {
        Self::from_elements(super::element_string::read(text)?)
    }

    /// Orders and checks elements of which exactly one group is a key with its qualifiers.
    fn from_elements(elements: Vec<Element>) -> Result<Self, LinkError> {
        let has = |ai: &str| elements.iter().any(|(found, _)| found.as_str() == ai);
        for (place, (ai, value)) in elements.iter().enumerate() {
            ai.check(value)?;
            let name = ai.as_str();
            let before = elements.iter().take(place);
            if before.into_iter().any(|(found, _)| found.as_str() == name) {
                return Err(LinkError::Duplicate { ai: name });
            }
            let needs = ai.requires;
            if !needs.is_empty() && !needs.split(',').any(&has) {
                return Err(LinkError::Requires { ai: name, needs });
            }
        }
        if has("00") && has("01") || has("21") && has("235") {
            return Err(LinkError::TwoKeys);
        }
        let key = primary_key(&elements)?;
        let order = key.qualifiers();
        let rank = |ai: &ApplicationIdentifier| {
            if ai.as_str() == key.as_str() {
                return 0;
            }
            let qualifier = order.iter().position(|q| *q == ai.as_str());
            qualifier.map_or(usize::MAX, |place| place.saturating_add(1))
        };
        let in_path = elements
            .iter()
            .filter(|(ai, _)| rank(ai) < usize::MAX)
            .count();
        let mut elements = elements;
        // Web software removes such segments from a path, encoded or not.
        let dots = |(ai, value): &&Element| rank(ai) < usize::MAX && matches!(&**value, "." | "..");
        if let Some((ai, _)) = elements.iter().find(dots) {
            return Err(LinkError::Value {
                ai: ai.as_str(),
                fault: Fault::DotSegment,
            });
        }
        elements.sort_by_key(|(ai, _)| (rank(ai), ai.as_str()));
        Ok(Self { elements, in_path })
    }

    /// The key and its value.
    #[must_use]
    pub fn key(&self) -> (&'static str, &str) {
        self.elements
            .first()
            .map_or(("", ""), |(ai, value)| (ai.as_str(), value))
    }

    /// The value of an identifier, if it is there.
    #[must_use]
    pub fn get(&self, ai: &str) -> Option<&str> {
        self.elements()
            .find_map(|(name, value)| (name == ai).then_some(value))
    }

    /// All identifiers with their values: the key, its qualifiers, then attributes.
    pub fn elements(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.elements
            .iter()
            .map(|(ai, value)| (ai.as_str(), &**value))
    }

    /// The trade item that is the key.
    #[must_use]
    pub fn gtin(&self) -> Option<Gtin> {
        self.key_of("01")
            .and_then(|text| Gtin::parse_canonical(text).ok())
    }

    /// The logistic unit that is the key.
    #[must_use]
    pub fn sscc(&self) -> Option<Sscc> {
        self.key_of("00").and_then(|text| Sscc::parse(text).ok())
    }

    /// The physical location or the party that is the key.
    #[must_use]
    pub fn gln(&self) -> Option<Gln> {
        let text = self.key_of("414").or_else(|| self.key_of("417"))?;
        Gln::parse(text).ok()
    }

    /// The batch number.
    #[must_use]
    pub fn batch(&self) -> Option<BatchNo> {
        self.get("10").and_then(|text| BatchNo::parse(text).ok())
    }

    /// The serial number.
    #[must_use]
    pub fn serial(&self) -> Option<Serial> {
        self.get("21").and_then(|text| Serial::parse(text).ok())
    }

    /// The lot this names, if it has a trade item and a batch number.
    #[must_use]
    pub fn lot_code(&self) -> Option<LotCode> {
        let variant = self.get("22").and_then(|text| Variant::parse(text).ok());
        let (gtin, batch) = (self.gtin()?, self.batch()?);
        let serial = self.serial();
        LotCode::from_parts(&gtin, variant.as_ref(), &batch, serial.as_ref()).ok()
    }

    /// The address with this host, which may end in a path without a slash at its end.
    #[must_use]
    pub fn with_host(&self, host: &str) -> String {
        let mut out = format!("https://{host}");
        for (place, (ai, value)) in self.elements.iter().enumerate() {
            let (before, between) = match place {
                place if place < self.in_path => ("/", "/"),
                place if place == self.in_path => ("?", "="),
                _ => ("&", "="),
            };
            out.push_str(before);
            out.push_str(ai.as_str());
            out.push_str(between);
            encode_into(&mut out, value);
        }
        out
    }

    /// The element string with brackets, as it is printed under a symbol.
    #[must_use]
    pub fn element_string(&self) -> String {
        self.elements().fold(String::new(), |out, (ai, value)| {
            out + "(" + ai + ")" + value
        })
    }

    fn key_of(&self, wanted: &str) -> Option<&str> {
        let (ai, value) = self.key();
        (ai == wanted).then_some(value)
    }
}

impl std::fmt::Display for DigitalLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.with_host(CANONICAL_HOST))
    }
}

impl PartialEq for DigitalLink {
    fn eq(&self, other: &Self) -> bool {
        self.elements().eq(other.elements())
    }
}

impl Eq for DigitalLink {}

impl std::hash::Hash for DigitalLink {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.elements().for_each(|element| element.hash(state));
    }
}

impl PartialOrd for DigitalLink {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for DigitalLink {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.elements().cmp(other.elements())
    }
}

impl std::str::FromStr for DigitalLink {
    type Err = LinkError;
    fn from_str(uri: &str) -> Result<Self, LinkError> {
        Self::parse(uri)
    }
}

impl serde::Serialize for DigitalLink {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for DigitalLink {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor::<Self>::new())
    }
}

/// The parts of a web address that matter here.
#[derive(Debug, Clone, Copy)]
pub(super) struct Address<'a> {
    /// The host without port, as written.
    pub host: &'a str,
    /// The path without the slash it begins with.
    pub path: &'a str,
    /// The query without the question mark.
    pub query: &'a str,
}

/// Takes `http://` or `https://`, a host and perhaps a port, a path and a query apart. Scheme
/// and host may be in upper case, as in QR codes that use the alphanumeric mode.
pub(super) fn split_address(uri: &str) -> Result<Address<'_>, LinkError> {
    if uri.len() > SCANNED_BYTES_MAX {
        return Err(LinkError::TooLong { bytes: uri.len() });
    }
    let (scheme, rest) = uri.split_once("://").ok_or(LinkError::NotWebAddress)?;
    if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
        return Err(LinkError::NotWebAddress);
    }
    let rest = rest.split_once('#').map_or(rest, |(before, _)| before);
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
    if host.is_empty() || !host.bytes().all(plain) || !port.bytes().all(|b| b.is_ascii_digit()) {
        return Err(LinkError::NotWebAddress);
    }
    Ok(Address { host, path, query })
}

/// The identifier that a path segment names, by number or old short name.
fn key_or_qualifier(segment: &str) -> Option<&'static ApplicationIdentifier> {
    application_identifier(segment)
        .or_else(|| by_short_name(segment))
        .filter(|ai| ai.role != Role::Attribute)
}

/// The place in the path at which a key stands, followed by nothing but its value and
/// qualifiers in their order.
fn find_key(segments: &[&str]) -> Result<usize, LinkError> {
    let mut near_miss = false;
    for (place, segment) in segments.iter().enumerate() {
        let Some(key) = key_or_qualifier(segment).filter(|ai| ai.role == Role::Key) else {
            continue;
        };
        let rest = segments.get(place.saturating_add(1)..).unwrap_or_default();
        let value = rest.first().copied().unwrap_or_default();
        if fits(key, rest) {
            return Ok(place);
        }
        let value = decode(value).ok();
        near_miss |= value.is_some_and(|value| key.check(&value).is_ok());
    }
    Err(if near_miss {
        LinkError::Qualifiers
    } else {
        LinkError::NoKey
    })
}

/// Whether `rest` is a value and then qualifiers of `key` with values, in their order.
fn fits(key: &ApplicationIdentifier, rest: &[&str]) -> bool {
    let order = key.qualifiers();
    let mut next: usize = 0;
    let mut parts = rest.iter().skip(1);
    while let Some(name) = parts.next() {
        let found = key_or_qualifier(name)
            .and_then(|ai| order.iter().position(|q| *q == ai.as_str()))
            .filter(|place| *place >= next);
        match (found, parts.next()) {
            (Some(place), Some(_)) => next = place.saturating_add(1),
            _ => return false,
        }
    }
    !rest.is_empty()
}

/// Decodes a value in a path; a shorter GTIN gets its leading zeros.
fn path_value(ai: &ApplicationIdentifier, text: &str) -> Result<Box<str>, LinkError> {
    let value = decode(text)?;
    if ai.as_str() != "01" {
        return Ok(value);
    }
    Ok(Gtin::parse(&value).map_or(value, |gtin| gtin.as_str().into()))
}

/// Decodes percent-encoding in any spelling.
fn decode(text: &str) -> Result<Box<str>, LinkError> {
    let bytes: Option<Vec<u8>> = Decoder::new(text)
        .map(|decoded| match decoded {
            Decoded::Canonical(byte) | Decoded::Other(byte) => Some(byte),
            Decoded::Broken => None,
        })
        .collect();
    let bytes = bytes.ok_or(LinkError::Encoding)?;
    String::from_utf8(bytes)
        .map(String::into_boxed_str)
        .or(Err(LinkError::Encoding))
}

/// The key that stands first: a trade item or logistic unit if there is one, else the only key.
fn primary_key(elements: &[Element]) -> Result<&'static ApplicationIdentifier, LinkError> {
    let keys = || {
        elements
            .iter()
            .map(|(ai, _)| *ai)
            .filter(|ai| ai.role == Role::Key)
    };
    keys()
        .find(|ai| matches!(ai.as_str(), "00" | "01"))
        .or_else(|| keys().next())
        .ok_or(LinkError::NoKey)
}
