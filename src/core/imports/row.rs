//! One row: cells to values, with a fault for each that cannot be read.

use super::cell::{Epoch, date_of, degrees_of, half_width, is_shortened, quantity_of};
use super::fault::{Fault, What};
use super::read::RowRead;
use super::table::{Column, File, Unit};
use super::wish::Line;
use crate::core::enrol::{Cell, county_named};
use crate::core::ids::{Division, IdError, LotCode, PartyId};
use crate::core::quantity::{Amount, SignedDecimal, Uom};
use crate::core::record::words::Words;
use crate::core::time::ChinaDate;

/// What separates values that exports of provinces put into one cell.
const BETWEEN_VALUES: char = '║';

/// What people put between words of a list.
const BETWEEN_WORDS: [char; 9] = ['、', ',', '，', ';', '；', '/', '\n', '+', '|'];

/// Where the columns of a file are.
#[derive(Debug, Default)]
pub(super) struct Columns {
    /// Places and what stands there.
    pub found: Vec<(usize, Column)>,
    /// The unit that the heading of the quantity names.
    pub unit: Option<&'static Unit>,
}

/// Reads the cells of a row.
pub(super) struct Reader<'a> {
    pub file: File,
    pub row: &'a RowRead,
    pub columns: &'a Columns,
    pub epoch: Epoch,
    pub faults: Vec<Fault>,
}

impl<'a> Reader<'a> {
    /// Where a field stands.
    pub fn place(&self, field: &str) -> Option<usize> {
        let mut found = self.columns.found.iter();
        found.find_map(|(place, column)| (column.field() == field).then_some(*place))
    }

    pub fn fault(&mut self, field: &str, what: What) {
        self.faults.push(Fault {
            row: self.row.number,
            place: self.place(field),
            column: self.file.column(field),
            what,
        });
    }

    fn cell(&self, field: &str) -> Option<&'a Cell> {
        let place = self.place(field)?;
        let mut cells = self.row.cells.iter();
        cells.find_map(|(at, cell)| (*at == place).then_some(cell))
    }

    /// The text of a cell, if it has one that can be relied on.
    pub fn text(&mut self, field: &str) -> Option<&'a str> {
        let is_numbered = self.file.column(field).is_some_and(Column::is_numbered);
        let what = match self.cell(field)? {
            Cell::Text(text) if text.contains(BETWEEN_VALUES) => What::SeveralValues,
            Cell::Text(text) if is_numbered && is_shortened(&half_width(text)) => {
                What::RoundedNumber
            }
            Cell::Text(text) => return Some(text),
            Cell::Number(text) if !is_numbered => return Some(text),
            Cell::Number(_) | Cell::Rounded => What::RoundedNumber,
            Cell::Failed => What::FailedFormula,
        };
        self.fault(field, what);
        None
    }

    /// Says so of a cell that is empty and must not be. What is wrong with one that is not, is said when it is read.
    pub fn needed(&mut self, field: &str) {
        if self.cell(field).is_none() {
            self.fault(field, What::Missing);
        }
    }

    /// Words of a limited length, as they stand there.
    pub fn words<const MAX: usize>(&mut self, field: &str) -> Option<Words<MAX>> {
        let text = self.text(field)?;
        let read = Words::new(text);
        if read.is_none() {
            let is_long = text.chars().count() > MAX;
            let what = if is_long {
                What::TooLong { max: MAX }
            } else {
                What::Unprintable
            };
            self.fault(field, what);
        }
        read
    }

    /// What a value is read as, or the fault that it is.
    pub fn read<T>(
        &mut self,
        field: &str,
        read: impl FnOnce(&str) -> Result<T, What>,
    ) -> Option<T> {
        let text = self.text(field)?;
        read(text).map_err(|what| self.fault(field, what)).ok()
    }

    /// An identifier; its spelling is that of the paper, in half width.
    pub fn id<T>(
        &mut self,
        field: &str,
        parse: impl FnOnce(&str) -> Result<T, IdError>,
    ) -> Option<T> {
        self.read(field, |text| {
            parse(&half_width(text)).map_err(What::Identifier)
        })
    }

    /// One of the words for a column.
    pub fn choice(&mut self, field: &str) -> Option<&'static str> {
        let column = self.file.column(field)?;
        self.read(field, |text| {
            let unknown = || What::UnknownWord(column.choices());
            column.choice(text).ok_or_else(unknown)
        })
    }

    /// Several of the words for a column, each once.
    pub fn choices(&mut self, field: &str) -> Option<Vec<&'static str>> {
        let column = self.file.column(field)?;
        self.read(field, |text| {
            let mut found = Vec::new();
            let words = text
                .split(BETWEEN_WORDS)
                .filter(|word| !word.trim().is_empty());
            for word in words {
                let code = column.choice(word);
                let code = code.ok_or_else(|| What::UnknownWord(column.choices()))?;
                if !found.contains(&code) {
                    found.push(code);
                }
            }
            Ok(found)
        })
    }

    pub fn date(&mut self, field: &str) -> Option<ChinaDate> {
        let epoch = self.epoch;
        let (date, is_serial) = self.read(field, |text| date_of(text, epoch))?;
        if is_serial {
            self.fault(field, What::SerialDate(date.to_string()));
        }
        Some(date)
    }

    pub fn degrees(&mut self, field: &str) -> Option<SignedDecimal> {
        self.read(field, |text| degrees_of(text).ok_or(What::BadTemperature))
    }

    pub fn county(&mut self, field: &str) -> Option<Division> {
        self.read(field, |text| {
            let text = half_width(text);
            match text.chars().all(|c| c.is_ascii_digit()) {
                true => Division::parse(&text).map_err(What::Identifier),
                false => county_named(&text).ok_or(What::UnclearCounty),
            }
        })
    }

    /// The lot and how much of it: a code without a slash is one of the site's own.
    pub fn line(&mut self) -> Option<Line> {
        self.needed("lot");
        let lot = self.id("lot", |text| match text.contains('/') {
            true => LotCode::parse(text),
            false => LotCode::own(text),
        });
        let quantity = self.quantity();
        let for_whom = self.id("on_behalf_of", PartyId::parse);
        let (lot, (amount, uom)) = lot.zip(quantity)?;
        Some(Line {
            row: self.row.number,
            lot_at: self.place("lot"),
            quantity_at: self.place("quantity"),
            lot,
            amount,
            uom,
            for_whom: for_whom.map(|party| (party, self.place("on_behalf_of"))),
        })
    }

    fn quantity(&mut self) -> Option<(Amount, Option<Uom>)> {
        self.needed("quantity");
        let read = self.read("quantity", quantity_of);
        let in_column = self.read("uom", |text| {
            super::table::unit_of(text).ok_or(What::UnknownUnit)
        });
        if in_column.is_none() && self.cell("uom").is_some() {
            return None;
        }
        let (amount, unit) = read?;
        // What stands nearest to the number says it.
        match unit.or(in_column).or(self.columns.unit) {
            None => Some((amount, None)),
            Some(unit) => match times(amount, unit.per) {
                Some(amount) => Some((amount, Some(unit.uom))),
                None => {
                    self.fault("quantity", What::TooFine);
                    None
                }
            },
        }
    }
}

/// The product, if it is exact.
pub(super) fn times(amount: Amount, by: Amount) -> Option<Amount> {
    let product = i128::from(amount.micro()).checked_mul(i128::from(by.micro()))?;
    let is_exact = product % 1_000_000 == 0;
    let micro = i64::try_from(product / 1_000_000).ok()?;
    is_exact.then(|| Amount::from_micro(micro)).flatten()
}
