//! Inspections that failed, and corrections by the authors themselves.

use crate::core::record::body::CorrectionReason;
use crate::core::record::{Body, RecordType};
use crate::core::text::Bilingual;
use crate::core::verdict::Weight;
use crate::core::verdict::case::Case;

pub(in crate::core::verdict) fn judge(case: &mut Case<'_>) {
    for entry in case.concerning(RecordType::Inspect) {
        let Body::Inspect(body) = &entry.record.body else {
            continue;
        };
        let on = body.at.china_date();
        if !body.passed {
            let text = Bilingual::new(
                format!("{on} 检查不合格"),
                format!("failed an inspection on {on}"),
            );
            case.find(
                Weight::Anomaly,
                "inspection_failed",
                text,
                &[entry.record.id],
            );
        }
    }
    for step in case.steps() {
        let places =
            case.graph
                .attached()
                .naming_as(case.graph.input(), &step.id, RecordType::Correct);
        let entries: Vec<_> = places.filter_map(|place| case.graph.entry(place)).collect();
        for entry in entries {
            let Body::Correct(body) = &entry.record.body else {
                continue;
            };
            let evidence = [step.id, entry.record.id];
            if body.reason == CorrectionReason::DidNotHappen {
                let text = Bilingual::new(
                    "作者声明所记之事未曾发生",
                    "the author says that what the record tells did not happen",
                );
                case.find(Weight::Anomaly, "did_not_happen", text, &evidence);
            } else {
                let text = Bilingual::new(
                    "作者已更正，原记录与更正一并显示",
                    "corrected by its author; both are shown",
                );
                case.find(Weight::Note, "corrected", text, &evidence);
            }
        }
    }
}
