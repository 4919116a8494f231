//! Holds 封存: a lot that is blocked, and everything made from it, until the hold is lifted.

use crate::core::record::body::HoldReason;
use crate::core::record::{Body, RecordType};
use crate::core::text::Bilingual;
use crate::core::verdict::Weight;
use crate::core::verdict::case::Case;

pub(in crate::core::verdict) fn judge(case: &mut Case<'_>) {
    let mut holds = case.concerning(RecordType::Hold);
    // Premises that are blocked concern the goods that are there now, not all that ever passed.
    if let Some(site) = &case.trace.subject.at {
        let about = case.graph.attached().about_site(site).iter();
        let entries = about.filter_map(|place| case.graph.entry(*place));
        holds.extend(entries.filter(|entry| entry.record.kind() == RecordType::Hold));
    }
    for entry in holds {
        let Body::Hold(body) = &entry.record.body else {
            continue;
        };
        let id = entry.record.id;
        let (zh, en) = why(body.reason);
        match case.answer(&id, RecordType::Release) {
            None => {
                let since = entry.admitted_at.china_date();
                let text = Bilingual::new(
                    format!("自 {since} 起封存：{zh}"),
                    format!("held since {since}: {en}"),
                );
                case.find(Weight::Held, "held", text, &[id]);
            }
            Some(end) => {
                let ended = end.admitted_at.china_date();
                let text = Bilingual::new(
                    format!("曾被封存（{zh}），已于 {ended} 解封"),
                    format!("was held ({en}), released on {ended}"),
                );
                case.find(Weight::Note, "hold_released", text, &[id, end.record.id]);
            }
        }
    }
    case.checked.push(Bilingual::new(
        "本批次及其来源批次的封存",
        "holds on this lot and on what it was made from",
    ));
}

const fn why(reason: HoldReason) -> (&'static str, &'static str) {
    match reason {
        HoldReason::FailedTest => ("检验不合格", "failed a test"),
        HoldReason::AwaitingTest => ("待检验", "awaiting a test"),
        HoldReason::MissingPaper => ("缺少证明", "a paper is missing"),
        HoldReason::Temperature => ("温度异常", "temperature"),
        HoldReason::Alert => ("风险预警", "a risk alert"),
        HoldReason::Investigation => ("案件调查", "an investigation"),
    }
}
