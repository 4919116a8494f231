//! Shelf life 保质期 of the lot itself; that of what it was made from ends with its making, and a
//! label that lengthens it is refused by every node.

use crate::core::text::Bilingual;
use crate::core::verdict::Weight;
use crate::core::verdict::case::Case;

pub(in crate::core::verdict) fn judge(case: &mut Case<'_>) {
    let mut dated = 0_usize;
    for traced in case.trace.lots.iter().filter(|traced| !traced.ancestor) {
        let origin = traced.lot.origin;
        let last = case
            .graph
            .lot_info(&origin)
            .and_then(|info| info.best_before);
        let Some(last) = last else {
            continue;
        };
        dated = dated.saturating_add(1);
        if case.is_over(last) {
            let text = Bilingual::new(
                format!("保质期至 {last}，已过期"),
                format!("best before {last}, which has passed"),
            );
            case.find(Weight::Expired, "expired", text, &[origin.0]);
        }
    }
    let (list, zh, en) = if dated > 0 {
        (&mut case.checked, "保质期", "shelf life")
    } else {
        (
            &mut case.not_checked,
            "保质期：记录中没有",
            "shelf life: the record has none",
        )
    };
    list.push(Bilingual::new(zh, en));
}
