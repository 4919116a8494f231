//! Numbers that a province's registrar gives to those who have none by law: smallholders
//! without a credit code, and premises without a licence (plots, herds, ponds, depots).
//!
//! Both have one scheme of the ledger's own: a prefix, the county (GB/T 2260, 6 digits), a
//! hyphen, a serial of 6 digits, and one check digit by MOD 11,10 over the 12 digits, as in
//! `NH-330421-0000174` and `S-330421-0000174`. The county is the registrar's at the time of
//! registration; it is not checked against a table, so that nodes with older tables agree.

use super::ascii::{Ascii, require_check, text_identifier};
use super::check_digit::mod11_10_check;
use super::error::{Fault, IdError, IdKind};
use super::warning::IdWarning;

text_identifier!(SmallholderNo, SiteNo);

/// Largest serial within a county.
const SERIAL_MAX: u32 = 999_999;

/// Reads `{prefix}{county}-{serial}{check}` into `N` bytes.
fn read<const N: usize>(kind: IdKind, prefix: &[u8], text: &str) -> Result<Ascii<N>, IdError> {
    let start = prefix.len();
    let hyphen = start.saturating_add(6);
    let number = Ascii::<N>::read(kind, text, N, |place, byte| match prefix.get(place) {
        Some(letter) => *letter == byte,
        None if place == hyphen => byte == b'-',
        None => byte.is_ascii_digit(),
    })?;
    let mut body = Ascii::<12>::EMPTY;
    for byte in number.part(start, hyphen) {
        body.push(*byte);
    }
    for byte in number.part(hyphen.saturating_add(1), N.saturating_sub(1)) {
        body.push(*byte);
    }
    let expected = mod11_10_check(body.bytes()).ok_or(kind.fault(Fault::Shape))?;
    require_check(kind, expected, number.at(N.saturating_sub(1)))?;
    Ok(number)
}

/// Writes the number with this county and serial.
fn issue(prefix: &str, county: super::Division, serial: u32) -> Option<String> {
    if serial > SERIAL_MAX {
        return None;
    }
    let body = format!("{}{serial:06}", county.as_str());
    let check = mod11_10_check(body.as_bytes())?;
    Some(format!(
        "{prefix}{}-{serial:06}{}",
        county.as_str(),
        char::from(check)
    ))
}

/// Number of a smallholder (农户) without unified social credit code, e.g. `NH-330421-0000174`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SmallholderNo(Ascii<17>);

impl SmallholderNo {
    /// Reads `NH-`, county, `-`, serial and check digit.
    ///
    /// # Errors
    /// Says whether the length, a character or the check digit is wrong.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        read(IdKind::Smallholder, b"NH-", text).map(Self)
    }

    /// The number a registrar gives to the holder with this serial (at most 999,999) in `county`.
    #[must_use]
    pub fn issue(county: super::Division, serial: u32) -> Option<Self> {
        Self::parse(&issue("NH-", county, serial)?).ok()
    }

    /// The number.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The six digits of the county.
    #[must_use]
    pub fn region(&self) -> &str {
        self.0.text(3, 9)
    }

    /// Whether the county is in no published table.
    #[must_use]
    pub fn warnings(&self) -> Vec<IdWarning> {
        IdWarning::region(self.0.part(3, 9)).into_iter().collect()
    }
}

/// Number of premises without licence, e.g. `S-330421-0000174`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SiteNo(Ascii<16>);

impl SiteNo {
    /// Reads `S-`, county, `-`, serial and check digit.
    ///
    /// # Errors
    /// Says whether the length, a character or the check digit is wrong.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        read(IdKind::SiteNo, b"S-", text).map(Self)
    }

    /// The number a registrar gives to the premises with this serial (at most 999,999) in `county`.
    #[must_use]
    pub fn issue(county: super::Division, serial: u32) -> Option<Self> {
        Self::parse(&issue("S-", county, serial)?).ok()
    }

    /// The number.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The six digits of the county.
    #[must_use]
    pub fn region(&self) -> &str {
        self.0.text(2, 8)
    }

    /// Whether the county is in no published table.
    #[must_use]
    pub fn warnings(&self) -> Vec<IdWarning> {
        IdWarning::region(self.0.part(2, 8)).into_iter().collect()
    }
}
