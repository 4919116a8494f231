//! What is wrong with a cell or a row, or worth knowing of it.

use super::table::Column;
use super::warn::LOOKED_AT_MAX;
use crate::core::ids::{IdError, IdWarning};
use crate::core::text::{Bilingual, Explain};

/// Something about a row or a cell. It never repeats the cell: that may be personal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Row of the file, from 1, as a spreadsheet numbers it.
    pub row: u32,
    /// Place of the column from 0, if it is about a cell.
    pub place: Option<usize>,
    /// The column, if it is one that is known.
    pub column: Option<Column>,
    /// What.
    pub what: What,
}

impl Fault {
    /// The cell as a spreadsheet names it, `C7`; none if it is about the row.
    #[must_use]
    pub fn address(&self) -> Option<String> {
        let mut place = self.place?;
        let mut letters = Vec::new();
        loop {
            let digit = u8::try_from(place % 26).unwrap_or(0);
            letters.push(char::from(b'A'.saturating_add(digit)));
            match (place / 26).checked_sub(1) {
                Some(left) => place = left,
                None => break,
            }
        }
        let letters: String = letters.into_iter().rev().collect();
        Some(format!("{letters}{}", self.row))
    }
}

/// What is wrong, or worth knowing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// It is empty and must not be.
    Missing,
    /// An identifier that is wrong.
    Identifier(IdError),
    /// An identifier that is odd, but stands.
    Odd(IdWarning),
    /// A word that is not among those for this column.
    UnknownWord(String),
    /// No county, or more than one, has this name.
    UnclearCounty,
    /// No two letters of a country.
    UnclearCountry,
    /// It has more characters than its field may have.
    TooLong {
        /// Characters allowed.
        max: usize,
    },
    /// It has characters that cannot be seen.
    Unprintable,
    /// A spreadsheet turned the number into one with a rounded end.
    RoundedNumber,
    /// A formula of the spreadsheet failed.
    FailedFormula,
    /// More than one value stands in the cell, with `║` between.
    SeveralValues,
    /// A date that cannot be read, or in two ways.
    BadDate,
    /// A time that cannot be read.
    BadTime,
    /// The number of a day, as a spreadsheet counts, was read as its date.
    SerialDate(String),
    /// No quantity.
    BadQuantity,
    /// Nothing.
    ZeroQuantity,
    /// A quantity with more than six decimal places.
    TooFine,
    /// A unit that is not known.
    UnknownUnit,
    /// Neither cell nor column nor heading says the unit.
    UnitMissing,
    /// The unit measures something else than the lot's.
    OtherUnit(&'static str),
    /// No temperature.
    BadTemperature,
    /// The same is in an earlier row.
    DuplicateInFile {
        /// That row.
        row: u32,
    },
    /// An earlier row says something else of the same shipment.
    Contradicts {
        /// That row.
        row: u32,
    },
    /// The rows of one shipment are more than a record has lines.
    TooManyLines {
        /// Lines allowed.
        max: usize,
    },
    /// A carrier carries, and it is not said who.
    CarrierMissing,
    /// A plate is not unique without its colour.
    ColourMissing,
    /// Nobody enrolled the site.
    UnknownSite,
    /// Goods are not sent to where they are.
    OwnSite,
    /// The party has not named this one as its agent.
    NotTheirAgent,
    /// The site does not hold the lot.
    NotHeld,
    /// The site holds less of the lot.
    NotEnough(String),
    /// It is in the ledger already, and is left out.
    AlreadyRecorded,
    /// Something stops the goods: a recall, a hold, their shelf life, an entry check that is not cleared.
    Stopped(Bilingual),
    /// A paper that product and way ask for is missing, or wrong.
    PaperWrong(Bilingual),
    /// More lots leave than are looked at for stops and papers.
    NotLookedAt,
    /// A row of sums, which is left out.
    TotalsRow,
    /// A heading that is not known; the column is not read.
    UnknownColumn,
}

impl What {
    /// Whether the file can be imported all the same.
    #[must_use]
    pub const fn is_notice(&self) -> bool {
        matches!(
            self,
            Self::Odd(_)
                | Self::SerialDate(_)
                | Self::AlreadyRecorded
                | Self::Stopped(_)
                | Self::PaperWrong(_)
                | Self::NotLookedAt
                | Self::TotalsRow
                | Self::UnknownColumn
        )
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
            Self::UnclearCountry => "unclear_country",
            Self::TooLong { .. } => "too_long",
            Self::Unprintable => "unprintable",
            Self::RoundedNumber => "rounded_number",
            Self::FailedFormula => "failed_formula",
            Self::SeveralValues => "several_values",
            Self::BadDate => "bad_date",
            Self::BadTime => "bad_time",
            Self::SerialDate(_) => "serial_date",
            Self::BadQuantity => "bad_quantity",
            Self::ZeroQuantity => "zero_quantity",
            Self::TooFine => "quantity_too_fine",
            Self::UnknownUnit => "unknown_unit",
            Self::UnitMissing => "unit_missing",
            Self::OtherUnit(_) => "other_unit",
            Self::BadTemperature => "bad_temperature",
            Self::DuplicateInFile { .. } => "duplicate_in_file",
            Self::Contradicts { .. } => "contradicts_row",
            Self::TooManyLines { .. } => "too_many_lines",
            Self::CarrierMissing => "carrier_missing",
            Self::ColourMissing => "colour_missing",
            Self::UnknownSite => "unknown_site",
            Self::OwnSite => "own_site",
            Self::NotTheirAgent => "not_their_agent",
            Self::NotHeld => "not_held",
            Self::NotEnough(_) => "not_enough",
            Self::AlreadyRecorded => "already_recorded",
            Self::Stopped(_) => "goods_stopped",
            Self::PaperWrong(_) => "paper_wrong",
            Self::NotLookedAt => "not_looked_at",
            Self::TotalsRow => "totals_row",
            Self::UnknownColumn => "unknown_column",
        }
    }

    fn explain(&self) -> Bilingual {
        let told = |zh: String, en: String| Bilingual::new(zh, en);
        match self {
            Self::Identifier(error) => error.explain(),
            Self::Odd(warning) => warning.explain(),
            Self::UnknownWord(known) => told(
                format!("不认识的词,可用:{known}"),
                format!("not a word that is known; these are: {known}"),
            ),
            Self::TooLong { max } => told(
                format!("超过 {max} 个字符"),
                format!("more than {max} characters"),
            ),
            Self::SerialDate(date) => told(
                format!("是表格的日期序号,按 {date} 读"),
                format!("the number of a day; read as {date}"),
            ),
            Self::OtherUnit(uom) => told(
                format!("单位与库存的单位({uom})不能换算"),
                format!("the unit cannot be turned into the lot's ({uom})"),
            ),
            Self::DuplicateInFile { row } => told(
                format!("与第 {row} 行重复"),
                format!("the same as in row {row}"),
            ),
            Self::Contradicts { row } => told(
                format!("与第 {row} 行同一运单,内容却不一致"),
                format!("row {row} has the same waybill and says something else"),
            ),
            Self::TooManyLines { max } => told(
                format!("一张运单超过 {max} 行,请分开"),
                format!("a waybill has more than {max} lines; split it"),
            ),
            Self::Stopped(text) | Self::PaperWrong(text) => text.clone(),
            Self::NotLookedAt => told(
                format!(
                    "一份表格只核对前 {LOOKED_AT_MAX} 批的召回、封存、保质期和证明,从这一行起有没有核对的"
                ),
                format!(
                    "recalls, holds, shelf life and papers are looked up for {LOOKED_AT_MAX} lots of a file; from this row on there are others"
                ),
            ),
            Self::NotEnough(left) => told(
                format!("本场所这一批只有 {left}"),
                format!("the site has only {left} of this lot"),
            ),
            other => {
                let (zh, en) = plain_words(other);
                Bilingual::new(zh, en)
            }
        }
    }
}

/// What needs no number to be said.
const fn plain_words(what: &What) -> (&'static str, &'static str) {
    match what {
        What::Missing => ("不能为空", "must not be empty"),
        What::UnclearCounty => (
            "县区名称查不到或有重名,请写六位行政区划代码",
            "no county or more than one has this name; write the six digits of its code",
        ),
        What::UnclearCountry => (
            "国别应为两个字母的代码,例如 NZ",
            "a country is two letters, as NZ",
        ),
        What::Unprintable => ("含有不可见字符", "has characters that cannot be seen"),
        What::RoundedNumber => (
            "单元格是被缩短的数值,位数已丢失;请设为文本并重新填写",
            "the cell is a shortened number that lost digits; make it text and fill it in again",
        ),
        What::FailedFormula => (
            "单元格的公式出错,没有值",
            "the formula of the cell failed and has no value",
        ),
        What::SeveralValues => (
            "一个单元格里有用 ║ 隔开的几个值,请每行只写一个",
            "the cell has several values with ║ between; write one a row",
        ),
        What::BadDate => (
            "日期应如 2026-01-05、2026/1/5、2026年1月5日 或 20260105",
            "a date is like 2026-01-05, 2026/1/5 or 20260105",
        ),
        What::BadTime => (
            "时间应如 2026-01-05 08:30",
            "a time is like 2026-01-05 08:30",
        ),
        What::BadQuantity => (
            "数量应如 12.5 或 12.5公斤",
            "a quantity is like 12.5 or 12.5kg",
        ),
        What::ZeroQuantity => ("数量不能为零", "a quantity cannot be nothing"),
        What::TooFine => (
            "数量至多六位小数",
            "a quantity has at most six decimal places",
        ),
        What::UnknownUnit => (
            "不认识的单位,可用:公斤、斤、克、吨、升、毫升、头、件、份",
            "not a unit that is known; these are: kg, g, t, L, mL, head, pieces, portions",
        ),
        What::UnitMissing => (
            "没有单位:写在数量后、单位列或表头括号里",
            "no unit: write it behind the quantity, in a column of units, or in the heading",
        ),
        What::BadTemperature => ("温度应如 4 或 -18.5", "a temperature is like 4 or -18.5"),
        What::CarrierMissing => (
            "承运时请填承运人的统一社会信用代码",
            "say who carries: the carrier's credit code",
        ),
        What::ColourMissing => ("有车牌时请填车牌颜色", "a plate needs its colour"),
        What::UnknownSite => ("没有登记这个场所", "there is no such site"),
        What::OwnSite => ("不能发给本场所", "goods are not sent to where they are"),
        What::NotTheirAgent => (
            "登记里没有委托本主体代办",
            "the registry does not have this party as their agent",
        ),
        What::NotHeld => ("本场所没有这一批", "the site does not hold this lot"),
        What::AlreadyRecorded => ("此前已入账,跳过", "recorded already; left out"),
        What::TotalsRow => ("合计行,跳过", "a row of sums; left out"),
        What::UnknownColumn => (
            "不认识的列,未读",
            "not a column that is known; it is not read",
        ),
        _ => ("有误", "is wrong"),
    }
}
