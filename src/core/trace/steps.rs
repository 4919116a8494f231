//! What a trace is: what it begins with, the steps it reaches, the edges between them.

use super::graph::EdgeKind;
use super::input::Cut;
use super::line::LotKey;
use crate::core::ids::{LotCode, SiteId};
use crate::core::quantity::{Amount, Uom};
use crate::core::record::{LineRef, RecordId, RecordType};
use serde::{Deserialize, Serialize};

/// Most steps a trace goes in one direction.
pub const TRACE_DEPTH_MAX: u32 = 256;

/// Most lines of a trace.
pub const TRACE_LINES_MAX: u32 = 50_000;

/// What is traced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// The lot's code.
    pub lot: LotCode,
    /// The record that brought it into being, where a code has two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<RecordId>,
    /// Where: only the goods of the lot that came to this site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<SiteId>,
}

/// Which way to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// To where it came from 溯源.
    Back,
    /// To where it went 追踪.
    Forward,
    /// Both.
    Both,
}

/// How far to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Steps in one direction.
    pub depth_max: u32,
    /// Lines in all.
    pub lines_max: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth_max: TRACE_DEPTH_MAX,
            lines_max: TRACE_LINES_MAX,
        }
    }
}

/// On which side of the subject a step lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// It came from there.
    Back,
    /// The subject itself.
    Start,
    /// It went there.
    Forward,
}

/// Whether there is anything to trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// The lot is there, and at the site if one was named.
    Here,
    /// The lot is on its way to the site: sent, not yet received.
    InTransit,
    /// The lot is known, but no record says that it came to the site; its origin is traced.
    NotAtSite,
    /// No record brings such a lot into being.
    Nowhere,
}

/// A record of the trace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The record.
    pub id: RecordId,
    /// Position of its entry in the input.
    #[serde(skip)]
    pub place: usize,
    /// Its type.
    pub kind: RecordType,
    /// On which side.
    pub side: Side,
    /// Steps from the subject, by the longest way.
    pub depth: u32,
    /// Those of its lines that belong to the trace.
    pub lines: Vec<LineRef>,
    /// Legs of a dispatch: pick-up, readings, change of vehicle, delivery.
    pub legs: Vec<RecordId>,
}

/// An edge of the trace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Edge {
    /// The earlier line.
    pub from: LineRef,
    /// The later line.
    pub to: LineRef,
    /// What the edge says.
    pub kind: EdgeKind,
    /// How much went along it; none if closed.
    pub quantity: Option<Amount>,
    /// Unit.
    pub uom: Uom,
}

/// A lot that the subject is, or was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TracedLot {
    /// The lot.
    pub lot: LotKey,
    /// Whether it is an earlier lot that the subject was made from.
    pub ancestor: bool,
}

/// Where a lot came from, where it went, or both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trace {
    /// What was traced.
    pub subject: Subject,
    /// Which way.
    pub direction: Direction,
    /// Whether there was anything.
    pub found: Found,
    /// The lines it began with.
    pub starts: Vec<LineRef>,
    /// The records reached, causes before their consequences.
    pub steps: Vec<Step>,
    /// The edges between lines of the trace.
    pub edges: Vec<Edge>,
    /// The lot itself and those it was made from.
    pub lots: Vec<TracedLot>,
    /// Why the trace is not all there is, if it is not.
    pub cut: Option<Cut>,
}

impl Trace {
    /// The steps that lead to the subject, the subject's own among them.
    pub fn upstream(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| step.side != Side::Forward)
    }
}
