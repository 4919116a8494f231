//! What stands in the files: every identifier is valid and invented.

use serde_json::Value;
use shisu::app::scenario::{Cast, Journey};
use shisu::core::ids::{
    Division, EarTag, Gln, Licence, LotCode, PartyId, Plate, PlateColour, QuarantineNo, SiteId,
    VetDrugCode,
};
use shisu::core::rules::product::ProductClass;
use std::fs;
use std::path::Path;

/// Prefix of GS1 keys that no company has: it is set aside for demonstrations.
const DEMO_PREFIX: &str = "952";

/// Name and JSON of every file, as it stands in the repository.
fn files() -> Vec<(String, Value)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/scenarios");
    let mut files: Vec<_> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let text = fs::read_to_string(&path).unwrap();
            (name, serde_json::from_str(&text).unwrap())
        })
        .collect();
    files.sort_by(|(a, _), (b, _)| a.cmp(b));
    files
}

/// Calls `visit` with every string and the name of the member it stands in.
fn strings(value: &Value, member: &str, visit: &mut dyn FnMut(&str, &str)) {
    match value {
        Value::String(text) => visit(member, text),
        Value::Array(elements) => {
            elements
                .iter()
                .for_each(|element| strings(element, member, visit));
        }
        Value::Object(members) => {
            members
                .iter()
                .for_each(|(name, value)| strings(value, name, visit));
        }
        _ => {}
    }
}

#[test]
fn every_file_of_the_directory_is_part_of_the_program() {
    let embedded = Journey::embedded().unwrap();
    let names: Vec<String> = files().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names.len(), embedded.len() + 1, "{names:?}");
    assert_eq!(names.last().map(String::as_str), Some("cast"));
    for (journey, name) in embedded.iter().zip(&names) {
        assert!(name.ends_with(&journey.key), "{name}: {}", journey.key);
        assert!(!journey.story.zh.is_empty() && !journey.story.en.is_empty());
    }
    Cast::embedded().unwrap();
}

#[test]
fn every_identifier_is_valid_and_names_a_place_that_exists() {
    let mut seen = 0;
    for (file, json) in files() {
        strings(&json, "", &mut |member, text| {
            seen += usize::from(check(&file, member, text));
        });
    }
    assert!(seen > 300, "{seen} identifiers were seen");
}

/// Checks `text` if its member or its look says that it is an identifier.
fn check(file: &str, member: &str, text: &str) -> bool {
    let place = format!("{file}: {member}: {text}");
    match member {
        "plate" | "trailer" => {
            Plate::parse(text).expect(&place);
        }
        "colour" => {
            PlateColour::parse(text).expect(&place);
        }
        "county" | "origin" | "destination" | "load_county" | "unload_county" | "issued_in"
        | "regions" => {
            Division::parse(text).expect(&place);
        }
        "class" if !matches!(text, "trade" | "personal" | "balance") => {
            ProductClass::parse(text).expect(&place);
        }
        "lot" => {
            let lot = LotCode::parse(text).expect(&place);
            let gtin = lot.gtin().map(|gtin| gtin.to_string());
            assert!(
                gtin.is_none_or(|gtin| gtin.starts_with(&format!("0{DEMO_PREFIX}"))),
                "{place}"
            );
        }
        "gln" => {
            assert!(
                Gln::parse(text)
                    .expect(&place)
                    .as_str()
                    .starts_with(DEMO_PREFIX),
                "{place}"
            );
        }
        "id" if file == "cast" => {
            let party = PartyId::parse(text).map(|party| party.warnings());
            let site = SiteId::parse(text).map(|site| site.warnings());
            assert_eq!(party.or(site).expect(&place), [], "{place}");
        }
        "first" => {
            assert_eq!(EarTag::parse(text).expect(&place).warnings(), [], "{place}");
        }
        "code" if text.len() == 24 => {
            VetDrugCode::parse(text).expect(&place);
        }
        _ if looks_like_a_licence(text) => {
            assert_eq!(
                Licence::parse(text).expect(&place).warnings(),
                [],
                "{place}"
            );
        }
        _ => return false,
    }
    true
}

fn looks_like_a_licence(text: &str) -> bool {
    let digits = text.strip_prefix("SC").or(text.strip_prefix("JY"));
    digits.is_some_and(|digits| digits.len() == 14 && digits.bytes().all(|b| b.is_ascii_digit()))
}

#[test]
fn quarantine_certificates_have_numbers_that_can_be_printed_on_them() {
    let mut seen = 0;
    for journey in Journey::embedded().unwrap() {
        for step in &journey.steps {
            let kind = step
                .body
                .get("kind")
                .and_then(Value::as_str)
                .unwrap_or_default();
            if kind.ends_with("quarantine") {
                let number = step.body["number"]
                    .as_str()
                    .unwrap()
                    .replace(['{', '}', ':'], "");
                QuarantineNo::parse(&number).unwrap();
                seen += 1;
            }
        }
    }
    assert!(seen >= 4);
}

#[test]
fn whoever_is_named_says_that_they_are_invented() {
    for (file, json) in files() {
        strings(&json, "", &mut |member, text| {
            let names_a_business =
                matches!(member, "issuer" | "exporter") || (member == "source" && file != "cast");
            let invented = text.contains("虚构") || text.contains("invented");
            assert!(!names_a_business || invented, "{file}: {member}: {text}");
        });
    }
    let cast = Cast::embedded().unwrap();
    assert!(cast.note.zh.contains("虚构") && cast.note.en.contains("invented"));
    for party in &cast.parties {
        let name = party.says.get("name").and_then(Value::as_str);
        assert!(
            name.is_none_or(|name| name.ends_with("(虚构)")),
            "{}",
            party.name
        );
    }
}
