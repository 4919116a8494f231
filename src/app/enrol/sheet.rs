//! A file to rows of cells: Excel workbooks and CSV, in whatever encoding Excel writes it. Files
//! come from anywhere, so everything is bounded before it is unpacked, and cell by cell after.

use super::error::RegisterError;
use crate::app::AppError;
use crate::core::enrol::Cell;
use crate::core::imports::Epoch;
use calamine::{DataRef, Reader as _, Xlsx};
use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};
use std::borrow::Cow;
use std::io::{Cursor, Read as _};
use std::path::Path;

/// Bytes of a file.
pub const FILE_BYTES_MAX: usize = 8 * 1024 * 1024;

/// The bytes of the file at `path`; of one that is too long, one byte more than may be, so that it is seen.
///
/// # Errors
/// When the file cannot be read.
pub fn read_file(path: &Path) -> Result<Vec<u8>, AppError> {
    let failed = |cause| AppError::file(path, cause);
    let file = std::fs::File::open(path).map_err(failed)?;
    let max = u64::try_from(FILE_BYTES_MAX).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    let mut file = file.take(max.saturating_add(1));
    file.read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// Bytes of a workbook once it is unpacked.
pub const UNPACKED_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Rows of a register, with those before the header.
pub const ROWS_MAX: u32 = 20_000;

/// Columns of a row.
pub const COLUMNS_MAX: usize = 64;

/// Characters of a cell.
pub const CELL_CHARS_MAX: usize = 2_000;

/// Files in a workbook.
const PARTS_MAX: usize = 1_000;

/// Whole numbers beyond this are not exact in a spreadsheet, which keeps fifteen digits.
const EXACT_MAX: f64 = 999_999_999_999_999.0;

/// A row that is not empty: its number, and its cells with theirs, from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetRow {
    /// Its number in the file, from 1.
    pub number: u32,
    /// Cells that are not empty.
    pub cells: Vec<(usize, Cell)>,
}

/// Reads the rows of a file.
///
/// # Errors
/// What is no workbook and no CSV, and what is beyond a limit.
pub fn read(bytes: &[u8]) -> Result<Vec<SheetRow>, RegisterError> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(RegisterError::FileTooLarge {
            max: FILE_BYTES_MAX,
        });
    }
    match bytes {
        [b'P', b'K', 3, 4, ..] => workbook(bytes),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => Err(RegisterError::OldExcel),
        _ => csv(bytes),
    }
}

/// Rows as they come in, within the limits.
#[derive(Default)]
struct Rows {
    rows: Vec<SheetRow>,
}

impl Rows {
    fn put(&mut self, number: u32, column: usize, cell: Cell) -> Result<(), RegisterError> {
        if number > ROWS_MAX {
            return Err(RegisterError::TooManyRows { max: ROWS_MAX });
        }
        if column >= COLUMNS_MAX {
            return Err(RegisterError::TooManyColumns {
                row: number,
                max: COLUMNS_MAX,
            });
        }
        let cell = match cell {
            Cell::Text(text) if text.len() > CELL_CHARS_MAX.saturating_mul(4) => {
                return Err(RegisterError::CellTooLong {
                    row: number,
                    max: CELL_CHARS_MAX,
                });
            }
            Cell::Text(text) if text.trim().is_empty() => return Ok(()),
            Cell::Text(text) => Cell::Text(text.trim().to_owned()),
            other => other,
        };
        match self.rows.last_mut() {
            Some(last) if last.number == number => last.cells.push((column, cell)),
            _ => self.rows.push(SheetRow {
                number,
                cells: vec![(column, cell)],
            }),
        }
        Ok(())
    }
}

fn unreadable(cause: impl std::fmt::Display) -> RegisterError {
    RegisterError::Unreadable(cause.to_string())
}

fn workbook(bytes: &[u8]) -> Result<Vec<SheetRow>, RegisterError> {
    check_unpacked(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    let names = book.sheet_names();
    let first = names.first().ok_or(RegisterError::NoHeader)?;
    let mut cells = book.worksheet_cells_reader(first).map_err(unreadable)?;
    let mut rows = Rows::default();
    // Cell by cell: two cells at opposite corners would make a table of billions.
    while let Some(found) = cells.next_cell().map_err(unreadable)? {
        let (row, column) = found.get_position();
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if let Some(cell) = cell_of(found.get_value()) {
            rows.put(row.saturating_add(1), column, cell)?;
        }
    }
    Ok(rows.rows)
}

fn cell_of(value: &DataRef<'_>) -> Option<Cell> {
    let text = |text: &str| Some(Cell::Text(text.to_owned()));
    match value {
        DataRef::String(said) => text(said),
        DataRef::SharedString(said) => text(said),
        DataRef::Int(number) => text(&number.to_string()),
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() <= EXACT_MAX => {
            text(&format!("{number:.0}"))
        }
        DataRef::Float(number) => Some(decimal(*number)),
        DataRef::DateTime(when) => {
            let (year, month, day, hour, minute, second, _) = when.to_ymd_hms_milli();
            let date = format!("{year:04}-{month:02}-{day:02}");
            match (hour, minute, second) {
                (0, 0, 0) => text(&date),
                _ => text(&format!("{date} {hour:02}:{minute:02}:{second:02}")),
            }
        }
        DataRef::DateTimeIso(said) => text(said.strip_suffix("T00:00:00").unwrap_or(said)),
        DataRef::Bool(said) => text(&said.to_string()),
        DataRef::Error(_) => Some(Cell::Failed),
        DataRef::DurationIso(_) => Some(Cell::Rounded),
        DataRef::Empty => None,
    }
}

/// From when a workbook counts its days; a CSV file does not say, and is as most are.
#[must_use]
pub fn epoch(bytes: &[u8]) -> Epoch {
    let says_1904 = || {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
        let part = archive.by_name("xl/workbook.xml").ok()?;
        let mut text = Vec::new();
        part.take(UNPACKED_BYTES_MAX).read_to_end(&mut text).ok()?;
        let text = String::from_utf8_lossy(&text).replace('\'', "\"");
        let words = ["date1904=\"1\"", "date1904=\"true\""];
        Some(words.iter().any(|word| text.contains(word)))
    };
    match says_1904() {
        Some(true) => Epoch::Y1904,
        _ => Epoch::Y1900,
    }
}

/// A number with a fraction in the fifteen digits that a spreadsheet keeps and shows: the sum of 0.1 and
/// 0.2 is 0.3 there.
fn decimal(number: f64) -> Cell {
    let shown = format!("{number:.14e}");
    let power = shown
        .split_once('e')
        .and_then(|(_, power)| power.parse().ok());
    let power: i64 = power.unwrap_or(i64::MAX);
    if !number.is_finite() || !(POWER_MIN..FIFTEEN).contains(&power) {
        return Cell::Rounded;
    }
    let places = usize::try_from(FIFTEEN.saturating_sub(1).saturating_sub(power)).unwrap_or(0);
    let text = format!("{number:.places$}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    Cell::Number(text.to_owned())
}

/// Digits that a spreadsheet keeps.
const FIFTEEN: i64 = 15;

/// The least power of ten of a number that is anything in a register.
const POWER_MIN: i64 = -12;

/// Unpacks everything once into nothing, counting: what a file says of its own size is no limit.
fn check_unpacked(bytes: &[u8]) -> Result<(), RegisterError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(unreadable)?;
    let too_large = RegisterError::UnpacksTooLarge {
        max: UNPACKED_BYTES_MAX,
    };
    if archive.len() > PARTS_MAX {
        return Err(too_large);
    }
    let mut left = UNPACKED_BYTES_MAX;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(unreadable)?;
        let mut part = part.take(left.saturating_add(1));
        let unpacked = std::io::copy(&mut part, &mut std::io::sink()).map_err(unreadable)?;
        left = match left.checked_sub(unpacked) {
            Some(left) => left,
            None => return Err(too_large),
        };
    }
    Ok(())
}

fn csv(bytes: &[u8]) -> Result<Vec<SheetRow>, RegisterError> {
    let text = decode(bytes)?;
    let delimiter = delimiter(&text);
    let text = keep_empty_lines(&text, delimiter);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut rows = Rows::default();
    let mut record = csv::StringRecord::new();
    let mut row = 0_u32;
    while reader.read_record(&mut record).map_err(unreadable)? {
        row = row.saturating_add(1);
        for (column, cell) in (0_usize..).zip(&record) {
            rows.put(row, column, Cell::Text(cell.to_owned()))?;
        }
    }
    Ok(rows.rows)
}

/// The text with something in every empty line: a spreadsheet counts them as rows, and the reader
/// would leave them out.
fn keep_empty_lines(text: &str, delimiter: u8) -> String {
    let mut kept = String::with_capacity(text.len());
    let (mut is_quoted, mut is_line_empty) = (false, true);
    for c in text.chars() {
        match c {
            '"' => is_quoted = !is_quoted,
            '\n' if is_line_empty && !is_quoted => kept.push(char::from(delimiter)),
            _ => {}
        }
        if c != '\r' {
            is_line_empty = c == '\n';
            kept.push(c);
        }
    }
    kept
}

/// The text of a file: UTF-8 or UTF-16 with a mark, UTF-8 without, or else GB18030, which Excel
/// writes in China.
fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, RegisterError> {
    let broken = || unreadable("the text is in no encoding that is known");
    let decoded = |encoding: &'static encoding_rs::Encoding, rest: &'_ [u8]| {
        let text = encoding.decode_without_bom_handling_and_without_replacement(rest);
        text.map(|text| Cow::Owned(text.into_owned()))
            .ok_or_else(broken)
    };
    let text = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => {
            Cow::Borrowed(std::str::from_utf8(rest).map_err(|_bad| broken())?)
        }
        [0xFF, 0xFE, rest @ ..] => decoded(UTF_16LE, rest)?,
        [0xFE, 0xFF, rest @ ..] => decoded(UTF_16BE, rest)?,
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_not_utf8) => decoded(GB18030, bytes)?,
        },
    };
    if text.contains('\0') {
        return Err(broken());
    }
    Ok(text)
}

/// What stands between cells: whatever the first line with text has most of.
fn delimiter(text: &str) -> u8 {
    let first = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or("");
    let count = |delimiter: &u8| first.bytes().filter(|byte| byte == delimiter).count();
    let most = [b'\t', b';', b','].into_iter().max_by_key(count);
    most.unwrap_or(b',')
}
