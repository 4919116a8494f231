//! What is wrong with a row, or worth knowing of it.

use super::column::Column;
use crate::core::ids::{IdError, IdWarning};
use crate::core::text::{Bilingual, Explain};

/// Something about a cell. It says what, and never repeats the cell: it may be personal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Row of the file, from 1, as a spreadsheet numbers it.
    pub row: u32,
    /// Column, if it is about one.
    pub column: Option<Column>,
    /// What.
    pub what: What,
}

/// What is wrong with a cell, or worth knowing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// It is empty and must not be.
    Missing,
    /// An identifier that is wrong.
    Identifier(IdError),
    /// An identifier that is odd, but stands.
    Odd(IdWarning),
    /// A word for a kind that is not known; these are.
    UnknownWord(String),
    /// No county, or more than one, has this name.
    UnclearCounty,
    /// It has more characters than its field may have.
    TooLong {
        /// Characters allowed.
        max: usize,
    },
    /// It has characters that cannot be seen.
    Unprintable,
    /// A spreadsheet turned the number into one with a rounded end.
    RoundedNumber,
    /// A date that cannot be read.
    BadDate,
    /// The same is in an earlier row.
    DuplicateInFile {
        /// That row.
        row: u32,
    },
    /// An earlier row says something else about the same party or site.
    Contradicts {
        /// That row.
        row: u32,
    },
    /// Premises without a licence that names them need a code.
    SiteCodeMissing,
    /// A smallholder has a number, everybody else a credit code.
    KindOfParty,
    /// A natural person's name would be public.
    PersonalName,
    /// It is enrolled already, and so are these facts.
    AlreadyEnrolled,
    /// It is enrolled, with other facts: they are said anew.
    Changed,
    /// The site is enrolled for another party.
    OfOtherParty,
}

impl What {
    /// Whether the row can be enrolled all the same.
    #[must_use]
    pub const fn is_notice(&self) -> bool {
        matches!(self, Self::Odd(_) | Self::AlreadyEnrolled | Self::Changed)
    }
}

impl Explain for What {
    fn code(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Identifier(error) => error.code(),
            Self::Odd(warning) => warning.code(),
            Self::UnknownWord(_) => "unknown_word",
            Self::UnclearCounty => "unclear_county",
            Self::TooLong { .. } => "too_long",
            Self::Unprintable => "unprintable",
            Self::RoundedNumber => "rounded_number",
            Self::BadDate => "bad_date",
            Self::DuplicateInFile { .. } => "duplicate_in_file",
            Self::Contradicts { .. } => "contradicts_row",
            Self::SiteCodeMissing => "site_code_missing",
            Self::KindOfParty => "kind_of_party",
            Self::PersonalName => "personal_name_public",
            Self::AlreadyEnrolled => "already_enrolled",
            Self::Changed => "changed",
            Self::OfOtherParty => "site_of_other_party",
        }
    }

    fn explain(&self) -> Bilingual {
        let (zh, en) = match self {
            Self::Identifier(error) => return error.explain(),
            Self::Odd(warning) => return warning.explain(),
            Self::UnknownWord(known) => {
                return Bilingual::new(
                    format!("不认识的类型,可用:{known}"),
                    format!("not a kind that is known; these are: {known}"),
                );
            }
            Self::TooLong { max } => {
                return Bilingual::new(
                    format!("超过 {max} 个字符"),
                    format!("more than {max} characters"),
                );
            }
            Self::DuplicateInFile { row } => {
                return Bilingual::new(
                    format!("与第 {row} 行重复"),
                    format!("the same as in row {row}"),
                );
            }
            Self::Contradicts { row } => {
                return Bilingual::new(
                    format!("与第 {row} 行不一致"),
                    format!("row {row} says something else"),
                );
            }
            Self::Missing => ("不能为空", "must not be empty"),
            Self::UnclearCounty => (
                "县区名称查不到或有重名,请写六位行政区划代码",
                "no county or more than one has this name; write the six digits of its code",
            ),
            Self::Unprintable => ("含有不可见字符", "has characters that cannot be seen"),
            Self::RoundedNumber => (
                "单元格是数值,末位可能已被改写;请设为文本并重新填写",
                "the cell is a number, whose last digits may be lost; make it text and fill it in again",
            ),
            Self::BadDate => ("日期应如 2026-11-22", "a date is like 2026-11-22"),
            Self::SiteCodeMissing => (
                "场所没有可作编码的许可证编号,请填场所编码",
                "no licence number that names the premises; fill in a site code",
            ),
            Self::KindOfParty => (
                "农户用 NH- 编号,其他主体用统一社会信用代码",
                "a smallholder has an NH- number, everybody else a credit code",
            ),
            Self::PersonalName => (
                "自然人姓名不得出现在公开的场所名称中",
                "a natural person's name must not be in the public name of premises",
            ),
            Self::AlreadyEnrolled => ("已登记,跳过", "enrolled already; left out"),
            Self::Changed => (
                "已登记,内容有变,将重新登记",
                "enrolled with other facts; they are said anew",
            ),
            Self::OfOtherParty => (
                "场所已登记在另一主体名下",
                "the site is enrolled for another party",
            ),
        };
        Bilingual::new(zh, en)
    }
}
