//! Names of what rows ask for, by which a site records each once, whichever of its devices signs it.

use crate::core::ids::{PartyId, SiteId};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt;

/// Bytes of a key.
const KEY_BYTES: usize = 16;

/// Names what rows of a file ask for ([`Draft::key`](super::Draft)): the same in every file that says the
/// same, and another for each time a file says it. Whoever imports with a program of their own may choose
/// others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RowKey([u8; KEY_BYTES]);

impl RowKey {
    /// Reads a key: 32 hexadecimal digits in small letters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
            return None;
        };
        let bytes: Option<Vec<u8>> = pairs
            .iter()
            .map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?))
            .collect();
        bytes?.try_into().ok().map(Self)
    }
}

const fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte.wrapping_sub(b'0')),
        b'a'..=b'f' => Some(byte.wrapping_sub(b'a').wrapping_add(10)),
        _ => None,
    }
}

impl fmt::Display for RowKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl TryFrom<String> for RowKey {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("not 32 hexadecimal digits in small letters")
    }
}

impl From<RowKey> for String {
    fn from(key: RowKey) -> Self {
        key.to_string()
    }
}

/// What rows ask for, of one party at one site: others who ask for the same ask for something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RowName([u8; 32]);

impl RowName {
    /// Of these rows.
    #[must_use]
    pub fn of(party: &PartyId, site: &SiteId, key: &RowKey) -> Self {
        Self(Sha256::digest(format!("{party}\n{site}\n{key}").as_bytes()).into())
    }

    /// Its bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_key_is_32_digits_in_small_letters_and_nothing_else() {
        let text = "00112233445566778899aabbccddeeff";
        assert_eq!(RowKey::parse(text).unwrap().to_string(), text);
        for bad in [
            "",
            "0",
            "00112233445566778899aabbccddeef",
            "00112233445566778899AABBCCDDEEFF",
        ] {
            assert_eq!(RowKey::parse(bad), None, "{bad}");
        }
        assert_eq!(RowKey::parse(&format!("{text}00")), None);
    }

    #[test]
    fn one_key_names_other_rows_at_another_site_or_of_another_party() {
        let key = RowKey([7; KEY_BYTES]);
        let sites = ["A32050901", "A32050902"].map(|site| SiteId::parse(site).unwrap());
        let parties = ["93330421MA2B00019Q", "91310118MA1J000224"];
        let parties = parties.map(|party| PartyId::parse(party).unwrap());
        let other = RowKey([8; KEY_BYTES]);
        let mut names = Vec::new();
        for party in &parties {
            names.extend(sites.iter().map(|site| RowName::of(party, site, &key)));
            names.push(RowName::of(party, &sites[0], &other));
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 6);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(bytes: [u8; KEY_BYTES]) {
            prop_assert_eq!(RowKey::parse(&RowKey(bytes).to_string()), Some(RowKey(bytes)));
        }

        #[test]
        fn nothing_makes_reading_panic(text in "\\PC{0,40}") {
            let _ = RowKey::parse(&text);
        }
    }
}
