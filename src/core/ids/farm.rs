//! Codes of animals, farm inputs, organic goods and quarantine certificates.

use std::sync::Arc;

use super::ascii::{Ascii, text_identifier};
use super::error::{Fault, IdError, IdKind};
use super::warning::IdWarning;
use crate::core::time::ChinaDate;

text_identifier!(
    EarTag,
    VetDrugCode,
    PesticideCode,
    OrganicCode,
    PlantQuarantineNo,
    CustomsCertificateNo,
    QuarantineNo,
);

/// Longest number of an animal quarantine certificate, in characters.
pub const QUARANTINE_NO_CHARS_MAX: usize = 30;

/// Declares codes that are a fixed number of digits without a published check digit.
macro_rules! digit_code {
    ($($(#[$doc:meta])* $name:ident, $len:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Ascii<$len>);

        impl $name {
            #[doc = concat!("Reads ", $len, " digits.")]
            ///
            /// # Errors
            /// Says whether the length, a character or a date inside is wrong.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                let digits = Ascii::read(IdKind::$name, text, $len, |_, b| b.is_ascii_digit())?;
                Self(digits).checked()
            }

            /// The digits.
            #[must_use]
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }
    )+};
}

digit_code! {
    /// Ear tag (畜禽标识): species (1), county (6), serial (8).
    EarTag, 15;
    /// Traceability code of a veterinary drug: date of request (8), enterprise (5), random (11).
    VetDrugCode, 24;
    /// Traceability code of a pesticide: 32 digits. **Unverified**: no published source for the
    /// layout was found, so nothing inside is interpreted.
    PesticideCode, 32;
    /// Organic product code (有机码): certification body (3), year (2), random (12).
    OrganicCode, 17;
    /// Plant quarantine certificate: agency (6), terminal (2), year (4), serial (5).
    PlantQuarantineNo, 17;
    /// Old form of a customs inspection certificate: area (6), year (3), serial (6).
    CustomsCertificateNo, 15;
}

/// Species in an ear tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Species {
    /// 1: pig.
    Pig,
    /// 2: cattle.
    Cattle,
    /// 3: sheep or goat.
    Sheep,
    /// 7: breeding sow.
    BreedingSow,
}

impl EarTag {
    fn checked(self) -> Result<Self, IdError> {
        if self.species_digit().is_some() {
            return Ok(self);
        }
        Err(IdKind::EarTag.fault(Fault::Character {
            position: 1,
            found: char::from(self.0.at(0)),
        }))
    }

    fn species_digit(&self) -> Option<Species> {
        match self.0.at(0) {
            b'1' => Some(Species::Pig),
            b'2' => Some(Species::Cattle),
            b'3' => Some(Species::Sheep),
            b'7' => Some(Species::BreedingSow),
            _ => None,
        }
    }

    /// The species.
    #[must_use]
    pub fn species(&self) -> Species {
        // Reading has made sure that the digit is one of the four.
        self.species_digit().unwrap_or(Species::Pig)
    }

    /// The six digits of the county.
    #[must_use]
    pub fn region(&self) -> &str {
        self.0.text(1, 7)
    }

    /// Whether the county is in no published table.
    #[must_use]
    pub fn warnings(&self) -> Vec<IdWarning> {
        IdWarning::region(self.0.part(1, 7)).into_iter().collect()
    }

    /// Whether the county digits can be those of a county: in a province, not a whole
    /// prefecture, and listed if the table covers the province.
    pub(super) fn names_a_county(&self) -> bool {
        let whole = self.region().ends_with("00") || self.region().starts_with("10");
        !whole && self.warnings().is_empty()
    }
}

impl VetDrugCode {
    fn checked(self) -> Result<Self, IdError> {
        match date_of(self.0.text(0, 8)) {
            Some(_) => Ok(self),
            None => Err(IdKind::VetDrugCode.fault(Fault::Date)),
        }
    }

    /// The date on which the code was requested.
    #[must_use]
    pub fn requested_on(&self) -> Option<ChinaDate> {
        date_of(self.0.text(0, 8))
    }

    /// The five digits of the enterprise.
    #[must_use]
    pub fn enterprise(&self) -> &str {
        self.0.text(8, 13)
    }
}

impl PesticideCode {
    const fn checked(self) -> Result<Self, IdError> {
        Ok(self)
    }
}

impl OrganicCode {
    const fn checked(self) -> Result<Self, IdError> {
        Ok(self)
    }

    /// The three digits of the certification body.
    #[must_use]
    pub fn body(&self) -> &str {
        self.0.text(0, 3)
    }

    /// The last two digits of the year.
    #[must_use]
    pub fn year(&self) -> &str {
        self.0.text(3, 5)
    }
}

impl PlantQuarantineNo {
    fn checked(self) -> Result<Self, IdError> {
        // Certificates in this form are a computer-age invention.
        match self.0.text(8, 12).parse() {
            Ok(1990..=2099) => Ok(self),
            Ok(_) | Err(_) => Err(IdKind::PlantQuarantineNo.fault(Fault::Date)),
        }
    }

    /// Whether the agency's region is in no published table.
    #[must_use]
    pub fn warnings(&self) -> Vec<IdWarning> {
        IdWarning::region(self.0.part(0, 6)).into_iter().collect()
    }
}

impl CustomsCertificateNo {
    const fn checked(self) -> Result<Self, IdError> {
        Ok(self)
    }
}

/// The date that eight digits write.
fn date_of(digits: &str) -> Option<ChinaDate> {
    let year = digits.get(0..4)?.parse().ok()?;
    // Drug codes began in this century; the bound keeps other digits from passing as one.
    if !(2000..=2099).contains(&year) {
        return None;
    }
    let month = digits.get(4..6)?.parse().ok()?;
    let day = digits.get(6..8)?.parse().ok()?;
    ChinaDate::from_ymd(year, month, day)
}

/// Number of an animal quarantine certificate. Its coding is not published, so it is kept as
/// printed: 1 to 30 characters, unique within province and type of certificate.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QuarantineNo(Arc<str>);

impl QuarantineNo {
    /// Reads 1 to 30 characters without white space, control and full-width characters.
    ///
    /// # Errors
    /// Says whether the length or which character is wrong.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let kind = IdKind::QuarantineNo;
        let found = text.chars().count();
        if !(1..=QUARANTINE_NO_CHARS_MAX).contains(&found) {
            return Err(kind.fault(Fault::Length {
                found,
                min: 1,
                max: QUARANTINE_NO_CHARS_MAX,
            }));
        }
        match text.chars().enumerate().find(|(_, c)| !may_be_printed(*c)) {
            None => Ok(Self(Arc::from(text))),
            Some((place, found)) => Err(kind.fault(Fault::Character {
                position: place.saturating_add(1),
                found,
            })),
        }
    }

    /// The number as printed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Visible ASCII, and the Chinese characters that stand in front of some numbers.
fn may_be_printed(c: char) -> bool {
    c.is_ascii_graphic() || ('\u{4e00}'..='\u{9fff}').contains(&c)
}
