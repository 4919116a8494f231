//! A cell of a table, of whatever it is a table.

/// A cell as the file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// A text; white space around it is gone.
    Text(String),
    /// A number with a fraction, in decimal digits as exact as a spreadsheet keeps them.
    Number(String),
    /// A number that a spreadsheet can no longer say exactly.
    Rounded,
    /// A formula that failed.
    Failed,
}
