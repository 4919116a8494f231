//! Shelf life: goods that are only split or relabelled keep the date they had; what is made of them
//! anew may keep longer, and so may what is cut or packed, since a new pack can be a better one.

use super::Case;
use crate::core::custody::effects::{Effects, MoveFacts};
use crate::core::custody::finding::FindingCode;
use crate::core::custody::refusal::Refusal;
use crate::core::record::body::{LotInfo, Transform};
use crate::core::rules::production;
use crate::core::rules::yields::Operation;
use crate::core::time::ChinaDate;

/// Compares the shelf life of what comes out with the earliest end among what went in.
pub(super) fn judge(
    case: &Case<'_>,
    body: &Transform,
    inputs: &[MoveFacts],
    effects: &mut Effects,
) -> Result<(), Refusal> {
    let of_input = |line: &MoveFacts| {
        let lot = case.state.lots.get(&line.lot);
        lot.and_then(|lot| lot.best_before)
    };
    let Some(earliest) = inputs.iter().filter_map(of_input).min() else {
        return Ok(());
    };
    if !makes_anew(body.operation) {
        return refuse_longer(body, earliest);
    }
    let latest = body.lots.iter().filter_map(|lot| lot.best_before).max();
    let longer = latest.map_or(0, |latest| latest.days_since(earliest));
    let days = u64::try_from(longer).unwrap_or(0);
    if let Some(rule) = production::unusual_shelf_life(body.operation, days, case.today()) {
        let reference = rule.basis.reference;
        case.find(effects, FindingCode::LongerShelfLife { reference, days });
    }
    Ok(())
}

/// Whether the operation changes the goods or their pack rather than their label or code.
const fn makes_anew(operation: Operation) -> bool {
    match operation {
        Operation::Relabel | Operation::Split => false,
        Operation::Slaughter
        | Operation::Cut
        | Operation::Pack
        | Operation::Mix
        | Operation::Cook
        | Operation::Process => true,
    }
}

/// A later date, or none in place of one, is forged however it is written.
fn refuse_longer(body: &Transform, earliest: ChinaDate) -> Result<(), Refusal> {
    let longer = |lot: &LotInfo| lot.best_before.is_none_or(|date| date > earliest);
    if !body.lots.iter().any(longer) {
        return Ok(());
    }
    let (zh, en) = match body.operation {
        Operation::Relabel => ("改标延长保质期", "relabelling that lengthens shelf life"),
        _ => ("拆分后延长保质期", "splitting that lengthens shelf life"),
    };
    Err(Refusal::ExpressBan {
        zh,
        en,
        basis: "食品安全法 34",
    })
}
