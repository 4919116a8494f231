//! Trace: from records alone, where a lot came from and where it went.
//!
//! Everything here is computed from the signed bytes of the records at hand, the time each was
//! admitted and the registrations, so that a bundle checked without any server gives the same
//! trace and the same verdict as the node that made it. A quantity whose disclosure is closed is
//! unproven: never valid, never zero.

mod attach;
mod balance;
mod graph;
mod input;
mod line;
mod order;
mod steps;
mod topics;
mod tree;
mod walk;

pub use attach::Attachments;
pub use balance::{Balance, BalanceFault, balance, balance_faults};
pub use graph::{EdgeKind, Graph, Link};
pub use input::{Cut, TraceEntry, TraceInput};
pub use line::{Line, LotKey};
pub use steps::{
    Direction, Edge, Found, Limits, Side, Step, Subject, TRACE_DEPTH_MAX, TRACE_LINES_MAX, Trace,
    TracedLot,
};
pub use topics::{Rests, Topic, topics_of};
pub use tree::{Goods, LegLabel, TreeNode, creation_words, name_of, step_word, tree, type_words};
pub use walk::trace;

#[cfg(test)]
mod tests;
