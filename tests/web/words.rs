//! The words that the check in the browser compares with: those that the pages use.

use shisu::core::ids::Division;
use shisu::core::record::RecordType;
use shisu::core::record::body::Creation;
use shisu::core::rules::paper::{PaperKind, Standing};
use shisu::core::rules::yields::Operation;
use shisu::core::text::Bilingual;
use shisu::core::trace::{creation_words, type_words};
use std::collections::BTreeMap;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/static/page/words.js");

/// The code of a value, as records write it.
fn code(value: impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).unwrap();
    value.as_str().unwrap().to_owned()
}

fn table(name: &str, rows: impl Iterator<Item = (String, Bilingual)>) -> String {
    let rows: BTreeMap<String, [String; 2]> = rows
        .map(|(code, words)| (code, [words.zh.to_string(), words.en.to_string()]))
        .collect();
    let json = serde_json::to_string(&rows).unwrap().replace("],", "],\n");
    format!("export const {name} = {json};\n")
}

fn expected() -> String {
    let head = "// Words of the pages by the codes of records. Written by tests/web/words.rs: change the words\n\
                // where the pages have them, then run it with SHISU_WRITE_WORDS=1.\n";
    let creations = [
        Creation::Harvest,
        Creation::Catch,
        Creation::Herd,
        Creation::Yield,
        Creation::Production,
    ];
    let standings = [Standing::Transcribed, Standing::Confirmed, Standing::Issued];
    let counties: BTreeMap<String, String> = Division::all()
        .map(|one| (one.as_str().to_owned(), one.full_name()))
        .collect();
    let counties = serde_json::to_string(&counties).unwrap();
    [
        head.to_owned(),
        table(
            "PAPERS",
            PaperKind::ALL
                .into_iter()
                .map(|one| (code(one), one.words())),
        ),
        table(
            "STANDINGS",
            standings.into_iter().map(|one| (code(one), one.words())),
        ),
        table(
            "CREATIONS",
            creations
                .into_iter()
                .map(|one| (code(one), creation_words(one))),
        ),
        table(
            "OPERATIONS",
            Operation::ALL
                .into_iter()
                .map(|one| (code(one), one.words())),
        ),
        table(
            "TYPES",
            RecordType::ALL
                .iter()
                .map(|one| (one.code().to_owned(), type_words(*one))),
        ),
        format!("export const COUNTIES = {};\n", counties),
    ]
    .concat()
}

#[test]
fn the_check_in_the_browser_compares_with_the_words_of_the_pages() {
    let expected = expected();
    if std::env::var_os("SHISU_WRITE_WORDS").is_some() {
        std::fs::write(FILE, &expected).unwrap();
    }
    let is_same = std::fs::read_to_string(FILE).is_ok_and(|text| text == expected);
    assert!(is_same, "run it with SHISU_WRITE_WORDS=1");
}
