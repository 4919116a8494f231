//! Sites: premises where goods are.

use super::ascii::text_identifier;
use super::error::{Fault, IdError, IdKind};
use super::gs1::Gln;
use super::licence::{Licence, SlaughterCode};
use super::registrar::SiteNo;
use super::warning::IdWarning;

text_identifier!(SiteId);

/// Premises, named by the best number they have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SiteId {
    /// A food licence SC, JY or YB.
    Licence(Licence),
    /// A designated slaughterhouse.
    Slaughter(SlaughterCode),
    /// A GS1 location.
    Gln(Gln),
    /// A number given by the province's registrar.
    Registrar(SiteNo),
}

impl SiteId {
    /// Reads whichever kind the text begins like: `S-` a registrar's number, `A` a
    /// slaughterhouse, a digit a location, `SC`, `JY` or `YB` a licence.
    ///
    /// # Errors
    /// Says what is wrong with the number as the kind it begins like.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        match text.as_bytes() {
            [b'S', b'-', ..] => SiteNo::parse(text).map(Self::Registrar),
            [b'S' | b'J' | b'Y', ..] => Licence::parse(text).map(Self::Licence),
            [b'A', ..] => SlaughterCode::parse(text).map(Self::Slaughter),
            [b'0'..=b'9', ..] => Gln::parse(text).map(Self::Gln),
            _ => {
                super::ascii::require_ascii(IdKind::Site, text)?;
                Err(IdKind::Site.fault(Fault::Shape))
            }
        }
    }

    /// The canonical spelling.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Licence(licence) => licence.as_str(),
            Self::Slaughter(code) => code.as_str(),
            Self::Gln(gln) => gln.as_str(),
            Self::Registrar(number) => number.as_str(),
        }
    }

    /// What is odd about this id although it is accepted.
    #[must_use]
    pub fn warnings(&self) -> Vec<IdWarning> {
        match self {
            Self::Licence(licence) => licence.warnings(),
            Self::Registrar(number) => number.warnings(),
            Self::Slaughter(_) | Self::Gln(_) => Vec::new(),
        }
    }
}
