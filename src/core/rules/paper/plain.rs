//! Papers in plain words: what each kind proves, what it does not, and where it is recognised.

use super::PaperKind;
use crate::core::rules::basis::{Basis, read};
use crate::core::text::Bilingual;
use serde::Deserialize;
use std::sync::LazyLock;

const TEXT: &str = include_str!("../data/paper_words.toml");

static TABLE: LazyLock<Table> = LazyLock::new(|| read(TEXT));

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    paper: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    kind: PaperKind,
    proves_zh: String,
    proves_en: String,
    not_zh: String,
    not_en: String,
    known_zh: Option<String>,
    known_en: Option<String>,
    basis: Basis,
}

/// A kind of paper in plain words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainWords {
    /// What it proves.
    pub proves: Bilingual,
    /// What it does not prove.
    pub proves_not: Bilingual,
    /// Where it is recognised, if a provision was read that says so.
    pub recognised: Option<Bilingual>,
    /// What these words rest on.
    pub source: Option<&'static str>,
}

/// What a kind of paper proves and does not, in plain words.
#[must_use]
pub fn plain_words(kind: PaperKind) -> Option<PlainWords> {
    let row = TABLE.paper.iter().find(|row| row.kind == kind)?;
    let recognised = row.known_zh.as_ref().zip(row.known_en.as_ref());
    Some(PlainWords {
        proves: Bilingual::new(&row.proves_zh, &row.proves_en),
        proves_not: Bilingual::new(&row.not_zh, &row.not_en),
        recognised: recognised.map(|(zh, en)| Bilingual::new(zh, en)),
        source: row.basis.source.as_deref(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_paper_has_plain_words_with_a_source() {
        let table: Table = toml::from_str(TEXT).unwrap();
        assert_eq!(table.paper.len(), PaperKind::ALL.len());
        for kind in PaperKind::ALL {
            let words = plain_words(kind).unwrap_or_else(|| panic!("{kind:?}"));
            assert!(words.source.is_some(), "{kind:?}");
        }
    }
}
