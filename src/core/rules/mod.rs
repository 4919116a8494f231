//! Rules as data: versioned files with a source and validity dates, never constants in code.

pub mod basis;
pub mod bulk_liquid;
// pub mod clocks;
pub mod cold_chain;
pub mod interval;
pub mod paper;
pub mod product;
pub mod workday;
// pub mod yields;
