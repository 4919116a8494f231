//! Unified social credit codes (GB 32100-2015) and the organisation codes inside them (GB 11714).

use super::ascii::{Ascii, require_check, text_identifier};
use super::check_digit::{org_check, uscc_check, uscc_value};
use super::error::{Fault, IdError, IdKind};
use super::warning::IdWarning;

/// A unified social credit code: 18 characters, registering authority, entity type, region of
/// the registering authority (6 digits), organisation code (9), check character.
///
/// The first character may be a letter (rural collectives begin with `N`). The region is that
/// of the office that registered the entity, not of its premises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uscc(Ascii<18>);

text_identifier!(Uscc, OrgCode);

impl Uscc {
    /// Reads 18 characters with the right check character (MOD 31).
    ///
    /// # Errors
    /// Says whether the length, a character or the check character is wrong.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let kind = IdKind::Uscc;
        let code = Ascii::<18>::read(kind, text, 18, |place, byte| match place {
            2..=7 => byte.is_ascii_digit(),
            _ => uscc_value(byte).is_some(),
        })?;
        let expected = uscc_check(code.part(0, 17)).ok_or(kind.fault(Fault::Shape))?;
        require_check(kind, expected, code.at(17))?;
        Ok(Self(code))
    }

    /// The 18 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The six digits of the registering authority's region.
    #[must_use]
    pub fn region(&self) -> &str {
        self.0.text(2, 8)
    }

    /// The nine characters of the organisation code, which may fail its own check.
    #[must_use]
    pub fn organisation(&self) -> &str {
        self.0.text(8, 17)
    }

    /// What is odd about this code although it is accepted.
    #[must_use]
    pub fn warnings(&self) -> Vec<IdWarning> {
        let region = IdWarning::region(self.0.part(2, 8));
        let found = self.0.at(16);
        let organisation = org_check(self.0.part(8, 16))
            .filter(|expected| *expected != found)
            .map(|expected| IdWarning::OrgCodeCheck {
                expected: char::from(expected),
                found: char::from(found),
            });
        region.into_iter().chain(organisation).collect()
    }
}

/// An organisation code (GB 11714): eight digits or letters and a check character, written
/// without the hyphen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrgCode(Ascii<9>);

impl OrgCode {
    /// Reads nine characters. The check character is not a reason to refuse: it is stricter
    /// than what offices have issued, so a wrong one is a warning.
    ///
    /// # Errors
    /// Says whether the length or a character is wrong.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        Ascii::read(IdKind::OrgCode, text, 9, |_, byte| {
            byte.is_ascii_digit() || byte.is_ascii_uppercase()
        })
        .map(Self)
    }

    /// The nine characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether the check character is wrong.
    #[must_use]
    pub fn warnings(&self) -> Vec<IdWarning> {
        let found = self.0.at(8);
        org_check(self.0.part(0, 8))
            .filter(|expected| *expected != found)
            .map(|expected| IdWarning::OrgCodeCheck {
                expected: char::from(expected),
                found: char::from(found),
            })
            .into_iter()
            .collect()
    }
}
