//! Many records: one a line. A line that is none harms no other.

use super::outcome::{HeadText, OutcomeBody};
use crate::api::limits::body::{Body, Taken};
use crate::api::problem::Problem;
use crate::app::ledger::{Handed, Outcome};
use crate::core::imports::RowKey;
use crate::core::record::id_of;
use serde::Deserialize;
use utoipa::ToSchema;

/// A line of an NDJSON body; a bare JSON string is understood, too.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum SubmitLine {
    /// An object, so that members can be added.
    Object {
        /// The record: `jwt~disclosure~…~`.
        record: String,
        /// The key of the draft that it completes, where it stands for rows of a table: for the same rows of a site
        /// no second record is admitted (`already_imported`).
        #[serde(default)]
        #[schema(value_type = Option<String>, pattern = "^[0-9a-f]{32}$")]
        import: Option<RowKey>,
    },
    /// The record itself.
    Bare(String),
}

/// A body that was taken apart.
#[derive(Debug)]
pub struct Lines {
    /// Number of each line that is not blank, and whether it holds a record.
    numbered: Vec<(usize, bool)>,
    /// The records, in order.
    handed: Handed,
    /// The room they take.
    taken: Taken,
}

impl Lines {
    /// Takes a body apart: at most `records_max` lines.
    ///
    /// # Errors
    /// A body that is no text, or has too many lines.
    pub fn read(body: Body, records_max: usize) -> Result<Self, Problem> {
        let (text, taken) = body.text()?;
        let (mut numbered, mut texts, mut rows) = (Vec::new(), Vec::new(), Vec::new());
        for (number, line) in (1_usize..).zip(text.lines()) {
            if line.trim_ascii().is_empty() {
                continue;
            }
            if numbered.len() == records_max {
                return Err(Problem::new(
                    "too_many_records",
                    format!("一次最多 {records_max} 条记录"),
                    format!("at most {records_max} records at a time"),
                ));
            }
            let found = record_of(line);
            numbered.push((number, found.is_some()));
            if let Some((record, import)) = found {
                rows.extend(import.map(|key| (id_of(&record), key)));
                texts.push(record);
            }
        }
        let handed = Handed {
            texts,
            rows: rows.into_iter().collect(),
        };
        Ok(Self {
            numbered,
            handed,
            taken,
        })
    }

    /// Takes the records out, and leaves what the answer needs.
    #[must_use]
    pub fn split(self) -> (Vec<(usize, bool)>, Handed, Taken) {
        (self.numbered, self.handed, self.taken)
    }
}

/// The record of a line, as [`SubmitLine`] has it, and for which rows it stands; none if the line holds none.
fn record_of(line: &str) -> Option<(String, Option<RowKey>)> {
    let line = line.trim_ascii();
    let bare = line
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    // Records are base64url, dots and tildes: nothing in them is escaped.
    // All bytes are looked at, several at a time, rather than each before the next.
    let is_plain = |text: &&str| {
        let is_special = |b: u8| u8::from(b < 0x20) | u8::from(b == b'"') | u8::from(b == b'\\');
        text.bytes().fold(0, |found, b| found | is_special(b)) == 0
    };
    if let Some(plain) = bare.filter(is_plain) {
        return Some((plain.to_owned(), None));
    }
    match serde_json::from_str(line) {
        Ok(SubmitLine::Object { record, import }) => Some((record, import)),
        Ok(SubmitLine::Bare(record)) => Some((record, None)),
        Err(_not_json) => None,
    }
}

/// An outcome for each line, in order.
///
/// # Errors
/// If there are fewer outcomes than records, which is a fault of ours.
pub fn answer(numbered: &[(usize, bool)], outcomes: &[Outcome]) -> Result<Vec<u8>, Problem> {
    let mut outcomes = outcomes.iter();
    let (mut head, mut text) = (HeadText::default(), Vec::new());
    for (number, is_record) in numbered {
        let mut body = match is_record {
            true => {
                let outcome = outcomes.next().ok_or_else(Problem::internal)?;
                OutcomeBody::written(outcome, &mut head)
            }
            false => OutcomeBody::not_json(),
        };
        body.line = Some(*number);
        serde_json::to_writer(&mut text, &body).map_err(|_impossible| Problem::internal())?;
        text.push(b'\n');
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn strictly(line: &str) -> Option<(String, Option<RowKey>)> {
        match serde_json::from_str(line) {
            Ok(SubmitLine::Object { record, import }) => Some((record, import)),
            Ok(SubmitLine::Bare(record)) => Some((record, None)),
            Err(_not_json) => None,
        }
    }

    #[test]
    fn a_line_is_a_string_or_an_object_with_a_record() {
        for (line, record) in [
            (r#""e30.e30.c2ln~ZA~""#, Some("e30.e30.c2ln~ZA~")),
            (" \"a~\"\t", Some("a~")),
            (r#"{"record": "a~"}"#, Some("a~")),
            (r#""\u0061~""#, Some("a~")),
            (r#""a" "b""#, None),
            (r#"""#, None),
            ("a~", None),
            ("{}", None),
        ] {
            let expected = record.map(|record| (record.to_owned(), None));
            assert_eq!(record_of(line), expected, "{line}");
            assert_eq!(strictly(line), expected, "{line}");
        }
    }

    #[test]
    fn a_line_may_say_for_which_rows_it_stands() {
        let key = "00112233445566778899aabbccddeeff";
        let (record, import) =
            record_of(&format!(r#"{{"record": "a~", "import": "{key}"}}"#)).unwrap();
        assert_eq!((&*record, import), ("a~", RowKey::parse(key)));
        for bad in ["", "0", "00112233445566778899AABBCCDDEEFF"] {
            let line = format!(r#"{{"record": "a~", "import": "{bad}"}}"#);
            assert_eq!(record_of(&line), None, "{line}");
        }
    }

    proptest! {
        #[test]
        fn a_line_that_is_read_fast_is_read_as_json(line in r#"[ \t]?"?[ -~\t\x01食"\\]{0,12}"?[ \t]?"#) {
            prop_assert_eq!(record_of(&line), strictly(&line));
        }
    }
}
