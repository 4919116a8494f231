//! `docs/RECORD-FORMAT.md` says what the code does: its tables list every type, member, sealed
//! field, code and limit, and its worked example has the bytes of the vector.

use crate::records::every_error;
use crate::story::Story;
use crate::tools::{hex, repository_file};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use shisu::core::record::sealed::{Class, MOVE_FIELDS, SealedField, Shape, disclosure_digest};
use shisu::core::record::{RecordType, limits};
use shisu::core::text::Explain;
use std::collections::{BTreeMap, BTreeSet};

/// The vector that the document works through.
const EXAMPLE: &str = "create_more_of_a_lot_by_its_origin";
const BEGIN: &str = "<!-- example -->\n";
const END: &str = "<!-- /example -->";

/// The document.
pub fn document() -> String {
    std::fs::read_to_string(repository_file("docs/RECORD-FORMAT.md")).unwrap()
}

/// The cells of every row of the table that follows `heading`, without its head.
pub fn table(document: &str, heading: &str) -> Vec<Vec<String>> {
    let mut after = document.lines().skip_while(|line| *line != heading).skip(1);
    let rows = after.by_ref().skip_while(|line| !line.starts_with('|'));
    let cells = |row: &str| {
        row.split('|')
            .map(|cell| cell.trim().to_owned())
            .collect::<Vec<_>>()
    };
    let table: Vec<_> = rows
        .take_while(|line| line.starts_with('|'))
        .skip(2)
        .map(cells)
        .collect();
    assert!(!table.is_empty(), "no table after {heading:?}");
    table
}

/// The text between back quotes.
pub fn unquoted(cell: &str) -> &str {
    cell.trim_matches('`')
}

#[test]
fn the_document_has_a_section_for_every_type() {
    let document = document();
    let headings: Vec<&str> = document
        .lines()
        .filter(|line| line.starts_with("### `"))
        .collect();
    for kind in RecordType::ALL {
        let heading = format!("### `{}` {}", kind.code(), kind.zh());
        assert!(headings.contains(&heading.as_str()), "{heading}");
    }
}

fn words(field: &SealedField) -> (&'static str, &'static str) {
    let class = match field.class {
        Class::Balance => "balance",
        Class::Trade => "trade",
        Class::Personal => "personal",
    };
    let value = match field.shape {
        Shape::Amount => "amount, never null",
        Shape::OptAmount => "amount or null",
        Shape::OptText => "text or null",
        Shape::OptPerson => "`Person` or null",
        Shape::OptVehicle => "`Vehicle` or null",
        Shape::OptCounterparty => "`Counterparty` or null",
        Shape::OptPlaces => "`Places` or null",
        Shape::Differences => "list of `Difference`, at most 500, may be empty, never null",
        Shape::Counts => "list of `Counted`, at most 64, may be empty, never null",
    };
    (class, value)
}

#[test]
fn the_document_lists_every_sealed_field_in_its_place() {
    let mut expected = Vec::new();
    let mut list = |place: &str, fields: &mut dyn Iterator<Item = &'static SealedField>| {
        for (position, field) in fields.enumerate() {
            let (class, value) = words(field);
            expected.push(format!(
                "{place}/{position}/`{}`/{class}/{value}",
                field.name
            ));
        }
    };
    list("every line of `moves`", &mut MOVE_FIELDS.iter());
    for kind in RecordType::ALL {
        let place = format!("`{}`", kind.code());
        list(&place, &mut kind.sealed_fields().iter().copied());
    }
    let rows = table(&document(), "## 7. Sealed fields");
    let written: Vec<String> = rows.iter().map(|row| row[1..6].join("/")).collect();
    assert_eq!(written, expected);
}

#[test]
fn the_document_lists_every_error_code() {
    let rows = table(&document(), "## 13. Error codes");
    let written: BTreeSet<&str> = rows.iter().map(|row| unquoted(&row[1])).collect();
    let errors = every_error();
    assert_eq!(written, errors.iter().map(Explain::code).collect());
    assert_eq!(rows.len(), errors.len());
}

#[test]
fn the_document_states_every_limit() {
    let limits = [
        ("RECORD_BYTES_MAX", limits::RECORD_BYTES_MAX),
        ("SUBMISSION_BYTES_MAX", limits::SUBMISSION_BYTES_MAX),
        ("DISCLOSURE_BYTES_MAX", limits::DISCLOSURE_BYTES_MAX),
        ("DISCLOSURES_MAX", limits::DISCLOSURES_MAX),
        ("MOVES_MAX", limits::MOVES_MAX),
        ("LINE_NUMBER_MAX", limits::LINE_NUMBER_MAX.into()),
        ("REFS_MAX", limits::REFS_MAX),
        ("ABOUT_MAX", limits::ABOUT_MAX),
        ("BLOBS_MAX", limits::BLOBS_MAX),
        ("BLOB_BYTES_MAX", limits::BLOB_BYTES_MAX.try_into().unwrap()),
        ("JSON_DEPTH_MAX", limits::JSON_DEPTH_MAX),
        ("NAME_CHARS_MAX", limits::NAME_CHARS_MAX),
        ("TEXT_CHARS_MAX", limits::TEXT_CHARS_MAX),
        ("LIST_MAX", limits::LIST_MAX),
        ("EAR_TAGS_MAX", limits::EAR_TAGS_MAX),
        ("SENSORS_MAX", limits::SENSORS_MAX),
        ("READINGS_MAX", limits::READINGS_MAX),
        ("SALT_BYTES_MIN", limits::SALT_BYTES_MIN),
        ("SALT_BYTES_MAX", limits::SALT_BYTES_MAX),
    ];
    let degrees = [
        ("TEMP_MIN_C", limits::TEMP_MIN_C),
        ("TEMP_MAX_C", limits::TEMP_MAX_C),
    ];
    let source = include_str!("../../src/core/record/limits.rs");
    let numbers = |line: &&str| line.starts_with("pub const ") && !line.contains("Range");
    assert_eq!(
        source.lines().filter(numbers).count(),
        limits.len() + degrees.len(),
        "a limit is not compared"
    );
    let rows = table(&document(), "### Limits");
    let written: BTreeMap<&str, i64> = rows
        .iter()
        .map(|row| (unquoted(&row[1]), row[2].parse().unwrap()))
        .collect();
    assert_eq!(written.len(), rows.len(), "a limit stands twice");
    let limits = limits.map(|(name, most)| (name, i64::try_from(most).unwrap()));
    let degrees = degrees.map(|(name, bound)| (name, i64::from(bound)));
    assert_eq!(written, limits.into_iter().chain(degrees).collect());
}

fn decoded(text: &str) -> String {
    String::from_utf8(URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
}

/// The worked example as the document shows it.
fn example(vector: &Value) -> String {
    let sd_jwt = vector["sd_jwt"].as_str().unwrap();
    let (jwt, disclosures) = sd_jwt.split_once('~').unwrap();
    let parts: Vec<&str> = jwt.split('.').collect();
    let mut text = String::from(BEGIN);
    let mut show = |what: &str, shown: &str| {
        text.push_str(&format!("\n{what}:\n\n```\n{shown}\n```\n"));
    };
    let point = URL_SAFE_NO_PAD
        .decode(vector["jwk"]["x"].as_str().unwrap())
        .unwrap();
    show("The public key, hexadecimal", &hex(point));
    show("The header", &decoded(parts[0]));
    show("The payload", &decoded(parts[1]));
    for disclosure in disclosures.trim_end_matches('~').split('~') {
        show("A disclosure, before base64url", &decoded(disclosure));
        show("The same as it travels", disclosure);
        show("Its digest", &disclosure_digest(disclosure).to_string());
    }
    show("The whole record", sd_jwt);
    show("Its id", vector["id"].as_str().unwrap());
    show("Its leaf hash, base64url", vector["leaf"].as_str().unwrap());
    text.push('\n');
    text.push_str(END);
    text
}

#[test]
fn the_worked_example_is_the_vector() {
    let story = Story::tell();
    let vector = story
        .good
        .iter()
        .find(|vector| vector["name"] == EXAMPLE)
        .unwrap();
    let document = document();
    let (before, rest) = document.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let current = format!("{before}{}{after}", example(vector));
    if std::env::var_os("SHISU_UPDATE_VECTORS").is_some_and(|value| value == "1") {
        std::fs::write(repository_file("docs/RECORD-FORMAT.md"), current).unwrap();
        return;
    }
    assert!(
        current == document,
        "SHISU_UPDATE_VECTORS=1 writes the example anew"
    );
}
