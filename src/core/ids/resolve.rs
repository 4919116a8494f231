//! What a scanned or typed code is. Codes are not unified: every kind is recognised by its own
//! rules, and a code that none or several of them fit is said to be so, never guessed.

use super::digital_link::{DigitalLink, split_address};
use super::element_string::is_marked;
use super::error::IdError;
use super::farm::{EarTag, OrganicCode, PesticideCode, PlantQuarantineNo, VetDrugCode};
use super::gs1::{Gtin, Sscc};
use super::licence::{HistoricLicence, LicenceKind};
use super::link_error::LinkError;
use super::lot::LotCode;
use super::party::PartyId;
use super::platform::Platform;
use super::site::SiteId;
use crate::core::text::{Bilingual, Explain};

/// Longest scanned text that is looked at, in bytes (a QR code holds fewer than 3,000).
pub const SCANNED_BYTES_MAX: usize = 2_000;

/// What a scanned text turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolved {
    /// It is this and nothing else.
    One(Scanned),
    /// It is well formed as each of these; the person who scanned has to say which is meant.
    Ambiguous(Vec<Scanned>),
    /// Nothing known. The text is kept as it came.
    Unknown {
        /// The text as scanned.
        raw: Box<str>,
        /// What is wrong with it as the kind of code it looks like, if it looks like one.
        hint: Option<Hint>,
    },
    /// Longer than any code; not looked at.
    TooLong {
        /// Its length in bytes.
        bytes: usize,
    },
}

/// A code whose kind is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scanned {
    /// A lot as records name it, or a link to one on the host given. Links of our own are
    /// `…/t/{code}` with any host; the caller knows which hosts are nodes.
    Lot {
        /// The lot.
        lot: LotCode,
        /// The host of the link, in lower case, if it was one.
        host: Option<Box<str>>,
    },
    /// A Digital Link; `lot_code` is there if it names a lot.
    DigitalLink {
        /// What it says.
        link: DigitalLink,
        /// The host, in lower case.
        host: Box<str>,
    },
    /// An element string of application identifiers.
    ElementString(DigitalLink),
    /// A trade item without batch: a product, not a lot.
    Gtin(Gtin),
    /// A logistic unit.
    Sscc(Sscc),
    /// A veterinary drug.
    VetDrug(VetDrugCode),
    /// A pesticide; the layout is unverified.
    Pesticide(PesticideCode),
    /// An organic product.
    Organic(OrganicCode),
    /// A plant quarantine certificate.
    PlantQuarantine(PlantQuarantineNo),
    /// An animal.
    EarTag(EarTag),
    /// A party.
    Party(PartyId),
    /// Premises by number, or by a link `…/s/{site}` on the host given.
    Site {
        /// The premises.
        site: SiteId,
        /// The host of the link, in lower case, if it was one.
        host: Option<Box<str>>,
    },
    /// A licence of the old numbering, long replaced.
    HistoricLicence(HistoricLicence),
    /// A code of a provincial platform, to be answered by its adapter.
    Platform {
        /// The platform.
        platform: Platform,
        /// The text as scanned.
        raw: Box<str>,
    },
}

impl Scanned {
    /// The stable name of the scheme.
    #[must_use]
    pub const fn scheme(&self) -> &'static str {
        match self {
            Self::Lot { .. } => "lot",
            Self::DigitalLink { .. } => "digital_link",
            Self::ElementString(_) => "element_string",
            Self::Gtin(_) => "gtin",
            Self::Sscc(_) => "sscc",
            Self::VetDrug(_) => "vet_drug",
            Self::Pesticide(_) => "pesticide",
            Self::Organic(_) => "organic",
            Self::PlantQuarantine(_) => "plant_quarantine",
            Self::EarTag(_) => "ear_tag",
            Self::Party(_) => "party",
            Self::Site { .. } => "site",
            Self::HistoricLicence(_) => "historic_licence",
            Self::Platform { .. } => "platform",
        }
    }

    /// The key in its canonical spelling.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Lot { lot, .. } => lot.to_string(),
            Self::DigitalLink { link, .. } | Self::ElementString(link) => {
                let (ai, value) = link.key();
                format!("{ai}/{value}")
            }
            Self::Gtin(id) => id.to_string(),
            Self::Sscc(id) => id.to_string(),
            Self::VetDrug(id) => id.to_string(),
            Self::Pesticide(id) => id.to_string(),
            Self::Organic(id) => id.to_string(),
            Self::PlantQuarantine(id) => id.to_string(),
            Self::EarTag(id) => id.to_string(),
            Self::Party(id) => id.to_string(),
            Self::Site { site, .. } => site.to_string(),
            Self::HistoricLicence(id) => id.to_string(),
            Self::Platform { raw, .. } => raw.to_string(),
        }
    }

    /// The lot, if the code names one.
    #[must_use]
    pub fn lot_code(&self) -> Option<LotCode> {
        match self {
            Self::Lot { lot, .. } => Some(lot.clone()),
            Self::DigitalLink { link, .. } | Self::ElementString(link) => link.lot_code(),
            _ => None,
        }
    }

    /// Whether the rules by which it was recognised come from a published source. What is not
    /// verified is shown as such to the person who scans.
    #[must_use]
    pub const fn is_verified(&self) -> bool {
        match self {
            Self::Pesticide(_) => false,
            Self::Site { site, .. } => match site {
                SiteId::Slaughter(_) => false,
                SiteId::Licence(licence) => {
                    !matches!(licence.kind(), LicenceKind::PrepackagedFiling)
                }
                SiteId::Gln(_) | SiteId::Registrar(_) => true,
            },
            Self::Platform { platform, .. } => platform.is_verified(),
            _ => true,
        }
    }
}

/// Why a text that looks like a known kind of code is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hint {
    /// As an identifier.
    Id(IdError),
    /// As a Digital Link or element string.
    Link(LinkError),
}

impl Explain for Hint {
    fn code(&self) -> &'static str {
        match self {
            Self::Id(error) => error.code(),
            Self::Link(error) => error.code(),
        }
    }

    fn explain(&self) -> Bilingual {
        match self {
            Self::Id(error) => error.explain(),
            Self::Link(error) => error.explain(),
        }
    }
}

/// Says what a scanned or typed text is.
///
/// Nothing is repaired: lower case, full-width characters and white space around a code make
/// it unknown. An all-digit text is tried as every scheme of its length.
#[must_use]
pub fn resolve(scanned: &str) -> Resolved {
    if scanned.len() > SCANNED_BYTES_MAX {
        return Resolved::TooLong {
            bytes: scanned.len(),
        };
    }
    if is_marked(scanned) {
        let link = DigitalLink::parse_element_string(scanned);
        return from_one(
            scanned,
            link.map(Scanned::ElementString).map_err(Hint::Link),
        );
    }
    if scanned.contains("://") {
        return from_one(scanned, resolve_address(scanned));
    }
    if let Some(platform) = Platform::by_prefix(scanned) {
        return Resolved::One(Scanned::Platform {
            platform,
            raw: scanned.into(),
        });
    }
    if !scanned.is_empty() && scanned.bytes().all(|byte| byte.is_ascii_digit()) {
        return resolve_digits(scanned);
    }
    resolve_lettered(scanned)
}

fn from_one(raw: &str, result: Result<Scanned, Hint>) -> Resolved {
    match result {
        Ok(one) => Resolved::One(one),
        Err(hint) => unknown(raw, Some(hint)),
    }
}

fn unknown(raw: &str, hint: Option<Hint>) -> Resolved {
    Resolved::Unknown {
        raw: raw.into(),
        hint,
    }
}

/// A web address: a Digital Link, a link of our own, or one of a platform.
fn resolve_address(scanned: &str) -> Result<Scanned, Hint> {
    let address = split_address(scanned).map_err(Hint::Link)?;
    let host: Box<str> = address.host.to_ascii_lowercase().into();
    let link_error = match DigitalLink::parse(scanned) {
        Ok(link) => return Ok(Scanned::DigitalLink { link, host }),
        Err(error) => error,
    };
    if let Some(platform) = Platform::by_host(&host) {
        let raw = scanned.into();
        return Ok(Scanned::Platform { platform, raw });
    }
    let mut segments = address.path.rsplit('/');
    match (segments.next(), segments.next()) {
        (Some(code), Some("t")) => {
            let lot = LotCode::own(code).map_err(Hint::Id)?;
            let host = Some(host);
            Ok(Scanned::Lot { lot, host })
        }
        (Some(site), Some("s")) => {
            let site = SiteId::parse(site).map_err(Hint::Id)?;
            let host = Some(host);
            Ok(Scanned::Site { site, host })
        }
        _ => Err(Hint::Link(link_error)),
    }
}

/// Every scheme that an all-digit text fits.
fn resolve_digits(text: &str) -> Resolved {
    let mut found = Vec::new();
    let mut hint = None;
    let mut try_as = |result: Result<Scanned, IdError>| match result {
        Ok(scanned) => found.push(scanned),
        Err(error) => hint = hint.or(Some(Hint::Id(error))),
    };
    match text.len() {
        13 | 14 => try_as(Gtin::parse(text).map(Scanned::Gtin)),
        15 => {
            // Other certificates have 15 digits too; a county that may exist tells a tag from them.
            let tag = EarTag::parse(text);
            if tag.as_ref().map_or(true, EarTag::names_a_county) {
                try_as(tag.map(Scanned::EarTag));
            }
        }
        17 => {
            try_as(OrganicCode::parse(text).map(Scanned::Organic));
            if let Ok(number) = PlantQuarantineNo::parse(text)
                && number.warnings().is_empty()
            {
                try_as(Ok(Scanned::PlantQuarantine(number)));
            }
        }
        18 => {
            try_as(Sscc::parse(text).map(Scanned::Sscc));
            try_as(PartyId::parse(text).map(Scanned::Party));
        }
        24 => try_as(VetDrugCode::parse(text).map(Scanned::VetDrug)),
        32 => try_as(PesticideCode::parse(text).map(Scanned::Pesticide)),
        _ => {}
    }
    // An element string without marks needs a key with a check digit in front to be believed.
    if matches!(text.get(..2), Some("00" | "01"))
        && let Ok(link) = DigitalLink::parse_element_string(text)
    {
        found.push(Scanned::ElementString(link));
    }
    match (found.len(), found.pop()) {
        (1, Some(one)) => Resolved::One(one),
        (_, None) => unknown(text, hint),
        (_, Some(last)) => {
            found.push(last);
            Resolved::Ambiguous(found)
        }
    }
}

/// A text with letters: what it begins with says what it would be.
fn resolve_lettered(text: &str) -> Resolved {
    let site = || SiteId::parse(text).map(|site| Scanned::Site { site, host: None });
    let party = || PartyId::parse(text).map(Scanned::Party);
    let lot = || LotCode::parse(text).map(|lot| Scanned::Lot { lot, host: None });
    let result = match text.as_bytes() {
        [b't', b'/', ..] => lot(),
        [b'0', b'1', b'/', ..] => lot(),
        [b'N', b'H', b'-', ..] => party(),
        [b'S', b'C' | b'-', ..] => site(),
        // A credit code may begin with any letter of its alphabet.
        [b'J', b'Y', ..] | [b'Y', b'B', ..] => party().or_else(|_| site()),
        [b'Q', b'S', ..] => HistoricLicence::parse(text).map(Scanned::HistoricLicence),
        [b'A', ..] if text.len() == 9 => site(),
        [b'0', b'1', ..] if text.len() > 18 => return resolve_unmarked(text),
        _ if text.chars().count() == 18 => party(),
        _ => return unknown(text, None),
    };
    from_one(text, result.map_err(Hint::Id))
}

/// An element string without marks that has letters, e.g. in its batch number.
fn resolve_unmarked(text: &str) -> Resolved {
    let link = DigitalLink::parse_element_string(text);
    from_one(text, link.map(Scanned::ElementString).map_err(Hint::Link))
}
