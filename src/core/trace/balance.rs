//! The balance of a lot: brought in = held + in transit + disputed + used + sold + disposed.

use super::graph::Graph;
use super::line::{Line, LotKey};
use crate::core::custody::MoveRole;
use crate::core::quantity::{Amount, Uom};
use crate::core::record::LineRef;
use serde::Serialize;
use std::collections::HashMap;

/// Where the goods of a lot are, as far as the records at hand say. Only with every line of the
/// lot at hand is it the balance of the whole lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Balance {
    /// Unit of the lot; none if no line is at hand.
    pub uom: Option<Uom>,
    /// Created, entered or made.
    pub brought_in: Amount,
    /// At some site.
    pub held: Amount,
    /// Sent, not yet received.
    pub in_transit: Amount,
    /// Short, damaged or refused, not yet settled.
    pub disputed: Amount,
    /// Used in a transformation.
    pub used: Amount,
    /// Sold.
    pub sold: Amount,
    /// Disposed of, lost, destroyed, or missing at a stocktake.
    pub disposed: Amount,
    /// A quantity is closed or a cited line is not at hand, so the figures prove nothing.
    pub unproven: bool,
}

impl Balance {
    /// Whether what was brought in is all accounted for.
    #[must_use]
    pub fn is_even(&self) -> bool {
        let parts = [
            self.held,
            self.in_transit,
            self.disputed,
            self.used,
            self.sold,
            self.disposed,
        ];
        let sum = parts
            .into_iter()
            .try_fold(Amount::ZERO, |sum, part| sum.checked_add(part));
        sum == Some(self.brought_in)
    }
}

/// Sums over millionths, which cannot overflow for as many lines as a trace has.
#[derive(Default)]
struct Sums {
    uom: Option<Uom>,
    mixed: bool,
    brought_in: i128,
    held: i128,
    in_transit: i128,
    disputed: i128,
    used: i128,
    sold: i128,
    disposed: i128,
    closed: bool,
}

impl Sums {
    fn take(&mut self, graph: &Graph<'_>, position: usize, line: &Line) {
        let Some(amount) = line.quantity else {
            self.closed = true;
            return;
        };
        self.mixed |= self.uom.is_some_and(|uom| uom != line.uom);
        self.uom = Some(line.uom);
        self.closed |= !line.origin_known;
        let micro = i128::from(amount.micro());
        match line.role {
            MoveRole::Created | MoveRole::Entered | MoveRole::Made => {
                self.brought_in += micro;
                self.held += micro;
            }
            MoveRole::Received => self.receive(graph, position, micro),
            MoveRole::TakenBack => {
                self.settle(graph, position, micro);
                self.held += micro;
            }
            MoveRole::Sent => {
                self.held -= micro;
                self.in_transit += micro;
            }
            MoveRole::Used => {
                self.held -= micro;
                self.used += micro;
            }
            MoveRole::Sold => {
                self.held -= micro;
                self.sold += micro;
            }
            MoveRole::Disposed | MoveRole::CountedOff => {
                self.held -= micro;
                self.disposed += micro;
            }
            MoveRole::Lost | MoveRole::Destroyed => {
                self.settle(graph, position, micro);
                self.disposed += micro;
            }
        }
    }

    /// A settlement answers what a receipt disputed or, where nobody received the goods, what is on
    /// the way.
    fn settle(&mut self, graph: &Graph<'_>, position: usize, micro: i128) {
        let answered = graph.up(position).first();
        match answered.and_then(|link| graph.line(link.line)) {
            Some(line) if line.role == MoveRole::Sent => self.in_transit -= micro,
            _ => self.disputed -= micro,
        }
    }

    /// A receipt takes the whole dispatch line out of transit; what was not accepted is disputed.
    fn receive(&mut self, graph: &Graph<'_>, position: usize, micro: i128) {
        let sent = graph.up(position).first();
        let sent = sent.and_then(|link| graph.line(link.line)?.quantity);
        let Some(sent) = sent else {
            self.closed = true;
            return;
        };
        let sent = i128::from(sent.micro());
        self.in_transit -= sent;
        self.held += micro;
        self.disputed += sent - micro;
    }
}

/// The balance of one lot over the lines at hand.
#[must_use]
pub fn balance(graph: &Graph<'_>, lot: &LotKey) -> Balance {
    let mut sums = Sums::default();
    for (position, line) in graph.lines().iter().enumerate() {
        if line.lot == *lot {
            sums.take(graph, position, line);
        }
    }
    let mut off = sums.closed || sums.mixed;
    let mut amount = |micro: i128| {
        let found = i64::try_from(micro).ok().and_then(Amount::from_micro);
        off |= found.is_none();
        found.unwrap_or(Amount::ZERO)
    };
    let mut balance = Balance {
        uom: sums.uom,
        brought_in: amount(sums.brought_in),
        held: amount(sums.held),
        in_transit: amount(sums.in_transit),
        disputed: amount(sums.disputed),
        used: amount(sums.used),
        sold: amount(sums.sold),
        disposed: amount(sums.disposed),
        unproven: false,
    };
    balance.unproven = off;
    balance
}

/// Open quantities that cannot all be true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum BalanceFault {
    /// More was taken out of a credit than it brought in.
    Overdrawn {
        /// The credit.
        credit: LineRef,
    },
    /// More was accepted of a dispatch line than was sent.
    AcceptedTooMuch {
        /// The receipt line.
        receipt: LineRef,
    },
    /// A dispatch line was received twice.
    ReceivedTwice {
        /// The dispatch line.
        sent: LineRef,
    },
    /// A line has another unit or another lot code than the line it answers.
    Mismatch {
        /// The line.
        line: LineRef,
    },
}

/// Every contradiction between open quantities, lots and units of the lines at hand. None of
/// them is proof that a lot's balance is right: lines may be missing.
#[must_use]
pub fn balance_faults(graph: &Graph<'_>) -> Vec<BalanceFault> {
    let mut faults = Vec::new();
    let mut drawn: HashMap<usize, i128> = HashMap::new();
    for (position, line) in graph.lines().iter().enumerate() {
        let parent = graph.up(position).iter().find_map(|link| {
            let parent = graph.line(link.line)?;
            (line.of == Some(parent.at)).then_some((link.line, parent))
        });
        let Some((place, parent)) = parent else {
            continue;
        };
        if parent.uom != line.uom || parent.lot.code != line.lot.code {
            faults.push(BalanceFault::Mismatch { line: line.at });
        }
        match (line.role, line.quantity, parent.quantity) {
            (MoveRole::Received, accepted, sent) => {
                let first = graph.down(place).first().map(|link| link.line);
                if first.is_some_and(|first| first != position) {
                    faults.push(BalanceFault::ReceivedTwice { sent: parent.at });
                }
                if accepted.zip(sent).is_some_and(|(took, sent)| took > sent) {
                    faults.push(BalanceFault::AcceptedTooMuch { receipt: line.at });
                }
            }
            (role, Some(amount), Some(_)) if !role.is_credit() && parent.role.is_credit() => {
                let settles = matches!(role, MoveRole::Lost | MoveRole::Destroyed);
                if !settles {
                    *drawn.entry(place).or_default() += i128::from(amount.micro());
                }
            }
            _ => {}
        }
    }
    for (place, sum) in drawn {
        let credit = graph.line(place);
        let held = credit.and_then(|line| line.quantity);
        if let (Some(credit), Some(held)) = (credit, held)
            && sum > i128::from(held.micro())
        {
            faults.push(BalanceFault::Overdrawn { credit: credit.at });
        }
    }
    faults.sort_by_key(|fault| format!("{fault:?}"));
    faults
}
