//! Dates on labels: goods that are only split or relabelled keep the production date and the shelf
//! life they had; what is made of them anew may keep longer, and so may what is cut or packed, since
//! a new pack can be a better one.

use super::Case;
use crate::core::custody::effects::{Effects, MoveFacts};
use crate::core::custody::finding::FindingCode;
use crate::core::custody::refusal::Refusal;
use crate::core::record::body::{LotInfo, Transform};
use crate::core::rules::production;
use crate::core::rules::yields::Operation;
use crate::core::time::ChinaDate;

/// Compares the dates of what comes out with the earliest among what went in.
pub(super) fn judge(
    case: &Case<'_>,
    body: &Transform,
    inputs: &[MoveFacts],
    effects: &mut Effects,
) -> Result<(), Refusal> {
    let lots = || {
        inputs
            .iter()
            .filter_map(|line| case.state.lots.get(&line.lot))
    };
    if !makes_anew(body.operation) {
        refuse_newer(body, lots().map(|lot| lot.made_on).min())?;
    }
    let Some(earliest) = lots().filter_map(|lot| lot.best_before).min() else {
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
    Err(forged(match body.operation {
        Operation::Relabel => ("改标延长保质期", "relabelling that lengthens shelf life"),
        _ => ("拆分后延长保质期", "splitting that lengthens shelf life"),
    }))
}

/// Goods that nobody made anew were made when they were made; a later day is forged, with or without
/// a shelf life reckoned from it.
fn refuse_newer(body: &Transform, earliest: Option<ChinaDate>) -> Result<(), Refusal> {
    let newer = |lot: &LotInfo| earliest.is_some_and(|earliest| lot.made_on > earliest);
    if !body.lots.iter().any(newer) {
        return Ok(());
    }
    Err(forged(match body.operation {
        Operation::Relabel => (
            "改标更改生产日期",
            "relabelling that renews the production date",
        ),
        _ => (
            "拆分后更改生产日期",
            "splitting that renews the production date",
        ),
    }))
}

/// 标注虚假生产日期、保质期: food of a forged production date or shelf life (食品安全法 34(10)).
const fn forged((zh, en): (&'static str, &'static str)) -> Refusal {
    Refusal::ExpressBan {
        zh,
        en,
        basis: "食品安全法 34",
    }
}
