//! The host that printed codes lead to, and the link of a lot under it.

use super::label::LabelError;
use crate::core::ids::{DigitalLink, LotCode};
use serde::{Deserialize, Deserializer};

/// Characters of a host's name at most (RFC 1035).
const HOST_CHARS_MAX: usize = 253;

/// Characters of a part between dots at most.
const PART_CHARS_MAX: usize = 63;

/// The name of a host, such as `trace.example.cn`. Without port or path: what is printed must
/// outlive the machine that answers today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkHost(String);

impl LinkHost {
    /// Reads the name of a host: parts of `a-z`, `0-9` and hyphens with dots between.
    ///
    /// # Errors
    /// Anything else.
    pub fn parse(text: &str) -> Result<Self, LabelError> {
        let is_part = |part: &str| {
            let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
            (1..=PART_CHARS_MAX).contains(&part.len())
                && part.bytes().all(plain)
                && !part.starts_with('-')
                && !part.ends_with('-')
        };
        let fits = text.len() <= HOST_CHARS_MAX && text.contains('.');
        match fits && text.split('.').all(is_part) {
            true => Ok(Self(text.to_owned())),
            false => Err(LabelError::BadHost(
                text.chars().take(HOST_CHARS_MAX).collect(),
            )),
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What a code on a lot says: its GS1 Digital Link in canonical spelling, or the same with
    /// our own path where the lot has no GTIN.
    #[must_use]
    pub fn link(&self, lot: &LotCode) -> String {
        link_under(&self.0, lot)
    }
}

/// The link of a lot under a host that is known to be one.
pub(super) fn link_under(host: &str, lot: &LotCode) -> String {
    let plain = format!("https://{host}/{lot}");
    // A code of our own is no GS1 key, so the path is the link.
    DigitalLink::parse(&plain).map_or(plain, |link| link.with_host(host))
}

impl<'de> Deserialize<'de> for LinkHost {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_and_nothing_around_it() {
        for good in ["id.gs1.org", "zhejiang.shisu.example", "a-b.0"] {
            assert_eq!(LinkHost::parse(good).unwrap().as_str(), good);
        }
        let long = format!("{}.cn", "a".repeat(64));
        for bad in [
            "",
            "host",
            ".cn",
            "a..cn",
            "A.cn",
            "a.cn:80",
            "a.cn/x",
            "https://a.cn",
            "-a.cn",
            "a@b.cn",
            "食.cn",
            &long,
        ] {
            assert!(LinkHost::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_link_is_canonical() {
        let host = LinkHost::parse("trace.example").unwrap();
        for (lot, link) in [
            (
                "01/09520002000033/10/Q0417-1",
                "https://trace.example/01/09520002000033/10/Q0417-1",
            ),
            ("t/JS-PIG-0417", "https://trace.example/t/JS-PIG-0417"),
        ] {
            assert_eq!(host.link(&LotCode::parse(lot).unwrap()), link);
        }
    }
}
