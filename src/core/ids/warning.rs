//! What is odd about an identifier that is nevertheless accepted.

use crate::core::text::{Bilingual, Explain};

use super::division;

/// Something odd about an accepted identifier; shown, never a reason to refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdWarning {
    /// The organisation code inside does not pass its own check (GB 11714). Some offices have
    /// issued such codes, so it is a warning only.
    OrgCodeCheck {
        /// What the eight characters before it require.
        expected: char,
        /// What is written.
        found: char,
    },
    /// The six digits of the region are in no published table: real numbers carry codes of
    /// development zones that GB/T 2260 does not list.
    UnknownRegion {
        /// The six digits as a number.
        region: u32,
    },
    /// The digit or letters that say what kind of business this is have no published meaning.
    UnknownClass {
        /// Position of the first of them in characters, from 1.
        position: usize,
    },
}

impl IdWarning {
    /// The warning that a region is unknown, unless it is known.
    pub(super) fn region(digits: &[u8]) -> Option<Self> {
        let region = digits.iter().fold(0_u32, |sum, byte| {
            sum.saturating_mul(10)
                .saturating_add(u32::from(byte.saturating_sub(b'0')))
        });
        (!division::is_known_region(region)).then_some(Self::UnknownRegion { region })
    }
}

impl Explain for IdWarning {
    fn code(&self) -> &'static str {
        match self {
            Self::OrgCodeCheck { .. } => "id_warning_org_code",
            Self::UnknownRegion { .. } => "id_warning_region",
            Self::UnknownClass { .. } => "id_warning_class",
        }
    }

    fn explain(&self) -> Bilingual {
        match self {
            Self::OrgCodeCheck { expected, found } => Bilingual::new(
                format!("其中组织机构代码的校验位应为“{expected}”，实为“{found}”。"),
                format!(
                    "The organisation code inside should end in {expected} but ends in {found}."
                ),
            ),
            Self::UnknownRegion { region } => Bilingual::new(
                format!("区划代码{region:06}不在已公布的代码表中（可能是开发区代码）。"),
                format!(
                    "Region {region:06} is not in the published table (it may be a development zone)."
                ),
            ),
            Self::UnknownClass { position } => Bilingual::new(
                format!("第{position}位起的类别代码没有公布的含义。"),
                format!("The class code from position {position} has no published meaning."),
            ),
        }
    }
}
