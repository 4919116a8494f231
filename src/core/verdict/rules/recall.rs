//! Recalls 召回. An open recall of the lot, of a lot it was made from, of a shipment or of premises
//! on the way beats everything; an ended one is told with its date and changes nothing.

use crate::core::record::body::{Recall, RecallLevel};
use crate::core::record::{Body, RecordType};
use crate::core::text::Bilingual;
use crate::core::trace::TraceEntry;
use crate::core::verdict::Weight;
use crate::core::verdict::case::Case;

pub(in crate::core::verdict) fn judge(case: &mut Case<'_>) {
    let mut recalls = case.concerning(RecordType::Recall);
    recalls.extend(of_premises(case));
    for entry in recalls {
        let Body::Recall(body) = &entry.record.body else {
            continue;
        };
        let id = entry.record.id;
        match case.answer(&id, RecordType::CloseRecall) {
            None => {
                let text = open(body);
                case.find(Weight::Recalled, "recalled", text, &[id]);
            }
            Some(end) => {
                let ended = end.admitted_at.china_date();
                let text = Bilingual::new(
                    format!("召回 {} 已于 {ended} 结束", body.number),
                    format!("recall {} ended on {ended}", body.number),
                );
                case.find(Weight::Note, "recall_closed", text, &[id, end.record.id]);
            }
        }
    }
    case.checked.push(Bilingual::new(
        "本批次及其来源批次的召回",
        "recalls of this lot and of what it was made from",
    ));
}

/// Recalls of premises where the goods have been.
fn of_premises<'a>(case: &Case<'a>) -> Vec<&'a TraceEntry> {
    let mut found: Vec<&TraceEntry> = Vec::new();
    for step in case.steps() {
        let site = case.graph.entry(step.place);
        let Some(site) = site.and_then(|entry| entry.record.claims.site) else {
            continue;
        };
        let about = case.graph.attached().about_site(&site).iter();
        for entry in about.filter_map(|place| case.graph.entry(*place)) {
            let known = found.iter().any(|known| known.key == entry.key);
            if entry.record.kind() == RecordType::Recall && !known {
                found.push(entry);
            }
        }
    }
    found
}

fn open(body: &Recall) -> Bilingual {
    let (zh, en) = match body.level {
        RecallLevel::One => ("一级", "1"),
        RecallLevel::Two => ("二级", "2"),
        RecallLevel::Three => ("三级", "3"),
    };
    Bilingual::new(
        format!(
            "召回 {}（{zh}）：{}。{}",
            body.number, body.hazard, body.advice
        ),
        format!(
            "recall {} (level {en}): {}. {}",
            body.number, body.hazard, body.advice
        ),
    )
}
