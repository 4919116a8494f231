//! Identifiers with their check digits, Digital Link, and the code resolver.
//!
//! Every type here is parsed, never merely stored: whoever holds a [`Uscc`] or a [`LotCode`]
//! knows that its spelling is canonical and its check digits are right. Spellings are strict:
//! lower case and full-width characters are refused, never quietly repaired, because signed
//! records must have one spelling. What a table of this version cannot know (a region that is
//! newer than the table, an organisation code some offices got wrong) is a warning, not an error.

mod ai;
mod ascii;
mod check_digit;
mod digital_link;
mod division;
mod element_string;
mod error;
mod farm;
mod gs1;
mod licence;
mod link_error;
mod lot;
mod party;
mod percent;
mod plate;
mod platform;
mod registrar;
mod resolve;
mod site;
mod uscc;
mod warning;

#[cfg(test)]
mod tests;

pub use ai::{ApplicationIdentifier, application_identifier};
pub use check_digit::{gs1_check, mod11_10_check, org_check, uscc_check};
pub use digital_link::{CANONICAL_HOST, DigitalLink};
pub use division::{Division, DivisionLevel};
pub use error::{Fault, IdError, IdKind};
pub use farm::{
    CustomsCertificateNo, EarTag, OrganicCode, PesticideCode, PlantQuarantineNo, QuarantineNo,
    Species, VetDrugCode,
};
pub use gs1::{BatchNo, Giai, Gln, Grai, Gtin, Serial, Sscc, Variant, is_cset82};
pub use licence::{BusinessForm, HistoricLicence, Licence, LicenceKind, SlaughterCode};
pub use link_error::LinkError;
pub use lot::{LOT_CODE_BYTES_MAX, LotCode};
pub use party::PartyId;
pub use plate::{Plate, PlateColour, PlateKind};
pub use platform::Platform;
pub use registrar::{SiteNo, SmallholderNo};
pub use resolve::{Hint, Resolved, SCANNED_BYTES_MAX, Scanned, resolve};
pub use site::SiteId;
pub use uscc::{OrgCode, Uscc};
pub use warning::IdWarning;
