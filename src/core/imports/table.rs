//! Columns, units and words of imported files, from a data file.

use crate::core::quantity::{Amount, Uom};
use crate::core::text::Bilingual;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

const TEXT: &str = include_str!("data/columns.toml");

static TABLE: LazyLock<Table> = LazyLock::new(|| toml::from_str(TEXT).unwrap_or_default());

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    column: Vec<Row>,
    unit: Vec<Unit>,
    word: Vec<Word>,
    totals: Totals,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    field: String,
    zh: String,
    en: String,
    also: Vec<String>,
    files: Vec<File>,
    #[serde(default)]
    needed_in: Vec<File>,
    #[serde(default)]
    numbered: bool,
    example: String,
}

/// A word for a unit.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Unit {
    /// The ledger's unit.
    pub uom: Uom,
    /// How much of it one is.
    pub per: Amount,
    words: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Word {
    field: String,
    code: String,
    words: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Totals {
    words: Vec<String>,
}

/// What a file is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum File {
    /// Lots that begin: a row is a lot.
    Lots,
    /// Goods of suppliers who are not enrolled: a row is a lot that comes in.
    Enter,
    /// Goods that leave: rows with one waybill are a dispatch.
    Shipments,
    /// Goods that are sold: a row is a sale.
    Sales,
}

impl File {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Lots, Self::Enter, Self::Shipments, Self::Sales];

    /// Its word in addresses and commands.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Lots => "lots",
            Self::Enter => "enter",
            Self::Shipments => "shipments",
            Self::Sales => "sales",
        }
    }

    /// The file with this word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|file| file.code() == code)
    }

    /// Its columns, in the order of the template.
    pub fn columns(self) -> impl Iterator<Item = Column> {
        let of_file = move |row: &&Row| row.files.contains(&self);
        TABLE.column.iter().filter(of_file).map(Column)
    }

    /// The column that a heading names here.
    #[must_use]
    pub fn column_of(self, heading: &str) -> Option<Column> {
        let heading = plain(heading);
        self.columns().find(|column| column.is_named(&heading))
    }

    /// The column of a field, if the file has one.
    #[must_use]
    pub fn column(self, field: &str) -> Option<Column> {
        self.columns().find(|column| column.field() == field)
    }
}

/// A column.
#[derive(Debug, Clone, Copy)]
pub struct Column(&'static Row);

impl PartialEq for Column {
    fn eq(&self, other: &Self) -> bool {
        self.field() == other.field()
    }
}

impl Eq for Column {}

impl Column {
    /// Its stable code.
    #[must_use]
    pub fn field(self) -> &'static str {
        &self.0.field
    }

    /// Its headings in both languages.
    #[must_use]
    pub fn name(self) -> Bilingual {
        Bilingual::new(&*self.0.zh, &*self.0.en)
    }

    /// Its Chinese heading.
    #[must_use]
    pub fn zh(self) -> &'static str {
        &self.0.zh
    }

    /// Whether a file cannot do without it.
    #[must_use]
    pub fn is_needed_in(self, file: File) -> bool {
        self.0.needed_in.contains(&file)
    }

    /// Whether it holds a number in which no digit may be lost.
    #[must_use]
    pub fn is_numbered(self) -> bool {
        self.0.numbered
    }

    /// What may stand in it.
    #[must_use]
    pub fn example(self) -> &'static str {
        &self.0.example
    }

    /// The words that it may hold, where it is a choice.
    #[must_use]
    pub fn choices(self) -> String {
        let words = TABLE.word.iter().filter(|word| word.field == self.0.field);
        let words: Vec<&str> = words
            .filter_map(|word| word.words.first().map(String::as_str))
            .collect();
        words.join("、")
    }

    /// The code of a word that it may hold.
    pub(super) fn choice(self, said: &str) -> Option<&'static str> {
        let said = plain(said);
        let mut words = TABLE.word.iter().filter(|word| word.field == self.0.field);
        let found = words.find(|word| word.code == said || is_among(&word.words, &said));
        found.map(|word| word.code.as_str())
    }

    fn is_named(self, heading: &str) -> bool {
        let own = [&self.0.zh, &self.0.en, &self.0.field];
        own.into_iter()
            .chain(&self.0.also)
            .any(|name| plain(name) == heading)
    }
}

/// The unit that a word means.
pub(super) fn unit_of(word: &str) -> Option<&'static Unit> {
    let word = plain(word);
    TABLE.unit.iter().find(|unit| is_among(&unit.words, &word))
}

/// The unit that a heading names in brackets: `数量(公斤)`, and the heading without it.
pub(super) fn unit_in_heading(heading: &str) -> Option<(String, &'static Unit)> {
    let heading = plain(heading);
    let (name, rest) = heading
        .split_once('(')
        .or_else(|| heading.split_once('/'))?;
    let unit = unit_of(rest.trim_end_matches(')'))?;
    Some((name.to_owned(), unit))
}

/// Whether a cell begins a row of sums.
pub(super) fn begins_totals(text: &str) -> bool {
    is_among(&TABLE.totals.words, &plain(text))
}

fn is_among(words: &[String], said: &str) -> bool {
    words.iter().any(|word| plain(word) == said)
}

/// A word without what people put around it.
fn plain(text: &str) -> String {
    let kept = |c: &char| !c.is_whitespace() && !"*_-:#".contains(*c);
    let text = super::cell::half_width(text);
    text.chars()
        .filter(kept)
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read_and_every_heading_means_one_column_of_a_file() {
        assert!(!TABLE.column.is_empty() && !TABLE.unit.is_empty() && !TABLE.word.is_empty());
        for file in File::ALL {
            assert_eq!(File::from_code(file.code()), Some(file));
            for column in file.columns() {
                let names = [&column.0.zh, &column.0.en]
                    .into_iter()
                    .chain(&column.0.also);
                for name in names {
                    assert_eq!(file.column_of(name), Some(column), "{name}");
                }
            }
            assert!(file.columns().any(|column| column.is_needed_in(file)));
        }
    }

    #[test]
    fn headings_are_known_in_both_languages_and_widths() {
        let lots = |heading: &str| File::Lots.column_of(heading).map(Column::field);
        assert_eq!(lots(" 批次码 * "), Some("lot"));
        assert_eq!(lots("Lot Code"), Some("lot"));
        assert_eq!(lots("最高温度（℃）"), Some("temp_max_c"));
        assert_eq!(lots("购货者"), None, "another file's");
        let (name, unit) = unit_in_heading("数量（斤）").unwrap();
        assert_eq!(
            (&*name, unit.uom, unit.per.to_string()),
            ("数量", Uom::Kilogram, "0.5".into())
        );
    }

    #[test]
    fn words_for_choices_are_known_and_others_are_not() {
        let how = File::Lots.column("how").unwrap();
        assert_eq!(how.choice("采收"), Some("harvest"));
        assert_eq!(how.choice("HARVEST"), Some("harvest"));
        assert_eq!(how.choice("魔法"), None);
        assert!(begins_totals("合 计:") && !begins_totals("合计公司"));
    }
}
