//! Quantities: disputes that nobody has answered, and balances as far as they are open.

use super::recorded;
use crate::core::custody::{FindingCode, MoveRole};
use crate::core::quantity::Amount;
use crate::core::record::{LineRef, RecordId, RecordType};
use crate::core::text::Bilingual;
use crate::core::trace::{BalanceFault, balance_faults};
use crate::core::verdict::case::Case;
use crate::core::verdict::{Scope, Weight};
use std::collections::BTreeSet;

pub(in crate::core::verdict) fn judge(case: &mut Case<'_>) {
    for (step, entry) in case.steps_of(RecordType::Receive) {
        for finding in &entry.findings {
            if let FindingCode::DisputedQuantity { n, amount, .. } = finding {
                let line = LineRef(step.id, *n);
                if step.lines.contains(&line) {
                    dispute(case, line, *amount, finding);
                }
            }
        }
    }
    match case.scope {
        Scope::Public => case.not_checked.push(Bilingual::new(
            "数量平衡：数量不对公众公开",
            "balances: quantities are not public",
        )),
        Scope::Full => open_quantities(case),
    }
}

fn dispute(case: &mut Case<'_>, line: LineRef, amount: Amount, finding: &FindingCode) {
    let answers: Vec<_> = case
        .graph
        .position(&line)
        .map(|place| case.graph.down(place))
        .unwrap_or_default()
        .iter()
        .filter_map(|link| case.graph.line(link.line))
        .filter(|line| {
            matches!(
                line.role,
                MoveRole::TakenBack | MoveRole::Lost | MoveRole::Destroyed
            )
        })
        .collect();
    let mut evidence: Vec<RecordId> = answers.iter().map(|line| line.at.0).collect();
    evidence.push(line.0);
    let answered = answers.iter().try_fold(Amount::ZERO, |sum, line| {
        line.quantity.and_then(|amount| sum.checked_add(amount))
    });
    let settled = match case.scope {
        Scope::Public => !answers.is_empty(),
        Scope::Full => answered.is_some_and(|answered| answered >= amount) && !answers.is_empty(),
    };
    if settled {
        let text = Bilingual::new(
            "收货时有短少、破损或拒收，发货方已处理",
            "goods were short, damaged or refused at a receipt; the sender has answered",
        );
        case.find(Weight::Note, "dispute_settled", text, &evidence);
        return;
    }
    let text = match case.scope {
        Scope::Public => recorded::disputed(),
        Scope::Full => finding.explain(),
    };
    case.find(Weight::Anomaly, finding.code(), text, &evidence);
}

/// Judges the open quantities; a closed one on the way proves nothing.
fn open_quantities(case: &mut Case<'_>) {
    let mut closed: BTreeSet<RecordId> = BTreeSet::new();
    let mut traced: BTreeSet<LineRef> = BTreeSet::new();
    for step in case.steps() {
        for line in case.lines(step) {
            traced.insert(line.at);
            if line.quantity.is_none() {
                closed.insert(step.id);
            }
        }
    }
    if closed.is_empty() {
        case.checked.push(Bilingual::new(
            "来源链上每一笔的数量不超过其来源",
            "no line on the way moves more than what it draws on",
        ));
    } else {
        let text = Bilingual::new(
            "来源链上有数量未公开，平衡未证实",
            "quantities on the way are closed, so balances are unproven",
        );
        let closed: Vec<RecordId> = closed.into_iter().collect();
        case.find(Weight::Unproven, "quantities_closed", text, &closed);
    }
    for fault in balance_faults(case.graph) {
        let (line, zh, en) = match fault {
            BalanceFault::Overdrawn { credit } => {
                (credit, "出库超过入库", "more was taken out than came in")
            }
            BalanceFault::AcceptedTooMuch { receipt } => {
                (receipt, "收货多于发货", "more was received than sent")
            }
            BalanceFault::ReceivedTwice { sent } => (
                sent,
                "同一发货行收货两次",
                "a dispatch line was received twice",
            ),
            BalanceFault::Mismatch { line } => (
                line,
                "单位或批次与所引用的行不符",
                "unit or lot differs from the line cited",
            ),
        };
        if traced.contains(&line) {
            let text = Bilingual::new(zh, en);
            case.find(Weight::Anomaly, "balance", text, &[line.0]);
        }
    }
}
