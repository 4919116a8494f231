//! Rules as data: versioned files with a source and validity dates, never constants in code.
