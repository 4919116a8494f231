//! What the node found when it admitted the records: late entries 补录, odd yields, stocktakes,
//! papers drawn on too far, tanks, unfiled stores, codes with two origins.

use crate::core::custody::FindingCode;
use crate::core::record::RecordId;
use crate::core::text::Bilingual;
use crate::core::trace::TraceEntry;
use crate::core::verdict::case::Case;
use crate::core::verdict::{Scope, Weight};

pub(in crate::core::verdict) fn judge(case: &mut Case<'_>) {
    let mut ids: Vec<RecordId> = Vec::new();
    for step in case.steps() {
        ids.push(step.id);
        ids.extend(&step.legs);
    }
    ids.extend(case.papers.iter().map(|paper| paper.id));
    for entry in ids.iter().filter_map(|id| case.graph.entry_of(id)) {
        for finding in &entry.findings {
            recorded(case, entry, finding);
        }
    }
    let lot = &case.trace.subject.lot;
    let origins = case.graph.origins(lot);
    if case.trace.subject.origin.is_none() && origins.len() > 1 {
        let code = FindingCode::CodeWithTwoOrigins {
            lot: lot.to_string(),
        };
        let evidence: Vec<RecordId> = origins.iter().map(|origin| origin.0).collect();
        case.find(Weight::Anomaly, code.code(), code.explain(), &evidence);
    }
    case.not_checked.push(Bilingual::new(
        "节点收录时的发现（得率、补录、盘点等）以节点所记为准",
        "what the node found when it admitted the records (yields, late entries, stocktakes) is taken from the node",
    ));
}

fn recorded(case: &mut Case<'_>, entry: &TraceEntry, finding: &FindingCode) {
    // A dispute may have been settled since; another rule looks at it.
    if matches!(finding, FindingCode::DisputedQuantity { .. }) {
        return;
    }
    let text = match case.scope {
        Scope::Full => finding.explain(),
        Scope::Public => without_quantities(finding),
    };
    let weight = Weight::from(finding.gravity());
    case.find(weight, finding.code(), text, &[entry.record.id]);
}

/// The same finding without the quantities, which the public does not see.
fn without_quantities(finding: &FindingCode) -> Bilingual {
    match finding {
        FindingCode::PaperOverUsed { paper, .. } => Bilingual::new(
            format!("证明 {paper} 数量超用"),
            format!("paper {paper} was drawn on beyond its quantity"),
        ),
        FindingCode::StocktakeDifference { .. } => Bilingual::new(
            "盘点与账面不符",
            "a stocktake counted another quantity than the ledger holds",
        ),
        FindingCode::OddYield {
            reference: true, ..
        } => Bilingual::new(
            "得率超出参考范围",
            "the yield is outside the reference range",
        ),
        FindingCode::OddYield { .. } => Bilingual::new(
            "得率超出规定范围",
            "the yield is outside the required range",
        ),
        FindingCode::DisputedQuantity { .. } => disputed(),
        FindingCode::LateEntry { .. }
        | FindingCode::CodeWithTwoOrigins { .. }
        | FindingCode::PaperExpired { .. }
        | FindingCode::PaperNotPassed { .. }
        | FindingCode::DisorderedReadings { .. }
        | FindingCode::SuspectKey
        | FindingCode::UnknownPreviousCargo { .. }
        | FindingCode::BulkPermit
        | FindingCode::TankNotCleaned
        | FindingCode::TankMark
        | FindingCode::StorageNotFiled
        | FindingCode::NeverReceived
        | FindingCode::LongerShelfLife { .. }
        | FindingCode::UnusualProducer { .. }
        | FindingCode::SiteChangedHands { .. }
        | FindingCode::NoConsent
        | FindingCode::PaperNumberReused { .. } => finding.explain(),
    }
}

/// A dispute in words for the public.
pub(super) fn disputed() -> Bilingual {
    Bilingual::new(
        "收货有短少、破损或拒收，尚未处理",
        "goods were short, damaged or refused at a receipt, and nobody has answered yet",
    )
}
