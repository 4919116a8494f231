//! Why JSON is not acceptable. The typed readers refuse everything irregular at once and fast;
//! this slow reader is asked only after a refusal, to name the reason with a stable code.

use super::limits::JSON_DEPTH_MAX;
use crate::core::time::INTEGER_MAX;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use std::collections::HashSet;

/// What makes JSON irregular, in the order in which it is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Irregular {
    /// The bytes are not UTF-8.
    InvalidUtf8,
    /// Nested deeper than [`JSON_DEPTH_MAX`].
    TooDeep,
    /// An object names a member twice, so two readers could see two values.
    DuplicateMember,
    /// A number with a fraction or an exponent, or beyond 2^53.
    InexactNumber,
    /// Not JSON at all.
    Syntax,
}

/// Finds the first irregularity of `bytes`, or none if they are regular JSON.
#[must_use]
pub fn irregularity(bytes: &[u8]) -> Option<Irregular> {
    if std::str::from_utf8(bytes).is_err() {
        return Some(Irregular::InvalidUtf8);
    }
    if depth(bytes) > JSON_DEPTH_MAX {
        return Some(Irregular::TooDeep);
    }
    let mut found = None;
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let walked = Walk { found: &mut found }.deserialize(&mut reader);
    match (found, walked.is_ok() && reader.end().is_ok()) {
        (Some(irregular), _) => Some(irregular),
        (None, false) => Some(Irregular::Syntax),
        (None, true) => None,
    }
}

/// The nesting depth, counted without parsing, so that a deep input cannot exhaust the stack.
fn depth(bytes: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0_usize);
    let (mut in_string, mut escaped) = (false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => {
                depth = depth.saturating_add(1);
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

struct Walk<'a> {
    found: &'a mut Option<Irregular>,
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        if number > INTEGER_MAX {
            self.found.get_or_insert(Irregular::InexactNumber);
        }
        Ok(())
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<(), E> {
        self.visit_u64(number.unsigned_abs())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        self.found.get_or_insert(Irregular::InexactNumber);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq
            .next_element_seed(Walk {
                found: &mut *self.found,
            })?
            .is_some()
        {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut seen = HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            if !seen.insert(name) {
                self.found.get_or_insert(Irregular::DuplicateMember);
                return Err(A::Error::custom("duplicate member"));
            }
            map.next_value_seed(Walk {
                found: &mut *self.found,
            })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_irregularity_is_named() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        let cases: [(&[u8], Option<Irregular>); 10] = [
            (br#"{"a":[1,"x",null,true,-3]}"#, None),
            (b"{\"a\":\"\xff\"}", Some(Irregular::InvalidUtf8)),
            (deep.as_bytes(), Some(Irregular::TooDeep)),
            (
                br#"{"a":1,"b":{"c":1,"c":2}}"#,
                Some(Irregular::DuplicateMember),
            ),
            (br#"{"a":1.0}"#, Some(Irregular::InexactNumber)),
            (br#"{"a":1e3}"#, Some(Irregular::InexactNumber)),
            (br#"{"a":9007199254740993}"#, Some(Irregular::InexactNumber)),
            (br#"{"a":1} x"#, Some(Irregular::Syntax)),
            (br#"{"a":"\ud800"}"#, Some(Irregular::Syntax)),
            (b"", Some(Irregular::Syntax)),
        ];
        for (bytes, expected) in cases {
            assert_eq!(
                irregularity(bytes),
                expected,
                "{}",
                String::from_utf8_lossy(&bytes[..bytes.len().min(40)])
            );
        }
    }

    #[test]
    fn brackets_inside_strings_are_no_depth() {
        let text = format!("[\"{}\\\"[\"]", "[".repeat(50));
        assert_eq!(irregularity(text.as_bytes()), None);
    }
}
