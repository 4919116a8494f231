//! Parties: whoever may hold goods or sign about them.

use super::ascii::text_identifier;
use super::error::IdError;
use super::registrar::SmallholderNo;
use super::uscc::Uscc;
use super::warning::IdWarning;

text_identifier!(PartyId);

/// A party: an entity with a unified social credit code, or a smallholder without one.
///
/// Smallholders issue commitment certificates too but have no credit code, so the registrar
/// gives them a number of the ledger's own scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartyId {
    /// An entity with a credit code.
    Uscc(Uscc),
    /// A smallholder without one.
    Smallholder(SmallholderNo),
}

impl PartyId {
    /// Reads a smallholder number if it begins with `NH-`, else a credit code.
    ///
    /// # Errors
    /// Says what is wrong with the number as the kind it begins like.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        if text.starts_with("NH-") {
            SmallholderNo::parse(text).map(Self::Smallholder)
        } else {
            Uscc::parse(text).map(Self::Uscc)
        }
    }

    /// The canonical spelling.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Uscc(uscc) => uscc.as_str(),
            Self::Smallholder(number) => number.as_str(),
        }
    }

    /// What is odd about this id although it is accepted.
    #[must_use]
    pub fn warnings(&self) -> Vec<IdWarning> {
        match self {
            Self::Uscc(uscc) => uscc.warnings(),
            Self::Smallholder(number) => number.warnings(),
        }
    }
}

impl From<Uscc> for PartyId {
    fn from(uscc: Uscc) -> Self {
        Self::Uscc(uscc)
    }
}

impl From<SmallholderNo> for PartyId {
    fn from(number: SmallholderNo) -> Self {
        Self::Smallholder(number)
    }
}
