//! Goods that entered from outside the ledger: whatever came before is not on record.

use crate::core::record::{Body, RecordType};
use crate::core::text::Bilingual;
use crate::core::trace::{Found, name_of};
use crate::core::verdict::Weight;
use crate::core::verdict::case::Case;

pub(in crate::core::verdict) fn judge(case: &mut Case<'_>) {
    for (_, entry) in case.steps_of(RecordType::Enter) {
        let Body::Enter(body) = &entry.record.body else {
            continue;
        };
        let id = entry.record.id;
        let who = name_of(case.graph, &entry.record.claims.iss);
        if let Some(import) = &body.import {
            let text = Bilingual::new(
                format!("自{}进口，入境前的环节不在记录内", import.port),
                format!(
                    "imported through {}; what came before is not on record",
                    import.port
                ),
            );
            case.find(Weight::Unproven, "entered_from_abroad", text, &[id]);
        } else {
            let text = Bilingual::new(
                format!("由{who}录入，供货者未登记，此前环节缺失"),
                format!(
                    "entered by {who} from a supplier who is not enrolled; what came before is missing"
                ),
            );
            case.find(Weight::Missing, "entered_unenrolled", text, &[id]);
        }
    }
    if case.trace.found == Found::NotAtSite {
        let text = Bilingual::new(
            "没有记录表明本批次到过该场所",
            "no record says that this lot came to this site",
        );
        case.find(Weight::Missing, "not_at_site", text, &[]);
    }
    if let Some(cut) = case.trace.cut {
        case.find(Weight::Unproven, "trace_cut", cut.words(), &[]);
    } else {
        case.checked.push(Bilingual::new(
            format!("来源链：{} 条记录，直到源头", case.steps().len()),
            format!(
                "the chain of {} records back to the origin",
                case.steps().len()
            ),
        ));
    }
    unregistered(case);
}

/// Parties and sites whose registration is not at hand.
fn unregistered(case: &mut Case<'_>) {
    for step in case.steps() {
        let Some(entry) = case.graph.entry(step.place) else {
            continue;
        };
        let claims = &entry.record.claims;
        let input = case.graph.input();
        let site_known = claims
            .site
            .is_none_or(|site| input.sites.contains_key(&site));
        if !input.parties.contains_key(&claims.iss) || !site_known {
            let text = Bilingual::new(
                format!("{} 的登记信息不在手头", claims.iss),
                format!("the registration of {} is not at hand", claims.iss),
            );
            case.find(
                Weight::Unproven,
                "registration_not_at_hand",
                text,
                &[step.id],
            );
        }
    }
}
