//! Licences of premises: food production (SC), food operation (JY), filing of sellers of
//! pre-packaged food (YB), designated slaughterhouses, and the historic QS numbers.

use super::ascii::{Ascii, require_check, text_identifier};
use super::check_digit::mod11_10_check;
use super::error::{Fault, IdError, IdKind};
use super::warning::IdWarning;

text_identifier!(Licence, SlaughterCode, HistoricLicence);

/// What a licence is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LicenceKind {
    /// SC: production of food or additives (食品生产许可).
    Production,
    /// JY: food operation (食品经营许可).
    Operation,
    /// YB: filing by sellers of pre-packaged food only (仅销售预包装食品备案).
    PrepackagedFiling,
}

impl LicenceKind {
    /// The two letters in front of the digits.
    #[must_use]
    pub const fn letters(self) -> &'static str {
        match self {
            Self::Production => "SC",
            Self::Operation => "JY",
            Self::PrepackagedFiling => "YB",
        }
    }
}

/// Main form of business in a JY or YB number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BusinessForm {
    /// 1: sale of food (食品销售).
    Sale,
    /// 2: catering (餐饮服务).
    Catering,
    /// 3: canteen of an organisation (单位食堂).
    Canteen,
}

/// A food licence: `SC`, `JY` or `YB` and 14 digits, the last by MOD 11,10 (GB/T 17710).
///
/// SC: class (3), region (6), sequence (4), check. JY and YB: form of business (1), region (6),
/// sequence (6), check. Regions are not checked, since real licences carry codes of development
/// zones and retired codes; see [`Licence::warnings`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Licence {
    text: Ascii<16>,
    kind: LicenceKind,
}

impl Licence {
    /// Reads two letters and 14 digits with the right check digit.
    ///
    /// # Errors
    /// Says whether the letters, the length, a character or the check digit is wrong.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let id = IdKind::Licence;
        let text = Ascii::<16>::read(id, text, 16, |place, byte| match place {
            0 => matches!(byte, b'S' | b'J' | b'Y'),
            1 => matches!(byte, b'C' | b'Y' | b'B'),
            _ => byte.is_ascii_digit(),
        })?;
        let kind = match text.part(0, 2) {
            b"SC" => LicenceKind::Production,
            b"JY" => LicenceKind::Operation,
            b"YB" => LicenceKind::PrepackagedFiling,
            _ => return Err(id.fault(Fault::Shape)),
        };
        let expected = mod11_10_check(text.part(2, 15)).ok_or(id.fault(Fault::Shape))?;
        require_check(id, expected, text.at(15))?;
        Ok(Self { text, kind })
    }

    /// The letters and digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.text.as_str()
    }

    /// What the licence is for.
    #[must_use]
    pub const fn kind(&self) -> LicenceKind {
        self.kind
    }

    /// The six digits of the region.
    #[must_use]
    pub fn region(&self) -> &str {
        let (from, to) = self.region_place();
        self.text.text(from, to)
    }

    /// The three class digits of an SC number: 1 food or 2 additive, then the main class of
    /// goods; a licence may cover classes beyond the one in its number.
    #[must_use]
    pub fn production_class(&self) -> Option<&str> {
        (self.kind == LicenceKind::Production).then(|| self.text.text(2, 5))
    }

    /// The main form of business of a JY or YB number, if its digit has a published meaning.
    #[must_use]
    pub fn business_form(&self) -> Option<BusinessForm> {
        match (self.kind, self.text.at(2)) {
            (LicenceKind::Production, _) => None,
            (_, b'1') => Some(BusinessForm::Sale),
            (_, b'2') => Some(BusinessForm::Catering),
            (_, b'3') => Some(BusinessForm::Canteen),
            _ => None,
        }
    }

    /// What is odd about this number although it is accepted.
    #[must_use]
    pub fn warnings(&self) -> Vec<IdWarning> {
        let (from, to) = self.region_place();
        let known_class = match self.kind {
            LicenceKind::Production => matches!(self.text.at(2), b'1' | b'2'),
            LicenceKind::Operation | LicenceKind::PrepackagedFiling => {
                self.business_form().is_some()
            }
        };
        let class = (!known_class).then_some(IdWarning::UnknownClass { position: 3 });
        IdWarning::region(self.text.part(from, to))
            .into_iter()
            .chain(class)
            .collect()
    }

    const fn region_place(&self) -> (usize, usize) {
        match self.kind {
            LicenceKind::Production => (5, 11),
            LicenceKind::Operation | LicenceKind::PrepackagedFiling => (3, 9),
        }
    }
}

/// Code of a designated pig slaughterhouse (生猪定点屠宰代码): `A` and eight digits.
///
/// The published sources give no check digit, so any eight digits are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SlaughterCode(Ascii<9>);

impl SlaughterCode {
    /// Reads `A` and eight digits.
    ///
    /// # Errors
    /// Says whether the length or a character is wrong.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        Ascii::read(IdKind::SlaughterCode, text, 9, |place, byte| match place {
            0 => byte == b'A',
            _ => byte.is_ascii_digit(),
        })
        .map(Self)
    }

    /// The letter and digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// An old production licence: `QS` and 12 digits. It has been replaced by SC numbers, is
/// recognised when scanned from old stock, and names no premises in the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HistoricLicence(Ascii<14>);

impl HistoricLicence {
    /// Reads `QS` and 12 digits.
    ///
    /// # Errors
    /// Says whether the length or a character is wrong.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        Ascii::read(
            IdKind::HistoricLicence,
            text,
            14,
            |place, byte| match place {
                0 => byte == b'Q',
                1 => byte == b'S',
                _ => byte.is_ascii_digit(),
            },
        )
        .map(Self)
    }

    /// The letters and digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}
