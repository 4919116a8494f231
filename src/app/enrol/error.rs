//! Why a file is not read as a register at all.

use crate::core::enrol::Column;
use crate::core::imports::NoTable;
use crate::core::text::{Bilingual, Explain};

/// Why a file is no register, or is beyond a limit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegisterError {
    /// The file is too large.
    #[error("the file has more than {max} bytes")]
    FileTooLarge {
        /// Bytes allowed.
        max: usize,
    },
    /// The workbook unpacks to too much.
    #[error("the workbook unpacks to more than {max} bytes")]
    UnpacksTooLarge {
        /// Bytes allowed.
        max: u64,
    },
    /// There are too many rows.
    #[error("the register has more than {max} rows; split it")]
    TooManyRows {
        /// Rows allowed.
        max: u32,
    },
    /// A row has too many columns.
    #[error("row {row} has more than {max} columns")]
    TooManyColumns {
        /// Which row.
        row: u32,
        /// Columns allowed.
        max: usize,
    },
    /// A cell is too long to be anything in a register.
    #[error("row {row} has a cell of more than {max} characters")]
    CellTooLong {
        /// Which row.
        row: u32,
        /// Characters allowed.
        max: usize,
    },
    /// Excel's format before 2007.
    #[error("this is Excel's format before 2007; save it as .xlsx or .csv")]
    OldExcel,
    /// It can be read neither as a workbook nor as text.
    #[error("neither an Excel workbook nor a CSV file: {0}")]
    Unreadable(String),
    /// No row has the names of the columns.
    #[error("no header with the columns that a register needs is in the first rows")]
    NoHeader,
    /// A column that must be there is not.
    #[error("the column {} is missing", .0.code())]
    NoColumn(Column),
    /// No table of what is imported.
    #[error(transparent)]
    Table(#[from] NoTable),
    /// A column is there twice.
    #[error("the column {} is there twice", .0.code())]
    ColumnTwice(Column),
}

impl Explain for RegisterError {
    fn code(&self) -> &'static str {
        match self {
            Self::FileTooLarge { .. } => "body_too_large",
            Self::Table(cause) => cause.code(),
            _ => "bad_register",
        }
    }

    fn explain(&self) -> Bilingual {
        let zh = match self {
            Self::Table(cause) => return cause.explain(),
            Self::FileTooLarge { max } => format!("文件超过 {max} 字节"),
            Self::UnpacksTooLarge { max } => format!("工作簿解压后超过 {max} 字节"),
            Self::TooManyRows { max } => format!("超过 {max} 行,请分成几个文件"),
            Self::TooManyColumns { row, max } => format!("第 {row} 行超过 {max} 列"),
            Self::CellTooLong { row, max } => format!("第 {row} 行有单元格超过 {max} 个字符"),
            Self::OldExcel => "这是 2007 年以前的 Excel 格式,请另存为 .xlsx 或 .csv".to_owned(),
            Self::Unreadable(_) => "既不是 Excel 工作簿,也不是 CSV 文件".to_owned(),
            Self::NoHeader => "前几行中找不到表头".to_owned(),
            Self::NoColumn(column) => format!("缺少“{}”列", column.zh()),
            Self::ColumnTwice(column) => format!("“{}”列出现两次", column.zh()),
        };
        Bilingual::new(zh, self.to_string())
    }
}
