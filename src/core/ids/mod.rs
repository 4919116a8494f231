//! Identifiers with their check digits, Digital Link, and the code resolver.
//!
//! Every type here is parsed, never merely stored: whoever holds a [`Uscc`] or a [`LotCode`]
//! knows that its spelling is canonical and its check digits are right. Spellings are strict:
//! lower case and full-width characters are refused, never quietly repaired, because signed
//! records must have one spelling. What a table of this version cannot know (a region that is
//! newer than the table, an organisation code some offices got wrong) is a warning, not an error.

mod ascii;
mod check_digit;
mod division;
mod error;
mod gs1;
mod licence;
mod lot;
mod party;
mod percent;
mod registrar;
mod site;
mod uscc;
mod warning;

#[cfg(test)]
mod tests;

pub use check_digit::{gs1_check, mod11_10_check, org_check, uscc_check};
pub use division::{Division, DivisionLevel};
pub use error::{Fault, IdError, IdKind};
pub use gs1::{BatchNo, Giai, Gln, Grai, Gtin, Serial, Sscc, Variant, is_cset82};
pub use licence::{BusinessForm, HistoricLicence, Licence, LicenceKind, SlaughterCode};
pub use lot::LotCode;
pub use party::PartyId;
pub use registrar::{SiteNo, SmallholderNo};
pub use site::SiteId;
pub use uscc::{OrgCode, Uscc};
pub use warning::IdWarning;
