//! All rows of a file: where its columns are, what each row asks for, and what is wrong.

use super::cell::Epoch;
use super::fault::{Fault, What};
use super::row::{Columns, Reader};
use super::table::{Column, File, begins_totals, unit_in_heading};
use super::wish::{Doing, Shipment, Wish};
use crate::core::enrol::Cell;
use crate::core::record::limits::MOVES_MAX;
use crate::core::text::{Bilingual, Explain};
use std::collections::BTreeMap;

/// Rows of goods in one file.
pub const ROWS_MAX: u32 = 5_000;

/// Faults and notices that are told at most; there may be more.
pub const FAULTS_MAX: usize = 1_000;

/// Rows among which the headings are looked for: above them may be a title.
const HEADING_ROWS_MAX: usize = 10;

/// Columns that make a row one of headings.
const HEADINGS_MIN: usize = 3;

/// Lines of one dispatch: as many as its record has room for.
const LINES_MAX: usize = if MOVES_MAX < 200 { MOVES_MAX } else { 200 };

/// A row that is not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowRead {
    /// Its number in the file, from 1.
    pub number: u32,
    /// Cells that are not empty, with their places from 0.
    pub cells: Vec<(usize, Cell)>,
}

/// Why a file is no table of this kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoTable {
    /// No row has the headings.
    #[error("no headings in the first rows; a template has them")]
    NoHeadings,
    /// A column that has to be there is not.
    #[error("the column {} is missing", .0.name().en)]
    NoColumn(Column),
    /// A column is there twice.
    #[error("the column {} is there twice", .0.name().en)]
    ColumnTwice(Column),
    /// Too many rows.
    #[error("the file has more than {ROWS_MAX} rows; split it")]
    TooManyRows,
}

impl Explain for NoTable {
    fn code(&self) -> &'static str {
        match self {
            Self::TooManyRows => "table_too_long",
            _ => "bad_table",
        }
    }

    fn explain(&self) -> Bilingual {
        let zh = match self {
            Self::NoHeadings => "前几行中找不到表头,可先取模板".to_owned(),
            Self::NoColumn(column) => format!("缺少“{}”列", column.zh()),
            Self::ColumnTwice(column) => format!("“{}”列出现两次", column.zh()),
            Self::TooManyRows => format!("超过 {ROWS_MAX} 行,请分成几个文件"),
        };
        Bilingual::new(zh, self.to_string())
    }
}

/// What a file asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// Rows of goods.
    pub rows: u32,
    /// What they ask for, in the order of the file.
    pub wishes: Vec<Wish>,
    /// What is wrong and what is worth knowing, the first of it.
    pub faults: Vec<Fault>,
    /// How much is wrong in all.
    pub wrong: u32,
}

impl Plan {
    /// Whether nothing is wrong.
    #[must_use]
    pub const fn is_sound(&self) -> bool {
        self.wrong == 0
    }

    /// A plan of nothing but faults, of so many rows.
    #[must_use]
    pub fn of_faults(rows: usize, faults: Vec<Fault>) -> Self {
        let mut plan = Self {
            rows: u32::try_from(rows).unwrap_or(u32::MAX),
            ..Self::default()
        };
        faults.into_iter().for_each(|fault| plan.tell(fault));
        plan
    }

    pub(super) fn tell(&mut self, fault: Fault) {
        if !fault.what.is_notice() {
            self.wrong = self.wrong.saturating_add(1);
        }
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(fault);
        }
    }

    /// Puts what is told into the order of rows.
    pub(super) fn sort(&mut self) {
        self.faults.sort_by_key(|fault| (fault.row, fault.place));
    }
}

/// Reads a file.
///
/// # Errors
/// [`NoTable`] if it has not the headings of such a file, or too many rows.
pub fn read(file: File, rows: &[RowRead], epoch: Epoch) -> Result<Plan, NoTable> {
    let mut plan = Plan::default();
    let (columns, first) = headings(file, rows, &mut plan)?;
    let mut doings: Vec<Doing> = Vec::new();
    let mut shipments: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows.iter().skip(first) {
        if is_left_out(row, &mut plan) {
            continue;
        }
        plan.rows = plan.rows.saturating_add(1);
        if plan.rows > ROWS_MAX {
            return Err(NoTable::TooManyRows);
        }
        let mut reader = Reader {
            file,
            row,
            columns: &columns,
            epoch,
            faults: Vec::new(),
        };
        let doing = match file {
            File::Lots => reader.lot().map(Doing::Lot),
            File::Enter => reader.entry().map(Doing::Entry),
            File::Shipments => reader.shipment().map(Doing::Shipment),
            File::Sales => reader.sale().map(Doing::Sale),
        };
        let place_of = |field: &str| reader.place(field);
        let (waybill_at, lot_at) = (place_of("waybill"), place_of("lot"));
        for fault in reader.faults {
            plan.tell(fault);
        }
        let complain = |place: Option<usize>, field: &str, what: What| Fault {
            row: row.number,
            place,
            column: file.column(field),
            what,
        };
        match doing {
            Some(Doing::Shipment(one)) => {
                let key = one.waybill.to_string();
                let at = shipments.get(&key).and_then(|at| doings.get_mut(*at));
                match at {
                    Some(Doing::Shipment(there)) => {
                        if let Some(what) = joined(there, one) {
                            plan.tell(complain(waybill_at, "waybill", what));
                        }
                    }
                    _ => {
                        shipments.insert(key, doings.len());
                        doings.push(Doing::Shipment(one));
                    }
                }
            }
            Some(begun @ (Doing::Lot(_) | Doing::Entry(_))) => {
                let code = begun.lines().first().map(|line| line.lot.to_string());
                let earlier = code.and_then(|code| shipments.insert(code, doings.len()));
                let earlier = earlier.and_then(|at| doings.get(at)?.rows().first().copied());
                if let Some(row) = earlier {
                    plan.tell(complain(lot_at, "lot", What::DuplicateInFile { row }));
                }
                doings.push(begun);
            }
            Some(sale @ Doing::Sale(_)) => doings.push(sale),
            None => {}
        }
    }
    plan.wishes = named(doings);
    plan.faults.sort_by_key(|fault| (fault.row, fault.place));
    Ok(plan)
}

/// Puts a line to those of its waybill, unless it says something else of the shipment.
fn joined(there: &mut Shipment, one: Shipment) -> Option<What> {
    let row = there.lines.first().map_or(0, |line| line.row);
    let whom = |shipment: &Shipment| shipment.lines.first().and_then(|line| line.for_whom);
    let is_same = there.consignee == one.consignee && there.body == one.body;
    if !is_same || whom(there) != whom(&one) {
        return Some(What::Contradicts { row });
    }
    if there.lines.len() >= LINES_MAX {
        return Some(What::TooManyLines { max: LINES_MAX });
    }
    there.lines.extend(one.lines);
    None
}

/// Gives each its name; what a file says twice has two.
fn named(doings: Vec<Doing>) -> Vec<Wish> {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    let name = |doing: Doing| {
        let time = times.entry(doing.key(0)).or_default();
        *time = time.saturating_add(1);
        Wish {
            key: doing.key(*time),
            doing,
        }
    };
    doings.into_iter().map(name).collect()
}

/// Rows that are not of goods: sums, which are told, and remarks.
fn is_left_out(row: &RowRead, plan: &mut Plan) -> bool {
    let Some((place, Cell::Text(text))) = row.cells.first() else {
        return row.cells.is_empty();
    };
    if begins_totals(text) {
        plan.tell(Fault {
            row: row.number,
            place: Some(*place),
            column: None,
            what: What::TotalsRow,
        });
        return true;
    }
    text.starts_with('#')
}

/// Where the columns are, and how many rows stand above those of goods.
fn headings(file: File, rows: &[RowRead], plan: &mut Plan) -> Result<(Columns, usize), NoTable> {
    let looked_at = rows.iter().take(HEADING_ROWS_MAX).enumerate();
    let mut candidates = looked_at.map(|(at, row)| (at, row, known_in(file, row)));
    let found = candidates.find(|(_, _, known)| known.len() >= HEADINGS_MIN);
    let (at, row, mut places) = found.ok_or(NoTable::NoHeadings)?;
    let mut texts: Vec<(u32, &(usize, Cell))> =
        row.cells.iter().map(|cell| (row.number, cell)).collect();
    let mut first = at.saturating_add(1);
    // Under a heading that spans several columns stand theirs.
    if let Some(below) = rows.get(first) {
        let known = known_in(file, below);
        if !known.is_empty() && known.len() == below.cells.len() {
            places.retain(|(place, _, _)| !known.iter().any(|(other, _, _)| other == place));
            texts.retain(|(_, (place, _))| !known.iter().any(|(other, _, _)| other == place));
            places.extend(known);
            first = first.saturating_add(1);
        }
    }
    let mut columns = Columns::default();
    for (place, column, unit) in places {
        if columns.found.iter().any(|(_, other)| *other == column) {
            return Err(NoTable::ColumnTwice(column));
        }
        columns.unit = columns.unit.or(unit);
        columns.found.push((place, column));
    }
    let is_there = |column: &Column| columns.found.iter().any(|(_, other)| other == column);
    if let Some(column) = file
        .columns()
        .find(|column| column.is_needed_in(file) && !is_there(column))
    {
        return Err(NoTable::NoColumn(column));
    }
    for (row, (place, cell)) in texts {
        let is_known = columns.found.iter().any(|(at, _)| at == place);
        if !is_known && matches!(cell, Cell::Text(_)) {
            plan.tell(Fault {
                row,
                place: Some(*place),
                column: None,
                what: What::UnknownColumn,
            });
        }
    }
    Ok((columns, first))
}

/// A place, the column there, and the unit that its heading names.
type Heading = (usize, Column, Option<&'static super::table::Unit>);

fn known_in(file: File, row: &RowRead) -> Vec<Heading> {
    let known = |(place, cell): &(usize, Cell)| {
        let Cell::Text(text) = cell else {
            return None;
        };
        if let Some(column) = file.column_of(text) {
            return Some((*place, column, None));
        }
        let (name, unit) = unit_in_heading(text)?;
        Some((*place, file.column_of(&name)?, Some(unit)))
    };
    row.cells.iter().filter_map(known).collect()
}
