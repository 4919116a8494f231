//! Lines: the nodes of the graph.

use crate::core::custody::MoveRole;
use crate::core::ids::{LotCode, PartyId, SiteId};
use crate::core::quantity::{Amount, Uom};
use crate::core::record::body::Outcome;
use crate::core::record::{Body, Direction, LineRef, MoveLine, Record, RecordType};
use serde::{Deserialize, Serialize};

/// A lot: its code and its origin line. A code alone may have two origins.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LotKey {
    /// The code.
    pub code: LotCode,
    /// The line that brought the lot into being, or, if the records do not reach so far, the
    /// farthest line that they cite.
    pub origin: LineRef,
}

/// A line that moves goods, read from signed bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its name.
    pub at: LineRef,
    /// Position of its record among the entries of the input.
    pub entry: usize,
    /// What it does.
    pub role: MoveRole,
    /// Its lot.
    pub lot: LotKey,
    /// Whether the records reach the origin of its lot.
    pub origin_known: bool,
    /// Where.
    pub site: Option<SiteId>,
    /// Who says so.
    pub party: PartyId,
    /// Unit.
    pub uom: Uom,
    /// Quantity; none if its disclosure is closed, which leaves it unproven.
    pub quantity: Option<Amount>,
    /// The line it answers.
    pub of: Option<LineRef>,
}

/// What a line does, from the type of its record and its direction; none for a record whose type
/// moves no goods in that direction.
pub(super) fn role(record: &Record, line: &MoveLine) -> Option<MoveRole> {
    use RecordType as T;
    let kind = record.kind();
    match (kind, line.op) {
        (T::Create, Direction::In) => Some(MoveRole::Created),
        (T::Enter, Direction::In) => Some(MoveRole::Entered),
        (T::Transform, Direction::In) => Some(MoveRole::Made),
        (T::Transform, Direction::Out) => Some(MoveRole::Used),
        (T::Receive, Direction::In) => Some(MoveRole::Received),
        (T::Dispatch, Direction::Out) => Some(MoveRole::Sent),
        (T::Sell, Direction::Out) => Some(MoveRole::Sold),
        (T::Dispose, Direction::Out) => Some(MoveRole::Disposed),
        (T::Count, Direction::Out) => Some(MoveRole::CountedOff),
        (T::Settle, op) => settled(record, line.n, op),
        _ => None,
    }
}

fn settled(record: &Record, n: u16, op: Direction) -> Option<MoveRole> {
    let Body::Settle(body) = &record.body else {
        return None;
    };
    let said = body.lines.iter().find(|said| said.n == n)?;
    match (said.outcome, op) {
        (Outcome::TakenBack, Direction::In) => Some(MoveRole::TakenBack),
        (Outcome::Lost, Direction::Out) => Some(MoveRole::Lost),
        (Outcome::Disposed, Direction::Out) => Some(MoveRole::Destroyed),
        _ => None,
    }
}

/// Whether a line of this role brings a lot into being unless it adds to an earlier one.
pub(super) const fn begins_lot(role: MoveRole) -> bool {
    matches!(role, MoveRole::Created | MoveRole::Entered | MoveRole::Made)
}
