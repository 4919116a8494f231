//! The number of a report: the day, and as much randomness as keeps others from trying numbers.

use super::ReportError;
use crate::core::time::ChinaDate;

/// Letters and digits that are not mistaken for one another (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Random characters of a number, of five bits each.
const RANDOM_CHARS: usize = 12;

/// What a number begins with.
const PREFIX: &str = "JB";

/// The number of a report, `JB20261122-7K3M9QXA0BCD`. Whoever has it sees where the report stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReportNo(String);

impl ReportNo {
    /// A number of this day, made of random bytes.
    #[must_use]
    pub fn new(day: ChinaDate, random: &[u8; RANDOM_CHARS]) -> Self {
        let day: String = day
            .to_string()
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        let letters = random.iter().filter_map(|byte| {
            let letter = ALPHABET.get(usize::from(byte & 31));
            letter.copied().map(char::from)
        });
        Self(format!("{PREFIX}{day}-{}", letters.collect::<String>()))
    }

    /// Reads a number, in either case.
    ///
    /// # Errors
    /// It is none.
    pub fn parse(text: &str) -> Result<Self, ReportError> {
        let text = text.trim().to_ascii_uppercase();
        let parts = text
            .strip_prefix(PREFIX)
            .and_then(|rest| rest.split_once('-'));
        let (day, random) = parts.ok_or(ReportError::BadNumber)?;
        let is_day = day.len() == 8 && day.bytes().all(|byte| byte.is_ascii_digit());
        let is_random =
            random.len() == RANDOM_CHARS && random.bytes().all(|byte| ALPHABET.contains(&byte));
        match is_day && is_random {
            true => Ok(Self(text)),
            false => Err(ReportError::BadNumber),
        }
    }

    /// The number as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for ReportNo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_number_reads_back(random: [u8; RANDOM_CHARS]) {
            let day = ChinaDate::parse("2026-11-22").unwrap();
            let number = ReportNo::new(day, &random);
            prop_assert!(number.as_str().starts_with("JB20261122-"));
            prop_assert_eq!(ReportNo::parse(&number.as_str().to_lowercase()).unwrap(), number);
        }

        #[test]
        fn nothing_makes_reading_a_number_panic(text: String) {
            drop(ReportNo::parse(&text));
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for bad in [
            "",
            "JB20261122",
            "JB2026112-7K3M9QXA0BCD",
            "JB20261122-7K3M9QXA0BC",
            "JB20261122-7K3M9QXA0BCU",
            "../x",
        ] {
            assert_eq!(ReportNo::parse(bad), Err(ReportError::BadNumber), "{bad}");
        }
    }
}
